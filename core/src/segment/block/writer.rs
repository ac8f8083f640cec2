//! Entries → blocks → chunks.

use super::chunk::Chunks;
use super::codec::{Codec, Compressed, decompress};
use super::varint::{ByteReader, put_u32};
use crate::segment::Part;

/// A compressed block and the number of its entries.
pub(in crate::segment) struct WrittenBlock {
    entries: u32,
    blob: Compressed,
}

impl WrittenBlock {
    /// A block of one entry.
    pub fn of_entry(entry: &[u8], codec: Codec) -> Self {
        let mut open = Vec::with_capacity(entry.len() + 5);
        put_u32(&mut open, entry.len() as u32);
        open.extend_from_slice(entry);
        Self {
            entries: 1,
            blob: Compressed::new(&open, codec),
        }
    }

    /// The entry of a block that [`WrittenBlock::of_entry`] made.
    pub fn only_entry(&self) -> Vec<u8> {
        let (mut open, length) = (Vec::new(), self.blob.length as usize);
        // This process packed it.
        let unpacked = decompress(self.blob.codec, &self.blob.bytes, length, &mut open);
        let entry = unpacked.and_then(|()| {
            let mut reader = ByteReader::new(&open);
            let length = reader.u32().map_err(str::to_owned)? as usize;
            reader
                .slice(length)
                .map(<[u8]>::to_vec)
                .map_err(str::to_owned)
        });
        entry.unwrap_or_default()
    }

    /// Bytes before compression.
    pub fn unpacked_bytes(&self) -> usize {
        self.blob.length as usize
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.blob.bytes.len()
    }
}

/// Collects the entries of a part, or of a range of its rows, into blocks.
///
/// A block holds as many entries as fit its size before compression. A larger entry has a block,
/// and several chunks, of its own.
pub(in crate::segment) struct BlockWriter {
    /// Bytes of a block before compression.
    block_bytes: usize,
    /// Entries of the unfinished block.
    open: Vec<u8>,
    /// Number of entries in `open`.
    entries: u32,
    written: Vec<WrittenBlock>,
}

impl BlockWriter {
    /// A writer of blocks of about `block_bytes` before compression.
    pub fn new(block_bytes: usize) -> Self {
        Self {
            block_bytes,
            open: Vec::with_capacity(block_bytes),
            entries: 0,
            written: Vec::new(),
        }
    }

    /// Appends the next entry.
    pub fn push(&mut self, entry: &[u8]) {
        if self.entries > 0 && self.open.len() + entry.len() > self.block_bytes {
            self.finish_block();
        }
        put_u32(&mut self.open, entry.len() as u32);
        self.open.extend_from_slice(entry);
        self.entries += 1;
    }

    /// Appends a block that is written already.
    pub fn push_block(&mut self, block: WrittenBlock) {
        if self.entries > 0 {
            self.finish_block();
        }
        self.written.push(block);
    }

    fn finish_block(&mut self) {
        self.written.push(WrittenBlock {
            entries: self.entries,
            blob: Compressed::new(&self.open, Codec::Lz4),
        });
        self.open.clear();
        self.entries = 0;
    }

    /// All blocks.
    pub fn finish(mut self) -> Vec<WrittenBlock> {
        if self.entries > 0 {
            self.finish_block();
        }
        self.written
    }
}

/// Writes the blocks of a part and their index. Returns the number of chunks of both.
pub(in crate::segment) fn write_blocks(
    blocks: impl Iterator<Item = WrittenBlock>,
    chunks: &mut Chunks,
    segment: u32,
    part: Part,
    index_part: Part,
) -> (u32, u32) {
    let mut next = 0;
    let mut index = Vec::new();
    for block in blocks {
        let count = chunks.put_compressed(segment, part, next, &block.blob);
        put_u32(&mut index, block.entries);
        put_u32(&mut index, count);
        next += count;
    }
    let index_chunks = chunks.put(segment, index_part, 0, &index, Codec::Zstd);
    (next, index_chunks)
}
