//! The rows of an answer in its order, over all segments.
//!
//! A segment's rows ascend by (date, id). So the walk goes day by day: where one segment alone has rows of a day they
//! are in order already; where several have, the ids of that one day are read and sorted. To pass over the first n rows
//! it counts ranges of whole days and decodes nothing.

use std::str::FromStr;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::fault::Fault;
use crate::error::Result;
use crate::event::ParseError;
use crate::store::{RowRef, Snapshot};

/// The rows of an answer, by view.
pub(super) type Rows = Arc<Vec<RoaringBitmap>>;

/// The order of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// By (date, id), oldest first: `date`.
    #[default]
    Date,
    /// The exact reverse, newest first: `-date`.
    MinusDate,
}

impl Order {
    /// `date` or `-date`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::MinusDate => "-date",
        }
    }
}

impl FromStr for Order {
    type Err = ParseError;

    fn from_str(word: &str) -> Result<Self, ParseError> {
        match word {
            "date" => Ok(Self::Date),
            "-date" => Ok(Self::MinusDate),
            _ => Err(Fault::new(format!("{word:?} is no order"))
                .hint("order by date (oldest first) or -date (newest first)")
                .within(word)),
        }
    }
}

/// A day behind the last one that a date can say, packed.
const BEHIND_ALL: u32 = 100_000_000;

/// See the file's head.
pub(super) struct Walk {
    snapshot: Arc<Snapshot>,
    rows: Rows,
    order: Order,
    /// For each view the border between rows that were passed and rows that were not: the first row to come in
    /// [`Order::Date`], the row behind the last one to come in [`Order::MinusDate`].
    borders: Vec<u32>,
    /// What is left of the day, the next one last.
    day: Vec<RowRef>,
}

impl Walk {
    /// From the `skip`th row on.
    pub fn new(snapshot: Arc<Snapshot>, rows: Rows, order: Order, skip: u64) -> Result<Self> {
        let mut walk = Self {
            borders: vec![0; rows.len()],
            day: Vec::new(),
            snapshot,
            rows,
            order,
        };
        let total: u64 = walk.rows.iter().map(RoaringBitmap::len).sum();
        // The day on which the row lies: rows before it are at most as many as are to be passed.
        let (mut low, mut high) = (0, BEHIND_ALL);
        let place = match order {
            Order::Date => skip.min(total),
            // Counted from the front, the row itself included.
            Order::MinusDate => total - skip.min(total),
        };
        let passed = |before: u64| match order {
            Order::Date => before <= place,
            Order::MinusDate => before < place,
        };
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if passed(walk.before(middle)?) {
                low = middle;
            } else {
                high = middle;
            }
        }
        let day = low;
        walk.start_at(day)?;
        let rest = match order {
            Order::Date => place - walk.before(day)?,
            Order::MinusDate => walk.before(day + 1)? - place,
        };
        if rest > 0 {
            walk.fill(false)?;
            walk.day
                .truncate(walk.day.len().saturating_sub(rest as usize));
        }
        Ok(walk)
    }

    /// From the first row on that comes strictly behind a key, whether or not the key's event is there.
    pub fn behind(
        snapshot: Arc<Snapshot>,
        rows: Rows,
        order: Order,
        day: u32,
        id: &str,
    ) -> Result<Self> {
        let mut walk = Self {
            borders: vec![0; rows.len()],
            day: Vec::new(),
            snapshot,
            rows,
            order,
        };
        walk.start_at(day)?;
        let here = walk.before(day + 1)? - walk.before(day)?;
        if here > 0 {
            let named = walk.fill(true)?;
            walk.day = named
                .into_iter()
                .filter(|(name, _)| match order {
                    Order::Date => name.as_str() > id,
                    Order::MinusDate => name.as_str() < id,
                })
                .map(|(_, at)| at)
                .collect();
        }
        Ok(walk)
    }

    /// The next row.
    pub fn next(&mut self) -> Result<Option<RowRef>> {
        if self.day.is_empty() {
            self.fill(false)?;
        }
        Ok(self.day.pop())
    }

    /// Whether there is a next row.
    pub fn has_next(&mut self) -> Result<bool> {
        if self.day.is_empty() {
            self.fill(false)?;
        }
        Ok(!self.day.is_empty())
    }

    /// Puts the borders so that a day is the next one.
    fn start_at(&mut self, day: u32) -> Result<()> {
        let first = match self.order {
            Order::Date => day,
            Order::MinusDate => day + 1,
        };
        for view in 0..self.borders.len() {
            self.borders[view] = self.first_row(view, first)?;
        }
        Ok(())
    }

    /// A view's first row of a day (packed) or later.
    fn first_row(&self, view: usize, day: u32) -> Result<u32> {
        let days = self.snapshot.views[view].segment.days()?;
        let at = days.partition_point(|entry| entry.0 < day);
        Ok(days[at.min(days.len() - 1)].1)
    }

    /// How many rows lie before a day.
    fn before(&self, day: u32) -> Result<u64> {
        let mut count = 0;
        for (view, rows) in self.rows.iter().enumerate() {
            count += rows.range_cardinality(..self.first_row(view, day)?);
        }
        Ok(count)
    }

    /// Takes the rows of the next day that has any. The names, in the same order, only if they are asked for.
    fn fill(&mut self, names: bool) -> Result<Vec<(String, RowRef)>> {
        // An iterator that a fork took along reads no day more.
        self.snapshot.check()?;
        let backwards = self.order == Order::MinusDate;
        let mut next: Option<u32> = None;
        for (view, rows) in self.rows.iter().enumerate() {
            let border = self.borders[view];
            let row = if backwards {
                rows.range(..border).next_back()
            } else {
                rows.range(border..).next()
            };
            if let Some(row) = row {
                let day = self.snapshot.views[view].segment.packed_date_of(row)?;
                next = Some(match next {
                    None => day,
                    Some(other) if backwards => other.max(day),
                    Some(other) => other.min(day),
                });
            }
        }
        let Some(day) = next else {
            return Ok(Vec::new());
        };
        let mut several = false;
        for view in 0..self.rows.len() {
            let (from, to) = (self.first_row(view, day)?, self.first_row(view, day + 1)?);
            let count = self.day.len();
            let rows = self.rows[view].range(from..to);
            self.day.extend(rows.map(|row| RowRef { view, row }));
            several |= count > 0 && self.day.len() > count;
            self.borders[view] = if backwards { from } else { to };
        }
        let mut named = Vec::new();
        if names || several {
            for &at in &self.day {
                let segment = &self.snapshot.views[at.view].segment;
                named.push((segment.row_head(at.row)?.name, at));
            }
            named.sort_unstable();
        }
        if several {
            self.day.clear();
            self.day.extend(named.iter().map(|(_, at)| *at));
        }
        // The next row stands last.
        if !backwards {
            self.day.reverse();
            named.reverse();
        }
        Ok(named)
    }
}
