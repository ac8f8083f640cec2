//! The same page over another text, as a segment gives it back.

use super::super::*;

/// Copies the text of every span to a new text in an order that has nothing to do with the page's.
pub(super) fn moved(page: &EventPage) -> EventPage {
    let mut text = String::from("unrelated");
    let mut copy = |span: Span| {
        let start = text.len() as u32;
        text.push_str(page.get(span));
        let span = Span {
            start,
            end: text.len() as u32,
        };
        text.push('\u{1}');
        span
    };
    let mut again = page.clone();
    for related in again.related.iter_mut().rev() {
        related.context = related.context.map(&mut copy);
        related.target = copy(related.target);
        related.title = copy(related.title);
    }
    for change in again.changes.iter_mut().rev() {
        change.at = change.at.map(&mut copy);
        change.title = copy(change.title);
        change.target = copy(change.target);
    }
    for source in &mut again.sources {
        source.image = source.image.map(&mut copy);
        source.url = copy(source.url);
        source.name = copy(source.name);
    }
    again.stated = again.stated.iter().map(|&span| copy(span)).collect();
    for span in [
        &mut again.body,
        &mut again.author,
        &mut again.summary,
        &mut again.cover_image,
        &mut again.category,
    ] {
        *span = span.map(&mut copy);
    }
    again.title = copy(again.title);
    again.id = copy(again.id);
    again.text = text;
    again
}
