//! Asking a snapshot or a store.

use std::sync::Arc;

use super::atom::spaced;
use super::facets::{self, Facet, Facets};
use super::hits::Hits;
use super::model::Query;
use super::plan::admitted;
use crate::error::Result;
use crate::event::{EventId, ParseError, fold};
use crate::store::{Snapshot, Store};

impl Snapshot {
    /// The events that answer a query: text, or a [`Query`]. Reads nothing yet.
    ///
    /// # Errors
    /// A [`ParseError`] if the text is no query.
    pub fn query<Q>(self: &Arc<Self>, query: Q) -> Result<Hits>
    where
        Q: TryInto<Query>,
        ParseError: From<Q::Error>,
    {
        let query = query.try_into().map_err(ParseError::from)?;
        Ok(Hits::new(self.clone(), query))
    }

    /// The events whose related list links to an event, that event itself not among them: the query `refers:id`.
    ///
    /// The event need not be in the store.
    pub fn referring(self: &Arc<Self>, id: &EventId) -> Hits {
        Hits::new(self.clone(), Query::referring(id))
    }

    /// The tags that begin with `prefix` (every tag for `""`), the commonest first, with the number of events that are
    /// not superseded: `top` of them, or all.
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// # let date = eventstore::Date::new(2017, 3, 2).unwrap();
    /// # let mut event = eventstore::Event::new("2017/03/2/a".parse()?, date, "a");
    /// # event.tags = vec!["Sea".to_owned(), "Seal".to_owned(), "Land".to_owned()];
    /// # store.add([event])?;
    /// let tags = store.snapshot()?.tags("SEA", None)?;
    /// assert_eq!(tags.iter().map(|tag| tag.value.as_str()).collect::<Vec<_>>(), ["Sea", "Seal"]);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt) and [`Error::Storage`](crate::Error::Storage) when what is stored
    /// cannot be read.
    pub fn tags(&self, prefix: &str, top: Option<usize>) -> Result<Facets> {
        let prefix = spaced(prefix, true);
        let prefix = fold(&prefix);
        self.check()?;
        let rule = Query::new().rule();
        let rows = self
            .views
            .iter()
            .map(|view| admitted(view, rule).into_owned())
            .collect();
        facets::facets(self, &Arc::new(rows), Facet::Tags, &prefix, top)
    }
}

impl Store {
    /// [`Snapshot::query`] of the newest state.
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// assert!(store.query("2017-03 tag:syria")?.is_empty()?);
    /// let error = store.query("tag:(syria").unwrap_err();
    /// assert!(error.to_string().contains("close it with )"));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there, and [`Error::Closed`](crate::Error::Closed). In a forked child the hits say so when they are asked.
    pub fn query<Q>(&self, query: Q) -> Result<Hits>
    where
        Q: TryInto<Query>,
        ParseError: From<Q::Error>,
    {
        self.unchecked()?.query(query)
    }

    /// [`Snapshot::referring`] of the newest state.
    ///
    /// # Errors
    /// [`Error::Closed`](crate::Error::Closed). In a forked child the hits say so when they are asked.
    pub fn referring(&self, id: &EventId) -> Result<Hits> {
        Ok(self.unchecked()?.referring(id))
    }

    /// [`Snapshot::tags`] of the newest state.
    ///
    /// # Errors
    /// As there, and [`Error::Closed`](crate::Error::Closed).
    pub fn tags(&self, prefix: &str, top: Option<usize>) -> Result<Facets> {
        self.snapshot()?.tags(prefix, top)
    }
}
