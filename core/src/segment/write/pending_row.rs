//! A page on its way into a segment, with what resolving found out about it.
//!
//! It waits for its commit in short: of nine tenths of a page, the list of related events, only numbers stay (`Links`),
//! and the text keeps what the fields need. Id and usual title stand in the vocabulary already, and the path mostly
//! follows from the id, so that none of the three waits with the row.

use std::borrow::Cow;

use crate::event::clean;
use crate::page::{self, Edition, EventPage, Listing, ListingKind, Page, PageKind, Span};
use crate::segment::row::body::push;
use crate::segment::write::builder::{canonical_path, is_canonical_path};
use crate::segment::write::ids::Names;
use crate::segment::write::tags::Vocabulary;

/// Number of a row that has no id.
const NO_ID: u32 = u32::MAX;

/// See the file's head.
pub(crate) struct NewRow {
    /// Logical path; empty where it is the canonical one of an event's id.
    path: String,
    /// Without its links, which are in `links`, and without an event's id and usual title until [`NewRow::complete`].
    pub page: Page,
    /// Number of an event's id among the vocabulary's names.
    number: u32,
    /// Whether an event's title is the usual one of its id.
    pub title_is_usual: bool,
    /// Hash of the page's bytes.
    pub hash: u64,
    /// The page's bytes, where rendering does not give them back.
    pub raw: Option<Vec<u8>>,
    /// Put by a program, not read from an archive.
    pub added: bool,
    pub links: Links,
    /// An event's tags, as numbers of the vocabulary; until it is weighed those that it states itself, and its category.
    pub tags: Vec<u32>,
    pub superseded: bool,
    pub twin: bool,
}

/// Rows on their way. Boxed: they are put into lists, picked and sorted several times, and take 376 bytes each.
#[allow(clippy::vec_box)]
pub(crate) type NewRows = Vec<Box<NewRow>>;

/// A text of a link: none, the usual one, or a place in [`Links::written`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct LinkText(u32);

impl LinkText {
    pub const NONE: Self = Self(u32::MAX);
    pub const USUAL: Self = Self(u32::MAX - 1);
}

/// A link, with the tags beside it from the end of the link before on.
#[derive(Clone, Copy)]
pub(crate) struct NewLink {
    /// Number of the target among the vocabulary's names.
    pub target: u32,
    tags_end: u32,
    /// Usual: the usual title of the target.
    pub title: LinkText,
    /// Usual: its tags, joined by `", "`.
    pub context: LinkText,
}

/// The links of a page in page order.
#[derive(Default)]
pub(crate) struct Links {
    pub list: Vec<NewLink>,
    /// Tags of all links' contexts, as numbers of the vocabulary.
    pub tags: Vec<u32>,
    written: Vec<Box<str>>,
}

impl Links {
    /// The tags beside link `i`.
    pub fn tags_of(&self, i: usize) -> &[u32] {
        let start = if i == 0 { 0 } else { self.list[i - 1].tags_end };
        &self.tags[start as usize..self.list[i].tags_end as usize]
    }

    /// A text that is neither missing nor the usual one.
    pub fn written(&self, text: LinkText) -> Option<&str> {
        self.written.get(text.0 as usize).map(AsRef::as_ref)
    }

