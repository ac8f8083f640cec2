//! Pages → parts: builds one segment.

use rayon::prelude::*;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::page::{Edition, ListingKind, Page};
use crate::pool;
use crate::segment::block::block::{self as blocks, BlockWriter};
use crate::segment::block::chunk::{Chunks, Codec, Packed, Part};
use crate::segment::block::varint::{put_str, put_u32};
use crate::segment::link::backlinks::TurnedLinks;
use crate::segment::link::encode::{self as links, Link, Target};
use crate::segment::link::external_ids as outside;
use crate::segment::lookup::fingerprints::fingerprint;
use crate::segment::row::body as row;
use crate::segment::row::header::{self as head, id_day, is_found_by_name};
use crate::segment::write::collect_terms::Fields;
use crate::segment::write::ids::Names;
use crate::segment::write::pending_row::{LinkText, NewRow, NewRows};
use crate::segment::write::tags::Vocabulary;
use crate::stop::Stop;
use crate::storage::record;

/// Bytes of a block before compression: heads are read one at a time from many places, rows more often in runs.
const HEAD_BLOCK: usize = 2 * 1024;
const ROW_BLOCK: usize = 4 * 1024;
const LINK_BLOCK: usize = 2 * 1024;
const RAW_BLOCK: usize = 16 * 1024;

/// Rows that one core builds in one go.
const RUN: usize = 2048;

/// Of an id that no row of the segment has.
const NO_ROW: u32 = u32::MAX;

/// The canonical path of an event.
pub(crate) fn canonical_path(id: &str) -> String {
    if id.starts_with("opinion/") {
        format!("{id}/index.md")
    } else {
        format!("news/{id}.md")
    }
}

/// `canonical_path(id) == path`, without making it.
pub(in crate::segment) fn is_canonical_path(path: &str, id: &str) -> bool {
    let middle = if id.starts_with("opinion/") {
        path.strip_suffix("/index.md")
    } else {
        path.strip_prefix("news/")
            .and_then(|path| path.strip_suffix(".md"))
    };
    middle == Some(id)
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
    rows: NewRows,
    vocabulary: &Vocabulary,
    stop: &Stop,
) -> Result<(SegmentMeta, Chunks)> {
    pool::run(|| build_in_pool(id, parser, rows, vocabulary, stop))
}

fn build_in_pool(
    id: u32,
    parser: u32,
    mut rows: NewRows,
    vocabulary: &Vocabulary,
    stop: &Stop,
) -> Result<(SegmentMeta, Chunks)> {
    let names = &vocabulary.names;
    rows.par_sort_by(|a, b| {
        a.date()
            .cmp(&b.date())
            .then_with(|| a.name(names).cmp(b.name(names)))
            .then_with(|| a.twin.cmp(&b.twin))
            .then_with(|| a.path(names).cmp(&b.path(names)))
            .then_with(|| a.lang().cmp(&b.lang()))
    });
    let count = rows.len() as u32;
    let events = rows.iter().filter(|row| row.is_live_event()).count() as u32;
    let days = days(&rows);
    let hashes: Vec<u8> = rows.iter().flat_map(|row| row.hash.to_le_bytes()).collect();
    let marks = rows.par_iter().map(|row| fingerprint(row.name(names)));
    let marks: Vec<u16> = marks.collect();
    let fingerprints = marks.into_iter().flat_map(u16::to_le_bytes).collect();
    let (flags, odd) = rayon::join(|| flags(&rows), || odd(&rows, names));
    let mut raw = BlockWriter::new(RAW_BLOCK);
    rows.iter()
        .filter_map(|row| row.raw.as_deref())
        .for_each(|bytes| raw.push(bytes));
    stop.check()?;
    let fields = Fields::collect(&rows, vocabulary);
    let turned = TurnedLinks::of(&rows, names.len());
    let targets = Targets::new(&rows, &turned, &fields, vocabulary);
    let referrers = turned.write(&targets.numbers(&rows));
    drop(turned);
    let outside_heads = targets.outside_heads();
    // From here on a row goes as soon as it is written: what is written grows meanwhile.
    let runs: Result<Vec<Run>> = rows
        .into_par_iter()
        .chunks(RUN)
        .map(|rows| Run::of(rows, &fields, &targets, stop))
        .collect();
    let runs = runs?;

    let mut chunks = Chunks::default();
    let mut counts = Vec::new();
    let (mut heads, mut rests, mut links) = (Vec::new(), Vec::new(), Vec::new());
    for run in runs {
        heads.extend(run.heads);
        rests.extend(run.rests);
        links.extend(run.links);
    }
    heads.extend(outside_heads);
    for (blocks, part, index) in [
        (heads, Part::Heads, Part::HeadsIndex),
        (rests, Part::Rows, Part::RowsIndex),
        (links, Part::Links, Part::LinksIndex),
        (raw.finish(), Part::Raw, Part::RawIndex),
        (referrers, Part::Referrers, Part::ReferrersIndex),
    ] {
        stop.check()?;
        let (blocks, directory) = blocks::write(blocks.into_iter(), &mut chunks, id, part, index);
        counts.extend([(part as u8, blocks), (index as u8, directory)]);
    }

    let mut whole = vec![
        (Part::Days, days, Codec::Small),
        (Part::Flags, flags, Codec::Small),
        (Part::Hashes, hashes, Codec::Stored),
        (Part::Fingerprints, fingerprints, Codec::Stored),
        (Part::Layouts, record::encode(&fields.layouts), Codec::Small),
        (Part::Odd, odd, Codec::Small),
        (Part::Outside, targets.outside_part(), Codec::Small),
    ];
    whole.push((Part::TagTerms, fields.tags.0, Codec::Small));
    whole.push((Part::TagPostings, fields.tags.1, Codec::Small));
    for (terms, dictionary, postings) in [
        (
            fields.categories,
            Part::CategoryTerms,
            Part::CategoryPostings,
        ),
        (fields.sources, Part::SourceTerms, Part::SourcePostings),
        (fields.domains, Part::DomainTerms, Part::DomainPostings),
    ] {
        whole.push((dictionary, terms.dictionary, Codec::Small));
        whole.push((postings, terms.postings, Codec::Small));
    }
    let packed: Vec<(Part, Packed)> = whole
        .into_par_iter()
        .map(|(part, bytes, codec)| (part, Packed::new(&bytes, codec)))
        .collect();
    for (part, packed) in packed {
        counts.push((part as u8, chunks.put_packed(id, part, 0, &packed)));
    }
    let meta = SegmentMeta {
        id,
        rows: count,
        events,
        parser,
        bytes: chunks.bytes,
        chunks: counts,
    };
    Ok((meta, chunks))
}

