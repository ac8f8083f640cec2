//! A state of a store → a store of its own, in a new directory, while others read and write.
//!
//! The chunks that the manifest names are copied as they are into a fresh storage beside the target,
//! which is closed as any store is, and gets its name last. So a backup is there whole or not at all, holds
//! one commit, and opens at once.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::error::{Error, Result};
use crate::ingest::{OnProgress, Phase, Progress, Throttle};
use crate::partial_path::partial_path;
use crate::storage::{Storage, StorageOptions, lies_in, open_directory, sync_directory};
use crate::store::{OpenOptions, Snapshot, Store, copy_chunks};

/// Bytes of the engine's cache: it is written in order and never read.
const ENGINE_CACHE_BYTES: u64 = 8 << 20;

/// The part of the time in which chunks are copied; the rest makes them survive.
const COPYING: f64 = 0.9;

/// What is tried, in the words of errors.
const WRITE: &str = "write the backup; once the cause is gone, back up again";

/// How a store is backed up.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("backup.store");
/// use std::ops::ControlFlow;
/// use eventstore::{BackupOptions, Store};
///
/// let options = BackupOptions::new().progress(|progress| {
///     eprintln!("{} of {:?} bytes", progress.bytes, progress.total_bytes);
///     ControlFlow::Continue(())
/// });
/// Store::memory()?.backup(&path, options)?;
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Default)]
#[non_exhaustive]
pub struct BackupOptions<'a> {
    /// Called with progress at most ten times a second; may end the backup. Its `bytes` are those of
    /// the chunks that were copied.
    pub progress: Option<Box<OnProgress<'a>>>,
}

impl<'a> BackupOptions<'a> {
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

/// What a backup holds.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("backup.store");
/// use eventstore::{BackupOptions, Date, Event, OpenOptions, Store};
///
/// let store = Store::memory()?;
/// let date = "2017-03-02".parse::<Date>()?;
/// store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
/// let report = store.backup(&path, BackupOptions::new())?;
/// assert_eq!((report.events, report.commit), (1, 1));
/// assert_eq!(OpenOptions::new().create(false).open(&report.path)?.len()?, 1);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BackupReport {
    /// The new directory.
    pub path: PathBuf,
    /// Number of the commit that it holds, as [`Stats::commit`](crate::Stats::commit) has it.
    pub commit: u64,
    /// Events, superseded ones included.
    pub events: u64,
    /// Bytes of the chunks. On the disk they take some percent more.
    pub bytes: u64,
    /// Seconds that it took.
    pub seconds: f64,
}

impl Store {
    /// Copies the newest state into a new directory, as a store that opens at once. Others may read and
    /// write this one meanwhile, in this process or another; of a reader the newest state is that of its
    /// last [`refresh`](Store::refresh).
    ///
    /// The copy is made beside `path`, in a directory `.NAME.XXXXXXXX.backup-partial`, synced, and renamed
    /// last. An error leaves nothing; a kill leaves that directory, which may be removed. Every chunk
    /// is verified as it is copied. Takes about as long as reading the store and writing it once, and some
    /// 30 MB of memory.
    ///
    /// # Errors
    /// [`InvalidArgument`](Error::InvalidArgument) where something is at `path`, be it an empty directory, or
    /// where it lies in the store; [`PathNotFound`](Error::PathNotFound) where the folder above it is missing;
    /// [`Storage`](Error::Storage) where it cannot be written; [`Corrupt`](Error::Corrupt) where the store is
    /// damaged (its whole pages are given back by [`salvage`](crate::salvage));
    /// [`SnapshotGone`](Error::SnapshotGone) of a reader that a writer has overtaken;
    /// [`Interrupted`](Error::Interrupted) when progress says so; [`Closed`](Error::Closed);
    /// [`Forked`](Error::Forked) in a child of a process that used a store on disk.
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let at = |name| folder.path().join(name);
    /// use eventstore::{BackupOptions, Store};
    ///
    /// let store = Store::open(at("news.store"))?;
    /// store.backup(at("monday.store"), BackupOptions::new())?;
    /// assert_eq!(Store::open(at("monday.store"))?.len()?, store.len()?);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn backup(
        &self,
        path: impl AsRef<Path>,
        options: BackupOptions<'_>,
    ) -> Result<BackupReport> {
        self.snapshot()?.backup(path, options)
    }
}

impl Snapshot {
    /// Copies this state into a new directory, as [`Store::backup`] does.
    ///
    /// # Errors
    /// As [`Store::backup`].
    pub fn backup(
        &self,
        path: impl AsRef<Path>,
        options: BackupOptions<'_>,
    ) -> Result<BackupReport> {
        let started = Instant::now();
        self.check()?;
        self.check_one_store("back up")?;
        let target = BackupTarget::new(path.as_ref(), self.storage.path())?;
        let written = Copying {
            snapshot: self,
            target: &target,
            throttle: Throttle::new(options.progress),
        }
        .run()
        .and_then(|bytes| target.give_name().map(|()| bytes));
        if written.is_err() {
            // What is wrong was said already.
            let _ = fs::remove_dir_all(&target.partial);
        }
        Ok(BackupReport {
            bytes: written?,
            path: target.path,
            commit: self.manifest.commit,
            events: self.len() as u64,
            seconds: started.elapsed().as_secs_f64(),
        })
    }
}

