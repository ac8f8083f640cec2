//! How the matching events are spread over time.

use std::borrow::Cow;

use roaring::RoaringBitmap;

use super::slice_of::slice_of;
use crate::error::Result;
use crate::event::{Date, ParseError, closest, words};
use crate::query::model::{AdmissionRule, Query};
use crate::query::run::{RowSets, admitted};
use crate::store::{Snapshot, rows_before_days};

/// The width of a timeline's buckets.
///
/// # Examples
///
/// ```
/// use eventstore::By;
/// assert_eq!("week".parse::<By>()?, By::Week);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum By {
    /// Days. Its word is `day`.
    Day,
    /// ISO weeks, from Monday to Sunday. Its word is `week`.
    Week,
    /// Months. Its word is `month`.
    Month,
    /// Years. Its word is `year`.
    Year,
}

words!(By, unknown_width; Day = "day", Week = "week", Month = "month", Year = "year");

fn unknown_width(word: &str, words: &[&'static str]) -> ParseError {
    let hint = match closest(word, words.iter().copied()) {
        Some(near) => format!("did you mean {near}? A timeline goes by day, week, month or year"),
        None => "by day, week, month or year".to_owned(),
    };
    let message = format!("{word:?} is no width of a timeline");
    ParseError::new(word, 0, message, Some(hint))
}

impl By {
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
        // Some day of the next bucket. No month has more than 31 days and no year more than 366, so
        // that many days after the first one lie in the next.
        let next = match self {
            Self::Day => return start,
            Self::Week => return start.plus_days(6),
            Self::Month => start.plus_days(31),
            Self::Year => start.plus_days(366),
        };
        if self.start(next) == start {
            return Date::MAX;
        }
        self.start(next).plus_days(-1)
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

/// One bucket of a [`Timeline`]: a day, a week, a month or a year.
///
/// # Examples
///
/// ```
#[doc = include_str!("../example_store.txt")]
/// let months = store.query("tag:sea")?.timeline(eventstore::By::Month)?;
/// let march = &months[0];
/// assert_eq!((march.label.as_str(), march.count, march.total), ("2017-03", 2, 3));
/// assert_eq!((march.start.to_string(), march.end.day()), ("2017-03-01".to_owned(), 31));
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Bucket {
    /// `2017-03-02`, `2017-W09`, `2017-03` or `2017`.
    pub label: String,
    /// The first day of the calendar period, even if the query's time begins later.
    pub start: Date,
    /// The last day of the calendar period, even if the query's time ends earlier.
    pub end: Date,
    /// The number of matching events.
    pub count: u64,
    /// The number of all events that the query's time and its rule for superseded events admit.
    pub total: u64,
}

impl Bucket {
    /// A bucket of these fields.
    #[must_use]
    pub fn new(label: impl Into<String>, start: Date, end: Date, count: u64, total: u64) -> Self {
        Self {
            label: label.into(),
            start,
            end,
            count,
            total,
        }
    }

    /// `count` divided by `total`, from 0 to 1. `None` if `total` is 0.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.total > 0).then(|| self.count as f64 / self.total as f64)
    }
}

/// The buckets of a timeline, oldest first and without gaps. It derefs to a slice of [`Bucket`]s.
///
/// Counting costs a walk over sets of rows and no event: some 0.2 ms for the months of 10,000
/// matching events among 100,000. The value holds its buckets and nothing of the store.
///
/// # Examples
///
/// ```
#[doc = include_str!("../example_store.txt")]
/// let days = store.query("")?.timeline(eventstore::By::Day)?;
/// let counts: Vec<u64> = days.iter().map(|day| day.count).collect();
/// assert_eq!(counts, [1, 0, 0, 0, 0, 0, 0, 2]);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeline {
    /// The width of the buckets.
    pub by: By,
    /// The buckets.
    pub buckets: Vec<Bucket>,
}

impl Timeline {
    /// A timeline of these buckets.
    #[must_use]
    pub fn new(by: By, buckets: Vec<Bucket>) -> Self {
        Self { by, buckets }
    }
}

slice_of!(Timeline, buckets: Bucket);

