//! How an answer is written.

use std::ops::ControlFlow;

use crate::ingest::{OnProgress, Progress};

/// How an answer is written into a file.
///
/// # Examples
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// use std::ops::ControlFlow;
/// use eventstore::{Store, WriteOptions};
///
/// let options = WriteOptions::new().progress(|progress| {
///     eprintln!("{} rows", progress.pages);
///     ControlFlow::Continue(())
/// });
/// let rows = Store::memory()?.query("")?.write(folder.path().join("events.csv"), options)?;
/// assert_eq!(rows, 0);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Default)]
#[non_exhaustive]
pub struct WriteOptions<'a> {
    /// In `.csv` and `.tsv`, leave cells as they are that a spreadsheet would run as formulas.
    pub raw_cells: bool,
    /// Called with progress at most ten times a second; may end the writing. Its `pages` are the rows
    /// that were written.
    pub progress: Option<Box<OnProgress<'a>>>,
}

impl<'a> WriteOptions<'a> {
    /// The defaults: cells that are safe in a spreadsheet, and nobody is called.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`raw_cells`](Self::raw_cells).
    #[must_use]
    pub fn raw_cells(self, raw_cells: bool) -> Self {
        Self { raw_cells, ..self }
    }

    /// Sets [`progress`](Self::progress).
    #[must_use]
    pub fn progress(self, progress: impl FnMut(&Progress) -> ControlFlow<()> + 'a) -> Self {
        Self {
            progress: Some(Box::new(progress)),
            ..self
        }
    }
}
