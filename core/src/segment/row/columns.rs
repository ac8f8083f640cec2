//! Fields of many rows, for columns: read in place, without a page or an event for each row.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::Result;
use crate::event::{Date, plain};
use crate::page::{Edition, EventPage, PageKind};
use crate::segment::RowKind;
use crate::segment::block::chunk::Part;
use crate::segment::block::varint::Malformed;
use crate::segment::cursor::Cursor;
use crate::segment::row::body::{self as row, push};
use crate::segment::row::header::{self as head, Parts};
use crate::segment::row::read::Dictionaries;
use crate::segment::segment::{Field, Segment};
use crate::segment::term::uninverted::RowTerms;

/// Reads rows of one segment, best in their order.
pub(crate) struct ColumnReader<'s> {
    segment: &'s Segment,
    heads: Cursor<'s>,
    rows: Cursor<'s>,
    links: Cursor<'s>,
    /// The day of the last row, packed, and the rows of that day.
    day: (u32, Range<u32>),
    /// The row that was read last; its room is used again.
    page: EventPage,
    name: String,
}

impl<'s> ColumnReader<'s> {
    /// `most`: most rows of the segment are going to be read.
    pub fn new(segment: &'s Segment, most: bool) -> Self {
        let cursor = |part| Cursor::new(segment, part);
        Self {
            segment,
            heads: cursor(Part::Heads).past_cache(most),
            rows: cursor(Part::Rows).past_cache(most),
            links: cursor(Part::Links).past_cache(most),
            day: (0, 0..0),
            page: EventPage::blank(Date::MIN, Edition::En, PageKind::News),
            name: String::new(),
        }
    }

    /// The day of a row, packed. Rows of a day lie together: most need no search.
    pub fn packed_date(&mut self, row: u32) -> Result<u32> {
        if !self.day.1.contains(&row) {
            let packed = self.segment.packed_date_of(row)?;
            self.day = (packed, self.segment.rows_of_day(packed)?);
        }
        Ok(self.day.0)
    }

    /// Id, title, kind and language of an event, for `each`.
    pub fn head(
        &mut self,
        row: u32,
        each: impl FnOnce(Head<'_>) -> Result<(), Malformed>,
    ) -> Result<()> {
        let date = self.packed_date(row)?;
        let name = &mut self.name;
        self.heads.with(row, |entry| {
            let parts = Parts::of(entry, date)?;
            // Of what most titles are a column finds out all at once whether it is UTF-8.
            let title = match plain(parts.text) {
                Some(plain) => Title::Plain(plain),
                None => Title::Written(parts.text()?),
            };
            each(Head { parts, title, name })
        })
    }

    /// All but the related list: the page, whose layout is not set, and the numbers of its tags.
    pub fn page(&mut self, row: u32) -> Result<(&EventPage, Vec<u32>)> {
        let date = self.packed_date(row)?;
        let (segment, page) = (self.segment, &mut self.page);
        page.text.clear();
        (page.category, page.summary, page.cover_image) = (None, None, None);
        (page.author, page.body) = (None, None);
        page.sources.clear();
        page.changes.clear();
        page.stated.clear();
        let name = &mut self.name;
        name.clear();
        self.heads.with(row, |entry| {
            let (kind, lang, title) = head::read(entry, date, name)?;
            (page.kind, page.lang) = (event_kind(kind), lang);
            page.title = push(page, title);
            page.id = push(page, name);
            Ok(())
        })?;
        let texts = Dictionaries {
            categories: segment.spellings(Field::Category)?,
            sources: segment.spellings(Field::Source)?,
        };
        let rest = self
            .rows
            .with(row, |entry| row::decode(entry, page, &texts))?;
        Ok((page, rest.tags))
    }

    /// Id, title and tags of each entry of the related list, for `each`.
    pub fn related(
        &mut self,
        row: u32,
        each: impl FnMut(&str, Cow<'_, str>, &mut dyn Iterator<Item = &'s str>),
    ) -> Result<()> {
        self.segment.each_related(self.links.entry(row)?, each)
    }

    /// The terms of each row from memory: turned around from the postings if `many` rows are going to be read.
    pub fn row_terms(&self, field: Field, many: bool) -> Result<Option<&'s RowTerms>> {
        match many {
            true => self.segment.row_terms(field).map(Some),
            false => Ok(self.segment.row_terms[field as usize].loaded()),
        }
    }
}

/// The head of an event, for columns.
pub(crate) struct Head<'a> {
    parts: Parts<'a>,
    pub title: Title<'a>,
    name: &'a mut String,
}

pub(crate) enum Title<'a> {
    /// ASCII, and clean already.
    Plain(&'a [u8]),
    /// Valid text, as written.
    Written(&'a str),
}

impl Head<'_> {
    pub fn kind(&self) -> PageKind {
        event_kind(self.parts.kind)
    }

    pub fn lang(&self) -> Edition {
        self.parts.lang
    }

    /// Appends the id; false, and nothing appended, if that cannot be done quickly.
    pub fn push_id(&self, out: &mut Vec<u8>) -> bool {
        self.parts.push_id_bytes(out)
    }

    /// The id.
    pub fn id(&mut self) -> Result<&str, Malformed> {
        self.name.clear();
        self.parts.push_id(self.parts.text()?, self.name);
        Ok(self.name)
    }
}

fn event_kind(kind: RowKind) -> PageKind {
    match kind {
        RowKind::Opinion => PageKind::Opinion,
        _ => PageKind::News,
    }
}
