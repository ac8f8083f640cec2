//! One file of an archive against what the store holds: unchanged, or read, and then what kind of change it is.

use twox_hash::XxHash3_64;

use super::Entry;
use super::buffers::Buffers;
use crate::error::{PageError, Result};
use crate::event::{Date, Event, EventId};
use crate::page::{self, Edition, EventPage, LogicalPath, PARSER_VERSION, Page, PageLimits};
use crate::segment::{Flags, RowKind};
use crate::store::{RowRef, Snapshot};

/// What a file turned out to be.
pub(super) struct Examined {
    /// Path in the archive.
    pub full: String,
    pub place: LogicalPath,
    pub bytes: usize,
    pub hash: u64,
    /// Of an index file the hash of its bytes alone, to be compared with the one beside it.
    pub content: Option<u64>,
    pub finding: Finding,
}

pub(super) enum Finding {
    /// The store holds these bytes under this path.
    Unchanged {
        slot: Slot,
        is_event: bool,
    },
    Page {
        page: Box<Page>,
        raw: Option<Vec<u8>>,
        replaces: Vec<RowRef>,
        class: Class,
        note: Option<String>,
    },
    Failed(PageError),
    /// A file that is no page, by its name.
    Skipped,
}

/// Whether a path ends in the name of a folder's own page.
fn is_index(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("index.md" | "README.md"))
}

/// Where a page is counted in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Added,
    Changed,
    Relinked,
    Rewritten,
    Listing,
    Other,
}

/// Which of the pages that may lie under one path it is: a listing in each language, and one of any other kind. An
/// event in the other language is told apart because the store has to refuse it, not pass it over as a twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Plain,
    Listing(Edition),
    ChineseEvent,
}

impl Slot {
    pub const ALL: [Self; 4] = [
        Self::Plain,
        Self::ChineseEvent,
        Self::Listing(Edition::En),
        Self::Listing(Edition::Zh),
    ];

    pub fn of_page(page: &Page) -> Self {
        match page {
            Page::Listing(listing) => Self::Listing(listing.lang),
            Page::Event(event) if event.lang == Edition::Zh => Self::ChineseEvent,
            _ => Self::Plain,
        }
    }

    pub fn of_row(flags: &Flags, row: u32) -> Self {
        match (flags.listings.contains(row), flags.zh.contains(row)) {
            (true, true) => Self::Listing(Edition::Zh),
            (true, false) => Self::Listing(Edition::En),
            (false, true) => Self::ChineseEvent,
            (false, false) => Self::Plain,
        }
    }
}

/// The hash of some bytes.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// The hash that tells an unchanged page: of its path and its bytes.
///
/// So a row of this hash is this page, and finding it reads no name. That two pages of a million share one is as likely
/// as 3 in 100 million, and they would also have to lie in one day's folder.
pub(super) fn page_hash(path: &str, bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot_with_seed(hash(path.as_bytes()), bytes)
}

/// A row that the store holds under a path.
pub(super) struct Held {
    pub at: RowRef,
    kind: RowKind,
    lang: Edition,
    name: String,
}

impl Held {
    fn is_listing(&self) -> bool {
        matches!(self.kind, RowKind::Day | RowKind::Front | RowKind::Opinions)
    }

    /// Whether it is an event whose place an event of a language takes.
    pub fn gives_way_to_event(&self, lang: Edition) -> bool {
        self.kind.is_event() && self.lang == lang
    }

    /// Whether a page that is put under the path takes this row's place. Listings of the two languages live side by
    /// side; an event of the other language keeps its id, and a page that claims it is refused.
    fn gives_way_to(&self, page: &Page) -> bool {
        match page {
            Page::Listing(listing) => !self.is_listing() || self.lang == listing.lang,
            Page::Event(event) => {
                !self.kind.is_event()
                    || self.gives_way_to_event(event.lang)
                    || self.name != event.get(event.id)
            }
            Page::Other => true,
        }
    }
}

/// The rows that the store holds under a path: one, or a listing in each language.
pub(super) fn held(snapshot: &Snapshot, path: &str, id: Option<&EventId>) -> Result<Vec<Held>> {
    let mut held = Vec::new();
    for (view, seen) in snapshot.views.iter().enumerate() {
        for row in seen.segment.rows_of_path(path, id.map(EventId::as_str))? {
            if !seen.deleted.contains(row) {
                let head = seen.segment.row_header(row)?;
                let at = RowRef { view, row };
                held.push(Held {
                    at,
                    kind: head.kind,
                    lang: head.lang,
                    name: head.name,
                });
            }
        }
    }
    Ok(held)
}

/// Whether the store holds these bytes under this path, as the parser of today reads them.
fn unchanged(snapshot: &Snapshot, place: &LogicalPath, hash: u64) -> Result<Option<Finding>> {
    let day = place.day.map_or(0, Date::packed);
    for seen in &snapshot.views {
        let segment = &seen.segment;
        if segment.meta.parser != PARSER_VERSION {
            continue;
        }
        for row in segment.rows_with_hash(hash)? {
            let is_here = || -> Result<bool> {
                Ok(segment.packed_date_of(row)? == day || segment.path_of(row)? == place.path)
            };
            if !seen.deleted.contains(row) && is_here()? {
                let flags = segment.flags()?;
                let is_event = flags.events.contains(row) || flags.twins.contains(row);
                let slot = Slot::of_row(flags, row);
                return Ok(Some(Finding::Unchanged { slot, is_event }));
            }
        }
    }
    Ok(None)
}