/// The blocks of a run of rows. A run begins and ends its own blocks, so that all cores build at a time.
struct Run {
    heads: Vec<(u32, Packed)>,
    rests: Vec<(u32, Packed)>,
    links: Vec<(u32, Packed)>,
}

impl Run {
    fn of(rows: NewRows, fields: &Fields, targets: &Targets<'_>, stop: &Stop) -> Result<Self> {
        let mut heads = BlockWriter::new(HEAD_BLOCK);
        let mut rests = BlockWriter::new(ROW_BLOCK);
        let mut links = BlockWriter::new(LINK_BLOCK);
        let mut entry = Vec::new();
        let names = &targets.vocabulary.names;
        for mut row in rows {
            stop.check()?;
            row.complete(names);
            heads.push(&head::encode(&row.page, row.name(names), row.date()));
            match row.event() {
                Some(event) => rests.push(&row::encode(event, &fields.numbers_of(&row))),
                None => rests.push(&[]),
            }
            entry.clear();
            targets.encode(&row, &mut entry);
            links.push(&entry);
        }
        Ok(Self {
            heads: heads.finish(),
            rests: rests.finish(),
            links: links.finish(),
        })
    }
}

/// What links are written by: their targets' rows and titles.
struct Targets<'a> {
    /// Number of an id → row of its event (a twin's only where no event has the id), or its number behind the rows.
    row_of: Vec<u32>,
    /// Day and number of each id that links lead to and no row has, in order of day and id.
    outside: Vec<(u32, u32)>,
    /// Titles of those targets that do not have the usual one of their id.
    own_titles: FxHashMap<u32, Box<str>>,
    fields: &'a Fields,
    vocabulary: &'a Vocabulary,
}

impl<'a> Targets<'a> {
    fn new(
        rows: &[Box<NewRow>],
        turned: &TurnedLinks,
        fields: &'a Fields,
        vocabulary: &'a Vocabulary,
    ) -> Self {
        let mut row_of = vec![NO_ROW; vocabulary.names.len()];
        let mut own_titles = FxHashMap::default();
        for (i, row) in (0u32..).zip(rows) {
            let (Some(number), Some(event)) = (row.number(), row.event()) else {
                continue;
            };
            let place = &mut row_of[number as usize];
            if *place == NO_ROW || !row.twin {
                *place = i;
            }
            if !row.title_is_usual {
                own_titles.insert(i, event.get(event.title).into());
            }
        }
        let names = &vocabulary.names;
        let linked = (0..names.len() as u32).into_par_iter();
        let linked = linked.filter(|&n| row_of[n as usize] == NO_ROW && !turned.to(n).is_empty());
        let mut outside: Vec<(u32, u32)> = linked
            .map(|number| (outside::day_of(names.id(number)), number))
            .collect();
        // The numbers of names hang on the order in which pages came, the order of outside ids does not.
        outside.par_sort_unstable_by(|a, b| {
            let by_id = || names.id(a.1).cmp(names.id(b.1));
            a.0.cmp(&b.0).then_with(by_id)
        });
        for (row, &(day, number)) in (rows.len() as u32..).zip(&outside) {
            row_of[number as usize] = row;
            if head::outside_title(names.id(number), names.title(number), day).is_none() {
                own_titles.insert(row, Box::default());
            }
        }
        Self {
            row_of,
            outside,
            own_titles,
            fields,
            vocabulary,
        }
    }

