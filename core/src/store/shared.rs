//! What all handles on one store share: the newest state, the right to write, the count of handles.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::thread::ThreadId;
use std::time::Duration;

use super::manifest::Manifest;
use super::many::StoreSet;
use super::replaced::{Replaced, find_replaced};
use super::snapshot::Snapshot;
use super::words_setting::{Words, decide_words};
use crate::error::{Error, Forked, Result};
use crate::segment::BlockCache;
use crate::storage::{Storage, StorageOptions, open_directory};

/// The state of an open store.
pub(crate) struct Shared {
    pub path: PathBuf,
    pub cache: Arc<BlockCache>,
    writer: Mutex<()>,
    /// The thread that has the right to write.
    writing: Mutex<Option<ThreadId>>,
    /// The newest state; `None` once the store is closed.
    state: RwLock<Option<Arc<Snapshot>>>,
    /// Number of open handles. Whoever waits for the writer must not hold this lock: a progress
    /// callback may clone the store. The order is the writer, then this.
    handles: Mutex<usize>,
    /// The last handle was dropped by the thread that is writing: the end of the write closes the
    /// store.
    is_left_to_writer: AtomicBool,
    /// The smallest segment number that no attempt of this process has used.
    next_number: Mutex<u32>,
    /// What was replaced before this opening is known.
    swept: AtomicBool,
    pub(super) replaced: Replaced,
    /// How its directory is opened for writing; `None` of a handle that only reads.
    options: Option<StorageOptions>,
    /// What was wished of the words of a store that had not decided yet when it was opened.
    words_wish: Mutex<Option<Words>>,
    /// It has the lock of the store, or lies in memory.
    has_lock: AtomicBool,
    /// The storage before it had the lock: hits may still read it.
    before_lock: Mutex<Option<Weak<dyn Storage>>>,
    /// What was drawn with the lock, for the checksums of what is written.
    nonce: AtomicU64,
    /// The process that has the lock.
    pid: AtomicU32,
}

/// The right to write. Dropped, it goes to the next thread that waits.
pub(crate) struct Writer<'a> {
    shared: &'a Shared,
    _guard: MutexGuard<'a, ()>,
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        // Before the guard is dropped: the next writer then enters its own thread.
        *self.shared.writing() = None;
        if self.shared.is_left_to_writer.swap(false, Ordering::AcqRel) {
            // Nobody is there to get the error.
            let _ = self.shared.close_unless_in_use();
        }
    }
}

impl Shared {
    /// Reads the newest state of a storage, whose root holds `manifest`. `options` is how its directory is opened
    /// for writing, `None` where it is not to be written. What commits replace stays for `keep_replaced`.
    pub(super) fn new(
        storage: Arc<dyn Storage>,
        manifest: Manifest,
        path: &Path,
        cache_bytes: usize,
        options: Option<StorageOptions>,
        keep_replaced: Duration,
    ) -> Result<Arc<Self>> {
        let cache = Arc::new(BlockCache::new(cache_bytes));
        let has_lock = !storage.is_read_only();
        let snapshot = match has_lock {
            true => open_for_writing(storage, manifest, &cache)?,
            false => Snapshot::open_newest(storage, manifest, &cache)?,
        };
        let shared = Self::of(snapshot, path, cache, options, keep_replaced);
        shared.has_lock.store(has_lock, Ordering::Release);
        Ok(shared)
    }

    /// What handles on several stores share.
    pub(super) fn of_many(stores: &Arc<StoreSet>) -> Arc<Self> {
        let state = stores.of_none();
        let (path, cache) = (state.storage.path().to_owned(), state.cache.clone());
        Self::of(state, &path, cache, None, Duration::ZERO)
    }

