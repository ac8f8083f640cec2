//! Pages → parts: builds one segment.

use std::collections::hash_map::Entry;

use rayon::prelude::*;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::blocks::BlockWriter;
use super::bytes::{put_str, put_u32};
use super::chunk::{Chunks, Part};
use super::fields::{Fields, FinishedFields};
use super::head::{self, id_day, is_found_by_name};
use super::links::{self, Link, Target};
use super::row::{self, RowNumbers};
use super::vocabulary::Vocabulary;
use crate::error::Result;
use crate::event::{Kind, Lang};
use crate::page::{EventPage, ListingKind, Page};
use crate::stop::Stop;
use crate::storage::record;

/// Bytes of a block before compression: heads are read one at a time from many places, rows more often in runs.
const HEAD_BLOCK: usize = 4 * 1024;
const ROW_BLOCK: usize = 8 * 1024;
const LINK_BLOCK: usize = 4 * 1024;
const RAW_BLOCK: usize = 16 * 1024;

/// A page on its way into a segment, with what resolving found out about it.
pub(crate) struct NewRow {
    /// Logical path.
    pub path: String,
    pub page: Page,
    /// Hash of the page's bytes.
    pub hash: u64,
    /// The page's bytes, where rendering does not give them back.
    pub raw: Option<Vec<u8>>,
    /// Put by a program, not read from an archive.
    pub added: bool,
    /// Tags of each link's context, as numbers of the vocabulary.
    pub contexts: Contexts,
    /// An event's tags, as numbers of the vocabulary.
    pub tags: Vec<u32>,
    pub superseded: bool,
    pub twin: bool,
}

/// The contexts of a page's links: one list after the other.
#[derive(Debug, Default, Clone)]
pub(crate) struct Contexts {
    pub numbers: Vec<u32>,
    /// End of each link's list.
    pub ends: Vec<u32>,
}

impl Contexts {
    /// The tags of link `i`.
    pub fn of(&self, i: usize) -> &[u32] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.numbers[start as usize..self.ends[i] as usize]
    }
}

/// The canonical path of an event.
pub(crate) fn canonical_path(id: &str) -> String {
    if id.starts_with("opinion/") {
        format!("{id}/index.md")
    } else {
        format!("news/{id}.md")
    }
}

