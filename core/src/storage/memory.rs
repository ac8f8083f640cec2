//! A storage in memory: for tests, notebooks and stores that are not kept.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::storage::{Storage, StorageBatch, check_open, check_values};
use crate::error::{Error, Forked, Result};

/// What stands for a path in the errors of a storage in memory.
const NOWHERE: &str = "<memory>";

/// An ordered map under one lock. A batch is atomic; nothing survives the process.
#[derive(Debug)]
struct MemoryStorage {
    map: RwLock<BTreeMap<Vec<u8>, Vec<u8>>>,
    root: RwLock<Option<Vec<u8>>>,
    // Shared with the storages that replace this one, so that closing one closes all, as on disk.
    closed: Arc<AtomicBool>,
    /// The process that made it.
    pid: u32,
}

/// A new storage in memory.
pub(crate) fn open_memory() -> Arc<dyn Storage> {
    Arc::new(MemoryStorage::sharing(Arc::default()))
}

impl MemoryStorage {
    /// An empty storage that is closed together with others.
    fn sharing(closed: Arc<AtomicBool>) -> Self {
        Self {
            map: RwLock::default(),
            root: RwLock::default(),
            closed,
            pid: std::process::id(),
        }
    }

    /// Refuses use in a forked child, where a thread of the parent may hold a lock for ever, and
    /// after a close.
    fn check(&self) -> Result<()> {
        if std::process::id() != self.pid {
            return Err(Error::Forked {
                path: NOWHERE.into(),
                what: Forked::Store,
            });
        }
        self.check_open()
    }

    /// Refuses use after a close alone: a question asks for the process once, not for each value.
    fn check_open(&self) -> Result<()> {
        check_open(Path::new(NOWHERE), &self.closed)
    }

    // A panic while a lock was held can leave part of a batch in the map. No root names it, so it
    // is never read.
    fn read(&self) -> Result<RwLockReadGuard<'_, BTreeMap<Vec<u8>, Vec<u8>>>> {
        self.check_open()?;
        Ok(self.map.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self) -> Result<RwLockWriteGuard<'_, BTreeMap<Vec<u8>, Vec<u8>>>> {
        self.check()?;
        Ok(self.map.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Storage for MemoryStorage {
    fn check(&self) -> Result<()> {
        Self::check(self)
    }

    fn path(&self) -> &Path {
        Path::new(NOWHERE)
    }

    fn get_into(&self, key: &[u8], out: &mut Vec<u8>) -> Result<bool> {
        let map = self.read()?;
        let value = map.get(key);
        out.extend_from_slice(value.map_or(&[], Vec::as_slice));
        Ok(value.is_some())
    }

    fn scan_keys(&self, from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>> {
        let map = self.read()?;
        let keys = map.range(from.to_vec()..).map(|(key, _)| key.clone());
        Ok(keys.take(limit).collect())
    }

    fn write(&self, batch: StorageBatch) -> Result<()> {
        check_values(&batch)?;
        let mut map = self.change()?;
        for key in batch.remove {
            map.remove(&key);
        }
        map.extend(batch.set);
        Ok(())
    }

    fn sync(&self) -> Result<()> {
        self.check()
    }

    fn root(&self) -> Result<Option<Vec<u8>>> {
        self.check()?;
        let root = self.root.read().unwrap_or_else(PoisonError::into_inner);
        Ok(root.clone())
    }

    fn set_root(&self, payload: &[u8]) -> Result<()> {
        self.check()?;
        let mut root = self.root.write().unwrap_or_else(PoisonError::into_inner);
        *root = Some(payload.to_vec());
        Ok(())
    }

    fn fresh(&self) -> Result<Arc<dyn Storage>> {
        self.check()?;
        Ok(Arc::new(Self::sharing(Arc::clone(&self.closed))))
    }

    fn size(&self) -> Result<u64> {
        Ok(self.read()?.values().map(|value| value.len() as u64).sum())
    }

    fn close(&self) -> Result<()> {
        self.closed.store(true, Ordering::Release);
        let mut map = self.map.write().unwrap_or_else(PoisonError::into_inner);
        map.clear();
        Ok(())
    }
}
