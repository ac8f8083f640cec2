//! One file of an archive against what the store holds: unchanged, or read, and then what kind of
//! change it is.

use super::buffers::Buffers;
use super::hashes::{hash, page_hash};
use super::held_rows::{HeldRow, held_rows};
use super::page_names::PageNames;
use super::passed_over::PassOverReason;
use super::{Entry, PageFormat};
use crate::error::{PageError, Result};
use crate::event::{Date, Event, EventId, escaped, nfc};
use crate::page::{
    self, DateRule, Edition, EventPage, Listing, ListingKind, LogicalPath, MarkdownPage,
    PARSER_VERSION, Page, PageLimits, Reading,
};
use crate::segment::{Flags, KeptPage};
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
        /// A free page of the Context's site, or what was taken for one.
        is_free: bool,
    },
    /// A page that is new or has other bytes.
    Page {
        page: Box<Page>,
        /// Its bytes, where they are kept.
        raw: Option<KeptPage>,
        replaces: Vec<RowRef>,
        change: PageChange,
        notes: Vec<String>,
        /// Where the date of a Markdown page came from.
        date_rule: Option<DateRule>,
        /// Whether a program added it, to the store that was exported.
        added: bool,
    },
    /// A page that waits until the names of all files are known: it may be Markdown.
    Held {
        bytes: Vec<u8>,
        is_claimed: bool,
    },
    Failed(PageError),
    /// A file that no page is taken of.
    PassedOver {
        reason: PassOverReason,
        note: Option<String>,
        /// Rows of the page that it was before.
        removed: Vec<RowRef>,
    },
}

/// Where a page is counted in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageChange {
    Added,
    /// An event that the store did not have, of a page without a date.
    Undated,
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
    /// Its paths are those of the archive, not logical ones: one of them may be another page's.
    Markdown,
}

impl PageSlot {
    pub const ALL: [Self; 5] = [
        Self::Plain,
        Self::Markdown,
        Self::ChineseEvent,
        Self::Listing(Edition::En),
        Self::Listing(Edition::Zh),
    ];

    pub fn of_page(page: &Page) -> Self {
        match page {
            Page::Listing(listing) => Self::Listing(listing.lang),
            Page::Event(event) if event.lang == Edition::Zh => Self::ChineseEvent,
            Page::Markdown(_) => Self::Markdown,
            _ => Self::Plain,
        }
    }

    pub fn of_row(flags: &Flags, row: u32) -> Self {
        if flags.markdown.contains(row) {
            return Self::Markdown;
        }
        match (flags.listings.contains(row), flags.zh.contains(row)) {
            (true, true) => Self::Listing(Edition::Zh),
            (true, false) => Self::Listing(Edition::En),
            (false, true) => Self::ChineseEvent,
            (false, false) => Self::Plain,
        }
    }
}

/// Whether the store holds these bytes under this path, as the parser of today reads them.
pub(super) fn unchanged(
    snapshot: &Snapshot,
    place: &LogicalPath,
    hash: u64,
) -> Result<Option<FileOutcome>> {
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
                let is_free = slot == PageSlot::Plain && !is_event;
                return Ok(Some(FileOutcome::Unchanged {
                    slot,
                    is_event,
                    is_free,
                }));
            }
        }
    }
    Ok(None)
}

/// What files are examined by.
#[derive(Clone, Copy)]
pub(super) struct Examiner<'a> {
    pub snapshot: &'a Snapshot,
    pub limits: &'a PageLimits,
    pub buffers: &'a Buffers,
    pub format: PageFormat,
    /// What stands before the ids of Markdown pages.
    pub prefix: &'a str,
    /// What Markdown pages are read by; none as long as it is not known.
    pub names: Option<&'a PageNames>,
    /// Pages go into a store: their bytes are kept packed where fields do not give them. Else the text of a
    /// page has them.
    pub is_for_store: bool,
}

