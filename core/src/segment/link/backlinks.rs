//! Backlinks on disk: for each row, and for each external id, the rows that link to it.
//!
//! An event is linked to from all over a segment. Inverting the links in memory takes a pass over
//! all of them, and 170 MB for a million pages. With this part a query reads one block, through the
//! cache. A row is listed once, whatever its number of links; listings and twins are listed too.

use rayon::prelude::*;

use super::adjacency::Adjacency;
use crate::segment::block::{BlockWriter, ByteReader, Malformed, WrittenBlock, put_u32};

/// Bytes of a block: what is read at once for one target.
const BLOCK_BYTES: usize = 2 * 1024;

/// Targets whose entries one core writes at a time.
const TARGETS_PER_TASK: usize = 8192;

/// Links by their target: the number of an id → the rows that link to it, ascending, a row once for
/// each of its links.
pub(in crate::segment) struct Backlinks(Adjacency<u32>);

impl Backlinks {
    /// From (number of the target's id, row) of all links, in order of rows.
    pub fn new<I: Iterator<Item = (u32, u32)>>(ids: usize, links: impl Fn() -> I) -> Self {
        Self(Adjacency::new(ids, links))
    }

    /// Whether any row links to an id.
    pub fn has(&self, id: u32) -> bool {
        !self.0.get(id).is_empty()
    }

    /// Appends the entry of a target, of which this is the number of its id; nothing for none.
    pub fn put_entry(&self, target: Option<u32>, out: &mut Vec<u8>) {
        let rows = target.map_or(&[][..], |id| self.0.get(id));
        let mut previous = 0;
        for same in rows.chunk_by(|a, b| a == b) {
            put_u32(out, same[0] - previous);
            previous = same[0];
        }
    }

    /// The blocks of the part. `targets`: for each target in order the number of its id, or none
    /// where its entry stays empty.
    pub fn encode(&self, targets: &[Option<u32>]) -> Vec<WrittenBlock> {
        let tasks = targets.par_chunks(TARGETS_PER_TASK).map(|targets| {
            let mut blocks = BlockWriter::new(BLOCK_BYTES);
            let mut entry = Vec::new();
            for &target in targets {
                entry.clear();
                self.put_entry(target, &mut entry);
                blocks.push(&entry);
            }
            blocks.finish()
        });
        let blocks: Vec<_> = tasks.collect();
        blocks.into_iter().flatten().collect()
    }
}

/// Reads an entry of a segment of some rows: ascending rows, each once.
pub(in crate::segment) fn decode(entry: &[u8], rows: u32) -> Result<Vec<u32>, Malformed> {
    let mut reader = ByteReader::new(entry);
    let mut found: Vec<u32> = Vec::new();
    while !reader.is_empty() {
        let difference = reader.u32()?;
        let row = match found.last() {
            None => Some(difference),
            Some(_) if difference == 0 => return Err("a referrer is listed twice"),
            Some(previous) => previous.checked_add(difference),
        };
        let row = row.filter(|&row| row < rows);
        found.push(row.ok_or("a referrer is no row")?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn an_entry_that_is_no_ascending_list_of_rows_is_refused() {
        assert_eq!(decode(&[0, 2, 3], 6), Ok(vec![0, 2, 5]));
        assert_eq!(decode(&[0, 2, 3], 5), Err("a referrer is no row"));
        assert_eq!(decode(&[1, 0], 5), Err("a referrer is listed twice"));
    }
}
