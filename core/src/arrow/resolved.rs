//! `Store::put_resolved_batches`: rows of pages, with what follows from them, into a resolved store.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType};

use super::store_error;
use crate::error::{Error, Result};
use crate::ingest::{IngestOptions, PageFormat, PageReading, ResolvedPage};
use crate::page::ArchiveChoice;
use crate::store::Store;

impl Store {
    /// [`Store::put_resolved`] of record batches, which have the columns `path` (text), `page` (bytes), `tags` (a
    /// list of texts), `superseded` and `twin` (booleans; null is false). Other columns are passed over. Batches are
    /// read one by one.
    ///
    /// With `stored_path`, `page_format` and `choice`, as `read_pages` gives them, each page is read as in the
    /// archive that it came from, and `options` say no more than the limits.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a column that is missing or of another type, and for a row without `path`
    /// or `page`; an error of the batches; else as [`Store::put_resolved`]. What was committed before stands.
    pub fn put_resolved_batches(
        &self,
        batches: impl IntoIterator<Item = Result<RecordBatch, ArrowError>>,
        options: IngestOptions<'_>,
    ) -> Result<u64> {
        let mut failed = None;
        let rows = batches.into_iter().map_while(|batch| {
            match batch
                .map_err(store_error)
                .and_then(|batch| pages_of(&batch))
            {
                Ok(pages) => Some(pages),
                Err(error) => {
                    failed = Some(error);
                    None
                }
            }
        });
        let put = self.put_resolved(rows.flatten(), options);
        match failed {
            Some(error) => Err(error),
            None => put,
        }
    }
}

fn pages_of(batch: &RecordBatch) -> Result<Vec<ResolvedPage>> {
    let column = |name: &'static str| {
        let array = batch.column_by_name(name);
        array.ok_or_else(|| invalid(format!("the rows have no column {name}")))
    };
    let (pages, tags) = (column("page")?, column("tags")?);
    let (superseded, twins) = (column("superseded")?, column("twin")?);
    let page = |row: usize| {
        let (path, reading) = path_and_reading(batch, row)?;
        let bytes = bytes(pages, row)?.ok_or_else(|| missing("page", row))?;
        let mut page = ResolvedPage::new(path, bytes)
            .superseded(flag("superseded", superseded, row)?)
            .twin(flag("twin", twins, row)?)
            .tags(texts(tags, row)?);
        page.reading = reading;
        Ok(page)
    };
    (0..batch.num_rows()).map(page).collect()
}

/// The path by which a page is put, and how it is read, where its archive said that.
fn path_and_reading(batch: &RecordBatch, row: usize) -> Result<(String, Option<PageReading>)> {
    let of = |name: &'static str| match batch.column_by_name(name) {
        Some(array) => text(name, array, row),
        None => Ok(None),
    };
    let Some((stored, format)) = of("stored_path")?.zip(of("page_format")?) else {
        let path = of("path")?.ok_or_else(|| missing("path", row))?;
        return Ok((path.to_owned(), None));
    };
    if format.parse::<PageFormat>()? == PageFormat::Context {
        return Ok((stored.to_owned(), Some(PageReading::Context)));
    }
    let choice = of("choice")?.unwrap_or_default();
    let choice = ArchiveChoice::of_stored(choice).ok_or_else(|| {
        invalid(format!(
            "row {row} of a batch has a choice that cannot be read: {choice:?}"
        ))
    })?;
    // The prefix comes before it again.
    let path = stored.strip_prefix(&*choice.prefix).unwrap_or(stored);
    Ok((path.to_owned(), Some(PageReading::Markdown(choice))))
}

fn invalid(message: String) -> Error {
    Error::InvalidArgument {
        what: "pages",
        message,
    }
}

fn missing(name: &str, row: usize) -> Error {
    invalid(format!("row {row} of a batch has no {name}"))
}

fn other_type(name: &str, expected: &str, found: &DataType) -> Error {
    invalid(format!("column {name} is {found}, not {expected}; cast it"))
}

fn text<'a>(name: &str, array: &'a ArrayRef, row: usize) -> Result<Option<&'a str>> {
    if !array.is_valid(row) {
        return Ok(None);
    }
    if let Some(texts) = array.as_string_opt::<i32>() {
        return Ok(Some(texts.value(row)));
    }
    match array.as_string_opt::<i64>() {
        Some(texts) => Ok(Some(texts.value(row))),
        None => Err(other_type(name, "text", array.data_type())),
    }
}

fn bytes(array: &ArrayRef, row: usize) -> Result<Option<&[u8]>> {
    if !array.is_valid(row) {
        return Ok(None);
    }
    if let Some(values) = array.as_binary_opt::<i32>() {
        return Ok(Some(values.value(row)));
    }
    match array.as_binary_opt::<i64>() {
        Some(values) => Ok(Some(values.value(row))),
        None => Err(other_type("page", "bytes", array.data_type())),
    }
}

fn texts(array: &ArrayRef, row: usize) -> Result<Vec<String>> {
    if !array.is_valid(row) {
        return Ok(Vec::new());
    }
    let lists = array.as_list_opt::<i32>();
    let Some(lists) = lists else {
        return Err(other_type("tags", "a list of texts", array.data_type()));
    };
    let items = lists.value(row);
    let texts = (0..items.len()).map(|at| Ok(text("tags", &items, at)?.map(str::to_owned)));
    texts.filter_map(Result::transpose).collect()
}

fn flag(name: &str, array: &ArrayRef, row: usize) -> Result<bool> {
    let flags = array.as_boolean_opt();
    let flags = flags.ok_or_else(|| other_type(name, "a boolean", array.data_type()))?;
    Ok(flags.is_valid(row) && flags.value(row))
}
