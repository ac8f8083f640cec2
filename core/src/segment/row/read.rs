//! Rows → pages, as they were written.

use std::borrow::Cow;

use super::Flags;
use super::body::{self, BodyDictionaries, LayoutAndTags, push};
use super::header::{self, MarkdownHeader, RowHeader, RowKind, path_with_ending};
use crate::error::Result;
use crate::event::{Date, canonical_path, clean};
use crate::page::{
    Edition, EventPage, Listing, ListingItem, ListingKind, Page, PageKind, RelatedItem, Span,
};
use crate::segment::block::Malformed;
use crate::segment::link::{LinkTarget, StoredLink, decode_links};
use crate::segment::term::Spellings;
use crate::segment::{Part, Segment, TermField};

/// A tag number that the dictionary does not have.
pub(crate) const UNKNOWN_TAG: Malformed = "an unknown tag";

/// What gives the header of a row, or of an external id.
type HeaderOf<'h> = dyn Fn(u32) -> Result<Cow<'h, RowHeader>> + 'h;

/// The headers of all rows and external ids of a segment, each read once: a name is mostly made of its
/// title, and a page has a dozen links.
pub(crate) struct HeaderTable(Vec<RowHeader>);

impl HeaderTable {
    /// The header of a row.
    pub fn get(&self, row: u32) -> Option<&RowHeader> {
        self.0.get(row as usize)
    }
}

impl Segment {
    /// Reads all headers, on all cores.
    pub fn header_table(&self) -> Result<HeaderTable> {
        let headers = self.map_blocks(Part::Headers, |first, block| {
            let headers = (first..).zip(block.entries()).map(|(row, entry)| {
                let date = self.packed_date_of(row).map_err(|_| "a row has no day")?;
                header::decode(entry, date)
            });
            headers.collect::<Result<Vec<_>, _>>()
        })?;
        Ok(HeaderTable(headers.into_iter().flatten().collect()))
    }

    /// [`Segment::path_of`] and [`Segment::page`] with headers that were read already, and the tags of an
    /// event of the Context as term numbers.
    pub fn page_by(&self, row: u32, headers: &HeaderTable) -> Result<(String, Page, Vec<u32>)> {
        let header = |row: u32| match headers.get(row) {
            Some(header) => Ok(Cow::Borrowed(header)),
            None => self.row_header(row).map(Cow::Owned),
        };
        let own = header(row)?;
        let path = match self.exceptions()?.path_of.get(&row) {
            Some(path) => path.to_string(),
            None if own.kind.is_event() && own.kind != RowKind::Markdown => {
                canonical_path(&own.name)
            }
            None => self.path_of(row)?,
        };
        Ok(match own.kind {
            RowKind::News | RowKind::Opinion => {
                let (page, tags) = self.event_page_of(row, &header)?;
                (path, Page::Event(page), tags)
            }
            _ => (path, self.page_of(row, &header)?, Vec::new()),
        })
    }

    /// The row sets by kind.
    pub fn flags(&self) -> Result<&Flags> {
        self.flags
            .get_or(|| self.parsed(Part::Flags, |bytes| Flags::read(bytes, self.meta.rows)))
    }

    /// The date of a row that has one: of an event or a day page.
    pub(super) fn known_date_of(&self, row: u32) -> Result<Date> {
        let date = self.date_of(row)?;
        date.ok_or_else(|| self.malformed(Part::Days, "a page of a day has no day"))
    }

    /// The header of a row of any kind, as written.
    pub fn row_header(&self, row: u32) -> Result<RowHeader> {
        let date = self.packed_date_of(row)?;
        self.with_entry(Part::Headers, row, |entry| header::decode(entry, date))
    }

    /// The logical path of a row.
    pub fn path_of(&self, row: u32) -> Result<String> {
        if let Some(path) = self.exceptions()?.path_of.get(&row) {
            return Ok(path.to_string());
        }
        let header = self.row_header(row)?;
        if header.kind == RowKind::Markdown {
            let ending = self.with_entry(Part::Headers, row, |entry| {
                Ok(MarkdownHeader::read(entry)?.ending)
            })?;
            let path = path_with_ending(&header.name, ending);
            return path.ok_or_else(|| self.malformed(Part::Headers, "an unknown ending"));
        }
        Ok(if header.kind.is_event() {
            canonical_path(&header.name)
        } else {
            header.name
        })
    }

