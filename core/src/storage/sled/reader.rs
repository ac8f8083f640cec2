//! A store on disk for a process that only reads: sled's file, read without sled and without a lock.
//!
//! A reader opens files for reading alone, so it works beside a writer, beside other readers, and where
//! nothing can be written. It sees the root that `CURRENT` had at its opening. A chunk names its own key,
//! and its checksum covers the nonce that the root names, so a chunk is right wherever in the file it lies.
//!
//! `PLACES` is a hint. sled moves values that nobody touched, also when no commit happens: a chunk that is
//! not where the list says is searched for in what was written since, then in the whole file (some GB a
//! second from memory), for the same root. sled may move a value while the file is searched, from where the
//! search comes to where it was: so what was written meanwhile is searched again. Only what is nowhere in the
//! file is gone: a later commit has replaced it.
//!
//! Segments of versions 1 to 7 have no nonce. A failed commit of theirs may have left another value under the
//! same key, so the search is no proof for them: such a store is opened with the lock (`store/options`).

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::clean_shutdown::CleanShutdown;
use super::data_file::{DataFile, SearchExtent};
use super::locations::Locations;
use crate::error::{Error, Result};
use crate::storage::directory::{
    Folder, SealedFile, cannot, find_recovery_copy, has_holder, is_same_file, list_files,
    read_current,
};
use crate::storage::readahead::Readahead;
use crate::storage::storage::{KeyRange, Storage, StorageBatch, check_open};

/// How often the file is searched while it changes, before a chunk counts as gone, and how much longer each
/// time is waited before.
const SEARCHES: u32 = 8;
const PAUSE: Duration = Duration::from_millis(5);

/// How often `CURRENT` is read while compactions replace what it names.
const ROOTS: u32 = 10;

/// One state of a store on disk, read without the engine.
pub(crate) struct StoreReader {
    path: PathBuf,
    /// The directory at the path when it was opened.
    folder: Arc<Folder>,
    /// Of a store without a commit there is none.
    data: Option<DataFile>,
    root: Option<Vec<u8>>,
    /// Of all states that one handle has seen.
    closed: Arc<AtomicBool>,
}

/// Opens the newest state of a store for reading. Reads `CURRENT` and `PLACES`, and takes no lock.
///
/// # Errors
/// `PathNotFound`, `NotAStore`, `UnsupportedVersion`, `Corrupt`, `Storage`.
pub(crate) fn open_reader(path: &Path) -> Result<Arc<dyn Storage>> {
    let root = read_current(path)?;
    let folder = Arc::new(Folder::open(path)?);
    Ok(StoreReader::open(path, folder, root, Arc::default())?)
}

impl StoreReader {
    fn open(
        path: &Path,
        folder: Arc<Folder>,
        mut root: Option<SealedFile>,
        closed: Arc<AtomicBool>,
    ) -> Result<Arc<Self>> {
        let mut data = None;
        for attempt in 1.. {
            let Some(root_file) = &root else {
                break;
            };
            let db = path.join(&root_file.data).join("db");
            match File::open(&db) {
                Ok(file) => {
                    beside_writers(path, || {
                        CleanShutdown::read(path, &root_file.data).map(drop)
                    })?;
                    data = Some(DataFile::new(path, &root_file.data, file));
                    break;
                }
                // A compaction has replaced it since `CURRENT` was read.
                Err(error) if error.kind() == io::ErrorKind::NotFound && attempt < ROOTS => {
                    root = read_current(path)?;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Err(missing(path, &root_file.data));
                }
                Err(error) => return Err(cannot("open", &db)(error)),
            }
        }
        Ok(Arc::new(Self {
            path: path.to_owned(),
            folder,
            data,
            root: root.map(|root| root.payload),
            closed,
        }))
    }

    fn gone(&self) -> Error {
        Error::SnapshotGone {
            path: self.path.clone(),
        }
    }

    fn read_only<T>(&self) -> Result<T> {
        Err(Error::ReadOnly {
            path: self.path.clone(),
        })
    }

    /// The root on disk, where it is another one by now.
    fn newer_root(&self) -> Result<Option<SealedFile>> {
        let newest = read_current(&self.path)?;
        let name = self.data.as_ref().map(|data| &data.name);
        Ok(newest.filter(|root| {
            name != Some(&root.data) || self.root.as_deref() != Some(root.payload.as_slice())
        }))
    }
}

