//! How well the events of an answer fit the words of its query: BM25.
//!
//! Each positive value of words (a word, a beginning, words next to each other) is a unit. A row's score
//! is the sum over units and fields of
//!
//! ```text
//! weight × ln(1 + (N - n + 0.5) / (n + 0.5)) × f × (k1 + 1) / (f + k1 × (1 - b + b × length / mean))
//! ```
//!
//! with `f` the frequency of the unit in the field, `n` the number of events that have it there, `N` the
//! number of events, `length` the number of words of the field and `mean` its mean over all events. That
//! is BM25 as Robertson and Zaragoza give it (The Probabilistic Relevance Framework: BM25 and Beyond,
//! 2009, formula 3.15), with 1 added in the logarithm so that no score is negative. N, n and the mean are
//! those of the snapshot's live events that are neither superseded nor drafts, whatever the query asks
//! beside; sums are in the order in which the query prints. So a score does not depend on how events
//! lie in segments.

use std::cmp::Ordering;

use roaring::RoaringBitmap;

use super::words::{FoundRows, WordFields, check_indexed, frequencies};
use crate::analysis::WordPattern;
use crate::error::Result;
use crate::query::model::Query;
use crate::segment::{FieldLengths, Frequencies, WORD_FIELDS};
use crate::store::{RowRef, SegmentView, Snapshot};

/// How much the fields count for relevance, and the two constants of BM25.
///
/// # Examples
///
/// ```
/// use eventstore::Weights;
/// let weights = Weights::default();
/// assert_eq!((weights.title, weights.summary, weights.body), (3.0, 1.0, 1.0));
/// assert_eq!((weights.k1, weights.b), (1.2, 0.75));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Weights {
    /// Of the title.
    pub title: f64,
    /// Of the summary.
    pub summary: f64,
    /// Of the body.
    pub body: f64,
    /// How fast a further occurrence of a word counts less; 0: only whether it is there.
    pub k1: f64,
    /// How much a long field counts less, from 0 (not) to 1.
    pub b: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            title: 3.0,
            summary: 1.0,
            body: 1.0,
            k1: 1.2,
            b: 0.75,
        }
    }
}

impl Weights {
    fn of_field(&self, field: usize) -> f64 {
        [self.title, self.summary, self.body][field]
    }

    /// What is wrong with them, if something is.
    pub(in crate::query) fn fault(&self) -> Option<&'static str> {
        let all = [self.title, self.summary, self.body, self.k1, self.b];
        if all
            .iter()
            .any(|number| !number.is_finite() || *number < 0.0)
        {
            return Some("weights are numbers from 0 on");
        }
        (self.b > 1.0).then_some("b lies between 0 and 1")
    }
}

/// Lengths of fields up to which contributions are looked up instead of computed.
const TABLE_LENGTHS: usize = 256;
/// Frequencies up to which they are.
const TABLE_FREQUENCIES: usize = 4;

/// A value of words, as it is found in one view.
struct UnitRows {
    fields: WordFields,
    /// By view.
    found: Vec<FoundRows>,
    /// By field: the weight times the logarithm.
    factors: [f64; WORD_FIELDS],
}

/// The scores of rows.
pub(in crate::query) struct Scorer<'a> {
    snapshot: &'a Snapshot,
    weights: Weights,
    units: Vec<UnitRows>,
    /// By field: the mean length.
    means: [f64; WORD_FIELDS],
}