pub(super) fn timeline(
    snapshot: &Snapshot,
    query: &Query,
    rows: &RowSets,
    by: By,
) -> Result<Timeline> {
    let (mut buckets, bucket_rows) = uncounted(snapshot, query, by)?;
    for (of_view, rows) in bucket_rows.iter().zip(rows.iter()) {
        of_view.add(rows, buckets.iter_mut().map(|bucket| &mut bucket.count));
    }
    Ok(Timeline { by, buckets })
}

/// Which rows of a view lie in each of some buckets that follow each other.
pub(super) struct BucketRows {
    first: u32,
    /// Of each bucket the row behind its last.
    ends: Vec<u32>,
}

impl BucketRows {
    /// Adds to the count of each bucket how many of a set's rows lie in it.
    pub(super) fn add<'c>(&self, rows: &RoaringBitmap, counts: impl Iterator<Item = &'c mut u64>) {
        // Row by row: the set has no cheaper way to count the rows before each of many boundaries.
        let mut rows = rows.range(self.first..).peekable();
        for (count, &end) in counts.zip(&self.ends) {
            while rows.next_if(|&row| row < end).is_some() {
                *count += 1;
            }
        }
    }
}

/// The buckets of a query's time with their totals and no count yet, and of each view their rows.
pub(super) fn uncounted(
    snapshot: &Snapshot,
    query: &Query,
    by: By,
) -> Result<(Vec<Bucket>, Vec<BucketRows>)> {
    let mut buckets = Vec::new();
    let Some((first, last)) = span(snapshot, query)? else {
        return Ok((buckets, Vec::new()));
    };
    let mut day = first;
    while day <= last {
        let start = by.start(day);
        let end = by.end(start);
        buckets.push(Bucket::new(by.label(day), start, end, 0, 0));
        if end == Date::MAX {
            break;
        }
        day = end.plus_days(1);
    }
    let mut bucket_rows = Vec::with_capacity(snapshot.views.len());
    for view in &snapshot.views {
        let days = view.segment.days()?;
        let before = match query.rule() {
            rule if rule.is_default() => Cow::Borrowed(view.current_before()?),
            rule => Cow::Owned(rows_before_days(days, &admitted(view, rule))),
        };
        let at = |day: Date| days.partition_point(|entry| entry.0 < day.packed());
        // The first bucket may begin before the query's time, and the last one may end after it.
        let mut from = at(first);
        let end = days.partition_point(|entry| entry.0 <= last.packed());
        let starts = buckets.iter().skip(1).map(|bucket| at(bucket.start));
        let day_ends: Vec<usize> = starts.chain([end]).collect();
        let mut of_view = BucketRows {
            first: days[from].1,
            ends: Vec::with_capacity(day_ends.len()),
        };
        for (bucket, to) in buckets.iter_mut().zip(day_ends) {
            bucket.total += u64::from(before[to] - before[from]);
            of_view.ends.push(days[to].1);
            from = to;
        }
        bucket_rows.push(of_view);
    }
    Ok((buckets, bucket_rows))
}

/// The first and the last day of the buckets: the part of the query's time that lies within the
/// store's days.
fn span(snapshot: &Snapshot, query: &Query) -> Result<Option<(Date, Date)>> {
    let days = first_and_last_day(snapshot, query.rule())?;
    Ok(days.map(|(first, last)| {
        let first = query.since.map_or(first, |since| since.max(first));
        (first, query.until.map_or(last, |until| until.min(last)))
    }))
}

/// The days of the oldest and of the newest event that a rule admits. `None` if none has a date.
pub(super) fn first_and_last_day(
    snapshot: &Snapshot,
    rule: AdmissionRule,
) -> Result<Option<(Date, Date)>> {
    let mut days: Option<(Date, Date)> = None;
    for view in &snapshot.views {
        let all = admitted(view, rule);
        // Undated rows come first and belong to no bucket.
        let dated = view.segment.row_range(Some(Date::MIN), None)?;
        let first = all.range(dated).next();
        for row in first.into_iter().chain(all.max()) {
            if let Some(day) = view.segment.date_of(row)? {
                days =
                    Some(days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
            }
        }
    }
    Ok(days)
}