    /// The tags of an event's row as term numbers, ascending.
    pub fn tags_of(&self, row: u32) -> Result<Vec<u32>> {
        let terms = match self.dictionary_loaded(TermField::Tag) {
            Some(dictionary) => dictionary.len(),
            None => self.postings(TermField::Tag)?.len(),
        };
        self.with_entry(Part::Bodies, row, |entry| {
            let tags = body::decode_tags(entry)?;
            match tags.last() {
                // They ascend.
                Some(&last) if last >= terms => Err(UNKNOWN_TAG),
                _ => Ok(tags),
            }
        })
    }

    /// The tags of an event's row, in the order that its event has them. Reads no more of the row.
    pub fn spelled_tags(&self, row: u32) -> Result<Vec<String>> {
        let terms = self.spellings(TermField::Tag)?;
        let tags = self.with_entry(Part::Bodies, row, |entry| {
            let tags = body::decode_tags(entry)?.into_iter();
            tags.map(|tag| terms.get(tag).map(str::to_owned).ok_or(UNKNOWN_TAG))
                .collect()
        });
        terms.checked(tags)
    }

    /// The tags that an event's own page gives: beside its links, as its category, and as stated by
    /// a program. Reads no header.
    pub fn own_tags(&self, row: u32) -> Result<Vec<String>> {
        let terms = self.spellings(TermField::Tag)?;
        let own = self.with_entry(Part::Links, row, |entry| {
            let mut own = Vec::new();
            for link in decode_links(entry) {
                for tag in link?.tags.into_iter().flatten() {
                    own.push(terms.get(tag).ok_or(UNKNOWN_TAG)?.to_owned());
                }
            }
            Ok(own)
        });
        let mut own = terms.checked(own)?;
        let dictionaries = self.body_dictionaries()?;
        let mut page = EventPage::blank(Date::MIN, Edition::En, PageKind::News);
        let decoded = self.with_entry(Part::Bodies, row, |entry| {
            body::decode(entry, &mut page, &dictionaries)
        });
        dictionaries.checked(decoded)?;
        let category = page.category.map(|span| clean(page.get(span)).into_owned());
        own.extend(category.filter(|category| !category.is_empty()));
        own.extend(page.stated.iter().map(|&tag| page.get(tag).to_owned()));
        Ok(own)
    }

    /// An event's page as written, and its tags as term numbers.
    pub fn event_page(&self, row: u32) -> Result<(EventPage, Vec<u32>)> {
        self.event_page_of(row, &|row| self.row_header(row).map(Cow::Owned))
    }

    fn event_page_of(&self, row: u32, header_of: &HeaderOf<'_>) -> Result<(EventPage, Vec<u32>)> {
        let header = header_of(row)?;
        let date = self.known_date_of(row)?;
        let kind = header.kind.event_kind();
        let kind = kind.map_err(|message| self.malformed(Part::Headers, message))?;
        let mut page = EventPage::blank(date, header.lang, kind);
        page.text.reserve(1024);
        page.id = push(&mut page, &header.name);
        page.title = push(&mut page, &header.title);
        let dictionaries = self.body_dictionaries()?;
        let decoded = self.with_entry(Part::Bodies, row, |entry| {
            body::decode(entry, &mut page, &dictionaries)
        });
        let LayoutAndTags { layout, tags } = dictionaries.checked(decoded)?;
        let layout = self.layouts()?.get(layout as usize).cloned();
        page.layout = layout.ok_or_else(|| self.malformed(Part::Bodies, "an unknown layout"))?;
        self.read_related(row, header_of, &mut page)?;
        Ok((page, tags))
    }

