//! From a page as written to the clean model.

use super::model::{EventPage, Span};
use super::{prose, tags};
use crate::event::{Change, Event, EventId, Kind, Related, Source, text};

/// The clean model of a page, with what the store knows beside it.
pub(crate) fn to_event(page: &EventPage, tags: Vec<String>, superseded: bool) -> Event {
    let plain = |span: Span| text::clean(page.get(span)).into_owned();
    let id = |span: Span| EventId::from_canonical(page.get(span));
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let url = |span: Span| text::clean_url(page.get(span)).into_owned();
    let source = |source: &super::SourceItem| Source {
        name: plain(source.name),
        url: url(source.url),
        image: source.image.map(url).and_then(some),
    };
    let related = |(i, related): (usize, &super::RelatedItem)| {
        let mut found = Vec::new();
        tags::context_tags(page, i, &mut found);
        Related {
            id: id(related.target),
            title: plain(related.title),
            tags: found.into_iter().map(|tag| tag.into_owned()).collect(),
        }
    };
    let change = |change: &super::ChangeItem| Change {
        id: id(change.target),
        title: plain(change.title),
        at: change.at.map(plain).and_then(some),
        kind: change.kind,
    };
    let summary = match page.kind {
        Kind::News => page.summary.map(plain),
        Kind::Opinion => page
            .body
            .and_then(|body| prose::first_paragraph(page.get(body))),
    };
    Event {
        id: id(page.id),
        date: page.date,
        category: page.category.map(plain).and_then(some),
        title: plain(page.title),
        summary: summary.and_then(some),
        sources: page.sources.iter().map(source).collect(),
        related: page.related.iter().enumerate().map(related).collect(),
        tags,
        cover_image: page.cover_image.map(url).and_then(some),
        changes: page.changes.iter().map(change).collect(),
        author: page.author.map(plain).and_then(some),
        kind: page.kind,
        lang: page.lang,
        superseded,
    }
}