/// Examines one entry of an archive.
pub(super) fn examine(
    snapshot: &Snapshot,
    entry: Entry,
    limits: &PageLimits,
    buffers: &Buffers,
) -> Result<Examined> {
    let failed = |path: String, kind: &'static str, message: String, bytes: u64| {
        let place = LogicalPath::of(&path);
        let error = PageError {
            path: path.clone(),
            line: 1,
            column: 1,
            offset: 0,
            kind,
            message,
        };
        Ok(Examined {
            full: path,
            place,
            bytes: bytes as usize,
            hash: 0,
            content: None,
            finding: Finding::Failed(error),
        })
    };
    match entry {
        Entry::File { path, bytes } => examine_file(snapshot, path, bytes, limits, buffers),
        Entry::Other { path } => Ok(Examined {
            place: LogicalPath::of(&path),
            full: path,
            bytes: 0,
            hash: 0,
            content: None,
            finding: Finding::Skipped,
        }),
        Entry::Waiting => Ok(Examined {
            place: LogicalPath::of(""),
            full: String::new(),
            bytes: 0,
            hash: 0,
            content: None,
            finding: Finding::Skipped,
        }),
        Entry::Refused { path, reason } => failed(path, "refused", reason, 0),
        Entry::TooLarge { path, size } => {
            let message = format!(
                "{size} bytes; the limit of a page is {} (limits.page_bytes)",
                limits.bytes
            );
            failed(path, "too_large", message, size)
        }
    }
}

/// Examines one file. Costs a hash if the store holds it, else reading the page, and rendering it to compare.
fn examine_file(
    snapshot: &Snapshot,
    full: String,
    bytes: Vec<u8>,
    limits: &PageLimits,
    buffers: &Buffers,
) -> Result<Examined> {
    let place = LogicalPath::of(&full);
    let content = is_index(&full).then(|| hash(&bytes));
    let (length, hash) = (bytes.len(), page_hash(&place.path, &bytes));
    let unchanged = unchanged(snapshot, &place, hash)?;
    let mut examined = Examined {
        full,
        place,
        bytes: length,
        hash,
        content,
        finding: Finding::Skipped,
    };
    if let Some(finding) = unchanged {
        buffers.give(bytes);
        examined.finding = finding;
        return Ok(examined);
    }
    let held = held(snapshot, &examined.place.path, examined.place.id.as_ref())?;
    let mut page = match page::read(&examined.full, &examined.place, bytes, limits) {
        Ok(page) => page,
        Err(error) => {
            examined.finding = Finding::Failed(error);
            return Ok(examined);
        }
    };
    let replaces: Vec<RowRef> = held
        .iter()
        .filter(|old| old.gives_way_to(&page))
        .map(|old| old.at)
        .collect();
    let (mut raw, mut note) = (None, None);
    let class = match &mut page {
        Page::Listing(listing) => {
            if let (page::ListingKind::Day(day), Some(folder)) =
                (&mut listing.kind, examined.place.day)
            {
                if *day != folder {
                    note = Some(format!(
                        "{}: the heading says {day}, the folder {folder}; the folder counts",
                        examined.full
                    ));
                }
                *day = folder;
            }
            Class::Listing
        }
        Page::Other => Class::Other,
        Page::Event(event) => {
            let day = examined.place.day.filter(|&day| day != event.date);
            note = day.map(|day| {
                format!(
                    "{}: the heading says {}, the folder {day}",
                    examined.full, event.date
                )
            });
            let rendered = page::render(event);
            if rendered.as_bytes() != &event.text.as_bytes()[..length] {
                raw = Some(event.text.as_bytes()[..length].to_vec());
            }
            let old = held
                .iter()
                .find(|old| old.kind.is_event() && replaces.contains(&old.at));
            match old {
                Some(old) => classify(
                    &snapshot.views[old.at.view]
                        .segment
                        .event_page(old.at.row)?
                        .0,
                    event,
                ),
                None => Class::Added,
            }
        }
    };
    examined.finding = Finding::Page {
        page: Box::new(page),
        raw,
        replaces,
        class,
        note,
    };
    Ok(examined)
}

/// What changed between two versions of an event's page, by the model.
pub(super) fn classify(old: &EventPage, new: &EventPage) -> Class {
    let model = |page: &EventPage| page::to_event(page, Vec::new(), false);
    let (mut old, mut new) = (model(old), model(new));
    let related = |event: &mut Event| std::mem::take(&mut event.related);
    let same_links = related(&mut old) == related(&mut new);
    match (old == new, same_links) {
        (false, _) => Class::Changed,
        (true, false) => Class::Relinked,
        (true, true) => Class::Rewritten,
    }
}