    pub(in crate::segment) fn body_dictionaries(&self) -> Result<BodyDictionaries<'_>> {
        Ok(BodyDictionaries {
            categories: self.spellings(TermField::Category)?,
            sources: self.spellings(TermField::Source)?,
        })
    }

    /// Reads the links of an event's row as the related list of its page.
    fn read_related(&self, row: u32, header_of: &HeaderOf<'_>, page: &mut EventPage) -> Result<()> {
        let (block, within) = self.block_of(Part::Links, row)?;
        let tags = self.spellings(TermField::Tag)?;
        for link in decode_links(self.entry_of(Part::Links, &block, within)?) {
            let link = link.map_err(|message| self.malformed(Part::Links, message))?;
            let (target, title) = match link.target {
                LinkTarget::Row(row) => {
                    let header = header_of(row)?;
                    (
                        push(page, &header.name),
                        push(page, link.title.unwrap_or(&header.title)),
                    )
                }
                LinkTarget::Id(id) => (push(page, id), push(page, link.title.unwrap_or_default())),
            };
            let context = self.push_context(&mut page.text, &link, &tags)?;
            page.related.push(RelatedItem {
                title,
                target,
                context,
            });
        }
        Ok(())
    }

    /// Appends the context of a link: as written, or its tags joined by `", "`.
    fn push_context(
        &self,
        text: &mut String,
        link: &StoredLink<'_>,
        tags: &Spellings<'_>,
    ) -> Result<Option<Span>> {
        let Some(numbers) = &link.tags else {
            return Ok(None);
        };
        let start = text.len() as u32;
        match link.context {
            Some(written) => text.push_str(written),
            None => {
                for (i, &number) in numbers.iter().enumerate() {
                    let tag = tags.get(number);
                    let tag = tag.ok_or_else(|| self.malformed(Part::Links, UNKNOWN_TAG));
                    let tag = tags.checked(tag)?;
                    text.push_str(if i > 0 { ", " } else { "" });
                    text.push_str(tag);
                }
            }
        }
        Ok(Some(Span {
            start,
            end: text.len() as u32,
        }))
    }

    /// The page of a row of any kind, as written. Of a listing only the links are stored, not their
    /// titles.
    pub fn page(&self, row: u32) -> Result<Page> {
        self.page_of(row, &|row| self.row_header(row).map(Cow::Owned))
    }

    fn page_of(&self, row: u32, header_of: &HeaderOf<'_>) -> Result<Page> {
        let header = header_of(row)?;
        let kind = match header.kind {
            RowKind::News | RowKind::Opinion => {
                return Ok(Page::Event(self.event_page_of(row, header_of)?.0));
            }
            RowKind::Markdown => return Ok(Page::Markdown(Box::new(self.markdown_page(row)?))),
            RowKind::Other => return Ok(Page::Other),
            RowKind::Day => ListingKind::Day(self.known_date_of(row)?),
            RowKind::Front => ListingKind::Front,
            RowKind::Opinions => ListingKind::Opinions,
        };
        self.listing(row, header.lang, kind, header_of)
            .map(Page::Listing)
    }

    fn listing(
        &self,
        row: u32,
        lang: Edition,
        kind: ListingKind,
        header_of: &HeaderOf<'_>,
    ) -> Result<Listing> {
        let mut listing = Listing {
            text: String::new(),
            lang,
            kind,
            items: Vec::new(),
        };
        let (block, within) = self.block_of(Part::Links, row)?;
        let tags = self.spellings(TermField::Tag)?;
        for link in decode_links(self.entry_of(Part::Links, &block, within)?) {
            let link = link.map_err(|message| self.malformed(Part::Links, message))?;
            let start = listing.text.len() as u32;
            match link.target {
                LinkTarget::Row(row) => listing.text.push_str(&header_of(row)?.name),
                LinkTarget::Id(id) => listing.text.push_str(id),
            }
            let target = Span {
                start,
                end: listing.text.len() as u32,
            };
            let title = Span {
                start: target.end,
                end: target.end,
            };
            let context = self.push_context(&mut listing.text, &link, &tags)?;
            listing.items.push(ListingItem {
                target,
                title,
                context,
            });
        }
        Ok(listing)
    }

    /// The bytes of a row's page, where rendering does not give them back.
    pub fn kept_bytes(&self, row: u32) -> Result<Option<Vec<u8>>> {
        let entry = self.kept_entry(row)?;
        entry
            .map(|entry| self.with_entry(Part::Raw, entry, |bytes| Ok(bytes.to_vec())))
            .transpose()
    }

    /// The bytes of the page of a row that is a Markdown page: they are kept always.
    pub fn markdown_bytes(&self, row: u32) -> Result<Vec<u8>> {
        let kept = self.kept_bytes(row)?;
        kept.ok_or_else(|| self.malformed_row(Part::Raw, row, "its page is not kept"))
    }

    /// Which entry of the verbatim pages a row's is; none if it is not kept.
    pub(super) fn kept_entry(&self, row: u32) -> Result<Option<u32>> {
        let verbatim = &self.flags()?.raw;
        Ok(verbatim
            .contains(row)
            .then(|| verbatim.rank(row) as u32 - 1))
    }
}
