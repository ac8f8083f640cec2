//! Days to and from the crate jiff, with the feature `jiff`.

use jiff::civil;

use super::{Date, ParseError};

impl From<Date> for civil::Date {
    fn from(day: Date) -> Self {
        day.0
    }
}

/// Fails for the years before 1, which [`Date`] does not have.
impl TryFrom<civil::Date> for Date {
    type Error = ParseError;

    fn try_from(day: civil::Date) -> Result<Self, ParseError> {
        Self::new(day.year(), day.month(), day.day()).ok_or_else(|| {
            ParseError::new(
                day.to_string(),
                0,
                format!("{day} is before 0001-01-01, the first day that can be stored"),
                None,
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil;

    use super::Date;

    #[test]
    fn days_go_to_jiff_and_back_and_years_before_1_do_not_come() {
        for day in [Date::MIN, Date::new(2017, 3, 2).unwrap(), Date::MAX] {
            assert_eq!(Date::try_from(civil::Date::from(day)), Ok(day));
        }
        let before = Date::try_from(civil::date(0, 12, 31)).unwrap_err();
        assert!(before.message.contains("0001-01-01"), "{before}");
    }
}
