//! `write` of hits and selections.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};

use super::encoder::{Encoder, check_built};
use super::format::TableFormat;
use super::options::WriteOptions;
use crate::arrow::{Column, Selection, store_error};
use crate::error::{Error, Result};
use crate::ingest::{Phase, Progress, Throttle};
use crate::partial_file::PartialFile;
use crate::query::Hits;

/// What an error says of a file that cannot be written.
const WRITE: &str = "write the file; once the cause is gone, write it again";

/// Bytes that are handed to the system at once.
const BUFFER_BYTES: usize = 1 << 20;

impl Selection {
    /// Writes these columns into a file, in the format that its ending names: `.csv`, `.tsv`, `.json`,
    /// `.ndjson`, `.parquet` or `.arrow`. Gives the number of rows.
    ///
    /// The file is made beside its path and renamed last, so that no part of one stands under the name, and
    /// what was there stays until then. A few batches are in memory at a time, and at most 16 MB of a
    /// Parquet file.
    ///
    /// In `.csv` and `.tsv` a text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab
    /// or the end of a line) has an apostrophe before it, unless [`WriteOptions::raw_cells`] says otherwise; lists and
    /// the records in them are JSON; an empty cell is a value that is not there, and `""` an empty text. A file of one
    /// column has `""` for both, since readers pass over empty lines.
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("events.csv");
    /// use eventstore::{Date, Event, Store, WriteOptions};
    /// let store = Store::memory()?;
    /// store.add([Event::new("2017/03/2/a".parse()?, Date::new(2017, 3, 2), "A flood")])?;
    /// let rows = store.query("2017")?.select(["date", "title", "tags"])?.write(&path, WriteOptions::new())?;
    /// assert_eq!(rows, 1);
    /// assert_eq!(std::fs::read_to_string(&path).unwrap(), "date,title,tags\r\n2017-03-02,A flood,[]\r\n");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidArgument`](Error::InvalidArgument) for another ending, for one whose feature is not built, and where
    /// something is at the path that is no file; [`PathNotFound`](Error::PathNotFound) where the folder is missing;
    /// [`Storage`](Error::Storage) where it cannot be written; [`Interrupted`](Error::Interrupted) when progress says
    /// so; else as [`Hits::count`].
    pub fn write(&self, path: impl AsRef<Path>, options: WriteOptions<'_>) -> Result<u64> {
        // Before anything is read for it.
        let format = format_of(path.as_ref())?;
        let batches = self.record_batches()?.small();
        let rows = self.hits().count()?;
        let path = path.as_ref();
        format_into_file((path, format), options, &self.schema(), rows, batches)
    }

    /// Writes these columns into a stream, such as standard output, as [`write`](Self::write) does into a file.
    /// Gives the number of rows.
    ///
    /// # Examples
    /// ```
    /// use eventstore::{Date, Event, Store, TableFormat, WriteOptions};
    /// let store = Store::memory()?;
    /// store.add([Event::new("2017/03/2/a".parse()?, Date::new(2017, 3, 2), "A flood")])?;
    /// let selection = store.query("2017")?.select(["date", "title"])?;
    /// let mut text = Vec::new();
    /// selection.write_into(&mut text, TableFormat::Json, WriteOptions::new())?;
    /// assert_eq!(text, b"[\n{\"date\":\"2017-03-02\",\"title\":\"A flood\"}\n]\n");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidArgument`](Error::InvalidArgument) for a format whose feature is not built;
    /// [`Storage`](Error::Storage) with the stream's error where it cannot be written;
    /// [`Interrupted`](Error::Interrupted) when progress says so; else as [`Hits::count`]. What was written until
    /// then stays written.
    pub fn write_into(
        &self,
        output: impl Write + Send,
        format: TableFormat,
        options: WriteOptions<'_>,
    ) -> Result<u64> {
        check_built(format)?;
        let batches = self.record_batches()?.small();
        let rows = self.hits().count()?;
        into_stream(output, format, options, &self.schema(), rows, batches)
    }
}

impl Hits {
    /// Writes these events into a file, as [`Selection::write`] does, with the columns of
    /// [`Column::DEFAULT`].
    ///
    /// # Errors
    /// As [`Selection::write`].
    pub fn write(&self, path: impl AsRef<Path>, options: WriteOptions<'_>) -> Result<u64> {
        self.select(Column::DEFAULT)?.write(path, options)
    }
}

/// Writes batches of so many `rows` into a file, in the format of its ending.
pub(super) fn into_file(
    path: &Path,
    options: WriteOptions<'_>,
    schema: &SchemaRef,
    rows: u64,
    batches: impl IntoIterator<Item = Result<RecordBatch, ArrowError>>,
) -> Result<u64> {
    format_into_file((path, format_of(path)?), options, schema, rows, batches)
}

/// Writes batches of so many `rows` into a stream.
pub(super) fn into_stream(
    output: impl Write + Send,
    format: TableFormat,
    options: WriteOptions<'_>,
    schema: &SchemaRef,
    rows: u64,
    batches: impl IntoIterator<Item = Result<RecordBatch, ArrowError>>,
) -> Result<u64> {
    check_built(format)?;
    let failed = |source| Error::Storage {
        path: "<output>".into(),
        operation: "write",
        source,
    };
    let (mut output, rows) = encode(format, options, output, schema, rows, batches, failed)?;
    output.flush().map_err(failed)?;
    Ok(rows)
}

fn format_of(path: &Path) -> Result<TableFormat> {
    let format = TableFormat::of_path(path)?;
    check_built(format)?;
    Ok(format)
}

fn format_into_file(
    (path, format): (&Path, TableFormat),
    options: WriteOptions<'_>,
    schema: &SchemaRef,
    rows: u64,
    batches: impl IntoIterator<Item = Result<RecordBatch, ArrowError>>,
) -> Result<u64> {
    let (target, file) = PartialFile::create(path, WRITE)?;
    let failed = |error| target.failed(error);
    let output = BufWriter::with_capacity(BUFFER_BYTES, file);
    let (output, rows) = encode(format, options, output, schema, rows, batches, failed)?;
    let file = output
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    target.finish(&file)?;
    Ok(rows)
}

/// Writes batches of so many `rows` into an output, which is given back with the number that were written.
fn encode<W: Write + Send>(
    format: TableFormat,
    options: WriteOptions<'_>,
    output: W,
    schema: &SchemaRef,
    rows: u64,
    batches: impl IntoIterator<Item = Result<RecordBatch, ArrowError>>,
    failed: impl Fn(io::Error) -> Error,
) -> Result<(W, u64)> {
    let mut throttle = Throttle::new(options.progress);
    let mut progress = Progress {
        phase: Phase::Writing,
        ..Progress::default()
    };
    let mut encoder = Encoder::begin(format, output, schema, options.raw_cells).map_err(&failed)?;
    for batch in batches {
        let batch = batch.map_err(store_error)?;
        encoder.write(&batch).map_err(&failed)?;
        progress.pages += batch.num_rows() as u64;
        progress.fraction = Some(progress.pages as f64 / rows.max(1) as f64);
        if throttle.call(&progress).is_break() {
            return Err(Error::Interrupted);
        }
    }
    let output = encoder.finish().map_err(&failed)?;
    match throttle.call_last(&progress).is_break() {
        true => Err(Error::Interrupted),
        false => Ok((output, progress.pages)),
    }
}
