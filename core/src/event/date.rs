//! A day of the calendar.

use std::fmt;
use std::str::FromStr;

use jiff::civil;

use super::ParseError;

/// A day from 0001-01-01 to 9999-12-31.
///
/// Reads `2017-03-02` and `2017-3-2`, prints `2017-03-02`.
///
/// ```
/// use eventstore::Date;
/// let day: Date = "2017-03-2".parse()?;
/// assert_eq!(day.to_string(), "2017-03-02");
/// assert_eq!(day.iso_week(), (2017, 9));
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl Date {
    /// The first day that can be said.
    pub const MIN: Self = Self(civil::Date::constant(1, 1, 1));
    /// The last day that can be said.
    pub const MAX: Self = Self(civil::Date::constant(9999, 12, 31));

    /// The day, or `None` if the calendar has no such day between years 1 and 9999.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if year < 1 {
            return None;
        }
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// 1 to 9999.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The ISO week as (week year, 1 to 53).
    pub fn iso_week(self) -> (i16, i8) {
        let week = self.0.iso_week_date();
        (week.year(), week.week())
    }

    /// The Monday on or before this day.
    pub fn week_start(self) -> Self {
        let back = i64::from(self.0.weekday().to_monday_zero_offset());
        self.plus_days(-back)
    }

    /// This day moved by some days, held within [`Date::MIN`] and [`Date::MAX`].
    pub fn plus_days(self, days: i64) -> Self {
        let span = jiff::Span::new().try_days(days).unwrap_or_default();
        match self.0.checked_add(span) {
            Ok(day) if day >= Self::MIN.0 => Self(day),
            _ if days < 0 => Self::MIN,
            _ => Self::MAX,
        }
    }

    /// Days since 1970-01-01, as Arrow's `date32` counts.
    #[cfg(feature = "arrow")]
    pub(crate) fn since_1970(self) -> i32 {
        let hours = self.0.duration_since(civil::Date::constant(1970, 1, 1));
        (hours.as_hours() / 24) as i32
    }

    /// A number that orders as the days do: year, month and day in 4, 2 and 2 decimal places.
    pub(crate) fn packed(self) -> u32 {
        self.year() as u32 * 10_000 + self.month() as u32 * 100 + self.day() as u32
    }

    /// The day of [`Date::packed`].
    pub(crate) fn from_packed(packed: u32) -> Option<Self> {
        Self::new(
            (packed / 10_000) as i16,
            (packed / 100 % 100) as i8,
            (packed % 100) as i8,
        )
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.year(),
            self.month(),
            self.day()
        )
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut parts = text.split('-');
        let mut number = |digits: std::ops::RangeInclusive<usize>| {
            let part = parts.next()?;
            let plain = digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse::<i16>().ok()).flatten()
        };
        let day = (|| Self::new(number(4..=4)?, number(1..=2)? as i8, number(1..=2)? as i8))();
        match day {
            Some(day) if parts.next().is_none() => Ok(day),
            _ => Err(ParseError::new(
                text,
                0,
                format!("{text:?} is no day of the calendar"),
                Some("write a day as 2017-03-02".to_owned()),
            )),
        }
    }
}
