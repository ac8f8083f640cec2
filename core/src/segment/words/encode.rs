//! The words of a segment as bytes of its parts.

use super::frequencies::FrequencyList;
use super::{Frequencies, STREAMS, lengths};
use crate::segment::block::{put_packed, put_rows};
use crate::segment::term::{StreamLengths, TermBlocksWriter, join_indexes};
use crate::segment::{Part, TermField};

/// What takes the bytes of a part, piece by piece.
pub(in crate::segment) type PartSink<'s> = dyn FnMut(Part, &[u8]) + 's;

/// Writes the words of a segment, range by range in their order.
pub(super) struct WordsWriter<'s> {
    dictionary: TermBlocksWriter,
    sink: &'s mut PartSink<'s>,
}

impl<'s> WordsWriter<'s> {
    pub fn new(sink: &'s mut PartSink<'s>) -> Self {
        Self {
            dictionary: TermBlocksWriter::new(TermField::Word, STREAMS),
            sink,
        }
    }

    pub fn push(&mut self, range: &EncodedRange) {
        let mut start = 0;
        for &(end, lengths) in &range.words {
            self.dictionary.push(&range.text[start..end], lengths);
            start = end;
        }
        for (part, bytes) in [
            (Part::WordTerms, &self.dictionary.take_blocks()),
            (Part::WordRows, &range.rows),
            (Part::WordFrequencies, &range.frequencies),
            (Part::WordPositions, &range.positions),
        ] {
            (self.sink)(part, bytes);
        }
    }

    /// Writes what is left, the lengths of each row too. Returns the index of the dictionary.
    pub fn finish(self, of_rows: &[Frequencies]) -> Vec<u8> {
        let rest = self.dictionary.finish();
        (self.sink)(Part::WordTerms, &rest.blocks);
        (self.sink)(Part::WordLengths, &lengths::encode(of_rows));
        join_indexes(STREAMS, std::iter::once(&*rest.index))
    }
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
pub(super) struct EncodedRange {
    text: String,
    /// For each word its end in `text`, and its bytes in each part.
    words: Vec<(usize, StreamLengths)>,
    rows: Vec<u8>,
    frequencies: Vec<u8>,
    positions: Vec<u8>,
}

impl EncodedRange {
    /// Appends a word, unless no row has it.
    pub fn push(&mut self, word: &str, gathered: &mut Gathered) {
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
        self.text.push_str(word);
        self.words.push((self.text.len(), lengths));
    }

    fn sizes(&self) -> [usize; STREAMS] {
        [
            self.rows.len(),
            self.frequencies.len(),
            self.positions.len(),
        ]
    }
}
