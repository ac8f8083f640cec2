//! Backlinks of segments of versions 1 and 2, which do not have them on disk: all links inverted in
//! memory on first use.

use std::iter::repeat_n;

use rustc_hash::FxHashMap;

use super::adjacency::Adjacency;

/// For each target the rows that link to it, listings and twins included.
pub(in crate::segment) struct LegacyBacklinks {
    /// Row → rows that link to it.
    by_row: Adjacency<u32>,
    /// Id that no event of the segment has → rows that link to it.
    by_id: FxHashMap<Box<str>, Vec<u32>>,
}

/// Links of the rows of a block to rows of the segment. 4 bytes a link: a million pages have twenty
/// million.
#[derive(Default)]
pub(super) struct BlockLinks {
    /// Number of links of each row.
    pub counts: Vec<u32>,
    /// The targets of all links, in order of rows.
    pub targets: Vec<u32>,
}

impl LegacyBacklinks {
    /// From the links of all blocks, in order.
    pub(super) fn new(
        rows: u32,
        blocks: &[BlockLinks],
        by_id: FxHashMap<Box<str>, Vec<u32>>,
    ) -> Self {
        let links = || {
            let counts = blocks.iter().flat_map(|block| &block.counts);
            let sources = (0u32..)
                .zip(counts)
                .flat_map(|(row, &count)| repeat_n(row, count as usize));
            let targets = blocks.iter().flat_map(|block| &block.targets);
            targets.copied().zip(sources)
        };
        Self {
            by_row: Adjacency::new(rows as usize, links),
            by_id,
        }
    }

    /// Rows that link to a row, ascending, a row once for each of its links.
    pub fn of_row(&self, row: u32) -> &[u32] {
        self.by_row.get(row)
    }

    /// Rows that link to an id that no event of the segment has.
    pub fn of_id(&self, id: &str) -> &[u32] {
        self.by_id.get(id).map_or(&[], Vec::as_slice)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.by_row.size() + self.by_id.len() * 96
    }
}
