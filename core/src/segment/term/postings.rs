//! The rows of each term of a field, and the builder of both dictionary and postings. One for every field.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use roaring::RoaringBitmap;

use crate::event::fold;
use crate::segment::block::varint::{Malformed, Reader, put_str, put_u32};
use crate::segment::read_counts as reads;
use crate::segment::term::dictionary::Spellings;
use crate::segment::write::interner::Lexicon;

/// Collects terms under provisional numbers while rows come by, then numbers them in order.
#[derive(Default)]
pub(crate) struct TermsBuilder {
    terms: Lexicon,
    rows: Vec<Vec<u32>>,
}

/// A finished dictionary, and the final number of each provisional one.
pub(crate) struct BuiltTerms {
    pub dictionary: Vec<u8>,
    pub postings: Vec<u8>,
    terms: Lexicon,
    ranks: Vec<u32>,
}

impl BuiltTerms {
    /// The number of a term.
    pub fn find(&self, spelling: &str) -> Option<u32> {
        let number = self.terms.find(spelling)?;
        self.ranks.get(number as usize).copied()
    }
}

impl TermsBuilder {
    /// The provisional number of a term.
    pub fn term(&mut self, spelling: &str) -> u32 {
        let number = self.terms.number(spelling);
        if number as usize == self.rows.len() {
            self.rows.push(Vec::new());
        }
        number
    }

    /// Notes that a row has a term. Rows come in ascending order.
    pub fn add(&mut self, term: u32, row: u32) {
        let rows = &mut self.rows[term as usize];
        if rows.last() != Some(&row) {
            rows.push(row);
        }
    }

    /// Takes in what another one has collected of the rows that follow.
    pub fn append(&mut self, other: Self) {
        for (term, rows) in other.rows.into_iter().enumerate() {
            let term = self.term(other.terms.text(term as u32));
            self.rows[term as usize].extend(rows);
        }
    }

    /// Orders the terms and writes both parts.
    pub fn finish(self) -> BuiltTerms {
        let texts = (0..self.rows.len() as u32).map(|number| self.terms.text(number));
        let (dictionary, postings, ranks) = write(texts, &self.rows);
        BuiltTerms {
            dictionary,
            postings,
            terms: self.terms,
            ranks,
        }
    }
}

/// The dictionary and the postings of some terms, and the final number of each.
pub(crate) fn write<'a>(
    texts: impl Iterator<Item = &'a str>,
    rows: &[Vec<u32>],
) -> (Vec<u8>, Vec<u8>, Vec<u32>) {
    let mut order: Vec<(Cow<'_, str>, &str, usize)> = texts
        .enumerate()
        .map(|(number, spelling)| (fold(spelling), spelling, number))
        .collect();
    order.par_sort_unstable();
    let (mut dictionary, mut postings) = (Vec::new(), Vec::new());
    let mut ranks = vec![0; order.len()];
    put_u32(&mut dictionary, order.len() as u32);
    put_u32(&mut postings, order.len() as u32);
    let mut deltas = Vec::new();
    for (rank, (_, spelling, number)) in order.into_iter().enumerate() {
        ranks[number] = rank as u32;
        put_str(&mut dictionary, spelling);
        deltas.clear();
        let mut previous = 0;
        for &row in &rows[number] {
            put_u32(&mut deltas, row - previous);
            previous = row;
        }
        put_u32(&mut postings, deltas.len() as u32);
        postings.extend_from_slice(&deltas);
    }
    (dictionary, postings, ranks)
}

/// A dictionary with its postings in memory. Postings stay packed until a term is asked for.
pub(crate) struct Terms {
    spellings: Arc<Spellings>,
    postings: Vec<u8>,
    ranges: Vec<(u32, u32)>,
    decoded: Vec<OnceLock<Arc<RoaringBitmap>>>,
}

impl Deref for Terms {
    type Target = Spellings;

    fn deref(&self) -> &Spellings {
        &self.spellings
    }
}

impl Terms {
    pub fn read(
        spellings: Arc<Spellings>,
        postings: Vec<u8>,
        rows: u32,
    ) -> Result<Self, Malformed> {
        let count = spellings.len() as usize;
        let mut reader = Reader::new(&postings);
        if reader.u32()? as usize != count {
            return Err("dictionary and postings differ in length");
        }
        let mut ranges = Vec::with_capacity(count);
        for _ in 0..count {
            let length = reader.u32()?;
            let start = postings.len() - { reader }.rest().len();
            let mut deltas = Reader::new(reader.slice(length as usize)?);
            let mut row = 0u32;
            while !deltas.is_empty() {
                row = row
                    .checked_add(deltas.u32()?)
                    .filter(|&row| row < rows)
                    .ok_or("a posting is no row")?;
            }
            ranges.push((start as u32, start as u32 + length));
        }
        let decoded = std::iter::repeat_with(OnceLock::new).take(count).collect();
        Ok(Self {
            spellings,
            postings,
            ranges,
            decoded,
        })
    }

    /// The rows of a term, deleted ones included (`store::View` subtracts). Decoded once, then kept.
    pub fn rows(&self, term: u32) -> &Arc<RoaringBitmap> {
        reads::postings();
        self.decoded[term as usize].get_or_init(|| {
            let rows: Vec<u32> = self.iter_rows(term).collect();
            Arc::new(RoaringBitmap::from_sorted_iter(rows).unwrap_or_default())
        })
    }

    /// The rows of a term straight from the packed form.
    pub fn iter_rows(&self, term: u32) -> impl Iterator<Item = u32> + '_ {
        let (start, end) = self.ranges[term as usize];
        let mut deltas = Reader::new(&self.postings[start as usize..end as usize]);
        let mut row = 0;
        std::iter::from_fn(move || {
            // Checked when the part was read, so that it cannot fail here.
            row += deltas.u32().ok()?;
            Some(row)
        })
    }

    /// Bytes in memory, decoded postings included; those of the spellings are theirs.
    pub fn size(&self) -> usize {
        let decoded: usize = self
            .decoded
            .iter()
            .filter_map(OnceLock::get)
            .map(|rows| rows.serialized_size())
            .sum();
        decoded + self.postings.len() + self.ranges.len() * 24
    }
}
