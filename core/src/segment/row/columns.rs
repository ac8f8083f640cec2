//! Fields of many rows, for columns: read without making a page or an event for each row.

use std::borrow::Cow;
use std::ops::Range;

use super::body::{self, push};
use super::header::{self, HeaderParts, MarkdownHeader};
use super::markdown::{PageAtPath, text_behind};
use super::markdown_row::MarkdownRow;
use super::read::UNKNOWN_TAG;
use crate::error::{Error, Result};
use crate::event::{Date, plain};
use crate::page::{Edition, EventPage, PageKind};
use crate::segment::block::Malformed;
use crate::segment::cursor::EntryCursor;
use crate::segment::term::UninvertedField;
use crate::segment::{Part, Segment, TermField};

/// Reads rows of one segment. Fastest for rows in ascending order.
pub(crate) struct ColumnReader<'s> {
    segment: &'s Segment,
    headers: EntryCursor<'s>,
    bodies: EntryCursor<'s>,
    links: EntryCursor<'s>,
    raws: EntryCursor<'s>,
    /// The day of the last row, packed, and the rows of that day.
    day: (u32, Range<u32>),
    /// The page of the row that was read last, kept for its memory.
    page: EventPage,
    name: String,
}

impl<'s> ColumnReader<'s> {
    /// `most`: most rows of the segment will be read, so blocks are read past the cache.
    pub fn new(segment: &'s Segment, most: bool) -> Self {
        let cursor = |part| EntryCursor::new(segment, part).past_cache(most);
        Self {
            segment,
            headers: cursor(Part::Headers),
            bodies: cursor(Part::Bodies),
            links: cursor(Part::Links),
            raws: cursor(Part::Raw),
            day: (0, 0..0),
            page: EventPage::blank(Date::MIN, Edition::En, PageKind::News),
            name: String::new(),
        }
    }

    /// The day of a row, packed. Rows of a day are consecutive, so most need no search.
    pub fn packed_date(&mut self, row: u32) -> Result<u32> {
        if !self.day.1.contains(&row) {
            let packed = self.segment.packed_date_of(row)?;
            self.day = (packed, self.segment.rows_of_day(packed)?);
        }
        Ok(self.day.0)
    }

    /// The date of an event that has one.
    pub fn date(&mut self, row: u32) -> Result<Option<Date>> {
        match self.packed_date(row)? {
            0 => Ok(None),
            packed => self.segment.calendar_day(packed).map(Some),
        }
    }

    /// Passes id, title, kind and language of an event to `each`.
    pub fn header(
        &mut self,
        row: u32,
        each: impl FnOnce(ColumnHeader<'_>) -> Result<(), Malformed>,
    ) -> Result<()> {
        let date = self.packed_date(row)?;
        let name = &mut self.name;
        self.headers.with(row, |entry| {
            let parts = HeaderParts::read(entry, date)?;
            let kind = parts.kind.event_kind()?;
            // Most titles are ASCII: the column checks many of them for UTF-8 at once.
            let title = match plain(parts.text) {
                Some(plain) => ColumnTitle::Plain(plain),
                None => ColumnTitle::Written(parts.text()?),
            };
            each(ColumnHeader {
                kind,
                title,
                parts,
                name,
            })
        })
    }

    /// The page of an event without its related list and its layout, and its tags as term numbers.
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
        self.headers.with(row, |entry| {
            let (kind, lang, title) = header::read(entry, date, name)?;
            (page.kind, page.lang) = (kind.event_kind()?, lang);
            page.title = push(page, title);
            page.id = push(page, name);
            Ok(())
        })?;
        let dictionaries = segment.body_dictionaries()?;
        let rest = self
            .bodies
            .with(row, |entry| body::decode(entry, page, &dictionaries));
        Ok((page, dictionaries.checked(rest)?.tags))
    }

    /// Whether a row is a Markdown page.
    pub fn is_markdown(&self, row: u32) -> Result<bool> {
        self.segment.is_markdown(row)
    }

    /// Header and row of a Markdown page.
    pub fn markdown(&mut self, row: u32) -> Result<(MarkdownHeader<'_>, MarkdownRow<'_>)> {
        let segment = self.segment;
        let header = MarkdownHeader::read(self.headers.entry(row)?)
            .map_err(|message| segment.malformed(Part::Headers, message))?;
        let row = MarkdownRow::read(self.bodies.entry(row)?)
            .map_err(|message| segment.malformed(Part::Bodies, message))?;
        Ok((header, row))
    }

    /// A Markdown page and its path, for its links.
    pub fn page_at_path(&self, row: u32) -> Result<PageAtPath> {
        self.segment.page_at_path(row)
    }

    /// The text of a Markdown page behind an offset.
    pub fn markdown_body(&mut self, row: u32, at: u32) -> Result<&str> {
        let segment = self.segment;
        let malformed = |message| segment.malformed(Part::Raw, message);
        let entry = segment.kept_entry(row)?;
        let entry = entry.ok_or_else(|| malformed("a Markdown page is not kept"))?;
        text_behind(self.raws.entry(entry)?, at).map_err(malformed)
    }

    /// The error for a row that cannot be read.
    pub fn malformed(&self, message: Malformed) -> Error {
        self.segment.malformed(Part::Bodies, message)
    }

    /// The error for a tag of [`ColumnReader::page`] that the dictionary does not have.
    pub fn unknown_tag(&self) -> Error {
        self.segment.malformed(Part::Bodies, UNKNOWN_TAG)
    }

    /// Calls `each` with id, title and tags of each entry of an event's related list.
    pub fn related(
        &mut self,
        row: u32,
        each: impl FnMut(&str, Cow<'_, str>, &mut dyn Iterator<Item = &'s str>),
    ) -> Result<()> {
        self.segment.each_related(self.links.entry(row)?, each)
    }

    /// The terms of each row, if they are in memory. `many`: builds them from the postings, since
    /// many rows will be read.
    pub fn uninverted(&self, field: TermField, many: bool) -> Result<Option<&'s UninvertedField>> {
        if many {
            self.segment.uninverted(field).map(Some)
        } else {
            Ok(self.segment.uninverted_loaded(field))
        }
    }
}

/// The header of an event, for columns.
pub(crate) struct ColumnHeader<'a> {
    pub kind: PageKind,
    pub title: ColumnTitle<'a>,
    parts: HeaderParts<'a>,
    name: &'a mut String,
}

/// The title of an event.
pub(crate) enum ColumnTitle<'a> {
    /// ASCII, and clean already.
    Plain(&'a [u8]),
    /// Valid UTF-8, as written.
    Written(&'a str),
}

impl ColumnHeader<'_> {
    pub fn lang(&self) -> Edition {
        self.parts.lang
    }

    /// Appends the id. Returns false and appends nothing if that needs [`ColumnHeader::id`].
    pub fn push_id_bytes(&self, out: &mut Vec<u8>) -> bool {
        self.parts.push_id_bytes(out)
    }

    /// The id.
    pub fn id(&mut self) -> Result<&str, Malformed> {
        self.name.clear();
        self.parts.push_id(self.parts.text()?, self.name);
        Ok(self.name)
    }
}
