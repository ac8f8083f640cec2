//! Answers by relevance: the best rows, their scores, and pages of them.

use std::sync::{Arc, PoisonError};

use super::hits::Hits;
use crate::error::{Error, Result};
use crate::query::run::{Order, ScoredRow, Scorer, Weights, best};

/// The largest weight: no score may be beyond all numbers.
const WEIGHT_MAX: f64 = 1e6;

/// The best rows of an answer in order of relevance.
pub(super) struct Ranking {
    weights: Weights,
    /// How many were asked for.
    most: usize,
    pub rows: Vec<ScoredRow>,
}

impl Hits {
    /// The same events by relevance with weights of your own, the best first.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if these hits are a slice, or if a weight is negative, more than a million
    /// or no number.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// use eventstore::Weights;
    /// let mut weights = Weights::default();
    /// weights.title = 10.0;
    /// let best = store.query("(a, c)")?.by_relevance(weights)?;
    /// assert_eq!(best.first()?.unwrap().title, "c");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn by_relevance(&self, weights: Weights) -> Result<Self> {
        let numbers = [weights.title, weights.summary, weights.body, weights.k1];
        let too_large = numbers.iter().any(|&number| number > WEIGHT_MAX);
        let fault = weights.fault();
        if let Some(fault) = fault.or(too_large.then_some("weights are at most a million")) {
            return Err(Error::InvalidArgument {
                what: "weights",
                message: fault.to_owned(),
            });
        }
        Ok(Self {
            weights,
            ..self.order(Order::Relevance)?
        })
    }

    /// How well each event fits the words of the query, in the order of these hits: BM25 over title,
    /// summary and body ([`Weights`]). 0 for a query without words.
    ///
    /// Costs as much as finding the answer, and some 10 ns for each event that has a word.
    ///
    /// # Errors
    /// As [`Hits::count`]; [`Error::NotIndexed`] if the texts of too many events would be read.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// use eventstore::Order;
    /// let scores = store.query("(a, c)")?.order(Order::Relevance)?.scores()?;
    /// assert!(scores.len() == 2 && scores[0] >= scores[1] && scores[1] > 0.0);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn scores(&self) -> Result<Vec<f64>> {
        let count = self.count()?;
        let start = self.slice.map_or(0, |slice| slice.start);
        if self.order == Order::Relevance {
            let ranking = self.ranking(start.saturating_add(count))?;
            let rows = ranking.rows.iter().skip(start as usize);
            return Ok(rows.take(count as usize).map(|row| row.score).collect());
        }
        let scorer = Scorer::new(&self.query, &self.snapshot, self.weights)?;
        let mut by_view = Vec::new();
        for (view, rows) in self.rows()?.iter().enumerate() {
            let rows: Vec<u32> = rows.iter().collect();
            by_view.push((scorer.scores(view, &rows)?, rows));
        }
        let mut scores = Vec::with_capacity(count as usize);
        let mut cursor = self.cursor()?;
        while (scores.len() as u64) < count
            && let Some(at) = cursor.next()?
        {
            let (of_view, rows) = &by_view[at.segment_index];
            let found = rows.binary_search(&at.row).ok();
            scores.push(found.map_or(0.0, |found| of_view[found]));
        }
        Ok(scores)
    }

    /// The best of the whole answer, at least so many, or all.
    pub(super) fn ranking(&self, most: u64) -> Result<Arc<Ranking>> {
        let most = usize::try_from(most.min(self.total()?)).unwrap_or(usize::MAX);
        let kept = || {
            let kept = self.cached.ranked.lock();
            kept.unwrap_or_else(PoisonError::into_inner)
        };
        let known = kept().clone().filter(|known| known.weights == self.weights);
        let wanted = match known {
            Some(known) if known.most >= most => return Ok(known),
            // One event after another is asked for: each time twice as many are ranked.
            Some(known) => most.max(known.most.saturating_mul(2)),
            None => most,
        };
        // Without the lock: words are looked up on all cores.
        let scorer = Scorer::new(&self.query, &self.snapshot, self.weights)?;
        let ranking = Arc::new(Ranking {
            weights: self.weights,
            most: wanted,
            rows: best(&scorer, &self.rows()?, wanted)?,
        });
        *kept() = Some(ranking.clone());
        Ok(ranking)
    }
}
