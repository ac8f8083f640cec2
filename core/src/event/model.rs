//! The event and what belongs to it.

use super::words::{unknown, words};
use super::{Date, EventId, Kind, Lang, Meta, Time, domain_of};

/// One event, as clean text: entities are decoded, white space is single, text is NFC.
///
/// Missing is `None` or an empty list, never an empty string. An event owns its texts; cloning
/// it copies them.
///
/// Make one with [`Event::new`], then set its fields:
///
/// ```
/// use eventstore::{Date, Event, Source};
/// let mut event = Event::new("2017/03/2/flood".parse()?, Date::new(2017, 3, 2), "A river floods");
/// event.categories = vec!["Disasters".to_owned()];
/// event.sources = vec![Source::new("The Post", "https://post.example/flood")];
/// assert_eq!(event.sources[0].domain().as_deref(), Some("post.example"));
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Event {
    /// Its name.
    pub id: EventId,
    /// Its day, as the page writes it. Every page of the Context has one.
    #[cfg_attr(feature = "serde", serde(default))]
    pub date: Option<Date>,
    /// The time of its day, as the page writes it; pages of the Context have none.
    #[cfg_attr(feature = "serde", serde(default))]
    pub time: Option<Time>,
    /// The offset of that time from UTC in minutes, east is positive, if the page writes one.
    #[cfg_attr(feature = "serde", serde(default))]
    pub offset: Option<i16>,
    /// Its categories. A page of the Context has at most one.
    #[cfg_attr(feature = "serde", serde(default))]
    pub categories: Vec<String>,
    /// The title.
    pub title: String,
    /// The summary; of an opinion, its first paragraph as text. Of a Markdown page what its front
    /// matter says, else the text before its mark `<!-- more -->`, else its first paragraph.
    #[cfg_attr(feature = "serde", serde(default))]
    pub summary: Option<String>,
    /// The whole text as Markdown, of opinions and of Markdown pages; of news `None`.
    ///
    /// An opinion that is added with `None` here has its summary as its text.
    #[cfg_attr(feature = "serde", serde(default))]
    pub body: Option<String>,
    /// The numbered sources, in page order.
    #[cfg_attr(feature = "serde", serde(default))]
    pub sources: Vec<Source>,
    /// The numbered related events, in page order.
    #[cfg_attr(feature = "serde", serde(default))]
    pub related: Vec<Related>,
    /// All tags that the store has evidence for, in order of their folded form.
    #[cfg_attr(feature = "serde", serde(default))]
    pub tags: Vec<String>,
    /// URL of the cover image.
    #[cfg_attr(feature = "serde", serde(default))]
    pub cover_image: Option<String>,
    /// Earlier and later versions that the page lists.
    #[cfg_attr(feature = "serde", serde(default))]
    pub changes: Vec<Change>,
    /// Its authors. An opinion of the Context has at most one, news have none.
    #[cfg_attr(feature = "serde", serde(default))]
    pub authors: Vec<String>,
    /// What kind of text it is.
    #[cfg_attr(feature = "serde", serde(default = "news"))]
    pub kind: Kind,
    /// The language of its edition.
    #[cfg_attr(feature = "serde", serde(default = "english"))]
    pub lang: Lang,
    /// What the front matter of its page says beside the fields above. Pages of the Context have
    /// none.
    #[cfg_attr(feature = "serde", serde(default))]
    pub meta: Meta,
    /// Whether its page says that it is a draft. Answers leave drafts out unless they are asked for.
    #[cfg_attr(feature = "serde", serde(default))]
    pub draft: bool,
    /// Whether the day page of its day is known and does not list it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub superseded: bool,
}

#[cfg(feature = "serde")]
fn news() -> Kind {
    Kind::NEWS
}

#[cfg(feature = "serde")]
fn english() -> Lang {
    Lang::EN
}

impl Event {
    /// An event with nothing but an id, a day and a title. If its id is one of the Context, it is
    /// English, and an opinion if the id begins with `opinion/`, else news. Any other is a
    /// [`Kind::PAGE`] of [no known language](Lang::UNKNOWN).
    ///
    /// ```
    /// use eventstore::{Event, EventId, Kind};
    /// let id: EventId = "opinion/2017/04/4/bridges".parse()?;
    /// let event = Event::new(id.clone(), id.day(), "Bridges for all");
    /// assert_eq!(event.kind, Kind::OPINION);
    /// assert_eq!(Event::new(id, None, "Bridges for all").date, None);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    #[must_use]
    pub fn new(id: EventId, date: impl Into<Option<Date>>, title: impl Into<String>) -> Self {
        let (kind, lang) = match id.day() {
            Some(_) if id.is_opinion() => (Kind::OPINION, Lang::EN),
            Some(_) => (Kind::NEWS, Lang::EN),
            None => (Kind::PAGE, Lang::UNKNOWN),
        };
        Self {
            id,
            date: date.into(),
            time: None,
            offset: None,
            categories: Vec::new(),
            title: title.into(),
            summary: None,
            body: None,
            sources: Vec::new(),
            related: Vec::new(),
            tags: Vec::new(),
            cover_image: None,
            changes: Vec::new(),
            authors: Vec::new(),
            kind,
            lang,
            meta: Meta::default(),
            draft: false,
            superseded: false,
        }
    }
}

