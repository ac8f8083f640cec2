//! Reads entries of one part that mostly lie near each other.

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
    /// A pass over most entries: its blocks would only push others out of the cache.
    past_cache: bool,
    /// The number of its first entry, and the block.
    last: Option<(u32, Block)>,
}

impl<'a> Cursor<'a> {
    pub fn new(segment: &'a Segment, part: Part) -> Self {
        Self {
            segment,
            part,
            past_cache: false,
            last: None,
        }
    }

    /// For a pass over most entries, if `past`.
    #[cfg(feature = "arrow")]
    pub fn past_cache(mut self, past: bool) -> Self {
        self.past_cache = past;
        self
    }

    /// The block that holds an entry, and the entry's number in it.
    pub fn block(&mut self, entry: u32) -> Result<(&Block, u32)> {
        let here = self.last.take().filter(|(first, block)| {
            let within = entry.checked_sub(*first);
            within.is_some_and(|within| block.entry(within).is_some())
        });
        let here = match here {
            Some(here) => here,
            None => {
                let (block, within) = match self.past_cache {
                    true => self.segment.load_block_of(self.part, entry)?,
                    false => self.segment.block_of(self.part, entry)?,
                };
                (entry - within, block)
            }
        };
        let (first, block) = self.last.insert(here);
        Ok((block, entry - *first))
    }

    /// Hands an entry to `read`.
    pub fn with<T>(
        &mut self,
        entry: u32,
        read: impl FnOnce(&[u8]) -> Result<T, Malformed>,
    ) -> Result<T> {
        let (segment, part) = (self.segment, self.part);
        let (block, within) = self.block(entry)?;
        let bytes = block.entry(within).ok_or("a block lacks a row");
        bytes
            .and_then(read)
            .map_err(|message| segment.malformed(part, message))
    }
}