impl NewRow {
    /// An event's id, another page's path.
    pub fn name(&self) -> &str {
        match &self.page {
            Page::Event(event) => event.get(event.id),
            _ => &self.path,
        }
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

    pub fn lang(&self) -> Option<Lang> {
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

    fn is_live_event(&self) -> bool {
        !self.twin && self.event().is_some()
    }
}

/// What the manifest keeps of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SegmentMeta {
    pub id: u32,
    pub rows: u32,
    /// Live events when it was built.
    pub events: u32,
    /// The parser that read its pages.
    pub parser: u32,
    /// Bytes of all chunks.
    pub bytes: u64,
    /// (part, number of chunks).
    pub chunks: Vec<(u8, u32)>,
}

impl SegmentMeta {
    /// Chunks of a part, 0 if it has none.
    pub fn chunks_of(&self, part: Part) -> u32 {
        self.chunks
            .iter()
            .find(|(number, _)| *number == part as u8)
            .map_or(0, |(_, chunks)| *chunks)
    }
}

/// Row sets in the order in which the flags part holds them.
pub(crate) const FLAG_SETS: usize = 9;

/// Builds a segment of some pages (at least one). Costs about 10 µs a page and core.
///
/// # Errors
/// `Interrupted`, when it is asked to stop.
pub(crate) fn build(
    id: u32,
    parser: u32,
    mut rows: Vec<NewRow>,
    vocabulary: &Vocabulary,
    stop: &Stop,
) -> Result<(SegmentMeta, Chunks)> {
    rows.par_sort_by(|a, b| {
        a.date()
            .cmp(&b.date())
            .then_with(|| a.name().cmp(b.name()))
            .then_with(|| a.twin.cmp(&b.twin))
            .then_with(|| a.path.cmp(&b.path))
            .then_with(|| a.lang().cmp(&b.lang()))
    });
    let rows = rows;
    let row_of = event_rows(&rows);
    let mut fields = Fields::default();
    let numbers: Vec<RowNumbers> = rows
        .iter()
        .enumerate()
        .map(|(i, row)| fields.collect(i as u32, row, vocabulary))
        .collect();
    let fields = fields.finish();

    // (head, row, links) of each row.
    let entries: Result<Vec<[Vec<u8>; 3]>> = rows
        .par_iter()
        .zip(numbers.into_par_iter())
        .map(|(row, numbers)| {
            stop.check()?;
            let numbers = fields.rank(numbers);
            let rest = row
                .event()
                .map(|event| row::encode(event, &numbers, &fields))
                .unwrap_or_default();
            let links = encode_links(row, &rows, &row_of, &fields, vocabulary);
            Ok([head::encode(&row.page, &row.path, row.date()), rest, links])
        })
        .collect();
    let entries = entries?;

    let mut chunks = Chunks::default();
    let mut counts = Vec::new();
    for (which, target, part, index) in [
        (0, HEAD_BLOCK, Part::Heads, Part::HeadsIndex),
        (1, ROW_BLOCK, Part::Rows, Part::RowsIndex),
        (2, LINK_BLOCK, Part::Links, Part::LinksIndex),
    ] {
        stop.check()?;
        let mut writer = BlockWriter::new(target);
        entries.iter().for_each(|entry| writer.push(&entry[which]));
        let (blocks, directory) = writer.finish(&mut chunks, id, part, index);
        counts.extend([(part as u8, blocks), (index as u8, directory)]);
    }
    let mut raw = BlockWriter::new(RAW_BLOCK);
    rows.iter()
        .filter_map(|row| row.raw.as_deref())
        .for_each(|bytes| raw.push(bytes));
    let (blocks, directory) = raw.finish(&mut chunks, id, Part::Raw, Part::RawIndex);
    counts.extend([(Part::Raw as u8, blocks), (Part::RawIndex as u8, directory)]);

    let hashes: Vec<u8> = rows.iter().flat_map(|row| row.hash.to_le_bytes()).collect();
    let mut whole = vec![
        (Part::Days, days(&rows), true),
        (Part::Flags, flags(&rows), true),
        (Part::Hashes, hashes, false),
        (Part::Layouts, record::encode(&fields.layouts), true),
        (Part::Odd, odd(&rows), true),
    ];
    let [tags, categories, sources, domains] = fields.terms;
    for (terms, dictionary, postings) in [
        (tags, Part::TagTerms, Part::TagPostings),
        (categories, Part::CategoryTerms, Part::CategoryPostings),
        (sources, Part::SourceTerms, Part::SourcePostings),
        (domains, Part::DomainTerms, Part::DomainPostings),
    ] {
        whole.push((dictionary, terms.dictionary, true));
        whole.push((postings, terms.postings, true));
    }
    for (part, bytes, compress) in whole {
        counts.push((part as u8, chunks.put(id, part, 0, &bytes, compress)));
    }
    let events = rows.iter().filter(|row| row.is_live_event()).count() as u32;
    let meta = SegmentMeta {
        id,
        rows: rows.len() as u32,
        events,
        parser,
        bytes: chunks.bytes,
        chunks: counts,
    };
    Ok((meta, chunks))
}

/// Id → row of its event; a twin's only where no event has the id.
fn event_rows(rows: &[NewRow]) -> FxHashMap<&str, u32> {
    let mut row_of = FxHashMap::with_capacity_and_hasher(rows.len(), Default::default());
    for (i, row) in rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.event().is_some())
    {
        match row_of.entry(row.name()) {
            Entry::Vacant(place) => {
                place.insert(i as u32);
            }
            Entry::Occupied(mut place) if !row.twin => {
                place.insert(i as u32);
            }
            Entry::Occupied(_) => {}
        }
    }
    row_of
}

