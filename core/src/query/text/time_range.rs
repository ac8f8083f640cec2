//! The time of a query as text.

use super::days::Days;
use crate::event::Date;

/// A time range as text, each end as coarse as it allows. `None` for all of time.
pub(super) fn written(since: Option<Date>, until: Option<Date>) -> Option<String> {
    // The widest period that begins, or ends, on the day.
    let begin = |day: Date| {
        periods(day)
            .into_iter()
            .find(|days| days.first() == day)
            .map_or_else(|| day.to_string(), |days| days.to_string())
    };
    let end = |day: Date| {
        periods(day)
            .into_iter()
            .find(|days| days.last() == day)
            .map_or_else(|| day.to_string(), |days| days.to_string())
    };
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

/// A hint for a range whose end lies before its beginning: the two the other way round.
///
/// `2018..2017` was read as 2018-01-01 to 2017-12-31. The years are meant, not these days, so each
/// end is widened to its year or month if the other end is such a border too.
pub(super) fn swapped(since: Date, until: Date) -> Option<String> {
    let first = if since.day() == 1 {
        widest(until, |days| days.last() == until).map_or(until, Days::first)
    } else {
        until
    };
    let last = if until.plus_days(1).day() == 1 {
        widest(since, |days| days.first() == since).map_or(since, Days::last)
    } else {
        since
    };
    let swapped = written(Some(first), Some(last))?;
    Some(format!("did you mean {swapped}?"))
}

fn widest(day: Date, is_border: impl Fn(&Days) -> bool) -> Option<Days> {
    periods(day).into_iter().find(is_border)
}
