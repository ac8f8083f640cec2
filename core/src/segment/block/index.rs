//! Which block holds an entry, and which chunks hold a block.

use super::decoded::WRONG_COUNT;
use super::sparse_index::SparseIndex;
use super::varint::{ByteReader, Malformed};
use crate::storage::VALUE_MAX;

/// An entry takes at least a byte, and LZ4 grows nothing more than 255-fold. An index that claims
/// more entries is damaged, and no memory is reserved for them.
const ENTRIES_PER_CHUNK: usize = 255 * VALUE_MAX;

/// The first entry and the first chunk of each block of a part.
pub(in crate::segment) struct BlockIndex {
    /// (first entry, first chunk) of each block, then the end of both.
    firsts: Vec<(u32, u32)>,
    by_entry: SparseIndex,
}

impl BlockIndex {
    /// Reads the part that [`write_blocks`](super::write_blocks) wrote.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let (mut entry, mut chunk) = (0u32, 0u32);
        // Two numbers of a byte at least for each block.
        let mut firsts = Vec::with_capacity(bytes.len() / 2 + 1);
        firsts.push((0, 0));
        while !reader.is_empty() {
            let (entries, chunks) = (reader.u32()?, reader.u32()?);
            if entries as usize > (chunks as usize).saturating_mul(ENTRIES_PER_CHUNK) {
                return Err(WRONG_COUNT);
            }
            entry = entry.checked_add(entries).ok_or("too many entries")?;
            chunk = chunk.checked_add(chunks).ok_or("too many chunks")?;
            firsts.push((entry, chunk));
        }
        let by_entry = SparseIndex::new(firsts.len() - 1, |block| firsts[block].0);
        Ok(Self { firsts, by_entry })
    }

    /// Number of blocks.
    pub fn blocks(&self) -> u32 {
        self.firsts.len() as u32 - 1
    }

    /// Number of entries, and of chunks, of all blocks.
    pub fn ends(&self) -> (u32, u32) {
        self.firsts.last().copied().unwrap_or_default()
    }

    /// The first entry of a block.
    pub fn first_entry(&self, block: u32) -> u32 {
        self.firsts[block as usize].0
    }

    /// Number of entries of a block.
    pub(super) fn entries(&self, block: u32) -> u32 {
        self.first_entry(block + 1) - self.first_entry(block)
    }

    /// The first chunk of a block, and the number of its chunks.
    pub(super) fn chunks(&self, block: u32) -> (u32, u32) {
        let chunk = |block: u32| self.firsts[block as usize].1;
        (chunk(block), chunk(block + 1) - chunk(block))
    }

    /// The block that holds an entry, and the entry's number in it.
    pub fn find(&self, entry: u32) -> Option<(u32, u32)> {
        let first = |block: usize| self.firsts.get(block).map(|first| first.0);
        let block = self.by_entry.find(entry, first)?;
        Some((block as u32, entry - self.firsts[block].0))
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.firsts.len() * 8 + self.by_entry.size()
    }
}

#[cfg(test)]
mod tests {
    use super::super::varint::put_u32;
    use super::*;

    #[test]
    fn an_index_that_says_more_than_blocks_can_hold_makes_no_room_for_it() {
        let index = |entries: u32, chunks: u32| {
            let mut bytes = Vec::new();
            put_u32(&mut bytes, entries);
            put_u32(&mut bytes, chunks);
            BlockIndex::read(&bytes).map(|index| index.blocks())
        };
        assert_eq!(index(u32::MAX, 1), Err(WRONG_COUNT));
        assert_eq!(index(1, 0), Err(WRONG_COUNT));
        assert_eq!(index(1_000, 1), Ok(1));
    }
}