fn encode_links(
    row: &NewRow,
    rows: &[NewRow],
    row_of: &FxHashMap<&str, u32>,
    fields: &FinishedFields,
    vocabulary: &Vocabulary,
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut joined = String::new();
    let mut push = |i: usize, target: &str, title: Option<&str>, context: Option<&str>| {
        let (target, own) = match row_of.get(target) {
            Some(&found) => (
                Target::Row(found),
                rows[found as usize]
                    .event()
                    .map(|event| event.get(event.title)),
            ),
            None => (Target::Id(target), None),
        };
        let numbers = row.contexts.of(i);
        joined.clear();
        for (n, &number) in numbers.iter().enumerate() {
            joined.push_str(if n > 0 { ", " } else { "" });
            joined.push_str(vocabulary.text(number));
        }
        let link = Link {
            target,
            title: title.filter(|&title| own != Some(title)),
            tags: context.map(|_| {
                numbers
                    .iter()
                    .map(|&number| fields.tag_ranks[number as usize])
                    .collect()
            }),
            context: context.filter(|&written| written != joined),
        };
        links::encode(&mut out, &link);
    };
    match &row.page {
        Page::Event(page) => {
            for (i, item) in page.related.iter().enumerate() {
                push(
                    i,
                    page.get(item.target),
                    Some(page.get(item.title)),
                    item.context.map(|span| page.get(span)),
                );
            }
        }
        Page::Listing(page) => {
            for (i, item) in page.items.iter().enumerate() {
                push(
                    i,
                    page.get(item.target),
                    None,
                    item.context.map(|span| page.get(span)),
                );
            }
        }
        Page::Other => {}
    }
    out
}

/// Day → number of rows, in order of days.
fn days(rows: &[NewRow]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut previous = 0;
    for day in rows.chunk_by(|a, b| a.date() == b.date()) {
        put_u32(&mut out, day[0].date() - previous);
        put_u32(&mut out, day.len() as u32);
        previous = day[0].date();
    }
    out
}

fn flags(rows: &[NewRow]) -> Vec<u8> {
    let holds: [fn(&NewRow) -> bool; FLAG_SETS] = [
        NewRow::is_live_event,
        |row| row.superseded,
        |row| row.event().is_some_and(|event| event.kind == Kind::Opinion),
        |row| row.lang() == Some(Lang::Zh),
        |row| row.twin,
        |row| matches!(&row.page, Page::Listing(page) if matches!(page.kind, ListingKind::Day(_))),
        |row| row.raw.is_some(),
        |row| row.added,
        |row| matches!(row.page, Page::Listing(_)),
    ];
    let mut out = Vec::new();
    for holds in holds {
        let set: RoaringBitmap = (0..rows.len() as u32)
            .filter(|&row| holds(&rows[row as usize]))
            .collect();
        put_u32(&mut out, set.serialized_size() as u32);
        // Writing to memory does not fail.
        let _ = set.serialize_into(&mut out);
    }
    out
}

/// Rows whose path is not the canonical one of their name, or whose day is not that of their id.
fn odd(rows: &[NewRow]) -> Vec<u8> {
    let mut out = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let Some(event) = row.event() else {
            if !is_found_by_name(&row.path, row.date()) {
                put_u32(&mut out, i as u32);
                put_str(&mut out, "");
                put_str(&mut out, &row.path);
            }
            continue;
        };
        let id = event.get(event.id);
        let path = if canonical_path(id) == row.path {
            ""
        } else {
            row.path.as_str()
        };
        let name = if id_day(id) == Some(row.date()) {
            ""
        } else {
            id
        };
        if !path.is_empty() || !name.is_empty() {
            put_u32(&mut out, i as u32);
            put_str(&mut out, path);
            put_str(&mut out, name);
        }
    }
    out
}