impl<'a> Scorer<'a> {
    /// Reads the frequencies of all words of a query.
    pub fn new(query: &Query, snapshot: &'a Snapshot, weights: Weights) -> Result<Self> {
        let mut scorer = Self {
            snapshot,
            weights,
            units: Vec::new(),
            means: [0.0; WORD_FIELDS],
        };
        let values = query.clauses.iter().filter(|clause| !clause.negated);
        let values = values.flat_map(|clause| {
            let fields = WordFields::of(&clause.field);
            let patterns = clause
                .matchers
                .iter()
                .filter_map(|one| one.pattern.as_ref());
            patterns.map(move |pattern| (fields, pattern))
        });
        let values: Vec<(WordFields, &WordPattern)> = values.collect();
        if values.is_empty() {
            return Ok(scorer);
        }
        // The numbers of events are those of the whole store.
        check_indexed(&Query::default(), snapshot)?;
        let (mut count, mut lengths) = (0, [0; WORD_FIELDS]);
        for view in &snapshot.views {
            let ranked = view.ranked()?;
            count += ranked.count;
            (0..WORD_FIELDS).for_each(|field| lengths[field] += ranked.lengths[field]);
        }
        let count = count as f64;
        scorer.means = lengths.map(|sum| sum as f64 / count.max(1.0));
        for (fields, pattern) in values {
            let unit = scorer.unit(fields, pattern, count)?;
            scorer.units.push(unit);
        }
        Ok(scorer)
    }

    fn unit(&self, fields: WordFields, pattern: &WordPattern, count: f64) -> Result<UnitRows> {
        let mut found = Vec::with_capacity(self.snapshot.views.len());
        let mut with = [0u64; WORD_FIELDS];
        for view in &self.snapshot.views {
            let rows = frequencies(view.segment.words()?, fields, pattern)?;
            let ranked = view.ranked()?;
            for (&row, frequencies) in rows.rows.iter().zip(&rows.frequencies) {
                let counts = ranked.is_all || ranked.contains(row);
                for field in 0..WORD_FIELDS {
                    with[field] += u64::from(counts && frequencies[field] > 0);
                }
            }
            found.push(rows);
        }
        let factors = std::array::from_fn(|field| {
            let n = with[field] as f64;
            self.weights.of_field(field) * (1.0 + (count - n + 0.5) / (n + 0.5)).ln()
        });
        Ok(UnitRows {
            fields,
            found,
            factors,
        })
    }

