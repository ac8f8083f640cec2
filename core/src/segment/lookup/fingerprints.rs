//! Fingerprints of names: which rows of a day may have a name, without reading their headers.
//!
//! Headers are in blocks all over memory; fingerprints are two bytes a row, side by side. A lookup
//! reads the header of one row of a day, where a binary search reads several, and takes a third of
//! the time.

use std::ops::Range;

use twox_hash::XxHash3_64;

use crate::error::Result;
use crate::segment::block::LazyBytes;

/// The low 16 bits of the name's XXH3-64. Part of the format.
pub(in crate::segment) fn fingerprint(name: &str) -> u16 {
    XxHash3_64::oneshot(name.as_bytes()) as u16
}

/// The fingerprint of each name, by its number: those of rows, or of external ids.
pub(in crate::segment) struct Fingerprints {
    bytes: LazyBytes,
    count: u32,
}

impl Fingerprints {
    /// Of a part that has so many. Reads nothing yet.
    pub fn new(bytes: LazyBytes, count: u32) -> Self {
        Self { bytes, count }
    }

    /// Of a segment that lacks the part.
    pub fn made(of_names: &[u16]) -> Self {
        let bytes = of_names.iter().flat_map(|one| one.to_le_bytes());
        Self {
            bytes: LazyBytes::Made(bytes.collect()),
            count: of_names.len() as u32,
        }
    }

    /// The numbers of a range that may have a name: all that have it, and on average one in 65,536 of
    /// the others.
    pub fn like(&self, name: &str, within: Range<u32>) -> Result<Vec<u32>> {
        let within = within.start..within.end.min(self.count);
        if within.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = fingerprint(name).to_le_bytes();
        let range = within.start as usize * 2..within.end as usize * 2;
        let bytes = self.bytes.get(range)?;
        let (pairs, _) = bytes.as_chunks::<2>();
        if pairs.len() != within.len() {
            return Err(self.bytes.malformed("holds fewer fingerprints than names"));
        }
        let of_names = within.zip(pairs);
        let like = of_names.filter(|&(_, found)| *found == wanted);
        Ok(like.map(|(number, _)| number).collect())
    }

    /// Whether a row may have a name.
    pub fn is_like(&self, row: u32, name: &str) -> Result<bool> {
        Ok(!self.like(name, row..row.saturating_add(1))?.is_empty())
    }

    /// All of them, as they are stored.
    pub fn all(&self) -> Result<Vec<u8>> {
        Ok(self.bytes.get(0..self.count as usize * 2)?.into_owned())
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.bytes.size()
    }
}
