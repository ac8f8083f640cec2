//! Entries ⇄ blocks: a part whose entries are read one at a time. Entry `i` of a dense part belongs to row `i`.
//!
//! A block holds as many entries as fit its size before compression; a larger entry has a block, and several chunks, of its own.

use std::sync::Arc;

use super::bytes::{Malformed, Reader, put_u32};
use super::cache::{BlockCache, Shelf};
use super::chunk::{self, Chunks, Codec, Packed, Part};
use crate::error::{Error, Result};
use crate::storage::Storage;

/// Collects the entries of one part, or of a run of one.
pub(crate) struct BlockWriter {
    target: usize,
    /// Entries of the open block.
    open: Vec<u8>,
    entries: u32,
    closed: Vec<(u32, Packed)>,
}

impl BlockWriter {
    /// `target`: bytes of a block before compression.
    pub fn new(target: usize) -> Self {
        Self {
            target,
            open: Vec::with_capacity(target),
            entries: 0,
            closed: Vec::new(),
        }
    }

    /// Appends the next entry.
    pub fn push(&mut self, entry: &[u8]) {
        if self.entries > 0 && self.open.len() + entry.len() > self.target {
            self.close();
        }
        put_u32(&mut self.open, entry.len() as u32);
        self.open.extend_from_slice(entry);
        self.entries += 1;
    }

    fn close(&mut self) {
        self.closed
            .push((self.entries, Packed::new(&self.open, Codec::Fast)));
        self.open.clear();
        self.entries = 0;
    }

    /// The compressed blocks with their numbers of entries.
    pub fn finish(mut self) -> Vec<(u32, Packed)> {
        if self.entries > 0 {
            self.close();
        }
        self.closed
    }
}

/// Writes the blocks of a part with their index; the numbers of chunks of both.
pub(crate) fn write(
    blocks: impl Iterator<Item = (u32, Packed)>,
    chunks: &mut Chunks,
    segment: u32,
    part: Part,
    index: Part,
) -> (u32, u32) {
    let mut next = 0;
    let mut directory = Vec::new();
    for (entries, block) in blocks {
        let count = chunks.put_packed(segment, part, next, &block);
        put_u32(&mut directory, entries);
        put_u32(&mut directory, count);
        next += count;
    }
    (
        next,
        chunks.put(segment, index, 0, &directory, Codec::Small),
    )
}

/// A decoded block. Cheap to clone.
///
/// One piece of memory, so that a look at an entry waits for memory once or twice and not four times: the number of
/// entries, the start and end of each, then the entries behind their lengths.
#[derive(Clone)]
pub(crate) struct Block(Arc<[u8]>);

/// Bytes of a number at the head of a block.
const NUMBER: usize = size_of::<u32>();

impl Block {
    pub(super) fn new(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut entries: Vec<(u32, u32)> = Vec::new();
        find_entries(bytes, &mut entries)?;
        let head = NUMBER + 2 * NUMBER * entries.len();
        let mut whole = Vec::with_capacity(head + bytes.len());
        let mut put = |number: usize| whole.extend_from_slice(&(number as u32).to_le_bytes());
        put(entries.len());
        for (start, end) in entries {
            put(head + start as usize);
            put(head + end as usize);
        }
        whole.extend_from_slice(bytes);
        Ok(Self(whole.into()))
    }

    fn number(&self, at: usize) -> Option<usize> {
        let (number, _) = self.0.get(at..)?.split_first_chunk()?;
        Some(u32::from_le_bytes(*number) as usize)
    }

    /// Number of entries.
    pub fn len(&self) -> u32 {
        self.number(0).unwrap_or_default() as u32
    }

    /// Entry `i` of this block.
    pub fn entry(&self, i: u32) -> Option<&[u8]> {
        if i >= self.len() {
            return None;
        }
        let at = NUMBER + 2 * NUMBER * i as usize;
        self.0.get(self.number(at)?..self.number(at + NUMBER)?)
    }

    /// All entries in order.
    pub fn entries(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|i| self.entry(i).unwrap_or_default())
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.0.len() + 64
    }
}

/// Notes where each entry of a block lies, its length left out.
fn find_entries(bytes: &[u8], entries: &mut Vec<(u32, u32)>) -> Result<(), Malformed> {
    let mut reader = Reader::new(bytes);
    while !reader.is_empty() {
        let length = reader.u32()?;
        let start = reader.position() as u32;
        reader.slice(length as usize)?;
        entries.push((start, start + length));
    }
    Ok(())
}

