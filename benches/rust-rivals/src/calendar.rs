//! Months, where days are numbers such as 20170302; jiff knows the calendar.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::date;

/// Every month from one day's to another's with its number of events, zeros included; `counts` is by `201703`.
pub fn months(first: u32, last: u32, counts: &BTreeMap<u32, u64>) -> Vec<(String, u64)> {
    let start = |day: u32| date((day / 10_000) as i16, (day / 100 % 100) as i8, 1);
    let months = start(first).series(1.month());
    let months = months.take_while(|month| *month <= start(last));
    months
        .map(|month| {
            let number = month.year() as u32 * 100 + month.month() as u32;
            let count = counts.get(&number).copied().unwrap_or(0);
            (month.strftime("%Y-%m").to_string(), count)
        })
        .collect()
}

/// The first and the last day of a year, as far as order goes.
pub fn year(year: u32) -> (u32, u32) {
    (year * 10_000, year * 10_000 + 9_999)
}

#[cfg(test)]
mod tests {
    use super::months;

    #[test]
    fn every_month_is_there_once() {
        let counts = [(201_712, 3)].into();
        let found = months(20_171_105, 20_180_201, &counts);
        let labels: Vec<_> = found
            .iter()
            .map(|(label, count)| (label.as_str(), *count))
            .collect();
        assert_eq!(
            labels,
            [
                ("2017-11", 0),
                ("2017-12", 3),
                ("2018-01", 0),
                ("2018-02", 0)
            ]
        );
    }
}
