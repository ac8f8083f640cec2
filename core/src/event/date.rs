//! A day of the calendar.

use std::fmt;
use std::str::FromStr;

use jiff::civil;

use super::ParseError;

/// A day of the Gregorian calendar, from 0001-01-01 to 9999-12-31.
///
/// A day has no time and no time zone. It is four bytes, and copying it costs nothing.
///
/// # Parsing and printing
///
/// A day is read from `YYYY-MM-DD`; month and day may lack their leading zero. It is printed with
/// both.
///
/// ```
/// use eventstore::Date;
/// let day: Date = "2017-03-2".parse()?;
/// assert_eq!(day.to_string(), "2017-03-02");
/// assert!("2017-02-30".parse::<Date>().is_err());
/// assert!("17-03-02".parse::<Date>().is_err());
/// # Ok::<(), eventstore::ParseError>(())
/// ```
///
/// # Errors
///
/// Parsing fails with a [`ParseError`] if the text has another shape, or the calendar has no such
/// day; its offset is that of the part at fault.
///
/// # Comparison
///
/// An earlier day is less than a later one.
///
/// ```
/// use eventstore::Date;
/// assert!("2017-03-02".parse::<Date>()? < "2017-03-10".parse()?);
/// assert!(Date::MIN < Date::MAX);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
///
/// # Arithmetic at the ends
///
/// [`Date::plus_days`] stops at [`Date::MIN`] and [`Date::MAX`]; it never fails and never wraps.
///
/// ```
/// use eventstore::Date;
/// assert_eq!(Date::MAX.plus_days(1), Date::MAX);
/// assert_eq!(Date::MIN.plus_days(-1), Date::MIN);
/// assert_eq!(Date::MIN.plus_days(i64::MAX), Date::MAX);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub(super) civil::Date);

impl Date {
    /// The first day, 0001-01-01.
    pub const MIN: Self = Self(civil::Date::constant(1, 1, 1));
    /// The last day, 9999-12-31.
    pub const MAX: Self = Self(civil::Date::constant(9999, 12, 31));

    /// The day, or `None` if the calendar has no such day between the years 1 and 9999.
    ///
    /// ```
    /// use eventstore::Date;
    /// assert_eq!(Date::new(2016, 2, 29).unwrap().to_string(), "2016-02-29");
    /// assert_eq!(Date::new(2017, 2, 29), None); // no leap year
    /// assert_eq!(Date::new(0, 1, 1), None);
    /// ```
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if year < 1 {
            return None;
        }
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// The year, 1 to 9999.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The ISO 8601 week: its year, and its number from 1 to 53.
    ///
    /// ```
    /// use eventstore::Date;
    /// assert_eq!(Date::new(2017, 3, 2).unwrap().iso_week(), (2017, 9));
    /// assert_eq!(Date::new(2017, 1, 1).unwrap().iso_week(), (2016, 52));
    /// ```
    #[must_use]
    pub fn iso_week(self) -> (i16, i8) {
        let week = self.0.iso_week_date();
        (week.year(), week.week())
    }

    /// The Monday on or before this day.
    ///
    /// ```
    /// use eventstore::Date;
    /// let thursday = Date::new(2017, 3, 2).unwrap();
    /// assert_eq!(thursday.week_start(), Date::new(2017, 2, 27).unwrap());
    /// ```
    #[must_use]
    pub fn week_start(self) -> Self {
        let back = i64::from(self.0.weekday().to_monday_zero_offset());
        self.plus_days(-back)
    }

    /// The day that is `days` days later, or earlier if negative; never before [`Date::MIN`] nor
    /// after [`Date::MAX`].
    ///
    /// ```
    /// use eventstore::Date;
    /// let day = Date::new(2016, 2, 28).unwrap();
    /// assert_eq!(day.plus_days(2), Date::new(2016, 3, 1).unwrap());
    /// ```
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        // A number of days that is no valid span is beyond the calendar in any case.
        let moved = jiff::Span::new()
            .try_days(days)
            .and_then(|span| self.0.checked_add(span));
        match moved {
            Ok(day) if day >= Self::MIN.0 => Self(day),
            _ if days < 0 => Self::MIN,
            _ => Self::MAX,
        }
    }

    /// Days since 1970-01-01, as Arrow's `date32` counts.
    #[cfg(feature = "arrow")]
    pub(crate) fn unix_days(self) -> i32 {
        let hours = self.0.duration_since(civil::Date::constant(1970, 1, 1));
        (hours.as_hours() / 24) as i32
    }

    /// The day of [`Date::unix_days`]; the nearest where no such day is one.
    #[cfg(feature = "arrow")]
    pub(crate) fn from_unix_days(days: i32) -> Self {
        Self(civil::Date::constant(1970, 1, 1)).plus_days(days.into())
    }

    /// A number with the order of the days: year, month and day in 4, 2 and 2 decimal places.
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
