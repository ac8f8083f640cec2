//! The chunks of one segment, wherever they lie, as a storage.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::raw_store::ChunkPlaces;
use crate::error::{Error, Result};
use crate::storage::chunk_key::{chunk_key, chunk_numbers};
use crate::storage::readahead::read_at;
use crate::storage::storage::{Storage, StorageBatch};

/// Bytes of a decoded blob that are always believed: more than a page has.
const BLOB_ALWAYS: u64 = 16 << 20;

/// How many times the bytes that were found of a part a longer blob may have.
const MOST_GROWTH: u64 = 255;

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
        mut places: ChunkPlaces,
    ) -> Self {
        drop_too_long(&mut places);
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

/// Leaves out chunks of blobs that are said to be longer than what was found of their part can be, so that no
/// header makes room for gigabytes: what only follows from its length is not believed beyond
/// [`BLOB_ALWAYS`].
fn drop_too_long(places: &mut ChunkPlaces) {
    let mut bytes = [0u64; 1 << u8::BITS];
    for (&(part, _), place) in &*places {
        bytes[usize::from(part)] += u64::from(place.length);
    }
    places.retain(|&(part, _), place| {
        let most = bytes[usize::from(part)].saturating_mul(MOST_GROWTH);
        u64::from(place.blob) <= most.max(BLOB_ALWAYS)
    });
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

    fn scan_keys(&self, from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>> {
        let written = self.written.read().unwrap_or_else(PoisonError::into_inner);
        let first = chunk_numbers(from).map_or((0, 0), |(segment, part, chunk)| {
            match segment.cmp(&self.segment) {
                Ordering::Less => (0, 0),
                Ordering::Equal => (part, chunk),
                // Behind all of them: no part has this number.
                Ordering::Greater => (u8::MAX, u32::MAX),
            }
        });
        let found = self.places.range(first..).take(limit);
        let mut keys: Vec<Vec<u8>> = found
            .map(|(&(part, chunk), _)| chunk_key(self.segment, part, chunk).to_vec())
            .collect();
        let range = written.range::<[u8], _>((Bound::Included(from), Bound::Unbounded));
        keys.extend(range.take(limit).map(|(key, _)| key.clone()));
        keys.sort_unstable();
        keys.dedup();
        keys.truncate(limit);
        Ok(keys)
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::raw_store::{RawRoot, RawStore};
    use super::*;
    use crate::storage::chunk_key::{ChunkContent, seal_chunk};

    /// The chunks of a store that has only these: each a key and the length that it states for its blob.
    fn chunks(stated: &[((u32, u8, u32), u32)]) -> SegmentChunks {
        let folder = tempfile::tempdir().unwrap();
        let sealed = stated.iter().map(|&((segment, part, chunk), length)| {
            let content = ChunkContent { codec: 1, length };
            seal_chunk(&chunk_key(segment, part, chunk), 0, content, &[7; 100])
        });
        fs::write(
            folder.path().join("db"),
            sealed.collect::<Vec<_>>().concat(),
        )
        .unwrap();
        let root = RawRoot::default();
        let raw = RawStore::search(folder.path(), &root, &[], &mut |_| Ok(())).unwrap();
        raw.segment(3, 0)
    }

    #[test]
    fn a_blob_that_is_said_to_be_longer_than_its_chunks_can_be_is_not_read() {
        let most = (BLOB_ALWAYS as u32, u32::MAX);
        let found = chunks(&[
            ((3, 1, 0), most.0),
            ((3, 1, 1), most.0 + 1),
            ((3, 2, 0), most.1),
            ((4, 2, 0), 5),
        ]);
        let has = |part: u8, chunk: u32| {
            let value = found.get(&chunk_key(3, part, chunk)).unwrap();
            value.is_some()
        };
        assert!(has(1, 0));
        assert!(!has(1, 1) && !has(2, 0));
    }

    #[test]
    fn keys_are_listed_in_order_with_those_that_were_written() {
        let found = chunks(&[
            ((3, 1, 0), 5),
            ((3, 1, 9), 5),
            ((3, 7, 2), 5),
            ((4, 2, 0), 5),
        ]);
        let key = |part: u8, chunk: u32| chunk_key(3, part, chunk).to_vec();
        let set = vec![(key(1, 4), vec![0]), (key(1, 9), vec![0])];
        let remove = Vec::new();
        found.write(StorageBatch { set, remove }).unwrap();
        let all = [key(1, 0), key(1, 4), key(1, 9), key(7, 2)];
        for from in [chunk_key(0, 200, 9), chunk_key(3, 0, 0), chunk_key(3, 1, 0)] {
            assert_eq!(found.scan_keys(&from, 9).unwrap(), all);
        }
        assert_eq!(found.scan_keys(&key(1, 1), 2).unwrap(), all[1..3]);
        assert!(found.scan_keys(&chunk_key(4, 0, 0), 9).unwrap().is_empty());
    }
}
