//! Some columns of some hits: a stream that can be read again and again.

use std::fmt;

use arrow_schema::SchemaRef;

use super::batches::RecordBatches;
use super::columns::Columns;
use crate::error::Result;
use crate::query::Hits;

/// Some columns of the events that match a query, by [`Hits::select`].
///
/// It is lazy and reads nothing by itself. Each [`record_batches`](Self::record_batches) reads the
/// same rows anew, whatever is written in between.
///
/// # Examples
/// ```
/// use eventstore::{Column, Date, Event, Store};
/// let store = Store::memory()?;
/// store.add([Event::new("2017/03/2/a".parse()?, Date::new(2017, 3, 2), "A flood")])?;
/// let selection = store.query("2017")?.select([Column::Date, Column::Title])?;
/// let names: Vec<_> = selection.columns().collect();
/// assert_eq!(names, ["date", "title"]);
/// for _ in 0..2 {
///     let rows: usize = selection.record_batches()?.map(|batch| batch.map_or(0, |b| b.num_rows())).sum();
///     assert_eq!(rows, 1);
/// }
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a selection reads nothing by itself"]
pub struct Selection {
    hits: Hits,
    columns: Columns,
}

impl Hits {
    /// Some columns of these events, in the given order: names of [`Column`](crate::Column)s, or fields of
    /// the records in one (`sources.domain` is a list of the domains of each event). `*` stands for every
    /// column, also for `meta` and `body`, which [`Column::DEFAULT`](crate::Column::DEFAULT) leaves out. A name
    /// may be several with commas between them.
    ///
    /// `meta.KEY` is the value of a key, as [`Meta::get`](crate::Meta::get) finds it: a text as the page writes it, a
    /// list or a map as JSON, null where there is none. It costs reading the `meta` of each event.
    ///
    /// Reads nothing.
    ///
    /// # Examples
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// let hits = store.query("tag:sea")?;
    /// let selection = hits.select(["title", "sources.domain"])?;
    /// assert_eq!(selection.schema().field(1).name(), "sources.domain");
    /// assert_eq!(hits.select(["*"])?.columns().count(), 19);
    /// assert_eq!(hits.select(["date, meta.series"])?.schema().field(1).name(), "meta.series");
    /// let error = hits.select(["sources.host"]).unwrap_err().to_string();
    /// assert!(error.contains("sources.domain"));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Parse`](crate::Error::Parse) for a name that no column has, with the names that there are;
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) if none is named, or one twice.
    pub fn select<C: AsRef<str>>(&self, columns: impl IntoIterator<Item = C>) -> Result<Selection> {
        Ok(Selection {
            hits: self.clone(),
            columns: Columns::named(columns)?,
        })
    }
}

impl Selection {
    /// The events.
    pub fn hits(&self) -> &Hits {
        &self.hits
    }

    /// The names of the columns, in their order.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = &str> {
        self.columns
            .schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
    }

    /// The schema of the record batches.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        self.columns.schema.clone()
    }

    /// The columns as Arrow record batches, as [`Hits::record_batches`] gives whole columns.
    ///
    /// # Errors
    /// As [`Hits::count`]. An error of a later read is an item of the iterator, and ends it.
    pub fn record_batches(&self) -> Result<RecordBatches> {
        RecordBatches::new(&self.hits, self.columns.clone())
    }
}

impl fmt::Debug for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Selection")
            .field("hits", &self.hits)
            .field("columns", &self.columns().collect::<Vec<_>>())
            .finish()
    }
}
