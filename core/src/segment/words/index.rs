//! Reading the words of a segment.

use std::sync::Arc;

use super::frequencies::{self, Frequencies, FrequencyIter, FrequencyList};
use super::lengths::FieldLengths;
use crate::analysis::ANALYSIS;
use crate::error::Result;
use crate::segment::block::{Malformed, PackedReader, PartBytes, read_rows};
use crate::segment::lazy::Lazy;
use crate::segment::term::{Postings, TermBlocks, join_indexes};
use crate::segment::{Part, Segment, TermField, read_counts};

/// The words of a segment: in storage, or in memory where they were made from its rows.
pub(crate) struct WordIndex {
    /// The dictionary, and the rows of each word.
    pub postings: Postings,
    streams: [PartBytes; super::STREAMS],
    length_bytes: PartBytes,
    lengths: Lazy<FieldLengths>,
    /// Rows of the segment.
    row_count: u32,
}

impl Segment {
    /// The words that the segment stores; none if it stores none of today's analysis.
    pub(in crate::segment) fn stored_words(&self) -> Result<Option<&WordIndex>> {
        match self.has_words() {
            true => self.words().map(Some),
            false => Ok(None),
        }
    }

    /// Whether it stores words, cut by today's analysis.
    pub fn has_words(&self) -> bool {
        self.meta.analysis == ANALYSIS && self.meta.chunks_of(Part::WordTermsIndex) > 0
    }

    /// The words of the segment. Where it stores none they are cut from the texts of all its rows, which
    /// takes some 20 µs for each event, and are kept in memory.
    pub fn words(&self) -> Result<&WordIndex> {
        self.words.get_or(|| match self.has_words() {
            true => self.read_words(),
            false => self.made_words(),
        })
    }

    /// Whether [`Segment::words`] would cut words from texts.
    pub fn needs_words(&self) -> bool {
        !self.has_words() && self.words.loaded().is_none()
    }

    fn read_words(&self) -> Result<WordIndex> {
        let dictionary = self.part_bytes(Part::WordTerms);
        let [rows, frequencies, positions] =
            [Part::WordRows, Part::WordFrequencies, Part::WordPositions]
                .map(|part| self.part_bytes(part));
        self.word_index(
            (dictionary, &self.part(Part::WordTermsIndex)?),
            [rows, frequencies, positions],
            self.part_bytes(Part::WordLengths),
        )
    }

    fn made_words(&self) -> Result<WordIndex> {
        let made = self.words_of_rows()?;
        read_counts::count_text_rows(self.flags()?.events.len() as u32);
        let bytes = |bytes: Vec<u8>| PartBytes::Made(Arc::new(bytes));
        let index = join_indexes(super::STREAMS, std::iter::once(&*made.dictionary.index));
        self.word_index(
            (bytes(made.dictionary.blocks), &index),
            [made.rows, made.frequencies, made.positions].map(|pieces| bytes(pieces.concat())),
            bytes(made.lengths),
        )
    }

    fn word_index(
        &self,
        (dictionary, index): (PartBytes, &[u8]),
        streams: [PartBytes; super::STREAMS],
        length_bytes: PartBytes,
    ) -> Result<WordIndex> {
        let fields = TermBlocks::read(&dictionary, index)
            .map_err(|message| self.malformed(Part::WordTermsIndex, message))?;
        let terms = match <[_; 1]>::try_from(fields) {
            Ok([(number, terms)]) if number == TermField::Word.number() => terms,
            Err(fields) if fields.is_empty() => TermBlocks::empty(),
            _ => return Err(self.malformed(Part::WordTermsIndex, "there is no such field")),
        };
        let rows = self.meta.rows;
        Ok(WordIndex {
            postings: Postings::new(terms, streams[0].clone(), rows),
            streams,
            length_bytes,
            lengths: Lazy::default(),
            row_count: rows,
        })
    }
}

/// The rows of a word with their frequencies.
#[derive(Default)]
pub(crate) struct Occurrences {
    pub rows: Vec<u32>,
    pub frequencies: FrequencyList,
}

impl Occurrences {
    /// Reads the bytes of a word, in place of what was there.
    pub(super) fn read(
        &mut self,
        rows: &[u8],
        frequencies: &[u8],
        limit: u32,
    ) -> Result<(), Malformed> {
        self.rows.clear();
        read_rows(rows, limit, &mut self.rows)?;
        self.frequencies.read(frequencies, self.rows.len())
    }

