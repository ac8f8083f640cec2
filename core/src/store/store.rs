//! The store: the handle that a program holds, and the calls on it that stand here.
//!
//! The methods of [`Store`] stand where their work is done, so that no layer knows one above it:
//!
//! | calls | file |
//! | --- | --- |
//! | `open`, `open_many`, `memory`, `close`, `get`, `raw`, `related`, `contains`, `remove`, `stats`, `compact` | here |
//! | `query`, `referring`, `tags` | `query/entry.rs` |
//! | `ingest`, `add` | `ingest/entry.rs` |

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::change::{RemovedRows, WriteBatch};
use super::merge::Rewrite;
use super::options::OpenOptions;
use super::shared::Shared;
use super::snapshot::{RowRef, Snapshot};
use super::stats::Stats;
use super::words_setting::Words;
use crate::error::{Error, Result};
use crate::event::{AsId, Event};

/// An embedded store of event pages.
///
/// It is a handle: cloning it is cheap, and it may be shared between threads. One thread writes at
/// a time, many read meanwhile. What a write call acknowledges survives as
/// [`Durability`](crate::Durability) says. The last handle that is dropped or closed closes the
/// store.
///
/// # Examples
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
    shared: Arc<Shared>,
    closed: AtomicBool,
}

impl Store {
    /// What all handles share, if this one is open.
    pub(crate) fn shared(&self) -> Result<&Arc<Shared>> {
        self.snapshot().map(|_| &self.shared)
    }

