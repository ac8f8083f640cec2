//! The event that a page is: its texts, cleaned.

use std::borrow::Cow;

use super::super::model::{EventPage, PageKind, RelatedItem, Span};
use super::super::prose;
use super::comma_rule::context_tags;
use crate::event::{
    Change, ChangeKind, Event, EventId, Meta, Related, Source, clean, clean_title, clean_url,
};

/// The clean texts of a page, field by field; missing is `None`, never empty. Only `to_event` reads the
/// related list.
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

    /// The summary; of an opinion, its first paragraph.
    pub(crate) fn clean_summary(&self) -> Option<Cow<'_, str>> {
        match self.kind {
            PageKind::News => self.plain_some(self.summary),
            PageKind::Opinion => prose::first_paragraph(self.get(self.body?)).map(Cow::Owned),
        }
    }

    /// The text of an opinion, as written.
    pub(crate) fn own_body(&self) -> Option<&str> {
        let body = self.body.map(|span| self.get(span));
        body.filter(|body| !body.is_empty())
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
            let title = clean_title(self.get(change.title));
            let at = self.plain_some(change.at);
            (self.get(change.target), title, at, change.kind)
        })
    }
}

fn some(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    Some(text).filter(|text| !text.is_empty())
}

/// The event of a page, with the tags and the mark that the store derives.
pub(crate) fn to_event(page: &EventPage, tags: Vec<String>, superseded: bool) -> Event {
    let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    let related = |(i, related): (usize, &RelatedItem)| {
        let mut found = Vec::new();
        context_tags(page, i, &mut found);
        let id = EventId::from_canonical(page.get(related.target));
        let mut entry = Related::new(id, clean_title(page.get(related.title)));
        entry.tags = found.into_iter().map(Cow::into_owned).collect();
        entry
    };
    let sources = page.clean_sources().map(|(name, url, image)| {
        let mut source = Source::new(name, url);
        source.image = owned(image);
        source
    });
    let changes = page.clean_changes().map(|(id, title, at, kind)| {
        let mut change = Change::new(EventId::from_canonical(id), title, kind);
        change.at = owned(at);
        change
    });
    // Not `Event::new` and then field by field: an event is large, and lists read many.
    Event {
        id: EventId::from_canonical(page.get(page.id)),
        date: Some(page.date),
        time: None,
        offset: None,
        categories: Vec::from_iter(owned(page.clean_category())),
        title: clean_title(page.get(page.title)).into_owned(),
        summary: owned(page.clean_summary()),
        body: page.own_body().map(str::to_owned),
        sources: sources.collect(),
        related: page.related.iter().enumerate().map(related).collect(),
        tags,
        cover_image: owned(page.clean_cover_image()),
        changes: changes.collect(),
        authors: Vec::from_iter(owned(page.clean_author())),
        kind: page.kind.kind(),
        lang: page.lang.lang(),
        meta: Meta::default(),
        draft: false,
        superseded,
    }
}
