//! Links turned around on disk: who links to a row, or to an id outside the segment.
//!
//! An event is linked to from all over a segment, so that turning its links around in memory takes a pass over all of
//! them and 170 MB for a million pages. Here one block is read for a question, through the cache. Rows count once,
//! whatever their number of links; listings and twins are among them.

use rayon::prelude::*;

use crate::error::Result;
use crate::segment::block::block::BlockWriter;
use crate::segment::block::chunk::{Packed, Part};
use crate::segment::block::varint::{Malformed, Reader, put_u32};
use crate::segment::segment::Segment;
use crate::segment::write::pending_row::NewRow;

/// Bytes of a block: what is read at once for one target.
const BLOCK: usize = 2 * 1024;

/// Targets that one core writes in one go.
const RUN: usize = 8192;

/// Links by the number of their target's name.
pub(in crate::segment) struct TurnedLinks {
    starts: Vec<u32>,
    /// Ascending for each name, with repeats where a page links twice.
    rows: Vec<u32>,
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

    /// The rows that link to a name.
    pub fn to(&self, name: u32) -> &[u32] {
        let name = name as usize;
        &self.rows[self.starts[name] as usize..self.starts[name + 1] as usize]
    }

    /// The blocks of the part. `names`: of each target in order its name, or none where nothing is said of it.
    pub fn write(&self, names: &[Option<u32>]) -> Vec<(u32, Packed)> {
        let runs = names.par_chunks(RUN).map(|names| {
            let mut blocks = BlockWriter::new(BLOCK);
            let mut entry = Vec::new();
            for name in names {
                entry.clear();
                let rows = name.map_or(&[][..], |name| self.to(name));
                let mut previous = 0;
                for same in rows.chunk_by(|a, b| a == b) {
                    put_u32(&mut entry, same[0] - previous);
                    previous = same[0];
                }
                blocks.push(&entry);
            }
            blocks.finish()
        });
        let runs: Vec<_> = runs.collect();
        runs.into_iter().flatten().collect()
    }
}

fn targets(row: &NewRow) -> impl Iterator<Item = usize> {
    row.links.list.iter().map(|link| link.target as usize)
}

fn read(entry: &[u8], count: u32) -> Result<Vec<u32>, Malformed> {
    let mut reader = Reader::new(entry);
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
    /// Whether the parts on disk say who links to whom: not in segments of versions 1 and 2.
    pub(in crate::segment) fn has_referrers(&self) -> bool {
        self.meta.chunks_of(Part::ReferrersIndex) > 0
    }

    /// Rows that link to an event's row, or to an id outside the segment by its number behind the rows. Ascending.
    pub(in crate::segment) fn rows_linking_to(&self, target: u32) -> Result<Vec<u32>> {
        self.with_entry(Part::Referrers, target, |entry| read(entry, self.rows()))
    }
}
