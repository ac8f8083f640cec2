//! A decoded block: entries by number.
//!
//! A block is one piece of memory, so that reading an entry misses the CPU cache once or twice and
//! not four times:
//!
//! | bytes | content |
//! | --- | --- |
//! | 4 | number of entries |
//! | 8 for each entry | its start and its end |
//! | rest | the entries, each after its length |

use std::sync::Arc;

use super::varint::{ByteReader, Malformed};

/// Bytes that come from memory at once.
const CACHE_LINE: usize = 64;

/// Bytes of a number in the table.
const NUMBER: usize = size_of::<u32>();

pub(super) const WRONG_COUNT: Malformed = "holds another number of entries than its index says";

/// Bytes of the table of a block of some entries.
pub(super) fn table_bytes(entries: u32) -> usize {
    NUMBER + 2 * NUMBER * entries as usize
}

/// Fills in the table of a block. `whole` has room for the table and then the decoded entries.
pub(super) fn fill_table(whole: &mut [u8], entries: u32) -> Result<(), Malformed> {
    let (table, bytes) = whole
        .split_at_mut_checked(table_bytes(entries))
        .ok_or("ends too early")?;
    let table_end = table.len();
    let mut reader = ByteReader::new(bytes);
    let (numbers, _) = table.as_chunks_mut::<NUMBER>();
    let (count, ranges) = numbers.split_first_mut().ok_or("ends too early")?;
    *count = entries.to_le_bytes();
    for range in ranges.as_chunks_mut::<2>().0 {
        if reader.is_empty() {
            return Err(WRONG_COUNT);
        }
        let length = reader.u32()? as usize;
        let start = table_end + reader.position();
        reader.slice(length)?;
        *range = [start, start + length].map(|at| (at as u32).to_le_bytes());
    }
    if reader.is_empty() {
        Ok(())
    } else {
        Err(WRONG_COUNT)
    }
}

fn number(whole: &[u8], at: usize) -> Option<usize> {
    let (number, _) = whole.get(at..)?.split_first_chunk()?;
    Some(u32::from_le_bytes(*number) as usize)
}

/// Entry `i` of a block whose table is filled in.
pub(super) fn entry_of(whole: &[u8], i: u32) -> Option<&[u8]> {
    if i as usize >= number(whole, 0)? {
        return None;
    }
    let at = NUMBER + 2 * NUMBER * i as usize;
    whole.get(number(whole, at)?..number(whole, at + NUMBER)?)
}

/// A decoded block. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Block(Arc<[u8]>);

impl Block {
    /// Takes decoded entries after the room for their table, fills in the table and copies both.
    pub(super) fn from_whole(whole: &mut [u8], entries: u32) -> Result<Self, Malformed> {
        fill_table(whole, entries)?;
        Ok(Self((&*whole).into()))
    }

    /// A block of some entries, each after its length.
    #[cfg(test)]
    pub(super) fn from_entries(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut entries = 0;
        let mut reader = ByteReader::new(bytes);
        while !reader.is_empty() {
            let length = reader.u32()? as usize;
            reader.slice(length)?;
            entries += 1;
        }
        let mut whole = vec![0; table_bytes(entries)];
        whole.extend_from_slice(bytes);
        Self::from_whole(&mut whole, entries)
    }

    /// Entry `i` of this block.
    pub fn entry(&self, i: u32) -> Option<&[u8]> {
        entry_of(&self.0, i)
    }

    /// All entries in order.
    pub fn entries(&self) -> impl Iterator<Item = &[u8]> {
        (0..).map_while(|i| self.entry(i))
    }

    /// Two bytes of the first two cache lines of an entry, for
    /// [`touch_all`](super::prefetch::touch_all).
    pub fn touch(&self, i: u32) -> u8 {
        let entry = self.entry(i).unwrap_or_default();
        let byte = |at| entry.get(at).copied().unwrap_or_default();
        byte(0) ^ byte(CACHE_LINE)
    }

    /// A byte of the cache line that holds the block's reference count, for
    /// [`touch_all`](super::prefetch::touch_all).
    pub(super) fn touch_count(&self) -> u8 {
        self.0.first().copied().unwrap_or_default()
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.0.len() + 64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_whose_entries_are_not_as_many_as_its_index_says_is_refused() {
        let bytes = [1, b'a', 2, b'b', b'c'];
        for entries in 0..5 {
            let mut whole = vec![0; table_bytes(entries)];
            whole.extend_from_slice(&bytes);
            let block = Block::from_whole(&mut whole, entries);
            assert_eq!(block.is_ok(), entries == 2, "{entries}");
        }
        let block = Block::from_entries(&bytes).unwrap();
        assert_eq!((block.entry(1), block.entry(2)), (Some(&b"bc"[..]), None));
        assert!(block.entries().eq([&b"a"[..], b"bc"]));
    }
}
