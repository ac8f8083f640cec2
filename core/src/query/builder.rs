//! Building a query by calls. The keywords of Python have the same names.

use super::model::{Clause, Include, Query};
use super::text::Trait;
use super::text::{
    Days, Diagnostic, Matcher, NO_WORD_GIVEN, QueryField, Value, Values, meant_end, written,
};
use crate::event::{EventId, ParseError};

/// # Building by calls
///
/// Each call narrows the query further. Values are literal text (see [`Value`](super::Value)).
///
/// An empty list of values matches nothing in a call that asks for any of its values. It changes
/// nothing in `tags_all` and in the `_none` calls.
impl Query {
    /// A query without conditions: it matches every event that is neither superseded nor a draft and
    /// has a date.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::Query;
    /// assert_eq!(Query::new().to_string(), "");
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Events of the first of these days and later. Days are a [`Date`](crate::Date), a year, or
    /// text such as `"2017-03"`.
    ///
    /// # Errors
    /// A [`ParseError`] if the text is no date, or if the time would end before it begins. (`&`
    /// joins two times that share no day without an error.)
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::{Date, Query};
    /// let q = Query::new().since("2017-03")?;
    /// assert_eq!(q.first_day(), Date::new(2017, 3, 1));
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn since<D>(self, days: D) -> Result<Self, ParseError>
    where
        D: TryInto<Days>,
        ParseError: From<D::Error>,
    {
        let days = days.try_into()?;
        self.narrowed_time(Some(days), None)
    }

    /// Events of the last of these days and earlier. Days are given as in [`Query::since`].
    ///
    /// # Errors
    /// As [`Query::since`].
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::{Date, Query};
    /// let spring = Query::new().since("2017-03")?.until("2017-05")?;
    /// assert_eq!(spring.last_day(), Date::new(2017, 5, 31));
    /// assert!(Query::new().since(2018)?.until(2017).is_err());
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn until<D>(self, days: D) -> Result<Self, ParseError>
    where
        D: TryInto<Days>,
        ParseError: From<D::Error>,
    {
        let days = days.try_into()?;
        self.narrowed_time(None, Some(days))
    }

