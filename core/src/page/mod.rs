//! Pages: bytes → [`Page`], and an event page back to its bytes.
//!
//! A page is told for what it is by its content first, by its place second. An event page's skeleton is read by its
//! line grammar; pulldown-cmark reads prose only.

mod model;
mod place;

pub(crate) use model::{
    ChangeItem, EventPage, Layout, Listing, ListingItem, ListingKind, Page, RelatedItem,
    SourceItem, Span,
};
pub(crate) use place::Place;

use crate::error::PageError;
use crate::event::Event;
use std::borrow::Cow;

/// Bounds on one page; a page beyond one fails with a [`PageError`] that names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageLimits {
    /// Bytes of a page.
    pub bytes: usize,
    /// Numbered items of a page, all lists together.
    pub items: usize,
}

/// Raised whenever the same bytes may be read to another model: unchanged pages are then parsed again.
pub(crate) const PARSER_VERSION: u32 = 1;

/// Reads one page. `path` is the path as the archive has it (used in errors); `place` what it says about the page.
pub(crate) fn read(
    _path: &str,
    _place: &Place,
    _bytes: Vec<u8>,
    _limits: &PageLimits,
) -> Result<Page, PageError> {
    todo!()
}

/// Renders an event page from its fields alone (layout, date, id and the texts of its spans).
///
/// Equal to the page's bytes for every page that follows its layout; the ingest compares, and keeps the bytes of the rest.
pub(crate) fn render(_page: &EventPage) -> String {
    todo!()
}

/// The clean model of a page, with what the store knows beside it.
pub(crate) fn to_event(_page: &EventPage, _tags: Vec<String>, _superseded: bool) -> Event {
    todo!()
}

/// The page of an event that a program adds: the newest layout of its language; its tags become stated tags.
pub(crate) fn from_event(_event: &Event) -> crate::Result<EventPage> {
    todo!()
}

/// The tags of the context of related entry `i`, clean, by the comma rule of event pages.
pub(crate) fn context_tags<'p>(_page: &'p EventPage, _i: usize, _out: &mut Vec<Cow<'p, str>>) {
    todo!()
}

/// The pieces of a context line of a day or front page, clean, split plainly. `resolve` joins neighbours whose joined
/// form (`"a, b"`) is evidence for the same event from event pages.
pub(crate) fn line_pieces<'p>(_line: &'p str, _out: &mut Vec<Cow<'p, str>>) {
    todo!()
}

/// The slug that the site would have made of a title: a guess that the segment checks, to store the slug only where it differs.
pub(crate) fn guess_slug(_title: &str, _lang: crate::event::Lang) -> String {
    todo!()
}
