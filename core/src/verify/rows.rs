//! The rows of a segment, read back as pages and held against the hashes of what was put.
//!
//! A page of an event is rendered from its fields, and the hash of that is the one that was stored when
//! its bytes came in. So the fields, the links, and all that they are read by are right. A page that is
//! kept whole is hashed as it is kept, and read anew: its fields are those that are stored. Of a listing
//! only the links are stored: that they are right shows in what follows from them.

use std::ops::Range;

use rayon::prelude::*;

use super::report::{Finding, Findings};
use crate::error::Result;
use crate::event::EventId;
use crate::ingest::{hash, page_hash};
use crate::page::{
    self, ArchiveChoice, EventPage, Layout, LogicalPath, MarkdownPage, PARSER_VERSION, Page,
    PageLimits, Reading, local_id,
};
use crate::pool;
use crate::segment::{
    Flags, HeaderTable, Interners, KeptPage, Part, PendingRow, PendingRows, Segment,
    TermDictionary, TermField, sort_tags,
};
use crate::store::SegmentView;

/// Rows that are read, on all cores, before their texts get numbers.
const ROWS_AT_ONCE: u32 = 16 << 10;

/// The rows of a segment, and what is stored of each beside its page.
pub(super) struct SegmentRows {
    /// With the tags that are stored.
    pub rows: PendingRows,
    /// The tags that each row's own page gives.
    pub own_tags: Vec<Vec<u32>>,
    /// Whether every row was read.
    pub is_whole: bool,
}

/// A row as it was read.
struct ReadRow {
    path: String,
    page: Page,
    hash: u64,
    raw: Option<KeptPage>,
    /// The terms of an event's tags.
    tags: Vec<u32>,
    flaw: Option<(Part, String)>,
}

/// Rows that were read together.
type ReadBatch = (Range<u32>, Vec<Result<ReadRow>>);

/// Rows on their way into a [`SegmentRows`].
struct Filing<'a> {
    segment: &'a Segment,
    flags: &'a Flags,
    terms: &'a TermDictionary,
    /// The numbers of the tags, by their terms.
    numbers: Vec<Option<u32>>,
    unread: u64,
    read: &'a mut SegmentRows,
    interners: &'a mut Interners,
    findings: &'a mut Findings,
}

impl Filing<'_> {
    fn file(&mut self, (rows, found): ReadBatch) -> Result<()> {
        for (row, result) in rows.zip(found) {
            match self.findings.keep(self.segment.meta.id, result)? {
                Some(one) => self.file_row(row, one),
                None => self.unread += 1,
            }
        }
        Ok(())
    }

    fn file_row(&mut self, row: u32, one: ReadRow) {
        let segment = self.segment;
        if let Some((part, message)) = one.flaw {
            let path = Some(one.path.clone());
            self.findings
                .push(|| finding(segment, part.name(), path, message));
        }
        let mut pending = PendingRow::new(one.path, one.page, one.hash, self.interners);
        if one.raw.is_some() {
            pending.raw = one.raw;
        }
        pending.added = self.flags.added.contains(row);
        pending.twin = self.flags.twins.contains(row);
        pending.superseded = self.flags.superseded.contains(row);
        let mut stored = Vec::with_capacity(one.tags.len());
        for term in one.tags {
            let Some(number) = self.numbers.get_mut(term as usize) else {
                let path = pending.path(&self.interners.ids).into_owned();
                let message = format!("it has the tag {term}, which there is not");
                self.findings
                    .push(|| finding(segment, Part::Bodies.name(), Some(path), message));
                continue;
            };
            let tags = &mut self.interners.tags;
            let terms = self.terms;
            stored.push(*number.get_or_insert_with(|| tags.number(terms.spelling(term))));
        }
        // That two terms are one text shows when dictionaries are compared.
        sort_tags(&mut stored);
        let own = std::mem::replace(&mut pending.tags, stored);
        self.read.own_tags.push(own);
        self.read.rows.push(pending);
    }
}

