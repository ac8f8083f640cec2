//! The tags of a context line: the text behind its label is cut at commas, but a tag may hold a comma.

use std::borrow::Cow;

use super::super::model::{Edition, EventPage};
use super::item::find;
use crate::event::clean;

const COMMA: &str = ", ";

/// A context with more commas is cut at each of them. The rule searches title and link for each comma,
/// so the limit bounds what a hostile page costs; real contexts have some ten commas.
const COMMAS_MAX: usize = 256;

/// The tags of the context of related entry `i`, clean, by the comma rule of event pages.
///
/// In an English context the pieces `a` and `b` beside a comma are one tag in two cases:
///
/// - `b` sorts before `a` by code point: contexts are sorted, so this comma cannot stand between two
///   tags;
/// - the text `a, b` occurs literally in the link's text, and also in the page's title or summary.
///
/// Commas are looked at from left to right, and a joined tag may be joined with the next piece.
pub(crate) fn context_tags<'p>(page: &'p EventPage, i: usize, out: &mut Vec<Cow<'p, str>>) {
    let Some(related) = page.related.get(i) else {
        return;
    };
    let Some(context) = related.context else {
        return;
    };
    let line = page.get(context);
    let commas = pieces(line).count() - 1;
    if page.lang == Edition::Zh || !(1..=COMMAS_MAX).contains(&commas) {
        return line_pieces(line, out);
    }
    let title = page.get(page.title);
    let summary = page.summary.map_or("", |span| page.get(span));
    let link = page.get(related.title);
    let holds = |text: &str, both: &str| {
        // Most titles hold no comma, and then no search begins.
        find(text, COMMA).is_some()
            && memchr::memmem::find(text.as_bytes(), both.as_bytes()).is_some()
    };
    let occurs = |both: &str| holds(link, both) && (holds(title, both) || holds(summary, both));
    // The current tag is line[start..end]; `made` is its clean form, piece by piece.
    let (mut start, mut end) = (0, find(line, COMMA).unwrap_or(line.len()));
    let mut made = clean(&line[..end]).into_owned();
    while end < line.len() {
        let next = end + COMMA.len();
        let next_end = find(&line[next..], COMMA).map_or(line.len(), |at| next + at);
        let b = clean(&line[next..next_end]);
        let joined = !made.is_empty()
            && !b.is_empty()
            && (*b < *made || occurs(line[start..next_end].trim()));
        if joined {
            made.push_str(COMMA);
            made.push_str(&b);
        } else {
            push(&line[start..end], out);
            start = next;
            made.clear();
            made.push_str(&b);
        }
        end = next_end;
    }
    push(&line[start..], out);
}

/// The pieces of a context line of a day or front page, clean, cut at each comma. The store joins two
/// pieces where event pages show that `a, b` is one tag of the event.
pub(crate) fn line_pieces<'p>(line: &'p str, out: &mut Vec<Cow<'p, str>>) {
    pieces(line).for_each(|piece| push(piece, out));
}

/// `line.split(COMMA)`.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let at = find(text, COMMA);
        rest = at.map(|at| &text[at + COMMA.len()..]);
        Some(&text[..at.unwrap_or(text.len())])
    })
}

fn push<'p>(piece: &'p str, out: &mut Vec<Cow<'p, str>>) {
    let tag = clean(piece);
    if !tag.is_empty() {
        out.push(tag);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{COMMA, find, pieces};

    proptest! {
        #[test]
        fn pieces_and_places_are_those_of_the_general_search(text in "[a, é]{0,12}", mark in "[a, é]{1,2}") {
            prop_assert!(pieces(&text).eq(text.split(COMMA)));
            prop_assert_eq!(find(&text, &mark), text.find(&mark));
        }
    }
}