    /// A store on values that are at hand.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn on_storage(storage: Arc<dyn crate::storage::Storage>) -> Result<Self> {
        let options = crate::storage::StorageOptions {
            create: true,
            durability: crate::storage::Durability::Flush,
            wait: std::time::Duration::ZERO,
            interrupted: None,
            cache_bytes: 1 << 20,
        };
        let path = Path::new("<memory>");
        let manifest = super::manifest::Manifest::read(&*storage)?;
        Shared::new(
            storage,
            manifest,
            path,
            1 << 20,
            Some(options),
            std::time::Duration::ZERO,
        )
        .map(Self::new)
    }

    /// A handle that was counted already.
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            closed: AtomicBool::new(false),
        }
    }

    /// Opens the store at a path, or makes one: [`OpenOptions`] with its defaults.
    ///
    /// # Errors
    /// As [`OpenOptions::open`].
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("news.store");
    /// let store = eventstore::Store::open(&path)?;
    /// assert!(store.is_empty()?);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        OpenOptions::new().open(path)
    }

    /// Opens several stores as one, for reading alone: [`OpenOptions::open_many`] with its defaults.
    ///
    /// # Errors
    /// As [`OpenOptions::open_many`].
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// use eventstore::{Date, Event, Store, commit_stores};
    ///
    /// let event = Event::new("2017/03/2/flood".parse()?, Date::new(2017, 3, 2), "A flood");
    /// Store::open(folder.path().join("2017"))?.add([event])?;
    /// commit_stores(folder.path(), ["2017"], None)?;
    /// assert_eq!(Store::open_many([folder.path()])?.len()?, 1);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn open_many<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Self> {
        OpenOptions::new().open_many(paths)
    }

    /// A store in memory, which goes away with its last handle.
    ///
    /// # Errors
    /// As [`OpenOptions::memory`].
    ///
    /// # Examples
    /// ```
    /// let store = eventstore::Store::memory()?;
    /// assert_eq!(store.len()?, 0);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn memory() -> Result<Self> {
        OpenOptions::new().memory()
    }

    /// Its path as it was opened; `<memory>` for a store in memory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// The newest state, for reading. Later writes do not change it. Costs a copy of a pointer.
    ///
    /// # Errors
    /// [`Closed`](Error::Closed), [`Forked`](Error::Forked).
    ///
    /// # Examples
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// let snapshot = store.snapshot()?;
    /// assert_eq!(snapshot.query("2017")?.count()?, 0);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn snapshot(&self) -> Result<Arc<Snapshot>> {
        match self.closed.load(Ordering::Acquire) {
            true => Err(self.closed_error()),
            false => self.shared.snapshot(),
        }
    }

    /// [`Store::snapshot`] for hits, which check it when they read.
    pub(crate) fn unchecked_snapshot(&self) -> Result<Arc<Snapshot>> {
        match self.closed.load(Ordering::Acquire) {
            true => Err(self.closed_error()),
            false => self.shared.unchecked_snapshot(),
        }
    }

    /// Goes on to the newest commit of another process. False if there is none, and of a handle that
    /// has the lock, which has the newest one. Hits and snapshots keep what they have.
    ///
    /// Costs a read of `CURRENT`; where there is a newer commit, what an opening costs.
    ///
    /// # Errors
    /// As [`OpenOptions::open`]; [`Closed`](Error::Closed).
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("news.store");
    /// use eventstore::{Date, Event, OpenOptions, Store};
    ///
    /// let store = Store::open(&path)?;
    /// let reader = OpenOptions::new().read_only(true).open(&path)?;
    /// let date = Date::new(2017, 3, 2).unwrap();
    /// store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
    /// assert_eq!(reader.len()?, 0);
    /// assert!(reader.refresh()?);
    /// assert_eq!(reader.len()?, 1);
    /// assert!(!reader.refresh()?);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn refresh(&self) -> Result<bool> {
        self.unchecked_snapshot()?;
        self.shared.refresh()
    }

    fn closed_error(&self) -> Error {
        Error::Closed {
            path: self.shared.path.clone(),
        }
    }

    /// Removes events, with all pages that have their ids, and returns how many events there were.
    /// Ids that the store does not have are passed over. One commit, whatever the number of ids: it
    /// also works out the tags of the events that the removed pages link to.
    ///
    /// # Errors
    /// [`Parse`](Error::Parse) if an id is text that cannot be read, and then nothing is removed;
    /// [`Storage`](Error::Storage), [`Corrupt`](Error::Corrupt), [`Closed`](Error::Closed),
    /// [`Forked`](Error::Forked); [`InvalidArgument`](Error::InvalidArgument) from the progress
    /// callback of an ingest into this store. After an error nothing is removed, unless only the
    /// last step on the disk failed, as in [`Store::ingest`].
    ///
    /// # Examples
    /// ```
    /// # use eventstore::{Date, Event, Store};
    /// # let store = Store::memory()?;
    /// let date = Date::new(2017, 3, 2).unwrap();
    /// store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
    /// assert_eq!(store.remove(["2017/03/2/flood", "2017/03/2/no-event"])?, 1);
    /// assert!(store.is_empty()?);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn remove<I>(&self, ids: I) -> Result<usize>
    where
        I: IntoIterator,
        I::Item: AsId,
    {
        self.snapshot()?;
        let writer = self.shared.page_writer()?;
        let snapshot = self.shared.snapshot()?;
        let mut removed = RemovedRows::new(&snapshot);
        let mut events = 0;
        for id in ids {
            let id = id.as_id()?;
            for (segment_index, view) in snapshot.views.iter().enumerate() {
                for row in view.segment.rows_named(id.as_str())? {
                    let at = RowRef { segment_index, row };
                    if !view.deleted.contains(row) && !removed.contains(at) {
                        removed.insert(at);
                        events += usize::from(view.live.contains(row));
                    }
                }
            }
        }
        self.shared.commit(&writer, WriteBatch::removing(removed))?;
        Ok(events)
    }

    /// Number of events, superseded ones included.
    ///
    /// # Errors
    /// [`Closed`](Error::Closed), [`Forked`](Error::Forked).
    pub fn len(&self) -> Result<usize> {
        Ok(self.snapshot()?.len())
    }

    /// Whether it has no event.
    ///
    /// # Errors
    /// [`Closed`](Error::Closed), [`Forked`](Error::Forked).
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.snapshot()?.is_empty())
    }

    /// Whether the newest state has an event of this id: [`Snapshot::contains`].
    ///
    /// # Errors
    /// As [`Snapshot::contains`].
    ///
    /// # Examples
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// assert!(!store.contains("2017/03/2/flood")?);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn contains(&self, id: impl AsId) -> Result<bool> {
        self.snapshot()?.contains(id)
    }

    /// The event of an id in the newest state, or `None`: [`Snapshot::get`].
    ///
    /// # Errors
    /// As [`Snapshot::contains`].
    ///
    /// # Examples
    /// ```
    /// # use eventstore::{Date, Event, Store};
    /// # let store = Store::memory()?;
    /// let date = Date::new(2017, 3, 2).unwrap();
    /// store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
    /// let event = store.get("2017/03/2/flood")?.unwrap();
    /// assert_eq!(store.get(&event.id)?, store.get(&event)?);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn get(&self, id: impl AsId) -> Result<Option<Event>> {
        self.snapshot()?.get(id)
    }

    /// The page of an event, byte for byte as it was put: [`Snapshot::raw`].
    ///
    /// # Errors
    /// As [`Snapshot::raw`].
    ///
    /// # Examples
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// let error = store.raw("2017/03/2/flood").unwrap_err();
    /// assert!(matches!(error, eventstore::Error::NotFound { .. }));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn raw(&self, id: impl AsId) -> Result<Vec<u8>> {
        self.snapshot()?.raw(id)
    }

    /// The events of an event's related list that the newest state has: [`Snapshot::related`].
    ///
    /// # Errors
    /// As [`Snapshot::related`].
    ///
    /// # Examples
    /// ```
    /// # use eventstore::{Date, Event, Store};
    /// # let store = Store::memory()?;
    /// # let date = Date::new(2017, 3, 2).unwrap();
    /// # store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
    /// assert_eq!(store.related("2017/03/2/flood")?, []);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn related(&self, id: impl AsId) -> Result<Vec<Event>> {
        self.snapshot()?.related(id)
    }

    /// Sizes and counts of the newest state: [`Snapshot::stats`].
    ///
    /// # Errors
    /// As [`Snapshot::stats`].
    ///
    /// # Examples
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// assert_eq!(store.stats()?.events, 0);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn stats(&self) -> Result<Stats> {
        self.snapshot()?.stats()
    }

    /// Writes everything into one segment in a fresh data directory and removes the old one.
    ///
    /// Needs room for a second copy. Readers keep the old one until they are dropped. Takes about
    /// as long as an ingest without parsing. A store compacts itself when it takes 2.5 times the
    /// bytes that it needs, so few programs call this.
    ///
    /// # Errors
    /// [`Storage`](Error::Storage), [`Corrupt`](Error::Corrupt), and then the store says what it
    /// said before; [`Closed`](Error::Closed), [`Forked`](Error::Forked);
    /// [`InvalidArgument`](Error::InvalidArgument) from the progress callback of an ingest into
    /// this store.
    ///
    /// # Examples
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// store.compact()?;
    /// assert!(store.stats()?.segments <= 1);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn compact(&self) -> Result<()> {
        self.snapshot()?;
        let _writer = self.shared.writer()?;
        let snapshot = self.shared.snapshot()?;
        let mut merged = snapshot.views.len() > 1;
        for view in &snapshot.views {
            // A segment of an older version gets the parts that it lacks.
            merged |= !view.deleted.is_empty() || view.segment.lacks_parts();
        }
        let rewrite = if merged {
            Rewrite::Merged
        } else {
            Rewrite::Copied
        };
        self.shared.compact(&snapshot, rewrite)
    }

    /// Cuts the texts of all events into words anew, or drops all words with [`Words::Off`]; later writes
    /// do the same.
    ///
    /// Writes everything into one segment, as [`Store::compact`] does, which takes as long and as much
    /// room, and some 10 µs more for each KB of text. Needed for stores of versions 1 to 6, which have no
    /// words: a query for one reads all texts there, and fails with
    /// [`NotIndexed`](Error::NotIndexed) where these are too many.
    ///
    /// # Errors
    /// As [`Store::compact`].
    ///
    /// # Examples
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// use eventstore::Words;
    /// store.reindex(Words::On)?;
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn reindex(&self, words: Words) -> Result<()> {
        self.snapshot()?;
        let _writer = self.shared.writer()?;
        let snapshot = self.shared.snapshot()?;
        let words = words == Words::On;
        self.shared.compact(&snapshot, Rewrite::Reindexed { words })
    }

    /// Ends this handle. The last one closes the store and frees its lock. Calling it again has no
    /// effect, and neither has calling it in a forked child of the process that opened the store.
    ///
    /// Once the store is closed, its hits, iterators and snapshots fail with
    /// [`Closed`](Error::Closed).
    ///
    /// # Errors
    /// [`Storage`](Error::Storage) when the last bytes cannot be made durable;
    /// [`InvalidArgument`](Error::InvalidArgument) from the progress callback of an ingest into
    /// this store, which goes on.
    ///
    /// # Examples
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// store.close()?;
    /// assert!(matches!(store.len(), Err(eventstore::Error::Closed { .. })));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn close(&self) -> Result<()> {
        self.shared.leave(&self.closed)
    }
}

/// One more handle on the same store; of a closed handle a closed one. Costs a lock and a count.
///
/// ```
/// let store = eventstore::Store::memory()?;
/// let other = store.clone();
/// store.close()?;
/// assert_eq!(other.len()?, 0);
/// # Ok::<(), eventstore::Error>(())
/// ```
impl Clone for Store {
    fn clone(&self) -> Self {
        let closed = self.closed.load(Ordering::Acquire);
        // In a forked child no handle is counted, and each call on one fails.
        let open = !closed && (self.shared.is_forked() || self.shared.enter());
        Self {
            shared: self.shared.clone(),
            closed: AtomicBool::new(!open),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // What a commit acknowledged is durable already. Call `close` to see an error.
        if self.close().is_err() && !self.closed.load(Ordering::Acquire) {
            self.shared.leave_to_writer();
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}