    fn push(
        &mut self,
        target: &str,
        title: Option<&str>,
        context: Option<&str>,
        pieces: &[std::borrow::Cow<'_, str>],
        vocabulary: &mut Vocabulary,
    ) {
        let target = vocabulary.names.number(target);
        let mut keep = |text: &str| {
            self.written.push(text.into());
            LinkText(self.written.len() as u32 - 1)
        };
        let title = match title {
            None => LinkText::NONE,
            Some(title) if vocabulary.names.is_usual(target, title) => LinkText::USUAL,
            Some(title) => keep(title),
        };
        let context = match context {
            None => LinkText::NONE,
            Some(context) if is_joined(context, pieces) => LinkText::USUAL,
            Some(context) => keep(context),
        };
        let numbers = pieces.iter().map(|tag| vocabulary.number(tag));
        self.tags.extend(numbers);
        self.list.push(NewLink {
            target,
            tags_end: self.tags.len() as u32,
            title,
            context,
        });
    }
}

/// Whether a text is these pieces, joined by `", "`.
fn is_joined(text: &str, pieces: &[std::borrow::Cow<'_, str>]) -> bool {
    let mut rest = text;
    for (i, piece) in pieces.iter().enumerate() {
        let after = if i > 0 {
            rest.strip_prefix(", ")
        } else {
            Some(rest)
        };
        match after.and_then(|rest| rest.strip_prefix(&**piece)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}

impl NewRow {
    /// Takes a page into a commit.
    pub fn new(path: String, page: Page, hash: u64, vocabulary: &mut Vocabulary) -> Box<Self> {
        let mut row = Box::new(Self {
            path,
            page: Page::Other,
            number: NO_ID,
            title_is_usual: false,
            hash,
            raw: None,
            added: false,
            links: Links::default(),
            tags: Vec::new(),
            superseded: false,
            twin: false,
        });
        row.page = match page {
            Page::Event(page) => {
                if is_canonical_path(&row.path, page.get(page.id)) {
                    row.path = String::new();
                }
                Page::Event(row.take_event(page, vocabulary))
            }
            Page::Listing(page) => Page::Listing(row.take_listing(page, vocabulary)),
            Page::Other => Page::Other,
        };
        row
    }

    fn take_event(&mut self, mut page: EventPage, vocabulary: &mut Vocabulary) -> EventPage {
        let names = &mut vocabulary.names;
        self.number = names.number(page.get(page.id));
        self.title_is_usual = names.is_usual(self.number, page.get(page.title));
        self.links.list.reserve_exact(page.related.len());
        self.links.tags.reserve(2 * page.related.len());
        let mut pieces = Vec::new();
        for (i, item) in page.related.iter().enumerate() {
            pieces.clear();
            page::context_tags(&page, i, &mut pieces);
            self.links.push(
                page.get(item.target),
                Some(page.get(item.title)),
                item.context.map(|span| page.get(span)),
                &pieces,
                vocabulary,
            );
        }
        let category = page.category.map(|span| clean(page.get(span)));
        if let Some(category) = category.filter(|text| !text.is_empty()) {
            self.tags.push(vocabulary.number(&category));
        }
        let stated = page.stated.iter().map(|&tag| page.get(tag));
        self.tags.extend(stated.map(|tag| vocabulary.number(tag)));
        self.links.tags.shrink_to_fit();
        page.id = Span::default();
        if self.title_is_usual {
            page.title = Span::default();
        }
        keep_fields(&mut page);
        page
    }

    /// Puts an event's id and title back into its page, which then is as it was read but for its links.
    pub fn complete(&mut self, names: &Names) {
        let title = match self.title_is_usual {
            true => names.title(self.number),
            false => None,
        };
        let Page::Event(page) = &mut self.page else {
            return;
        };
        page.id = push(page, names.id(self.number));
        if let Some(title) = title {
            page.title = push(page, title);
        }
    }

    fn take_listing(&mut self, mut page: Listing, vocabulary: &mut Vocabulary) -> Listing {
        self.links.list.reserve_exact(page.items.len());
        let mut pieces = Vec::new();
        for item in &page.items {
            pieces.clear();
            let context = item.context.map(|span| page.get(span));
            if let Some(context) = context {
                page::line_pieces(context, &mut pieces);
            }
            self.links
                .push(page.get(item.target), None, context, &pieces, vocabulary);
        }
        page.text = String::new();
        page.items = Vec::new();
        page
    }

    /// An event's id, another page's path.
    pub fn name<'a>(&'a self, names: &'a Names) -> &'a str {
        match self.number() {
            Some(number) => names.id(number),
            None => &self.path,
        }
    }

    /// The logical path.
    pub fn path<'a>(&'a self, names: &'a Names) -> Cow<'a, str> {
        match self.number() {
            Some(number) if self.path.is_empty() => canonical_path(names.id(number)).into(),
            _ => self.path.as_str().into(),
        }
    }

    /// The path of an event, if its id does not give it.
    pub fn own_path(&self) -> Option<&str> {
        (!self.path.is_empty()).then_some(&*self.path)
    }

    /// The number of an event's id, twins' too.
    pub fn number(&self) -> Option<u32> {
        (self.number != NO_ID).then_some(self.number)
    }

    /// The day under which it is sorted, packed; 0 for pages without a day.
    pub fn date(&self) -> u32 {
        match &self.page {
            Page::Event(event) => event.date.packed(),
            Page::Listing(listing) => match listing.kind {
                ListingKind::Day(day) => day.packed(),
                _ => 0,
            },
            Page::Other => 0,
        }
    }

    pub fn lang(&self) -> Option<Edition> {
        match &self.page {
            Page::Event(event) => Some(event.lang),
            Page::Listing(listing) => Some(listing.lang),
            Page::Other => None,
        }
    }

    pub fn event(&self) -> Option<&EventPage> {
        match &self.page {
            Page::Event(event) => Some(event),
            _ => None,
        }
    }

    pub fn is_opinion(&self) -> bool {
        self.event()
            .is_some_and(|event| event.kind == PageKind::Opinion)
    }

    pub fn is_live_event(&self) -> bool {
        !self.twin && self.event().is_some()
    }

    /// About how many bytes it holds in memory.
    pub fn held_bytes(&self) -> usize {
        let page = self.event().map_or(0, |event| {
            event.text.len() + 32 * event.sources.capacity() + 32 * event.changes.capacity()
        });
        let links = size_of::<NewLink>() * self.links.list.len() + 4 * self.links.tags.capacity();
        let written = self.links.written.iter().map(|text| text.len() + 32);
        let links = links + written.sum::<usize>();
        let raw = self.raw.as_ref().map_or(0, Vec::len);
        // An allocation has some 16 bytes of its own.
        size_of::<Self>() + self.path.len() + page + links + raw + 5 * 16
    }
}

/// Lets go of the links and of all text that no field needs.
fn keep_fields(page: &mut EventPage) {
    page.related = Vec::new();
    page.sources.shrink_to_fit();
    let fields = [page.id, page.title].into_iter().chain(
        [
            page.category,
            page.summary,
            page.cover_image,
            page.author,
            page.body,
        ]
        .into_iter()
        .flatten(),
    );
    let lists = page
        .sources
        .iter()
        .flat_map(|source| [Some(source.name), Some(source.url), source.image])
        .chain(
            page.changes
                .iter()
                .flat_map(|change| [Some(change.title), Some(change.target), change.at]),
        )
        .flatten();
    let length: u32 = fields
        .chain(lists)
        .chain(page.stated.iter().copied())
        .map(|span| span.end - span.start)
        .sum();
    let old = std::mem::replace(&mut page.text, String::with_capacity(length as usize));
    let text = &mut page.text;
    let mut keep = |span: &mut Span| {
        let start = text.len() as u32;
        text.push_str(&old[span.start as usize..span.end as usize]);
        *span = Span {
            start,
            end: text.len() as u32,
        };
    };
    keep(&mut page.id);
    keep(&mut page.title);
    for field in [
        &mut page.category,
        &mut page.summary,
        &mut page.cover_image,
        &mut page.author,
        &mut page.body,
    ] {
        field.iter_mut().for_each(&mut keep);
    }
    for source in &mut page.sources {
        keep(&mut source.name);
        keep(&mut source.url);
        source.image.iter_mut().for_each(&mut keep);
    }
    for change in &mut page.changes {
        keep(&mut change.title);
        keep(&mut change.target);
        change.at.iter_mut().for_each(&mut keep);
    }
    page.stated.iter_mut().for_each(keep);
}
