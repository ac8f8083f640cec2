//! `read_pages`: the pages of an archive as a stream of record batches.

use std::collections::VecDeque;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use rayon::prelude::*;

use super::page_columns::PageColumns;
use super::page_rows::PageRows;
use crate::error::Result;
use crate::ingest::{Archive, FileReader, ReadFile, ReadOptions};
use crate::pool;

/// Rows of a batch at most.
const ROWS: usize = 4096;

/// The pages of an archive as Arrow record batches, read as [`Store::ingest`](crate::Store::ingest) reads them, without
/// a store.
///
/// A row is a page: an event, or a listing or another page that says something of events; a page that cannot be read is
/// a row too, with its `error`. Columns of events are those of [`Hits::record_batches`](crate::Hits::record_batches), but
/// before anything is known of other pages: tags are those that the page itself shows. The other columns have what
/// follows from all pages together (`links`, `tag_forms`, `listing_day`, …). The bytes are in the column `page`, which has
/// to be named.
///
/// Pages are read on all cores and ahead of the caller, some 40 MB of them at a time for each core.
///
/// # Examples
/// ```
/// use eventstore::{Archive, ReadOptions, read_pages};
/// let pages = vec![("a.md".to_owned(), b"---\ntitle: A flood\ndate: 2017-03-02\n---\n".to_vec())];
/// let options = ReadOptions::new().columns(["id", "title", "error"]);
/// let batches: Result<Vec<_>, _> = read_pages(Archive::from(pages), options)?.collect();
/// assert_eq!(batches?[0].num_rows(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::PathNotFound`](crate::Error::PathNotFound), [`Error::Archive`](crate::Error::Archive) for what is no archive;
/// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for an unknown column. An archive that turns out to be damaged
/// is an [`ArrowError::ExternalError`] of the stream, and ends it.
pub fn read_pages(source: impl Into<Archive>, options: ReadOptions) -> Result<PageBatches> {
    let source = source.into();
    let columns = PageColumns::named(&options.columns)?;
    Ok(PageBatches {
        archive: source.name().to_string_lossy().into_owned(),
        columns,
        reader: Some(FileReader::new(source, options)?),
        ready: VecDeque::new(),
    })
}

impl ReadOptions {
    /// The schema of the record batches of [`read_pages`].
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for an unknown column, and for options that contradict each
    /// other.
    ///
    /// # Examples
    /// ```
    /// let options = eventstore::ReadOptions::new().columns(["path", "error"]);
    /// assert_eq!(options.schema()?.fields().len(), 2);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn schema(&self) -> Result<SchemaRef> {
        // For its errors.
        self.choice()?;
        Ok(PageColumns::named(&self.columns)?.schema)
    }
}

/// An iterator over the record batches of [`read_pages`], and an Arrow `RecordBatchReader`. One that is dropped early ends
/// the reading.
///
/// # Examples
/// ```
/// use eventstore::arrow_array::RecordBatchReader;
/// use eventstore::{Archive, ReadOptions, read_pages};
/// let archive = Archive::from(vec![("a.md".to_owned(), b"# A".to_vec())]);
/// let batches = read_pages(archive, ReadOptions::new())?;
/// assert!(batches.schema().field_with_name("links").is_ok());
/// # Ok::<(), eventstore::Error>(())
/// ```
#[must_use = "batches are read only as they are taken"]
pub struct PageBatches {
    archive: String,
    columns: PageColumns,
    /// None once the end was reached.
    reader: Option<FileReader>,
    ready: VecDeque<RecordBatch>,
}

impl PageBatches {
    fn batches(&self, files: Vec<ReadFile>) -> Result<Vec<RecordBatch>> {
        let (archive, columns) = (self.archive.as_str(), &self.columns);
        let size = files.len().div_ceil(pool::threads()).clamp(1, ROWS);
        let mut groups = Vec::new();
        let mut files = files.into_iter().peekable();
        while files.peek().is_some() {
            groups.push(files.by_ref().take(size).collect::<Vec<_>>());
        }
        pool::run(|| {
            let made = groups.into_par_iter().map(|files| {
                let mut rows = PageRows::new(archive, columns, files.len());
                for file in files {
                    rows.push(file)?;
                }
                rows.finish()
            });
            made.collect()
        })
    }
}

impl Iterator for PageBatches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty() {
            let made = self.reader.as_mut()?.next().map(|read| self.batches(read?));
            match made {
                Some(Ok(batches)) => self.ready.extend(batches),
                Some(Err(error)) => {
                    self.reader = None;
                    return Some(Err(ArrowError::ExternalError(Box::new(error))));
                }
                None => self.reader = None,
            }
        }
        self.ready.pop_front().map(Ok)
    }
}

impl std::iter::FusedIterator for PageBatches {}

impl RecordBatchReader for PageBatches {
    fn schema(&self) -> SchemaRef {
        self.columns.schema.clone()
    }
}

impl std::fmt::Debug for PageBatches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PageBatches")
            .field("archive", &self.archive)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}
