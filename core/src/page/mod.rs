//! Pages: bytes → [`Page`], and an event page back to its bytes.
//!
//! A page is told for what it is by its content first, by its place second. An event page's skeleton is read by its
//! line grammar; pulldown-cmark reads prose only.

mod clean;
mod event_page;
mod from_event;
mod item;
mod layout;
mod lines;
mod link;
mod listing;
mod locale;
mod model;
mod opinion;
mod place;
mod prose;
mod render;
mod slug;
mod tags;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use clean::to_event;
pub(crate) use from_event::from_event;
pub(crate) use layout::Layout;
pub(crate) use model::{
    ChangeItem, EventPage, Listing, ListingItem, ListingKind, Page, RelatedItem, SourceItem, Span,
};
pub(crate) use place::Place;
pub(crate) use slug::{
    compare_english_guess, compare_guess, guess_slug, push_english_guess, push_guess,
};
pub(crate) use tags::{context_tags, line_pieces};

use crate::error::PageError;
use event_page::Top;
use lines::{Fail, Lines, Step, fail};

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

/// Spans are 32 bits wide, and canonical ids are put behind the page's text.
const BYTES_MAX: usize = 1 << 30;

/// Reads one page. `path` is the path as the archive has it (used in errors); `place` what it says about the page.
///
/// The `text` of what is read begins with the page itself (its first `bytes.len()` bytes): an ingest compares
/// [`render`] with that. A file whose name does not end in `.md` is [`Page::Other`], whatever it holds.
pub(crate) fn read(
    path: &str,
    place: &Place,
    bytes: Vec<u8>,
    limits: &PageLimits,
) -> Result<Page, PageError> {
    if !place.is_markdown() {
        return Ok(Page::Other);
    }
    let text = match checked(bytes, limits) {
        Ok(text) => text,
        Err((fail, bytes)) => return Err(fail.on(path, &bytes)),
    };
    match told(&text, place, limits) {
        Ok(Told::Event(mut page, tail)) => {
            page.text = with_tail(text, &tail);
            Ok(Page::Event(page))
        }
        Ok(Told::Listing(mut page, tail)) => {
            page.text = with_tail(text, &tail);
            Ok(Page::Listing(page))
        }
        Ok(Told::Other) => Ok(Page::Other),
        Err(fail) => Err(fail.on(path, text.as_bytes())),
    }
}

/// Renders an event page from its fields alone (layout, date, id and the texts of its spans).
///
/// Equal to the page's bytes for every page that follows its layout; the ingest compares, and keeps the bytes of the rest.
pub(crate) fn render(page: &EventPage) -> String {
    render::render(page)
}

/// What a page has told itself to be, and the ids that go behind its text.
enum Told {
    Event(EventPage, String),
    Listing(Listing, String),
    Other,
}

fn with_tail(mut text: String, tail: &str) -> String {
    text.push_str(tail);
    text
}

/// The bytes as text, if they are the plain text that pages are.
fn checked(bytes: Vec<u8>, limits: &PageLimits) -> Result<String, (Fail, Vec<u8>)> {
    let size = bytes.len();
    let most = limits.bytes.min(BYTES_MAX);
    let problem = if size > most {
        fail(
            "too_large",
            0,
            format!(
                "the page has {size} bytes, more than the limit of {most}; raise the limit if it is meant so"
            ),
        )
    } else if bytes.starts_with(b"\xef\xbb\xbf") {
        fail(
            "byte_order_mark",
            0,
            "the page begins with a byte order mark; save it as UTF-8 without one",
        )
    } else if let Some(at) = memchr::memchr2(0, b'\r', &bytes) {
        if bytes[at] == 0 {
            fail(
                "nul_byte",
                at,
                "the page holds a NUL byte; it is no text, or is damaged",
            )
        } else {
            fail(
                "carriage_return",
                at,
                "the page holds a carriage return (line ends CRLF?); save it with line ends LF",
            )
        }
    } else {
        Ok(())
    };
    match problem {
        Err(fail) => Err((fail, bytes)),
        Ok(()) => String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let message = "the page is not UTF-8 here; save it as UTF-8".to_owned();
            (
                Fail {
                    kind: "bad_utf8",
                    offset,
                    message,
                },
                error.into_bytes(),
            )
        }),
    }
}

fn told(text: &str, place: &Place, limits: &PageLimits) -> Step<Told> {
    let mut lines = Lines::new(text);
    if lines.line() == Some("---") {
        return fail(
            "front_matter",
            0,
            "the page begins with front matter (`---`), a format that is not read; give pages of the Context's format",
        );
    }
    let mut top = Top {
        blank_first: lines.skip_blank() > 0,
        formats: None,
    };
    if let Some(line) = lines.line()
        && let Some(lang) = locale::formats(line)
    {
        top.formats = Some((line, lang));
        lines.advance();
        lines.skip_blank();
    }
    let line = lines.line().unwrap_or_default();
    let at_event = place.id.as_ref();
    if opinion::is_head(&lines) {
        let (page, tail) = opinion::read(text, lines, &top, place)?;
        return Ok(Told::Event(page, tail));
    }
    let dated = event_page::heading(line, "###")
        .is_some_and(|found| listing::looks_dated(found.text) || found.day.is_some());
    if dated {
        let (page, tail) = event_page::read(text, lines, &top, place, limits)?;
        return Ok(Told::Event(page, tail));
    }
    match at_event {
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
            let (page, tail) = listing::read(text, lines, &top, place, limits)?;
            Ok(Told::Listing(page, tail))
        }
        None => Ok(Told::Other),
    }
}
