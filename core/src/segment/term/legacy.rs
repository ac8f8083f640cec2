//! Fields of older segments: those of versions 1 to 6 have two parts for each, which are read whole.
//!
//! Segments of versions 1 to 3 have no part for authors, those of versions 4 and 5 none for `meta`;
//! both are stored in the bodies of rows. On first use, dictionary and postings are made in the form
//! of today, so that whatever works on a stored field works on these.

use std::collections::BTreeMap;

use super::blocks::{TermBlocks, join_indexes};
use super::dictionary::TermDictionary;
use super::encode::encode_terms;
use super::postings::Postings;
use crate::error::Result;
use crate::event::{Date, MetaTerms, clean};
use crate::page::{Edition, EventPage, PageKind};
use crate::pool;
use crate::segment::block::{ByteReader, Malformed, PartBytes};
use crate::segment::row::decode_body;
use crate::segment::{Part, Segment, TermField, read_counts};

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
        self.postings_of(TermField::Author, rows_of)
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
        self.postings_of(TermField::Meta, rows_of)
    }

    /// Dictionary and postings of a field as versions 1 to 6 store them.
    pub(in crate::segment) fn legacy_postings(&self, field: TermField) -> Result<Postings> {
        let Some((terms, postings)) = field.legacy_parts() else {
            return Ok(Postings::empty());
        };
        if self.meta.chunks_of(terms) == 0 {
            return match field {
                TermField::Author => self.legacy_author_postings(),
                TermField::Meta => self.legacy_meta_postings(),
                _ => Ok(Postings::empty()),
            };
        }
        let dictionary = self.parsed(terms, TermDictionary::read)?;
        let rows = self.parsed(postings, |bytes| read_lists(bytes, self.meta.rows))?;
        if rows.len() != dictionary.len() as usize {
            return Err(self.malformed(postings, "dictionary and postings differ in length"));
        }
        let spellings = (0..dictionary.len()).map(|term| dictionary.spelling(term));
        self.made_postings(field, spellings, &rows)
    }

    fn postings_of(&self, field: TermField, rows_of: RowsOfTerms) -> Result<Postings> {
        let (terms, rows): (Vec<String>, Vec<Vec<u32>>) = rows_of.into_iter().unzip();
        self.made_postings(field, terms.iter().map(String::as_str), &rows)
    }

    fn made_postings<'a>(
        &self,
        field: TermField,
        terms: impl Iterator<Item = &'a str>,
        rows: &[Vec<u32>],
    ) -> Result<Postings> {
        let terms: Vec<&str> = terms.collect();
        let encoded = pool::run(|| encode_terms(field, terms.into_iter(), rows));
        let index = join_indexes(1, std::iter::once(&*encoded.dictionary.index));
        let blocks = PartBytes::Made(encoded.dictionary.blocks.into());
        let read = TermBlocks::read(&blocks, &index);
        let fields = read.map_err(|message| self.malformed(Part::Bodies, message))?;
        let terms = fields.into_iter().next().map(|(_, terms)| terms);
        let terms = terms.unwrap_or_else(TermBlocks::empty);
        let rows = PartBytes::Made(encoded.rows.into());
        Ok(Postings::new(terms, rows, self.meta.rows))
    }

    /// The author of an opinion's row, as clean text.
    fn author_of(&self, row: u32) -> Result<Option<String>> {
        let dictionaries = self.body_dictionaries()?;
        let mut page = EventPage::blank(Date::MIN, Edition::En, PageKind::Opinion);
        let decoded = self.with_entry(Part::Bodies, row, |entry| {
            decode_body(entry, &mut page, &dictionaries)
        });
        dictionaries.checked(decoded)?;
        let author = page.author.map(|author| clean(page.get(author)));
        Ok(author
            .map(|author| author.into_owned())
            .filter(|author| !author.is_empty()))
    }
}

/// The rows of each term, as versions 1 to 6 store them: differences as varints, behind their length in
/// bytes.
fn read_lists(bytes: &[u8], rows: u32) -> Result<Vec<Vec<u32>>, Malformed> {
    let mut reader = ByteReader::new(bytes);
    let count = reader.u32()?;
    let mut lists = Vec::new();
    for _ in 0..count {
        let length = reader.u32()? as usize;
        lists.push(read_differences(reader.slice(length)?, rows)?);
    }
    Ok(lists)
}

/// The ascending rows that some differences lead to.
fn read_differences(differences: &[u8], rows: u32) -> Result<Vec<u32>, Malformed> {
    let mut differences = ByteReader::new(differences);
    let mut read: Vec<u32> = Vec::new();
    while !differences.is_empty() {
        let difference = differences.u32()?;
        let row = match read.last() {
            None => Some(difference),
            Some(_) if difference == 0 => return Err("a posting is listed twice"),
            Some(last) => difference.checked_add(*last),
        };
        read.push(row.filter(|&row| row < rows).ok_or("a posting is no row")?);
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postings_that_are_no_ascending_rows_are_refused() {
        assert_eq!(read_differences(&[0, 2, 3], 6), Ok(vec![0, 2, 5]));
        assert_eq!(read_differences(&[0, 2, 3], 5), Err("a posting is no row"));
        assert_eq!(
            read_differences(&[1, 0], 5),
            Err("a posting is listed twice")
        );
    }
}
