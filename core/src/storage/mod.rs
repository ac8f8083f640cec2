//! Bytes ⇄ disk. Knows keys and values of at most [`VALUE_MAX`] bytes and one root record, and nothing of segments.

//!
//! | file | question |
//! | --- | --- |
//! | `sled`, `start` | how a store lies on disk and survives |
//! | `envelope` | what a value is, wherever its bytes lie |
//! | `places` | where in sled's file the values lie that will not change: reading them wakes no sled |
//! | `memory` | the same without a disk |
//! | `failing` | what a crash at any step leaves (tests) |
//! | `directory`, `lock`, `current`, `clean`, `aside`, `files` | what lies in a store's directory: who has it, what is live, is it what it was |
//! | `record` | small records ⇄ bytes; the one place that calls bincode |

mod aside;
mod clean;
mod current;
mod directory;
pub(crate) mod envelope;
#[cfg(test)]
pub(crate) mod failing;
mod files;
mod lock;
mod memory;
mod places;
pub(crate) mod record;
mod sled;
mod start;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use places::Ahead;

use crate::error::{Error, Result};

/// A value of more bytes would make sled write blob files (`docs/design.md`).
pub(crate) const VALUE_MAX: usize = 7 * 1024;

/// How much a commit survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// A power cut, as far as the medium keeps its word: files and directories are synced.
    #[default]
    Sync,
    /// A kill of the process, but not a power cut: everything is handed to the operating system.
    Flush,
}

/// How a store on disk is opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenOptions {
    /// Makes a store where there is none: in a new or an empty directory.
    pub create: bool,
    pub durability: Durability,
    /// sled's cache, counted in bytes on disk; it takes about twice that in memory.
    pub cache_bytes: u64,
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

/// Opens the storage of a store on disk, or makes one.
///
/// Reads every byte of the data if the last end was a clean one (to compare checksums), copies it if it was not.
///
/// # Errors
/// `PathNotFound`, `NotAStore`, `Locked`, `UnsupportedVersion`, `Corrupt`, `Storage`. None of them changes `CURRENT` or
/// the data.
pub(crate) fn open(path: &Path, options: OpenOptions) -> Result<Arc<dyn Storage>> {
    let storage: Arc<dyn Storage> = sled::open(path, options)?;
    Ok(storage)
}

/// A storage in memory.
pub(crate) fn memory() -> Arc<dyn Storage> {
    memory::MemoryStorage::new()
}

/// One step: values to set and keys to remove, no key in both. A big step on disk is not atomic; the root is what
/// makes it seen.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub set: Vec<(Vec<u8>, Vec<u8>)>,
    pub remove: Vec<Vec<u8>>,
}

/// Keys that follow each other: a part of a segment, or a generation of its deleted rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub segment: u32,
    pub part: u8,
    /// The first chunk, and how many there are.
    pub first: u32,
    pub chunks: u32,
}

/// An ordered map of small values with a root record that is replaced atomically.
pub(crate) trait Storage: Send + Sync {
    /// Where it is, for errors; of a store in memory `<memory>`.
    fn path(&self) -> &Path;
    /// Fails with `Closed` or `Forked` where every other call would.
    fn check(&self) -> Result<()>;
    /// Appends the value to some bytes, and says whether there is one.
    fn get_into(&self, key: &[u8], out: &mut Vec<u8>) -> Result<bool>;
    /// As [`Storage::get_into`], for a pass over keys that follow each other.
    fn get_ahead(&self, key: &[u8], _ahead: &mut Ahead, out: &mut Vec<u8>) -> Result<bool> {
        self.get_into(key, out)
    }
    /// The value, if there is one.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut value = Vec::new();
        Ok(self.get_into(key, &mut value)?.then_some(value))
    }
    /// Whether there is a value.
    fn has(&self, key: &[u8]) -> Result<bool> {
        Ok(self
            .scan_keys(key, 1)?
            .first()
            .is_some_and(|found| found == key))
    }
    /// Up to `limit` keys in order, the first one at or after `from`. Reads no value.
    fn scan_keys(&self, from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>>;
    /// Applies a step: seen by every reader at once, beyond the process only after `sync`.
    fn write(&self, batch: Batch) -> Result<()>;
    /// Everything written so far survives a power cut (durability sync) or a kill (flush) when this returns.
    fn sync(&self) -> Result<()>;
    /// The root record's payload; none in a fresh storage.
    fn root(&self) -> Result<Option<Vec<u8>>>;
    /// Replaces the root record atomically and as durably as `sync`. Call `sync` before, so that it names only what is there.
    /// After a failure `root` says which one stands: it may be the new one, not yet certain to survive a power cut.
    fn set_root(&self, payload: &[u8]) -> Result<()>;
    /// An empty storage that takes this one's place at its first `set_root`; dropped before that, it leaves no trace.
    /// After that, this one removes its own files when it is dropped (readers may still hold it).
    fn fresh(&self) -> Result<Arc<dyn Storage>>;
    /// The copy that was made of the data after an unclean end, as long as nobody has confirmed
    /// the data ([`Storage::confirm`]).
    fn recovery_copy(&self) -> Option<PathBuf> {
        None
    }
    /// Whether the path still leads to this storage: not once its directory was renamed and
    /// another store made in its place.
    fn is_in_place(&self) -> bool {
        true
    }
    /// Everything that the root names was found: a copy that was kept of the data after an unclean end may go
    /// (`aside`). A `set_root` says so too. Call it once the chunks that the root names are known to be there.
    fn confirm(&self) -> Result<()> {
        Ok(())
    }
    /// Says which keys the root names, once they are known to be there. The value of such a key is in its envelope, is
    /// never written again, and may be found without the map from the next open on (`places`).
    fn name(&self, _runs: Vec<Run>) {}
    /// Whether a look at all keys is cheap: not if it would wake a map that has nothing else to do.
    fn is_awake(&self) -> bool {
        true
    }
    /// Bytes on disk; in memory, bytes of all values.
    fn size(&self) -> Result<u64>;
    /// Ends it: later calls fail with `Closed`, the lock is free. Twice is fine.
    fn close(&self) -> Result<()>;
}

/// Refuses a value that sled would put in a file of its own.
fn check_values(batch: &Batch) -> Result<()> {
    for (key, value) in &batch.set {
        if value.len() > VALUE_MAX {
            return Err(Error::Internal {
                message: format!(
                    "a value of {} bytes, and at most {VALUE_MAX} can be stored under one key (key {key:02x?})",
                    value.len()
                ),
            });
        }
    }
    Ok(())
}
