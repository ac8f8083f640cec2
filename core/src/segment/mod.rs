//! Pages ⇄ parts: the builder and the reader of one immutable segment.
//!
//! A row is a page; rows are sorted by (date, id), so a date range is a range of rows. Events are the rows of a
//! bitmap; day pages, front pages, twins and other files are rows too, which no question sees.
//!
//! Gate for the layers above (query reads only these):
//!
//! | question | answer |
//! | --- | --- |
//! | how many rows | [`Segment::rows`] |
//! | rows of some days | [`Segment::row_range`], day of a row [`Segment::date_of`], next day border [`Segment::day_range_of`] |
//! | which terms has a field, which rows has a term | [`Segment::terms`] → [`Terms`] |
//! | which terms has a row (facets) | [`Segment::row_terms`] |
//! | rows that link to an id, ids that a row links to | [`Segment::referrers`], [`Segment::targets`] |
//! | id and title of a row | [`Segment::head`] |
//! | the whole event of a row | [`Segment::event`] |
//! | kinds and languages | [`Segment::flags`] |
use std::ops::Range;
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::error::Result;
use crate::event::{Date, Event};

/// A field with a sorted dictionary of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    Tag,
    Category,
    Source,
    Domain,
}

/// One immutable segment.
pub(crate) struct Segment {}

/// Row sets by kind, all rows of the segment, deleted ones included.
pub(crate) struct Flags {
    /// Rows that are events (not listings, others or twins).
    pub events: RoaringBitmap,
    pub superseded: RoaringBitmap,
    pub opinions: RoaringBitmap,
    /// Chinese rows.
    pub zh: RoaringBitmap,
}

/// Id and title of a row, clean.
pub(crate) struct Head {
    pub id: String,
    pub title: String,
}

/// The dictionary of a field and the rows of each term. One term per spelling, ordered by (folded, spelling), numbered from 0.
pub(crate) struct Terms {}

impl Terms {
    /// Number of terms.
    pub fn len(&self) -> u32 {
        todo!()
    }
    /// The term as it is shown.
    pub fn spelling(&self, _term: u32) -> &str {
        todo!()
    }
    /// The term as it matches.
    pub fn folded(&self, _term: u32) -> &str {
        todo!()
    }
    /// The terms (spellings) whose folded form is exactly this.
    pub fn find(&self, _folded: &str) -> Range<u32> {
        todo!()
    }
    /// The terms whose folded form begins with this.
    pub fn prefix(&self, _folded: &str) -> Range<u32> {
        todo!()
    }
    /// The rows of a term, deleted ones included (`store::View` subtracts).
    pub fn rows(&self, _term: u32) -> Arc<RoaringBitmap> {
        todo!()
    }
}

/// The terms of each row of a field, for facets: row → term numbers.
pub(crate) struct RowTerms {}

impl RowTerms {
    /// The terms of a row, ascending.
    pub fn of(&self, _row: u32) -> &[u32] {
        todo!()
    }
}

impl Segment {
    pub fn rows(&self) -> u32 {
        todo!()
    }
    /// Rows from `since` to `until`, both inclusive, open where `None`.
    pub fn row_range(&self, _since: Option<Date>, _until: Option<Date>) -> Result<Range<u32>> {
        todo!()
    }
    /// The day of a row; none for rows that are no events and have no day.
    pub fn date_of(&self, _row: u32) -> Result<Option<Date>> {
        todo!()
    }
    /// The days of the segment with their first rows, ascending; ends with the number of rows.
    pub fn days(&self) -> Result<&[(u32, u32)]> {
        todo!()
    }
    pub fn terms(&self, _field: Field) -> Result<&Terms> {
        todo!()
    }
    pub fn row_terms(&self, _field: Field) -> Result<&RowTerms> {
        todo!()
    }
    pub fn flags(&self) -> Result<&Flags> {
        todo!()
    }
    /// The row of an id (an event's), live or deleted, if the segment has one.
    pub fn row_of(&self, _id: &str) -> Result<Option<u32>> {
        todo!()
    }
    /// Rows whose related list links to the id, deleted ones included.
    pub fn referrers(&self, _id: &str) -> Result<RoaringBitmap> {
        todo!()
    }
    /// Canonical ids that a row's related list links to, in page order.
    pub fn targets(&self, _row: u32) -> Result<Vec<String>> {
        todo!()
    }
    pub fn head(&self, _row: u32) -> Result<Head> {
        todo!()
    }
    pub fn event(&self, _row: u32) -> Result<Event> {
        todo!()
    }
}
