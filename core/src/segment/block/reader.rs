//! Blocks of a part, from the cache or from storage.

use std::cell::Cell;
use std::sync::Arc;

use super::cache::{BlockCache, SlotTable};
use super::chunk::{self, ChunkRange};
use super::decoded::{Block, WRONG_COUNT, entry_of, fill_table, table_bytes};
use super::index::BlockIndex;
use super::varint::Malformed;
use crate::error::{Error, Result};
use crate::segment::Part;
use crate::storage::{Readahead, Storage};

/// Bytes of a table that an index alone reserves. Blocks have some hundred entries at most.
const TABLE_BELIEVED: usize = 64 << 10;

thread_local! {
    /// The block that is being decoded, before it is copied into memory of its exact size.
    static WHOLE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The index of a part's blocks, and the slots for those that are in the cache.
pub(in crate::segment) struct IndexedBlocks {
    pub index: BlockIndex,
    slots: Arc<SlotTable>,
}

impl IndexedBlocks {
    /// Reads the index. All slots are empty.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let index = BlockIndex::read(bytes)?;
        let slots = SlotTable::new(index.blocks());
        Ok(Self { index, slots })
    }

    /// Bytes in memory, without the blocks of the cache.
    pub fn size(&self) -> usize {
        self.index.size() + self.slots.size()
    }
}

/// A buffer for one decoded block after another, for a scan that keeps none of them.
#[derive(Default)]
pub(in crate::segment) struct ScanBuffer {
    whole: Vec<u8>,
    ahead: Readahead,
}

impl ScanBuffer {
    /// Entry `i` of the block that was read last.
    pub fn entry(&self, i: u32) -> Option<&[u8]> {
        entry_of(&self.whole, i)
    }
}

/// Reads the blocks of one part.
pub(in crate::segment) struct BlockReader<'a> {
    pub storage: &'a dyn Storage,
    pub cache: &'a BlockCache,
    pub segment: u32,
    /// The number that the checksums of its chunks cover.
    pub nonce: u64,
    pub part: Part,
    pub blocks: &'a IndexedBlocks,
}

impl<'a> BlockReader<'a> {
    /// The index of the blocks.
    pub fn index(&self) -> &'a BlockIndex {
        &self.blocks.index
    }

    /// A block, through the cache.
    pub fn block(&self, block: u32) -> Result<Block> {
        let load = || self.load(block);
        self.cache.get(&self.blocks.slots, block, load)
    }

    /// The blocks of some entries, each an entry's block and its number in it, through the cache.
    /// The CPU cache misses of those that are there overlap.
    pub fn blocks(&self, entries: &[(u32, u32)]) -> Result<Vec<(Block, u32)>> {
        let numbers = entries.iter().map(|&(block, _)| block);
        let mut found = Vec::with_capacity(entries.len());
        let cached = self.blocks.slots.peek_many(numbers).into_iter();
        for (cached, &(block, within)) in cached.zip(entries) {
            found.push((cached.map_or_else(|| self.block(block), Ok)?, within));
        }
        Ok(found)
    }

    /// A block from storage, without the cache.
    pub fn load(&self, block: u32) -> Result<Block> {
        let mut whole = WHOLE.take();
        let entries = self.decode(block, None, &mut whole)?;
        let loaded = Block::from_whole(&mut whole, entries)
            .map_err(|message| self.malformed(block, message));
        if whole.capacity() <= chunk::KEPT_BUFFER {
            WHOLE.set(whole);
        }
        loaded
    }

    /// Reads a block from storage into the buffer of a scan, without the cache: a scan over most
    /// blocks would only evict others from it.
    pub fn load_into(&self, block: u32, buffer: &mut ScanBuffer) -> Result<()> {
        let whole = &mut buffer.whole;
        let entries = self.decode(block, Some(&mut buffer.ahead), whole)?;
        let filled = fill_table(whole, entries);
        if filled.is_err() {
            // The entries of a damaged block must not be read as those of another one.
            whole.clear();
        }
        filled.map_err(|message| self.malformed(block, message))
    }

    /// Decodes a block after the room for its table, and returns the number of its entries.
    fn decode(
        &self,
        block: u32,
        ahead: Option<&mut Readahead>,
        whole: &mut Vec<u8>,
    ) -> Result<u32> {
        whole.clear();
        let entries = self.index().entries(block);
        if table_bytes(entries) > TABLE_BELIEVED {
            self.check_entries(block, entries)?;
        }
        // A table of zeros holds no entry, until it is filled in.
        whole.resize(table_bytes(entries), 0);
        chunk::read_range_into(self.storage, self.range(block), ahead, whole)?;
        Ok(entries)
    }

    /// Refuses more entries than the block has bytes, before memory is reserved for them.
    #[cold]
    fn check_entries(&self, block: u32, entries: u32) -> Result<()> {
        let decoded = chunk::read_range(self.storage, self.range(block))?;
        match entries as usize <= decoded.len() {
            true => Ok(()),
            false => Err(self.malformed(block, WRONG_COUNT)),
        }
    }

    fn range(&self, block: u32) -> ChunkRange {
        let (first, chunks) = self.index().chunks(block);
        ChunkRange {
            segment: self.segment,
            part: self.part,
            first,
            chunks,
            nonce: self.nonce,
        }
    }

    /// The error for a block whose checksum is right and whose content is not.
    fn malformed(&self, block: u32, message: Malformed) -> Error {
        Error::Corrupt {
            path: self.storage.path().to_owned(),
            part: format!("segment {} {}", self.segment, self.part.name()),
            chunk: Some(self.range(block).first),
            message: message.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::varint::put_u32;
    use super::*;
    use crate::segment::{Chunks, Codec};
    use crate::storage::{StorageBatch, open_memory};

    /// An index may lie behind a right checksum: what it claims is compared with the block before memory is
    /// reserved.
    #[test]
    fn no_memory_is_reserved_for_entries_that_a_block_cannot_have() {
        let storage = open_memory();
        let (part, nonce) = (Part::Headers, 7);
        let mut chunks = Chunks::new(nonce);
        assert_eq!(chunks.put(1, part, 0, &[0; 100], Codec::Lz4), 1);
        let batch = StorageBatch {
            set: chunks.list,
            remove: Vec::new(),
        };
        storage.write(batch).unwrap();
        for (entries, fits) in [(100, true), (101, false), (1_000_000, false)] {
            let mut index = Vec::new();
            put_u32(&mut index, entries);
            put_u32(&mut index, 1);
            let blocks = BlockReader {
                storage: &*storage,
                cache: &BlockCache::new(0),
                segment: 1,
                nonce,
                part,
                blocks: &IndexedBlocks::read(&index).unwrap(),
            };
            let mut buffer = ScanBuffer::default();
            let read = blocks.load_into(0, &mut buffer);
            assert_eq!(read.is_ok(), fits, "{entries}: {read:?}");
            assert!(buffer.whole.capacity() < 4096, "{entries}");
        }
    }
}