    /// The number of the name of each target: of rows, none where it is not the one that links lead to, then of ids outside.
    fn numbers(&self, rows: &[Box<NewRow>]) -> Vec<Option<u32>> {
        let is_target = |row: u32, number: u32| self.row_of[number as usize] == row;
        let of_rows = (0u32..)
            .zip(rows)
            .map(|(i, row)| row.number().filter(|&number| is_target(i, number)));
        let outside = self.outside.iter().map(|&(_, number)| Some(number));
        of_rows.chain(outside).collect()
    }

    /// The blocks of heads of the ids outside.
    fn outside_heads(&self) -> Vec<(u32, Packed)> {
        let names = &self.vocabulary.names;
        let runs = self.outside.par_chunks(RUN).map(|ids| {
            let mut heads = BlockWriter::new(HEAD_BLOCK);
            for &(day, number) in ids {
                let (id, title) = (names.id(number), names.title(number));
                heads.push(&head::encode_outside(id, title, day));
            }
            heads.finish()
        });
        let runs: Vec<_> = runs.collect();
        runs.into_iter().flatten().collect()
    }

    fn outside_part(&self) -> Vec<u8> {
        let names = &self.vocabulary.names;
        outside::write(
            self.outside
                .iter()
                .map(|&(day, number)| (day, names.id(number))),
        )
    }

    /// The title of a link's target.
    fn title_of(&self, target: u32) -> Option<&str> {
        match self.own_titles.get(&self.row_of[target as usize]) {
            Some(own) => Some(own),
            None => self.vocabulary.names.title(target),
        }
    }

    /// Writes the links of a row. A title is left out if it is the target's.
    fn encode(&self, row: &NewRow, out: &mut Vec<u8>) {
        let names = &self.vocabulary.names;
        for (i, link) in row.links.list.iter().enumerate() {
            let found = self.row_of[link.target as usize];
            let title = if link.title == LinkText::USUAL {
                let is_targets = !self.own_titles.contains_key(&found);
                names.title(link.target).filter(|_| !is_targets)
            } else {
                let written = row.links.written(link.title);
                written.filter(|_| written != self.title_of(link.target))
            };
            let tags = row.links.tags_of(i).iter();
            let link = Link {
                target: Target::Row(found),
                title,
                tags: (link.context != LinkText::NONE)
                    .then(|| tags.map(|&tag| self.fields.tag(tag)).collect()),
                context: row.links.written(link.context),
            };
            links::encode(out, &link);
        }
    }
}

/// Day → number of rows, in order of days.
fn days(rows: &[Box<NewRow>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut previous = 0;
    for day in rows.chunk_by(|a, b| a.date() == b.date()) {
        put_u32(&mut out, day[0].date() - previous);
        put_u32(&mut out, day.len() as u32);
        previous = day[0].date();
    }
    out
}

fn flags(rows: &[Box<NewRow>]) -> Vec<u8> {
    let holds: [fn(&NewRow) -> bool; FLAG_SETS] = [
        NewRow::is_live_event,
        |row| row.superseded,
        NewRow::is_opinion,
        |row| row.lang() == Some(Edition::Zh),
        |row| row.twin,
        |row| matches!(&row.page, Page::Listing(page) if matches!(page.kind, ListingKind::Day(_))),
        |row| row.raw.is_some(),
        |row| row.added,
        |row| matches!(row.page, Page::Listing(_)),
    ];
    // One pass over the rows, which lie apart in memory: a bit for each set.
    let bits: Vec<u16> = rows
        .par_iter()
        .map(|row| {
            let bit = |(i, holds): (usize, &fn(&NewRow) -> bool)| u16::from(holds(row)) << i;
            holds.iter().enumerate().map(bit).sum()
        })
        .collect();
    let mut out = Vec::new();
    for i in 0..FLAG_SETS {
        let rows = (0u32..).zip(&bits).filter(|(_, bits)| **bits >> i & 1 == 1);
        let set: RoaringBitmap = rows.map(|(row, _)| row).collect();
        put_u32(&mut out, set.serialized_size() as u32);
        // Writing to memory does not fail.
        let _ = set.serialize_into(&mut out);
    }
    out
}

/// Rows whose path is not the canonical one of their name, or whose day is not that of their id.
fn odd(rows: &[Box<NewRow>], names: &Names) -> Vec<u8> {
    let mut out = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let id = row.name(names);
        if row.event().is_none() {
            if !is_found_by_name(id, row.date()) {
                put_u32(&mut out, i as u32);
                put_str(&mut out, "");
                put_str(&mut out, id);
            }
            continue;
        }
        let path = row.own_path().unwrap_or_default();
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
