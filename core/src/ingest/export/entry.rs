//! `Store::export`, `Store::export_to` and `Store::import`.

use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::Path;

use super::import::{import, import_path};
use super::write::{ExportContent, ExportReport, WRITE, unnamed, write};
use crate::error::{Error, Result};
use crate::ingest::progress::Throttle;
use crate::ingest::{IngestOptions, OnProgress, Progress, Report};
use crate::partial_file::PartialFile;
use crate::store::{Snapshot, Store};

/// How a store is exported.
///
/// ```
/// use std::ops::ControlFlow;
/// use eventstore::{ExportOptions, Store};
///
/// let options = ExportOptions::new().progress(|progress| {
///     eprintln!("{} pages", progress.pages);
///     ControlFlow::Continue(())
/// });
/// Store::memory()?.export(std::io::sink(), options)?;
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Default)]
#[non_exhaustive]
pub struct ExportOptions<'a> {
    /// Called with progress at most ten times a second; may end the export. Its `bytes` are those of
    /// the pages that were written.
    pub progress: Option<Box<OnProgress<'a>>>,
}

impl<'a> ExportOptions<'a> {
    /// The defaults: nobody is called.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`progress`](Self::progress).
    #[must_use]
    pub fn progress(self, progress: impl FnMut(&Progress) -> ControlFlow<()> + 'a) -> Self {
        Self {
            progress: Some(Box::new(progress)),
        }
    }
}

impl Snapshot {
    /// Writes all that this state holds, as [`Store::export`] does.
    ///
    /// # Errors
    /// As [`Store::export`].
    pub fn export(&self, to: impl Write, options: ExportOptions<'_>) -> Result<ExportReport> {
        let mut throttle = Throttle::new(options.progress);
        let content = ExportContent::of(self, &mut throttle)?;
        write(content, to, &unnamed(), throttle)
    }
}

impl Store {
    /// Writes all that the newest state holds as a `.tar.zst`, which [`Store::import`] reads back, in this
    /// version and in later ones. Writes that happen meanwhile are not in it.
    ///
    /// Pages of events are in it byte for byte, at their paths. Of listings a store holds the links, and
    /// of pages that are no events the path; so a listing is written from its links, and such a page is
    /// an empty file. Equal stores have equal exports. Takes about as long as reading every page, and
    /// some 100 bytes of memory for a page.
    ///
    /// ```
    /// use eventstore::{Date, Event, ExportOptions, IngestOptions, Store};
    ///
    /// let store = Store::memory()?;
    /// let date = "2017-03-02".parse::<Date>()?;
    /// store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
    /// let mut file = Vec::new();
    /// store.export(&mut file, ExportOptions::new())?;
    ///
    /// let other = Store::memory()?;
    /// other.import(&*file, IngestOptions::new())?;
    /// assert_eq!(other.get("2017/03/2/flood")?, store.get("2017/03/2/flood")?);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Storage`](Error::Storage) where it cannot be written;
    /// [`Interrupted`](Error::Interrupted) when progress says so; and as reading. What was written until
    /// then is no whole export, and an import of it fails.
    pub fn export(&self, to: impl Write, options: ExportOptions<'_>) -> Result<ExportReport> {
        self.snapshot()?.export(to, options)
    }

    /// [`Store::export`] to a file, which is written beside its path, synced, and then takes the place of
    /// what is there, with the permissions of that. After an error what was there stays.
    ///
    /// # Errors
    /// [`InvalidArgument`](Error::InvalidArgument) where the name has another ending than `.tar.zst` or `.tzst`, and where
    /// something is at the path that is no file; [`PathNotFound`](Error::PathNotFound) where the folder is missing; else as [`Store::export`].
    pub fn export_to(
        &self,
        path: impl AsRef<Path>,
        options: ExportOptions<'_>,
    ) -> Result<ExportReport> {
        let snapshot = self.snapshot()?;
        write_file(path.as_ref(), options, |throttle| {
            ExportContent::of(&snapshot, throttle)
        })
    }

    /// Reads an export into this store: every page of it as it was, with what was chosen and stated for it,
    /// so that a store that was empty answers as the exported one does. [`Store::ingest`] of a path
    /// recognises an export and does the same.
    ///
    /// The report counts as that of an ingest does, but for what an export does not hold: a page that is no event
    /// counts as `others`, also where it was the twin of a listing or of another page, and of listings the same
    /// links count as the same bytes.
    ///
    /// A page takes the place of what the store holds under its path; the others stay. An empty store
    /// also takes over whether words are kept. Commits, memory and options are those of
    /// [`Store::ingest`]; of the limits `commit_bytes` alone counts, since a store has held these pages, and
    /// what an export says itself (`prune`, `prefix`, `profile`, `map`, `format`) is refused.
    ///
    /// # Errors
    /// [`Archive`](Error::Archive) where it is no export, is cut short, or was changed: nothing of it is in
    /// the store then, but for an export beyond
    /// [`Limits::commit_bytes`](crate::Limits::commit_bytes), of which the message says how many pages
    /// are; and where a newer version wrote it. Else as [`Store::ingest`].
    pub fn import(&self, from: impl Read, options: IngestOptions<'_>) -> Result<Report> {
        import(self.shared()?, from, unnamed(), None, options)
    }
}

impl Store {
    /// [`Store::import`] of a file. Unlike [`Store::ingest`], it refuses any other archive.
    ///
    /// # Errors
    /// [`PathNotFound`](Error::PathNotFound); else as [`Store::import`].
    pub fn import_from(
        &self,
        path: impl AsRef<Path>,
        options: IngestOptions<'_>,
    ) -> Result<Report> {
        import_path(self.shared()?, path.as_ref(), options)
    }
}

/// Endings of the names of exports.
const ENDINGS: [&str; 2] = [".tar.zst", ".tzst"];

/// Refuses a name that says the file were another kind of archive. One without an ending says nothing.
fn check_ending(path: &Path) -> Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_lowercase();
    if path.extension().is_none() || ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return Ok(());
    }
    Err(Error::InvalidArgument {
        what: "path",
        message: format!(
            "{}: what is written is a tar packed with zstd; give a name that ends in {}",
            path.display(),
            ENDINGS.join(" or ")
        ),
    })
}

/// Writes an archive beside its path, syncs it, and gives it its name. After an error what was there stays.
pub(crate) fn write_file<'s>(
    path: &Path,
    options: ExportOptions<'_>,
    content: impl FnOnce(&mut Throttle<'_>) -> Result<ExportContent<'s>>,
) -> Result<ExportReport> {
    check_ending(path)?;
    let (target, mut file) = PartialFile::create(path, WRITE)?;
    let mut throttle = Throttle::new(options.progress);
    let content = content(&mut throttle)?;
    let report = write(content, &mut file, path, throttle)?;
    target.finish(&file)?;
    Ok(report)
}
