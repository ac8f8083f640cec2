//! Reading the words of a segment.

use std::sync::Arc;

use super::frequencies::FrequencyList;
use super::lengths::FieldLengths;
use super::parts::WordParts;
use super::positions::WordPositions;
use crate::analysis::ANALYSIS;
use crate::error::{Error, Result};
use crate::pool;
use crate::segment::block::{Malformed, PackedReader, PartBytes, read_rows};
use crate::segment::lazy::Lazy;
use crate::segment::term::{Postings, TermBlocks};
use crate::segment::{Part, ReadCounts, Segment, TermField, read_counts};

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
            false => {
                let (made, read) = pool::run(|| ReadCounts::of(|| self.made_words()));
                read.add();
                made
            }
        })
    }

    fn read_words(&self) -> Result<WordIndex> {
        let index = self.part(Part::WordTermsIndex)?;
        self.word_index(&index, WordParts::new(|part| self.part_bytes(part)))
    }

    fn made_words(&self) -> Result<WordIndex> {
        let mut made = WordParts::new(|_| Vec::new());
        let index = self.words_of_rows(&mut |part, bytes| made.push(part, bytes))?;
        read_counts::count_text_rows(self.flags()?.events.len() as u32);
        let parts = made.map(|bytes| PartBytes::Made(Arc::new(bytes)));
        self.word_index(&index, parts)
    }

    /// Words whose dictionary has this index, from their parts.
    pub(in crate::segment) fn word_index(
        &self,
        index: &[u8],
        parts: WordParts<PartBytes>,
    ) -> Result<WordIndex> {
        let [dictionary, word_rows, frequencies, positions, length_bytes] = parts.into_array();
        let fields = TermBlocks::read(&dictionary, index)
            .map_err(|message| self.malformed(Part::WordTermsIndex, message))?;
        let terms = match <[_; 1]>::try_from(fields) {
            Ok([(number, terms)]) if number == TermField::Word.number() => terms,
            Err(fields) if fields.is_empty() => TermBlocks::empty(),
            _ => return Err(self.malformed(Part::WordTermsIndex, "there is no such field")),
        };
        let rows = self.meta.rows;
        Ok(WordIndex {
            postings: Postings::new(terms, word_rows.clone(), rows),
            streams: [word_rows, frequencies, positions],
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
        usize::try_from(self.frequencies.total())
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
    pub fn positions(&self, word: u32) -> Result<WordPositions<'_>> {
        let mut occurrences = Occurrences::default();
        self.occurrences(word, &mut occurrences)?;
        let mut bytes = Vec::new();
        self.read_stream(word, 2, &mut bytes)?;
        Ok(WordPositions::new(self, occurrences, bytes))
    }

    fn read_stream(&self, word: u32, stream: usize, out: &mut Vec<u8>) -> Result<()> {
        let range = self.postings.bytes_of(word, stream)?;
        self.streams[stream].read_into(range, out)
    }

    /// Rows of the segment.
    pub fn row_count(&self) -> u32 {
        self.row_count
    }

    /// The error for positions that no text has.
    #[cold]
    pub fn malformed_positions(&self) -> Error {
        self.streams[2].malformed("a word stands where no word can stand")
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
