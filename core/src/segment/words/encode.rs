//! The words of a segment as bytes of its parts.

use super::frequencies::FrequencyList;
use super::{Frequencies, STREAMS, lengths};
use crate::segment::TermField;
use crate::segment::block::{put_packed, put_rows};
use crate::segment::term::{EncodedBlocks, StreamLengths, TermBlocksWriter};

/// The words of a segment.
pub(in crate::segment) struct EncodedWords {
    pub dictionary: EncodedBlocks,
    /// In pieces that follow each other.
    pub rows: Vec<Vec<u8>>,
    pub frequencies: Vec<Vec<u8>>,
    pub positions: Vec<Vec<u8>>,
    pub lengths: Vec<u8>,
}

/// A word's rows with their frequencies and positions, while they are gathered.
#[derive(Default)]
pub(super) struct Gathered {
    rows: Vec<u32>,
    frequencies: FrequencyList,
    /// Of all rows, one after another: in each field the first position, then distances.
    distances: Vec<u32>,
    /// For each row the end of its distances.
    ends: Vec<usize>,
}

impl Gathered {
    pub fn clear(&mut self) {
        self.rows.clear();
        self.frequencies.clear();
        self.distances.clear();
        self.ends.clear();
    }

    pub fn push(&mut self, row: u32, frequencies: Frequencies, distances: &[u32]) {
        self.rows.push(row);
        self.frequencies.push(frequencies);
        self.distances.extend_from_slice(distances);
        self.ends.push(self.distances.len());
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Brings the rows into ascending order: those of several segments are mixed.
    fn sort(&mut self) {
        if self.rows.is_sorted() {
            return;
        }
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_unstable_by_key(|&at| self.rows[at]);
        let mut sorted = Self::default();
        for at in order {
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
            let distances = &self.distances[start..self.ends[at]];
            sorted.push(self.rows[at], self.frequencies.get(at), distances);
        }
        *self = sorted;
    }
}

/// Some consecutive words, encoded.
#[derive(Default)]
pub(super) struct EncodedRange<'t> {
    words: Vec<(&'t str, StreamLengths)>,
    rows: Vec<u8>,
    frequencies: Vec<u8>,
    positions: Vec<u8>,
}

impl<'t> EncodedRange<'t> {
    /// Appends a word, unless no row has it.
    pub fn push(&mut self, word: &'t str, gathered: &mut Gathered) {
        if gathered.is_empty() {
            return;
        }
        gathered.sort();
        let before = self.sizes();
        put_rows(&mut self.rows, &gathered.rows);
        gathered.frequencies.put(&mut self.frequencies);
        put_packed(&mut self.positions, &gathered.distances);
        let after = self.sizes();
        let lengths = std::array::from_fn(|stream| (after[stream] - before[stream]) as u32);
        self.words.push((word, lengths));
    }

    fn sizes(&self) -> [usize; STREAMS] {
        [
            self.rows.len(),
            self.frequencies.len(),
            self.positions.len(),
        ]
    }
}

/// All words, from ranges in their order.
pub(super) fn join(ranges: Vec<EncodedRange<'_>>, of_rows: &[Frequencies]) -> EncodedWords {
    let mut dictionary = TermBlocksWriter::new(TermField::Word, STREAMS);
    let mut encoded = EncodedWords {
        dictionary: EncodedBlocks::default(),
        rows: Vec::new(),
        frequencies: Vec::new(),
        positions: Vec::new(),
        lengths: lengths::encode(of_rows),
    };
    for range in ranges {
        for (word, lengths) in range.words {
            dictionary.push(word, lengths);
        }
        encoded.rows.push(range.rows);
        encoded.frequencies.push(range.frequencies);
        encoded.positions.push(range.positions);
    }
    encoded.dictionary = dictionary.finish();
    encoded
}
