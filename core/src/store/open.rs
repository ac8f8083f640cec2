//! Opening and closing: one state per path and process, swept of what no manifest names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::thread::ThreadId;

use super::snapshot::Snapshot;
use super::store::Store;
use crate::error::{Error, Forked, Result};
use crate::per_process::PerProcess;
use crate::segment::{BlockCache, Part, key, segment_of};
use crate::storage::{self, Batch, Durability, Storage};

/// Blocks are cached decoded; sled's own cache only needs to hold the leaves that are being written.
const SLED_CACHE_BYTES: u64 = 16 << 20;

/// How to open a store.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("news.store");
/// use eventstore::{Durability, OpenOptions};
///
/// let store = OpenOptions::new().durability(Durability::Flush).cache_bytes(16 << 20).open(&path)?;
/// assert!(store.is_empty()?);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OpenOptions {
    create: bool,
    durability: Durability,
    cache_bytes: usize,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            create: true,
            durability: Durability::Sync,
            cache_bytes: 64 << 20,
        }
    }
}

impl OpenOptions {
    /// Creates a missing store, survives a power cut, 64 MiB of decoded blocks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a missing store is created (default) or is [`Error::PathNotFound`].
    pub fn create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// What a commit survives.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Bytes of decoded blocks that are kept in memory, beside the query structures.
    pub fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Opens the store at a path. A second call for the same path in one process gives a handle on the same store
    /// (with the first call's options).
    ///
    /// # Errors
    /// [`Error::PathNotFound`], [`Error::NotAStore`], [`Error::UnsupportedVersion`], [`Error::Locked`] (another
    /// process has it), [`Error::Corrupt`], [`Error::Storage`].
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Store> {
        let path = path.as_ref();
        let mut open = open_stores();
        if let Some(inner) = place_of(path).and_then(|place| open.get(&place)?.upgrade())
            && inner.is_in_place()
            && inner.enter()
        {
            return Ok(Store::new(inner));
        }
        let options = storage::OpenOptions {
            create: self.create,
            durability: self.durability,
            cache_bytes: SLED_CACHE_BYTES,
        };
        let storage = storage::open(path, options)?;
        let inner = Inner::new(storage, path, self.cache_bytes)?;
        if let Some(place) = place_of(path) {
            open.retain(|_, inner| inner.strong_count() > 0);
            open.insert(place, Arc::downgrade(&inner));
        }
        Ok(Store::new(inner))
    }

    /// A store in memory that goes away with its last handle.
    ///
    /// # Errors
    /// None that is expected; the signature is that of [`OpenOptions::open`].
    pub fn memory(&self) -> Result<Store> {
        Ok(Store::new(Inner::new(
            storage::memory(),
            Path::new("<memory>"),
            self.cache_bytes,
        )?))
    }
}

fn open_stores() -> MutexGuard<'static, BTreeMap<PathBuf, Weak<Inner>>> {
    // Of this process: a thread of the parent may have held the parent's lock at a fork.
    static OPEN: PerProcess<Mutex<BTreeMap<PathBuf, Weak<Inner>>>> = PerProcess::new();
    OPEN.get(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

fn place_of(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok()
}

/// What all handles on one store share.
pub(crate) struct Inner {
    pub path: PathBuf,
    pub cache: Arc<BlockCache>,
    writer: Mutex<()>,
    /// The thread that has the right to write.
    writing: Mutex<Option<ThreadId>>,
    state: RwLock<Option<Arc<Snapshot>>>,
    handles: Mutex<usize>,
    reserved: Mutex<u32>,
    /// What no manifest names was removed.
    swept: AtomicBool,
    pid: u32,
}

/// The right to write.
pub(crate) struct Writer<'a> {
    inner: &'a Inner,
    _guard: MutexGuard<'a, ()>,
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        // Before the guard goes: the next writer says that it is the one.
        *self.inner.writing() = None;
    }
}

impl Inner {
    pub(super) fn new(
        storage: Arc<dyn Storage>,
        path: &Path,
        cache_bytes: usize,
    ) -> Result<Arc<Self>> {
        let cache = Arc::new(BlockCache::new(cache_bytes));
        let snapshot = Snapshot::open(storage, cache.clone())?;
        if snapshot.storage.recovery_copy().is_some() {
            // After a kill or a power cut: nothing is written before all that is named has been seen.
            snapshot
                .views
                .iter()
                .try_for_each(|view| view.segment.check_all())?;
        }
        // A storage that is asleep was closed cleanly: what little may lie about waits for the first commit.
        let swept = snapshot.storage.is_awake();
        let reserved = match swept {
            true => sweep(&snapshot)?,
            false => 0,
        };
        snapshot.storage.confirm()?;
        snapshot.storage.name(snapshot.manifest.runs());
        Ok(Arc::new(Self {
            path: path.to_owned(),
            cache,
            writer: Mutex::new(()),
            writing: Mutex::new(None),
            state: RwLock::new(Some(Arc::new(snapshot))),
            handles: Mutex::new(1),
            reserved: Mutex::new(reserved),
            swept: AtomicBool::new(swept),
            pid: std::process::id(),
        }))
    }