    /// Events with every one of these tags.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::{Query, prefix};
    /// let q = Query::new()
    ///     .tags_all(["Syria", "Reston, Virginia"])?
    ///     .tags_none(prefix("elec"))?;
    /// assert_eq!(q.to_string(), r#"tag:"Reston, Virginia" tag:Syria -tag:elec*"#);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn tags_all(mut self, tags: impl Values) -> Result<Self, ParseError> {
        for tag in tags.into_values() {
            self = self.clause(QueryField::Tag, false, tag)?;
        }
        Ok(self)
    }

    /// Events with at least one of these tags.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::Query;
    /// let q = Query::new().tags_any(["Syria", "Iraq"])?;
    /// assert_eq!(q, "tag:(syria, iraq)".parse()?);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn tags_any(self, tags: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Tag, false, tags)
    }

    /// Events with none of these tags.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is empty.
    pub fn tags_none(self, tags: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Tag, true, tags)
    }

    /// Events of one of these categories.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::{Kind, Query};
    /// let q = Query::new().category(["Sport", "Law"])?.source_none("BBC")?.kind("news")?;
    /// assert_eq!(q.to_string(), "category:(Law,Sport) -source:BBC kind:news");
    /// assert_eq!(q, "category:(sport, law) -source:bbc kind:news".parse()?);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn category(self, categories: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Category, false, categories)
    }

    /// Events of none of these categories. Events without a category are among them.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is empty.
    pub fn category_none(self, categories: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Category, true, categories)
    }

    /// Events by one of these authors. Only opinions have authors.
    ///
    /// The first query for an author reads every opinion of the store once, some 10 µs for each.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::Query;
    /// let q = Query::new().author(["Ann Fjord", "Bo Lind"])?;
    /// assert_eq!(q.to_string(), r#"author:("Ann Fjord","Bo Lind")"#);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn author(self, authors: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Author, false, authors)
    }

    /// Events by none of these authors. Events without an author are among them.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is empty.
    pub fn author_none(self, authors: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Author, true, authors)
    }

    /// Events that one of these publishers reported, by name.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is empty.
    pub fn source(self, names: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Source, false, names)
    }

    /// Events that none of these publishers reported.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is empty.
    pub fn source_none(self, names: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Source, true, names)
    }

    /// Events that were reported on one of these hosts.
    ///
    /// A host may be given as [`Source::domain`](crate::Source::domain) writes it, such as
    /// `bbc.co.uk`, or in any form that it makes into the same: `www.bbc.co.uk`, `m.bbc.co.uk`,
    /// `bbc.co.uk.`, or a whole URL.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::Query;
    /// let q = Query::new().domain("http://www.bbc.co.uk/news/1")?;
    /// assert_eq!(q, "domain:bbc.co.uk".parse()?);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn domain(self, hosts: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Domain, false, hosts)
    }

    /// Events that were reported on none of these hosts.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is empty.
    pub fn domain_none(self, hosts: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Domain, true, hosts)
    }

    /// Events that link to one of these events or that one of them links to, without these events
    /// themselves.
    ///
    /// Ids are read in any spelling that [`EventId`] reads.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is no id.
    pub fn related_to(self, ids: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Related, false, ids)
    }

    /// Events whose related list links to one of these events, without these events themselves.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is no id.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::Query;
    /// let q = Query::new().refers_to("/news/2017/03/02/a-lighthouse.html")?;
    /// assert_eq!(q.to_string(), "refers:2017/03/2/a-lighthouse");
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn refers_to(self, ids: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Refers, false, ids)
    }

    /// Events of one of these kinds: a [`Kind`](crate::Kind), or its word. A kind that no event has
    /// is no error.
    ///
    /// # Errors
    /// A [`ParseError`] if a value cannot be a kind: a prefix, or text with other characters than
    /// `a-z`, `0-9`, `_` and `-`.
    pub fn kind(self, kinds: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Kind, false, kinds)
    }

    /// Events of one of these language editions: a [`Lang`](crate::Lang), or its tag. A language
    /// that no event has is no error.
    ///
    /// # Errors
    /// A [`ParseError`] if a value cannot be a language tag.
    pub fn lang(self, langs: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Lang, false, langs)
    }

    /// Events of one of these days in any year: a month and a day, such as `"09-11"`. Only leap years have
    /// `"02-29"`. Undated pages have no day.
    ///
    /// # Errors
    /// A [`ParseError`] if a value is no day of a year.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::Query;
    /// let q = Query::new().on(["9-11", "12-24"])?;
    /// assert_eq!(q, "on:(09-11, 12-24)".parse()?);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn on(self, days: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::On, false, days)
    }

    /// Events that have one of these values under a key of [`Event::meta`](crate::Event::meta).
    ///
    /// Case does not matter in keys, nor in values. `a.b` is the key `b` of the map at the key `a`. Of a
    /// list each item is a value. Values of more than 256 bytes are found by [`Value::any`](super::Value::any)
    /// alone.
    ///
    /// # Errors
    /// A [`ParseError`] if the key or a value is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::Query;
    /// let q = Query::new().meta("series", ["Ferries", "Lamps"])?.meta_none("cover.alt", "A pier")?;
    /// assert_eq!(q.to_string(), r#"-meta.cover.alt:"A pier" meta.series:(Ferries,Lamps)"#);
    /// assert_eq!(q, q.to_string().parse()?);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn meta(self, key: &str, values: impl Values) -> Result<Self, ParseError> {
        self.clause(meta_field(key)?, false, values)
    }

    /// Events that have none of these values under a key of `meta`. Events without the key are among
    /// them.
    ///
    /// # Errors
    /// As [`Query::meta`].
    pub fn meta_none(self, key: &str, values: impl Values) -> Result<Self, ParseError> {
        self.clause(meta_field(key)?, true, values)
    }

    /// Events that have a value of any kind: keys of [`Event::meta`](crate::Event::meta), as
    /// [`Query::meta`] takes them, or `tag`, `category`, `author`, `source`, `domain` for those fields.
    ///
    /// A key of a map is there if anything in the map is. A key without a value, such as one that is
    /// null or an empty text, is not there.
    ///
    /// # Errors
    /// A [`ParseError`] if a name is empty or a prefix.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::Query;
    /// let q = Query::new().has(["cover", "thumbnail"])?.has_none("tag")?;
    /// assert_eq!(q.to_string(), "has:(cover,thumbnail) -has:tag");
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn has(self, names: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Has, false, names)
    }

    /// Events that have none of these, each named as in [`Query::has`].
    ///
    /// # Errors
    /// As [`Query::has`].
    pub fn has_none(self, names: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Has, true, names)
    }

    /// Whether superseded events match.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::{Query, Include};
    /// let q = Query::new().superseded(Include::Only);
    /// assert_eq!(q.to_string(), "superseded:only");
    /// ```
    pub fn superseded(mut self, which: Include) -> Self {
        self.admit(Trait::Superseded, which.into());
        self
    }

    /// Whether drafts match.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::{Include, Query};
    /// assert_eq!(Query::new().draft(Include::Yes).to_string(), "draft:yes");
    /// ```
    pub fn draft(mut self, which: Include) -> Self {
        self.admit(Trait::Draft, which.into());
        self
    }

    /// Whether pages without a date match. They belong to no time: with `since` or `until` none
    /// does.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::{Include, Query};
    /// assert_eq!(Query::new().undated(Include::Only).to_string(), "undated:only");
    /// ```
    pub fn undated(mut self, which: Include) -> Self {
        self.admit(Trait::Undated, which.into());
        self
    }

    /// [`Query::refers_to`] of an id, which cannot fail.
    pub(super) fn referring(id: &EventId) -> Self {
        let mut query = Self::default();
        query.push(Clause {
            field: QueryField::Refers,
            negated: false,
            matchers: vec![Matcher::id(id)],
        });
        query
    }

    pub(super) fn clause(
        mut self,
        field: QueryField,
        negated: bool,
        values: impl Values,
    ) -> Result<Self, ParseError> {
        let mut matchers = Vec::new();
        for value in values.into_values() {
            let given = value.text().to_owned();
            let has_no_word =
                field.has_words() && value != Value::any() && value.words().is_empty();
            let matcher = Matcher::new(&field, value);
            matchers.push(matcher.map_err(|diagnostic| {
                let diagnostic = match has_no_word {
                    true => diagnostic.hint(NO_WORD_GIVEN),
                    false => diagnostic,
                };
                diagnostic.within(&given)
            })?);
        }
        self.push(Clause {
            field,
            negated,
            matchers,
        });
        Ok(self)
    }

    /// Narrows the time, and fails if no day is left.
    fn narrowed_time(
        mut self,
        since: Option<Days>,
        until: Option<Days>,
    ) -> Result<Self, ParseError> {
        let before = (self.since, self.until);
        self.restrict_time(since.map(Days::first), until.map(Days::last));
        let (Some(first), Some(last)) = (self.since, self.until) else {
            return Ok(self);
        };
        if first <= last {
            return Ok(self);
        }
        if let (Some(_), Some(_)) = before
            && let Some(old) = written(before.0, before.1)
        {
            let new = match (since, until) {
                (Some(days), _) => format!("{days}.."),
                (None, Some(days)) => format!("..{days}"),
                (None, None) => String::new(),
            };
            return Err(Diagnostic::new("the times share no day")
                .hint("give one of them")
                .shift(old.len() + 1)
                .within(&format!("{old} {new}")));
        }
        let from =
            since.unwrap_or_else(|| meant_end(first, true, until.unwrap_or(Days::from(last))));
        let to = until.unwrap_or_else(|| meant_end(last, false, from));
        let from_text = format!("{from}..");
        Err(Diagnostic::new("the range ends before it begins")
            .hint(format!("did you mean since {to} until {from}?"))
            .shift(from_text.len())
            .within(&format!("{from_text}{to}")))
    }
}

fn meta_field(key: &str) -> Result<QueryField, ParseError> {
    QueryField::meta(key).map_err(|diagnostic| diagnostic.within(key))
}
