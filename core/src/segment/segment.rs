//! The reader of a segment: parts that questions need are loaded on first use and kept.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::event::Date;
use crate::page::Layout;
use crate::segment::block::block::{Block, BlockIndex, BlockSource, Passing};
use crate::segment::block::cache::BlockCache;
use crate::segment::block::chunk::{self, Part};
use crate::segment::block::sparse_index::Marks;
use crate::segment::block::varint::{Malformed, Reader};
use crate::segment::lazy::Lazy;
use crate::segment::link::encode::Referrers;
use crate::segment::link::external_ids::Outside;
use crate::segment::lookup::by_hash::RowsByHash;
use crate::segment::lookup::fingerprints::{Fingerprints, fingerprint};
use crate::segment::read_counts as reads;
use crate::segment::row::header as head;
use crate::segment::term::dictionary::Spellings;
use crate::segment::term::postings::Terms;
use crate::segment::term::uninverted::RowTerms;
use crate::segment::write::builder::{FLAG_SETS, SegmentMeta};
use crate::pool;
use crate::storage::{Storage, record};

/// A field with a sorted dictionary of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    Tag,
    Category,
    Source,
    Domain,
}

/// Row sets by kind, over all rows of the segment, deleted ones included.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    /// Rows that are events (not listings, others or twins).
    pub events: RoaringBitmap,
    pub superseded: RoaringBitmap,
    pub opinions: RoaringBitmap,
    /// Chinese rows, listings included.
    pub zh: RoaringBitmap,
    /// Event pages whose id another page holds.
    pub twins: RoaringBitmap,
    /// Day pages.
    pub day_pages: RoaringBitmap,
    /// Rows whose bytes are kept.
    pub raw: RoaringBitmap,
    /// Put by a program.
    pub added: RoaringBitmap,
    /// Day pages, front pages, lists of opinions.
    pub listings: RoaringBitmap,
}

/// Rows whose path or day does not follow from their name.
#[derive(Debug, Default)]
pub(super) struct Odd {
    pub path_of: FxHashMap<u32, Box<str>>,
    pub by_path: FxHashMap<Box<str>, u32>,
    /// Rows whose heading gives another day than their place.
    pub by_name: FxHashMap<Box<str>, Vec<u32>>,
}

/// One immutable segment.
pub(crate) struct Segment {
    pub(super) storage: Arc<dyn Storage>,
    cache: Arc<BlockCache>,
    pub(crate) meta: SegmentMeta,
    days: Lazy<Vec<(u32, u32)>>,
    day_marks: Lazy<Marks>,
    flags: Lazy<Flags>,
    hashes: Lazy<Vec<u8>>,
    by_hash: Lazy<RowsByHash>,
    fingerprints: Lazy<Fingerprints>,
    outside: Lazy<Outside>,
    pub(super) layouts: Lazy<Vec<Layout>>,
    pub(super) odd: Lazy<Odd>,
    indexes: [Lazy<BlockIndex>; 5],
    spellings: [Lazy<Arc<Spellings>>; 4],
    terms: [Lazy<Terms>; 4],
    pub(super) row_terms: [Lazy<RowTerms>; 4],
    pub(super) referrers: Lazy<Referrers>,
    pub(super) doomed: AtomicBool,
}

impl Segment {
    /// Reads nothing yet.
    pub fn new(storage: Arc<dyn Storage>, cache: Arc<BlockCache>, meta: SegmentMeta) -> Self {
        Self {
            storage,
            cache,
            meta,
            days: Lazy::default(),
            day_marks: Lazy::default(),
            flags: Lazy::default(),
            hashes: Lazy::default(),
            by_hash: Lazy::default(),
            fingerprints: Lazy::default(),
            outside: Lazy::default(),
            layouts: Lazy::default(),
            odd: Lazy::default(),
            indexes: Default::default(),
            spellings: Default::default(),
            terms: Default::default(),
            row_terms: Default::default(),
            referrers: Lazy::default(),
            doomed: AtomicBool::new(false),
        }
    }

    /// Number of rows, all kinds.
    pub fn rows(&self) -> u32 {
        self.meta.rows
    }

    pub(crate) fn malformed(&self, part: Part, message: Malformed) -> Error {
        Error::Corrupt {
            path: self.storage.path().to_owned(),
            part: format!("segment {} {}", self.meta.id, part.name()),
            chunk: 0,
            message: message.to_owned(),
        }
    }

