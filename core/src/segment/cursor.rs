//! Reads entries of one part that mostly lie near each other.

use crate::error::Result;
use crate::segment::block::block::{Block, Passing};
use crate::segment::block::chunk::Part;
use crate::segment::block::varint::Malformed;
use crate::segment::segment::Segment;

/// Keeps the last block at hand: for entries of one block neither the index is searched nor the cache asked, which is
/// half the time of a look at a head.
pub(super) struct Cursor<'a> {
    segment: &'a Segment,
    part: Part,
    /// The number of the last block's first entry.
    first: u32,
    last: Last,
}

/// The block that was read last.
enum Last {
    None,
    /// Of the cache.
    Kept(Block),
    /// Of a pass over most entries: its blocks would only push others out of the cache.
    #[cfg_attr(
        not(feature = "arrow"),
        expect(dead_code, reason = "only columns read all of a part")
    )]
    Passing(Passing),
}

impl<'a> Cursor<'a> {
    pub fn new(segment: &'a Segment, part: Part) -> Self {
        Self {
            segment,
            part,
            first: 0,
            last: Last::None,
        }
    }

    /// For a pass over most entries, if `past`.
    #[cfg(feature = "arrow")]
    pub fn past_cache(mut self, past: bool) -> Self {
        if past {
            self.last = Last::Passing(Passing::default());
        }
        self
    }

    /// The bytes of an entry.
    pub fn entry(&mut self, entry: u32) -> Result<&[u8]> {
        let (segment, part) = (self.segment, self.part);
        let here = entry.checked_sub(self.first);
        let mut within = here.filter(|&within| self.last.entry(within).is_some());
        if within.is_none() {
            let found = match &mut self.last {
                Last::Passing(room) => segment.load_block_of(part, entry, room)?,
                last => {
                    let (block, within) = segment.block_of(part, entry)?;
                    *last = Last::Kept(block);
                    within
                }
            };
            self.first = entry - found;
            within = Some(found);
        }
        within
            .and_then(|within| self.last.entry(within))
            .ok_or_else(|| segment.malformed(part, "a block lacks a row"))
    }

    /// Hands an entry to `read`.
    pub fn with<T>(
        &mut self,
        entry: u32,
        read: impl FnOnce(&[u8]) -> Result<T, Malformed>,
    ) -> Result<T> {
        let (segment, part) = (self.segment, self.part);
        read(self.entry(entry)?).map_err(|message| segment.malformed(part, message))
    }
}

impl Last {
    fn entry(&self, i: u32) -> Option<&[u8]> {
        match self {
            Self::None => None,
            Self::Kept(block) => block.entry(i),
            Self::Passing(room) => room.entry(i),
        }
    }
}
