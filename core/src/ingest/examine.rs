//! One file of an archive against what the store holds: unchanged, or read, and then what kind of
//! change it is.

use twox_hash::XxHash3_64;

use super::Entry;
use super::buffers::Buffers;
use crate::error::{PageError, Result};
use crate::event::{Date, Event, EventId, escaped};
use crate::page::{
    self, Edition, EventPage, Listing, ListingKind, LogicalPath, PARSER_VERSION, Page, PageLimits,
};
use crate::segment::{Flags, RowKind};
use crate::store::{RowRef, Snapshot};

/// Bytes of an error's message beyond which it is cut: it may quote the page, and a report keeps a
/// thousand.
const MESSAGE_BYTES: usize = 1000;

/// A file, and what it turned out to be.
pub(super) struct Examined {
    /// Path in the archive.
    pub full: String,
    pub place: LogicalPath,
    pub bytes: usize,
    pub hash: u64,
    /// Of an index file the hash of its bytes alone, to be compared with the one beside it.
    pub content: Option<u64>,
    pub outcome: FileOutcome,
}

pub(super) enum FileOutcome {
    /// The store holds these bytes under this path.
    Unchanged {
        slot: PageSlot,
        is_event: bool,
    },
    /// A page that is new or has other bytes.
    Page {
        page: Box<Page>,
        raw: Option<Vec<u8>>,
        replaces: Vec<RowRef>,
        change: PageChange,
        note: Option<String>,
        /// It begins with `+++`, as front matter in TOML does.
        toml: bool,
    },
    Failed(PageError),
    /// A file that is no page, by its name; with a note where it is no plain file.
    Other {
        note: Option<String>,
    },
}

/// Where a page is counted in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageChange {
    Added,
    Changed,
    Relinked,
    Rewritten,
    Listing,
    Other,
}

/// Which of the pages that may lie under one path it is: a listing in each language, and one of any
/// other kind. An event in the other language has its own, because the store has to refuse it, not
/// pass it over as a twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageSlot {
    Plain,
    Listing(Edition),
    ChineseEvent,
}

impl PageSlot {
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

/// The hash by which an unchanged page is recognised: of its path and its bytes.
///
/// So a row of this hash is this page, and finding it reads no name. That two pages of a million
/// share one is as likely as 3 in 100 million, and they would also have to lie in one day's folder.
pub(super) fn page_hash(path: &str, bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot_with_seed(hash(path.as_bytes()), bytes)
}

/// A row that the store holds under a path.
pub(super) struct HeldRow {
    pub at: RowRef,
    kind: RowKind,
    lang: Edition,
    name: String,
}

impl HeldRow {
    fn is_listing(&self) -> bool {
        matches!(self.kind, RowKind::Day | RowKind::Front | RowKind::Opinions)
    }

    /// Whether it is an event that an event of a language replaces.
    pub fn gives_way_to_event(&self, lang: Edition) -> bool {
        self.kind.is_event() && self.lang == lang
    }

