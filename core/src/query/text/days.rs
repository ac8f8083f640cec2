//! The days of a year, of a month, or one day; and which days a text that is no date meant.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use super::diagnostic::Diagnostic;
use crate::event::{Date, ORDINAL_ENDINGS, ParseError, month_of};

/// The days that a year, a month or a day stands for.
///
/// [`Query::since`](crate::Query::since) takes the first of them and
/// [`Query::until`](crate::Query::until) the last: `since(2017)` with `until(2017)` is all of 2017.
///
/// # Examples
///
/// ```
/// use eventstore::Days;
/// let march: Days = "2017-03".parse()?;
/// assert_eq!(march.first().to_string(), "2017-03-01");
/// assert_eq!(march.last().to_string(), "2017-03-31");
/// assert_eq!(Days::try_from(2017)?.to_string(), "2017");
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Days {
    first: Date,
    last: Date,
}

impl Days {
    /// The first day.
    #[must_use]
    pub fn first(self) -> Date {
        self.first
    }

    /// The last day.
    #[must_use]
    pub fn last(self) -> Date {
        self.last
    }

    pub(super) fn year(year: i16) -> Option<Self> {
        Some(Self {
            first: Date::new(year, 1, 1)?,
            last: Date::new(year, 12, 31)?,
        })
    }

    pub(super) fn month(year: i16, month: i8) -> Option<Self> {
        let first = Date::new(year, month, 1)?;
        let last = (28..=31)
            .rev()
            .find_map(|day| Date::new(year, month, day))?;
        Some(Self { first, last })
    }

    /// Reads `2017`, `2017-03`, `2017-3-2`.
    pub(super) fn read(text: &str) -> Result<Self, Diagnostic> {
        Self::strict(text).map_err(|diagnostic| {
            diagnostic.unwrap_or_else(|| {
                Diagnostic::new(format!("{text:?} is no date")).hint(
                    hint(text).unwrap_or_else(|| "write 2017, 2017-03 or 2017-03-02".to_owned()),
                )
            })
        })
    }

    /// Like [`Days::read`], without a guess. The error is `None` if the text has not even the
    /// shape of a date.
    pub(super) fn strict(text: &str) -> Result<Self, Option<Diagnostic>> {
        let mut parts = text.split('-');
        let year = parts.next().unwrap_or_default();
        let month = parts.next();
        let day = parts.next();
        let number = |part: &str, digits: std::ops::RangeInclusive<usize>| {
            let plain = digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse::<i16>().ok()).flatten()
        };
        if parts.next().is_some() {
            return Err(None);
        }
        let y = number(year, 4..=4).ok_or(None)?;
        let whole = Self::year(y).ok_or_else(|| {
            Diagnostic::new("there is no year 0000").hint("years are 0001 to 9999")
        })?;
        let Some(month) = month else { return Ok(whole) };
        let m = number(month, 1..=2).ok_or(None)?;
        let whole = Self::month(y, m as i8).ok_or_else(|| {
            Diagnostic::new(format!("there is no month {month}"))
                .hint("months are 01 to 12; write year-month-day")
                .shift(year.len() + 1)
        })?;
        let Some(day) = day else { return Ok(whole) };
        let d = number(day, 1..=2).ok_or(None)?;
        let date = Date::new(y, m as i8, d as i8).ok_or_else(|| {
            Diagnostic::new(format!("{y:04}-{m:02} has no day {day}"))
                .hint(format!("it has days 1 to {}", whole.last.day()))
                .shift(year.len() + month.len() + 2)
        })?;
        Ok(Self::from(date))
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        if self.first == self.last {
            self.first.fmt(f)
        } else if Self::month(year, month) == Some(*self) {
            write!(f, "{year:04}-{month:02}")
        } else {
            write!(f, "{year:04}")
        }
    }
}

impl FromStr for Days {
    type Err = ParseError;

