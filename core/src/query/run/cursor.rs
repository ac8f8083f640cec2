//! Walks the rows of an answer in its order, over all segments at once.
//!
//! Within a segment, rows ascend by (date, time, id), so the cursor merges the segments day by day. If
//! one segment alone has rows of a day, they are in order already. If several have, the times and ids
//! of that one day are read and sorted. To skip n rows, whole days are counted from the row sets, and no
//! row is decoded.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::order::DateOrder;
use crate::error::Result;
use crate::store::{RowRef, Snapshot};

/// The rows of an answer: one set per segment of the snapshot.
pub(in crate::query) type RowSets = Arc<Vec<RoaringBitmap>>;

/// A day after the last one that a date can have, in packed form.
const AFTER_ALL_DAYS: u32 = 100_000_000;

/// What orders the rows of a day: the time, none before any, and the id.
pub(in crate::query) type WithinDay = (Option<u32>, String);

/// An ordered merge of the rows of all segments.
pub(crate) struct RowCursor {
    snapshot: Arc<Snapshot>,
    rows: RowSets,
    order: DateOrder,
    /// For each segment, the boundary between rows that were passed and rows to come: the first row
    /// to come for [`DateOrder::OldestFirst`], the row after the last one to come for
    /// [`DateOrder::NewestFirst`].
    boundaries: Vec<u32>,
    /// For each segment, the day of its next row, if it has one; empty where the boundaries are new.
    next_days: Vec<Option<u32>>,
    /// The rows that are left of the current day. The next one stands last.
    day: Vec<RowRef>,
}