    /// A reader of the positions of all rows, one after another: in each field the first position, then
    /// the distance to each further one.
    pub(super) fn distances<'b>(&self, bytes: &'b [u8]) -> Result<PackedReader<'b>, Malformed> {
        let counts = self.frequencies.iter();
        let count = counts.map(|one| frequencies::sum(&one) as u64).sum::<u64>();
        usize::try_from(count)
            .map(|count| PackedReader::new(bytes, count))
            .map_err(|_| "a word has more positions than there can be")
    }
}

impl WordIndex {
    pub(in crate::segment) fn bytes(&self, stream: usize) -> &PartBytes {
        &self.streams[stream]
    }

    /// Reads the rows and frequencies of a word.
    pub fn occurrences(&self, word: u32, out: &mut Occurrences) -> Result<()> {
        let mut bytes = [const { Vec::new() }; 2];
        for (stream, bytes) in bytes.iter_mut().enumerate() {
            self.read_stream(word, stream, bytes)?;
        }
        let [rows, frequencies] = &bytes;
        out.read(rows, frequencies, self.row_count)
            .map_err(|message| self.streams[0].malformed(message))
    }

    /// Reads a word with its positions.
    pub fn places(&self, word: u32) -> Result<WordPlaces<'_>> {
        let mut places = WordPlaces {
            index: self,
            occurrences: Occurrences::default(),
            bytes: Vec::new(),
        };
        self.occurrences(word, &mut places.occurrences)?;
        self.read_stream(word, 2, &mut places.bytes)?;
        Ok(places)
    }

    fn read_stream(&self, word: u32, stream: usize, out: &mut Vec<u8>) -> Result<()> {
        let range = self.postings.bytes_of(word, stream)?;
        self.streams[stream].read_into(range, out)
    }

    /// How many words each field of each row has.
    pub fn lengths(&self) -> Result<&FieldLengths> {
        self.lengths.get_or(|| {
            let bytes = self.length_bytes.read_all()?;
            FieldLengths::read(&bytes, self.row_count)
                .map_err(|message| self.length_bytes.malformed(message))
        })
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        let made = self.streams[1..].iter().map(|bytes| match bytes {
            PartBytes::Made(bytes) => bytes.len(),
            PartBytes::Stored { .. } => 0,
        });
        let lengths = self.lengths.loaded().map_or(0, FieldLengths::size);
        self.postings.size() + made.sum::<usize>() + lengths
    }
}

/// A word with its rows, frequencies and the bytes of its positions.
pub(crate) struct WordPlaces<'i> {
    index: &'i WordIndex,
    pub occurrences: Occurrences,
    bytes: Vec<u8>,
}

impl WordPlaces<'_> {
    /// Walks the rows.
    pub fn walk(&self) -> Result<PlacesWalk<'_>> {
        let malformed = |message| self.index.streams[2].malformed(message);
        Ok(PlacesWalk {
            places: self,
            at: 0,
            frequencies: self.occurrences.frequencies.iter(),
            distances: self.occurrences.distances(&self.bytes).map_err(malformed)?,
        })
    }
}

/// Goes through the rows of a word, once, and reads the positions of those that are asked for.
pub(crate) struct PlacesWalk<'p> {
    places: &'p WordPlaces<'p>,
    /// The next row, by its position.
    at: usize,
    frequencies: FrequencyIter<'p>,
    distances: PackedReader<'p>,
}

impl PlacesWalk<'_> {
    /// The frequencies in a row and the distances of its positions. Rows are asked for in ascending
    /// order. None of a row that does not have the word.
    #[inline]
    pub fn row(&mut self, row: u32) -> Result<Option<(Frequencies, &[u32])>> {
        let rows = &self.places.occurrences.rows;
        let mut passed = 0;
        while self.at < rows.len() && rows[self.at] < row {
            passed += self
                .frequencies
                .next()
                .map_or(0, |one| frequencies::sum(&one));
            self.at += 1;
        }
        let index = self.places.index;
        let malformed = |message| index.streams[2].malformed(message);
        if passed > 0 {
            self.distances.skip(passed).map_err(malformed)?;
        }
        if rows.get(self.at) != Some(&row) {
            return Ok(None);
        }
        self.at += 1;
        let of_row = self.frequencies.next().unwrap_or_default();
        let distances = self.distances.take(frequencies::sum(&of_row));
        Ok(Some((of_row, distances.map_err(malformed)?)))
    }
}
