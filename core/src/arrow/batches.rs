//! The hits of a query as a stream of record batches.

use std::collections::VecDeque;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use rayon::prelude::*;

use super::column::Column;
use super::columns::Columns;
use super::gather::ColumnPlan;
use super::{BATCH_ROWS, BATCHES_PER_CORE, LEAST_ROWS};
use crate::error::Result;
use crate::pool;
use crate::query::{Hits, RowCursor};
use crate::store::RowRef;

impl Hits {
    /// These events as Arrow record batches of at most 65,536 rows, in the order of the hits.
    ///
    /// The batches have the named columns in the given order; each may be named once.
    /// [`Column::ALL`] names all.
    ///
    /// Blocks are decoded on all cores, directly into columns: 200,000 events with five columns
    /// take a tenth of the time that they take as [`crate::Event`]s. A few batches are in memory at
    /// a time, about 80 MB for each core if all columns are named. The first call that reads much
    /// of a store builds the tags of each row from the postings and keeps them, as facets do.
    ///
    /// # Examples
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
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) if no column is named, or one
    /// twice; else as [`Hits::count`]. An error of a later read is an [`ArrowError::ExternalError`]
    /// that holds the store's error, and ends the stream.
    pub fn record_batches(&self, columns: &[Column]) -> Result<RecordBatches> {
        RecordBatches::new(self, Columns::new(columns.iter().copied())?)
    }
}

/// An iterator over the record batches of [`Hits::record_batches`], and an Arrow
/// `RecordBatchReader`. Each step may decode a few batches on all cores, which it keeps.
///
/// # Examples
/// ```
/// use eventstore::arrow_array::RecordBatchReader;
/// use eventstore::{Column, Store};
/// let store = Store::memory()?;
/// let mut batches = store.query("")?.record_batches(&[Column::Id, Column::Date])?;
/// assert_eq!(batches.schema().fields().len(), 2);
/// assert!(batches.next().is_none());
/// # Ok::<(), eventstore::Error>(())
/// ```
#[must_use = "batches are read only as they are taken"]
pub struct RecordBatches {
    hits: Hits,
    cursor: RowCursor,
    plan: ColumnPlan,
    /// Number of rows that are not read yet.
    left: u64,
    /// Batches that are made already, the next one first.
    ready: VecDeque<RecordBatch>,
    /// Rows that are made at a time on each core.
    rows_per_core: usize,
}

impl RecordBatches {
    pub(super) fn new(hits: &Hits, columns: Columns) -> Result<Self> {
        let count = hits.count()?;
        let rows = hits.rows()?;
        let of_views = rows.iter().map(|rows| rows.len().min(count)).collect();
        Ok(Self {
            cursor: hits.cursor()?,
            hits: hits.clone(),
            plan: ColumnPlan::new(columns, of_views),
            left: count,
            ready: VecDeque::new(),
            rows_per_core: BATCHES_PER_CORE * BATCH_ROWS,
        })
    }

    /// Makes one small batch at a time on each core, for a reader that takes long over each and has bytes of its
    /// own in memory.
    pub(crate) fn small(self) -> Self {
        Self {
            rows_per_core: LEAST_ROWS,
            ..self
        }
    }

    /// Makes some batches for each core at once.
    fn fill(&mut self) -> Result<()> {
        let mut rows: Vec<RowRef> = Vec::new();
        let most = (pool::threads() * self.rows_per_core) as u64;
        for _ in 0..self.left.min(most) {
            match self.cursor.next()? {
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
            // A smaller answer is cut for all cores, too, but not into crumbs.
            let size = rows.len().div_ceil(pool::threads());
            let batches = rows.par_chunks(size.clamp(LEAST_ROWS, BATCH_ROWS));
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
            .field("columns", &self.plan.columns)
            .finish_non_exhaustive()
    }
}
