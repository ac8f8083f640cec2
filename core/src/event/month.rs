//! The names of months, and how the days of one are counted.

/// What stands behind the number of a day: `2nd`.
pub(crate) const ORDINAL_ENDINGS: [&str; 4] = ["st", "nd", "rd", "th"];

/// The number of an English month, whole or by its first letters, three at least.
pub(crate) fn month_of(name: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let begins = |month: &&str| {
        let beginning = month.as_bytes().get(..name.len());
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(name.as_bytes()))
    };
    if name.len() < 3 {
        return None;
    }
    (1..)
        .zip(MONTHS)
        .find(|(_, month)| begins(month))
        .map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::month_of;

    #[test]
    fn a_month_is_known_by_three_letters() {
        for (name, number) in [
            ("January", Some(1)),
            ("mar", Some(3)),
            ("SEPT", Some(9)),
            ("december", Some(12)),
            ("ma", None),
            ("mars", None),
            ("März", None),
            ("Mär", None),
            ("", None),
        ] {
            assert_eq!(month_of(name), number, "{name}");
        }
    }
}