    /// The scores of some rows of a view, which ascend.
    pub fn scores(&self, view: usize, rows: &[u32]) -> Result<Vec<f64>> {
        let mut scores = vec![0.0; rows.len()];
        if self.units.is_empty() {
            return Ok(scores);
        }
        let lengths = self.snapshot.views[view].segment.words()?.lengths()?;
        for unit in &self.units {
            let shares = Shares::new(self, unit);
            let found = &unit.found[view];
            if found.rows == rows {
                for ((score, &row), frequencies) in
                    scores.iter_mut().zip(rows).zip(&found.frequencies)
                {
                    *score += shares.of(row, frequencies, lengths);
                }
                continue;
            }
            let mut at = 0;
            for (score, &row) in scores.iter_mut().zip(rows) {
                at += skipped(&found.rows[at..], row);
                match found.rows.get(at) {
                    None => break,
                    Some(&other) if other == row => {
                        *score += shares.of(row, &found.frequencies[at], lengths);
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(scores)
    }
}

/// How many of some ascending rows come before another: found in steps that double.
fn skipped(rows: &[u32], row: u32) -> usize {
    let mut step = 1;
    while step < rows.len() && rows[step - 1] < row {
        step *= 2;
    }
    let from = step / 2;
    from + rows[from..rows.len().min(step)].partition_point(|&other| other < row)
}

/// What frequencies in a field add to a score, looked up where they are small.
struct Shares {
    factors: [f64; WORD_FIELDS],
    means: [f64; WORD_FIELDS],
    k1: f64,
    b: f64,
    table: Vec<f64>,
}

impl Shares {
    fn new(scorer: &Scorer<'_>, unit: &UnitRows) -> Self {
        let mut shares = Self {
            factors: unit.factors,
            means: scorer.means,
            k1: scorer.weights.k1,
            b: scorer.weights.b,
            table: Vec::with_capacity(WORD_FIELDS * TABLE_FREQUENCIES * TABLE_LENGTHS),
        };
        for field in 0..WORD_FIELDS {
            for frequency in 0..TABLE_FREQUENCIES as u32 {
                for length in 0..TABLE_LENGTHS as u32 {
                    let asked = unit.fields.has(field) && frequency > 0;
                    let share = match asked {
                        true => shares.computed(field, frequency, length),
                        false => 0.0,
                    };
                    shares.table.push(share);
                }
            }
        }
        shares
    }

    fn computed(&self, field: usize, frequency: u32, length: u32) -> f64 {
        let f = f64::from(frequency);
        let relative = match self.means[field] > 0.0 {
            true => f64::from(length) / self.means[field],
            false => 0.0,
        };
        let long = 1.0 - self.b + self.b * relative;
        self.factors[field] * f * (self.k1 + 1.0) / (f + self.k1 * long)
    }

    #[inline]
    fn of(&self, row: u32, frequencies: &Frequencies, lengths: &FieldLengths) -> f64 {
        let mut sum = 0.0;
        for (field, &frequency) in frequencies.iter().enumerate() {
            if frequency == 0 {
                continue;
            }
            let length = lengths.of(row, field);
            let small =
                (frequency as usize) < TABLE_FREQUENCIES && (length as usize) < TABLE_LENGTHS;
            sum += match small {
                true => {
                    let of_field = (field * TABLE_FREQUENCIES + frequency as usize) * TABLE_LENGTHS;
                    self.table[of_field + length as usize]
                }
                false => self.computed(field, frequency, length),
            };
        }
        sum
    }
}

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
        let rows: Vec<u32> = rows.iter().collect();
        let scores = scorer.scores(segment_index, &rows)?;
        // Within a segment, later rows are newer.
        let mut of_view: Vec<(f64, u32)> = Vec::new();
        let order = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
        let mut least = f64::NEG_INFINITY;
        for scored in scores.into_iter().zip(rows) {
            if scored.0 < least {
                continue;
            }
            of_view.push(scored);
            if of_view.len() >= most.saturating_mul(2).max(64) {
                of_view.select_nth_unstable_by(most.max(1) - 1, order);
                of_view.truncate(most);
                least = of_view.last().map_or(f64::INFINITY, |last| last.0);
            }
        }
        of_view.sort_unstable_by(order);
        of_view.truncate(most);
        found.extend(of_view.into_iter().map(|(score, row)| ScoredRow {
            score,
            at: RowRef { segment_index, row },
        }));
    }
    sort(scorer.snapshot, &mut found)?;
    found.truncate(most);
    Ok(found)
}

/// Sorts by score, then newest first. Ids are read only where several segments have rows of one score
/// and day.
fn sort(snapshot: &Snapshot, found: &mut [ScoredRow]) -> Result<()> {
    let view = |at: RowRef| -> &SegmentView { &snapshot.views[at.segment_index] };
    let mut failed = None;
    found.sort_by(|a, b| {
        let by_score = b.score.total_cmp(&a.score);
        if by_score != Ordering::Equal {
            return by_score;
        }
        if a.at.segment_index == b.at.segment_index {
            return b.at.row.cmp(&a.at.row);
        }
        let newest = || -> Result<Ordering> {
            let day = |at: RowRef| view(at).segment.packed_date_of(at.row);
            let by_day = day(b.at)?.cmp(&day(a.at)?);
            if by_day != Ordering::Equal {
                return Ok(by_day);
            }
            let header = |at: RowRef| view(at).segment.row_header(at.row);
            let (one, other) = (header(a.at)?, header(b.at)?);
            Ok((other.millis, other.name).cmp(&(one.millis, one.name)))
        };
        newest().unwrap_or_else(|error| {
            failed.get_or_insert(error);
            Ordering::Equal
        })
    });
    failed.map_or(Ok(()), Err)
}