    fn of(
        snapshot: Snapshot,
        path: &Path,
        cache: Arc<BlockCache>,
        options: Option<StorageOptions>,
        keep_replaced: Duration,
    ) -> Arc<Self> {
        Arc::new(Self {
            path: path.to_owned(),
            cache,
            writer: Mutex::new(()),
            writing: Mutex::new(None),
            state: RwLock::new(Some(Arc::new(snapshot))),
            handles: Mutex::new(1),
            is_left_to_writer: AtomicBool::new(false),
            next_number: Mutex::new(0),
            swept: AtomicBool::new(false),
            replaced: Replaced::new(keep_replaced),
            options,
            words_wish: Mutex::default(),
            has_lock: AtomicBool::new(false),
            before_lock: Mutex::default(),
            nonce: AtomicU64::new(draw_nonce()),
            pid: AtomicU32::new(std::process::id()),
        })
    }

    fn handles(&self) -> MutexGuard<'_, usize> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one more handle. False if the store was closed meanwhile, or is the parent's.
    ///
    /// While the last handle waits for a write to end, the store is still open, and stays so.
    pub(super) fn enter(&self) -> bool {
        if self.is_forked() {
            return false;
        }
        let mut handles = self.handles();
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        *handles += usize::from(state.is_some());
        state.is_some()
    }

    /// Counts a handle off, unless it is closed, and marks it as closed. The last one waits for the
    /// write that is under way and closes the storage.
    ///
    /// # Errors
    /// `InvalidArgument` where this thread is writing and the handle is the last one: it would wait
    /// for itself. The handle is still counted then. `Storage` from the close.
    pub(super) fn leave(&self, closed: &AtomicBool) -> Result<()> {
        // The parent closes it. A thread of the parent may have held one of the locks at the fork.
        if self.is_forked() {
            closed.store(true, Ordering::Release);
            return Ok(());
        }
        {
            let mut handles = self.handles();
            if closed.load(Ordering::Acquire) {
                return Ok(());
            }
            if *handles == 1 {
                self.check_not_writing()?;
            }
            closed.store(true, Ordering::Release);
            *handles = handles.saturating_sub(1);
            if *handles > 0 {
                return Ok(());
            }
        }
        // A commit that is under way ends first.
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.close_unless_in_use()
    }

    /// Counts off the last handle, which [`Shared::leave`] refused, when it is dropped.
    pub(super) fn leave_to_writer(&self) {
        let mut handles = self.handles();
        *handles = handles.saturating_sub(1);
        self.is_left_to_writer.store(true, Ordering::Release);
    }

    /// Closes the storage if no handle is left. The caller has the right to write.
    ///
    /// It holds the count of handles until the end, so that a thread that opens the store anew
    /// waits and then finds the lock of the directory free.
    fn close_unless_in_use(&self) -> Result<()> {
        let handles = self.handles();
        if *handles > 0 {
            return Ok(());
        }
        let state = self
            .state
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let before = self
            .before_lock()
            .take()
            .and_then(|before| before.upgrade());
        let closed = before.map_or(Ok(()), |before| before.close());
        match state {
            Some(snapshot) => snapshot.storage.close().and(closed),
            None => closed,
        }
    }

    /// Whether the path still leads to this store; false also of a closed one.
    pub(super) fn is_in_place(&self) -> bool {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state
            .as_ref()
            .is_some_and(|state| state.storage.is_in_place())
    }

    /// Whether this process may not use it, since its parent opened it. What has no lock has no threads
    /// either, so a child may use it.
    pub(super) fn is_forked(&self) -> bool {
        self.has_lock.load(Ordering::Acquire)
            && self.pid.load(Ordering::Acquire) != std::process::id()
    }

    /// The newest state.
    ///
    /// # Errors
    /// `Closed`, `Forked`.
    pub(crate) fn snapshot(&self) -> Result<Arc<Snapshot>> {
        let state = self.state()?;
        match state.part_of.is_some() {
            true => state.whole(),
            false => Ok(state),
        }
    }

    /// The newest state; where several stores are read as one, that of none of them.
    fn state(&self) -> Result<Arc<Snapshot>> {
        if self.is_forked() {
            return Err(Error::Forked {
                path: self.path.clone(),
                what: Forked::Store,
            });
        }
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.clone().ok_or_else(|| self.closed())
    }

