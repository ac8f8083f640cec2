//! Reading rows: heads, links, whole pages and events, and finding rows by name, path or link.

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::bytes::Malformed;
use super::canonical_path;
use super::chunk::Part;
use super::head::{self, RowHead, RowKind, id_day};
use super::links::{self, Referrers, Target};
use super::reader::{Field, Segment};
use super::row::{self, Texts, push};
use super::terms::Terms;
use crate::error::Result;
use crate::event::text::clean;
use crate::event::{Date, Kind, Lang};
use crate::page::{EventPage, Listing, ListingItem, ListingKind, Page, RelatedItem, Span};

pub(super) struct Dictionaries<'a> {
    pub categories: &'a Terms,
    pub sources: &'a Terms,
}

impl Texts for Dictionaries<'_> {
    fn category(&self, term: u32) -> Option<&str> {
        (term < self.categories.len()).then(|| self.categories.spelling(term))
    }

    fn source(&self, term: u32) -> Option<&str> {
        (term < self.sources.len()).then(|| self.sources.spelling(term))
    }
}

/// Links of a block as (row, target): targets of this segment, and others.
#[derive(Default)]
struct Found {
    inside: Vec<(u32, u32)>,
    outside: Vec<(u32, Box<str>)>,
}

impl Segment {
    /// Hands an entry of a dense part to `read`.
    pub(super) fn with_entry<T>(
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
            let order = self.with_entry(Part::Heads, row, |entry| {
                head::compare_name(entry, day, name)
            })?;
            if order.is_eq() {
                found.push(row);
            }
        }
        Ok(found)
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

    /// Of the rows of one name the event's, or the first twin's.
    fn event_of(&self, named: &[u32]) -> Result<Option<u32>> {
        let events = &self.flags()?.events;
        let event = named.iter().find(|&&row| events.contains(row));
        // As the builder did: without an event the first row, which need not lie on the day of the name.
        Ok(event.or(named.iter().min()).copied())
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

    fn referrers_loaded(&self) -> Result<&Referrers> {
        self.referrers.get_or(|| {
            let blocks = self.map_blocks(Part::Links, |first, block| {
                let mut found = Found::default();
                for (row, entry) in (first..).zip(block.entries()) {
                    for link in links::decode(entry) {
                        match link?.target {
                            Target::Row(target) if target < self.rows() => {
                                found.inside.push((row, target))
                            }
                            Target::Row(_) => return Err("a link leads to no row"),
                            Target::Id(id) => found.outside.push((row, id.into())),
                        }
                    }
                }
                Ok(found)
            })?;
            let mut inside = Vec::new();
            let mut outside: FxHashMap<Box<str>, Vec<u32>> = FxHashMap::default();
            for found in blocks {
                inside.extend(found.inside);
                for (row, id) in found.outside {
                    outside.entry(id).or_default().push(row);
                }
            }
            Ok(Referrers::build(self.rows(), &inside, outside))
        })
    }

    /// All rows that link to an id, events, twins and listings, live and deleted, ascending; and the row of its event,
    /// live or deleted (a twin's if the segment has only that).
    pub fn links_to(&self, id: &str) -> Result<(Vec<u32>, Option<u32>)> {
        let named = self.rows_named(id)?;
        Ok((self.linking_rows_of(id, &named)?, self.event_of(&named)?))
    }

    fn linking_rows_of(&self, id: &str, named: &[u32]) -> Result<Vec<u32>> {
        let referrers = self.referrers_loaded()?;
        let mut rows = referrers.of_id(id).to_vec();
        if let Some(row) = self.event_of(named)? {
            rows.extend_from_slice(referrers.of_row(row));
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }

    /// Rows that link to the id, the id's own not among them: events, twins and listings, live and deleted. Ascending.
    pub fn referring_rows(&self, id: &str) -> Result<Vec<u32>> {
        let named = self.rows_named(id)?;
        let mut rows = self.linking_rows_of(id, &named)?;
        rows.retain(|row| !named.contains(row));
        Ok(rows)
    }

    /// Events whose related list links to the id, the id's own rows not among them, deleted ones included.
    pub fn referrers(&self, id: &str) -> Result<RoaringBitmap> {
        let rows = self.referring_rows(id)?;
        let rows = RoaringBitmap::from_sorted_iter(rows).unwrap_or_default();
        Ok(rows & &self.flags()?.events)
    }

    /// Canonical ids that a row links to, in page order.
    pub fn targets(&self, row: u32) -> Result<Vec<String>> {
        let stored = self.with_entry(Part::Links, row, |entry| {
            let target = |link: links::Link<'_>| match link.target {
                Target::Row(row) => Err(row),
                Target::Id(id) => Ok(id.to_owned()),
            };
            links::decode(entry)
                .map(|found| found.map(target))
                .collect::<Result<Vec<_>, _>>()
        })?;
        stored
            .into_iter()
            .map(|target| target.or_else(|row| Ok(self.row_head(row)?.name)))
            .collect()
    }

    /// The tags beside each link of a row to one event: `id`, whose row in this segment is `own`, if it has one.
    pub fn tags_beside(&self, row: u32, own: Option<u32>, id: &str) -> Result<Vec<Vec<u32>>> {
        self.with_entry(Part::Links, row, |entry| {
            let mut found = Vec::new();
            for link in links::decode(entry) {
                let link = link?;
                let here = match link.target {
                    Target::Row(row) => Some(row) == own,
                    Target::Id(target) => target == id,
                };
                if here {
                    found.push(link.tags.unwrap_or_default());
                }
            }
            Ok(found)
        })
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
        let terms = self.terms(Field::Tag)?;
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
            categories: self.terms(Field::Category)?,
            sources: self.terms(Field::Source)?,
        };
        let mut page = EventPage::blank(Date::MIN, Lang::En, Kind::News);
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
            RowKind::Opinion => Kind::Opinion,
            _ => Kind::News,
        };
        let mut page = EventPage::blank(date, head.lang, kind);
        page.text.reserve(1024);
        page.id = push(&mut page, &head.name);
        page.title = push(&mut page, &head.title);
        let texts = Dictionaries {
            categories: self.terms(Field::Category)?,
            sources: self.terms(Field::Source)?,
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
        let tags = self.terms(Field::Tag)?;
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
        tags: &Terms,
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

    fn listing(&self, row: u32, lang: Lang, kind: ListingKind) -> Result<Listing> {
        let mut listing = Listing {
            text: String::new(),
            lang,
            kind,
            items: Vec::new(),
        };
        let (block, within) = self.block_of(Part::Links, row)?;
        let tags = self.terms(Field::Tag)?;
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
