//! Months, where days are numbers such as 20170302.

use std::collections::BTreeMap;

/// Every month from one day's to another's with its number of events, zeros included; `counts` is by `201703`.
pub fn months(first: u32, last: u32, counts: &BTreeMap<u32, u64>) -> Vec<(String, u64)> {
    let (mut year, mut month) = (first / 10_000, first / 100 % 100);
    let mut buckets = Vec::new();
    while year * 100 + month <= last / 100 {
        let count = counts.get(&(year * 100 + month)).copied().unwrap_or(0);
        buckets.push((format!("{year:04}-{month:02}"), count));
        (year, month) = match month {
            12 => (year + 1, 1),
            _ => (year, month + 1),
        };
    }
    buckets
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
