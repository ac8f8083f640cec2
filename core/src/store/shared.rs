//! What all handles on one store share: the newest state, the right to write, the count of handles.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::ThreadId;

use super::snapshot::Snapshot;
use crate::error::{Error, Forked, Result};
use crate::segment::{BlockCache, Part, key, segment_of};
use crate::storage::{Storage, StorageBatch};

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
    /// Chunks that no manifest names were removed.
    swept: AtomicBool,
    /// It was opened for reading alone.
    read_only: bool,
    /// It has the lock of the store, or lies in memory.
    has_lock: bool,
    /// What this opening drew, for the checksums of what it writes.
    pub(super) nonce: u64,
    /// The process that opened the store.
    pid: u32,
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
    /// Reads the newest state of a storage. After an unclean shutdown it checks every chunk first.
    pub(super) fn new(
        storage: Arc<dyn Storage>,
        path: &Path,
        cache_bytes: usize,
    ) -> Result<Arc<Self>> {
        Self::of(storage, path, cache_bytes, false)
    }

    /// The same for a store that is not to be written.
    pub(super) fn new_reader(
        storage: Arc<dyn Storage>,
        path: &Path,
        cache_bytes: usize,
    ) -> Result<Arc<Self>> {
        Self::of(storage, path, cache_bytes, true)
    }

    fn of(
        storage: Arc<dyn Storage>,
        path: &Path,
        cache_bytes: usize,
        read_only: bool,
    ) -> Result<Arc<Self>> {
        let cache = Arc::new(BlockCache::new(cache_bytes));
        let has_lock = !storage.is_read_only();
        let snapshot = Snapshot::open_newest(storage, &cache)?;
        if snapshot.storage.recovery_copy().is_some() {
            // After a kill or a power cut nothing is written before every named chunk was read.
            snapshot
                .views
                .iter()
                .try_for_each(|view| view.segment.check_all())?;
        }
        // With the engine not opened the last shutdown was clean. The few chunks to remove, if
        // any, wait for the first commit.
        let swept = snapshot.storage.is_engine_opened();
        let next_number = match swept {
            true => sweep(&snapshot)?,
            false => 0,
        };
        snapshot.storage.set_recovered()?;
        snapshot.storage.set_live(snapshot.manifest.key_ranges());
        Ok(Arc::new(Self {
            path: path.to_owned(),
            cache,
            writer: Mutex::new(()),
            writing: Mutex::new(None),
            state: RwLock::new(Some(Arc::new(snapshot))),
            handles: Mutex::new(1),
            is_left_to_writer: AtomicBool::new(false),
            next_number: Mutex::new(next_number),
            swept: AtomicBool::new(swept),
            read_only,
            has_lock,
            nonce: draw_nonce(),
            pid: std::process::id(),
        }))
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
        match state {
            Some(snapshot) => snapshot.storage.close(),
            None => Ok(()),
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
        self.has_lock && self.pid != std::process::id()
    }

    /// The newest state.
    ///
    /// # Errors
    /// `Closed`, `Forked`.
    pub(crate) fn snapshot(&self) -> Result<Arc<Snapshot>> {
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

    /// Waits for the right to write, which one thread has at a time.
    ///
    /// # Errors
    /// `ReadOnly`; `Storage` after a sync that failed; `Closed`; `InvalidArgument` where this thread has it
    /// already, and would wait for itself for ever.
    pub(crate) fn writer(&self) -> Result<Writer<'_>> {
        if self.read_only {
            return Err(Error::ReadOnly {
                path: self.path.clone(),
            });
        }
        self.check_not_writing()?;
        let guard = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.snapshot()?.storage.check_syncs()?;
        *self.writing() = Some(std::thread::current().id());
        Ok(Writer {
            shared: self,
            _guard: guard,
        })
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

    /// Removes chunks that no manifest names, unless that was done since the store was opened.
    pub(super) fn sweep_once(&self, snapshot: &Snapshot) -> Result<()> {
        if !self.swept.load(Ordering::Acquire) {
            let free = sweep(snapshot)?;
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
        // One thread at a time, so that none goes back to an older one.
        let _one = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.snapshot()?;
        let Some(newer) = before.storage.newer()? else {
            return Ok(false);
        };
        let after = Snapshot::open_newest(newer, &self.cache)?;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match state.as_mut() {
            Some(state) => *state = Arc::new(after),
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

/// Removes chunks that no manifest names: of a commit that was cut short, or of segments that
/// readers still used when the store was closed.
///
/// Returns the first segment number that none of them has. Their bytes may stay in the file for
/// long, so their numbers are not used again.
fn sweep(snapshot: &Snapshot) -> Result<u32> {
    const AT_ONCE: usize = 4096;
    let storage = &snapshot.storage;
    let live = |segment: u32| {
        snapshot
            .manifest
            .segments
            .iter()
            .find(|entry| entry.meta.id == segment)
    };
    let (mut from, mut free) = (Vec::new(), 0);
    while let Some(first) = storage.scan_keys(&from, 1)?.into_iter().next() {
        let segment = segment_of(&first).unwrap_or_default();
        free = free.max(segment.saturating_add(1));
        let stale = match live(segment) {
            None => storage
                .scan_keys(&first, AT_ONCE)?
                .into_iter()
                .filter(|key| segment_of(key) == Some(segment))
                .collect(),
            Some(entry) => {
                let named = entry.deletes_first()..entry.deletes_first() + entry.deletes_chunks;
                let keep: Vec<_> = named
                    .map(|chunk| key(segment, Part::Deletes, chunk))
                    .collect();
                let mut deletes = storage.scan_keys(&key(segment, Part::Deletes, 0), AT_ONCE)?;
                deletes.retain(|other| {
                    let is_deletes = other.starts_with(&key(segment, Part::Deletes, 0)[..5]);
                    is_deletes && !keep.contains(other)
                });
                deletes
            }
        };
        if !stale.is_empty() {
            storage.write(StorageBatch {
                set: Vec::new(),
                remove: stale,
            })?;
        }
        if live(segment).is_some() {
            let Some(next) = segment.checked_add(1) else {
                break;
            };
            from = next.to_be_bytes().to_vec();
        } else {
            from = first;
        }
    }
    Ok(free)
}
