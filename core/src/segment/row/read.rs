//! Reading rows: heads, tags, whole pages, and finding rows by name or path.

use crate::error::Result;
use crate::event::{Date, clean};
use crate::page::{
    Edition, EventPage, Listing, ListingItem, ListingKind, Page, PageKind, RelatedItem, Span,
};
use crate::segment::block::chunk::Part;
use crate::segment::block::varint::Malformed;
use crate::segment::canonical_path;
use crate::segment::link::encode::{self as links, Target};
use crate::segment::row::body::{self as row, Texts, push};
use crate::segment::row::header::{self as head, RowHead, RowKind, id_day};
use crate::segment::segment::{Field, Segment};
use crate::segment::term::dictionary::Spellings;

pub(in crate::segment) struct Dictionaries<'a> {
    pub categories: &'a Spellings,
    pub sources: &'a Spellings,
}

impl Texts for Dictionaries<'_> {
    fn category(&self, term: u32) -> Option<&str> {
        (term < self.categories.len()).then(|| self.categories.spelling(term))
    }

    fn source(&self, term: u32) -> Option<&str> {
        (term < self.sources.len()).then(|| self.sources.spelling(term))
    }
}

impl Segment {
    /// Hands an entry of a dense part to `read`.
    pub(in crate::segment) fn with_entry<T>(
        &self,
        part: Part,
        row: u32,
        read: impl FnOnce(&[u8]) -> Result<T, Malformed>,
    ) -> Result<T> {
        let (block, within) = self.block_of(part, row)?;
        let entry = block.entry(within).ok_or("a block lacks a row");
        entry
            .and_then(read)
            .map_err(|message| self.malformed(part, message))
    }

    /// The head of any row, as written.
    pub fn row_head(&self, row: u32) -> Result<RowHead> {
        let date = self.packed_date_of(row)?;
        self.with_entry(Part::Heads, row, |entry| head::decode(entry, date))
    }

    /// The logical path of a row.
    pub fn path_of(&self, row: u32) -> Result<String> {
        if let Some(path) = self.odd()?.path_of.get(&row) {
            return Ok(path.to_string());
        }
        let head = self.row_head(row)?;
        Ok(if head.kind.is_event() {
            canonical_path(&head.name)
        } else {
            head.name
        })
    }

    /// Rows of one day whose name is this: an event and its twins, or a page in both languages.
    fn named_within(&self, day: u32, name: &str) -> Result<Vec<u32>> {
        let mut found = Vec::new();
        for row in self.fingerprints()?.rows_like(name, self.rows_of_day(day)?) {
            if self.is_named(row, day, name)? {
                found.push(row);
            }
        }
        Ok(found)
    }

    /// Whether the head of a row of some day, or of an id outside the segment, has this name.
    pub(in crate::segment) fn is_named(&self, row: u32, day: u32, name: &str) -> Result<bool> {
        let compare = |entry: &[u8]| head::compare_name(entry, day, name);
        Ok(self.with_entry(Part::Heads, row, compare)?.is_eq())
    }

    /// Rows whose name is this id or path: live, deleted, twins.
    pub fn rows_named(&self, name: &str) -> Result<Vec<u32>> {
        let day = head::day_of_name(name);
        let mut found = self.named_within(day, name)?;
        if day != 0 && id_day(name).is_none() {
            // A page that lies in a day's folder and is no day page has no day.
            found.extend(self.named_within(0, name)?);
        }
        found.extend(self.odd()?.by_name.get(name).into_iter().flatten());
        Ok(found)
    }

    /// The rows that have this path: one, or a listing in each language. `id` is the one that the path's place gives.
    pub fn rows_of_path(&self, path: &str, id: Option<&str>) -> Result<Vec<u32>> {
        let odd = self.odd()?;
        let mut found: Vec<u32> = odd.by_path.get(path).copied().into_iter().collect();
        match id {
            // Such a path holds no other kind of page.
            Some(id) if canonical_path(id) == path => {
                let canonical = |row: &u32| !odd.path_of.contains_key(row);
                found.extend(self.rows_named(id)?.into_iter().filter(canonical));
            }
            Some(_) => {}
            None => found.extend(self.rows_named(path)?),
        }
        Ok(found)
    }

    /// Rows whose place (not their heading) is a day, packed: all kinds, live and deleted.
    pub fn rows_placed_on(&self, day: u32) -> Result<Vec<u32>> {
        let odd = self.odd()?;
        let elsewhere: Vec<u32> = odd.by_name.values().flatten().copied().collect();
        let mut rows: Vec<u32> = self
            .rows_of_day(day)?
            .filter(|row| !elsewhere.contains(row))
            .collect();
        for (name, found) in &odd.by_name {
            if id_day(name) == Some(day) {
                rows.extend(found);
            }
        }
        Ok(rows)
    }

    /// The tags of an event's row as term numbers, ascending.
    pub fn tags_of(&self, row: u32) -> Result<Vec<u32>> {
        self.with_entry(Part::Rows, row, row::decode_tags)
    }

