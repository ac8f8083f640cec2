//! Rows as text for people, as tables on a terminal or in a document are made of them.

use std::vec;

use arrow_array::RecordBatch;

use super::cells::Cells;
use crate::arrow::{RecordBatches, Selection, store_error};
use crate::error::{Error, Result};

impl Selection {
    /// The rows as texts, a cell for each column: days and numbers as they are written, a list of texts
    /// joined by `; `, lists of records as JSON, and an empty text for a value that is not there.
    ///
    /// For tables that people read; programs read [`write_into`](Self::write_into). Costs as
    /// [`record_batches`](Self::record_batches), and one batch of texts is in memory at a time.
    ///
    /// # Examples
    /// ```
    /// use eventstore::{Date, Event, Store};
    /// let store = Store::memory()?;
    /// let mut event = Event::new("2017/03/2/a".parse()?, Date::new(2017, 3, 2), "A flood");
    /// event.tags = vec!["Sea".to_owned(), "Storm".to_owned()];
    /// store.add([event])?;
    /// let selection = store.query("2017")?.select(["date", "tags", "summary"])?;
    /// let rows: Vec<_> = selection.text_rows()?.collect::<Result<_, _>>()?;
    /// assert_eq!(rows, [["2017-03-02", "Sea; Storm", ""]]);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Hits::count`](crate::Hits::count). An error of a later read is an item of the iterator.
    pub fn text_rows(&self) -> Result<TextRows> {
        Ok(TextRows {
            batches: self.record_batches()?.small(),
            rows: Vec::new().into_iter(),
        })
    }
}

/// An iterator over the rows of [`Selection::text_rows`].
#[derive(Debug)]
#[must_use = "rows are read only as they are taken"]
pub struct TextRows {
    batches: RecordBatches,
    rows: vec::IntoIter<Vec<String>>,
}

impl Iterator for TextRows {
    type Item = Result<Vec<String>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(Ok(row));
            }
            let batch = self.batches.next()?;
            match batch.map_err(store_error).and_then(|batch| texts(&batch)) {
                Ok(rows) => self.rows = rows.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl std::iter::FusedIterator for TextRows {}

pub(super) fn texts(batch: &RecordBatch) -> Result<Vec<Vec<String>>> {
    // Every type that a column of events has is known to `Cells`.
    let unknown = |source| Error::Storage {
        path: "<rows>".into(),
        operation: "write",
        source,
    };
    let columns = batch.columns().iter().map(Cells::of);
    let columns: Vec<Cells<'_>> = columns.collect::<Result<_, _>>().map_err(unknown)?;
    let text = |column: &Cells<'_>, row| {
        let mut text = Vec::new();
        column.write_shown(row, &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    };
    let row = |row| columns.iter().map(|column| text(column, row)).collect();
    let rows = (0..batch.num_rows()).map(row);
    rows.collect::<Result<_, _>>().map_err(unknown)
}
