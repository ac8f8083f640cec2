//! Fields whose terms older segments do not store: authors and `meta`.
//!
//! Segments of versions 1 to 3 have no part for authors, those of versions 4 and 5 none for `meta`;
//! both are stored in the bodies of rows. On first use, dictionary and postings are made from the
//! rows in the form of the stored fields, so that whatever works on a stored field works on these.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::dictionary::TermDictionary;
use super::encode::encode_terms;
use super::postings::Postings;
use crate::error::Result;
use crate::event::{Date, MetaTerms, clean};
use crate::page::{Edition, EventPage, PageKind};
use crate::segment::row::decode_body;
use crate::segment::{Part, Segment, read_counts};

/// Terms with their ascending rows.
type RowsOfTerms = BTreeMap<String, Vec<u32>>;

impl Segment {
    /// Dictionary and postings of the authors. Reads the body of every opinion, deleted ones
    /// included, which takes about 10 µs for each.
    pub(in crate::segment) fn legacy_author_postings(&self) -> Result<Postings> {
        let mut rows_of = RowsOfTerms::new();
        for row in &self.flags()?.opinions {
            if let Some(author) = self.author_of(row)? {
                rows_of.entry(author).or_default().push(row);
            }
        }
        self.postings_of(rows_of)
    }

    /// Dictionary and postings of `meta`. Reads the row of every Markdown page, deleted ones
    /// included.
    pub(in crate::segment) fn legacy_meta_postings(&self) -> Result<Postings> {
        let mut rows_of = RowsOfTerms::new();
        let pages = &self.flags()?.markdown;
        for row in pages {
            for term in MetaTerms::of(&self.markdown_page(row)?.meta).terms {
                rows_of.entry(term).or_default().push(row);
            }
        }
        read_counts::count_meta_rows(pages.len() as u32);
        self.postings_of(rows_of)
    }

    fn postings_of(&self, rows_of: RowsOfTerms) -> Result<Postings> {
        let (terms, rows): (Vec<String>, Vec<Vec<u32>>) = rows_of.into_iter().unzip();
        let encoded = encode_terms(terms.iter().map(String::as_str), &rows);
        let malformed = |message| self.malformed(Part::Bodies, message);
        let dictionary = TermDictionary::read(&encoded.dictionary).map_err(malformed)?;
        Postings::read(Arc::new(dictionary), encoded.postings, self.meta.rows).map_err(malformed)
    }

    /// The author of an opinion's row, as clean text.
    fn author_of(&self, row: u32) -> Result<Option<String>> {
        let dictionaries = self.body_dictionaries()?;
        let mut page = EventPage::blank(Date::MIN, Edition::En, PageKind::Opinion);
        self.with_entry(Part::Bodies, row, |entry| {
            decode_body(entry, &mut page, &dictionaries)
        })?;
        let author = page.author.map(|author| clean(page.get(author)));
        Ok(author
            .map(|author| author.into_owned())
            .filter(|author| !author.is_empty()))
    }
}
