//! The rows of each term of a field: postings.
//!
//! Each term's rows are a list of their own, read by its bytes when the term is asked for, and kept as
//! a set from then on.

use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use super::blocks::TermBlocks;
use crate::error::Result;
use crate::segment::block::{PartBytes, read_rows};
use crate::segment::read_counts;

/// Which of the parts that a dictionary refers to has the rows.
pub(in crate::segment) const ROWS: usize = 0;

/// The postings of a field, with its dictionary.
pub(crate) struct Postings {
    terms: TermBlocks,
    bytes: PartBytes,
    /// Rows of the segment.
    rows: u32,
    decoded: DecodedSets,
}

impl Deref for Postings {
    type Target = TermBlocks;

    fn deref(&self) -> &TermBlocks {
        &self.terms
    }
}

impl Postings {
    /// The postings of a segment of some rows, whose lists are in a part.
    pub(in crate::segment) fn new(terms: TermBlocks, bytes: PartBytes, rows: u32) -> Self {
        Self {
            decoded: DecodedSets::new(terms.len()),
            terms,
            bytes,
            rows,
        }
    }

    /// The postings of a field that no row has a value of.
    pub fn empty() -> Self {
        Self::new(TermBlocks::empty(), PartBytes::Made(Arc::default()), 0)
    }

    /// The rows of a term, deleted ones included: a snapshot's view of the segment removes those.
    /// Read once, then kept.
    pub fn rows(&self, term: u32) -> Result<&Arc<RoaringBitmap>> {
        read_counts::count_postings();
        let slot = self.decoded.slot(term);
        if let Some(rows) = slot.get() {
            return Ok(rows);
        }
        let mut rows = Vec::new();
        self.append_rows(term, &mut rows)?;
        Ok(slot.get_or_init(|| Arc::new(set_of(&rows))))
    }

    /// Appends the rows of a term, ascending.
    pub fn append_rows(&self, term: u32, out: &mut Vec<u32>) -> Result<()> {
        let mut bytes = Vec::new();
        self.bytes
            .read_into(self.terms.bytes_of(term, ROWS)?, &mut bytes)?;
        self.decode(&bytes, out)
    }

    /// Hands on the rows of each of some terms. Reads the bytes of a block of terms in one go.
    pub fn each_list(&self, terms: Range<u32>, mut take: impl FnMut(u32, &[u32])) -> Result<()> {
        let (mut bytes, mut rows) = (Vec::new(), Vec::new());
        let mut next = terms.start;
        while next < terms.end {
            let block = self.terms.walked_block(next)?;
            let end = block.terms().end.min(terms.end);
            let own = block.bytes_of(next..end, ROWS);
            let before = block.span(next, ROWS).start;
            bytes.clear();
            self.bytes.read_into(own, &mut bytes)?;
            for term in next..end {
                let span = block.span(term, ROWS);
                rows.clear();
                self.decode(&bytes[span.start - before..span.end - before], &mut rows)?;
                take(term, &rows);
            }
            next = end;
        }
        Ok(())
    }

    fn decode(&self, bytes: &[u8], out: &mut Vec<u32>) -> Result<()> {
        read_rows(bytes, self.rows, out).map_err(|message| self.bytes.malformed(message))
    }

    /// Bytes in memory with the decoded sets.
    pub fn size(&self) -> usize {
        let made = match &self.bytes {
            PartBytes::Made(bytes) => bytes.len(),
            PartBytes::Stored { .. } => 0,
        };
        made + self.terms.size() + self.decoded.size()
    }
}

/// Some rows as a set. A bit that is set takes a tenth of the steps of a row that is appended, so the rows of a
/// frequent term are bits first.
fn set_of(rows: &[u32]) -> RoaringBitmap {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return RoaringBitmap::new();
    };
    let start = first & !7;
    let bytes = last.saturating_sub(start) as usize / 8 + 1;
    let set = match bytes <= 2 * rows.len() {
        true => set_of_bits(rows, start, bytes),
        false => RoaringBitmap::from_sorted_iter(rows.iter().copied()).ok(),
    };
    // They ascend. If they did not, the slower way would be right too.
    set.unwrap_or_else(|| rows.iter().collect())
}

/// The same by way of so many bytes of bits. `None` where a row lies outside of them.
fn set_of_bits(rows: &[u32], start: u32, bytes: usize) -> Option<RoaringBitmap> {
    let mut bits = vec![0; bytes];
    for row in rows {
        *bits.get_mut(row.wrapping_sub(start) as usize / 8)? |= 1u8 << (row % 8);
    }
    Some(RoaringBitmap::from_lsb0_bytes(start, &bits))
}

/// For each term its rows, once they were asked for. Slots are made in pages, since a query names a few
/// terms of a hundred thousand.
struct DecodedSets(Box<[OnceLock<SlotPage>]>);

type SlotPage = Box<[OnceLock<Arc<RoaringBitmap>>]>;

impl DecodedSets {
    const PAGE: u32 = 64;

    fn new(terms: u32) -> Self {
        let pages = 0..terms.div_ceil(Self::PAGE);
        Self(pages.map(|_| OnceLock::new()).collect())
    }

    fn slot(&self, term: u32) -> &OnceLock<Arc<RoaringBitmap>> {
        let page = || (0..Self::PAGE).map(|_| OnceLock::new()).collect();
        let page = self.0[(term / Self::PAGE) as usize].get_or_init(page);
        &page[(term % Self::PAGE) as usize]
    }

    fn size(&self) -> usize {
        let pages = self.0.iter().filter_map(OnceLock::get);
        let sets = pages
            .clone()
            .flat_map(|page| page.iter().filter_map(OnceLock::get));
        let sets = sets.map(|rows| rows.serialized_size());
        self.0.len() * 24 + pages.count() * Self::PAGE as usize * 16 + sets.sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_make_the_same_set_however_dense_they_are() {
        let mut tried = 0;
        for step in [1, 2, 7, 15, 16, 17, 1000] {
            for start in [0, 5, 8, 65_529] {
                for count in [0, 1, 2, 5_000, 70_000] {
                    let mut rows: Vec<u32> = (0..count).map(|row| start + row * step).collect();
                    let expected: RoaringBitmap = rows.iter().collect();
                    assert_eq!(set_of(&rows), expected, "{start} {step} {count}");
                    // As a damaged list may have them.
                    rows.reverse();
                    assert_eq!(set_of(&rows), expected, "{start} {step} {count}");
                    tried += 2;
                }
            }
        }
        eprintln!("{tried} lists of rows");
    }
}