impl Examiner<'_> {
    /// Examines one entry of an archive.
    pub fn examine(&self, entry: Entry) -> Result<Examined> {
        let limits = self.limits;
        let path = entry.path().unwrap_or_default();
        // A file's own day has a say, too.
        if !matches!(entry, Entry::File { .. })
            && let Some(reason) = PassOverReason::of_folder(path)
        {
            return Ok(unread(path.to_owned(), 0, passed_over(reason)));
        }
        Ok(match entry {
            Entry::File { path, bytes } => return self.file(path, bytes),
            Entry::Other { path, note } => {
                let reason = match note {
                    Some(_) => PassOverReason::NoPlainFile,
                    None => PassOverReason::NoMarkdown,
                };
                let outcome = FileOutcome::PassedOver {
                    reason,
                    note,
                    removed: Vec::new(),
                };
                unread(path, 0, outcome)
            }
            Entry::Hidden { path } => unread(path, 0, passed_over(PassOverReason::HiddenFolder)),
            Entry::Waiting => {
                let outcome = passed_over(PassOverReason::NoPlainFile);
                unread(String::new(), 0, outcome)
            }
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

    /// Examines one file. Costs a hash if the store holds it, else reading the page, and rendering it
    /// to compare.
    fn file(&self, full: String, bytes: Vec<u8>) -> Result<Examined> {
        let place = LogicalPath::of(&full);
        if place.day.is_none()
            && let Some(reason) = PassOverReason::of_folder(&full)
        {
            return Ok(unread(full, bytes.len(), passed_over(reason)));
        }
        if self.format == PageFormat::Markdown {
            return self.foreign(full, bytes, true);
        }
        let content = is_index(&full).then(|| hash(&bytes));
        let (length, hash) = (bytes.len(), page_hash(&place.path, &bytes));
        let known = unchanged(self.snapshot, &place, hash)?;
        // Whether a page is free is what the archive says, and another one may say otherwise.
        let known =
            known.filter(|known| !matches!(known, FileOutcome::Unchanged { is_free: true, .. }));
        let outcome = match known {
            Some(outcome) => {
                self.buffers.give(bytes);
                outcome
            }
            None => match page::read(&full, &place, bytes, self.limits) {
                Ok(Reading::Page(_)) if !self.prefix.is_empty() => {
                    FileOutcome::Failed(no_prefix(&full))
                }
                Ok(Reading::Page(page)) => self.new_page((&full, &place), page, length)?,
                Ok(Reading::NoPage) => passed_over(PassOverReason::NoMarkdown),
                Ok(Reading::Foreign { bytes, is_claimed }) => {
                    return self.foreign(full, bytes, is_claimed);
                }
                Err(error) => FileOutcome::Failed(cut(error)),
            },
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

    /// Examines a page that is none of the Context.
    pub fn foreign(&self, full: String, bytes: Vec<u8>, is_claimed: bool) -> Result<Examined> {
        let length = bytes.len();
        if self.format == PageFormat::Context {
            return self.free(full, bytes, is_claimed);
        }
        let Some(names) = self.names else {
            let outcome = FileOutcome::Held { bytes, is_claimed };
            return Ok(unread(full, length, outcome));
        };
        if !is_claimed && names.archive.is_in_context(&full) {
            return match self.prefix.is_empty() {
                true => self.free(full, bytes, is_claimed),
                false => {
                    let outcome = FileOutcome::PassedOver {
                        reason: PassOverReason::FreePage,
                        note: None,
                        removed: self.markdown_rows_at(&full, &[])?,
                    };
                    Ok(unread(full, length, outcome))
                }
            };
        }
        let local_path = names.local_path(&full);
        let path = format!("{}{local_path}", names.choice.prefix);
        let Some(id) = EventId::of_path(&path) else {
            let message = "no event can have this path as its id; give the page another name";
            let error = PageError::of_whole_page(&*full, "no_id", message.to_owned());
            return Ok(unread(full, length, FileOutcome::Failed(error)));
        };
        let format_hash = page::format_hash(&bytes, &local_path);
        let hash = page_hash(&path, &bytes) ^ format_hash ^ names.choice_hash;
        let place = LogicalPath {
            path,
            id: Some(id),
            day: None,
        };
        let outcome = match unchanged(self.snapshot, &place, hash)? {
            Some(outcome) => {
                self.buffers.give(bytes);
                outcome
            }
            None => self.markdown((&full, &local_path), &place, names, bytes)?,
        };
        Ok(Examined {
            full,
            place,
            bytes: length,
            hash,
            content: None,
            outcome,
        })
    }

    /// The path of a file as a Markdown page of the store.
    pub fn markdown_path(&self, full: &str) -> String {
        let local = match self.names {
            Some(names) => names.local_path(full),
            None => nfc(full).into_owned(),
        };
        format!("{}{local}", self.prefix)
    }

    /// The rows of Markdown pages that the store holds under a file's path, but for some: the file was
    /// one of them before, and is none any more.
    fn markdown_rows_at(&self, full: &str, but: &[RowRef]) -> Result<Vec<RowRef>> {
        let mut rows = Vec::new();
        for (segment_index, view) in self.snapshot.views.iter().enumerate() {
            if view.segment.flags()?.markdown.is_empty() {
                continue;
            }
            let path = self.markdown_path(full);
            let Some(id) = EventId::of_path(&path) else {
                break;
            };
            for row in view.segment.rows_named(id.as_str())? {
                let at = RowRef { segment_index, row };
                let is_here = !view.deleted.contains(row)
                    && !but.contains(&at)
                    && view.segment.is_markdown(row)?
                    && view.segment.path_of(row)? == path;
                if is_here {
                    rows.push(at);
                }
            }
        }
        Ok(rows)
    }

    /// Examines a page of the Context's site that is neither event nor listing.
    fn free(&self, full: String, bytes: Vec<u8>, is_claimed: bool) -> Result<Examined> {
        let place = LogicalPath::of(&full);
        let content = is_index(&full).then(|| hash(&bytes));
        let (length, hash) = (bytes.len(), page_hash(&place.path, &bytes));
        let outcome = if is_claimed {
            let message =
                "the page begins with front matter; ingest it with the format auto or markdown";
            let error = PageError::of_whole_page(&*full, "front_matter", message.to_owned());
            FileOutcome::Failed(error)
        } else if let Some(known) = unchanged(self.snapshot, &place, hash)? {
            self.buffers.give(bytes);
            known
        } else {
            match page::read_free(&full, &place, bytes, self.limits) {
                Ok(page) => self.new_page((&full, &place), page, length)?,
                Err(error) => FileOutcome::Failed(cut(error)),
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

    /// Reads a Markdown page, whose id `place` has.
    pub fn markdown(
        &self,
        (full, local_path): (&str, &str),
        place: &LogicalPath,
        names: &PageNames,
        bytes: Vec<u8>,
    ) -> Result<FileOutcome> {
        let Some(id) = &place.id else {
            return Ok(passed_over(PassOverReason::NoMarkdown));
        };
        let (limits, choice) = (self.limits, &names.choice);
        let mut read = match page::read_kept(full, local_path, id, bytes, limits, choice) {
            Ok(read) => read,
            Err(error) if error.kind == page::TEMPLATE => {
                return Ok(FileOutcome::PassedOver {
                    reason: PassOverReason::Template,
                    note: None,
                    removed: self.markdown_rows_at(full, &[])?,
                });
            }
            Err(error) => return Ok(FileOutcome::Failed(cut(error))),
        };
        let items = read.page.sources.len() + read.page.links.len();
        if items > limits.items {
            let most = limits.items;
            let message = format!(
                "the page has {items} links, more than the limit of {most} (limits.page_items); raise the \
                 limit if it is meant so"
            );
            let error = PageError::of_whole_page(full, "too_many_items", message);
            return Ok(FileOutcome::Failed(error));
        }
        let held = held_rows(self.snapshot, &place.path, Some(id))?;
        let old = held.iter().find(|row| row.kind.is_event());
        let change = match old {
            Some(old) => self.markdown_change(old, &read.page)?,
            None if read.page.moment.is_none() => PageChange::Undated,
            None => PageChange::Added,
        };
        let bytes = read.page.text.as_bytes();
        let notes = read.notes.iter().map(|note| note.on(full, bytes)).collect();
        let raw = self.is_for_store.then(|| {
            let text = std::mem::take(&mut read.page.text);
            KeptPage::new(text.into_bytes())
        });
        Ok(FileOutcome::Page {
            replaces: held.iter().map(|row| row.at).collect(),
            raw,
            change,
            notes,
            date_rule: read.date_rule,
            added: false,
            page: Box::new(Page::Markdown(Box::new(read.page))),
        })
    }

    /// What a Markdown page is to the event that the store holds under its path.
    fn markdown_change(&self, old: &HeldRow, new: &MarkdownPage) -> Result<PageChange> {
        let segment = &self.snapshot.views[old.at.segment_index].segment;
        if !segment.is_markdown(old.at.row)? {
            return Ok(PageChange::Changed);
        }
        let same_fields = segment.markdown_page(old.at.row)?.says_as(new);
        let body = |text: &[u8], at: u32| text.get(at as usize..).unwrap_or_default().to_vec();
        let kept = segment.markdown_bytes(old.at.row)?;
        let old_body = body(&kept, segment.markdown_page(old.at.row)?.body);
        let same_body = old_body == body(new.text.as_bytes(), new.body);
        Ok(match same_fields && same_body {
            true => PageChange::Rewritten,
            false => PageChange::Changed,
        })
    }

    /// What a page of the Context that was read is to what the store holds under its path.
    pub fn new_page(
        &self,
        (full, place): (&str, &LogicalPath),
        mut page: Page,
        length: usize,
    ) -> Result<FileOutcome> {
        let snapshot = self.snapshot;
        let held = held_rows(snapshot, &place.path, place.id.as_ref())?;
        let replaced: Vec<&HeldRow> = held.iter().filter(|row| row.gives_way_to(&page)).collect();
        let mut replaces: Vec<RowRef> = replaced.iter().map(|row| row.at).collect();
        replaces.extend(self.markdown_rows_at(full, &replaces)?);
        let (mut raw, mut note) = (None, None);
        let change = match &mut page {
            Page::Listing(listing) => {
                note = move_to_folder(listing, full, place);
                PageChange::Listing
            }
            Page::Markdown(_) | Page::Other => PageChange::Other,
            Page::Event(event) => {
                let day = place.day.filter(|&day| day != event.date);
                note = day.map(|day| {
                    let (full, date) = (escaped(full), event.date);
                    format!("{full}: the heading says {date}, the folder {day}")
                });
                let written = &event.text.as_bytes()[..length];
                if self.is_for_store && page::render(event).as_bytes() != written {
                    raw = Some(KeptPage::new(written.to_vec()));
                }
                match replaced.iter().find(|old| old.kind.is_event()) {
                    Some(HeldRow { at, .. }) => {
                        let segment = &snapshot.views[at.segment_index].segment;
                        match segment.is_markdown(at.row)? {
                            true => PageChange::Changed,
                            false => event_change(&segment.event_page(at.row)?.0, event),
                        }
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
            notes: note.into_iter().collect(),
            date_rule: None,
            added: false,
        })
    }
}

/// The error of a page of the Context in an archive with a prefix.
fn no_prefix(full: &str) -> PageError {
    let message = "a page of the Context has an id of its own, which takes no prefix; ingest it without \
                   one, or with the format markdown";
    PageError::of_whole_page(full, "prefix", message.to_owned())
}

fn passed_over(reason: PassOverReason) -> FileOutcome {
    FileOutcome::PassedOver {
        reason,
        note: None,
        removed: Vec::new(),
    }
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
pub(in crate::ingest) fn is_index(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("index.md" | "README.md"))
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