/// Room for one decoded block after another, of a pass over many: nothing of it is kept, so nothing is set up for it.
#[derive(Default)]
pub(super) struct Passing {
    bytes: Vec<u8>,
    entries: Vec<(u32, u32)>,
}

impl Passing {
    /// Entry `i` of the block that was read last.
    pub fn entry(&self, i: u32) -> Option<&[u8]> {
        let &(start, end) = self.entries.get(i as usize)?;
        self.bytes.get(start as usize..end as usize)
    }
}

/// Where the blocks of a part lie: for each block its first entry and first chunk, and the end of both.
pub(crate) struct BlockIndex {
    firsts: Vec<(u32, u32)>,
    /// Its decoded blocks.
    shelf: Arc<Shelf>,
}

impl BlockIndex {
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let (mut entry, mut chunk) = (0u32, 0u32);
        let mut firsts = vec![(0, 0)];
        while !reader.is_empty() {
            entry = entry.checked_add(reader.u32()?).ok_or("too many entries")?;
            chunk = chunk.checked_add(reader.u32()?).ok_or("too many chunks")?;
            firsts.push((entry, chunk));
        }
        let shelf = Shelf::new(firsts.len() as u32 - 1);
        Ok(Self { firsts, shelf })
    }

    /// Number of blocks.
    pub fn blocks(&self) -> u32 {
        self.firsts.len() as u32 - 1
    }

    /// The first entry of a block.
    pub fn first_entry(&self, block: u32) -> u32 {
        self.firsts[block as usize].0
    }

    /// The block that holds an entry, and the entry's number in it.
    pub fn find(&self, entry: u32) -> Option<(u32, u32)> {
        let block = self
            .firsts
            .partition_point(|first| first.0 <= entry)
            .checked_sub(1)?;
        (block + 1 < self.firsts.len()).then(|| (block as u32, entry - self.firsts[block].0))
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.firsts.len() * 8 + self.shelf.size()
    }
}

/// What reading a block needs beside its index.
pub(crate) struct BlockSource<'a> {
    pub storage: &'a dyn Storage,
    pub cache: &'a BlockCache,
    pub segment: u32,
    pub part: Part,
}

impl BlockSource<'_> {
    /// Block `block`, through the cache.
    pub fn block(&self, index: &BlockIndex, block: u32) -> Result<Block> {
        let load = || self.load(index, block);
        self.cache.get(&index.shelf, block, load)
    }

    /// Block `block` from storage: for a pass over all of them, which would only push others out of the cache.
    pub fn load(&self, index: &BlockIndex, block: u32) -> Result<Block> {
        let place = self.place(index, block);
        let bytes = chunk::read(self.storage, place)?;
        let read = Block::new(&bytes).map_err(|message| self.malformed(place.first, message))?;
        self.checked(index, block, read.len())?;
        Ok(read)
    }

    /// As [`BlockSource::load`], into the room of the block before.
    pub fn load_into(&self, index: &BlockIndex, block: u32, room: &mut Passing) -> Result<()> {
        room.entries.clear();
        let place = self.place(index, block);
        room.bytes = chunk::read(self.storage, place)?;
        let found = find_entries(&room.bytes, &mut room.entries)
            .map_err(|message| self.malformed(place.first, message))
            .and_then(|()| self.checked(index, block, room.entries.len() as u32));
        if found.is_err() {
            // Nothing of a block that cannot be read, nor of the one before, is taken for another's.
            room.entries.clear();
        }
        found
    }

    fn place(&self, index: &BlockIndex, block: u32) -> chunk::Place {
        let (first, next) = (
            index.firsts[block as usize],
            index.firsts[block as usize + 1],
        );
        chunk::Place {
            segment: self.segment,
            part: self.part,
            first: first.1,
            chunks: next.1 - first.1,
        }
    }

    fn checked(&self, index: &BlockIndex, block: u32, entries: u32) -> Result<()> {
        let (first, next) = (
            index.firsts[block as usize],
            index.firsts[block as usize + 1],
        );
        match entries == next.0 - first.0 {
            true => Ok(()),
            false => Err(self.malformed(
                first.1,
                "holds another number of entries than its index says",
            )),
        }
    }

    /// The error for a chunk whose checksum is right and whose content is not.
    pub fn malformed(&self, chunk: u32, message: &str) -> Error {
        Error::Corrupt {
            path: self.storage.path().to_owned(),
            part: format!("segment {} {}", self.segment, self.part.name()),
            chunk,
            message: message.to_owned(),
        }
    }
}
