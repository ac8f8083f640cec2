//! A page that waits for its commit.
//!
//! Rows are held compactly until the commit. The related list, about 90 % of a page, is kept as
//! interned ids (`pending_links`); the text keeps only the bytes that fields refer to. An event's
//! id and its usual title are in the interners, and its path mostly follows from its id.

use std::borrow::Cow;

use super::ids::IdInterner;
use super::interners::Interners;
use super::kept_page::KeptPage;
use super::pending_links::PendingLinks;
use crate::event::{canonical_path, clean, is_canonical_path};
use crate::page::{
    self, Edition, EventPage, Listing, ListingKind, MarkdownPage, Page, PageKind, Span,
};
use crate::segment::row::{path_ending, path_with_ending, push};
use crate::segment::words::RowTexts;

/// Number of a row that has no id.
const NO_ID: u32 = u32::MAX;

/// A page that waits for its commit, and what resolving the commit found out about it.
pub(crate) struct PendingRow {
    /// Logical path. Empty where it follows from an event's id.
    path: String,
    /// What the path of a Markdown page has behind its id.
    ending: u8,
    /// The page without its links, which are in `links`, and without an event's id and usual title
    /// until [`PendingRow::complete`].
    pub page: Page,
    /// The number of an event's id.
    number: u32,
    /// Whether an event's title is the usual one of its id.
    pub title_is_usual: bool,
    /// Hash of the page's bytes.
    pub hash: u64,
    /// The page's bytes, where rendering does not give them back.
    pub raw: Option<KeptPage>,
    /// Added by a program, not read from an archive.
    pub added: bool,
    pub links: PendingLinks,
    /// An event's tags, by number. Until the commit is resolved, only its category and the tags
    /// that a program stated.
    pub tags: Vec<u32>,
    /// Whether a day page of its date does not list it.
    pub superseded: bool,
    /// Whether another page owns its id.
    pub twin: bool,
    /// Of a row of a segment that is merged: which of the merged segments, and the row. Its words are
    /// there.
    pub origin: Option<(u32, u32)>,
}

/// Pending rows. Boxed, since they are moved between lists and sorted several times, and take some 390
/// bytes each.
#[allow(clippy::vec_box)]
pub(crate) type PendingRows = Vec<Box<PendingRow>>;

impl PendingRow {
    /// A row for a page.
    pub fn new(path: String, page: Page, hash: u64, interners: &mut Interners) -> Box<Self> {
        let mut row = Box::new(Self {
            path,
            ending: 0,
            page: Page::Other,
            number: NO_ID,
            title_is_usual: false,
            hash,
            raw: None,
            added: false,
            links: PendingLinks::default(),
            tags: Vec::new(),
            superseded: false,
            twin: false,
            origin: None,
        });
        row.page = match page {
            Page::Event(page) => {
                if is_canonical_path(&row.path, page.get(page.id)) {
                    row.path = String::new();
                }
                Page::Event(row.take_event(page, interners))
            }
            Page::Listing(page) => Page::Listing(row.take_listing(page, interners)),
            Page::Markdown(page) => Page::Markdown(row.take_markdown(page, interners)),
            Page::Other => Page::Other,
        };
        row
    }

    /// The page keeps its texts; its bytes go where verbatim pages are.
    fn take_markdown(
        &mut self,
        mut page: Box<MarkdownPage>,
        interners: &mut Interners,
    ) -> Box<MarkdownPage> {
        self.ending = path_ending(&self.path, &page.id);
        if self.ending != 0 {
            self.path = String::new();
        }
        self.number = interners.ids.number(&page.id);
        self.title_is_usual = interners.ids.is_usual(self.number, &page.title);
        let tags = page.tags.iter();
        self.tags = tags.map(|tag| interners.tags.number(tag)).collect();
        if !page.text.is_empty() {
            self.raw = Some(KeptPage::new(std::mem::take(&mut page.text).into_bytes()));
        }
        page
    }

    fn take_event(&mut self, mut page: EventPage, interners: &mut Interners) -> EventPage {
        let ids = &mut interners.ids;
        self.number = ids.number(page.get(page.id));
        self.title_is_usual = ids.is_usual(self.number, page.get(page.title));
        self.links.list.reserve_exact(page.related.len());
        self.links.tags.reserve(2 * page.related.len());
        let mut tags = Vec::new();
        for (i, item) in page.related.iter().enumerate() {
            tags.clear();
            page::context_tags(&page, i, &mut tags);
            self.links.push(
                page.get(item.target),
                Some(page.get(item.title)),
                item.context.map(|span| page.get(span)),
                &tags,
                interners,
            );
        }
        let category = page.category.map(|span| clean(page.get(span)));
        if let Some(category) = category.filter(|text| !text.is_empty()) {
            self.tags.push(interners.tags.number(&category));
        }
        let stated = page.stated.iter().map(|&tag| page.get(tag));
        self.tags
            .extend(stated.map(|tag| interners.tags.number(tag)));
        self.links.tags.shrink_to_fit();
        page.id = Span::default();
        if self.title_is_usual {
            page.title = Span::default();
        }
        keep_fields(&mut page);
        page
    }

