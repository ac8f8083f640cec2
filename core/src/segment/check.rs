//! Whether a segment's chunks are in storage, and whole.

use super::block::{ChunkRange, check_range};
use super::part::Part;
use super::segment::Segment;
use crate::error::Result;

impl Segment {
    /// Reads and checks its first chunk, so that a store that was rolled back or half written is noticed when
    /// it is opened.
    pub fn check_first(&self) -> Result<()> {
        let parts = self.meta.chunks.iter();
        let first = parts.filter(|(_, chunks)| *chunks > 0).min();
        let Some(part) = first.and_then(|&(number, _)| Part::from_number(number)) else {
            return Ok(());
        };
        let range = ChunkRange {
            chunks: 1,
            ..self.range_of(part)
        };
        check_range(&*self.storage, range)
    }

    /// Reads every chunk and checks its header.
    pub fn check_all(&self) -> Result<()> {
        for &(number, _) in &self.meta.chunks {
            if let Some(part) = Part::from_number(number) {
                check_range(&*self.storage, self.range_of(part))?;
            }
        }
        Ok(())
    }
}
