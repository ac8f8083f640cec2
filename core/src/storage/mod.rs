//! Bytes ⇄ disk. Knows keys and values of at most [`VALUE_MAX`] bytes and one root record, and nothing of segments.

use std::path::Path;
use std::sync::Arc;

use crate::error::Result;

/// A value of more bytes would make sled write blob files (`docs/design.md`).
pub(crate) const VALUE_MAX: usize = 7 * 1024;

/// One atomic step: values to set and keys to remove.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub set: Vec<(Vec<u8>, Vec<u8>)>,
    pub remove: Vec<Vec<u8>>,
}

/// An ordered map of small values with a root record that is replaced atomically.
pub(crate) trait Storage: Send + Sync {
    /// Where it is, for errors; of a store in memory `<memory>`.
    fn path(&self) -> &Path;
    /// The value, if there is one.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>>;
    /// Up to `limit` keys in order, the first one at or after `from`. Reads no value.
    fn scan_keys(&self, from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>>;
    /// Applies a step. In memory and to the kernel at once; on the medium after `sync`.
    fn write(&self, batch: Batch) -> Result<()>;
    /// Everything written so far survives a power cut (durability sync) or a kill (flush) when this returns.
    fn sync(&self) -> Result<()>;
    /// The root record's payload; none in a fresh storage.
    fn root(&self) -> Result<Option<Vec<u8>>>;
    /// Replaces the root record atomically and as durably as `sync`. Call `sync` before, so that it names only what is there.
    fn set_root(&self, payload: &[u8]) -> Result<()>;
    /// An empty storage that takes this one's place at its first `set_root`; dropped before that, it leaves no trace.
    /// After that, this one removes its own files when it is dropped (readers may still hold it).
    fn fresh(&self) -> Result<Arc<dyn Storage>>;
    /// Bytes on disk; in memory, bytes of all values.
    fn size(&self) -> Result<u64>;
    /// Ends it: later calls fail with `Closed`, the lock is free. Twice is fine.
    fn close(&self) -> Result<()>;
}
