//! Days to and from the crate jiff, and moments to it, with the feature `jiff`.

use jiff::civil;

use super::{Date, Event, ParseError};

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

impl Event {
    /// The moment of an event whose page writes day, time and offset; none of any other. With the
    /// feature `jiff`.
    ///
    /// ```
    /// use eventstore::{Date, Event, Time};
    /// let mut event = Event::new("posts/a".parse()?, Date::new(2017, 3, 2), "A title");
    /// assert_eq!(event.moment(), None);
    /// (event.time, event.offset) = (Time::new(23, 30, 0, 0), Some(-480));
    /// assert_eq!(event.moment().unwrap().to_string(), "2017-03-03T07:30:00Z");
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    #[must_use]
    pub fn moment(&self) -> Option<jiff::Timestamp> {
        let (date, time, offset) = (self.date?, self.time?, self.offset?);
        let midnight = civil::Date::from(date)
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()?;
        let seconds = i64::from(time.millis() / 1000) - i64::from(offset) * 60;
        let nanos = i64::from(time.millis() % 1000) * 1_000_000;
        let span = jiff::Span::new()
            .try_seconds(seconds)
            .ok()?
            .try_nanoseconds(nanos)
            .ok()?;
        midnight.timestamp().checked_add(span).ok()
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
