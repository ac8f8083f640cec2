//! What a page says, as written.

use super::context::Layout;
use super::markdown::MarkdownPage;
use crate::event::{ChangeKind, Date, Kind, Lang};

/// A range of bytes of a page's `text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub start: u32,
    pub end: u32,
}

/// The language edition of a page. Rows of one day are sorted by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Edition {
    En,
    Zh,
}

impl Edition {
    /// The language of the events of this edition.
    pub fn lang(self) -> Lang {
        match self {
            Self::En => Lang::EN,
            Self::Zh => Lang::ZH,
        }
    }

    /// The edition that writes this language.
    pub fn of(lang: &Lang) -> Option<Self> {
        let mut all = [Self::En, Self::Zh].into_iter();
        all.find(|edition| edition.lang() == *lang)
    }

    /// The text of [`Edition::lang`].
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

/// The kind of an event page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageKind {
    News,
    Opinion,
}

impl PageKind {
    /// The kind of the events of these pages.
    pub fn kind(self) -> Kind {
        match self {
            Self::News => Kind::NEWS,
            Self::Opinion => Kind::OPINION,
        }
    }

    /// The page kind of these events.
    pub fn of(kind: &Kind) -> Option<Self> {
        let mut all = [Self::News, Self::Opinion].into_iter();
        all.find(|page| page.kind() == *kind)
    }

    /// The text of [`PageKind::kind`].
    #[cfg_attr(not(feature = "arrow"), expect(dead_code, reason = "a column's text"))]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Opinion => "opinion",
        }
    }
}

/// One page of an archive.
#[derive(Debug, Clone)]
pub(crate) enum Page {
    /// A page of one event, or an opinion.
    Event(EventPage),
    /// A page that lists events: a day page, a front page, the list of opinions.
    Listing(Listing),
    /// A Markdown page of another format than the Context's.
    Markdown(Box<MarkdownPage>),
    /// Anything else: free pages of the Context, files that are no pages.
    Other,
}

/// An event page as written: spans of one text, so reading a page copies none of its fields.
///
/// The text is the page itself, followed by what the page does not hold literally, such as a canonical
/// id. A page that a segment gives back has the same fields over another text. So only the texts of
/// the spans have a meaning, not their offsets.
#[derive(Debug, Clone)]
pub(crate) struct EventPage {
    pub text: String,
    /// Canonical id.
    pub id: Span,
    /// The date of its heading.
    pub date: Date,
    pub lang: Edition,
    pub kind: PageKind,
    pub layout: Layout,
    /// `None`: the layout has no category line; an empty span: the line is there and empty.
    pub category: Option<Span>,
    /// With the spaces at its edges.
    pub title: Span,
    pub summary: Option<Span>,
    pub sources: Vec<SourceItem>,
    pub cover_image: Option<Span>,
    pub changes: Vec<ChangeItem>,
    pub related: Vec<RelatedItem>,
    /// Of an opinion.
    pub author: Option<Span>,
    /// Of an opinion: all that follows its head.
    pub body: Option<Span>,
    /// Tags that a program gave with the event, clean.
    pub stated: Vec<Span>,
}

/// A numbered source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SourceItem {
    pub name: Span,
    pub url: Span,
    pub image: Option<Span>,
}

/// A numbered related event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RelatedItem {
    /// Link text as written.
    pub title: Span,
    /// Canonical id of the link's target.
    pub target: Span,
    /// The text behind the label, as written; none if the item has no context.
    pub context: Option<Span>,
}

/// A numbered change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChangeItem {
    pub title: Span,
    pub target: Span,
    pub at: Option<Span>,
    pub kind: ChangeKind,
}

/// A page that lists events.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    pub text: String,
    pub lang: Edition,
    pub kind: ListingKind,
    pub items: Vec<ListingItem>,
}

/// Which list it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListingKind {
    /// The list of one day. Only this one supersedes.
    Day(Date),
    /// The last days.
    Front,
    /// The list of opinions.
    Opinions,
}

/// One listed event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListingItem {
    /// Canonical id of the link's target.
    pub target: Span,
    /// Link text as written.
    pub title: Span,
    /// The text behind the label of the context line, as written.
    pub context: Option<Span>,
}

impl EventPage {
    /// A page without texts, for a reader to fill.
    pub fn blank(date: Date, lang: Edition, kind: PageKind) -> Self {
        Self {
            text: String::new(),
            id: Span::default(),
            date,
            lang,
            kind,
            layout: Layout::default(),
            category: None,
            title: Span::default(),
            summary: None,
            sources: Vec::new(),
            cover_image: None,
            changes: Vec::new(),
            related: Vec::new(),
            author: None,
            body: None,
            stated: Vec::new(),
        }
    }

    /// The text of a span.
    pub fn get(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }
}

impl EventPage {
    /// Adds a tag that a program stated.
    pub fn push_stated(&mut self, tag: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(tag);
        let end = self.text.len() as u32;
        self.stated.push(Span { start, end });
    }
}

impl Listing {
    /// The text of a span.
    pub fn get(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }
}
