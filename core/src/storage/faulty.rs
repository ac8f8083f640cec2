//! A storage that breaks on demand, for tests of what a crash or a full disk leaves behind.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::readahead::Readahead;
use super::storage::{KeyRange, Storage, StorageBatch};
use crate::error::{Error, Result};

/// What happens at the step that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// Nothing of the step is done.
    Before,
    /// The first half of a batch is written; a sync or a root is not.
    Half,
    /// The whole step is done and returns an error, as when the last fsync fails.
    After,
}

/// Wraps a storage. The n-th of all writes, syncs and roots fails, and so does every later one, as
/// in a process that died there. Reads go on, so that a test can look at what is left.
pub(crate) struct FaultyStorage {
    inner: Arc<dyn Storage>,
    // Steps left before the failing one; shared with fresh storages, so that n counts through a
    // compaction.
    left: Arc<AtomicUsize>,
    how: Break,
}

impl FaultyStorage {
    /// Fails at step `n`, counted from 0.
    pub(crate) fn new(inner: Arc<dyn Storage>, n: usize, how: Break) -> Arc<Self> {
        Arc::new(Self {
            inner,
            left: Arc::new(AtomicUsize::new(n)),
            how,
        })
    }

    /// Whether the failing step was reached: a test that counts n up is done when it was not.
    pub(crate) fn broke(&self) -> bool {
        self.left.load(Ordering::SeqCst) == usize::MAX
    }

    /// Runs a step: whole before the failing one, `half` at it, not at all after it.
    fn step(
        &self,
        whole: impl FnOnce() -> Result<()>,
        half: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        // usize::MAX: the failing step was reached.
        let left = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
                usize::MAX => None,
                0 => Some(usize::MAX),
                _ => Some(left - 1),
            });
        match (left, self.how) {
            (Ok(1..), _) => return whole(),
            (Ok(0), Break::Half) => half()?,
            (Ok(0), Break::After) => whole()?,
            (Ok(0), Break::Before) | (Err(_), _) => {}
        }
        Err(Error::Storage {
            path: self.inner.path().to_path_buf(),
            operation: "write",
            source: std::io::Error::other("broken on purpose by a test"),
        })
    }
}

impl Storage for FaultyStorage {
    fn check(&self) -> Result<()> {
        self.inner.check()
    }

    fn path(&self) -> &Path {
        self.inner.path()
    }

    fn get_into(&self, key: &[u8], out: &mut Vec<u8>) -> Result<bool> {
        self.inner.get_into(key, out)
    }

    fn get_ahead(&self, key: &[u8], ahead: &mut Readahead, out: &mut Vec<u8>) -> Result<bool> {
        self.inner.get_ahead(key, ahead, out)
    }

    fn scan_keys(&self, from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>> {
        self.inner.scan_keys(from, limit)
    }

    fn write(&self, mut batch: StorageBatch) -> Result<()> {
        let mut half = StorageBatch {
            set: batch.set.clone(),
            remove: batch.remove.clone(),
        };
        half.set.truncate(batch.set.len() / 2);
        half.remove.truncate(batch.remove.len() / 2);
        self.step(
            || self.inner.write(std::mem::take(&mut batch)),
            || self.inner.write(half),
        )
    }

    fn sync(&self) -> Result<()> {
        self.step(|| self.inner.sync(), || Ok(()))
    }

    fn root(&self) -> Result<Option<Vec<u8>>> {
        self.inner.root()
    }

    fn set_root(&self, payload: &[u8]) -> Result<()> {
        self.step(|| self.inner.set_root(payload), || Ok(()))
    }

    fn fresh(&self) -> Result<Arc<dyn Storage>> {
        Ok(Arc::new(Self {
            inner: self.inner.fresh()?,
            left: Arc::clone(&self.left),
            how: self.how,
        }))
    }

    fn recovery_copy(&self) -> Option<std::path::PathBuf> {
        self.inner.recovery_copy()
    }

    fn check_syncs(&self) -> Result<()> {
        self.inner.check_syncs()
    }

    fn is_in_place(&self) -> bool {
        self.inner.is_in_place()
    }

    fn set_recovered(&self) -> Result<()> {
        self.inner.set_recovered()
    }

    fn set_live(&self, ranges: Vec<KeyRange>) {
        self.inner.set_live(ranges);
    }

    fn check_files(&self) -> Result<()> {
        self.inner.check_files()
    }

    fn is_engine_opened(&self) -> bool {
        self.inner.is_engine_opened()
    }

    fn size(&self) -> Result<u64> {
        self.inner.size()
    }

    fn close(&self) -> Result<()> {
        self.inner.close()
    }
}
