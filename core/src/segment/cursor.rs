//! Reads entries of one part that mostly lie near each other.

use std::sync::Arc;

use super::blocks::Block;
use super::bytes::Malformed;
use super::chunk::Part;
use super::reader::Segment;
use crate::error::Result;

/// Keeps the last block at hand: for entries of one block neither the index is searched nor the cache asked, which is
/// half the time of a look at a head.
pub(super) struct Cursor<'a> {
    segment: &'a Segment,
    part: Part,
    /// The number of its first entry, and the block.
    last: Option<(u32, Arc<Block>)>,
}

impl<'a> Cursor<'a> {
    pub fn new(segment: &'a Segment, part: Part) -> Self {
        Self {
            segment,
            part,
            last: None,
        }
    }

    /// Hands an entry to `read`.
    pub fn with<T>(
        &mut self,
        entry: u32,
        read: impl FnOnce(&[u8]) -> Result<T, Malformed>,
    ) -> Result<T> {
        let here = self.last.take().filter(|(first, block)| {
            let within = entry.checked_sub(*first);
            within.is_some_and(|within| block.entry(within).is_some())
        });
        let (first, block) = match here {
            Some(here) => here,
            None => {
                let (block, within) = self.segment.block_of(self.part, entry)?;
                (entry - within, block)
            }
        };
        let bytes = block.entry(entry - first).ok_or("a block lacks a row");
        let value = bytes.and_then(read);
        self.last = Some((first, block));
        value.map_err(|message| self.segment.malformed(self.part, message))
    }
}
