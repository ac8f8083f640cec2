//! Days ⇄ rows. Rows are sorted by day, so the rows of a day are consecutive.
//!
//! Days are packed numbers (`Date::packed`). Rows without a day come first, under day 0.

use std::ops::Range;
use std::sync::OnceLock;

use crate::error::Result;
use crate::event::Date;
use crate::segment::block::{ByteReader, Malformed, SparseIndex, put_u32};
use crate::segment::{Part, Segment};

/// The bytes of the part: for each day its difference to the day before and its number of rows. Of days that do
/// not ascend, as `verify` can find them in damaged rows, the bytes are refused when they are read.
pub(in crate::segment) fn encode_days(days: impl Iterator<Item = (u32, u32)>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut previous = 0;
    for (day, rows) in days {
        put_u32(&mut out, day.wrapping_sub(previous));
        put_u32(&mut out, rows);
        previous = day;
    }
    out
}

/// Days with what lies under them: rows, or external ids. Both are numbered in order of their days.
pub(in crate::segment) struct DayRanges {
    /// The days, packed, with the first number under each. The last entry is (`u32::MAX`, how many
    /// there are).
    firsts: Vec<(u32, u32)>,
    of_number: OnceLock<SparseIndex>,
}

impl DayRanges {
    /// Reads what [`encode_days`] wrote.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let mut days = DayList::default();
        while !reader.is_empty() {
            days.push(reader.u32()?, reader.u32()?)?;
        }
        Ok(days.finish())
    }

    /// The days, packed, with the first number under each. The last entry is (`u32::MAX`, how many
    /// there are).
    pub fn list(&self) -> &[(u32, u32)] {
        &self.firsts
    }

    /// How many numbers there are.
    pub fn count(&self) -> u32 {
        self.firsts.last().map_or(0, |last| last.1)
    }

    /// The numbers under a day, packed.
    pub fn numbers_of(&self, packed: u32) -> Range<u32> {
        let days = &self.firsts;
        let i = days.partition_point(|day| day.0 < packed);
        if i + 1 < days.len() && days[i].0 == packed {
            days[i].1..days[i + 1].1
        } else {
            0..0
        }
    }

    /// The day of a number, packed.
    pub fn day_of(&self, number: u32) -> Option<u32> {
        let last = self.firsts.len() - 1;
        let index = self
            .of_number
            .get_or_init(|| SparseIndex::new(last, |day| self.firsts[day].1));
        let day = index.find(number, |day| self.firsts.get(day).map(|day| day.1))?;
        Some(self.firsts[day].0)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.firsts.len() * 8 + self.of_number.get().map_or(0, SparseIndex::size)
    }
}

/// Days that are being read.
#[derive(Default)]
pub(in crate::segment) struct DayList {
    day: u32,
    count: u32,
    firsts: Vec<(u32, u32)>,
}

impl DayList {
    /// Adds a day, by its difference to the one before, and how many numbers are under it.
    pub fn push(&mut self, difference: u32, numbers: u32) -> Result<(), Malformed> {
        let day = self
            .day
            .checked_add(difference)
            .ok_or("a day is too large")?;
        if day != 0 && Date::from_packed(day).is_none() {
            return Err("a day is not in the calendar");
        }
        if difference > 0 || self.firsts.is_empty() {
            self.firsts.push((day, self.count));
        }
        self.day = day;
        self.count = self.count.checked_add(numbers).ok_or("too many rows")?;
        Ok(())
    }

    /// The days as they are looked up.
    pub fn finish(mut self) -> DayRanges {
        self.firsts.push((u32::MAX, self.count));
        DayRanges {
            firsts: self.firsts,
            of_number: OnceLock::new(),
        }
    }
}

impl Segment {
    fn loaded_days(&self) -> Result<&DayRanges> {
        self.days.get_or(|| {
            self.parsed(Part::Days, |bytes| {
                let days = DayRanges::read(bytes)?;
                match days.count() == self.meta.rows {
                    true => Ok(days),
                    false => Err("the days do not hold all rows"),
                }
            })
        })
    }