    /// One more handle; false if the store was closed meanwhile.
    fn enter(&self) -> bool {
        let mut handles = self.handles.lock().unwrap_or_else(PoisonError::into_inner);
        let open = *handles > 0 && self.pid == std::process::id();
        *handles += usize::from(open);
        open
    }

    /// Whether a handle may go: the last one waits for the writer, and must not be gone while this thread is it.
    pub(super) fn may_leave(&self) -> Result<()> {
        if self.is_forked() {
            return Ok(());
        }
        match *self.handles.lock().unwrap_or_else(PoisonError::into_inner) {
            1 => self.check_not_writing(),
            _ => Ok(()),
        }
    }

    /// One handle less; the last one closes the storage.
    pub(super) fn leave(&self) -> Result<()> {
        // The parent closes it. A thread of the parent may have held one of the locks at the fork.
        if self.is_forked() {
            return Ok(());
        }
        let mut handles = self.handles.lock().unwrap_or_else(PoisonError::into_inner);
        *handles = handles.saturating_sub(1);
        if *handles > 0 {
            return Ok(());
        }
        // A commit that is under way ends first.
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
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
    fn is_in_place(&self) -> bool {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state
            .as_ref()
            .is_some_and(|state| state.storage.is_in_place())
    }

    fn is_forked(&self) -> bool {
        self.pid != std::process::id()
    }

    /// The newest state.
    pub(crate) fn snapshot(&self) -> Result<Arc<Snapshot>> {
        if self.is_forked() {
            return Err(Error::Forked {
                path: self.path.clone(),
                what: Forked::Store,
            });
        }
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.clone().ok_or_else(|| Error::Closed {
            path: self.path.clone(),
        })
    }

    /// The newest state for hits, which read nothing yet and have themselves checked before they do: asking for the
    /// number of the process is a system call, and twice a question a tenth of a count of links.
    pub(crate) fn unchecked(&self) -> Result<Arc<Snapshot>> {
        // In a forked child a thread of the parent may have the lock for ever.
        let Ok(state) = self.state.try_read() else {
            return self.snapshot();
        };
        state.clone().ok_or_else(|| Error::Closed {
            path: self.path.clone(),
        })
    }

    /// The right to write, one at a time.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where this thread has it already, and would wait for itself for ever.
    pub(crate) fn writer(&self) -> Result<Writer<'_>> {
        self.check_not_writing()?;
        let guard = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        *self.writing() = Some(std::thread::current().id());
        Ok(Writer {
            inner: self,
            _guard: guard,
        })
    }

    fn writing(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses what a progress callback must not do: write to or close the store whose ingest calls it.
    fn check_not_writing(&self) -> Result<()> {
        if *self.writing() == Some(std::thread::current().id()) {
            let message = format!(
                "{}: a progress callback can neither write to the store nor close it; have it end the ingest first",
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
    pub(super) fn reserve(&self, at_least: u32) -> u32 {
        let mut reserved = self.reserved.lock().unwrap_or_else(PoisonError::into_inner);
        let number = at_least.max(*reserved);
        *reserved = number + 1;
        number
    }

    /// Removes what no manifest names, if that has not been done since the store was opened.
    pub(super) fn sweep_once(&self, snapshot: &Snapshot) -> Result<()> {
        if !self.swept.load(Ordering::Acquire) {
            let free = sweep(snapshot)?;
            let mut reserved = self.reserved.lock().unwrap_or_else(PoisonError::into_inner);
            *reserved = free.max(*reserved);
            drop(reserved);
            self.swept.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Lets new readers see a new state.
    pub(super) fn publish(&self, after: Snapshot) {
        after.storage.name(after.manifest.runs());
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(after));
    }
}

/// Removes chunks that no manifest names: of a commit that was cut off, or that readers held when the store was closed.
/// Returns the first segment number that none of them has: their bytes may lie about in the file for long, so their
/// numbers are not used again.
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
                deletes.retain(|key| segment_of(key) == Some(segment) && !keep.contains(key));
                deletes
            }
        };
        if !stale.is_empty() {
            storage.write(Batch {
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
