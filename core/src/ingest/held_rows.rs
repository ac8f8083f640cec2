//! The rows that the store holds under a path, and which of them a page replaces.

use crate::error::Result;
use crate::event::EventId;
use crate::page::{Edition, Page};
use crate::segment::RowKind;
use crate::store::{RowRef, Snapshot};

/// A row that the store holds under a path.
pub(super) struct HeldRow {
    pub at: RowRef,
    pub kind: RowKind,
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
    pub fn gives_way_to(&self, page: &Page) -> bool {
        match page {
            Page::Listing(listing) => !self.is_listing() || self.lang == listing.lang,
            Page::Event(event) => {
                !self.kind.is_event()
                    || self.gives_way_to_event(event.lang)
                    || self.name != event.get(event.id)
            }
            Page::Markdown(_) | Page::Other => true,
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
