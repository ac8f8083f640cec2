//! Where a query begins: the calls of a snapshot and of a store.

use std::sync::Arc;

use super::answer::{Facet, Facets, Hits, count_values, with_known_values};
use super::model::{Clause, Query};
use super::run::{admitted, check_indexed};
use super::text::collapse_spaces;
use crate::error::Result;
use crate::event::{AsId, Date, ParseError, fold};
use crate::store::{Snapshot, Store};

impl Snapshot {
    /// The events that match a query: text, or a [`Query`]. Costs only the reading of the text;
    /// nothing of the store is read before the hits are asked for something.
    ///
    /// # Errors
    /// A [`ParseError`] if the text is no query. If a word of it should perhaps be a tag, the hint
    /// suggests tags that events have; for that, the tags of the store are read.
    ///
    /// # Examples
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// let snapshot = store.snapshot()?;
    /// assert_eq!(snapshot.query("2017-03 tag:syria")?.count()?, 0);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn query<Q>(self: &Arc<Self>, query: Q) -> Result<Hits>
    where
        Q: TryInto<Query>,
        ParseError: From<Q::Error>,
    {
        match query.try_into() {
            Ok(query) => Ok(Hits::new(self.of_days(days_read(&query))?, query)),
            Err(error) => Err(with_known_values(&*self.whole()?, error.into()).into()),
        }
    }

    /// The events whose related list links to an event, without that event itself: the query
    /// `refers:id`. Reads nothing yet.
    ///
    /// The event need not be in the store.
    ///
    /// # Errors
    /// A [`ParseError`] if the id is text that is no id.
    ///
    /// # Examples
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// let hits = store.snapshot()?.referring("2017/03/2/a-lighthouse")?;
    /// assert_eq!(hits.query().to_string(), "refers:2017/03/2/a-lighthouse");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn referring(self: &Arc<Self>, id: impl AsId) -> Result<Hits> {
        let query = Query::referring(id.as_id()?.as_ref());
        Ok(Hits::new(self.whole()?, query))
    }

    /// The tags that begin with `prefix` in any case (every tag for `""`), each with the number of
    /// its events that are not superseded. The most frequent come first: `top` of them, or all.
    ///
    /// Reads no event. Costs the same as [`Hits::facets`] of all events.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) if `top` is 0, and
    /// [`Error::Corrupt`](crate::Error::Corrupt) or [`Error::Storage`](crate::Error::Storage) if
    /// stored data cannot be read.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("example_store.txt")]
    /// let tags = store.snapshot()?.tags("SE", None)?;
    /// assert_eq!((tags[0].value.as_str(), tags[0].count), ("Sea", 2));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn tags(&self, prefix: &str, top: Option<usize>) -> Result<Facets> {
        let prefix = collapse_spaces(prefix, true);
        let prefix = fold(&prefix);
        self.check()?;
        let rule = Query::new().rule();
        let rows = self
            .views
            .iter()
            .map(|view| admitted(view, rule).into_owned())
            .collect();
        count_values(self, &Arc::new(rows), Facet::Tag, &prefix, top)
    }

    /// The words that begin with `prefix` in any case (every word for `""`), each with the number of
    /// events that have it in title, summary or body, without superseded events, drafts and undated
    /// pages. The most frequent come first: `top` of them, or all. That is what a search box completes.
    ///
    /// Words are as they are compared: case folded. Scripts without spaces have pairs of neighbours, and
    /// the last character of each run: `洪` gives `洪水`. A prefix of several words begins none.
    ///
    /// Reads the rows of each word that begins so, and no event: of all 35,000 words of 100,000 pages in
    /// some 20 ms.
    ///
    /// # Errors
    /// As [`Snapshot::tags`]; [`Error::NotIndexed`](crate::Error::NotIndexed) if the store keeps no words
    /// of too many events.
    ///
    /// # Examples
    ///
    /// ```
    /// # use eventstore::{Date, Event, Store};
    /// let store = Store::memory()?;
    /// let day = Date::new(2017, 3, 2);
    /// store.add([
    ///     Event::new("2017/03/2/a".parse()?, day, "Flood warning"),
    ///     Event::new("2017/03/2/b".parse()?, day, "The flood of floods"),
    /// ])?;
    /// let words = store.snapshot()?.words("Fl", None)?;
    /// let words: Vec<_> = words.iter().map(|word| (word.value.as_str(), word.count)).collect();
    /// assert_eq!(words, [("flood", 2), ("floods", 1)]);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn words(&self, prefix: &str, top: Option<usize>) -> Result<Facets> {
        self.check()?;
        let every = Query::new();
        check_indexed(&every, self)?;
        let views = self.views.iter();
        let rows = views.map(|view| admitted(view, every.rule()).into_owned());
        count_values(self, &Arc::new(rows.collect()), Facet::Word, prefix, top)
    }
}

/// The days whose events a query reads: all, where it counts words of the whole store for its order, or
/// follows links.
pub(super) fn days_read(query: &Query) -> (Option<Date>, Option<Date>) {
    use super::text::QueryField::{Refers, Related};
    let reads_all =
        |clause: &Clause| clause.field.has_words() || matches!(clause.field, Related | Refers);
    match query.clauses.iter().any(reads_all) {
        true => (None, None),
        false => (query.first_day(), query.last_day()),
    }
}

impl Store {
    /// [`Snapshot::query`] of the newest state: the events that match a query.
    ///
    /// # Errors
    /// As [`Snapshot::query`], and [`Error::Closed`](crate::Error::Closed). In a forked child the
    /// hits fail when they are asked.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("example_store.txt")]
    /// assert_eq!(store.query("2017-03 tag:sea")?.count()?, 2);
    /// let error = store.query("tag:(sea").unwrap_err();
    /// assert!(error.to_string().contains("close it with )"));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn query<Q>(&self, query: Q) -> Result<Hits>
    where
        Q: TryInto<Query>,
        ParseError: From<Q::Error>,
    {
        self.unchecked_snapshot()?.query(query)
    }

    /// [`Snapshot::referring`] of the newest state.
    ///
    /// # Errors
    /// As [`Snapshot::referring`], and [`Error::Closed`](crate::Error::Closed). In a forked child
    /// the hits fail when they are asked.
    pub fn referring(&self, id: impl AsId) -> Result<Hits> {
        self.unchecked_snapshot()?.referring(id)
    }

    /// [`Snapshot::tags`] of the newest state.
    ///
    /// # Errors
    /// As [`Snapshot::tags`], and [`Error::Closed`](crate::Error::Closed).
    pub fn tags(&self, prefix: &str, top: Option<usize>) -> Result<Facets> {
        self.snapshot()?.tags(prefix, top)
    }

    /// [`Snapshot::words`] of the newest state.
    ///
    /// # Errors
    /// As [`Snapshot::words`], and [`Error::Closed`](crate::Error::Closed).
    pub fn words(&self, prefix: &str, top: Option<usize>) -> Result<Facets> {
        self.snapshot()?.words(prefix, top)
    }
}
