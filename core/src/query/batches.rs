//! An answer as a stream of Arrow record batches.

use std::collections::VecDeque;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use rayon::prelude::*;

use super::hits::Hits;
use super::walk::Walk;
use crate::arrow::{BATCH_ROWS, BATCHES_A_CORE, Column, Columns, Plan};
use crate::error::Result;
use crate::pool;
use crate::store::RowRef;

impl Hits {
    /// These events as Arrow record batches of at most 65,536 rows, in the order of the hits: the columns that are
    /// named, in that order, each once. [`Column::ALL`] names all.
    ///
    /// Blocks are decoded on all cores, straight into columns: 200,000 events with five columns take a tenth of the
    /// time that they take as [`crate::Event`]s. A few batches are in memory at a time, some 80 MB for each core if all
    /// columns are asked for. The first call that reads much of a store turns its postings of tags around and keeps
    /// that, as facets do.
    ///
    /// ```
    /// use eventstore::Column;
    /// use eventstore::arrow_array::cast::AsArray;
    /// # let store = eventstore::Store::memory()?;
    /// # for (day, slug, tag) in [(2, "a", "Sea"), (9, "b", "Land"), (9, "c", "sea")] {
    /// #     let date = eventstore::Date::new(2017, 3, day).unwrap();
    /// #     let mut event = eventstore::Event::new(format!("2017/03/{day}/{slug}").parse()?, date, slug);
    /// #     event.tags = vec![tag.to_owned()];
    /// #     store.add([event])?;
    /// # }
    /// let mut titles = Vec::new();
    /// for batch in store.query("tag:sea")?.record_batches(&[Column::Title, Column::Tags])? {
    ///     let batch = batch?;
    ///     titles.extend(batch.column(0).as_string::<i32>().iter().flatten().map(str::to_owned));
    /// }
    /// assert_eq!(titles, ["a", "c"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) if no column is named, or one twice; else as [`Hits::count`]. What
    /// cannot be read later is an [`ArrowError::ExternalError`] that holds the store's error, and ends the stream.
    pub fn record_batches(&self, columns: &[Column]) -> Result<RecordBatches> {
        let columns = Columns::new(columns)?;
        let count = self.count()?;
        let rows = self.rows()?;
        let of_views = rows.iter().map(|rows| rows.len().min(count)).collect();
        Ok(RecordBatches {
            walk: self.walk_window()?,
            hits: self.clone(),
            plan: Plan::new(columns, of_views),
            left: count,
            ready: VecDeque::new(),
        })
    }
}

/// The stream of [`Hits::record_batches`].
pub struct RecordBatches {
    hits: Hits,
    walk: Walk,
    plan: Plan,
    /// Rows that were not walked over yet.
    left: u64,
    /// Made already; the next one first.
    ready: VecDeque<RecordBatch>,
}

impl RecordBatches {
    /// Some batches for each core, at once.
    fn fill(&mut self) -> Result<()> {
        let mut rows: Vec<RowRef> = Vec::new();
        let most = (pool::threads() * BATCHES_A_CORE * BATCH_ROWS) as u64;
        for _ in 0..self.left.min(most) {
            match self.walk.next()? {
                Some(at) => rows.push(at),
                None => break,
            }
        }
        self.left = if rows.is_empty() {
            0
        } else {
            self.left - rows.len() as u64
        };
        let snapshot = self.hits.snapshot()?;
        self.plan.load(snapshot, &rows)?;
        let made: Result<Vec<_>> = pool::run(|| {
            let batches = rows.par_chunks(BATCH_ROWS);
            let made = batches.map(|rows| self.plan.gather(snapshot, rows));
            made.collect()
        });
        self.ready.extend(made?.into_iter().flatten());
        Ok(())
    }
}

impl Iterator for RecordBatches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty()
            && self.left > 0
            && let Err(error) = self.fill()
        {
            self.left = 0;
            return Some(Err(ArrowError::ExternalError(Box::new(error))));
        }
        self.ready.pop_front().map(Ok)
    }
}

impl std::iter::FusedIterator for RecordBatches {}

impl RecordBatchReader for RecordBatches {
    fn schema(&self) -> SchemaRef {
        self.plan.columns.schema.clone()
    }
}

impl std::fmt::Debug for RecordBatches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordBatches")
            .field("hits", &self.hits)
            .field("columns", &self.plan.columns.wanted)
            .finish_non_exhaustive()
    }
}