    /// What an event's page says of its own tags: beside its links, as its category, as stated. Reads no head.
    pub fn own_tags(&self, row: u32) -> Result<Vec<String>> {
        let terms = self.spellings(Field::Tag)?;
        let mut own = self.with_entry(Part::Links, row, |entry| {
            let mut own = Vec::new();
            for link in links::decode(entry) {
                for tag in link?.tags.into_iter().flatten() {
                    if tag >= terms.len() {
                        return Err("an unknown tag");
                    }
                    own.push(terms.spelling(tag).to_owned());
                }
            }
            Ok(own)
        })?;
        let texts = Dictionaries {
            categories: self.spellings(Field::Category)?,
            sources: self.spellings(Field::Source)?,
        };
        let mut page = EventPage::blank(Date::MIN, Edition::En, PageKind::News);
        self.with_entry(Part::Rows, row, |entry| {
            row::decode(entry, &mut page, &texts)
        })?;
        let category = page.category.map(|span| clean(page.get(span)).into_owned());
        own.extend(category.filter(|category| !category.is_empty()));
        own.extend(page.stated.iter().map(|&tag| page.get(tag).to_owned()));
        Ok(own)
    }

    /// An event's page as written, and its tags as term numbers.
    pub fn event_page(&self, row: u32) -> Result<(EventPage, Vec<u32>)> {
        let head = self.row_head(row)?;
        let date = self.date_of(row)?.unwrap_or(Date::MIN);
        let kind = match head.kind {
            RowKind::Opinion => PageKind::Opinion,
            _ => PageKind::News,
        };
        let mut page = EventPage::blank(date, head.lang, kind);
        page.text.reserve(1024);
        page.id = push(&mut page, &head.name);
        page.title = push(&mut page, &head.title);
        let texts = Dictionaries {
            categories: self.spellings(Field::Category)?,
            sources: self.spellings(Field::Source)?,
        };
        let rest = self.with_entry(Part::Rows, row, |entry| {
            row::decode(entry, &mut page, &texts)
        })?;
        let layout = self.layouts()?.get(rest.layout as usize);
        page.layout = layout
            .cloned()
            .ok_or_else(|| self.malformed(Part::Rows, "an unknown layout"))?;
        self.read_related(row, &mut page)?;
        Ok((page, rest.tags))
    }

    fn read_related(&self, row: u32, page: &mut EventPage) -> Result<()> {
        let (block, within) = self.block_of(Part::Links, row)?;
        let tags = self.spellings(Field::Tag)?;
        for link in links::decode(block.entry(within).unwrap_or_default()) {
            let link = link.map_err(|message| self.malformed(Part::Links, message))?;
            let (target, title) = match link.target {
                Target::Row(row) => {
                    let head = self.row_head(row)?;
                    (
                        push(page, &head.name),
                        link.title.map_or(head.title, str::to_owned),
                    )
                }
                Target::Id(id) => (push(page, id), link.title.unwrap_or_default().to_owned()),
            };
            let title = push(page, &title);
            let context = self.push_context(&mut page.text, &link, tags)?;
            page.related.push(RelatedItem {
                title,
                target,
                context,
            });
        }
        Ok(())
    }

    fn push_context(
        &self,
        text: &mut String,
        link: &links::Link<'_>,
        tags: &Spellings,
    ) -> Result<Option<Span>> {
        let Some(numbers) = &link.tags else {
            return Ok(None);
        };
        let start = text.len() as u32;
        match link.context {
            Some(written) => text.push_str(written),
            None => {
                for (i, &number) in numbers.iter().enumerate() {
                    if number >= tags.len() {
                        return Err(self.malformed(Part::Links, "an unknown tag"));
                    }
                    text.push_str(if i > 0 { ", " } else { "" });
                    text.push_str(tags.spelling(number));
                }
            }
        }
        Ok(Some(Span {
            start,
            end: text.len() as u32,
        }))
    }

    /// Any row's page, as written. A listing comes back with its links, not with their texts.
    pub fn page(&self, row: u32) -> Result<Page> {
        let head = self.row_head(row)?;
        let kind = match head.kind {
            RowKind::News | RowKind::Opinion => return Ok(Page::Event(self.event_page(row)?.0)),
            RowKind::Other => return Ok(Page::Other),
            RowKind::Day => ListingKind::Day(self.date_of(row)?.unwrap_or(Date::MIN)),
            RowKind::Front => ListingKind::Front,
            RowKind::Opinions => ListingKind::Opinions,
        };
        self.listing(row, head.lang, kind).map(Page::Listing)
    }

    fn listing(&self, row: u32, lang: Edition, kind: ListingKind) -> Result<Listing> {
        let mut listing = Listing {
            text: String::new(),
            lang,
            kind,
            items: Vec::new(),
        };
        let (block, within) = self.block_of(Part::Links, row)?;
        let tags = self.spellings(Field::Tag)?;
        for link in links::decode(block.entry(within).unwrap_or_default()) {
            let link = link.map_err(|message| self.malformed(Part::Links, message))?;
            let start = listing.text.len() as u32;
            match link.target {
                Target::Row(row) => listing.text.push_str(&self.row_head(row)?.name),
                Target::Id(id) => listing.text.push_str(id),
            }
            let target = Span {
                start,
                end: listing.text.len() as u32,
            };
            let title = Span {
                start: target.end,
                end: target.end,
            };
            let context = self.push_context(&mut listing.text, &link, tags)?;
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
        let kept = &self.flags()?.raw;
        if !kept.contains(row) {
            return Ok(None);
        }
        let entry = kept.rank(row) as u32 - 1;
        self.with_entry(Part::Raw, entry, |bytes| Ok(Some(bytes.to_vec())))
    }
}
