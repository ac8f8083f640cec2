//! A day of any year, as `on:` asks for it: `09-11`.

use super::days::Days;
use super::diagnostic::Diagnostic;
use crate::event::Date;

/// A year that has every day.
const LEAP_YEAR: i16 = 2000;

/// A month and a day. The 29th of February is one; only leap years have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::query) struct YearDay {
    month: u8,
    day: u8,
}

impl YearDay {
    /// Reads `09-11` or `9-11`.
    pub fn read(text: &str) -> Result<Self, Diagnostic> {
        if let Ok(days) = Days::strict(text) {
            let message = format!("{text:?} is no day of every year");
            return Err(Diagnostic::new(message).hint(format!(
                "a time of one year stands by itself: write {days}; on:09-11 is that day in any year"
            )));
        }
        let number = |part: &str| {
            let is_plain =
                (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            is_plain.then(|| part.parse::<i8>().ok()).flatten()
        };
        let parts = text.split_once('-');
        let parts = parts.and_then(|(month, day)| Some((number(month)?, number(day)?)));
        let Some((month, day)) = parts else {
            let message = format!("{text:?} is no month and day");
            return Err(
                Diagnostic::new(message).hint("write month-day: on:09-11, on:(12-24, 12-25)")
            );
        };
        if Date::new(LEAP_YEAR, month, day).is_none() {
            let message = format!("no year has a day {month:02}-{day:02}");
            return Err(Diagnostic::new(message).hint("write month-day: on:09-11"));
        }
        Ok(Self {
            month: month as u8,
            day: day as u8,
        })
    }

    /// Whether a packed date is that day of its year.
    pub fn is_on(self, packed: u32) -> bool {
        packed % 10_000 == u32::from(self.month) * 100 + u32::from(self.day)
    }
}

impl std::fmt::Display for YearDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_with_and_without_zeros_and_others_are_told() {
        for (text, written) in [("09-11", "09-11"), ("9-1", "09-01"), ("02-29", "02-29")] {
            assert_eq!(YearDay::read(text).unwrap().to_string(), written);
        }
        assert!(YearDay::read("9-11").unwrap().is_on(20_010_911));
        assert!(!YearDay::read("9-11").unwrap().is_on(20_010_912));
        for (text, hint) in [
            ("02-30", "write month-day: on:09-11"),
            ("13-01", "write month-day: on:09-11"),
            ("09", "write month-day: on:09-11, on:(12-24, 12-25)"),
            ("sep-11", "write month-day: on:09-11, on:(12-24, 12-25)"),
            (
                "2017-03-02",
                "a time of one year stands by itself: write 2017-03-02; on:09-11 is that day in any year",
            ),
        ] {
            let error = YearDay::read(text).unwrap_err();
            assert_eq!(error.hint.as_deref(), Some(hint), "{text}");
        }
    }
}