impl RowCursor {
    /// Starts after the first `skip` rows.
    ///
    /// The order is one by date: of relevance see [`RowCursor::ranked`].
    pub fn new(
        snapshot: Arc<Snapshot>,
        rows: RowSets,
        order: DateOrder,
        skip: u64,
    ) -> Result<Self> {
        let mut cursor = Self::unplaced(snapshot, rows, order);
        if skip == 0 {
            if order == DateOrder::NewestFirst {
                cursor.boundaries.fill(u32::MAX);
            }
            return Ok(cursor);
        }
        let total: u64 = cursor.rows.iter().map(RoaringBitmap::len).sum();
        // Rows that come before the wanted one in date order. For `NewestFirst` it is counted from
        // the front too, the wanted row included.
        let ascending_rank = match order {
            DateOrder::OldestFirst => skip.min(total),
            DateOrder::NewestFirst => total - skip.min(total),
        };
        // Binary search for the day of the wanted row: the last one with few enough rows before it.
        let is_reached = |rows_before: u64| match order {
            DateOrder::OldestFirst => rows_before <= ascending_rank,
            DateOrder::NewestFirst => rows_before < ascending_rank,
        };
        let (mut low, mut high) = (0, AFTER_ALL_DAYS);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if is_reached(cursor.rows_before(middle)?) {
                low = middle;
            } else {
                high = middle;
            }
        }
        let day = low;
        cursor.start_at(day)?;
        let skip_in_day = match order {
            DateOrder::OldestFirst => ascending_rank - cursor.rows_before(day)?,
            DateOrder::NewestFirst => cursor.rows_before(day + 1)? - ascending_rank,
        };
        if skip_in_day > 0 {
            cursor.load_day(false)?;
            let left = cursor.day.len().saturating_sub(skip_in_day as usize);
            cursor.day.truncate(left);
        }
        Ok(cursor)
    }

    /// Starts at the first row strictly after (day, time, id), whether or not that event exists.
    pub fn after(
        snapshot: Arc<Snapshot>,
        rows: RowSets,
        order: DateOrder,
        day: u32,
        last: &WithinDay,
    ) -> Result<Self> {
        let mut cursor = Self::unplaced(snapshot, rows, order);
        cursor.start_at(day)?;
        let rows_of_day = cursor.rows_before(day + 1)? - cursor.rows_before(day)?;
        if rows_of_day > 0 {
            let named = cursor.load_day(true)?;
            cursor.day = named
                .into_iter()
                .filter(|(within, _)| match order {
                    DateOrder::OldestFirst => within > last,
                    DateOrder::NewestFirst => within < last,
                })
                .map(|(_, at)| at)
                .collect();
        }
        Ok(cursor)
    }

    /// Walks rows that are in order already.
    pub fn ranked(snapshot: Arc<Snapshot>, mut rows: Vec<RowRef>) -> Self {
        rows.reverse();
        Self {
            day: rows,
            ..Self::unplaced(snapshot, RowSets::default(), DateOrder::OldestFirst)
        }
    }

    fn unplaced(snapshot: Arc<Snapshot>, rows: RowSets, order: DateOrder) -> Self {
        Self {
            boundaries: vec![0; rows.len()],
            next_days: Vec::new(),
            day: Vec::new(),
            snapshot,
            rows,
            order,
        }
    }

    /// The next row.
    pub fn next(&mut self) -> Result<Option<RowRef>> {
        if self.rows.is_empty() {
            // In order already: nothing is loaded that would check it.
            self.snapshot.check()?;
        }
        if self.day.is_empty() {
            self.load_day(false)?;
        }
        Ok(self.day.pop())
    }

    /// Whether there is a next row.
    pub fn has_next(&mut self) -> Result<bool> {
        if self.day.is_empty() {
            self.load_day(false)?;
        }
        Ok(!self.day.is_empty())
    }

    /// Sets the boundaries so that `day` comes next.
    fn start_at(&mut self, day: u32) -> Result<()> {
        let first = match self.order {
            DateOrder::OldestFirst => day,
            DateOrder::NewestFirst => day + 1,
        };
        for view in 0..self.boundaries.len() {
            self.boundaries[view] = self.first_row(view, first)?;
        }
        self.next_days.clear();
        Ok(())
    }

    /// The day of the next row of a segment.
    fn next_day(&self, view: usize) -> Result<Option<u32>> {
        let (rows, boundary) = (&self.rows[view], self.boundaries[view]);
        let row = match self.order {
            DateOrder::OldestFirst => rows.range(boundary..).next(),
            DateOrder::NewestFirst => rows.range(..boundary).next_back(),
        };
        let day = |row| self.snapshot.views[view].segment.packed_date_of(row);
        row.map(day).transpose()
    }

    /// The first row of a segment that is of this packed day or a later one.
    fn first_row(&self, view: usize, day: u32) -> Result<u32> {
        let days = self.snapshot.views[view].segment.days()?;
        let at = days.partition_point(|entry| entry.0 < day);
        Ok(days[at.min(days.len() - 1)].1)
    }

    /// How many rows of the answer are of an earlier day.
    fn rows_before(&self, day: u32) -> Result<u64> {
        let mut count = 0;
        for (view, rows) in self.rows.iter().enumerate() {
            count += rows.range_cardinality(..self.first_row(view, day)?);
        }
        Ok(count)
    }

    /// Loads the rows of the next day that has any. Returns their times and names in the same order if
    /// `with_names`, and maybe else.
    fn load_day(&mut self, with_names: bool) -> Result<Vec<(WithinDay, RowRef)>> {
        // An iterator that a forked child inherited must not read on.
        self.snapshot.check()?;
        let descending = self.order == DateOrder::NewestFirst;
        if self.next_days.is_empty() {
            let days = (0..self.rows.len()).map(|view| self.next_day(view));
            self.next_days = days.collect::<Result<_>>()?;
        }
        let days = self.next_days.iter().flatten().copied();
        let Some(day) = (if descending { days.max() } else { days.min() }) else {
            return Ok(Vec::new());
        };
        let mut several = false;
        for segment_index in 0..self.rows.len() {
            // The other segments have no row of the day.
            if self.next_days[segment_index] != Some(day) {
                continue;
            }
            let (from, to) = (
                self.first_row(segment_index, day)?,
                self.first_row(segment_index, day + 1)?,
            );
            let count = self.day.len();
            let rows = self.rows[segment_index].range(from..to);
            self.day
                .extend(rows.map(|row| RowRef { segment_index, row }));
            several |= count > 0 && self.day.len() > count;
            self.boundaries[segment_index] = if descending { from } else { to };
            self.next_days[segment_index] = self.next_day(segment_index)?;
        }
        let mut named = Vec::new();
        if with_names || several {
            for &at in &self.day {
                let segment = &self.snapshot.views[at.segment_index].segment;
                let header = segment.row_header(at.row)?;
                named.push(((header.millis, header.name), at));
            }
            named.sort_unstable();
        }
        if several {
            self.day.clear();
            self.day.extend(named.iter().map(|(_, at)| *at));
        }
        // `next` takes from the end.
        if !descending {
            self.day.reverse();
            named.reverse();
        }
        Ok(named)
    }
}