    /// A whole part, empty if the segment has none.
    fn part(&self, part: Part) -> Result<Vec<u8>> {
        let chunks = self.meta.chunks_of(part);
        let place = chunk::Place {
            segment: self.meta.id,
            part,
            first: 0,
            chunks,
        };
        chunk::read(&*self.storage, place)
    }

    fn parsed<T>(
        &self,
        part: Part,
        parse: impl FnOnce(&[u8]) -> Result<T, Malformed>,
    ) -> Result<T> {
        parse(&self.part(part)?).map_err(|message| self.malformed(part, message))
    }

    /// The days of the segment (packed) with their first rows, ascending; the last entry is (`u32::MAX`, number of rows).
    pub fn days(&self) -> Result<&[(u32, u32)]> {
        let days = self.days.get_or(|| {
            self.parsed(Part::Days, |bytes| {
                let mut reader = Reader::new(bytes);
                let (mut day, mut row) = (0u32, 0u32);
                let mut days = Vec::new();
                while !reader.is_empty() {
                    day = day.checked_add(reader.u32()?).ok_or("a day is too large")?;
                    days.push((day, row));
                    row = row.checked_add(reader.u32()?).ok_or("too many rows")?;
                }
                days.push((u32::MAX, row));
                if row == self.meta.rows {
                    Ok(days)
                } else {
                    Err("the days do not hold all rows")
                }
            })
        })?;
        Ok(days)
    }

    /// Rows from `since` to `until`, both inclusive, open where `None`. Rows without a day come before every day.
    pub fn row_range(&self, since: Option<Date>, until: Option<Date>) -> Result<Range<u32>> {
        let days = self.days()?;
        let first = |packed: u32| {
            days[days
                .partition_point(|day| day.0 < packed)
                .min(days.len() - 1)]
            .1
        };
        let start = since.map_or(0, |day| first(day.packed()));
        let end = until.map_or(self.meta.rows, |day| first(day.packed() + 1));
        Ok(start..end.max(start))
    }

    /// The rows of one day, packed.
    pub fn rows_of_day(&self, packed: u32) -> Result<Range<u32>> {
        let days = self.days()?;
        let i = days.partition_point(|day| day.0 < packed);
        Ok(if i + 1 < days.len() && days[i].0 == packed {
            days[i].1..days[i + 1].1
        } else {
            0..0
        })
    }

    /// Ids outside the segment that its links lead to; none in a segment of versions 1 and 2.
    pub(super) fn outside(&self) -> Result<&Outside> {
        self.outside
            .get_or(|| self.parsed(Part::Outside, Outside::read))
    }

    /// The day of a row, packed; 0 for a row without one. That of an id outside the segment by its number behind the rows.
    pub fn packed_date_of(&self, row: u32) -> Result<u32> {
        if let Some(number) = row.checked_sub(self.meta.rows) {
            let day = self.outside()?.day(number);
            return day.ok_or_else(|| self.malformed(Part::Links, "a link leads to no row"));
        }
        let days = self.days()?;
        let last = days.len() - 1;
        let marks = self
            .day_marks
            .get_or(|| Ok(Marks::new(last, |day| days[day].1)))?;
        let day = marks.find(row, |day| days.get(day).map(|day| day.1));
        Ok(days[day.unwrap_or(last)].0)
    }

    /// The day of a row; none for rows that are no events and have no day.
    pub fn date_of(&self, row: u32) -> Result<Option<Date>> {
        Ok(Date::from_packed(self.packed_date_of(row)?))
    }

    /// See [`Flags`].
    pub fn flags(&self) -> Result<&Flags> {
        self.flags.get_or(|| {
            self.parsed(Part::Flags, |bytes| {
                let mut reader = Reader::new(bytes);
                let mut sets = Vec::with_capacity(FLAG_SETS);
                for _ in 0..FLAG_SETS {
                    let length = reader.u32()? as usize;
                    let set = RoaringBitmap::deserialize_from(reader.slice(length)?);
                    let set = set.map_err(|_| "a row set cannot be read")?;
                    if set.max().is_some_and(|row| row >= self.meta.rows) {
                        return Err("a row set holds a row that is none");
                    }
                    sets.push(set);
                }
                let mut sets = sets.into_iter();
                let mut next = || sets.next().unwrap_or_default();
                Ok(Flags {
                    events: next(),
                    superseded: next(),
                    opinions: next(),
                    zh: next(),
                    twins: next(),
                    day_pages: next(),
                    raw: next(),
                    added: next(),
                    listings: next(),
                })
            })
        })
    }