/// Runs a comparison with the record of the last clean shutdown. Its error stands where nobody has written
/// meanwhile: a writer has its name in the lock, removes the record first, and leaves another one.
fn beside_writers(store: &Path, compare: impl FnOnce() -> Result<()>) -> Result<()> {
    let before = CleanShutdown::bytes(store);
    match compare() {
        Err(error)
            if before.is_some() && before == CleanShutdown::bytes(store) && !has_holder(store) =>
        {
            Err(error)
        }
        _ => Ok(()),
    }
}

/// The error for a file of the engine that is not there.
fn missing(store: &Path, data: &str) -> Error {
    let message = match find_recovery_copy(store, data) {
        Some(_) => {
            "the file is missing, but the store has a copy of it that was kept after an unclean end: first \
             open the store for writing, which puts it back"
        }
        None => "the file is missing",
    };
    Error::Corrupt {
        path: store.to_owned(),
        part: format!("{data}/db"),
        chunk: None,
        message: message.to_owned(),
    }
}

impl StoreReader {
    /// Reads a chunk where it is known to lie, or where a search finds it.
    fn find(&self, data: &DataFile, mut read: impl FnMut(&Locations) -> bool) -> Result<bool> {
        let db = self.path.join(&data.name).join("db");
        let search = |seen: &Arc<Locations>, extent| {
            let searched = data.search_after(seen, extent);
            searched.map_err(cannot("read", &db))
        };
        let locations = data.locations();
        if read(&locations) {
            return Ok(true);
        }
        search(&locations, SearchExtent::Newer)?;
        for attempt in 0..=SEARCHES {
            let locations = data.locations();
            if read(&locations) {
                return Ok(true);
            }
            if attempt > 0 && self.newer_root()?.is_some() {
                // Beside a writer no search of the whole file ends before the next change of it.
                return match Self::find_moved(data, search, &mut read)? {
                    true => Ok(true),
                    false => Err(self.gone()),
                };
            }
            if attempt > 1 {
                // sled moves values in bursts.
                thread::sleep(PAUSE * attempt);
            }
            if !search(&locations, SearchExtent::All)? {
                return match self.newer_root()? {
                    Some(_) => Err(self.gone()),
                    // Under the newest root, in a file at rest: it is damaged.
                    None => Ok(false),
                };
            }
        }
        // The writer is so busy that each search was overtaken.
        Err(self.gone())
    }

    /// Reads a chunk that was moved while the whole file was searched: such a one lies in segments that are newer than the
    /// search. To search these takes milliseconds, in which little moves.
    fn find_moved(
        data: &DataFile,
        search: impl Fn(&Arc<Locations>, SearchExtent) -> Result<bool>,
        read: &mut impl FnMut(&Locations) -> bool,
    ) -> Result<bool> {
        for _ in 0..SEARCHES {
            let is_changed = search(&data.locations(), SearchExtent::Newer)?;
            if read(&data.locations()) {
                return Ok(true);
            }
            if !is_changed {
                break;
            }
        }
        Ok(false)
    }
}

impl Storage for StoreReader {
    fn path(&self) -> &Path {
        &self.path
    }

    fn check(&self) -> Result<()> {
        check_open(&self.path, &self.closed)
    }

    fn get_into(&self, key: &[u8], out: &mut Vec<u8>) -> Result<bool> {
        self.check()?;
        let Some(data) = &self.data else {
            return Ok(false);
        };
        self.find(data, |locations| locations.get_into(key, out))
    }

    fn get_ahead(&self, key: &[u8], ahead: &mut Readahead, out: &mut Vec<u8>) -> Result<bool> {
        self.check()?;
        if let Some(data) = &self.data
            && data.locations().get_ahead(key, ahead, out)
        {
            return Ok(true);
        }
        self.get_into(key, out)
    }

    fn scan_keys(&self, _: &[u8], _: usize) -> Result<Vec<Vec<u8>>> {
        self.read_only()
    }

    fn write(&self, _: StorageBatch) -> Result<()> {
        self.read_only()
    }

    fn sync(&self) -> Result<()> {
        self.read_only()
    }

