//! A time of the day.

use std::fmt;
use std::str::FromStr;

use super::ParseError;

/// A time of the day as a page writes it, to the millisecond, without a time zone.
///
/// ```
/// use eventstore::Time;
/// let time = Time::new(23, 30, 0, 0).unwrap();
/// assert_eq!(time.to_string(), "23:30");
/// assert_eq!(Time::new(6, 5, 4, 250).unwrap().to_string(), "06:05:04.250");
/// assert_eq!(Time::new(24, 0, 0, 0), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u32);

impl Time {
    /// The time, or `None` if the day has no such time.
    #[must_use]
    pub fn new(hour: u8, minute: u8, second: u8, millisecond: u16) -> Option<Self> {
        let valid = hour < 24 && minute < 60 && second < 60 && millisecond < 1000;
        let seconds = (u32::from(hour) * 60 + u32::from(minute)) * 60 + u32::from(second);
        valid.then(|| Self(seconds * 1000 + u32::from(millisecond)))
    }

    /// Milliseconds since midnight.
    pub(crate) fn millis(self) -> u32 {
        self.0
    }

    /// The time of so many milliseconds since midnight.
    pub(crate) fn from_millis(millis: u32) -> Option<Self> {
        (millis < 86_400_000).then_some(Self(millis))
    }

    /// The hour, 0 to 23.
    #[must_use]
    pub fn hour(self) -> u8 {
        (self.0 / 3_600_000) as u8
    }

    /// The minute, 0 to 59.
    #[must_use]
    pub fn minute(self) -> u8 {
        (self.0 / 60_000 % 60) as u8
    }

    /// The second, 0 to 59.
    #[must_use]
    pub fn second(self) -> u8 {
        (self.0 / 1000 % 60) as u8
    }

    /// The millisecond, 0 to 999.
    #[must_use]
    pub fn millisecond(self) -> u16 {
        (self.0 % 1000) as u16
    }
}

/// `HH:MM`, with seconds and milliseconds where they are not 0.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())?;
        if !self.0.is_multiple_of(60_000) {
            write!(f, ":{:02}", self.second())?;
        }
        match self.millisecond() {
            0 => Ok(()),
            millisecond => write!(f, ".{millisecond:03}"),
        }
    }
}

/// Reads what is printed: `HH:MM`, `HH:MM:SS` or `HH:MM:SS.mmm`.
impl FromStr for Time {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = || {
            let message = format!("{text:?} is no time of the day");
            ParseError::new(
                text,
                0,
                message,
                Some("write a time as 23:30 or 23:30:05".to_owned()),
            )
        };
        let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let mut parts = clock.split(':');
        let mut number = |least: bool| match parts.next() {
            Some(part) if part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()) => {
                part.parse().ok()
            }
            None if !least => Some(0),
            _ => None,
        };
        let (hour, minute, second) = (number(true), number(true), number(false));
        let millisecond = match fraction.len() {
            1..=3 if fraction.bytes().all(|b| b.is_ascii_digit()) => format!("{fraction:0<3}"),
            _ => return Err(wrong()),
        };
        let (Some(hour), Some(minute), Some(second), None) = (hour, minute, second, parts.next())
        else {
            return Err(wrong());
        };
        let millisecond = millisecond.parse().unwrap_or_default();
        Self::new(hour, minute, second, millisecond).ok_or_else(wrong)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
