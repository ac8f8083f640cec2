//! What a storage does, on disk or in memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::readahead::Readahead;
use crate::error::{Error, Result};
use crate::event::{unknown, words};

/// Bytes that a value has at most. sled would put a longer one into a file of its own, which it
/// never syncs (`docs/design.md`).
pub(crate) const VALUE_MAX: usize = 7 * 1024;

/// What a commit survives once a write call has returned: `sync` or `flush` as a word.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("news.store");
/// use eventstore::{Durability, OpenOptions};
///
/// assert_eq!(Durability::default(), Durability::Sync);
/// assert_eq!("flush".parse::<Durability>()?, Durability::Flush);
/// let store = OpenOptions::new().durability(Durability::Flush).open(&path)?;
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Durability {
    /// A power cut, as far as the medium keeps its word: files and directories are synced. A small
    /// commit takes some milliseconds, most of them for the medium.
    #[default]
    Sync,
    /// A kill of the process, but not a power cut: everything is handed to the operating system,
    /// and nothing waits for the medium.
    Flush,
}

words!(Durability, unknown; Sync = "sync", Flush = "flush");

/// How a storage on disk is opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StorageOptions {
    /// Makes a store where there is none: in a new or an empty directory.
    pub create: bool,
    pub durability: Durability,
    /// How long it waits for the lock where another process has it.
    pub wait: Duration,
    /// Says whether that wait is to end at once.
    pub interrupted: Option<fn() -> bool>,
    /// Bytes of sled's cache, counted as they are on disk; in memory it takes about twice as much.
    pub cache_bytes: u64,
}

/// One step: values to set and keys to remove. No key is in both.
///
/// A large step on disk is not atomic. The root record makes it visible.
#[derive(Debug, Default)]
pub(crate) struct StorageBatch {
    pub set: Vec<(Vec<u8>, Vec<u8>)>,
    pub remove: Vec<Vec<u8>>,
}

/// Keys of successive chunks: of a part of a segment, or of one generation of its deleted rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyRange {
    pub segment: u32,
    pub part: u8,
    /// Number of the first chunk.
    pub first: u32,
    /// How many chunks there are.
    pub chunks: u32,
    /// The number that their checksums cover.
    pub nonce: u64,
}

impl KeyRange {
    /// Whether the chunk of this number is one of them.
    pub fn has(&self, chunk: u32) -> bool {
        chunk
            .checked_sub(self.first)
            .is_some_and(|within| within < self.chunks)
    }
}

/// An ordered map of small values with a root record that is replaced atomically.
pub(crate) trait Storage: Send + Sync {
    /// Where it is, for errors; of a storage in memory `<memory>`.
    fn path(&self) -> &Path;
    /// Fails with `Closed` or `Forked` where every other call would.
    fn check(&self) -> Result<()>;
    /// Appends the value to `out` and returns whether there is one.
    fn get_into(&self, key: &[u8], out: &mut Vec<u8>) -> Result<bool>;
    /// As [`Storage::get_into`], for a pass over successive keys.
    fn get_ahead(&self, key: &[u8], _ahead: &mut Readahead, out: &mut Vec<u8>) -> Result<bool> {
        self.get_into(key, out)
    }
    /// The value, if there is one.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut value = Vec::new();
        Ok(self.get_into(key, &mut value)?.then_some(value))
    }
    /// Up to `limit` keys in order, the first one at or after `from`. Reads no value.
    fn scan_keys(&self, from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>>;
    /// Applies a step. This process sees it at once; only [`Storage::sync`] makes it survive.
    fn write(&self, batch: StorageBatch) -> Result<()>;
    /// Makes everything written so far survive a power cut, or a kill, as the [`Durability`] says.
    fn sync(&self) -> Result<()>;
    /// The payload of the root record; none in a fresh storage.
    fn root(&self) -> Result<Option<Vec<u8>>>;
    /// Replaces the root record atomically and as durably as `sync`. Call `sync` first, so that the
    /// root names only what survives.
    ///
    /// After a failure `root` returns the one that stands. It may be the new one, which then may
    /// not survive a power cut.
    fn set_root(&self, payload: &[u8]) -> Result<()>;
    /// An empty storage that replaces this one at its first `set_root`. Dropped before that, it
    /// leaves no trace. After that, this one removes its own files when it is dropped, since
    /// readers may still use it.
    fn fresh(&self) -> Result<Arc<dyn Storage>>;
    /// The recovery copy that was made of the data after an unclean shutdown, until
    /// [`Storage::set_recovered`].
    fn recovery_copy(&self) -> Option<PathBuf> {
        None
    }
    /// Every chunk that the root names was found and checked: the recovery copy is removed. A
    /// `set_root` removes it too.
    fn set_recovered(&self) -> Result<()> {
        Ok(())
    }
    /// Fails where a sync has failed, as every write does from then on: who finds nothing to write must
    /// not be told that all is safe.
    fn check_syncs(&self) -> Result<()> {
        Ok(())
    }
    /// Whether the path still leads to this storage: not once its directory was renamed and
    /// another store made in its place.
    fn is_in_place(&self) -> bool {
        true
    }
    /// How long ago the root was replaced, as far as readers of other processes may use what it has
    /// replaced. They cannot use a storage in memory.
    fn root_age(&self) -> Duration {
        Duration::MAX
    }
    /// Whether it is one that only reads, without a lock.
    fn is_read_only(&self) -> bool {
        false
    }
    /// Whether its chunks are those of one store, not of several that are read as one.
    fn is_one_store(&self) -> bool {
        true
    }
    /// The same for the newest root on disk, if that is another one: of a storage that only reads.
    fn newer(&self) -> Result<Option<Arc<dyn Storage>>> {
        Ok(None)
    }
    /// Tells which keys the root names, once their values are known to be there.
    ///
    /// Such a value has a chunk header and is never written again. So after a clean shutdown it can
    /// be read at its location in the file, without the engine.
    fn set_live(&self, _ranges: Vec<KeyRange>) {}
    /// Compares its files with the checksums of the last clean shutdown, where nothing was written since:
    /// an opening compares lengths alone.
    fn check_files(&self) -> Result<()> {
        Ok(())
    }
    /// Whether the engine is opened. If not, a scan of all keys would have to open it first.
    #[cfg(test)]
    fn is_engine_opened(&self) -> bool {
        true
    }
    /// Bytes on disk; in memory, bytes of all values.
    fn size(&self) -> Result<u64>;
    /// Ends it: later calls fail with `Closed`, and the lock is free. Calling it again has no
    /// effect.
    fn close(&self) -> Result<()>;
}

/// Refuses use after a close.
pub(crate) fn check_open(path: &Path, closed: &AtomicBool) -> Result<()> {
    match closed.load(Ordering::Acquire) {
        true => Err(Error::Closed {
            path: path.to_owned(),
        }),
        false => Ok(()),
    }
}

/// Refuses a value that sled would put into a file of its own.
pub(super) fn check_values(batch: &StorageBatch) -> Result<()> {
    for (key, value) in &batch.set {
        if value.len() > VALUE_MAX {
            let message = format!(
                "a value of {} bytes, and at most {VALUE_MAX} can be stored under one key \
                 (key {key:02x?})",
                value.len()
            );
            return Err(Error::Internal { message });
        }
    }
    Ok(())
}