/// Reads all rows of a segment, deleted ones included.
pub(super) fn read_rows(
    view: &SegmentView,
    interners: &mut Interners,
    findings: &mut Findings,
) -> Result<SegmentRows> {
    let segment = &*view.segment;
    let mut read = SegmentRows {
        rows: Vec::new(),
        own_tags: Vec::new(),
        is_whole: false,
    };
    let before = findings.count;
    let flags = findings.keep(segment.meta.id, segment.flags())?;
    let terms = findings.keep(segment.meta.id, segment.dictionary(TermField::Tag))?;
    let headers = findings.keep(segment.meta.id, segment.header_table())?;
    let (Some(flags), Some(terms), Some(headers)) = (flags, terms, &headers) else {
        return Ok(read);
    };
    let mut filing = Filing {
        segment,
        flags,
        terms,
        numbers: vec![None; terms.len() as usize],
        unread: 0,
        read: &mut read,
        interners,
        findings,
    };
    let firsts = (0..segment.rows()).step_by(ROWS_AT_ONCE as usize);
    let batches = firsts.map(|first| first..segment.rows().min(first + ROWS_AT_ONCE));
    let read_batch = |rows: Range<u32>| -> ReadBatch {
        let found = rows.clone().into_par_iter();
        let found = found.map(|row| read_row(segment, headers, row));
        (rows, found.collect())
    };
    // Texts get their numbers on one core, while the next rows are read on the others.
    let mut last: Option<ReadBatch> = None;
    for rows in batches.map(Some).chain([None]) {
        let (next, filed) = pool::run(|| {
            rayon::join(
                || rows.map(read_batch),
                || last.take().map_or(Ok(()), |batch| filing.file(batch)),
            )
        });
        filed?;
        last = next;
    }
    let unread = filing.unread;
    check_layouts(segment, &read.rows, findings)?;
    let events = flags.events.len();
    if u64::from(segment.meta.events) != events {
        let message = format!(
            "it says {} events, and there are {events}",
            segment.meta.events
        );
        findings.push(|| finding(segment, "manifest", None, message));
    }
    read.is_whole = unread == 0;
    debug_assert!(read.is_whole || findings.count > before);
    Ok(read)
}

/// Reads a page of each layout anew. What a layout says of lists that none of its pages has shows in no
/// rendered page.
fn check_layouts(segment: &Segment, rows: &PendingRows, findings: &mut Findings) -> Result<()> {
    if segment.meta.parser != PARSER_VERSION {
        return Ok(());
    }
    let mut seen: Vec<&Layout> = Vec::new();
    for (row, pending) in (0..).zip(rows) {
        // The layout of an added page is chosen before it is rendered.
        let event = pending.event().filter(|_| !pending.added);
        let Some(event) = event.filter(|event| !seen.contains(&&event.layout)) else {
            continue;
        };
        seen.push(&event.layout);
        let read = || -> Result<bool> {
            let (path, page) = (segment.path_of(row)?, segment.event_page(row)?.0);
            let bytes = match segment.kept_bytes(row)? {
                Some(bytes) => bytes,
                None => page::render(&page).into_bytes(),
            };
            let read = page::read(&path, &LogicalPath::of(&path), bytes, &PageLimits::NONE);
            let is_same = |read: &EventPage| read.layout == page.layout;
            Ok(matches!(read, Ok(Reading::Page(Page::Event(read))) if is_same(&read)))
        };
        if findings.keep(segment.meta.id, read())? == Some(false) {
            let message = "a page has another layout".to_owned();
            let path = segment.path_of(row).ok();
            findings.push(|| finding(segment, Part::Layouts.name(), path, message));
        }
    }
    Ok(())
}

pub(super) fn finding(
    segment: &Segment,
    part: &str,
    path: Option<String>,
    message: String,
) -> Finding {
    Finding {
        segment: Some(segment.meta.id),
        part: part.to_owned(),
        path,
        message,
    }
}

fn read_row(segment: &Segment, headers: &HeaderTable, row: u32) -> Result<ReadRow> {
    let hash = segment.hash_of(row)?;
    let raw = segment.kept_bytes(row)?;
    let flags = segment.flags()?;
    let is_event = flags.events.contains(row) || flags.twins.contains(row);
    let (path, page, mut tags) = segment.page_by(row, headers)?;
    if matches!(page, Page::Markdown(_)) {
        tags = segment.tags_of(row)?;
    }
    let stored = StoredPage {
        segment,
        path: &path,
        hash,
        raw: raw.as_deref(),
        is_added: flags.added.contains(row),
    };
    let flaw = match &page {
        Page::Event(event) => stored.event_flaw(event),
        Page::Markdown(markdown) => stored.markdown_flaw(markdown),
        Page::Listing(_) | Page::Other if is_event => Some((
            Part::Headers,
            "an event's row is that of another page".to_owned(),
        )),
        Page::Listing(_) | Page::Other => None,
    };
    Ok(ReadRow {
        raw: raw.map(KeptPage::new),
        path,
        page,
        hash,
        // Twins keep none that count.
        tags: match flags.events.contains(row) {
            true => tags,
            false => Vec::new(),
        },
        flaw,
    })
}