    /// The newest state without a look at the process: for hits, which read nothing yet and check
    /// before they do. Asking for the process id is a system call. Twice for each question, it
    /// takes a tenth of the time of counting links.
    pub(crate) fn unchecked_snapshot(&self) -> Result<Arc<Snapshot>> {
        // In a forked child a thread of the parent may hold the lock for ever.
        let Ok(state) = self.state.try_read() else {
            return self.snapshot();
        };
        state.clone().ok_or_else(|| self.closed())
    }

    fn closed(&self) -> Error {
        Error::Closed {
            path: self.path.clone(),
        }
    }

    /// Waits for the right to write, which one thread has at a time. The first writer of a handle takes
    /// the lock of the store, and goes on to its newest commit.
    ///
    /// # Errors
    /// `ReadOnly`; `Storage` after a sync that failed; `Closed`; `InvalidArgument` where this thread has it
    /// already, and would wait for itself for ever; `Locked`, and what an opening fails with.
    pub(crate) fn writer(&self) -> Result<Writer<'_>> {
        let Some(options) = self.options else {
            self.snapshot()?.check_one_store("write to")?;
            return Err(Error::ReadOnly {
                path: self.path.clone(),
            });
        };
        let guard = self.writer_with_lock(options)?;
        self.snapshot()?.storage.check_syncs()?;
        *self.writing() = Some(std::thread::current().id());
        Ok(Writer {
            shared: self,
            _guard: guard,
        })
    }

    /// [`Self::writer`] for pages that come, change or go. Fails for a resolved store: what follows from them
    /// is not derived there.
    ///
    /// # Errors
    /// `Resolved`; as `writer`.
    pub(crate) fn page_writer(&self) -> Result<Writer<'_>> {
        let writer = self.writer()?;
        match self.snapshot()?.manifest.resolved {
            true => Err(Error::Resolved {
                path: self.path.clone(),
                operation: "write to it",
            }),
            false => Ok(writer),
        }
    }

    /// Takes the lock now, if this handle does not have it. It waits as `options` say.
    pub(super) fn lock(&self, options: StorageOptions) -> Result<()> {
        if self.has_lock.load(Ordering::Acquire) {
            return Ok(());
        }
        self.writer_with_lock(options).map(drop)
    }

    /// Waits until no other thread writes, and takes the lock if this handle does not have it.
    fn writer_with_lock(&self, options: StorageOptions) -> Result<MutexGuard<'_, ()>> {
        self.check_not_writing()?;
        let guard = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.has_lock.load(Ordering::Acquire) {
            self.take_lock(options)?;
        }
        Ok(guard)
    }

    /// The number that the checksums of what this process writes cover.
    pub(super) fn nonce(&self) -> u64 {
        self.nonce.load(Ordering::Acquire)
    }

    /// Goes on to the newest commit, as the one process that may write. The caller has the right to write.
    fn take_lock(&self, options: StorageOptions) -> Result<()> {
        let before = self.snapshot()?;
        let existing = StorageOptions {
            create: false,
            ..options
        };
        let storage = open_directory(&self.path, existing)?;
        let opened = match before.storage.is_in_place() {
            true => self
                .decided_manifest(&*storage)
                .and_then(|manifest| open_for_writing(storage.clone(), manifest, &self.cache)),
            false => Err(self.moved()),
        };
        let after = opened.inspect_err(|_| {
            // The first error is the one to tell.
            let _ = storage.close();
        })?;
        self.replaced.keep_for(&before);
        *self.before_lock() = Some(Arc::downgrade(&before.storage));
        // A forked child has what its parent drew.
        self.nonce.store(draw_nonce(), Ordering::Release);
        self.pid.store(std::process::id(), Ordering::Release);
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(after));
        self.has_lock.store(true, Ordering::Release);
        Ok(())
    }

    /// Keeps a wish that could not be written down yet. Another process may be making the store.
    pub(super) fn keep_words_wish(&self, wish: Option<Words>) {
        *self.words_wish() = wish;
    }

    fn words_wish(&self) -> MutexGuard<'_, Option<Words>> {
        self.words_wish
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The manifest of a storage. The wish is held against what the store has by now.
    fn decided_manifest(&self, storage: &dyn Storage) -> Result<Manifest> {
        let mut manifest = Manifest::read(storage)?;
        let mut wish = self.words_wish();
        *wish = decide_words(*wish, storage, &mut manifest)?;
        Ok(manifest)
    }

    fn moved(&self) -> Error {
        Error::Storage {
            path: self.path.clone(),
            operation: "write",
            source: io::Error::other(
                "another store lies at this path since this one was opened; open it anew",
            ),
        }
    }

    fn before_lock(&self) -> MutexGuard<'_, Option<Weak<dyn Storage>>> {
        self.before_lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses what a progress callback must not do: write to the store whose ingest calls it, or
    /// close it.
    fn check_not_writing(&self) -> Result<()> {
        if *self.writing() == Some(std::thread::current().id()) {
            let message = format!(
                "{}: a progress callback can neither write to the store nor close it; have it end \
                 the ingest first",
                self.path.display()
            );
            return Err(Error::InvalidArgument {
                what: "callback",
                message,
            });
        }
        Ok(())
    }

    /// A segment number that no attempt of this process has used.
    pub(super) fn reserve_number(&self, at_least: u32) -> u32 {
        let mut next = self
            .next_number
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let number = at_least.max(*next);
        *next = number + 1;
        number
    }

    /// Finds what was replaced before this opening, unless that was done.
    pub(super) fn sweep_once(&self, snapshot: &Snapshot) -> Result<()> {
        if !self.swept.load(Ordering::Acquire) {
            let (ranges, free) = find_replaced(snapshot)?;
            self.replaced
                .push(ranges, Vec::new(), snapshot.storage.root_age());
            let mut next = self
                .next_number
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *next = free.max(*next);
            drop(next);
            self.swept.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Takes the newest state that another process has committed. False if there is none.
    pub(super) fn refresh(&self) -> Result<bool> {
        self.state()?;
        if self.has_lock.load(Ordering::Acquire) {
            return Ok(false);
        }
        self.check_not_writing()?;
        // One thread at a time, so that none goes back to an older one.
        let _one = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.state()?;
        if let Some(stores) = &before.part_of {
            return self.refresh_many(stores);
        }
        let Some(newer) = before.storage.newer()? else {
            return Ok(false);
        };
        let manifest = self.decided_manifest(&*newer)?;
        let after = Snapshot::open_newest(newer, manifest, &self.cache)?;
        self.replaced.keep_for(&before);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match state.as_mut() {
            Some(state) => *state = Arc::new(after),
            None => return Err(self.closed()),
        }
        Ok(true)
    }

    fn refresh_many(&self, stores: &StoreSet) -> Result<bool> {
        let Some(newer) = stores.newer()? else {
            return Ok(false);
        };
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match state.as_mut() {
            Some(state) => *state = Arc::new(newer.of_none()),
            None => return Err(self.closed()),
        }
        Ok(true)
    }

    /// Makes a state the newest one. Readers keep the one that they have.
    pub(super) fn publish(&self, after: Snapshot) {
        after.storage.set_live(after.manifest.key_ranges());
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(after));
    }
}

/// A number that no other opening draws; not 0, which stands for none.
fn draw_nonce() -> u64 {
    RandomState::new().hash_one(std::process::id()).max(1)
}

/// The newest state of a storage that may be written. After an unclean shutdown every chunk is checked
/// first.
fn open_for_writing(
    storage: Arc<dyn Storage>,
    manifest: Manifest,
    cache: &Arc<BlockCache>,
) -> Result<Snapshot> {
    let snapshot = Snapshot::open(storage, manifest, cache.clone())?;
    if snapshot.storage.recovery_copy().is_some() {
        // After a kill or a power cut nothing is written before every named chunk was read.
        let mut views = snapshot.views.iter();
        views.try_for_each(|view| view.segment.check_all())?;
    }
    snapshot.storage.set_recovered()?;
    snapshot.storage.set_live(snapshot.manifest.key_ranges());
    Ok(snapshot)
}
