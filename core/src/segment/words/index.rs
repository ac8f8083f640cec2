//! Reading the words of a segment.

use std::sync::Arc;

use super::frequencies::{self, Frequencies, read_frequencies};
use super::lengths::FieldLengths;
use crate::analysis::ANALYSIS;
use crate::error::Result;
use crate::segment::block::{ByteReader, Malformed, PartBytes, read_packed, read_rows};
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

/// The rows of a word with their frequencies, and with positions where they were asked for.
#[derive(Default)]
pub(crate) struct Occurrences {
    pub rows: Vec<u32>,
    pub frequencies: Vec<Frequencies>,
    /// Of all rows, one after another: in each field the first position, then the distance to each
    /// further one.
    pub distances: Vec<u32>,
    codes: Vec<u32>,
}

impl WordIndex {
    pub(in crate::segment) fn bytes(&self, stream: usize) -> &PartBytes {
        &self.streams[stream]
    }

    /// Reads the rows and frequencies of a word, and its positions if asked.
    pub fn occurrences(
        &self,
        word: u32,
        with_positions: bool,
        out: &mut Occurrences,
    ) -> Result<()> {
        let mut bytes = [const { Vec::new() }; super::STREAMS];
        let streams = if with_positions { 3 } else { 2 };
        for (stream, bytes) in bytes.iter_mut().enumerate().take(streams) {
            let range = self.postings.bytes_of(word, stream)?;
            self.bytes(stream).read_into(range, bytes)?;
        }
        let [rows, frequencies, positions] = &bytes;
        read_word(
            (rows, frequencies, with_positions.then_some(&**positions)),
            self.row_count,
            &mut out.rows,
            &mut out.codes,
            &mut out.frequencies,
            &mut out.distances,
        )
        .map_err(|message| self.streams[0].malformed(message))
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

/// Reads one word's rows, frequencies and maybe positions, in place of what was there.
pub(super) fn read_word(
    (row_bytes, frequency_bytes, position_bytes): (&[u8], &[u8], Option<&[u8]>),
    limit: u32,
    rows: &mut Vec<u32>,
    codes: &mut Vec<u32>,
    of_rows: &mut Vec<Frequencies>,
    distances: &mut Vec<u32>,
) -> Result<(), Malformed> {
    rows.clear();
    of_rows.clear();
    distances.clear();
    read_rows(row_bytes, limit, rows)?;
    read_frequencies(frequency_bytes, rows.len(), codes, of_rows)?;
    let Some(bytes) = position_bytes else {
        return Ok(());
    };
    let count: u64 = of_rows.iter().map(frequencies::sum).sum();
    // 128 positions take a byte at least.
    if count > bytes.len() as u64 * 128 {
        return Err("a word has more positions than there are");
    }
    let mut reader = ByteReader::new(bytes);
    read_packed(&mut reader, count as usize, distances)?;
    match reader.is_empty() {
        true => Ok(()),
        false => Err("a list of positions is too long"),
    }
}
