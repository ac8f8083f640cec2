//! Days ⇄ rows. Rows are sorted by day, so the rows of a day are consecutive.
//!
//! Days are packed numbers (`Date::packed`). Rows without a day come first, under day 0.

use std::ops::Range;

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

/// Reads what [`encode_days`] wrote, as [`Segment::days`] has it.
fn read(bytes: &[u8], rows: u32) -> Result<Vec<(u32, u32)>, Malformed> {
    let mut reader = ByteReader::new(bytes);
    let (mut day, mut row) = (0u32, 0u32);
    let mut days = Vec::new();
    while !reader.is_empty() {
        day = day.checked_add(reader.u32()?).ok_or("a day is too large")?;
        if day != 0 && Date::from_packed(day).is_none() {
            return Err("a day is not in the calendar");
        }
        days.push((day, row));
        row = row.checked_add(reader.u32()?).ok_or("too many rows")?;
    }
    if row != rows {
        return Err("the days do not hold all rows");
    }
    days.push((u32::MAX, row));
    Ok(days)
}

impl Segment {
    /// The days of the segment (packed) with their first rows, ascending. The last entry is
    /// (`u32::MAX`, number of rows).
    #[inline]
    pub fn days(&self) -> Result<&[(u32, u32)]> {
        let days = self
            .days
            .get_or(|| self.parsed(Part::Days, |bytes| read(bytes, self.meta.rows)))?;
        Ok(days)
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
        let days = self.days()?;
        let i = days.partition_point(|day| day.0 < packed);
        Ok(if i + 1 < days.len() && days[i].0 == packed {
            days[i].1..days[i + 1].1
        } else {
            0..0
        })
    }

    /// The day of a row, packed; 0 for a row without one. An external id has the number of its row
    /// after the last row of the segment.
    pub fn packed_date_of(&self, row: u32) -> Result<u32> {
        if let Some(number) = row.checked_sub(self.meta.rows) {
            let day = self.external_ids()?.day(number);
            return day.ok_or_else(|| self.malformed(Part::Links, "a link leads to no row"));
        }
        let days = self.days()?;
        let last = days.len() - 1;
        let index = self
            .day_of_row
            .get_or(|| Ok(SparseIndex::new(last, |day| days[day].1)))?;
        let day = index.find(row, |day| days.get(day).map(|day| day.1));
        Ok(days[day.unwrap_or(last)].0)
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
        let days = |day: u32| read(&encode_days([(0, 2), (day, 3)].into_iter()), 5);
        let found = Ok(vec![(0, 0), (20_170_228, 2), (u32::MAX, 5)]);
        assert_eq!(days(20_170_228), found);
        for day in [1, 20_170_229, 20_171_301, 20_170_001, 99_999_999] {
            assert_eq!(days(day), Err("a day is not in the calendar"), "{day}");
        }
        let descending = encode_days([(20_170_228, 2), (20_170_227, 3)].into_iter());
        assert_eq!(read(&descending, 5), Err("a day is too large"));
        let short = read(&encode_days([(0, 2)].into_iter()), 5);
        assert_eq!(short, Err("the days do not hold all rows"));
    }
}
