//! How well the events of an answer fit the words of its query: BM25.
//!
//! Each positive value of words (a word, a beginning, words next to each other) is a unit. A row's score
//! is the sum over units and fields of
//!
//! ```text
//! weight × ln(1 + (N - n + 0.5) / (n + 0.5)) × f × (k1 + 1) / (f + k1 × (1 - b + b × length / mean))
//! ```
//!
//! with `f` the frequency of the unit in the field (of a beginning: of all tokens that begin so), `n` the number of events that have it there, `N` the
//! number of events, `length` the number of words of the field and `mean` its mean over all events. That
//! is BM25 as Robertson and Zaragoza give it (The Probabilistic Relevance Framework: BM25 and Beyond,
//! 2009, formula 3.15), with 1 added in the logarithm so that no score is negative. N, n and the mean are
//! those of the snapshot's live events that are neither superseded nor drafts, whatever the query asks
//! beside; sums are in the order in which the query prints. So a score does not depend on how events
//! lie in segments.

use roaring::RoaringBitmap;

use super::share_table::ShareTable;
use super::words::{
    FoundRows, WordFields, check_indexed, frequencies, frequencies_of_word, whole_word,
};
use crate::analysis::WordPattern;
use crate::error::Result;
use crate::query::model::Query;
use crate::segment::{FieldLengths, Frequencies, MANY, WORD_FIELDS, least_frequencies};
use crate::store::{SegmentView, Snapshot};

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

/// A value of words, as it is found in all views.
pub(super) struct Unit {
    pub(super) fields: WordFields,
    /// By view.
    found: Vec<FoundRows>,
    /// By field: the weight times the logarithm.
    factors: [f64; WORD_FIELDS],
}

/// How many of the events by which relevance is measured have something in each field.
fn fields_with(view: &SegmentView, found: &FoundRows) -> Result<[u32; WORD_FIELDS]> {
    let ranked = view.ranked()?;
    let mut with = [0; WORD_FIELDS];
    for (&row, &code) in found.rows.iter().zip(found.frequencies.codes()) {
        let counts = ranked.is_all || ranked.contains(row);
        for (with, number) in with.iter_mut().zip(least_frequencies(code)) {
            *with += u32::from(counts && number > 0);
        }
    }
    Ok(with)
}

/// The scores of rows.
pub(in crate::query) struct Scorer<'a> {
    snapshot: &'a Snapshot,
    weights: Weights,
    units: Vec<Unit>,
    /// By field: the mean length.
    means: [f64; WORD_FIELDS],
    /// Whether each row of an answer has one of the units.
    covers: bool,
}