    /// Reads a year, a month or a day: `2017`, `2017-03`, `2017-3-2`.
    ///
    /// # Errors
    /// A [`ParseError`] if the text has another shape, or no calendar has the month or day.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::read(text).map_err(|diagnostic| diagnostic.within(text))
    }
}

impl TryFrom<&str> for Days {
    type Error = ParseError;

    fn try_from(text: &str) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl TryFrom<i32> for Days {
    type Error = ParseError;

    /// All days of a year.
    ///
    /// # Errors
    /// A [`ParseError`] if the year is not one of 1 to 9999.
    fn try_from(year: i32) -> Result<Self, ParseError> {
        let days = i16::try_from(year).ok().and_then(Self::year);
        days.ok_or_else(|| {
            Diagnostic::new(format!("there is no year {year}"))
                .hint("years are 1 to 9999")
                .within(&year.to_string())
        })
    }
}

impl From<Date> for Days {
    fn from(day: Date) -> Self {
        Self {
            first: day,
            last: day,
        }
    }
}

// Lets `Query::since` take a `Date`, which cannot fail, and a string, which can.
impl From<Infallible> for ParseError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// Whether a word has the shape of a time. A date that no calendar has is one too: the error is
/// then about the date.
pub(in crate::query) fn is_time(run: &str) -> bool {
    let date = |text: &str| {
        let mut parts = text.split('-');
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        parts
            .next()
            .is_some_and(|year| year.len() == 4 && digits(year))
            && text.split('-').count() <= 3
            && parts.all(|part| digits(part) && part.len() <= 2)
    };
    match run.split_once("..") {
        Some(_) if run.starts_with("..") => true,
        Some((from, _)) => date(from) || from.starts_with(|c: char| c.is_ascii_digit()),
        None => date(run),
    }
}

/// How to write the time that a text probably means; `None` if it does not look like a time.
pub(super) fn hint(text: &str) -> Option<String> {
    let days_only = |days: Days| format!("questions know days only: write {days}");
    // A month that is a number already: 2017-03 CET.
    let numbers = text
        .split(['T', 't', ' '])
        .filter(|part| part.contains('-'));
    if let Some(days) = numbers
        .filter(|&part| part != text)
        .find_map(|part| Days::strict(part).ok())
    {
        return Some(days_only(days));
    }
    if let Some(hint) = with_month(text) {
        return Some(hint);
    }
    if let Some((day, _)) = text.split_once(['T', 't', ' ']) {
        return Some(days_only(Days::strict(day).ok()?));
    }
    if let Some(week) = week(text) {
        return Some(week);
    }
    let parts: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let is_year = |part: &&str| part.len() == 4;
    let days = match parts.as_slice() {
        [one] if one.len() == 8 => {
            Days::strict(&format!("{}-{}-{}", &one[..4], &one[4..6], &one[6..]))
        }
        [one] if one.len() == 6 => Days::strict(&format!("{}-{}", &one[..4], &one[4..])),
        [one] if is_year(one) => Days::strict(one),
        [a, b] if is_year(a) && is_year(b) => {
            return Some(format!("did you mean {a}..{b}?"));
        }
        [a, rest @ ..] if is_year(a) && rest.len() <= 2 => Days::strict(&parts.join("-")),
        [.., last] if is_year(last) && parts.len() == 3 => {
            return Some(format!("write the year first: {last}-MM-DD"));
        }
        [month, last] if is_year(last) => Days::strict(&format!("{last}-{month}")),
        [a, b] if a.len() <= 2 && b.len() <= 2 && text.len() <= 5 => {
            return Some("a day has a year, which stands first: YYYY-MM-DD".to_owned());
        }
        _ => return None,
    };
    days.ok().map(|days| format!("did you mean {days}?"))
}

/// How to write a time in which a month has a name: `2 March 2017`, `March 3rd, 2017`, `März 2017`.
fn with_month(text: &str) -> Option<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    let parts: Vec<&str> = parts
        .filter(|part| !part.is_empty())
        .map(without_ordinal)
        .collect();
    let number = |digits: usize| {
        let is_number =
            |part: &&&str| part.bytes().all(|b| b.is_ascii_digit()) && part.len() == digits;
        parts.iter().find(is_number).copied()
    };
    let year = number(4)?;
    let day = number(2).or_else(|| number(1));
    let words: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| part.chars().all(char::is_alphabetic))
        .collect();
    // A word beside year and day is a month, or what stands before a month.
    let month = words.iter().find_map(|word| month_of(word));
    let known = words.len() + 1 + usize::from(day.is_some());
    let most = if month.is_some() { 3 } else { 2 };
    if words.is_empty() || words.len() > most || known < parts.len() {
        return None;
    }
    let day_part = day.map(|day| format!("-{day:0>2}")).unwrap_or_default();
    Some(match month {
        Some(month) => {
            let days = Days::strict(&format!("{year}-{month:02}{day_part}")).ok()?;
            format!("did you mean {days}?")
        }
        None => format!("a month is a number: write {year}-MM{day_part}"),
    })
}

