//! Days as the site spells them.

/// A day; the month has a leading zero wherever it is written, the day has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    pub year: i32,
    pub month: u32,
    pub day: u32,
}

impl Day {
    fn month_days(self) -> u32 {
        match self.month {
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    pub fn next(self) -> Self {
        if self.day < self.month_days() {
            return Self {
                day: self.day + 1,
                ..self
            };
        }
        match self.month {
            12 => Self {
                year: self.year + 1,
                month: 1,
                day: 1,
            },
            _ => Self {
                month: self.month + 1,
                day: 1,
                ..self
            },
        }
    }

    pub fn before(self) -> Self {
        if self.day > 1 {
            return Self {
                day: self.day - 1,
                ..self
            };
        }
        let last = match self.month {
            1 => Self {
                year: self.year - 1,
                month: 12,
                day: 1,
            },
            _ => Self {
                month: self.month - 1,
                day: 1,
                ..self
            },
        };
        Self {
            day: last.month_days(),
            ..last
        }
    }

    /// `2017/03/2`, as in paths.
    pub fn path(self) -> String {
        format!("{}/{:02}/{}", self.year, self.month, self.day)
    }

    /// `2017-03-2`, as in headings.
    pub fn heading(self) -> String {
        format!("{}-{:02}-{}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn the_day_after_and_the_day_before_undo_each_other() {
        let mut day = Day {
            year: 1999,
            month: 12,
            day: 31,
        };
        for _ in 0..800 {
            assert_eq!(day.next().before(), day);
            day = day.next();
        }
        // 2000 had a 29th of February.
        assert_eq!(
            day,
            Day {
                year: 2002,
                month: 3,
                day: 10
            }
        );
        assert_eq!(
            (day.path(), day.heading()),
            ("2002/03/10".into(), "2002-03-10".into())
        );
    }
}
