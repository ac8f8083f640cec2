//! Entries ⇄ blocks: a part whose entries are read one at a time. Entry `i` of a dense part belongs to row `i`.
//!
//! A block holds as many entries as fit its size before compression; a larger entry has a block, and several chunks, of its own.

use std::cell::Cell;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::segment::block::cache::{BlockCache, Shelf};
use crate::segment::block::chunk::{self, Chunks, Codec, Packed, Part};
use crate::segment::block::sparse_index::Marks;
use crate::segment::block::varint::{Malformed, Reader, put_u32};
use crate::storage::{Ahead, Storage, VALUE_MAX};

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

thread_local! {
    /// Room for the block that is being decoded: it is put together here, and its one piece of memory made in one go.
    static WHOLE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

const OTHER_NUMBER: Malformed = "holds another number of entries than its index says";

/// An entry takes a byte at least, and nothing grows more than 255-fold when it is decoded: an index that says more is
/// no reason to reserve memory.
const ENTRIES_A_CHUNK: usize = 255 * VALUE_MAX;

/// Bytes that come from memory at once.
const LINE: usize = 64;

/// Bytes of a number at the head of a block.
const NUMBER: usize = size_of::<u32>();

/// Bytes of the table of a block of some entries.
fn table(entries: u32) -> usize {
    NUMBER + 2 * NUMBER * entries as usize
}

/// Fills in the table of a block, whose entries stand behind the room for it already.
fn fill_table(whole: &mut [u8], entries: u32) -> Result<(), Malformed> {
    let (table, bytes) = whole
        .split_at_mut_checked(table(entries))
        .ok_or("ends too early")?;
    let behind = table.len();
    let mut reader = Reader::new(bytes);
    let (numbers, _) = table.as_chunks_mut::<NUMBER>();
    let (count, places) = numbers.split_first_mut().ok_or("ends too early")?;
    *count = entries.to_le_bytes();
    for place in places.as_chunks_mut::<2>().0 {
        if reader.is_empty() {
            return Err(OTHER_NUMBER);
        }
        let length = reader.u32()? as usize;
        let start = behind + reader.position();
        reader.slice(length)?;
        *place = [start, start + length].map(|at| (at as u32).to_le_bytes());
    }
    match reader.is_empty() {
        true => Ok(()),
        false => Err(OTHER_NUMBER),
    }
}

fn number(whole: &[u8], at: usize) -> Option<usize> {
    let (number, _) = whole.get(at..)?.split_first_chunk()?;
    Some(u32::from_le_bytes(*number) as usize)
}

/// Entry `i` of a block with its table.
fn entry_of(whole: &[u8], i: u32) -> Option<&[u8]> {
    if i as usize >= number(whole, 0)? {
        return None;
    }
    let at = NUMBER + 2 * NUMBER * i as usize;
    whole.get(number(whole, at)?..number(whole, at + NUMBER)?)
}

/// Room for one decoded block after another, of a pass over many: none is kept, so none gets a piece of memory of its own.
#[derive(Default)]
pub(in crate::segment) struct Passing {
    whole: Vec<u8>,
    ahead: Ahead,
}

impl Passing {
    /// Entry `i` of the block that was read last.
    pub fn entry(&self, i: u32) -> Option<&[u8]> {
        entry_of(&self.whole, i)
    }
}

impl Block {
    /// A block of some entries, each behind its length.
    #[cfg(test)]
    pub(in crate::segment) fn new(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut entries = 0;
        let mut reader = Reader::new(bytes);
        while !reader.is_empty() {
            let length = reader.u32()? as usize;
            reader.slice(length)?;
            entries += 1;
        }
        let mut whole = vec![0; table(entries)];
        whole.extend_from_slice(bytes);
        Self::of(&mut whole, entries)
    }

    fn of(whole: &mut [u8], entries: u32) -> Result<Self, Malformed> {
        fill_table(whole, entries)?;
        Ok(Self((&*whole).into()))
    }

    /// Number of entries.
    pub fn len(&self) -> u32 {
        number(&self.0, 0).unwrap_or_default() as u32
    }

    /// Entry `i` of this block.
    pub fn entry(&self, i: u32) -> Option<&[u8]> {
        entry_of(&self.0, i)
    }

    /// Brings the beginning of an entry near, for who is going to read it; see [`Shelf::at_hand`].
    pub fn touch(&self, i: u32) -> u8 {
        let entry = self.entry(i).unwrap_or_default();
        let byte = |at| entry.get(at).copied().unwrap_or_default();
        byte(0) ^ byte(LINE)
    }

    /// A byte of the line of memory that also counts who holds the block.
    pub(in crate::segment) fn first_byte(&self) -> u8 {
        self.0.first().copied().unwrap_or_default()
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

/// Where the blocks of a part lie: for each block its first entry and first chunk, and the end of both.
pub(crate) struct BlockIndex {
    firsts: Vec<(u32, u32)>,
    marks: Marks,
    /// Its decoded blocks.
    shelf: Arc<Shelf>,
}

impl BlockIndex {
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let (mut entry, mut chunk) = (0u32, 0u32);
        let mut firsts = vec![(0, 0)];
        while !reader.is_empty() {
            let (entries, chunks) = (reader.u32()?, reader.u32()?);
            // Before room is made for so many.
            if entries as usize > (chunks as usize).saturating_mul(ENTRIES_A_CHUNK) {
                return Err(OTHER_NUMBER);
            }
            entry = entry.checked_add(entries).ok_or("too many entries")?;
            chunk = chunk.checked_add(chunks).ok_or("too many chunks")?;
            firsts.push((entry, chunk));
        }
        let shelf = Shelf::new(firsts.len() as u32 - 1);
        let marks = Marks::new(firsts.len() - 1, |block| firsts[block].0);
        Ok(Self {
            firsts,
            marks,
            shelf,
        })
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
        let first = |block: usize| self.firsts.get(block).map(|first| first.0);
        let block = self.marks.find(entry, first)?;
        Some((block as u32, entry - self.firsts[block].0))
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.firsts.len() * 8 + self.marks.size() + self.shelf.size()
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

    /// Blocks, through the cache: their waits for memory overlap.
    pub fn blocks(&self, index: &BlockIndex, blocks: &[u32]) -> Result<Vec<Block>> {
        let found = index.shelf.at_hand(blocks).into_iter().zip(blocks);
        found
            .map(|(found, &block)| found.map_or_else(|| self.block(index, block), Ok))
            .collect()
    }

    /// Block `block` from storage, past the cache.
    pub fn load(&self, index: &BlockIndex, block: u32) -> Result<Block> {
        let mut whole = WHOLE.take();
        let entries = self.decode(index, block, None, &mut whole)?;
        let block = Block::of(&mut whole, entries)
            .map_err(|message| self.malformed(self.place(index, block).first, message));
        if whole.capacity() <= chunk::ROOM {
            WHOLE.set(whole);
        }
        block
    }

    /// As [`BlockSource::load`], into the room of the block before: for a pass over most blocks, which would only push
    /// others out of the cache.
    pub fn load_into(&self, index: &BlockIndex, block: u32, room: &mut Passing) -> Result<()> {
        let whole = &mut room.whole;
        let entries = self.decode(index, block, Some(&mut room.ahead), whole)?;
        let found = fill_table(whole, entries);
        if found.is_err() {
            // Nothing of a block that cannot be read is taken for another's.
            whole.clear();
        }
        found.map_err(|message| self.malformed(self.place(index, block).first, message))
    }

    /// Decodes a block behind the room for its table, and tells how many entries it has.
    fn decode(
        &self,
        index: &BlockIndex,
        block: u32,
        ahead: Option<&mut Ahead>,
        whole: &mut Vec<u8>,
    ) -> Result<u32> {
        whole.clear();
        let place = self.place(index, block);
        let entries = index.first_entry(block + 1) - index.first_entry(block);
        // Until it is filled in, the table says that there is no entry.
        whole.resize(table(entries), 0);
        match ahead {
            Some(ahead) => chunk::read_ahead(self.storage, place, ahead, whole)?,
            None => chunk::read_into(self.storage, place, whole)?,
        }
        Ok(entries)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_that_says_more_than_blocks_can_hold_makes_no_room_for_it() {
        let index = |entries: u32, chunks: u32| {
            let mut bytes = Vec::new();
            put_u32(&mut bytes, entries);
            put_u32(&mut bytes, chunks);
            BlockIndex::read(&bytes).map(|index| index.blocks())
        };
        assert_eq!(index(u32::MAX, 1), Err(OTHER_NUMBER));
        assert_eq!(index(1, 0), Err(OTHER_NUMBER));
        assert_eq!(index(1_000, 1), Ok(1));
    }

    #[test]
    fn a_block_whose_entries_are_not_as_many_as_its_index_says_is_refused() {
        let bytes = [1, b'a', 2, b'b', b'c'];
        for entries in 0..5 {
            let mut whole = vec![0; table(entries)];
            whole.extend_from_slice(&bytes);
            let block = Block::of(&mut whole, entries);
            assert_eq!(block.is_ok(), entries == 2, "{entries}");
        }
        let block = Block::new(&bytes).unwrap();
        assert_eq!((block.entry(1), block.entry(2)), (Some(&b"bc"[..]), None));
    }
}
