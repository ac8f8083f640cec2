//! The grammar of pages that list events: day pages, front pages, the list of opinions.

use super::event_page::{Top, heading};
use super::item;
use super::lines::{Lines, Step, fail};
use super::link::Id;
use super::locale::{self, Block, LOCALES};
use super::model::{Listing, ListingItem, ListingKind, Span};
use super::{PageLimits, Place};
use crate::event::{Date, Lang};

/// Whether the line at the cursor heads a list, and does not only look like Markdown.
pub(super) fn is_head(lines: &Lines<'_>) -> bool {
    let line = lines.line().unwrap_or_default();
    if line.strip_prefix("## ").is_some_and(locale::is_opinions) {
        return true;
    }
    heading(line, "##").is_some_and(|found| {
        found.day.is_some() || locale::block(found.text).is_some() || looks_dated(found.text)
    })
}

/// Four digits and a dash: meant as a date, good or bad.
pub(super) fn looks_dated(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 4 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-'
}

/// Reads a list; `lines` stands at its first heading.
pub(super) fn read(
    whole: &str,
    mut lines: Lines<'_>,
    top: &Top<'_>,
    place: &Place,
    limits: &PageLimits,
) -> Step<(Listing, String)> {
    let mut told: Option<Lang> = None;
    let mut front = false;
    let mut dated: Option<Date> = None;
    let mut opinions = false;
    let mut items: Vec<ListingItem> = Vec::new();
    let mut tail = String::new();
    let span = |start: usize, len: usize| Span {
        start: start as u32,
        end: (start + len) as u32,
    };
    // Directly below an item its summary or context may stand.
    let mut below_item = false;
    while let Some(line) = lines.line() {
        let at = lines.at();
        let was_below = std::mem::replace(&mut below_item, false);
        if super::lines::is_blank(line) || line.starts_with("##### ") || line == "#####" {
        } else if line == "---" {
            front = true;
        } else if let Some(found) = heading(line, "##") {
            match locale::block(found.text) {
                Some(Block::Previous(lang)) => told = told.or(Some(lang)),
                Some(Block::Front(lang)) => {
                    told = told.or(Some(lang));
                    front = true;
                }
                None if looks_dated(found.text) => {
                    let Ok(date) = found.text.parse() else {
                        return fail(
                            "bad_date",
                            at + found.text_at,
                            format!(
                                "{:?} is no day of the calendar; days are written like 2017-03-2",
                                found.text
                            ),
                        );
                    };
                    front |= dated.replace(date).is_some();
                }
                None => front = true,
            }
            if found.day.is_none() {
                return fail(
                    "bad_link",
                    at + found.link_at,
                    "expected the link to a day, `(/news/YYYY/MM/D/index.md)`, to end the heading",
                );
            }
        } else if line.strip_prefix("## ").is_some_and(locale::is_opinions) {
            opinions = true;
        } else if line.starts_with("### [") {
            if items.len() == limits.items {
                return fail(
                    "too_many_items",
                    at,
                    "the page lists more events than the limit allows; raise the limit if it is meant so",
                );
            }
            match item::linked(line, 5) {
                Ok(found) if found.note.is_none() => {
                    let target = match found.target.id {
                        Id::Literal(id) => {
                            span(id.as_ptr() as usize - whole.as_ptr() as usize, id.len())
                        }
                        Id::Made(id) => {
                            let start = whole.len() + tail.len();
                            tail.push_str(id.as_str());
                            span(start, id.as_str().len())
                        }
                    };
                    let title = span(at + found.title.start, found.title.len());
                    items.push(ListingItem {
                        target,
                        title,
                        context: None,
                    });
                }
                Ok(found) => {
                    let note = found.note.map_or(0, |note| note.start);
                    return fail(
                        "bad_item",
                        at + note,
                        "expected the line to end behind the link",
                    );
                }
                Err(broken) => return fail("bad_item", at + broken.0, broken.1),
            }
            below_item = true;
        } else if was_below {
            let note = line
                .strip_prefix('_')
                .and_then(|rest| rest.strip_suffix('_'));
            if let (Some((word, skip)), Some(item)) =
                (note.and_then(locale::context), items.last_mut())
            {
                told = told.or(word.lang);
                item.context = Some(span(at + 1 + skip, line.len() - 2 - skip));
            }
        } else {
            return fail(
                "unexpected_line",
                at,
                "expected an item, `### [title](/news/YYYY/MM/D/slug.md)`, a heading or the end of the page",
            );
        }
        lines.advance();
    }
    let kind = match dated {
        None if opinions && !front => ListingKind::Opinions,
        // What a day page lists lies in its folder, whatever its heading says.
        Some(date) if !front => ListingKind::Day(place.day.unwrap_or(date)),
        _ => ListingKind::Front,
    };
    let title = |item: &ListingItem| whole.get(item.title.start as usize..item.title.end as usize);
    let lang = told
        .or(top.formats.map(|(_, lang)| lang))
        .or_else(|| items.iter().filter_map(title).find_map(locale::script))
        .unwrap_or(LOCALES[0].lang);
    Ok((
        Listing {
            text: String::new(),
            lang,
            kind,
            items,
        },
        tail,
    ))
}
