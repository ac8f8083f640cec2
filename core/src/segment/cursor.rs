//! Entries of one part that mostly are near each other.

use super::block::{Block, Malformed, ScanBuffer};
use super::entries::NO_SUCH_ROW;
use super::part::Part;
use super::segment::Segment;
use crate::error::Result;

/// Reads entries of one part and keeps the last block. For entries of the same block it neither
/// searches the index nor asks the cache, which is half the time of reading a header.
pub(super) struct EntryCursor<'a> {
    segment: &'a Segment,
    part: Part,
    /// The number of the last block's first entry.
    first: u32,
    last: LastBlock,
}

/// The block that was read last.
enum LastBlock {
    None,
    /// A block of the cache.
    Cached(Block),
    /// A block of a scan over most entries, which would only evict others from the cache.
    Scanned(ScanBuffer),
}

impl<'a> EntryCursor<'a> {
    pub fn new(segment: &'a Segment, part: Part) -> Self {
        Self {
            segment,
            part,
            first: 0,
            last: LastBlock::None,
        }
    }

    /// Reads past the cache if `past` is true: for a scan over most entries.
    pub fn past_cache(mut self, past: bool) -> Self {
        if past {
            self.last = LastBlock::Scanned(ScanBuffer::default());
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
                LastBlock::Scanned(buffer) => segment.scan_block_of(part, entry, buffer)?,
                last => {
                    let (block, within) = segment.block_of(part, entry)?;
                    *last = LastBlock::Cached(block);
                    within
                }
            };
            self.first = entry - found;
            within = Some(found);
        }
        within
            .and_then(|within| self.last.entry(within))
            .ok_or_else(|| segment.malformed(part, NO_SUCH_ROW))
    }

    /// Passes an entry to `read`.
    pub fn with<T>(
        &mut self,
        entry: u32,
        read: impl FnOnce(&[u8]) -> Result<T, Malformed>,
    ) -> Result<T> {
        let (segment, part) = (self.segment, self.part);
        read(self.entry(entry)?).map_err(|message| segment.malformed(part, message))
    }
}

impl LastBlock {
    fn entry(&self, i: u32) -> Option<&[u8]> {
        match self {
            Self::None => None,
            Self::Cached(block) => block.entry(i),
            Self::Scanned(buffer) => buffer.entry(i),
        }
    }
}
