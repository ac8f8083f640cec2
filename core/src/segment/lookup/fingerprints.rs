//! Fingerprints of names: which of a day's rows may have a name, without a look at their heads.
//!
//! Heads lie in blocks all over memory, two bytes a row beside each other: of a day's rows one is looked at instead of
//! those that a binary search passes, which takes a third of the time.

use twox_hash::XxHash3_64;

use crate::segment::block::varint::Malformed;

/// The low 16 bits of the name's XXH3-64. Part of the format.
pub(in crate::segment) fn fingerprint(name: &str) -> u16 {
    XxHash3_64::oneshot(name.as_bytes()) as u16
}

/// The fingerprint of each row's name.
pub(in crate::segment) struct Fingerprints(Vec<u16>);

impl Fingerprints {
    /// Of the names of all rows, in their order.
    pub fn new(of_rows: Vec<u16>) -> Self {
        Self(of_rows)
    }

    /// Reads the part; `rows` it must hold.
    pub fn read(bytes: &[u8], rows: u32) -> Result<Self, Malformed> {
        let (pairs, rest) = bytes.as_chunks();
        if pairs.len() != rows as usize || !rest.is_empty() {
            return Err("holds another number of rows");
        }
        Ok(Self(
            pairs.iter().map(|&pair| u16::from_le_bytes(pair)).collect(),
        ))
    }

    /// The rows of a range that may have a name: all that have it, and one in 65,536 of the others.
    pub fn rows_like(
        &self,
        name: &str,
        rows: std::ops::Range<u32>,
    ) -> impl Iterator<Item = u32> + '_ {
        let wanted = fingerprint(name);
        let within = self.0.get(rows.start as usize..rows.end as usize);
        let marks = (rows.start..).zip(within.unwrap_or_default());
        marks
            .filter(move |&(_, &mark)| mark == wanted)
            .map(|(row, _)| row)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.0.len() * 2
    }
}
