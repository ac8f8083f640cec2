//! What a Markdown page says.

use std::fmt;

use rustc_hash::FxHashSet;

use super::super::lines::Fail;
use super::links::{
    ExternalLink, LinkKey, PageLink, PageName, PageNameKind, Place, keys_of, last_part,
};
use super::prefix::{local_id, prefix_of_stored};
use crate::event::{Date, Kind, Lang, Meta, Time};

/// A Markdown page. Its texts are clean; its body is behind an offset of its bytes, which are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MarkdownPage {
    /// The page itself, until its row keeps it.
    pub text: String,
    /// Canonical id.
    pub id: String,
    pub title: String,
    pub moment: Option<Moment>,
    /// None if there is none; never empty.
    pub summary: Option<String>,
    pub tags: Vec<String>,
    pub categories: Vec<String>,
    pub authors: Vec<String>,
    /// A language tag in its usual case; empty if neither page nor path says one.
    pub lang: String,
    /// The word of its `type`; empty if it has none.
    pub kind: String,
    pub draft: bool,
    /// The keys of the front matter that no field above has taken.
    pub meta: Meta,
    /// Links that leave the archive, each address once.
    pub sources: Vec<ExternalLink>,
    /// Links to pages of the archive, each as it is written, once.
    pub links: Vec<PageLink>,
    /// What links can call it beside its file's name. The first address is its own.
    pub names: Vec<PageName>,
    /// Where the body begins, in bytes of the page.
    pub body: u32,
    /// What was chosen for its archive, as stored ([`ArchiveChoice`](super::ArchiveChoice)).
    pub archive: String,
}

/// A day as written, with the time and the offset that stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub date: Date,
    pub time: Option<Time>,
    /// Minutes east of Greenwich.
    pub offset: Option<i16>,
}

impl From<Date> for Moment {
    fn from(date: Date) -> Self {
        Self {
            date,
            time: None,
            offset: None,
        }
    }
}

impl MarkdownPage {
    /// A page with nothing but an id, for a reader of rows to fill.
    pub fn blank(id: String) -> Self {
        Self {
            text: String::new(),
            id,
            title: String::new(),
            moment: None,
            summary: None,
            tags: Vec::new(),
            categories: Vec::new(),
            authors: Vec::new(),
            lang: String::new(),
            kind: String::new(),
            draft: false,
            meta: Meta::default(),
            sources: Vec::new(),
            links: Vec::new(),
            names: Vec::new(),
            body: 0,
            archive: String::new(),
        }
    }

    /// Bytes in memory, estimated, without the page itself.
    pub fn bytes(&self) -> usize {
        let lists = [&self.tags, &self.categories, &self.authors];
        let lists = lists.into_iter().flatten().map(|text| text.len() + 40);
        let texts = self.id.len() + self.title.len() + self.summary.as_ref().map_or(0, String::len);
        let sources = self.sources.iter();
        let sources = sources.map(|link| link.name.len() + link.url.len() + 64);
        let links = self.links.iter();
        let links = links.map(|link| link.text.len() + link.target.len() + 72);
        let names = self.names.iter().map(|name| name.text.len() + 40);
        let links = sources.chain(links).chain(names).sum::<usize>();
        size_of::<Self>()
            + self.archive.len()
            + texts
            + lists.sum::<usize>()
            + links
            + self.meta.bytes()
    }

    /// Its kind: [`Kind::PAGE`] if it has no type.
    pub fn kind(&self) -> Kind {
        kind_of(&self.kind)
    }

    /// Its language, [`Lang::UNKNOWN`] if none is known.
    pub fn lang(&self) -> Lang {
        lang_of(&self.lang)
    }

    /// A page with the links and names of this one, which it then lacks: what a look-up needs.
    pub fn take_links(&mut self) -> Self {
        Self {
            links: std::mem::take(&mut self.links),
            names: std::mem::take(&mut self.names),
            archive: self.archive.clone(),
            ..Self::blank(self.id.clone())
        }
    }

