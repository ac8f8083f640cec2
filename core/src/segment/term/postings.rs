//! The rows of each term of a field: postings.
//!
//! On disk a term's rows are ascending differences as varints, after their length in bytes.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use super::dictionary::TermDictionary;
use crate::segment::block::{ByteReader, Malformed, put_u32};
use crate::segment::read_counts;

/// The bytes of the part, from the ascending rows of each term in order.
pub(super) fn encode<'a>(rows: impl ExactSizeIterator<Item = &'a [u32]>) -> Vec<u8> {
    let mut out = Vec::new();
    put_u32(&mut out, rows.len() as u32);
    let mut differences = Vec::new();
    for rows in rows {
        differences.clear();
        let mut previous = 0;
        for &row in rows {
            put_u32(&mut differences, row - previous);
            previous = row;
        }
        put_u32(&mut out, differences.len() as u32);
        out.extend_from_slice(&differences);
    }
    out
}

/// The postings of a field in memory, with its dictionary. A term's rows stay encoded until they
/// are needed as a set.
pub(crate) struct Postings {
    dictionary: Arc<TermDictionary>,
    encoded: Vec<u8>,
    /// The bytes of each term's rows within `encoded`.
    ranges: Vec<(u32, u32)>,
    decoded: Vec<OnceLock<Arc<RoaringBitmap>>>,
}

impl Deref for Postings {
    type Target = TermDictionary;

    fn deref(&self) -> &TermDictionary {
        &self.dictionary
    }
}

impl Postings {
    /// Takes the part of a segment of some rows, after checking all of it.
    pub fn read(
        dictionary: Arc<TermDictionary>,
        encoded: Vec<u8>,
        rows: u32,
    ) -> Result<Self, Malformed> {
        let count = dictionary.len() as usize;
        let mut reader = ByteReader::new(&encoded);
        if reader.u32()? as usize != count {
            return Err("dictionary and postings differ in length");
        }
        let mut ranges = Vec::with_capacity(count);
        for _ in 0..count {
            let length = reader.u32()?;
            let start = reader.position() as u32;
            check_rows(reader.slice(length as usize)?, rows)?;
            ranges.push((start, start + length));
        }
        let decoded = std::iter::repeat_with(OnceLock::new).take(count).collect();
        Ok(Self {
            dictionary,
            encoded,
            ranges,
            decoded,
        })
    }

    /// The postings of a field that no row has a value of.
    pub fn empty() -> Self {
        Self {
            dictionary: Arc::new(TermDictionary::empty()),
            encoded: Vec::new(),
            ranges: Vec::new(),
            decoded: Vec::new(),
        }
    }

    /// The dictionary alone.
    pub fn dictionary(&self) -> &Arc<TermDictionary> {
        &self.dictionary
    }

    /// The rows of a term, deleted ones included: a snapshot's view of the segment removes those.
    /// Decoded once, then kept.
    pub fn rows(&self, term: u32) -> &Arc<RoaringBitmap> {
        read_counts::count_postings();
        self.decoded[term as usize].get_or_init(|| {
            let rows: Vec<u32> = self.iter_rows(term).collect();
            // `read` checked that they ascend. If they did not, the slower way would be right too.
            let set = RoaringBitmap::from_sorted_iter(rows.iter().copied());
            Arc::new(set.unwrap_or_else(|_| rows.into_iter().collect()))
        })
    }

    /// The rows of a term, decoded one by one.
    pub fn iter_rows(&self, term: u32) -> impl Iterator<Item = u32> + '_ {
        let (start, end) = self.ranges[term as usize];
        let mut differences = ByteReader::new(&self.encoded[start as usize..end as usize]);
        let mut row = 0;
        std::iter::from_fn(move || {
            // Checked by `read`, so the only failure is the end.
            row += differences.u32().ok()?;
            Some(row)
        })
    }

    /// Bytes in memory with the decoded sets, without the dictionary.
    pub fn size(&self) -> usize {
        let decoded: usize = self
            .decoded
            .iter()
            .filter_map(OnceLock::get)
            .map(|rows| rows.serialized_size())
            .sum();
        decoded + self.encoded.len() + self.ranges.len() * 24
    }
}

/// Checks that these are differences between ascending rows of a segment of some rows.
fn check_rows(differences: &[u8], rows: u32) -> Result<(), Malformed> {
    let mut differences = ByteReader::new(differences);
    let mut last = None;
    while !differences.is_empty() {
        let difference = differences.u32()?;
        let row = match last {
            None => Some(difference),
            Some(_) if difference == 0 => return Err("a posting is listed twice"),
            Some(last) => difference.checked_add(last),
        };
        last = row.filter(|&row| row < rows);
        if last.is_none() {
            return Err("a posting is no row");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postings_that_are_no_ascending_rows_are_refused() {
        assert_eq!(check_rows(&[0, 2, 3], 6), Ok(()));
        assert_eq!(check_rows(&[0, 2, 3], 5), Err("a posting is no row"));
        assert_eq!(check_rows(&[1, 0], 5), Err("a posting is listed twice"));
    }
}
