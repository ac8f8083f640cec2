//! The days of a segment's rows, where the part that has them is lost.
//!
//! The id of an event of the Context is made of the day of its row and of what its header has, and a part of
//! its own has a fingerprint of each id. Rows ascend by day. So a row's day is mostly the next one that fits its
//! fingerprint. A day that is wrong does no harm: the page then has another hash, and counts as lost.

use crate::event::Date;
use crate::segment::{RowKind, Segment, day_of_name};

/// The years in which the first row is searched for, of which one day in 65,536 fits by chance.
const YEARS: [i16; 2] = [1900, 2100];

/// Days behind a row in which the next one is searched for.
const GAP: i64 = 4000;

/// Days that the next row may lie behind without a look at those behind it.
const USUAL_GAP: i64 = 30;

/// Rows that are looked at to choose between two days.
const SCOUTED: usize = 16;

/// Rows from which the first day is searched for. Where none of them has one, nothing fits.
const FIRST_TRIES: u32 = 64;

/// A day for reading headers, and how it begins an id.
const ANY_DAY: (u32, &str) = (20_000_101, "2000/01/1/");

/// The packed day of each row, ascending; 0 where it is not known and none was before.
pub(super) fn days_of_rows(segment: &Segment) -> Vec<u32> {
    let rows: Vec<DatedRow> = (0..segment.rows())
        .map(|row| DatedRow::of(segment, row))
        .collect();
    let mut days = Vec::with_capacity(rows.len());
    let mut day: Option<Date> = None;
    let mut tries = 0;
    // Without fingerprints nothing tells one day from another.
    let has_fingerprints = segment.may_be_named(0, "").is_ok();
    for (at, row) in rows.iter().enumerate() {
        let behind = &rows[at..];
        match (row, day) {
            (DatedRow::On(packed), _) => {
                let on = Date::from_packed(*packed);
                day = day.max(on);
            }
            (DatedRow::Named { .. }, _) if !has_fingerprints => {}
            (DatedRow::Named { .. }, None) if tries == FIRST_TRIES => {}
            (DatedRow::Named { .. }, None) => {
                tries += 1;
                let [first, last] = YEARS.map(|year| Date::new(year, 1, 1).unwrap_or(Date::MIN));
                let fitting = row.fitting(segment, first, last);
                day = fitting.min_by_key(|&day| misses(segment, behind, day));
            }
            (DatedRow::Named { .. }, Some(before)) => {
                let next = row.fitting(segment, before, before.plus_days(GAP)).next();
                if let Some(next) = next {
                    let is_usual = next <= before.plus_days(USUAL_GAP);
                    let fits = || misses(segment, behind, next) < misses(segment, behind, before);
                    if is_usual || fits() {
                        day = Some(next);
                    }
                }
            }
            (DatedRow::Anywhere, _) => {}
        }
        days.push(day.map_or(0, Date::packed));
    }
    days
}

/// What is known of the day of a row.
enum DatedRow {
    /// Nothing, or it is not needed.
    Anywhere,
    /// It is in its name: packed, 0 for a row without one.
    On(u32),
    /// It is in its id, of which the rest is known.
    Named {
        row: u32,
        before: String,
        behind: String,
    },
}

impl DatedRow {
    fn of(segment: &Segment, row: u32) -> Self {
        let (day, prefix) = ANY_DAY;
        let Ok(header) = segment.header_on(row, day) else {
            return Self::Anywhere;
        };
        match header.kind {
            RowKind::News | RowKind::Opinion => match header.name.split_once(prefix) {
                Some((before, behind)) => Self::Named {
                    row,
                    before: before.to_owned(),
                    behind: behind.to_owned(),
                },
                // Its day is not that of the id.
                None => Self::Anywhere,
            },
            RowKind::Markdown => Self::Anywhere,
            _ => Self::On(day_of_name(&header.name)),
        }
    }

    /// The days of a stretch of time with which its id has the row's fingerprint.
    fn fitting<'s>(
        &'s self,
        segment: &'s Segment,
        first: Date,
        last: Date,
    ) -> impl Iterator<Item = Date> + 's {
        let all = std::iter::successors(Some(first), |day| {
            (*day < Date::MAX).then(|| day.plus_days(1))
        });
        all.take_while(move |day| *day <= last)
            .filter(move |day| match self {
                Self::Named {
                    row,
                    before,
                    behind,
                } => {
                    let (year, month, day) = (day.year(), day.month(), day.day());
                    let name = format!("{before}{year:04}/{month:02}/{day}/{behind}");
                    segment.may_be_named(*row, &name).unwrap_or(false)
                }
                _ => false,
            })
    }
}

/// How badly a day of the first of some rows fits those behind it: rows without a day, then how far, in packed
/// days, the rows are apart.
fn misses(segment: &Segment, rows: &[DatedRow], first: Date) -> (usize, u32) {
    let (mut day, mut missed) = (first, 0);
    let named = rows
        .iter()
        .filter(|row| matches!(row, DatedRow::Named { .. }));
    for row in named.take(SCOUTED) {
        match row.fitting(segment, day, day.plus_days(GAP)).next() {
            Some(next) => day = next,
            None => missed += 1,
        }
    }
    (missed, day.packed() - first.packed())
}