/// Where a backup goes.
struct BackupTarget {
    path: PathBuf,
    /// The folder above it.
    parent: PathBuf,
    /// Where it is made, beside its path.
    partial: PathBuf,
}

impl BackupTarget {
    /// Refuses what is there, and what lies in the store. Makes nothing.
    fn new(path: &Path, store: &Path) -> Result<Self> {
        let refused = |message: &str| Error::InvalidArgument {
            what: "path",
            message: format!("{}: {message}", path.display()),
        };
        if path.file_name().is_none() {
            return Err(refused("this names no directory that can be made"));
        }
        match fs::symlink_metadata(path) {
            Ok(_) => {
                return Err(refused(
                    "something is there already, and a backup makes its directory; give another path",
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(path, error)),
        }
        let parent = path.parent().filter(|parent| *parent != Path::new(""));
        let parent = parent.unwrap_or(Path::new(".")).to_owned();
        if lies_in(path, store) {
            return Err(refused(
                "this lies in the store's own directory; give a path outside of it",
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            partial: partial_path(path, "backup-partial"),
            parent,
        })
    }

    /// The error of a step of the copy, as one of the backup: the directory that it is made in goes away.
    fn failed(&self, error: Error) -> Error {
        match error {
            Error::Storage { source, .. } => failed(&self.path, source),
            Error::Forked { what, .. } => Error::Forked {
                path: self.path.clone(),
                what,
            },
            other => other,
        }
    }

    fn give_name(&self) -> Result<()> {
        fs::rename(&self.partial, &self.path).map_err(|error| failed(&self.path, error))?;
        let synced = sync_directory(&self.parent);
        if synced.is_err() {
            // What is left of a failure has this name.
            let _ = fs::rename(&self.path, &self.partial);
        }
        synced.map_err(|error| self.failed(error))
    }
}

fn failed(path: &Path, source: io::Error) -> Error {
    Error::Storage {
        path: path.to_owned(),
        operation: WRITE,
        source,
    }
}

/// A copy under way.
struct Copying<'s, 'p> {
    snapshot: &'s Snapshot,
    target: &'s BackupTarget,
    throttle: Throttle<'p>,
}

impl Copying<'_, '_> {
    /// Makes the store in the partial directory. Gives the bytes of its chunks.
    fn run(mut self) -> Result<u64> {
        let target = self.target;
        let options = StorageOptions {
            cache_bytes: ENGINE_CACHE_BYTES,
            ..OpenOptions::new().storage_options(true)
        };
        let fresh = open_directory(&target.partial, options).map_err(|e| target.failed(e))?;
        let copied = self.copy(&*fresh);
        let closed = fresh.close().map_err(|error| target.failed(error));
        copied.and_then(|bytes| closed.map(|()| bytes))
    }

    fn copy(&mut self, fresh: &dyn Storage) -> Result<u64> {
        let manifest = &self.snapshot.manifest;
        let failed = |error| self.target.failed(error);
        let mut progress = Progress {
            phase: Phase::Writing,
            total_bytes: Some(manifest.live_bytes()),
            ..Progress::default()
        };
        let (ranges, all) = (manifest.key_ranges(), manifest.live_bytes());
        let throttle = &mut self.throttle;
        copy_chunks(&*self.snapshot.storage, &ranges, |batch, bytes| {
            progress.bytes = bytes;
            progress.fraction = Some(COPYING * bytes as f64 / all.max(1) as f64);
            if throttle.call(&progress).is_break() {
                return Err(Error::Interrupted);
            }
            fresh.write(batch).map_err(failed)
        })?;
        if self.throttle.call_last(&progress).is_break() {
            return Err(Error::Interrupted);
        }
        fresh.sync().map_err(failed)?;
        fresh.set_root(&manifest.encode()).map_err(failed)?;
        fresh.set_live(ranges);
        progress.fraction = Some(1.0);
        // The backup is whole: it is too late to break.
        let _ = self.throttle.call_last(&progress);
        Ok(progress.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::WatchedFiles;

    #[test]
    fn a_name_that_may_not_survive_is_taken_back() {
        let home = tempfile::tempdir().unwrap();
        let (folder, target) = (home.path().to_owned(), home.path().join("b"));
        let named = target.clone();
        let watched = WatchedFiles::new(&folder.clone(), move |change, path| {
            match change == "sync" && path == folder && named.exists() {
                true => Err(io::Error::from_raw_os_error(5)),
                false => Ok(()),
            }
        });
        let store = Store::memory().unwrap();
        let error = store.backup(&target, BackupOptions::new()).unwrap_err();
        assert!(
            matches!(&error, Error::Storage { path, .. } if *path == target),
            "{error}"
        );
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
        drop(watched);
        store.backup(&target, BackupOptions::new()).unwrap();
    }
}