    /// Puts an event's id and title back into its page. Only its links are missing then.
    pub fn complete(&mut self, ids: &IdInterner) {
        let title = ids.title(self.number).filter(|_| self.title_is_usual);
        let Page::Event(page) = &mut self.page else {
            return;
        };
        page.id = push(page, ids.id(self.number));
        if let Some(title) = title {
            page.title = push(page, title);
        }
    }

    fn take_listing(&mut self, mut page: Listing, interners: &mut Interners) -> Listing {
        self.links.list.reserve_exact(page.items.len());
        let mut tags = Vec::new();
        for item in &page.items {
            tags.clear();
            let context = item.context.map(|span| page.get(span));
            if let Some(context) = context {
                page::line_pieces(context, &mut tags);
            }
            self.links
                .push(page.get(item.target), None, context, &tags, interners);
        }
        page.text = String::new();
        page.items = Vec::new();
        page
    }

    /// An event's id, or another page's path.
    pub fn name<'a>(&'a self, ids: &'a IdInterner) -> &'a str {
        match self.number() {
            Some(number) => ids.id(number),
            None => &self.path,
        }
    }

    /// The logical path.
    pub fn path<'a>(&'a self, ids: &'a IdInterner) -> Cow<'a, str> {
        match self.number() {
            Some(number) if self.path.is_empty() => match &self.page {
                Page::Markdown(_) => {
                    let path = path_with_ending(ids.id(number), self.ending);
                    path.unwrap_or_default().into()
                }
                _ => canonical_path(ids.id(number)).into(),
            },
            _ => self.path.as_str().into(),
        }
    }

    /// The path of a row, unless it follows from an event's id.
    pub fn own_path(&self) -> Option<&str> {
        (!self.path.is_empty()).then_some(&*self.path)
    }

    /// What the path of a Markdown page has behind its id, as a number.
    pub fn ending(&self) -> u8 {
        self.ending
    }

    /// The title of an event of any format.
    pub fn title(&self) -> Option<&str> {
        match &self.page {
            Page::Event(event) => Some(event.get(event.title)),
            Page::Markdown(page) => Some(&page.title),
            _ => None,
        }
    }

    /// The texts that have words, of an event. An event's title may lie among the ids.
    pub(in crate::segment) fn texts<'r>(&'r self, ids: &'r IdInterner) -> Option<RowTexts<'r>> {
        match &self.page {
            Page::Event(page) => {
                let usual = self.number().and_then(|number| ids.title(number));
                let title = usual.filter(|_| self.title_is_usual);
                let title = title.unwrap_or_else(|| page.get(page.title));
                Some(RowTexts::of_event(page, title))
            }
            Page::Markdown(page) => {
                let bytes = self
                    .raw
                    .as_ref()
                    .map(KeptPage::unpacked)
                    .unwrap_or_default();
                Some(RowTexts::of_markdown(page, &bytes))
            }
            _ => None,
        }
    }

    /// Of a Markdown page.
    pub fn markdown(&self) -> Option<&MarkdownPage> {
        match &self.page {
            Page::Markdown(page) => Some(page),
            _ => None,
        }
    }

    /// The number of an event's id, also of a twin's.
    pub fn number(&self) -> Option<u32> {
        (self.number != NO_ID).then_some(self.number)
    }

    /// The day under which the row is sorted, packed. 0 for pages without a day.
    pub fn date(&self) -> u32 {
        match &self.page {
            Page::Event(event) => event.date.packed(),
            Page::Markdown(page) => page.packed_date(),
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
            Page::Markdown(_) | Page::Other => None,
        }
    }

    /// The time of the day, in milliseconds.
    pub fn millis(&self) -> Option<u32> {
        let time = self.markdown()?.moment?.time?;
        Some(time.millis())
    }

    pub fn event(&self) -> Option<&EventPage> {
        match &self.page {
            Page::Event(event) => Some(event),
            _ => None,
        }
    }

    /// Whether it is an event of the opinion tree.
    pub fn is_opinion(&self) -> bool {
        self.event()
            .is_some_and(|event| event.kind == PageKind::Opinion)
    }

    /// Whether it is an event, and no twin.
    pub fn is_live_event(&self) -> bool {
        !self.twin && self.title().is_some()
    }

    /// Bytes in memory, estimated.
    pub fn bytes(&self) -> usize {
        let page = self.event().map_or(0, |event| {
            event.text.len() + 32 * event.sources.capacity() + 32 * event.changes.capacity()
        });
        let markdown = self.markdown().map_or(0, MarkdownPage::bytes);
        let raw = self.raw.as_ref().map_or(0, KeptPage::bytes);
        // Each of five allocations has about 16 bytes of its own.
        let row = size_of::<Self>() + self.path.len() + page + markdown + self.links.bytes() + raw;
        row + 5 * 16 + self.searched_bytes()
    }

    /// Bytes of the texts that have words. While a segment is built, its words take half as many where
    /// they repeat, and up to twice as many where each is another.
    fn searched_bytes(&self) -> usize {
        let of_event = |event: &EventPage| {
            let spans = [Some(event.title), event.summary, event.body].into_iter();
            let lengths = spans.flatten().map(|span| (span.end - span.start) as usize);
            lengths.sum()
        };
        match &self.page {
            Page::Event(event) => of_event(event),
            Page::Markdown(_) => self.raw.as_ref().map_or(0, KeptPage::unpacked_bytes),
            _ => 0,
        }
    }
}

/// Drops the links, and all text that no field refers to.
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
