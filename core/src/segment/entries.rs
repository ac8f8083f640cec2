//! Entries of a segment's parts, by number: through the block cache, or past it.

use rayon::prelude::*;

use super::block::{Block, BlockReader, IndexedBlocks, Malformed, ScanBuffer};
use super::part::Part;
use super::read_counts::{self, ReadCounts};
use super::segment::Segment;
use crate::error::Result;
use crate::pool;

impl Segment {
    #[inline]
    fn blocks(&self, part: Part) -> Result<BlockReader<'_>> {
        let in_blocks = part.in_blocks();
        let (at, index_part) =
            in_blocks.ok_or_else(|| self.malformed(part, "is not stored in blocks"))?;
        let blocks = self.blocks[at].get_or(|| self.parsed(index_part, IndexedBlocks::read))?;
        Ok(BlockReader {
            storage: &*self.storage,
            cache: &self.cache,
            segment: self.meta.id,
            nonce: self.meta.nonce,
            part,
            blocks,
        })
    }

    /// Number of entries and of chunks that the index of a part says.
    pub(super) fn block_ends(&self, part: Part) -> Result<(u32, u32)> {
        Ok(self.blocks(part)?.index().ends())
    }

    fn find_entry(&self, blocks: &BlockReader<'_>, entry: u32) -> Result<(u32, u32)> {
        blocks
            .index()
            .find(entry)
            .ok_or_else(|| self.malformed(blocks.part, "a row lies behind the last block"))
    }

    /// The block that holds an entry, and the entry's number in it.
    pub(super) fn block_of(&self, part: Part, entry: u32) -> Result<(Block, u32)> {
        let blocks = self.blocks(part)?;
        let (block, within) = self.find_entry(&blocks, entry)?;
        read_counts::count_blocks(part, 1);
        Ok((blocks.block(block)?, within))
    }

    /// The blocks that hold some entries, and each entry's number in its block.
    pub(super) fn blocks_of(&self, part: Part, entries: &[u32]) -> Result<Vec<(Block, u32)>> {
        let blocks = self.blocks(part)?;
        let mut found = Vec::with_capacity(entries.len());
        let mut last = None;
        for &entry in entries {
            let (block, within) = self.find_entry(&blocks, entry)?;
            read_counts::count_blocks(part, u32::from(last != Some(block)));
            last = Some(block);
            found.push((block, within));
        }
        blocks.blocks(&found)
    }

    /// Reads the block that holds an entry into the buffer of a scan, past the cache. Returns the
    /// entry's number in the block.
    pub(super) fn scan_block_of(
        &self,
        part: Part,
        entry: u32,
        buffer: &mut ScanBuffer,
    ) -> Result<u32> {
        let blocks = self.blocks(part)?;
        let (block, within) = self.find_entry(&blocks, entry)?;
        read_counts::count_blocks(part, 1);
        blocks.load_into(block, buffer)?;
        Ok(within)
    }

    /// Applies `read` to each block of a part and the number of its first entry: on all cores, past
    /// the cache. The results are in order of the blocks.
    pub(super) fn map_blocks<T: Send>(
        &self,
        part: Part,
        read: impl Fn(u32, &Block) -> Result<T, Malformed> + Sync,
    ) -> Result<Vec<T>> {
        let blocks = self.blocks(part)?;
        let index = blocks.index();
        read_counts::count_blocks(part, index.blocks());
        let load = |block: u32| {
            let first = index.first_entry(block);
            read(first, &blocks.load(block)?).map_err(|message| self.malformed(part, message))
        };
        let (results, counts): (Vec<_>, Vec<_>) = pool::run(|| {
            let blocks = (0..index.blocks()).into_par_iter();
            blocks.map(|block| ReadCounts::of(|| load(block))).unzip()
        });
        counts.into_iter().for_each(ReadCounts::add);
        results.into_iter().collect()
    }

    /// Passes an entry to `read`.
    pub(super) fn with_entry<T>(
        &self,
        part: Part,
        entry: u32,
        read: impl FnOnce(&[u8]) -> Result<T, Malformed>,
    ) -> Result<T> {
        let (block, within) = self.block_of(part, entry)?;
        let entry = self.entry_of(part, &block, within)?;
        read(entry).map_err(|message| self.malformed(part, message))
    }

    /// An entry of a block that has it according to the index.
    pub(super) fn entry_of<'b>(
        &self,
        part: Part,
        block: &'b Block,
        within: u32,
    ) -> Result<&'b [u8]> {
        let entry = block.entry(within);
        entry.ok_or_else(|| self.malformed(part, NO_SUCH_ROW))
    }
}

/// A block has fewer entries than its index claims.
pub(super) const NO_SUCH_ROW: Malformed = "a block lacks a row";
