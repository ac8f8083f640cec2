//! `Store::add_record_batches`: columns into a store.

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, Schema};

use super::column::Column;
use super::event_columns::{EventColumns, refused};
use super::store_error;
use crate::error::Result;
use crate::event::{Event, Kind};
use crate::ingest::{Report, add_with};
use crate::store::{Snapshot, Store};

impl Store {
    /// Puts the events that record batches have, as [`Store::add`] puts events: those of
    /// [`Hits::select`](crate::Hits::select) with `*`, or columns of the same names and types that a program made.
    ///
    /// An event that the store holds keeps what the stream has no column for. A new one needs `title` and, as a page of the
    /// Context, `date`, else `body` and `meta`. A column `superseded` is passed over: it is an answer, and no page says it. All batches are read before the first event is put: some 2 KB of memory for each.
    ///
    /// # Examples
    /// ```
    /// # let other = eventstore::Store::memory()?;
    /// use eventstore::arrow_array::RecordBatchReader;
    /// use eventstore::{Date, Event, Store};
    /// let store = Store::memory()?;
    /// store.add([Event::new("2017/03/2/a".parse()?, Date::new(2017, 3, 2), "A flood")])?;
    /// let batches = store.query("")?.select(["*"])?.record_batches()?;
    /// let report = other.add_record_batches(&batches.schema(), batches)?;
    /// assert_eq!((report.added, other.len()?), (1, 1));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Parse`](crate::Error::Parse) for a name that no column has;
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a column of another type, with both types;
    /// [`Error::InvalidEvent`](crate::Error::InvalidEvent) for an event that cannot be put, or lacks a column, which it
    /// names; an error of the batches. Then none is put. Else as [`Store::add`].
    pub fn add_record_batches(
        &self,
        schema: &Schema,
        batches: impl IntoIterator<Item = Result<RecordBatch, ArrowError>>,
    ) -> Result<Report> {
        let columns = EventColumns::of(schema)?;
        let mut events = Vec::new();
        for batch in batches {
            events.extend(columns.read(&batch.map_err(store_error)?)?);
        }
        add_with(self.shared()?, |snapshot| {
            let whole = events.into_iter();
            let whole = whole.map(|event| completed(event, &columns, snapshot));
            whole.collect()
        })
    }
}

/// The event with what the store holds of it for columns that are missing.
fn completed(mut event: Event, columns: &EventColumns, snapshot: &Snapshot) -> Result<Event> {
    if columns.missing().next().is_none() {
        return Ok(event);
    }
    let stored = match snapshot.find(event.id.as_str())? {
        Some(at) => snapshot.event(at)?,
        None => return check_new(event, columns),
    };
    for column in columns.missing() {
        take(&mut event, column, &stored);
    }
    Ok(event)
}

/// A new event whose page would be another one for want of a column is refused.
fn check_new(event: Event, columns: &EventColumns) -> Result<Event> {
    let needed: &[Column] = match (event.is_of_context(), event.kind == Kind::OPINION) {
        (true, false) => &[Column::Title, Column::Date],
        (true, true) => &[Column::Title, Column::Date, Column::Body],
        (false, _) => &[Column::Title, Column::Body, Column::Meta],
    };
    match needed.iter().find(|column| !columns.has(**column)) {
        None => Ok(event),
        Some(&column) => {
            let message = format!(
                "a new event needs the column {column} (it may be empty), which a stored one would keep: give it, or \
                 select it too, as select(\"*\") does"
            );
            Err(refused(&event, column, message))
        }
    }
}

fn take(event: &mut Event, column: Column, stored: &Event) {
    match column {
        Column::Id | Column::Superseded => {}
        Column::Date => event.date = stored.date,
        Column::Categories => event.categories.clone_from(&stored.categories),
        Column::Title => event.title.clone_from(&stored.title),
        Column::Summary => event.summary.clone_from(&stored.summary),
        Column::Tags => event.tags.clone_from(&stored.tags),
        Column::Sources => event.sources.clone_from(&stored.sources),
        Column::Related => event.related.clone_from(&stored.related),
        Column::CoverImage => event.cover_image.clone_from(&stored.cover_image),
        Column::Changes => event.changes.clone_from(&stored.changes),
        Column::Authors => event.authors.clone_from(&stored.authors),
        Column::Kind => event.kind = stored.kind.clone(),
        Column::Lang => event.lang = stored.lang.clone(),
        Column::Draft => event.draft = stored.draft,
        Column::Time => event.time = stored.time,
        Column::Offset => event.offset = stored.offset,
        Column::Meta => event.meta = stored.meta.clone(),
        Column::Body => event.body.clone_from(&stored.body),
    }
}
