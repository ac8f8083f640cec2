//! The event and what belongs to it.

use serde::{Deserialize, Serialize};

use super::words::{unknown, words};
use super::{Date, EventId, domain};

/// One event, as clean text.
///
/// Missing is `None`, never an empty string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place in the tree.
    pub id: EventId,
    /// The day of its heading.
    pub date: Date,
    /// The category line.
    pub category: Option<String>,
    /// The title.
    pub title: String,
    /// The summary; of an opinion, its first paragraph as text.
    pub summary: Option<String>,
    /// The numbered sources, in page order.
    pub sources: Vec<Source>,
    /// The numbered related events, in page order.
    pub related: Vec<Related>,
    /// All tags that the store has evidence for, in order of their folded form.
    pub tags: Vec<String>,
    /// URL of the cover image.
    pub cover_image: Option<String>,
    /// Earlier and later versions that the page lists.
    pub changes: Vec<Change>,
    /// The author, of opinions only.
    pub author: Option<String>,
    /// News or opinion.
    pub kind: Kind,
    /// The language edition.
    pub lang: Lang,
    /// Whether the day page of its day is known and does not list it.
    pub superseded: bool,
}

impl Event {
    /// A news event in English with nothing but these three; set the other fields as needed.
    pub fn new(id: EventId, date: Date, title: impl Into<String>) -> Self {
        let kind = if id.is_opinion() {
            Kind::Opinion
        } else {
            Kind::News
        };
        Self {
            id,
            date,
            category: None,
            title: title.into(),
            summary: None,
            sources: Vec::new(),
            related: Vec::new(),
            tags: Vec::new(),
            cover_image: None,
            changes: Vec::new(),
            author: None,
            kind,
            lang: Lang::En,
            superseded: false,
        }
    }
}

/// Where an event was reported.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Source {
    /// The publisher's name.
    pub name: String,
    /// The report.
    pub url: String,
    /// An image of the report.
    pub image: Option<String>,
}

impl Source {
    /// The publisher's host in lower case, without `www.`, `m.` and `amp.`; of an archived copy the archived host.
    ///
    /// `None` if the URL is not http or https.
    pub fn domain(&self) -> Option<String> {
        domain::domain_of(&self.url)
    }
}

/// An entry of the related list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Related {
    /// The event that is linked to; it may be absent from the store.
    pub id: EventId,
    /// The link's text.
    pub title: String,
    /// The tags that both events share.
    pub tags: Vec<String>,
}

/// An entry of the list of changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// The version's own id.
    pub id: EventId,
    /// The title it had.
    pub title: String,
    /// The time as the page writes it, `YYYY-MM-DD HH:MM:SS`; none for the current version.
    pub at: Option<String>,
    /// Which version it is.
    pub kind: ChangeKind,
}

/// Which version an entry of the list of changes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ChangeKind {
    /// The first version.
    First,
    /// A later version.
    Update,
    /// The version of this page.
    Current,
}

/// News or opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// An item of the day's news.
    News,
    /// An editorial.
    Opinion,
}

/// The language edition of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Lang {
    /// English.
    En,
    /// Chinese.
    Zh,
}

words!(Kind, unknown; News = "news", Opinion = "opinion");
words!(Lang, unknown; En = "en", Zh = "zh");
words!(ChangeKind, unknown; First = "first", Update = "update", Current = "current");