    fn root(&self) -> Result<Option<Vec<u8>>> {
        self.check()?;
        Ok(self.root.clone())
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

    fn is_in_place(&self) -> bool {
        self.folder.is_at(&self.path)
    }

    fn newer(&self) -> Result<Option<Arc<dyn Storage>>> {
        self.check()?;
        if !self.is_in_place() {
            let message = "another store lies at this path since this one was opened; open it anew";
            return Err(cannot("read", &self.path)(io::Error::other(message)));
        }
        let Some(root) = self.newer_root()? else {
            return Ok(None);
        };
        let folder = self.folder.clone();
        let newer = Self::open(&self.path, folder, Some(root), self.closed.clone())?;
        if let (Some(data), Some(before)) = (&newer.data, &self.data)
            && data.name == before.name
            && is_same_file(&data.file, &before.file)
        {
            // What this one has found, the next one need not search for.
            data.set_locations(before.locations());
        }
        Ok(Some(newer))
    }

    fn set_live(&self, ranges: Vec<KeyRange>) {
        if let Some(data) = &self.data {
            data.set_live(&ranges);
        }
    }

    fn size(&self) -> Result<u64> {
        self.check()?;
        let Some(data) = &self.data else {
            return Ok(0);
        };
        let folder = self.path.join(&data.name);
        match fs::exists(&folder) {
            Ok(true) if let Ok(files) = list_files(&folder) => {
                Ok(files.iter().map(|(_, length)| length).sum())
            }
            // A compaction has removed it, or the writer a file of it; this reader has the one that counts.
            _ => Ok(data.file.metadata().map_or(0, |metadata| metadata.len())),
        }
    }

    fn check_files(&self) -> Result<()> {
        self.check()?;
        let Some(data) = &self.data else {
            return Ok(());
        };
        beside_writers(&self.path, || {
            let clean = CleanShutdown::read(&self.path, &data.name)?;
            clean.map_or(Ok(()), |clean| clean.compare(&self.path, &data.name))
        })
    }

    fn close(&self) -> Result<()> {
        self.closed.store(true, Ordering::Release);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::open::open_directory;
    use super::*;
    use crate::storage::chunk_key::{ChunkContent, chunk_key, seal_chunk};
    use crate::storage::{Durability, StorageOptions};

    const LIVE: KeyRange = KeyRange {
        segment: 3,
        part: 10,
        first: 0,
        chunks: 2,
        nonce: 5,
    };

    fn write(storage: &dyn Storage, chunk: u32) {
        let key = chunk_key(LIVE.segment, LIVE.part, chunk);
        let content = ChunkContent {
            codec: 0,
            length: 1,
        };
        let batch = StorageBatch {
            set: vec![(key.to_vec(), seal_chunk(&key, LIVE.nonce, content, b"0"))],
            remove: Vec::new(),
        };
        storage.write(batch).unwrap();
        storage.sync().unwrap();
    }

    /// sled moves a value while the whole file is searched, from ahead of the search to behind it; and `CURRENT` is
    /// another one by then, as it mostly is beside a writer. Seen from the reader the value comes to be in the file.
    #[test]
    fn a_chunk_that_moved_behind_a_search_is_found_under_a_newer_root_too() {
        let home = tempfile::tempdir().unwrap();
        let options = StorageOptions {
            create: true,
            durability: Durability::Flush,
            wait: Duration::ZERO,
            interrupted: None,
            cache_bytes: 1 << 20,
        };
        let writer = open_directory(home.path(), options).unwrap();
        write(&*writer, 0);
        writer.set_root(b"old").unwrap();
        let folder = Arc::new(Folder::open(home.path()).unwrap());
        let root = read_current(home.path()).unwrap();
        let reader = StoreReader::open(home.path(), folder, root, Arc::default()).unwrap();
        reader.set_live(vec![LIVE]);
        writer.set_root(b"new").unwrap();
        let data = reader.data.as_ref().unwrap();
        let key = chunk_key(LIVE.segment, LIVE.part, 1);
        let mut looks = 0;
        let found = reader.find(data, |locations| {
            looks += 1;
            let found = locations.get_into(&key, &mut Vec::new());
            if looks == 3 {
                // After the newer segments and all of the file were searched.
                write(&*writer, 1);
            }
            found
        });
        assert!(matches!(found, Ok(true)), "{found:?} after {looks} looks");
        let gone = reader.find(data, |_| false);
        assert!(matches!(gone, Err(Error::SnapshotGone { .. })), "{gone:?}");
    }

    #[test]
    fn a_path_without_a_store_is_refused_and_stays_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        let error = open_reader(&home.path().join("none")).err().unwrap();
        assert!(matches!(error, Error::PathNotFound { .. }), "{error}");
        let error = open_reader(home.path()).err().unwrap();
        assert!(matches!(error, Error::NotAStore { .. }), "{error}");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }
}