    /// The hash of a row's page.
    pub fn hash_of(&self, row: u32) -> Result<u64> {
        let hashes = self.hashes.get_or(|| self.part(Part::Hashes))?;
        let at = row as usize * 8;
        let bytes = hashes
            .get(at..at + 8)
            .and_then(|bytes| bytes.try_into().ok());
        bytes
            .map(u64::from_le_bytes)
            .ok_or_else(|| self.malformed(Part::Hashes, "ends too early"))
    }

    /// The rows whose page has this hash: how an unchanged page is found without looking for its name.
    pub fn rows_with_hash(&self, hash: u64) -> Result<impl Iterator<Item = u32> + '_> {
        let rows = self.by_hash.get_or(|| {
            let hashes = (0..self.meta.rows).map(|row| self.hash_of(row));
            Ok(RowsByHash::new(hashes.collect::<Result<_>>()?))
        })?;
        Ok(rows.of(hash))
    }

    pub(super) fn fingerprints(&self) -> Result<&Fingerprints> {
        self.fingerprints.get_or(|| {
            if self.meta.chunks_of(Part::Fingerprints) > 0 {
                let read = |bytes: &[u8]| Fingerprints::read(bytes, self.meta.rows);
                return self.parsed(Part::Fingerprints, read);
            }
            // A segment of version 1 lacks the part.
            self.days()?;
            let marks = self.map_blocks(Part::Heads, |first, block| {
                let marks = (first..).zip(block.entries()).map(|(row, entry)| {
                    let day = self.packed_date_of(row).unwrap_or_default();
                    Ok(fingerprint(&head::decode(entry, day)?.name))
                });
                marks.collect::<Result<Vec<_>, _>>()
            })?;
            let marks = marks.concat();
            match marks.len() == self.meta.rows as usize {
                true => Ok(Fingerprints::new(marks)),
                false => Err(self.malformed(Part::Heads, "holds another number of rows")),
            }
        })
    }

    pub(super) fn layouts(&self) -> Result<&Vec<Layout>> {
        self.layouts.get_or(|| {
            let bytes = self.part(Part::Layouts)?;
            record::decode(&bytes)
                .map_err(|_| self.malformed(Part::Layouts, "the layouts cannot be read"))
        })
    }

    pub(super) fn odd(&self) -> Result<&Odd> {
        self.odd.get_or(|| {
            self.parsed(Part::Odd, |bytes| {
                let mut odd = Odd::default();
                let mut reader = Reader::new(bytes);
                while !reader.is_empty() {
                    let (row, path, name) = (reader.u32()?, reader.str()?, reader.str()?);
                    if !path.is_empty() {
                        odd.path_of.insert(row, path.into());
                        odd.by_path.insert(path.into(), row);
                    }
                    if !name.is_empty() {
                        odd.by_name.entry(name.into()).or_default().push(row);
                    }
                }
                Ok(odd)
            })
        })
    }

    /// The dictionary of a field alone: all that events need of it.
    pub fn spellings(&self, field: Field) -> Result<&Arc<Spellings>> {
        let part = match field {
            Field::Tag => Part::TagTerms,
            Field::Category => Part::CategoryTerms,
            Field::Source => Part::SourceTerms,
            Field::Domain => Part::DomainTerms,
        };
        self.spellings[field as usize].get_or(|| Ok(Arc::new(self.parsed(part, Spellings::read)?)))
    }

    /// The dictionary and postings of a field.
    pub fn terms(&self, field: Field) -> Result<&Terms> {
        let part = match field {
            Field::Tag => Part::TagPostings,
            Field::Category => Part::CategoryPostings,
            Field::Source => Part::SourcePostings,
            Field::Domain => Part::DomainPostings,
        };
        self.terms[field as usize].get_or(|| {
            let spellings = self.spellings(field)?.clone();
            Terms::read(spellings, self.part(part)?, self.meta.rows)
                .map_err(|message| self.malformed(part, message))
        })
    }

    /// The terms of each row. Built from the postings on first use: two bytes a row for each of up to eight
    /// terms in memory, four from a dictionary of 65,527 terms on.
    pub fn row_terms(&self, field: Field) -> Result<&RowTerms> {
        self.row_terms[field as usize]
            .get_or(|| Ok(RowTerms::invert(self.terms(field)?, self.meta.rows)))
    }

    fn index(&self, part: Part) -> Result<(&BlockIndex, BlockSource<'_>)> {
        let (slot, index) = match part {
            Part::Heads => (0, Part::HeadsIndex),
            Part::Rows => (1, Part::RowsIndex),
            Part::Links => (2, Part::LinksIndex),
            Part::Referrers => (3, Part::ReferrersIndex),
            _ => (4, Part::RawIndex),
        };
        let loaded = self.indexes[slot].get_or(|| self.parsed(index, BlockIndex::read))?;
        let source = BlockSource {
            storage: &*self.storage,
            cache: &self.cache,
            segment: self.meta.id,
            part,
        };
        Ok((loaded, source))
    }

    /// Number of the block that holds an entry, the entry's number in it, and what reading it needs.
    fn place_of(&self, part: Part, entry: u32) -> Result<(u32, u32, &BlockIndex, BlockSource<'_>)> {
        let (index, source) = self.index(part)?;
        let (block, within) = index
            .find(entry)
            .ok_or_else(|| self.malformed(part, "a row lies behind the last block"))?;
        reads::blocks(part, 1);
        Ok((block, within, index, source))
    }

    /// The block that holds an entry, and the entry's number in it.
    pub(super) fn block_of(&self, part: Part, entry: u32) -> Result<(Block, u32)> {
        let (block, within, index, source) = self.place_of(part, entry)?;
        Ok((source.block(index, block)?, within))
    }

    /// The blocks that hold some entries, and each entry's number in its block.
    pub(super) fn blocks_of(&self, part: Part, entries: &[u32]) -> Result<Vec<(Block, u32)>> {
        let (index, source) = self.index(part)?;
        let mut blocks = Vec::with_capacity(entries.len());
        let mut within = Vec::with_capacity(entries.len());
        for &entry in entries {
            let (block, place) = index
                .find(entry)
                .ok_or_else(|| self.malformed(part, "a row lies behind the last block"))?;
            reads::blocks(part, u32::from(blocks.last() != Some(&block)));
            blocks.push(block);
            within.push(place);
        }
        let blocks = source.blocks(index, &blocks)?.into_iter();
        Ok(blocks.zip(within).collect())
    }

    /// As [`Segment::block_of`], past the cache and into the room of the block before.
    pub(super) fn load_block_of(&self, part: Part, entry: u32, room: &mut Passing) -> Result<u32> {
        let (block, within, index, source) = self.place_of(part, entry)?;
        source.load_into(index, block, room)?;
        Ok(within)
    }

    /// What `read` makes of each block of a part and the number of its first entry, in order: read on all cores, past the
    /// cache.
    pub(super) fn map_blocks<T: Send>(
        &self,
        part: Part,
        read: impl Fn(u32, &Block) -> Result<T, Malformed> + Sync,
    ) -> Result<Vec<T>> {
        let (index, source) = self.index(part)?;
        reads::blocks(part, index.blocks());
        let load = |number: u32| {
            let block = source.load(index, number)?;
            read(index.first_entry(number), &block).map_err(|message| self.malformed(part, message))
        };
        let (found, read): (Vec<_>, Vec<_>) = pool::run(|| {
            let blocks = (0..index.blocks()).into_par_iter();
            blocks.map(|number| reads::apart(|| load(number))).unzip()
        });
        read.into_iter().for_each(reads::add);
        found.into_iter().collect()
    }

    /// Bytes of the structures that are loaded, blocks of the cache not among them.
    pub fn resident_bytes(&self) -> usize {
        let terms: usize = self
            .terms
            .iter()
            .filter_map(Lazy::loaded)
            .map(Terms::size)
            .sum();
        let loaded = self.spellings.iter().filter_map(Lazy::loaded);
        let spellings: usize = loaded.map(|spellings| spellings.size()).sum();
        let row_terms: usize = self
            .row_terms
            .iter()
            .filter_map(Lazy::loaded)
            .map(RowTerms::size)
            .sum();
        let indexes: usize = self
            .indexes
            .iter()
            .filter_map(Lazy::loaded)
            .map(BlockIndex::size)
            .sum();
        let hashes = self.hashes.loaded().map_or(0, Vec::len)
            + self.by_hash.loaded().map_or(0, RowsByHash::size)
            + self.fingerprints.loaded().map_or(0, Fingerprints::size)
            + self.outside.loaded().map_or(0, Outside::size);
        let days = self.days.loaded().map_or(0, |days| days.len() * 8)
            + self.day_marks.loaded().map_or(0, Marks::size);
        terms
            + spellings
            + row_terms
            + indexes
            + hashes
            + days
            + self.referrers.loaded().map_or(0, Referrers::size)
    }
}