    /// Whether a page that is put under the path replaces this row. Listings of the two languages
    /// live side by side; an event of the other language keeps its id, and a page that claims it is
    /// refused.
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
pub(super) fn held_rows(
    snapshot: &Snapshot,
    path: &str,
    id: Option<&EventId>,
) -> Result<Vec<HeldRow>> {
    let mut held = Vec::new();
    for (segment_index, view) in snapshot.views.iter().enumerate() {
        for row in view.segment.rows_of_path(path, id.map(EventId::as_str))? {
            if !view.deleted.contains(row) {
                let head = view.segment.row_header(row)?;
                let at = RowRef { segment_index, row };
                held.push(HeldRow {
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
fn unchanged(snapshot: &Snapshot, place: &LogicalPath, hash: u64) -> Result<Option<FileOutcome>> {
    let day = place.day.map_or(0, Date::packed);
    for view in &snapshot.views {
        let segment = &view.segment;
        if segment.meta.parser != PARSER_VERSION {
            continue;
        }
        for row in segment.rows_with_hash(hash)? {
            let is_here = || -> Result<bool> {
                Ok(segment.packed_date_of(row)? == day || segment.path_of(row)? == place.path)
            };
            if !view.deleted.contains(row) && is_here()? {
                let flags = segment.flags()?;
                let is_event = flags.events.contains(row) || flags.twins.contains(row);
                let slot = PageSlot::of_row(flags, row);
                return Ok(Some(FileOutcome::Unchanged { slot, is_event }));
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
    Ok(match entry {
        Entry::File { path, bytes } => {
            return examine_file(snapshot, path, bytes, limits, buffers);
        }
        Entry::Other { path, note } => unread(path, 0, FileOutcome::Other { note }),
        Entry::Waiting => unread(String::new(), 0, FileOutcome::Other { note: None }),
        Entry::Refused { path, reason } => {
            let error = PageError::of_whole_page(&*path, "refused", reason);
            unread(path, 0, FileOutcome::Failed(error))
        }
        Entry::TooLarge { path, size } => {
            let most = limits.bytes;
            let message =
                format!("{size} bytes; the limit of a page is {most} (limits.page_bytes)");
            let error = PageError::of_whole_page(&*path, "too_large", message);
            unread(path, size as usize, FileOutcome::Failed(error))
        }
    })
}

/// A file whose content was not read.
fn unread(full: String, bytes: usize, outcome: FileOutcome) -> Examined {
    Examined {
        place: LogicalPath::of(&full),
        full,
        bytes,
        hash: 0,
        content: None,
        outcome,
    }
}

/// Whether a path ends in the name of a folder's own page.
fn is_index(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("index.md" | "README.md"))
}

/// Examines one file. Costs a hash if the store holds it, else reading the page, and rendering it
/// to compare.
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
    let outcome = match unchanged(snapshot, &place, hash)? {
        Some(outcome) => {
            buffers.give(bytes);
            outcome
        }
        None => {
            let toml = bytes.starts_with(b"+++");
            let held = held_rows(snapshot, &place.path, place.id.as_ref())?;
            match page::read(&full, &place, bytes, limits) {
                Ok(page) => new_page(snapshot, (&full, &place), page, length, &held, toml)?,
                Err(error) => FileOutcome::Failed(cut(error)),
            }
        }
    };
    Ok(Examined {
        full,
        place,
        bytes: length,
        hash,
        content,
        outcome,
    })
}

/// What a page that was read is to what the store holds under its path.
fn new_page(
    snapshot: &Snapshot,
    (full, place): (&str, &LogicalPath),
    mut page: Page,
    length: usize,
    held: &[HeldRow],
    toml: bool,
) -> Result<FileOutcome> {
    let replaced: Vec<&HeldRow> = held.iter().filter(|row| row.gives_way_to(&page)).collect();
    let replaces = replaced.iter().map(|row| row.at).collect();
    let (mut raw, mut note) = (None, None);
    let change = match &mut page {
        Page::Listing(listing) => {
            note = move_to_folder(listing, full, place);
            PageChange::Listing
        }
        Page::Other => PageChange::Other,
        Page::Event(event) => {
            let day = place.day.filter(|&day| day != event.date);
            note = day.map(|day| {
                let (full, date) = (escaped(full), event.date);
                format!("{full}: the heading says {date}, the folder {day}")
            });
            let written = &event.text.as_bytes()[..length];
            if page::render(event).as_bytes() != written {
                raw = Some(written.to_vec());
            }
            match replaced.iter().find(|old| old.kind.is_event()) {
                Some(HeldRow { at, .. }) => {
                    let (old, _) = snapshot.views[at.segment_index]
                        .segment
                        .event_page(at.row)?;
                    event_change(&old, event)
                }
                None => PageChange::Added,
            }
        }
    };
    Ok(FileOutcome::Page {
        page: Box::new(page),
        raw,
        replaces,
        change,
        note,
        toml,
    })
}

/// Gives a day page the day of its folder; a note where its heading says another one.
fn move_to_folder(listing: &mut Listing, full: &str, place: &LogicalPath) -> Option<String> {
    let (ListingKind::Day(day), Some(folder)) = (&mut listing.kind, place.day) else {
        return None;
    };
    let heading = std::mem::replace(day, folder);
    (heading != folder).then(|| {
        let full = escaped(full);
        format!("{full}: the heading says {heading}, the folder {folder}; the folder counts")
    })
}

/// The error with a message of bounded length.
fn cut(mut error: PageError) -> PageError {
    if error.message.len() > MESSAGE_BYTES {
        let mut end = MESSAGE_BYTES;
        while !error.message.is_char_boundary(end) {
            end -= 1;
        }
        error.message.truncate(end);
        error.message.push('…');
    }
    error
}

/// What changed between two versions of an event's page, by the model.
pub(super) fn event_change(old: &EventPage, new: &EventPage) -> PageChange {
    let model = |page: &EventPage| page::to_event(page, Vec::new(), false);
    let (mut old, mut new) = (model(old), model(new));
    let related = |event: &mut Event| std::mem::take(&mut event.related);
    let same_links = related(&mut old) == related(&mut new);
    match (old == new, same_links) {
        (false, _) => PageChange::Changed,
        (true, false) => PageChange::Relinked,
        (true, true) => PageChange::Rewritten,
    }
}
