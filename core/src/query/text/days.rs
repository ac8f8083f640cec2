//! All days of a year, of a month, or one day.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use super::fault::Fault;
use super::hint;
use crate::event::{Date, ParseError};

/// The days that a year, a month or a day stands for.
///
/// [`Query::since`](super::Query::since) takes the first of them, [`Query::until`](super::Query::until) the last, so
/// that `since(2017)` and `until(2017)` together are all of 2017.
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
    pub fn first(self) -> Date {
        self.first
    }

    /// The last day.
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
    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        Self::strict(text).map_err(|fault| {
            fault.unwrap_or_else(|| {
                Fault::new(format!("{text:?} is no date")).hint(
                    hint::date(text)
                        .unwrap_or_else(|| "write 2017, 2017-03 or 2017-03-02".to_owned()),
                )
            })
        })
    }

    /// [`Days::read`] for `hint`, which must not ask itself for a hint: `None` where the text has not even the shape.
    pub(super) fn strict(text: &str) -> Result<Self, Option<Fault>> {
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
        let whole = Self::year(y)
            .ok_or_else(|| Fault::new("there is no year 0000").hint("years are 0001 to 9999"))?;
        let Some(month) = month else { return Ok(whole) };
        let m = number(month, 1..=2).ok_or(None)?;
        let whole = Self::month(y, m as i8).ok_or_else(|| {
            Fault::new(format!("there is no month {month}"))
                .hint("months are 01 to 12; write year-month-day")
                .shift(year.len() + 1)
        })?;
        let Some(day) = day else { return Ok(whole) };
        let d = number(day, 1..=2).ok_or(None)?;
        let date = Date::new(y, m as i8, d as i8).ok_or_else(|| {
            Fault::new(format!("{y:04}-{m:02} has no day {day}"))
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

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::read(text).map_err(|fault| fault.within(text))
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
    fn try_from(year: i32) -> Result<Self, ParseError> {
        let days = i16::try_from(year).ok().and_then(Self::year);
        days.ok_or_else(|| {
            Fault::new(format!("there is no year {year}"))
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

// Lets `Query::since` take a `Date`, which cannot fail, beside a string, which can.
impl From<Infallible> for ParseError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
