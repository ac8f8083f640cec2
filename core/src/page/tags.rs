//! Contexts: from the text behind a label to tags.

use std::borrow::Cow;

use super::model::EventPage;
use crate::event::{Lang, text};

const COMMA: &str = ", ";

/// The tags of the context of related entry `i`, clean, by the comma rule of event pages.
///
/// In an English context neighbours `a`, `b` are one tag if `b` sorts before `a` by code point (contexts are sorted,
/// so a comma within a tag shows), or if the text `a, b` occurs literally both in the page's own title or summary and
/// in the link's text. From left to right; a joined tag may be joined with what follows it.
pub(crate) fn context_tags<'p>(page: &'p EventPage, i: usize, out: &mut Vec<Cow<'p, str>>) {
    let Some(related) = page.related.get(i) else {
        return;
    };
    let Some(context) = related.context else {
        return;
    };
    let line = page.get(context);
    if page.lang == Lang::Zh || !line.contains(COMMA) {
        return line_pieces(line, out);
    }
    let title = page.get(page.title);
    let summary = page.summary.map_or("", |span| page.get(span));
    let link = page.get(related.title);
    let occurs =
        |both: &str| link.contains(both) && (title.contains(both) || summary.contains(both));
    // The tag that is being made is line[start..end].
    let (mut start, mut end) = (0, line.find(COMMA).unwrap_or(line.len()));
    while end < line.len() {
        let next = end + COMMA.len();
        let next_end = line[next..].find(COMMA).map_or(line.len(), |at| next + at);
        let (a, b) = (line[start..end].trim(), line[next..next_end].trim());
        let joined =
            !a.is_empty() && !b.is_empty() && (b < a || occurs(line[start..next_end].trim()));
        if !joined {
            push(&line[start..end], out);
            start = next;
        }
        end = next_end;
    }
    push(&line[start..], out);
}

/// The pieces of a context line of a day or front page, clean, split plainly. `resolve` joins neighbours whose joined
/// form (`"a, b"`) is evidence for the same event from event pages.
pub(crate) fn line_pieces<'p>(line: &'p str, out: &mut Vec<Cow<'p, str>>) {
    for piece in line.split(COMMA) {
        push(piece, out);
    }
}

fn push<'p>(piece: &'p str, out: &mut Vec<Cow<'p, str>>) {
    let tag = text::clean(piece);
    if !tag.is_empty() {
        out.push(tag);
    }
}
