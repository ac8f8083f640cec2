//! From a page as written to the clean model.

use std::borrow::Cow;

use super::model::{EventPage, Span};
use super::{prose, tags};
use crate::event::text::{clean, clean_url};
use crate::event::{Change, ChangeKind, Event, EventId, Kind, Related, Source};

/// The clean texts of a page, field by field; missing is `None`, never empty. The related list is `to_event`'s alone.
impl EventPage {
    fn plain(&self, span: Span) -> Cow<'_, str> {
        clean(self.get(span))
    }

    fn plain_some(&self, span: Option<Span>) -> Option<Cow<'_, str>> {
        some(self.plain(span?))
    }

    fn url_some(&self, span: Option<Span>) -> Option<Cow<'_, str>> {
        some(clean_url(self.get(span?)))
    }

    pub(crate) fn clean_category(&self) -> Option<Cow<'_, str>> {
        self.plain_some(self.category)
    }

    /// Of an opinion its first paragraph.
    pub(crate) fn clean_summary(&self) -> Option<Cow<'_, str>> {
        match self.kind {
            Kind::News => self.plain_some(self.summary),
            Kind::Opinion => prose::first_paragraph(self.get(self.body?)).map(Cow::Owned),
        }
    }

    pub(crate) fn clean_cover_image(&self) -> Option<Cow<'_, str>> {
        self.url_some(self.cover_image)
    }

    pub(crate) fn clean_author(&self) -> Option<Cow<'_, str>> {
        self.plain_some(self.author)
    }

    /// Name, URL and image of each source.
    pub(crate) fn clean_sources(
        &self,
    ) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>, Option<Cow<'_, str>>)> {
        self.sources.iter().map(|source| {
            let url = clean_url(self.get(source.url));
            (self.plain(source.name), url, self.url_some(source.image))
        })
    }

    /// Id, title, time and kind of each change.
    pub(crate) fn clean_changes(
        &self,
    ) -> impl Iterator<Item = (&str, Cow<'_, str>, Option<Cow<'_, str>>, ChangeKind)> {
        self.changes.iter().map(|change| {
            let (title, at) = (self.plain(change.title), self.plain_some(change.at));
            (self.get(change.target), title, at, change.kind)
        })
    }
}

fn some(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    Some(text).filter(|text| !text.is_empty())
}

/// The clean model of a page, with what the store knows beside it.
pub(crate) fn to_event(page: &EventPage, tags: Vec<String>, superseded: bool) -> Event {
    let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    let related = |(i, related): (usize, &super::RelatedItem)| {
        let mut found = Vec::new();
        tags::context_tags(page, i, &mut found);
        Related {
            id: EventId::from_canonical(page.get(related.target)),
            title: page.plain(related.title).into_owned(),
            tags: found.into_iter().map(|tag| tag.into_owned()).collect(),
        }
    };
    let sources = page.clean_sources().map(|(name, url, image)| Source {
        name: name.into_owned(),
        url: url.into_owned(),
        image: owned(image),
    });
    let changes = page.clean_changes().map(|(id, title, at, kind)| Change {
        id: EventId::from_canonical(id),
        title: title.into_owned(),
        at: owned(at),
        kind,
    });
    Event {
        id: EventId::from_canonical(page.get(page.id)),
        date: page.date,
        category: owned(page.clean_category()),
        title: page.plain(page.title).into_owned(),
        summary: owned(page.clean_summary()),
        sources: sources.collect(),
        related: page.related.iter().enumerate().map(related).collect(),
        tags,
        cover_image: owned(page.clean_cover_image()),
        changes: changes.collect(),
        author: owned(page.clean_author()),
        kind: page.kind,
        lang: page.lang,
        superseded,
    }
}
