//! Links turned around on disk: who links to a row, and who to an id that no event of the segment has.
//!
//! An event is linked to from all over a segment, so that turning its links around in memory takes a pass over all of
//! them and 170 MB for a million pages. Here one block is read for a question, through the cache. Rows count once,
//! whatever their number of links; listings and twins are among them.

use rayon::prelude::*;
use twox_hash::XxHash3_64;

use super::blocks::BlockWriter;
use super::bytes::{Malformed, Reader, put_u32};
use super::chunk::{Packed, Part};
use super::links;
use super::names::Names;
use super::new_row::NewRow;
use super::reader::Segment;
use crate::error::Result;

/// Bytes of a block: what is read at once for one target.
const BLOCK: usize = 2 * 1024;

/// Rows, or buckets, that one core writes in one go.
const RUN: usize = 8192;

/// Outside ids a bucket holds on average: few are read in vain, and few buckets are empty.
const BUCKET: usize = 4;

/// Where ids are looked for: the bucket by the high half of the XXH3-64 of the id, in it by the low 16 bits. Part of the
/// format.
fn bucket_of(hash: u64, buckets: u32) -> u32 {
    (((hash >> 32) * u64::from(buckets)) >> 32) as u32
}

fn mark_of(hash: u64) -> u16 {
    hash as u16
}

/// Links by the number of their target's name.
pub(super) struct TurnedLinks {
    starts: Vec<u32>,
    /// Ascending for each name, with repeats where a page links twice.
    rows: Vec<u32>,
}

/// Blocks of both parts, in the order of entries.
pub(super) struct Written {
    pub inside: Vec<(u32, Packed)>,
    pub outside: Vec<(u32, Packed)>,
}

impl TurnedLinks {
    /// Of all rows, in their order.
    pub fn of(rows: &[Box<NewRow>], names: usize) -> Self {
        let mut starts = vec![0u32; names + 1];
        for target in rows.iter().flat_map(|row| targets(row)) {
            starts[target + 1] += 1;
        }
        for name in 0..names {
            starts[name + 1] += starts[name];
        }
        let mut next = starts.clone();
        let mut list = vec![0; starts[names] as usize];
        for (i, row) in (0u32..).zip(rows) {
            for target in targets(row) {
                list[next[target] as usize] = i;
                next[target] += 1;
            }
        }
        Self { starts, rows: list }
    }

    fn to(&self, name: u32) -> &[u32] {
        let name = name as usize;
        &self.rows[self.starts[name] as usize..self.starts[name + 1] as usize]
    }

    /// Writes both parts. `event_of`: the row of a name's event, if the segment has it.
    pub fn write(
        &self,
        rows: &[Box<NewRow>],
        names: &Names,
        event_of: impl Fn(u32) -> Option<u32> + Sync,
    ) -> Written {
        let inside = rows.par_chunks(RUN).enumerate().map(|(run, rows)| {
            let mut blocks = BlockWriter::new(BLOCK);
            let mut entry = Vec::new();
            for (i, row) in ((run * RUN) as u32..).zip(rows) {
                entry.clear();
                let number = row.number();
                if let Some(number) = number.filter(|&number| event_of(number) == Some(i)) {
                    put_rows(&mut entry, self.to(number));
                }
                blocks.push(&entry);
            }
            blocks.finish()
        });
        let inside: Vec<_> = inside.collect();
        let outside = (0..self.starts.len() as u32 - 1).into_par_iter();
        let outside = outside.filter(|&name| event_of(name).is_none() && !self.to(name).is_empty());
        let hashed = outside.map(|name| (hash_of(names.id(name)), name));
        let mut hashed: Vec<(u64, u32)> = hashed.collect();
        // The numbers of names depend on the order of pages, which a segment's bytes shall not.
        hashed.par_sort_unstable_by(|a, b| {
            let by_id = || names.id(a.1).cmp(names.id(b.1));
            a.0.cmp(&b.0).then_with(by_id)
        });
        let buckets = hashed.len().div_ceil(BUCKET) as u32;
        let mut blocks = BlockWriter::new(BLOCK);
        let (mut entry, mut linking) = (Vec::new(), Vec::new());
        let mut rest = hashed.as_slice();
        for bucket in 0..buckets {
            entry.clear();
            while let Some((&(hash, name), after)) = rest.split_first()
                && bucket_of(hash, buckets) == bucket
            {
                entry.extend_from_slice(&mark_of(hash).to_le_bytes());
                linking.clear();
                put_rows(&mut linking, self.to(name));
                put_u32(&mut entry, linking.len() as u32);
                entry.extend_from_slice(&linking);
                rest = after;
            }
            blocks.push(&entry);
        }
        Written {
            inside: inside.into_iter().flatten().collect(),
            outside: blocks.finish(),
        }
    }
}

fn targets(row: &NewRow) -> impl Iterator<Item = usize> {
    row.links.list.iter().map(|link| link.target as usize)
}

fn hash_of(id: &str) -> u64 {
    XxHash3_64::oneshot(id.as_bytes())
}

/// Ascending rows as varint differences, each once.
fn put_rows(out: &mut Vec<u8>, rows: &[u32]) {
    let mut previous = 0;
    for same in rows.chunk_by(|a, b| a == b) {
        put_u32(out, same[0] - previous);
        previous = same[0];
    }
}

fn read_rows(bytes: &[u8], count: u32) -> Result<Vec<u32>, Malformed> {
    let mut reader = Reader::new(bytes);
    let mut rows = Vec::new();
    let mut row = 0u32;
    while !reader.is_empty() {
        row = row
            .checked_add(reader.u32()?)
            .filter(|&row| row < count)
            .ok_or("a referrer is no row")?;
        rows.push(row);
    }
    Ok(rows)
}

impl Segment {
    /// Rows that link to an event's row, ascending.
    pub(super) fn rows_linking_to(&self, row: u32) -> Result<Vec<u32>> {
        self.with_entry(Part::Referrers, row, |entry| read_rows(entry, self.rows()))
    }

    /// For each id whose hash is like that of an id (mostly none or the one), and which no event of the segment has, the
    /// rows that link to it, ascending.
    pub(super) fn rows_alike(&self, id: &str) -> Result<Vec<Vec<u32>>> {
        let buckets = self.entries_of(Part::Outside)?;
        if buckets == 0 {
            return Ok(Vec::new());
        }
        let hash = hash_of(id);
        self.with_entry(Part::Outside, bucket_of(hash, buckets), |entry| {
            let mut reader = Reader::new(entry);
            let mut alike = Vec::new();
            while !reader.is_empty() {
                let mark = u16::from_le_bytes([reader.u8()?, reader.u8()?]);
                let length = reader.u32()? as usize;
                let rows = reader.slice(length)?;
                if mark == mark_of(hash) {
                    alike.push(read_rows(rows, self.rows())?);
                }
            }
            Ok(alike)
        })
    }

    /// Rows that link to an id which no event of the segment has, ascending.
    pub(super) fn rows_linking_outside(&self, id: &str) -> Result<Vec<u32>> {
        // All rows of one id link to it: whether it is this one, the first one's links say.
        for rows in self.rows_alike(id)? {
            let Some(&first) = rows.first() else { continue };
            let leads_there = self.with_entry(Part::Links, first, |entry| {
                links::decode(entry)
                    .try_fold(false, |found, link| Ok(found || link?.leads_outside_to(id)))
            })?;
            if leads_there {
                return Ok(rows);
            }
        }
        Ok(Vec::new())
    }
}
