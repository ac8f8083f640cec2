//! The best rows of an answer, in order of relevance.

use std::cmp::{Ordering, Reverse};

use roaring::RoaringBitmap;

use super::relevance::Scorer;
use crate::error::Result;
use crate::store::{RowRef, Snapshot};

/// A row with its score.
#[derive(Debug, Clone, Copy)]
pub(in crate::query) struct ScoredRow {
    pub score: f64,
    pub at: RowRef,
}

/// The best rows of an answer, at most so many: by score, then newest first.
pub(in crate::query) fn best(
    scorer: &Scorer<'_>,
    rows: &[RoaringBitmap],
    most: usize,
) -> Result<Vec<ScoredRow>> {
    let mut found = Vec::new();
    for (segment_index, rows) in rows.iter().enumerate() {
        let mut best = Best::new(most);
        if scorer.is_empty() {
            // All are equal, and later rows are newer.
            rows.iter().rev().take(most).for_each(|row| {
                best.push(0.0, row);
            });
        } else if most > 0 {
            scorer.each_good(segment_index, rows, |score, row| best.push(score, row))?;
        }
        found.extend(best.finish().into_iter().map(|(score, row)| ScoredRow {
            score,
            at: RowRef { segment_index, row },
        }));
    }
    sort(scorer.snapshot(), &mut found)?;
    found.truncate(most);
    Ok(found)
}

/// The best of the rows of a segment that were pushed. Of equal scores later rows are better: they are
/// newer.
struct Best {
    most: usize,
    found: Vec<(f64, u32)>,
    least: f64,
}

impl Best {
    fn new(most: usize) -> Self {
        Self {
            most,
            found: Vec::new(),
            least: f64::NEG_INFINITY,
        }
    }

    fn order(a: &(f64, u32), b: &(f64, u32)) -> Ordering {
        b.0.total_cmp(&a.0).then(b.1.cmp(&a.1))
    }

    /// Adds a row, and says what a score must reach from now on.
    fn push(&mut self, score: f64, row: u32) -> f64 {
        self.found.push((score, row));
        if self.found.len() >= self.most.saturating_mul(2).max(32) {
            self.found
                .select_nth_unstable_by(self.most.max(1) - 1, Self::order);
            self.found.truncate(self.most);
            self.least = self.found.last().map_or(f64::INFINITY, |last| last.0);
        }
        self.least
    }

    fn finish(mut self) -> Vec<(f64, u32)> {
        self.found.sort_unstable_by(Self::order);
        self.found.truncate(self.most);
        self.found
    }
}

/// Sorts by score, then newest first. Ids are read only of rows that several segments have with one score.
fn sort(snapshot: &Snapshot, found: &mut [ScoredRow]) -> Result<()> {
    found.sort_unstable_by(|a, b| {
        let by_segment = a.at.segment_index.cmp(&b.at.segment_index);
        let by_row = by_segment.then(b.at.row.cmp(&a.at.row));
        b.score.total_cmp(&a.score).then(by_row)
    });
    for same in found.chunk_by_mut(|a, b| a.score.total_cmp(&b.score) == Ordering::Equal) {
        let first = same[0].at.segment_index;
        if same.iter().all(|row| row.at.segment_index == first) {
            continue;
        }
        let mut named = Vec::with_capacity(same.len());
        for row in same.iter() {
            let segment = &snapshot.views[row.at.segment_index].segment;
            let header = segment.row_header(row.at.row)?;
            let day = segment.packed_date_of(row.at.row)?;
            named.push((Reverse((day, header.millis, header.name)), *row));
        }
        named.sort_by(|a, b| a.0.cmp(&b.0));
        for (place, (_, row)) in same.iter_mut().zip(named) {
            *place = row;
        }
    }
    Ok(())
}