    /// The days of the segment (packed) with their first rows, ascending. The last entry is
    /// (`u32::MAX`, number of rows).
    #[inline]
    pub fn days(&self) -> Result<&[(u32, u32)]> {
        Ok(self.loaded_days()?.list())
    }

    /// Rows from `since` to `until`, both inclusive, unbounded where `None`. Rows without a day come
    /// before every day: they belong to no time with a bound.
    pub fn row_range(&self, since: Option<Date>, until: Option<Date>) -> Result<Range<u32>> {
        let days = self.days()?;
        let first = |packed: u32| {
            let day = days.partition_point(|day| day.0 < packed);
            days[day.min(days.len() - 1)].1
        };
        let start = match (since, until) {
            (Some(day), _) => first(day.packed()),
            (None, Some(_)) => first(1),
            (None, None) => 0,
        };
        let end = until.map_or(self.meta.rows, |day| first(day.packed() + 1));
        Ok(start..end.max(start))
    }

    /// The rows of one day, packed.
    pub fn rows_of_day(&self, packed: u32) -> Result<Range<u32>> {
        Ok(self.loaded_days()?.numbers_of(packed))
    }

    /// The day of a row, packed; 0 for a row without one. An external id has the number of its row
    /// after the last row of the segment.
    pub fn packed_date_of(&self, row: u32) -> Result<u32> {
        if let Some(number) = row.checked_sub(self.meta.rows) {
            let day = self.external_ids()?.day(number);
            return day.ok_or_else(|| self.malformed(Part::Links, "a link leads to no row"));
        }
        let day = self.loaded_days()?.day_of(row);
        // Every row has one: the days hold as many as the segment.
        day.ok_or_else(|| self.malformed(Part::Days, "the days do not hold all rows"))
    }

    /// The day of a row; none for rows that are no events and have no day.
    pub fn date_of(&self, row: u32) -> Result<Option<Date>> {
        match self.packed_date_of(row)? {
            0 => Ok(None),
            packed => self.calendar_day(packed).map(Some),
        }
    }

    /// The date of a packed day that a row has.
    pub(in crate::segment) fn calendar_day(&self, packed: u32) -> Result<Date> {
        let date = Date::from_packed(packed);
        date.ok_or_else(|| self.malformed(Part::Days, "a day is not in the calendar"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_not_in_the_calendar_is_refused() {
        let days = |day: u32| {
            let bytes = encode_days([(0, 2), (day, 3)].into_iter());
            DayRanges::read(&bytes).map(|days| days.list().to_vec())
        };
        let found = Ok(vec![(0, 0), (20_170_228, 2), (u32::MAX, 5)]);
        assert_eq!(days(20_170_228), found);
        for day in [1, 20_170_229, 20_171_301, 20_170_001, 99_999_999] {
            assert_eq!(days(day), Err("a day is not in the calendar"), "{day}");
        }
        let descending = encode_days([(20_170_228, 2), (20_170_227, 3)].into_iter());
        assert_eq!(
            DayRanges::read(&descending).err(),
            Some("a day is too large")
        );
    }

    #[test]
    fn numbers_and_days_lead_to_each_other() {
        let bytes = encode_days([(0, 2), (20_170_228, 3), (20_170_301, 1)].into_iter());
        let days = DayRanges::read(&bytes).unwrap();
        assert_eq!(days.count(), 6);
        let of_number: Vec<_> = (0..7).map(|number| days.day_of(number)).collect();
        let (second, third) = (Some(20_170_228), Some(20_170_301));
        assert_eq!(
            of_number,
            [Some(0), Some(0), second, second, second, third, None]
        );
        assert_eq!(days.numbers_of(20_170_228), 2..5);
        assert_eq!(days.numbers_of(20_170_302), 0..0);
        let none = DayRanges::read(&[]).unwrap();
        assert_eq!(
            (none.count(), none.day_of(0), none.numbers_of(0)),
            (0, None, 0..0)
        );
    }
}
