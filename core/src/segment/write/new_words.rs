//! The words of a new segment: cut from the texts of new rows, taken over from merged segments.

use rayon::prelude::*;

use super::ids::IdInterner;
use super::pending_row::PendingRow;
use crate::error::Result;
use crate::segment::Segment;
use crate::segment::words::{Inverter, MergedSegment, PartSink, WordRun, merge};
use crate::segment::{Frequencies, WORD_FIELDS};
use crate::stop::Stop;

/// Rows whose texts one core cuts at a time.
const ROWS_PER_TASK: usize = 2048;

/// What the rows of a segment need for their words.
pub(super) struct NewWords<'s> {
    runs: Vec<WordRun>,
    lengths: Vec<Frequencies>,
    merged: Vec<MergedSegment<'s>>,
}

impl<'s> NewWords<'s> {
    /// Cuts the texts of rows whose words no merged segment has. The rows are in their final order;
    /// `segments` are those that [`PendingRow::origin`] means.
    pub fn cut(
        rows: &[Box<PendingRow>],
        ids: &IdInterner,
        segments: &[&'s Segment],
        stop: &Stop,
    ) -> Result<Self> {
        let has_words = |origin: Option<(u32, u32)>| {
            let segment = origin.and_then(|(segment, _)| segments.get(segment as usize));
            segment.is_some_and(|segment| segment.has_words())
        };
        let tasks: Result<Vec<_>> = rows
            .par_chunks(ROWS_PER_TASK)
            .enumerate()
            .map(|(task, rows)| {
                let mut inverter = Inverter::new();
                let first = (task * ROWS_PER_TASK) as u32;
                for (number, row) in (first..).zip(rows) {
                    stop.check()?;
                    if !row.is_live_event() || has_words(row.origin) {
                        continue;
                    }
                    if let Some(texts) = row.texts(ids) {
                        inverter.push(number, texts.get());
                    }
                }
                Ok(inverter.finish())
            })
            .collect();
        let (mut runs, mut lengths) = (Vec::new(), vec![[0; WORD_FIELDS]; rows.len()]);
        for (of_task, of_rows) in tasks? {
            runs.extend(of_task);
            for (row, of_row) in of_rows {
                lengths[row as usize] = of_row;
            }
        }
        let mut merged = Vec::new();
        for (number, segment) in (0..).zip(segments) {
            let mut new_rows = vec![MergedSegment::GONE; segment.rows() as usize];
            for (row, pending) in (0..).zip(rows) {
                if let Some((origin, old)) = pending.origin
                    && origin == number
                {
                    new_rows[old as usize] = row;
                }
            }
            merged.extend(MergedSegment::new(segment, new_rows)?);
        }
        Ok(Self {
            runs,
            lengths,
            merged,
        })
    }

    /// Hands on all words, in order, as bytes of their parts. Returns the index of the dictionary.
    pub fn merge<'k>(self, stop: &Stop, sink: &'k mut PartSink<'k>) -> Result<Vec<u8>> {
        merge(&self.runs, &self.merged, self.lengths, stop, sink)
    }
}
