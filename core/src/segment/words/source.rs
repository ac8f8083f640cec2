//! Where the words of a new segment come from: runs of new rows, and segments that are merged into it.

use super::encode::Gathered;
use super::index::{Occurrences, WordIndex};
use super::invert::WordRun;
use super::{Frequencies, frequencies};
use crate::error::Result;
use crate::segment::Segment;
use crate::segment::term::TermDictionary;

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

/// The bytes of some words of a merged segment, read in one go.
#[derive(Default)]
pub(super) struct SegmentWindow {
    first: u32,
    end: u32,
    starts: [u64; super::STREAMS],
    bytes: [Vec<u8>; super::STREAMS],
    read: Occurrences,
}

impl SegmentWindow {
    /// Words of a window.
    const WORDS: u32 = 64;

    fn gather(&mut self, merged: &MergedSegment<'_>, word: u32, out: &mut Gathered) -> Result<()> {
        let postings = &merged.index.postings;
        if !(self.first..self.end).contains(&word) {
            self.first = word;
            self.end = postings.len().min(word + Self::WORDS);
            for stream in 0..super::STREAMS {
                let range = postings.bytes_of_range(self.first..self.end, stream)?;
                self.starts[stream] = range.start;
                self.bytes[stream].clear();
                merged
                    .index
                    .bytes(stream)
                    .read_into(range, &mut self.bytes[stream])?;
            }
        }
        let malformed = |message| {
            merged
                .segment
                .malformed(crate::segment::Part::WordRows, message)
        };
        let mut slices = [&[][..]; super::STREAMS];
        for (stream, slice) in slices.iter_mut().enumerate() {
            let range = postings.bytes_of(word, stream)?;
            let start = (range.start - self.starts[stream]) as usize;
            let end = (range.end - self.starts[stream]) as usize;
            *slice = &self.bytes[stream][start..end];
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
