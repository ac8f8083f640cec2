//! Building a query by calls: the keywords of Python, by the same names.

use super::atom::{Atom, Values};
use super::days::Days;
use super::fault::Fault;
use super::model::{Clause, Field, Query, Superseded};
use crate::event::{EventId, ParseError};

/// Building by calls. Each call narrows the query further.
///
/// Values are literal text (see [`Value`](super::Value)). An empty list matches nothing in a call that asks for any of
/// its values, and everything in `tags_all` and the `_none` calls. Calls fail with a [`ParseError`] if a value is
/// empty, or cannot be a value of the field.
impl Query {
    /// The question that every event answers that is not superseded.
    pub fn new() -> Self {
        Self::default()
    }

    /// Events of the first of these days and later: a [`Date`](crate::Date), a year, or text as `"2017-03"`.
    ///
    /// # Errors
    ///
    /// If the text is no date, or the range would end before it begins. (Ranges that may share no day are and-ed by
    /// `&`, which does not fail.)
    pub fn since<D>(mut self, days: D) -> Result<Self, ParseError>
    where
        D: TryInto<Days>,
        ParseError: From<D::Error>,
    {
        self.narrow(Some(days.try_into()?.first()), None);
        self.forward()
    }

    /// Events of the last of these days and earlier; as [`Query::since`].
    ///
    /// # Errors
    ///
    /// As [`Query::since`].
    ///
    /// ```
    /// use eventstore::{Date, Query};
    /// let spring = Query::new().since("2017-03")?.until("2017-05")?;
    /// assert_eq!(spring.last_day(), Date::new(2017, 5, 31));
    /// assert!(Query::new().since(2018)?.until(2017).is_err());
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn until<D>(mut self, days: D) -> Result<Self, ParseError>
    where
        D: TryInto<Days>,
        ParseError: From<D::Error>,
    {
        self.narrow(None, Some(days.try_into()?.last()));
        self.forward()
    }

    /// Events with every one of these tags.
    ///
    /// ```
    /// use eventstore::{Query, prefix};
    /// let q = Query::new().tags_all(["Syria", "Reston, Virginia"])?.tags_none(prefix("elec"))?;
    /// assert_eq!(q.to_string(), r#"tag:"Reston, Virginia" tag:Syria -tag:elec*"#);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn tags_all(mut self, tags: impl Values) -> Result<Self, ParseError> {
        for tag in tags.into_values() {
            self = self.clause(Field::Tag, false, tag)?;
        }
        Ok(self)
    }

    /// Events with at least one of these tags.
    pub fn tags_any(self, tags: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Tag, false, tags)
    }

    /// Events with none of these tags.
    pub fn tags_none(self, tags: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Tag, true, tags)
    }

    /// Events of one of these categories.
    ///
    /// ```
    /// use eventstore::{Kind, Query};
    /// let q = Query::new().category(["Sport", "Law"])?.source_none("BBC")?.kind(Kind::NEWS)?;
    /// assert_eq!(q.to_string(), "category:(Law,Sport) -source:BBC kind:news");
    /// assert_eq!(q, "category:(sport, law) -source:bbc kind:news".parse()?);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn category(self, categories: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Category, false, categories)
    }

    /// Events of none of these categories, events without a category included.
    pub fn category_none(self, categories: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Category, true, categories)
    }

    /// Events that one of these publishers reported, by name.
    pub fn source(self, names: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Source, false, names)
    }

    /// Events that none of these publishers reported.
    pub fn source_none(self, names: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Source, true, names)
    }

    /// Events reported on one of these hosts, such as `bbc.co.uk`.
    pub fn domain(self, hosts: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Domain, false, hosts)
    }

    /// Events reported on none of these hosts.
    pub fn domain_none(self, hosts: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Domain, true, hosts)
    }

    /// Events linked with one of these events in either direction, never that event itself.
    ///
    /// Ids in any spelling that [`EventId`](crate::EventId) reads.
    pub fn related_to(self, ids: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Related, false, ids)
    }

    /// Events whose related list links to one of these events, never that event itself.
    ///
    /// ```
    /// use eventstore::Query;
    /// let q = Query::new().refers_to("/news/2017/03/02/a-lighthouse.html")?;
    /// assert_eq!(q.to_string(), "refers:2017/03/2/a-lighthouse");
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn refers_to(self, ids: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Refers, false, ids)
    }

    /// Events of this kind: a [`Kind`](crate::Kind), or its word, such as `"news"`.
    pub fn kind(self, kinds: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Kind, false, kinds)
    }

    /// Events of this language edition: a [`Lang`](crate::Lang), or its tag, such as `"en"`.
    pub fn lang(self, langs: impl Values) -> Result<Self, ParseError> {
        self.clause(Field::Lang, false, langs)
    }

    /// What to do with superseded events.
    ///
    /// ```
    /// use eventstore::{Query, Superseded};
    /// let q = Query::new().superseded(Superseded::Only);
    /// assert_eq!(q.to_string(), "superseded:only");
    /// ```
    pub fn superseded(mut self, which: Superseded) -> Self {
        self.admit(which.into());
        self
    }

    /// [`Query::refers_to`] of an id, which cannot fail.
    pub(super) fn referring(id: &EventId) -> Self {
        let mut query = Self::default();
        query.push(Clause {
            field: Field::Refers,
            negated: false,
            atoms: vec![Atom::id(id)],
        });
        query
    }

    fn clause(
        mut self,
        field: Field,
        negated: bool,
        values: impl Values,
    ) -> Result<Self, ParseError> {
        let mut atoms = Vec::new();
        for value in values.into_values() {
            let given = value.text().to_owned();
            atoms.push(Atom::new(field, value).map_err(|fault| fault.within(&given))?);
        }
        self.push(Clause {
            field,
            negated,
            atoms,
        });
        Ok(self)
    }

    fn forward(self) -> Result<Self, ParseError> {
        match (self.since, self.until) {
            (Some(since), Some(until)) if since > until => {
                let range = format!("{since}..{until}");
                Err(Fault::new("the range ends before it begins")
                    .hint(format!("did you mean since {until} until {since}?"))
                    .shift(range.len() - 10)
                    .within(&range))
            }
            _ => Ok(self),
        }
    }
}
