//! The event that a Markdown page is.

use super::model::MarkdownPage;
use crate::event::{Event, EventId, Source};

/// The event of a page without its body and its tags, which the row has apart.
pub(crate) fn to_event(page: MarkdownPage, body: Option<String>, tags: Vec<String>) -> Event {
    let (kind, lang) = (page.kind(), page.lang());
    let date = page.moment.map(|moment| moment.date);
    let mut event = Event::new(EventId::from_canonical(&page.id), date, page.title);
    event.time = page.moment.and_then(|moment| moment.time);
    event.offset = page.moment.and_then(|moment| moment.offset);
    (event.kind, event.lang) = (kind, lang);
    event.categories = page.categories;
    event.summary = page.summary;
    event.body = body;
    event.tags = tags;
    event.authors = page.authors;
    event.meta = page.meta;
    event.draft = page.draft;
    let sources = page.sources.into_iter();
    event.sources = sources
        .map(|link| Source::new(link.name, link.url))
        .collect();
    event
}