/// What is stored of a page, to be held against its fields.
struct StoredPage<'a> {
    segment: &'a Segment,
    path: &'a str,
    hash: u64,
    raw: Option<&'a [u8]>,
    is_added: bool,
}

const OTHER_BYTES: &str = "its page has another hash than the one that was put";
const OTHER_FIELDS: &str = "its page says something else than its fields";

impl StoredPage<'_> {
    fn event_flaw(&self, event: &EventPage) -> Option<(Part, String)> {
        let rendered;
        let bytes = match self.raw {
            Some(bytes) => bytes,
            None => {
                rendered = page::render(event);
                rendered.as_bytes()
            }
        };
        let stated: Vec<&str> = event.stated.iter().map(|&tag| event.get(tag)).collect();
        let is_same = match self.is_added {
            true => self.is_added_page(bytes, &stated),
            false => page_hash(self.path, bytes) == self.hash,
        };
        if !is_same {
            let part = self.raw.map_or(Part::Bodies, |_| Part::Raw);
            return Some((part, OTHER_BYTES.to_owned()));
        }
        // What is kept whole was not rendered. An older parser may have read it otherwise.
        let kept = self
            .raw
            .filter(|_| self.segment.meta.parser == PARSER_VERSION)?;
        let place = LogicalPath::of(self.path);
        let model = |page: &EventPage| page::to_event(page, Vec::new(), false);
        match page::read(self.path, &place, kept.to_vec(), &PageLimits::NONE) {
            Ok(Reading::Page(Page::Event(read))) if model(&read) == model(event) => None,
            _ => Some((Part::Bodies, OTHER_FIELDS.to_owned())),
        }
    }

    fn markdown_flaw(&self, page: &MarkdownPage) -> Option<(Part, String)> {
        let Some(bytes) = self.raw else {
            return Some((Part::Flags, "a Markdown page is not kept".to_owned()));
        };
        // Versions 4 and 5 hashed other bytes and stored other links; they named no pages. What they
        // have was decoded.
        if !self.segment.has_page_names() && self.segment.lacks_parts() {
            return None;
        }
        let local = local_id(self.path, page.prefix());
        let choice = ArchiveChoice::of_stored(&page.archive);
        let Some(choice) = choice else {
            let message = "what was chosen for its archive cannot be read";
            return Some((Part::Bodies, message.to_owned()));
        };
        let id = EventId::from_canonical(&page.id);
        if self.is_added {
            let tags: Vec<&str> = page.tags.iter().map(String::as_str).collect();
            if !self.is_added_page(bytes, &tags) {
                return Some((Part::Raw, OTHER_BYTES.to_owned()));
            }
        } else {
            let of_choice = match page.archive.is_empty() {
                true => 0,
                false => hash(page.archive.as_bytes()),
            };
            // Another version of the format may have read it.
            let of_format = self.hash ^ page_hash(self.path, bytes) ^ of_choice;
            if page::older_format_hashes(bytes, local).any(|older| older == of_format) {
                return None;
            }
            if of_format != page::format_hash(bytes, local) {
                return Some((Part::Raw, OTHER_BYTES.to_owned()));
            }
        }
        if self.segment.meta.parser != PARSER_VERSION {
            return None;
        }
        let read = page::read_kept(
            self.path,
            local,
            &id,
            bytes.to_vec(),
            &PageLimits::NONE,
            &choice,
        );
        let is_same = read.is_ok_and(|mut read| {
            read.page.text = String::new();
            read.page.archive.clone_from(&page.archive);
            read.page == *page
        });
        (!is_same).then(|| (Part::Bodies, OTHER_FIELDS.to_owned()))
    }

    /// Whether an added page has its hash. The tags beside it were hashed as they were given: where they
    /// may have been written otherwise than they are stored, the hash cannot be made again.
    fn is_added_page(&self, bytes: &[u8], tags: &[&str]) -> bool {
        crate::ingest::added_hash(bytes, tags) == self.hash || !tags.is_empty()
    }
}
