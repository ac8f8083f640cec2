//! The events of an answer, one by one or together.

use rayon::prelude::*;

use super::hits::Hits;
use super::walk::Walk;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::pool;
use crate::segment::reads;
use crate::store::RowRef;

/// Events that are worth waking other cores for: one takes some 10 µs to read.
const TOGETHER: usize = 16;

impl Hits {
    /// All events, read one by one as the iteration goes on.
    ///
    /// An error ends the iteration.
    pub fn iter(&self) -> Events {
        Events {
            hits: self.clone(),
            walk: None,
            left: u64::MAX,
            failed: None,
        }
    }

    /// Some events at once: on all cores, if they are worth it. Up to the first that cannot be read, and its error.
    pub(super) fn events(&self, rows: &[RowRef]) -> (Vec<Event>, Option<Error>) {
        let read = |rows: &[RowRef]| {
            let mut events = Vec::with_capacity(rows.len());
            for &at in rows {
                match self.event(at) {
                    Ok(event) => events.push(event),
                    Err(error) => return (events, Some(error)),
                }
            }
            (events, None)
        };
        if rows.len() < TOGETHER {
            return read(rows);
        }
        let parts: Vec<_> = pool::run(|| {
            let parts = rows.par_chunks(TOGETHER / 2);
            parts.map(|rows| reads::apart(|| read(rows))).collect()
        });
        let mut all = Vec::with_capacity(rows.len());
        let mut failed = None;
        for ((events, error), read) in parts {
            reads::add(read);
            if failed.is_none() {
                all.extend(events);
                failed = error;
            }
        }
        (all, failed)
    }
}

impl IntoIterator for &Hits {
    type Item = Result<Event>;
    type IntoIter = Events;

    fn into_iter(self) -> Events {
        self.iter()
    }
}

impl IntoIterator for Hits {
    type Item = Result<Event>;
    type IntoIter = Events;

    fn into_iter(self) -> Events {
        self.iter()
    }
}

/// The iterator of [`Hits`].
pub struct Events {
    hits: Hits,
    /// Made at the first step, so that making an iterator cannot fail.
    walk: Option<Walk>,
    left: u64,
    /// What the next step has to tell: a batch gave the events before it.
    failed: Option<Error>,
}

impl Events {
    /// The next events, at most so many and at least one, read at once on all cores; none behind the last.
    ///
    /// For who wants more than a few: a month of 1,179 events takes a seventh less time than one by one on two cores. A
    /// loop over batches of some hundred events holds only these in memory.
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// # for (day, slug) in [(2, "a"), (9, "b"), (9, "c")] {
    /// #     let date = eventstore::Date::new(2017, 3, day).unwrap();
    /// #     store.add([eventstore::Event::new(format!("2017/03/{day}/{slug}").parse()?, date, slug)])?;
    /// # }
    /// let mut events = store.query("2017")?.iter();
    /// assert_eq!(events.next_batch(2)?.len(), 2);
    /// assert_eq!(events.next_batch(2)?[0].title, "c");
    /// assert!(events.next_batch(2)?.is_empty());
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Hits::count`]. The events before one that cannot be read come first; then its error, which ends the
    /// iteration.
    pub fn next_batch(&mut self, most: usize) -> Result<Vec<Event>> {
        let mut rows = Vec::new();
        while rows.len() < most.max(1) {
            match self.step() {
                Ok(Some(at)) => rows.push(at),
                Ok(None) => break,
                Err(error) => {
                    self.failed.get_or_insert(error);
                    break;
                }
            }
        }
        let (events, error) = self.hits.events(&rows);
        // The earlier event is told first.
        self.failed = error.or(self.failed.take());
        if self.failed.is_some() {
            self.left = 0;
        }
        match self.failed.take_if(|_| events.is_empty()) {
            Some(error) => Err(error),
            None => Ok(events),
        }
    }

    fn step(&mut self) -> Result<Option<RowRef>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if self.left == 0 {
            return Ok(None);
        }
        let walk = match &mut self.walk {
            Some(walk) => walk,
            None => {
                self.left = self.hits.count()?;
                self.walk.insert(self.hits.walk_window()?)
            }
        };
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        walk.next()
    }
}

impl Iterator for Events {
    type Item = Result<Event>;

    fn next(&mut self) -> Option<Result<Event>> {
        let step = self.step();
        let event = step.and_then(|at| at.map(|at| self.hits.event(at)).transpose());
        if !matches!(event, Ok(Some(_))) {
            self.left = 0;
        }
        event.transpose()
    }
}

impl std::iter::FusedIterator for Events {}

impl std::fmt::Debug for Events {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Events")
            .field("hits", &self.hits)
            .finish_non_exhaustive()
    }
}
