//! `write` of hits, selections, timelines and facets.

use std::io::BufWriter;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};

use super::encoder::{Encoder, check_built};
use super::format::TableFormat;
use super::options::WriteOptions;
use super::partial_file::PartialFile;
use crate::arrow::{Column, Selection, store_error};
use crate::error::{Error, Result};
use crate::ingest::{Phase, Progress, Throttle};
use crate::query::{Facets, Hits, Timeline};

/// Bytes that are handed to the system at once.
const BUFFER_BYTES: usize = 1 << 20;

impl Selection {
    /// Writes these columns into a file, in the format that its ending names: `.csv`, `.tsv`, `.ndjson`,
    /// `.parquet` or `.arrow`. Gives the number of rows.
    ///
    /// The file is made beside its path and renamed last, so that no part of one stands under the name, and
    /// what was there stays until then. A few batches are in memory at a time, and at most 32 MB of a
    /// Parquet file.
    ///
    /// In `.csv` and `.tsv` a text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab
    /// or the end of a line) has an apostrophe before it, unless [`WriteOptions::raw_cells`] says otherwise; lists and
    /// the records in them are JSON; an empty cell is a value that is not there, and `""` an empty text.
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
        format_of(path.as_ref())?;
        let batches = self.record_batches()?.one_per_core();
        write(path.as_ref(), options, &self.schema(), batches)
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

impl Timeline {
    /// Writes the buckets into a file, as [`Selection::write`] does.
    ///
    /// # Errors
    /// As [`Selection::write`].
    pub fn write(&self, path: impl AsRef<Path>, options: WriteOptions<'_>) -> Result<u64> {
        let batch = self.record_batch()?;
        write(path.as_ref(), options, &Self::schema(), [Ok(batch)])
    }
}

impl Facets {
    /// Writes the values and their counts into a file, as [`Selection::write`] does.
    ///
    /// # Errors
    /// As [`Selection::write`].
    pub fn write(&self, path: impl AsRef<Path>, options: WriteOptions<'_>) -> Result<u64> {
        let batch = self.record_batch()?;
        write(path.as_ref(), options, &Self::schema(), [Ok(batch)])
    }
}

fn format_of(path: &Path) -> Result<TableFormat> {
    let format = TableFormat::of_path(path)?;
    check_built(format)?;
    Ok(format)
}

fn write(
    path: &Path,
    options: WriteOptions<'_>,
    schema: &SchemaRef,
    batches: impl IntoIterator<Item = Result<RecordBatch, ArrowError>>,
) -> Result<u64> {
    let format = format_of(path)?;
    let mut throttle = Throttle::new(options.progress);
    let mut progress = Progress {
        phase: Phase::Writing,
        ..Progress::default()
    };
    let (target, file) = PartialFile::create(path)?;
    let failed = |error| target.failed(error);
    let output = BufWriter::with_capacity(BUFFER_BYTES, file);
    let mut encoder = Encoder::begin(format, output, schema, options.raw_cells).map_err(failed)?;
    for batch in batches {
        let batch = batch.map_err(store_error)?;
        encoder.write(&batch).map_err(failed)?;
        progress.pages += batch.num_rows() as u64;
        if throttle.call(&progress).is_break() {
            return Err(Error::Interrupted);
        }
    }
    let output = encoder.finish().map_err(failed)?;
    let file = output
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    if throttle.call_last(&progress).is_break() {
        return Err(Error::Interrupted);
    }
    target.finish(&file)?;
    Ok(progress.pages)
}
