//! How an answer lies in time.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use super::fault::Fault;
use super::model::{Query, Rule};
use super::plan::admitted;
use super::walk::Rows;
use crate::error::Result;
use crate::event::{Date, ParseError};
use crate::store::{Snapshot, before};

/// The width of a timeline's buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// Days.
    Day,
    /// ISO weeks, from Monday to Sunday.
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
}

impl By {
    /// `day`, `week`, `month` or `year`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The first day of the bucket that holds a day.
    fn start(self, day: Date) -> Date {
        let back = match self {
            Self::Day => return day,
            Self::Week => return day.week_start(),
            Self::Month => Date::new(day.year(), day.month(), 1),
            Self::Year => Date::new(day.year(), 1, 1),
        };
        back.unwrap_or(day)
    }

    /// The last day of the bucket that begins with a day.
    fn end(self, start: Date) -> Date {
        // Any day of the bucket behind: 31 days behind the first of a month lie in the next month, or, of a month of
        // 31 days, on its first.
        let behind = match self {
            Self::Day => return start,
            Self::Week => return start.plus_days(6),
            Self::Month => start.plus_days(31),
            Self::Year => start.plus_days(366),
        };
        if self.start(behind) == start {
            return Date::MAX;
        }
        self.start(behind).plus_days(-1)
    }

    fn label(self, start: Date) -> String {
        let (year, month) = (start.year(), start.month());
        match self {
            Self::Day => start.to_string(),
            Self::Week => {
                let (year, week) = start.iso_week();
                format!("{year:04}-W{week:02}")
            }
            Self::Month => format!("{year:04}-{month:02}"),
            Self::Year => format!("{year:04}"),
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for By {
    type Err = ParseError;

    fn from_str(word: &str) -> Result<Self, ParseError> {
        [Self::Day, Self::Week, Self::Month, Self::Year]
            .into_iter()
            .find(|by| by.as_str() == word)
            .ok_or_else(|| {
                Fault::new(format!("{word:?} is no width of a timeline"))
                    .hint("by day, week, month or year")
                    .within(word)
            })
    }
}

/// One bucket of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bucket {
    /// `2017-03-02`, `2017-W09`, `2017-03` or `2017`.
    pub label: String,
    /// The bucket's first day in the calendar, wherever the query's time begins.
    pub start: Date,
    /// The bucket's last day in the calendar, wherever the query's time ends.
    pub end: Date,
    /// Events of the answer.
    pub count: u64,
    /// All events of the bucket within the query's time and rule of superseded events.
    pub total: u64,
}

impl Bucket {
    /// `count` as a share of `total`; `None` where there is no event at all.
    pub fn share(&self) -> Option<f64> {
        (self.total > 0).then(|| self.count as f64 / self.total as f64)
    }
}

/// The buckets of a timeline, oldest first, none left out between the first and the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The width of the buckets.
    pub by: By,
    /// The buckets.
    pub buckets: Vec<Bucket>,
}

impl Deref for Timeline {
    type Target = [Bucket];

    fn deref(&self) -> &[Bucket] {
        &self.buckets
    }
}

impl IntoIterator for Timeline {
    type Item = Bucket;
    type IntoIter = std::vec::IntoIter<Bucket>;

    fn into_iter(self) -> Self::IntoIter {
        self.buckets.into_iter()
    }
}

pub(super) fn timeline(
    snapshot: &Snapshot,
    query: &Query,
    rows: &Rows,
    by: By,
) -> Result<Timeline> {
    let mut buckets = Vec::new();
    let Some((first, last)) = span(snapshot, query)? else {
        return Ok(Timeline { by, buckets });
    };
    let mut day = first;
    while day <= last {
        let start = by.start(day);
        let end = by.end(start);
        buckets.push(Bucket {
            label: by.label(day),
            start,
            end,
            count: 0,
            total: 0,
        });
        if end == Date::MAX {
            break;
        }
        day = end.plus_days(1);
    }
    for (view, rows) in snapshot.views.iter().zip(rows.iter()) {
        let days = view.segment.days()?;
        let before = match query.rule() {
            Rule::CURRENT => Cow::Borrowed(view.current_before()?),
            rule => Cow::Owned(before(days, &admitted(view, rule))),
        };
        let at = |day: Date| days.partition_point(|entry| entry.0 < day.packed());
        // The first bucket may begin before the query's time, the last one end behind it.
        let mut from = at(first);
        let behind = days.partition_point(|entry| entry.0 <= last.packed());
        let borders = buckets.iter().skip(1).map(|bucket| at(bucket.start));
        let borders: Vec<usize> = borders.chain([behind]).collect();
        // Row by row: the set has no cheaper way to say how many lie before each border.
        let mut rows = rows.range(days[from].1..).peekable();
        for (bucket, to) in buckets.iter_mut().zip(borders) {
            bucket.total += u64::from(before[to] - before[from]);
            while rows.next_if(|&row| row < days[to].1).is_some() {
                bucket.count += 1;
            }
            from = to;
        }
    }
    Ok(Timeline { by, buckets })
}

/// The first and the last day of the buckets: of the query's time what lies within the store's days.
fn span(snapshot: &Snapshot, query: &Query) -> Result<Option<(Date, Date)>> {
    let mut days: Option<(Date, Date)> = None;
    for view in &snapshot.views {
        let all = admitted(view, query.rule());
        for row in [all.min(), all.max()].into_iter().flatten() {
            if let Some(day) = view.segment.date_of(row)? {
                days =
                    Some(days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
            }
        }
    }
    Ok(days.map(|(first, last)| {
        let first = query.since.map_or(first, |since| since.max(first));
        (first, query.until.map_or(last, |until| until.min(last)))
    }))
}

impl<'a> IntoIterator for &'a Timeline {
    type Item = &'a Bucket;
    type IntoIter = std::slice::Iter<'a, Bucket>;

    fn into_iter(self) -> Self::IntoIter {
        self.buckets.iter()
    }
}