impl Event {
    /// Whether its page is one of the Context: its id says a day, and it has what only such a page has
    /// a list for, or nothing that such a page cannot say.
    pub(crate) fn is_of_context(&self) -> bool {
        let lists =
            !self.sources.is_empty() || !self.related.is_empty() || !self.changes.is_empty();
        // Lists of a Markdown page come from its body.
        let from_body = self.body.is_some() && ![Kind::NEWS, Kind::OPINION].contains(&self.kind);
        let lists = lists && !from_body;
        let kind = self.kind == Kind::OPINION || (self.kind == Kind::NEWS && self.body.is_none());
        let lang = [Lang::EN, Lang::ZH].contains(&self.lang);
        let other = self.time.is_some() || self.draft || !self.meta.is_empty();
        let plain = kind && lang && !other;
        self.id.day().is_some() && (lists || self.cover_image.is_some() || plain)
    }
}

/// Where an event was reported.
///
/// ```
/// use eventstore::Source;
/// let mut source = Source::new("The Post", "https://post.example/flood");
/// source.image = Some("https://post.example/flood.png".to_owned());
/// assert_eq!(source.domain().as_deref(), Some("post.example"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Source {
    /// The publisher's name.
    pub name: String,
    /// The address of the report.
    pub url: String,
    /// The address of an image of the report.
    #[cfg_attr(feature = "serde", serde(default))]
    pub image: Option<String>,
}

impl Source {
    /// A source without an image.
    #[must_use]
    pub fn new(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            url: url.into(),
            image: None,
        }
    }

    /// The publisher's host: in lower case, without `www.`, `m.` and `amp.`, international names
    /// in their own letters (`xn--mnchen-3ya.example` is `münchen.example`), and of an archived
    /// copy the host of the original.
    ///
    /// `None` if the URL is not http or https. Worked out anew at each call.
    ///
    /// ```
    /// use eventstore::Source;
    /// let domain = |url: &str| Source::new("A", url).domain();
    /// assert_eq!(domain("https://www.post.example/a").as_deref(), Some("post.example"));
    /// let copy = "https://web.archive.org/web/2017/http://post.example/a";
    /// assert_eq!(domain(copy).as_deref(), Some("post.example"));
    /// assert_eq!(domain("mailto:desk@post.example"), None);
    /// ```
    #[must_use]
    pub fn domain(&self) -> Option<String> {
        domain_of(&self.url)
    }
}

/// An entry of the related list.
///
/// ```
/// use eventstore::Related;
/// let mut related = Related::new("2017/03/1/rain".parse()?, "Heavy rain");
/// related.tags = vec!["Weather".to_owned()];
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Related {
    /// The event that is linked to. The store need not hold it.
    pub id: EventId,
    /// The link's text.
    pub title: String,
    /// The tags that both events share.
    #[cfg_attr(feature = "serde", serde(default))]
    pub tags: Vec<String>,
}

impl Related {
    /// An entry without tags.
    #[must_use]
    pub fn new(id: EventId, title: impl Into<String>) -> Self {
        Self {
            id,
            title: title.into(),
            tags: Vec::new(),
        }
    }
}

/// An entry of the list of changes: one version of the event.
///
/// ```
/// use eventstore::{Change, ChangeKind};
/// let mut first = Change::new("2017/03/2/flood".parse()?, "A river floods", ChangeKind::First);
/// first.at = Some("2017-03-02 06:30:07".to_owned());
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Change {
    /// The version's own id.
    pub id: EventId,
    /// The title it had.
    pub title: String,
    /// The time as the page writes it, `YYYY-MM-DD HH:MM:SS`; none for the current version.
    #[cfg_attr(feature = "serde", serde(default))]
    pub at: Option<String>,
    /// Which version it is.
    pub kind: ChangeKind,
}

impl Change {
    /// A version without a time.
    #[must_use]
    pub fn new(id: EventId, title: impl Into<String>, kind: ChangeKind) -> Self {
        Self {
            id,
            title: title.into(),
            at: None,
            kind,
        }
    }
}

/// Which version an entry of the list of changes is.
///
/// ```
/// use eventstore::ChangeKind;
/// assert_eq!(ChangeKind::Update.as_str(), "update");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum ChangeKind {
    /// The first version.
    First,
    /// A later version.
    Update,
    /// The version of this page.
    Current,
}

words!(ChangeKind, unknown; First = "first", Update = "update", Current = "current");
