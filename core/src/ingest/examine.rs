//! One file of an archive against what the store holds: unchanged, or read, and then what kind of change it is.

use twox_hash::XxHash3_64;

use super::Entry;
use crate::error::{PageError, Result};
use crate::event::Event;
use crate::page::{self, EventPage, PARSER_VERSION, Page, PageLimits, Place};
use crate::segment::RowKind;
use crate::store::{RowRef, Snapshot};

/// What a file turned out to be.
pub(super) struct Examined {
    /// Path in the archive.
    pub full: String,
    pub place: Place,
    pub bytes: usize,
    pub hash: u64,
    pub finding: Finding,
}

pub(super) enum Finding {
    /// The store holds these bytes under this path; `listing` gives the language of a listing (0 if it is none).
    Unchanged {
        listing: u8,
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

/// The hash that tells an unchanged page.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// Names the language of a listing in a page's key.
pub(super) fn listing_key(page: &Page) -> u8 {
    match page {
        Page::Listing(listing) => 1 + listing.lang as u8,
        _ => 0,
    }
}

/// A row of the path that is being examined.
struct Known {
    at: RowRef,
    kind: RowKind,
    listing: u8,
}

fn known(snapshot: &Snapshot, place: &Place) -> Result<Vec<Known>> {
    let mut known = Vec::new();
    let id = place.id.as_ref().map(|id| id.as_str());
    for (view, seen) in snapshot.views.iter().enumerate() {
        for row in seen.segment.rows_of_path(&place.path, id)? {
            if !seen.deleted.contains(row) {
                let head = seen.segment.row_head(row)?;
                let listing =
                    matches!(head.kind, RowKind::Day | RowKind::Front | RowKind::Opinions);
                let listing = if listing { 1 + head.lang as u8 } else { 0 };
                known.push(Known {
                    at: RowRef { view, row },
                    kind: head.kind,
                    listing,
                });
            }
        }
    }
    Ok(known)
}

/// Examines one entry of an archive.
pub(super) fn examine(snapshot: &Snapshot, entry: Entry, limits: &PageLimits) -> Result<Examined> {
    let failed = |path: String, kind: &'static str, message: String, bytes: u64| {
        let place = Place::of(&path);
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
            finding: Finding::Failed(error),
        })
    };
    match entry {
        Entry::File { path, bytes } => examine_file(snapshot, path, bytes, limits),
        Entry::Other { path } => Ok(Examined {
            place: Place::of(&path),
            full: path,
            bytes: 0,
            hash: 0,
            finding: Finding::Skipped,
        }),
        Entry::Waiting => Ok(Examined {
            place: Place::of(""),
            full: String::new(),
            bytes: 0,
            hash: 0,
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
) -> Result<Examined> {
    let place = Place::of(&full);
    let (length, hash) = (bytes.len(), hash(&bytes));
    let known = known(snapshot, &place)?;
    let mut examined = Examined {
        full,
        place,
        bytes: length,
        hash,
        finding: Finding::Unchanged {
            listing: 0,
            is_event: false,
        },
    };
    for old in &known {
        let segment = &snapshot.views[old.at.view].segment;
        if segment.meta.parser == PARSER_VERSION && segment.hash_of(old.at.row)? == hash {
            examined.finding = Finding::Unchanged {
                listing: old.listing,
                is_event: old.kind.is_event(),
            };
            return Ok(examined);
        }
    }
    let mut page = match page::read(&examined.full, &examined.place, bytes, limits) {
        Ok(page) => page,
        Err(error) => {
            examined.finding = Finding::Failed(error);
            return Ok(examined);
        }
    };
    let listing = listing_key(&page);
    let replaces: Vec<RowRef> = known
        .iter()
        .filter(|old| listing == 0 || old.listing == 0 || old.listing == listing)
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
            let old = known
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
