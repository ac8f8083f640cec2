//! The authors of a segment's opinions as terms.
//!
//! No part on disk holds them: opinions are few, and an author stands in the body of its row. So
//! dictionary and postings are made from the rows when they are first asked for, in the form of the
//! stored fields, and everything that works on a stored field works on authors too.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::Result;
use crate::event::{Date, clean};
use crate::page::{Edition, EventPage, PageKind};
use crate::segment::block::chunk::Part;
use crate::segment::row::body as row;
use crate::segment::row::read::Dictionaries;
use crate::segment::segment::{Field, Segment};
use crate::segment::term::dictionary::Spellings;
use crate::segment::term::postings::{self, Terms};

impl Segment {
    /// Dictionary and postings of the authors. Reads the body of every opinion, deleted ones
    /// included: some 10 µs for each.
    pub(in crate::segment) fn author_terms(&self) -> Result<Terms> {
        let mut rows_of: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for row in &self.flags()?.opinions {
            if let Some(author) = self.author_of(row)? {
                rows_of.entry(author).or_default().push(row);
            }
        }
        let (authors, rows): (Vec<String>, Vec<Vec<u32>>) = rows_of.into_iter().unzip();
        let (dictionary, packed, _) = postings::write(authors.iter().map(String::as_str), &rows);
        let malformed = |message| self.malformed(Part::Rows, message);
        let dictionary = Spellings::read(&dictionary).map_err(malformed)?;
        Terms::read(Arc::new(dictionary), packed, self.meta.rows).map_err(malformed)
    }

    /// The author of an opinion's row, as clean text.
    fn author_of(&self, row: u32) -> Result<Option<String>> {
        let texts = Dictionaries {
            categories: self.spellings(Field::Category)?,
            sources: self.spellings(Field::Source)?,
        };
        let mut page = EventPage::blank(Date::MIN, Edition::En, PageKind::Opinion);
        self.with_entry(Part::Rows, row, |entry| {
            row::decode(entry, &mut page, &texts)
        })?;
        let author = page
            .author
            .map(|author| clean(page.get(author)).into_owned());
        Ok(author.filter(|author| !author.is_empty()))
    }
}