/// The digits of a day such as `3rd`; any other part of a text as it is.
fn without_ordinal(part: &str) -> &str {
    let digits = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &part[digits.len()..];
    let is_ordinal = !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && ORDINAL_ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known));
    if is_ordinal { digits } else { part }
}

/// The time that a comparison such as `date>=2017-03` means.
pub(super) fn compared(operator: char, value: &str) -> Option<String> {
    let days = Days::strict(value.trim_start_matches('=')).ok()?;
    Some(match operator {
        '>' => format!("a time stands by itself: {days}.. is {days} and later"),
        '<' => format!("a time stands by itself: ..{days} is {days} and earlier"),
        _ => format!("a time stands by itself: write {days}"),
    })
}

/// The days of a week such as `2017-W09`.
fn week(text: &str) -> Option<String> {
    let (year, week) = text.split_once(['W', 'w'])?;
    let year: i16 = year.trim_end_matches('-').parse().ok()?;
    let week: i8 = week.parse().ok()?;
    // By definition, 4 January lies in week 1.
    let monday = Date::new(year, 1, 4)?
        .week_start()
        .plus_days(7 * (i64::from(week) - 1));
    let exists = monday.iso_week() == (year, week);
    exists.then(|| {
        format!(
            "write the days of the week: {monday}..{}",
            monday.plus_days(6)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_with_a_name_is_told_as_a_number() {
        for (text, hint) in [
            ("14. May 2024", "did you mean 2024-05-14?"),
            ("May 14, 2024", "did you mean 2024-05-14?"),
            ("Thursday, 2 Mar 2017", "did you mean 2017-03-02?"),
            ("oct 2017", "did you mean 2017-10?"),
            ("4. März 2024", "a month is a number: write 2024-MM-04"),
            ("mars 2024", "a month is a number: write 2024-MM"),
            (
                "2017-03-02T10:00",
                "questions know days only: write 2017-03-02",
            ),
            ("3rd March 2017", "did you mean 2017-03-03?"),
            ("March 3rd, 2017", "did you mean 2017-03-03?"),
            ("the 21ST of May 2024", "did you mean 2024-05-21?"),
            ("21st of May 2024", "did you mean 2024-05-21?"),
            ("2017-03 CET", "questions know days only: write 2017-03"),
            (
                "CET 2017-03-2",
                "questions know days only: write 2017-03-02",
            ),
            ("2017 10:00", "questions know days only: write 2017"),
            ("31 February 2017", "write 2017, 2017-03 or 2017-03-02"),
            ("4.3.2024", "write the year first: 2024-MM-DD"),
            ("soon", "write 2017, 2017-03 or 2017-03-02"),
        ] {
            let error = text.parse::<Days>().unwrap_err();
            assert_eq!(error.hint.as_deref(), Some(hint), "{text}");
        }
    }
}
