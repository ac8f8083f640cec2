//! The time of a query as text.

use super::days::Days;
use crate::event::Date;

/// A time range as text, each end as coarse as it allows. `None` for all of time.
pub(in crate::query) fn written(since: Option<Date>, until: Option<Date>) -> Option<String> {
    Some(match (since, until) {
        (None, None) => return None,
        (Some(since), None) => format!("{}..", begin(since)),
        (None, Some(until)) => format!("..{}", end(until)),
        // `&` of two times that share no day.
        (Some(since), Some(until)) if since > until => {
            format!("{}.. ..{}", begin(since), end(until))
        }
        (Some(since), Some(until)) => periods(since)
            .into_iter()
            .find(|days| (days.first(), days.last()) == (since, until))
            .map_or_else(
                || format!("{}..{}", begin(since), end(until)),
                |days| days.to_string(),
            ),
    })
}

/// What is wrong with a time that ends before it begins, since several were and-ed that share no day.
pub(in crate::query) fn apart(since: Option<Date>, until: Option<Date>) -> Option<String> {
    let (since, until) = (since?, until?);
    let (from, to) = (begin(since), end(until));
    (since > until)
        .then(|| format!("no day lies both in {from}.. and in ..{to}; one range is FIRST..LAST"))
}

/// The widest period that begins on a day.
fn begin(day: Date) -> Days {
    let mut periods = periods(day).into_iter();
    periods
        .find(|days| days.first() == day)
        .unwrap_or(day.into())
}

/// The widest period that ends on a day.
fn end(day: Date) -> Days {
    let mut periods = periods(day).into_iter();
    periods
        .find(|days| days.last() == day)
        .unwrap_or(day.into())
}

/// The year, the month and the day that hold a day.
fn periods(day: Date) -> impl IntoIterator<Item = Days> {
    [
        Days::year(day.year()),
        Days::month(day.year(), day.month()),
        Some(Days::from(day)),
    ]
    .into_iter()
    .flatten()
}

/// What time a range was given with that begins, or ends, on a day: the widest period that does.
/// `other` is the other end as it was given; beside a single day the day itself is meant.
pub(in crate::query) fn meant_end(day: Date, begins: bool, other: Days) -> Days {
    let is_border = |days: &Days| (if begins { days.first() } else { days.last() }) == day;
    let wide = other.first() < other.last();
    let period = periods(day)
        .into_iter()
        .find(|days| wide && is_border(days));
    period.unwrap_or(Days::from(day))
}