    /// What stands before the ids of its archive, with its slash; mostly empty. Links lead to pages of
    /// the same prefix alone.
    pub fn prefix(&self) -> &str {
        prefix_of_stored(&self.archive)
    }

    /// The id without the prefix.
    pub fn local_id(&self) -> &str {
        local_id(&self.id, self.prefix())
    }

    /// Where it lies, by its path: what its links are relative to.
    pub fn place<'p>(&'p self, path: &'p str) -> Place<'p> {
        let mut names = self.names.iter();
        let own = names.find(|name| name.kind == PageNameKind::Address);
        Place {
            path: path.strip_prefix(self.prefix()).unwrap_or(path),
            address: own.map_or("", |name| &name.text),
        }
    }

    /// What the target of one of its links may be called, the best first. `path` is its own.
    pub fn keys_of(&self, link: &PageLink, path: &str) -> Vec<LinkKey> {
        keys_of(link, self.place(path))
    }

    /// The last parts of its names, by which it can be found, each once.
    pub fn last_parts(&self) -> FxHashSet<String> {
        let names = self.names.iter().map(|name| name.text.as_str());
        let names = names.chain([self.local_id()]);
        names.map(last_part).collect()
    }

    /// The last parts of what the targets of its links may be called, each once. `path` is its own.
    pub fn last_parts_of_links(&self, path: &str) -> FxHashSet<String> {
        let links = self.links.iter();
        let keys = links.flat_map(|link| self.keys_of(link, path));
        keys.map(|key| last_part(&key.text)).collect()
    }

    /// Whether another page says the same, bodies and choices aside.
    pub fn says_as(&self, other: &Self) -> bool {
        let fields = |page: &Self| Self {
            text: String::new(),
            body: 0,
            archive: String::new(),
            ..page.clone()
        };
        fields(self) == fields(other)
    }

    /// The day, packed; 0 if it has none.
    pub fn packed_date(&self) -> u32 {
        self.moment.map_or(0, |moment| moment.date.packed())
    }
}

/// The kind of a page whose type is this word, or empty.
pub(crate) fn kind_of(word: &str) -> Kind {
    match word {
        "" => Kind::PAGE,
        word => Kind::new(word).unwrap_or(Kind::PAGE),
    }
}

/// The language of this tag, which may be empty.
pub(crate) fn lang_of(tag: &str) -> Lang {
    match tag {
        "" => Lang::UNKNOWN,
        tag => Lang::new(tag).unwrap_or(Lang::UNKNOWN),
    }
}

impl fmt::Display for DateRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(name) => write!(f, "key {name}"),
            Self::MappedKey => f.write_str("mapped key"),
            Self::Address(name) => write!(f, "day in {name}"),
            Self::FileName => f.write_str("file name"),
            Self::Folder => f.write_str("folder"),
        }
    }
}

/// Where a date came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum DateRule {
    /// A key of this name.
    Key(&'static str),
    /// A key that the archive's map names.
    MappedKey,
    /// A day inside an address that a key of this name gives.
    Address(&'static str),
    FileName,
    Folder,
}

/// Something that a person may want to know about a page that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageNote {
    /// Offset in the page.
    pub offset: usize,
    pub message: String,
}

impl PageNote {
    /// The note with the path, the line and the column that it is about.
    pub fn on(&self, path: &str, bytes: &[u8]) -> String {
        let fail = Fail {
            kind: "note",
            offset: self.offset,
            message: self.message.clone(),
        };
        fail.on(path, bytes).to_string()
    }
}

/// A page that was read, and how.
#[derive(Debug, Clone)]
pub(crate) struct ReadPage {
    pub page: MarkdownPage,
    /// Where its date came from; none if it has none.
    pub date_rule: Option<DateRule>,
    pub notes: Vec<PageNote>,
}
