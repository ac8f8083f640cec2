//! Which kind of page a text is.

use super::super::limits::PageLimits;
use super::super::lines::{Lines, Step, fail};
use super::super::logical_path::LogicalPath;
use super::super::model::{EventPage, Listing};
use super::heading::heading;
use super::preamble::Preamble;
use super::{event_page, listing, opinion};

/// A page, and the ids that have to be put behind its text.
pub(in crate::page) enum Parsed {
    Event(EventPage, String),
    Listing(Listing, String),
    Other,
}

/// Reads a page of the Context. Its own `text` is left empty.
pub(in crate::page) fn parse(text: &str, path: &LogicalPath, limits: &PageLimits) -> Step<Parsed> {
    let mut lines = Lines::new(text);
    if lines.line() == Some("---") {
        return fail(
            "front_matter",
            0,
            "the page begins with front matter (`---`), a format that is not read; give pages of the Context's format",
        );
    }
    let preamble = Preamble::read(&mut lines);
    if opinion::is_head(&lines) {
        let (page, behind) = opinion::read(text, lines, &preamble, path)?;
        return Ok(Parsed::Event(page, behind));
    }
    let line = lines.line().unwrap_or_default();
    let is_event =
        heading(line, "###").is_some_and(|heading| heading.looks_dated() || heading.day.is_some());
    if is_event {
        let (page, behind) = event_page::read(text, lines, &preamble, path, limits)?;
        return Ok(Parsed::Event(page, behind));
    }
    match &path.id {
        Some(id) if id.is_opinion() => fail(
            "not_an_event_page",
            lines.at(),
            "no opinion, though it lies where opinions lie: expected `# title` and below it `#### by Author`",
        ),
        Some(_) => fail(
            "not_an_event_page",
            lines.at(),
            "no event page, though it lies where events lie: expected the heading `### [YYYY-MM-D](/news/YYYY/MM/D/index.md)`",
        ),
        None if listing::is_head(&lines) => {
            let (page, behind) = listing::read(text, lines, &preamble, path, limits)?;
            Ok(Parsed::Listing(page, behind))
        }
        None => Ok(Parsed::Other),
    }
}
