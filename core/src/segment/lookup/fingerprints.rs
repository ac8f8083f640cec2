//! Fingerprints of names: which rows of a day may have a name, without reading their headers.
//!
//! Headers are in blocks all over memory; fingerprints are two bytes a row, side by side. A lookup
//! reads the header of one row of a day, where a binary search reads several, and takes a third of
//! the time.

use twox_hash::XxHash3_64;

use crate::segment::block::Malformed;

/// The low 16 bits of the name's XXH3-64. Part of the format.
pub(in crate::segment) fn fingerprint(name: &str) -> u16 {
    XxHash3_64::oneshot(name.as_bytes()) as u16
}

/// The fingerprint of each row's name.
pub(in crate::segment) struct Fingerprints(Vec<u16>);

impl Fingerprints {
    /// From the fingerprints of all rows, in order.
    pub fn new(of_rows: Vec<u16>) -> Self {
        Self(of_rows)
    }

    /// Reads the part of a segment of some rows.
    pub fn read(bytes: &[u8], rows: u32) -> Result<Self, Malformed> {
        let (pairs, rest) = bytes.as_chunks();
        if pairs.len() != rows as usize || !rest.is_empty() {
            return Err("holds another number of rows");
        }
        Ok(Self(
            pairs.iter().map(|&pair| u16::from_le_bytes(pair)).collect(),
        ))
    }

    /// The rows of a range that may have a name: all that have it, and on average one in 65,536 of
    /// the others.
    pub fn rows_like(
        &self,
        name: &str,
        rows: std::ops::Range<u32>,
    ) -> impl Iterator<Item = u32> + '_ {
        let wanted = fingerprint(name);
        let within = self.0.get(rows.start as usize..rows.end as usize);
        let of_rows = (rows.start..).zip(within.into_iter().flatten());
        of_rows
            .filter(move |&(_, &found)| found == wanted)
            .map(|(row, _)| row)
    }

    /// Whether a row may have a name.
    pub fn is_like(&self, row: u32, name: &str) -> bool {
        self.0.get(row as usize) == Some(&fingerprint(name))
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.0.len() * 2
    }
}
