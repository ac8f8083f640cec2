//! Whether a segment's chunks are in storage, and whole.

use super::block::{ChunkRange, check_range, key_of_number, missing_chunk};
use super::part::Part;
use super::segment::Segment;
use crate::error::{Error, Result};

impl Segment {
    /// Checks that the first and the last chunk of each part are there, so that a store that was
    /// rolled back or half written is noticed when it is opened. Reads no value.
    pub fn check_ends(&self) -> Result<()> {
        for &(part, chunks) in self.meta.chunks.iter().filter(|(_, chunks)| *chunks > 0) {
            for chunk in [0, chunks - 1] {
                let key = key_of_number(self.meta.id, part, chunk);
                if !self.storage.has(&key)? {
                    return Err(Error::Corrupt {
                        path: self.storage.path().to_owned(),
                        part: format!("segment {} part {part}", self.meta.id),
                        chunk,
                        message: missing_chunk(&*self.storage),
                    });
                }
            }
        }
        Ok(())
    }

    /// Reads every chunk and checks its header.
    pub fn check_all(&self) -> Result<()> {
        for &(number, chunks) in &self.meta.chunks {
            if let Some(part) = Part::from_number(number) {
                let range = ChunkRange {
                    segment: self.meta.id,
                    part,
                    first: 0,
                    chunks,
                    nonce: self.meta.nonce,
                };
                check_range(&*self.storage, range)?;
            }
        }
        Ok(())
    }
}
