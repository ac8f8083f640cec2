//! Days as the site spells them; jiff knows the calendar.

use jiff::ToSpan;
use jiff::civil::Date;

/// A day; the month has a leading zero wherever it is written, the day has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    pub const fn new(year: i16, month: i8, day: i8) -> Self {
        Self(jiff::civil::date(year, month, day))
    }

    pub fn year(self) -> i16 {
        self.0.year()
    }

    pub fn month(self) -> i8 {
        self.0.month()
    }

    pub fn day(self) -> i8 {
        self.0.day()
    }

    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1.day()))
    }

    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1.day()))
    }

    /// `2017/03/2`, as in paths.
    pub fn path(self) -> String {
        format!("{}/{:02}/{}", self.year(), self.month(), self.day())
    }

    /// `2017-03-2`, as in headings.
    pub fn heading(self) -> String {
        format!("{}-{:02}-{}", self.year(), self.month(), self.day())
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn a_day_is_spelled_with_a_zero_in_its_month_alone() {
        // 2000 had a 29th of February.
        let day = Day::new(2000, 2, 28).next().next();
        assert_eq!(
            (day.path(), day.heading()),
            ("2000/03/1".into(), "2000-03-1".into())
        );
        assert_eq!(Day::new(2001, 1, 1).before().path(), "2000/12/31");
    }
}