impl<'a> Scorer<'a> {
    /// Reads the frequencies of all words of a query.
    pub fn new(query: &Query, snapshot: &'a Snapshot, weights: Weights) -> Result<Self> {
        let mut scorer = Self {
            snapshot,
            weights,
            units: Vec::new(),
            means: [0.0; WORD_FIELDS],
            // A clause that any word fulfils has rows without a unit.
            covers: !query.clauses.iter().any(|clause| {
                let matchers = &clause.matchers;
                clause.field.has_words() && matchers.iter().any(|one| one.pattern.is_none())
            }),
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

    fn unit(&self, fields: WordFields, pattern: &WordPattern, count: f64) -> Result<Unit> {
        let mut found = Vec::with_capacity(self.snapshot.views.len());
        let mut with = [0u64; WORD_FIELDS];
        for view in &self.snapshot.views {
            let index = view.segment.words()?;
            let word = whole_word(index, pattern)?;
            let rows = match word {
                Some(word) => frequencies_of_word(index, fields, word)?,
                None => frequencies(index, fields, pattern)?,
            };
            let counts = match word.and_then(|word| view.known_fields_with(word)) {
                Some(counts) => counts,
                None => {
                    let counts = fields_with(view, &rows)?;
                    if let Some(word) = word.filter(|_| fields.all()) {
                        view.keep_fields_with(word, counts);
                    }
                    counts
                }
            };
            (0..WORD_FIELDS).for_each(|field| with[field] += u64::from(counts[field]));
            found.push(rows);
        }
        let factors = std::array::from_fn(|field| {
            let n = with[field] as f64;
            self.weights.of_field(field) * (1.0 + (count - n + 0.5) / (n + 0.5)).ln()
        });
        Ok(Unit {
            fields,
            found,
            factors,
        })
    }

    /// Whether the query asks for no word, so that all rows are equal.
    pub(super) fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The state of the store.
    pub(super) fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// The scores of some rows of a view, which ascend.
    pub fn scores(&self, view: usize, rows: &[u32]) -> Result<Vec<f64>> {
        let mut scores = vec![0.0; rows.len()];
        if self.units.is_empty() {
            return Ok(scores);
        }
        let lengths = self.snapshot.views[view].segment.words()?.lengths()?;
        for unit in &self.units {
            let found = &unit.found[view];
            let mut at = 0;
            for (score, &row) in scores.iter_mut().zip(rows) {
                at += skipped(&found.rows[at..], row);
                match found.rows.get(at) {
                    None => break,
                    Some(&other) if other == row => {
                        *score += self.share(unit, &found.frequencies.get(at), |field| {
                            lengths.of(row, field)
                        });
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(scores)
    }

    /// What a row scores by a unit.
    #[inline]
    fn share(&self, unit: &Unit, frequencies: &Frequencies, length: impl Fn(usize) -> u32) -> f64 {
        let mut sum = 0.0;
        for (field, &frequency) in frequencies.iter().enumerate() {
            if frequency > 0 && unit.fields.has(field) {
                sum += self.share_of_field(unit, field, frequency, length(field));
            }
        }
        sum
    }

    pub(super) fn share_of_field(
        &self,
        unit: &Unit,
        field: usize,
        frequency: u32,
        length: u32,
    ) -> f64 {
        let Weights { k1, b, .. } = self.weights;
        let f = f64::from(frequency);
        let relative = match self.means[field] > 0.0 {
            true => f64::from(length) / self.means[field],
            false => 0.0,
        };
        let long = 1.0 - b + b * relative;
        unit.factors[field] * f * (k1 + 1.0) / (f + k1 * long)
    }

    /// The most that a row with a code of frequencies can score by a unit: each field is as short as it
    /// can be, and of many occurrences there are endlessly many. Rounding may take an ulp or two from it,
    /// so a little is added.
    pub(super) fn bound(&self, unit: &Unit, code: u32, shortest: &Frequencies) -> f64 {
        let mut frequencies = least_frequencies(code);
        for frequency in frequencies.iter_mut().take(2) {
            if *frequency == MANY {
                *frequency = u32::MAX;
            }
        }
        let most = self.share(unit, &frequencies, |field| {
            frequencies[field].min(MANY).max(shortest[field])
        });
        most * (1.0 + 8.0 * f64::EPSILON)
    }

    /// Hands on the rows of a view that may be among the best, with their scores. `take` says what a
    /// score must reach from then on.
    pub(super) fn each_good(
        &self,
        view: usize,
        rows: &RoaringBitmap,
        mut take: impl FnMut(f64, u32) -> f64,
    ) -> Result<()> {
        let mut least = f64::NEG_INFINITY;
        let lengths = self.snapshot.views[view].segment.words()?.lengths()?;
        let shortest = &self.snapshot.views[view].ranked()?.shortest;
        if let [unit] = self.units.as_slice()
            && self.covers
        {
            // Its rows are walked: most of them are no better than what was found, and are not looked up.
            let found = &unit.found[view];
            let mut walk = UnitWalk::new(found, lengths, shortest);
            for (at, (&row, &code)) in found.rows.iter().zip(found.frequencies.codes()).enumerate()
            {
                if walk.table.bound(code, self, unit) < least {
                    continue;
                }
                let score = walk.share(self, unit, at);
                if score >= least && rows.contains(row) {
                    least = take(score, row);
                }
            }
            return Ok(());
        }
        let units = self.units.iter().map(|unit| &unit.found[view]);
        let mut units: Vec<UnitWalk<'_>> = units
            .map(|found| UnitWalk::new(found, lengths, shortest))
            .collect();
        for row in rows {
            let mut bound = 0.0;
            for (walk, unit) in units.iter_mut().zip(&self.units) {
                if let Some(code) = walk.go_to(row) {
                    bound += walk.table.bound(code, self, unit);
                }
            }
            if bound < least {
                continue;
            }
            let mut score = 0.0;
            for (walk, unit) in units.iter_mut().zip(&self.units) {
                if walk.is_there {
                    score += walk.share(self, unit, walk.at);
                }
            }
            if score >= least {
                least = take(score, row);
            }
        }
        Ok(())
    }
}

/// Goes through the rows of a unit beside those of an answer.
struct UnitWalk<'f> {
    found: &'f FoundRows,
    at: usize,
    /// Whether the row that was gone to has the unit.
    is_there: bool,
    table: ShareTable<'f>,
}

impl<'f> UnitWalk<'f> {
    fn new(found: &'f FoundRows, lengths: &'f FieldLengths, shortest: &'f Frequencies) -> Self {
        Self {
            found,
            at: 0,
            is_there: false,
            table: ShareTable::new(lengths, shortest),
        }
    }

    /// The code of the frequencies in a row, if it has the unit. Rows ascend.
    #[inline]
    fn go_to(&mut self, row: u32) -> Option<u32> {
        self.at += skipped(&self.found.rows[self.at..], row);
        self.is_there = self.found.rows.get(self.at) == Some(&row);
        self.is_there
            .then(|| self.found.frequencies.codes()[self.at])
    }

    /// What the row at a position scores by the unit.
    #[inline]
    fn share(&mut self, scorer: &Scorer<'_>, unit: &Unit, at: usize) -> f64 {
        let (list, row) = (&self.found.frequencies, self.found.rows[at]);
        self.table
            .known(list.codes()[at], row)
            .unwrap_or_else(|| self.table.make_share(scorer, unit, &list.get(at), row))
    }
}

/// How many of some ascending rows come before another: found in steps that double.
#[inline]
fn skipped(rows: &[u32], row: u32) -> usize {
    let mut step = 1;
    while step < rows.len() && rows[step - 1] < row {
        step *= 2;
    }
    let from = step / 2;
    from + rows[from..rows.len().min(step)].partition_point(|&other| other < row)
}
