//! Where the words of a new segment come from: runs of new rows, and segments that are merged into it.

use std::ops::Range;

use super::encode::Gathered;
use super::index::{Occurrences, WordIndex};
use super::invert::WordRun;
use super::{Frequencies, frequencies};
use crate::error::Result;
use crate::segment::term::{StreamSpans, TermDictionary};
use crate::segment::{Part, Segment};

/// A segment whose rows become rows of a new one.
pub(in crate::segment) struct MergedSegment<'s> {
    segment: &'s Segment,
    index: &'s WordIndex,
    words: TermDictionary,
    /// For each row its number in the new segment, [`GONE`](Self::GONE) of one that is not in it.
    rows: Vec<u32>,
}

impl<'s> MergedSegment<'s> {
    pub const GONE: u32 = u32::MAX;

    /// `rows`: for each row of the segment its number in the new one.
    pub fn new(segment: &'s Segment, rows: Vec<u32>) -> Result<Option<Self>> {
        let Some(index) = segment.stored_words()? else {
            return Ok(None);
        };
        let words = index.postings.whole()?;
        Ok(Some(Self {
            segment,
            index,
            words,
            rows,
        }))
    }

    /// Hands on the new number of each row that stays, and its lengths.
    pub fn each_length(&self, mut take: impl FnMut(u32, Frequencies)) -> Result<()> {
        let lengths = self.index.lengths()?;
        for (row, &new) in (0..).zip(&self.rows) {
            if new != Self::GONE {
                take(new, std::array::from_fn(|field| lengths.of(row, field)));
            }
        }
        Ok(())
    }
}

/// Words in order, each with its rows.
pub(super) enum WordSource<'s> {
    Run(&'s WordRun),
    Segment(&'s MergedSegment<'s>),
}

impl<'s> WordSource<'s> {
    /// Number of words.
    pub fn len(&self) -> usize {
        match self {
            Self::Run(run) => run.len(),
            Self::Segment(merged) => merged.words.len() as usize,
        }
    }

    pub fn word(&self, at: usize) -> &'s str {
        match self {
            Self::Run(run) => run.word(at),
            Self::Segment(merged) => merged.words.spelling(at as u32),
        }
    }

    /// The first word that is not before a text.
    pub fn lower(&self, text: &str) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.word(middle) < text {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }

    /// Adds the rows of a word.
    pub fn gather(
        &self,
        at: usize,
        scratch: &mut SegmentWindow,
        gathered: &mut Gathered,
    ) -> Result<()> {
        match self {
            Self::Run(run) => {
                let add = |row, frequencies, distances: &[u32]| {
                    gathered.push(row, frequencies, distances);
                };
                // Bytes that this process wrote a moment ago.
                let _ = run.each_row(at, add);
                Ok(())
            }
            Self::Segment(merged) => scratch.gather(merged, at as u32, gathered),
        }
    }
}

/// The bytes of a block of words of a merged segment, read in one go.
#[derive(Default)]
pub(super) struct SegmentWindow {
    words: Range<u32>,
    spans: Vec<StreamSpans>,
    bytes: [Vec<u8>; super::STREAMS],
    read: Occurrences,
}

impl SegmentWindow {
    fn load(&mut self, merged: &MergedSegment<'_>, word: u32) -> Result<()> {
        (self.words, self.spans) = merged.index.postings.block_spans(word)?;
        let (Some(first), Some(last)) = (self.spans.first(), self.spans.last()) else {
            return Ok(());
        };
        for (stream, bytes) in self.bytes.iter_mut().enumerate() {
            bytes.clear();
            let all = first[stream].start..last[stream].end;
            merged.index.bytes(stream).read_into(all, bytes)?;
        }
        Ok(())
    }

    fn gather(&mut self, merged: &MergedSegment<'_>, word: u32, out: &mut Gathered) -> Result<()> {
        if !self.words.contains(&word) {
            self.load(merged, word)?;
        }
        let malformed = |message| merged.segment.malformed(Part::WordRows, message);
        let mut slices = [&[][..]; super::STREAMS];
        for (stream, slice) in slices.iter_mut().enumerate() {
            let span = &self.spans[(word - self.words.start) as usize][stream];
            let start = self.spans[0][stream].start;
            let own = (span.start - start) as usize..(span.end - start) as usize;
            *slice = &self.bytes[stream][own];
        }
        let [rows, frequencies, positions] = slices;
        let limit = merged.rows.len() as u32;
        let read = &mut self.read;
        read.read(rows, frequencies, limit).map_err(malformed)?;
        let mut distances = read.distances(positions).map_err(malformed)?;
        for (&row, frequencies) in read.rows.iter().zip(read.frequencies.iter()) {
            let count = frequencies::sum(&frequencies);
            match merged.rows[row as usize] {
                MergedSegment::GONE => distances.skip(count).map_err(malformed)?,
                new => out.push(new, frequencies, distances.take(count).map_err(malformed)?),
            }
        }
        Ok(())
    }
}
