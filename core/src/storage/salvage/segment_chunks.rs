//! The chunks of one segment, wherever they lie, as a storage.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::raw_store::ChunkPlaces;
use crate::error::{Error, Result};
use crate::storage::chunk_key::chunk_numbers;
use crate::storage::readahead::read_at;
use crate::storage::storage::{Storage, StorageBatch};

/// The chunks of one segment. What is written stays in memory, in place of what was found.
pub(crate) struct SegmentChunks {
    path: PathBuf,
    files: Arc<Vec<File>>,
    segment: u32,
    places: ChunkPlaces,
    written: RwLock<BTreeMap<Vec<u8>, Vec<u8>>>,
}

impl SegmentChunks {
    pub(super) fn new(
        path: PathBuf,
        files: Arc<Vec<File>>,
        segment: u32,
        places: ChunkPlaces,
    ) -> Self {
        Self {
            path,
            files,
            segment,
            places,
            written: RwLock::default(),
        }
    }

    fn read_only<T>(&self) -> Result<T> {
        Err(Error::ReadOnly {
            path: self.path.clone(),
        })
    }
}

impl Storage for SegmentChunks {
    fn path(&self) -> &Path {
        &self.path
    }

    fn check(&self) -> Result<()> {
        Ok(())
    }

    fn get_into(&self, key: &[u8], out: &mut Vec<u8>) -> Result<bool> {
        let written = self.written.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = written.get(key) {
            out.extend_from_slice(value);
            return Ok(true);
        }
        let key = chunk_numbers(key).filter(|(segment, ..)| *segment == self.segment);
        let place = key.and_then(|(_, part, chunk)| self.places.get(&(part, chunk)));
        let Some(place) = place else {
            return Ok(false);
        };
        let start = out.len();
        out.resize(start + usize::from(place.length), 0);
        // What was read once and cannot be read again is lost as any other damaged chunk.
        let read = read_at(&self.files[place.file], &mut out[start..], place.offset);
        if read.is_err() {
            out.truncate(start);
        }
        Ok(read.is_ok())
    }

    fn scan_keys(&self, _: &[u8], _: usize) -> Result<Vec<Vec<u8>>> {
        self.read_only()
    }

    fn write(&self, batch: StorageBatch) -> Result<()> {
        let mut written = self.written.write().unwrap_or_else(PoisonError::into_inner);
        written.extend(batch.set);
        Ok(())
    }

    fn sync(&self) -> Result<()> {
        self.read_only()
    }

    fn root(&self) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    fn set_root(&self, _: &[u8]) -> Result<()> {
        self.read_only()
    }

    fn fresh(&self) -> Result<Arc<dyn Storage>> {
        self.read_only()
    }

    fn is_read_only(&self) -> bool {
        true
    }

    fn size(&self) -> Result<u64> {
        Ok(self
            .places
            .values()
            .map(|place| u64::from(place.length))
            .sum())
    }

    fn close(&self) -> Result<()> {
        Ok(())
    }
}
