//! Where the words of a new segment come from: runs of new rows, and segments that are merged into it.

use super::encode::Gathered;
use super::index::{Occurrences, WordIndex};
use super::invert::WordRun;
use super::{Frequencies, frequencies};
use crate::error::Result;
use crate::segment::term::WalkedBlock;
use crate::segment::{Part, Segment};

/// A segment whose rows become rows of a new one.
pub(in crate::segment) struct MergedSegment<'s> {
    segment: &'s Segment,
    index: &'s WordIndex,
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
        Ok(Some(Self {
            segment,
            index,
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
            Self::Segment(merged) => merged.index.postings.len() as usize,
        }
    }

    /// Words that lie about as far from each other, ascending: at most so many.
    pub fn borders(&self, count: usize) -> Vec<&'s str> {
        match self {
            Self::Run(run) => {
                let at = (1..=count).map(|border| border * run.len() / (count + 1));
                let mut words: Vec<&str> = at.filter(|&at| at > 0).map(|at| run.word(at)).collect();
                words.dedup();
                words
            }
            Self::Segment(merged) => merged.index.postings.borders(count).collect(),
        }
    }

    /// Goes through the words from one on.
    pub fn cursor(&self, from: Option<&str>) -> Result<WordCursor<'s>> {
        Ok(match self {
            Self::Run(run) => WordCursor::Run {
                run,
                at: from.map_or(0, |from| run.lower_bound(from)),
            },
            Self::Segment(merged) => WordCursor::Segment(Box::new(SegmentCursor {
                merged,
                at: match from {
                    Some(from) => merged.index.postings.lower_bound(from)?,
                    None => 0,
                },
                block: None,
                bytes: Default::default(),
                read: Occurrences::default(),
            })),
        })
    }
}

/// Goes through the words of a source, once.
pub(super) enum WordCursor<'s> {
    Run { run: &'s WordRun, at: usize },
    Segment(Box<SegmentCursor<'s>>),
}

impl WordCursor<'_> {
    /// Reads the word that it stands at. False at the end.
    pub fn read_word(&mut self, out: &mut String) -> Result<bool> {
        out.clear();
        match self {
            Self::Run { run, at } => {
                let is_there = *at < run.len();
                if is_there {
                    out.push_str(run.word(*at));
                }
                Ok(is_there)
            }
            Self::Segment(cursor) => cursor.read_word(out),
        }
    }

    /// Adds the rows of the word that was read.
    pub fn gather(&mut self, gathered: &mut Gathered) -> Result<()> {
        match self {
            Self::Run { run, at } => {
                let add = |row, frequencies, distances: &[u32]| {
                    gathered.push(row, frequencies, distances);
                };
                // Bytes that this process wrote a moment ago.
                let _ = run.each_row(*at, add);
                Ok(())
            }
            Self::Segment(cursor) => cursor.gather(gathered),
        }
    }

    /// Goes to the next word.
    pub fn advance(&mut self) {
        match self {
            Self::Run { at, .. } => *at += 1,
            Self::Segment(cursor) => cursor.at += 1,
        }
    }
}

/// Goes through the words of a merged segment. Each block of words is read in one go.
pub(super) struct SegmentCursor<'s> {
    merged: &'s MergedSegment<'s>,
    at: u32,
    block: Option<WalkedBlock>,
    /// What the words of the block have in each part.
    bytes: [Vec<u8>; super::STREAMS],
    read: Occurrences,
}

impl SegmentCursor<'_> {
    fn read_word(&mut self, out: &mut String) -> Result<bool> {
        let index = self.merged.index;
        if self.at >= index.postings.len() {
            return Ok(false);
        }
        let has_word = |block: &WalkedBlock| block.terms().contains(&self.at);
        if !self.block.as_ref().is_some_and(has_word) {
            let block = self.block.insert(index.postings.walked_block(self.at)?);
            for (stream, bytes) in self.bytes.iter_mut().enumerate() {
                bytes.clear();
                let all = block.bytes_of(block.terms(), stream);
                index.bytes(stream).read_into(all, bytes)?;
            }
        }
        if let Some(block) = &self.block {
            out.push_str(block.spelling(self.at));
        }
        Ok(true)
    }

    fn gather(&mut self, out: &mut Gathered) -> Result<()> {
        let Some(block) = &self.block else {
            return Ok(());
        };
        let rows = &self.merged.rows;
        let malformed = |message| self.merged.segment.malformed(Part::WordRows, message);
        let [of_rows, frequencies, positions] =
            std::array::from_fn(|stream| &self.bytes[stream][block.span(self.at, stream)]);
        let read = &mut self.read;
        read.read(of_rows, frequencies, rows.len() as u32)
            .map_err(malformed)?;
        let mut distances = read.distances(positions).map_err(malformed)?;
        for (&row, frequencies) in read.rows.iter().zip(read.frequencies.iter()) {
            let count = frequencies::sum(&frequencies);
            match rows[row as usize] {
                MergedSegment::GONE => distances.skip(count).map_err(malformed)?,
                new => out.push(new, frequencies, distances.take(count).map_err(malformed)?),
            }
        }
        Ok(())
    }
}
