//! The store: the calls of a user.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::commit::Change;
use super::open::{Inner, OpenOptions};
use super::resolve::Gone;
use super::snapshot::{RowRef, Snapshot};
use super::stats::Stats;
use crate::error::{Error, Result};
use crate::event::{Event, EventId};

/// An embedded store of event pages.
///
/// A handle is cheap and may be shared between threads: many read while one writes. Everything a write call
/// acknowledges survives as [`crate::Durability`] says; what a reader holds stays as it is.
///
/// ```
/// let store = eventstore::Store::memory()?;
/// let page = "### [2017-03-2](/news/2017/03/2/index.md)\n\n##### Harbours\n# A lighthouse is lit. \n\n\n\n\n";
/// let pages = vec![("news/2017/03/2/a-lighthouse-is-lit.md".to_owned(), page.as_bytes().to_vec())];
/// let report = store.ingest(pages, Default::default())?;
/// assert_eq!(report.added, 1);
/// let hits = store.query("tag:harbours 2017")?;
/// assert_eq!(hits.count()?, 1);
/// # Ok::<(), eventstore::Error>(())
/// ```
pub struct Store {
    inner: Arc<Inner>,
    closed: AtomicBool,
}

impl Store {
    /// What all handles share, if this one is open.
    pub(crate) fn inner(&self) -> Result<&Arc<Inner>> {
        self.snapshot().map(|_| &self.inner)
    }

    pub(super) fn new(inner: Arc<Inner>) -> Self {
        Self {
            inner,
            closed: AtomicBool::new(false),
        }
    }

    /// Opens the store at a path, or makes one: [`OpenOptions`] with its defaults.
    ///
    /// # Errors
    /// As [`OpenOptions::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        OpenOptions::new().open(path)
    }

    /// A store in memory that goes away with its last handle.
    ///
    /// # Errors
    /// As [`OpenOptions::memory`].
    pub fn memory() -> Result<Self> {
        OpenOptions::new().memory()
    }

    /// Where it is; `<memory>` for a store in memory.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// The newest state, for reading. Later writes do not change it.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Forked`].
    pub fn snapshot(&self) -> Result<Arc<Snapshot>> {
        match self.closed.load(Ordering::Acquire) {
            true => Err(Error::Closed {
                path: self.inner.path.clone(),
            }),
            false => self.inner.snapshot(),
        }
    }

    /// [`Store::snapshot`] for hits, which check it when they are asked something.
    pub(crate) fn unchecked(&self) -> Result<Arc<Snapshot>> {
        match self.closed.load(Ordering::Acquire) {
            true => self.snapshot(),
            false => self.inner.unchecked(),
        }
    }

    /// Takes events away, with all pages that claim their ids, and returns how many events there were. Ids that the
    /// store does not hold are passed over.
    ///
    /// # Errors
    /// As reading, and [`Error::Storage`].
    pub fn remove<'a>(&self, ids: impl IntoIterator<Item = &'a EventId>) -> Result<usize> {
        self.snapshot()?;
        let writer = self.inner.writer()?;
        let snapshot = self.inner.snapshot()?;
        let mut gone = Gone::new(&snapshot);
        let mut events = 0;
        for id in ids {
            for (view, seen) in snapshot.views.iter().enumerate() {
                for row in seen.segment.rows_named(id.as_str())? {
                    let at = RowRef { view, row };
                    if !seen.deleted.contains(row) && !gone.contains(at) {
                        gone.insert(at);
                        events += usize::from(seen.live.contains(row));
                    }
                }
            }
        }
        self.inner.commit(
            &writer,
            Change {
                puts: Vec::new(),
                gone,
                strict: false,
                vocabulary: Default::default(),
                stop: Default::default(),
            },
        )?;
        Ok(events)
    }

    /// Number of events, superseded ones included.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Forked`].
    pub fn len(&self) -> Result<usize> {
        Ok(self.snapshot()?.len())
    }

    /// Whether it holds no event.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Forked`].
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.snapshot()?.is_empty())
    }

    /// [`Snapshot::contains`] of the newest state.
    ///
    /// # Errors
    /// As there, and [`Error::Closed`].
    pub fn contains(&self, id: &EventId) -> Result<bool> {
        self.snapshot()?.contains(id)
    }

    /// [`Snapshot::get`] of the newest state.
    ///
    /// # Errors
    /// As there, and [`Error::Closed`].
    pub fn get(&self, id: &EventId) -> Result<Option<Event>> {
        self.snapshot()?.get(id)
    }

    /// [`Snapshot::raw`] of the newest state.
    ///
    /// # Errors
    /// As there, and [`Error::Closed`].
    pub fn raw(&self, id: &EventId) -> Result<Vec<u8>> {
        self.snapshot()?.raw(id)
    }

    /// [`Snapshot::related`] of the newest state.
    ///
    /// # Errors
    /// As there, and [`Error::Closed`].
    pub fn related(&self, id: &EventId) -> Result<Vec<Event>> {
        self.snapshot()?.related(id)
    }

    /// Sizes and counts of the newest state.
    ///
    /// # Errors
    /// As reading.
    pub fn stats(&self) -> Result<Stats> {
        Stats::of(&*self.snapshot()?)
    }

    /// Writes everything that is held into one segment in a fresh data directory, and removes the old one.
    ///
    /// Needs room for a second copy; readers keep the old one until they let go. Takes about as long as an ingest
    /// without parsing.
    ///
    /// # Errors
    /// As reading, and [`Error::Storage`]; the store is then as before.
    pub fn compact(&self) -> Result<()> {
        self.snapshot()?;
        let _writer = self.inner.writer()?;
        let snapshot = self.inner.snapshot()?;
        let merged =
            snapshot.views.len() > 1 || snapshot.views.iter().any(|view| !view.deleted.is_empty());
        self.inner.rewrite(&snapshot, merged)
    }

    /// Ends this handle; the last one closes the store and frees its lock. Twice is fine.
    ///
    /// Hits and iterators that are still there fail with [`Error::Closed`].
    ///
    /// # Errors
    /// [`Error::Storage`] when the last bytes cannot be made durable; [`Error::InvalidArgument`] from the progress callback of
    /// an ingest into this store, which goes on.
    pub fn close(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) {
            return Ok(());
        }
        self.inner.may_leave()?;
        if self.closed.swap(true, Ordering::AcqRel) {
            Ok(())
        } else {
            self.inner.leave()
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Whatever a commit acknowledged is durable already; who wants to see an error here calls `close`.
        let _ = self.close();
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &PathBuf::from(self.path()))
            .finish_non_exhaustive()
    }
}
