//! What a path says about a page, before it is read.

use crate::event::{Date, EventId};

/// A page's place in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The path that names the page in the store, whatever folders stand before the tree: from the last
    /// `news/Y/M/D/…` or `opinion/…` on (month with a leading zero, day without, NFC); else the file name for
    /// `index.md` and `README.md` of a root; else the whole path.
    pub path: String,
    /// The id of an event page here; none if the path is too short (then the heading's date and the file name make
    /// it) or names an index file.
    pub id: Option<EventId>,
    /// The day of the folder, if there is one.
    pub day: Option<Date>,
}

impl Place {
    /// Reads a path with `/` between its parts. Never fails: an unknown place has neither id nor day.
    pub fn of(_path: &str) -> Self {
        todo!()
    }
}
