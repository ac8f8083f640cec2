//! A storage in sled, used in the one way in which it is both fast and safe (`docs/design.md`).
//!
//! One tree; values of at most [`VALUE_MAX`](crate::storage::VALUE_MAX) bytes, so that sled makes
//! no blob files; no transactions, merge operators, subscribers, ids, `len`, `clear` or
//! asynchronous flushes. sled's `flush` does not reach the medium on Linux, so the file is synced
//! through a descriptor of our own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use ::sled::{Db, IVec};

use super::clean_shutdown::{self, CleanShutdown};
use super::engine::{READ, WRITE, call_engine, start_engine};
use super::locations::Locations;
use super::search::{log_end, search_newer};
use super::siblings::Siblings;
use crate::error::{Error, Result};
use crate::storage::directory::{
    CURRENT, Directory, SealedFile, cannot, find_recovery_copy, list_files, remove_directory,
    remove_recovery_copy, replace_file, sync_directory, sync_file,
};
use crate::storage::readahead::Readahead;
use crate::storage::storage::{KeyRange, Storage, StorageBatch, check_values};

/// A step of more values than this inserts its keys with empty values first, in order, and then the
/// values, in order, one by one.
///
/// Leaves then split while they are small, and the values of a leaf are written together. Bytes on
/// disk for each byte of 6 KiB values, at 2, 66 and 200 MB: 1.03 (1.12 to 1.24 for 7 KiB values).
/// Without the keys first it is 1.9 to 3.1. With the keys in a sled batch, which shuffles them, it
/// is 1.6, and the batch blocks every reader while it is applied. The price is that the step is not
/// atomic for sled; the root record makes up for that.
const KEYS_FIRST: usize = 32;

/// Bytes of values after which the list of locations is brought up to date: a search finds so much in some
/// milliseconds.
const UNLISTED_MAX: u64 = 16 << 20;

/// What a storage is to its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::storage) enum Role {
    /// The one that `CURRENT` names, or will name at the first root.
    Current,
    /// Replaces the current one at its first root; leaves no trace if it is dropped before.
    Pending,
    /// Another one replaced it; its files are removed when it is dropped.
    Replaced,
    /// As `Replaced`, but `CURRENT` may not survive a power cut. The files stay, and the next open
    /// decides.
    MaybeReplaced,
}

/// What changes in the life of a storage.
pub(super) struct State {
    pub role: Role,
    pub root: Option<Vec<u8>>,
    /// What `CLEAN` says, while it is there.
    pub clean: Option<CleanShutdown>,
    /// The keys that the root names.
    pub live: Vec<KeyRange>,
    /// Bytes of values that were written since the list of locations was.
    pub unlisted: u64,
}

/// sled itself.
pub(super) enum Engine {
    /// The last shutdown was clean and the locations of the values are known. The engine is opened
    /// by the first write, or by a read of a value that is not at its location.
    NotOpened,
    Opened(Db),
    Closed,
}

/// A storage in one data directory of a store.
pub(in crate::storage) struct SledStorage {
    pub(super) directory: Arc<Directory>,
    pub(super) siblings: Arc<Siblings>,
    /// Name of the data directory.
    pub(super) name: String,
    pub(super) data: PathBuf,
    pub(super) engine: RwLock<Engine>,
    pub(super) locations: Option<Locations>,
    pub(super) state: Mutex<State>,
}

impl SledStorage {
    pub(super) fn new(
        directory: Arc<Directory>,
        siblings: Arc<Siblings>,
        name: String,
        engine: Engine,
        locations: Option<Locations>,
        state: State,
    ) -> Arc<Self> {
        let storage = Arc::new(Self {
            data: directory.path.join(&name),
            directory,
            siblings,
            name,
            engine: RwLock::new(engine),
            locations,
            state: Mutex::new(state),
        });
        storage.siblings.add(&storage);
        storage
    }

    /// Makes an empty storage in a data directory that is marked as new.
    pub(super) fn create(
        directory: Arc<Directory>,
        siblings: Arc<Siblings>,
        name: String,
        role: Role,
    ) -> Result<Arc<Self>> {
        let data = directory.path.join(&name);
        let db = start_engine(&data, directory.options.cache_bytes)?;
        if directory.is_durable() {
            // sled syncs none of what it makes: neither its settings nor the names of its files.
            let files = ["conf", "db"].map(|file| data.join(file));
            let synced = files.iter().try_for_each(|file| sync_file(file));
            let synced = synced.and_then(|()| sync_directory(&data));
            let synced = synced.and_then(|()| sync_directory(&directory.path));
            directory.failed_sync.keep(synced)?;
        }
        let state = State {
            role,
            root: None,
            clean: None,
            live: Vec::new(),
            unlisted: 0,
        };
        let engine = Engine::Opened(db);
        Ok(Self::new(directory, siblings, name, engine, None, state))
    }

    /// As [`SledStorage::create`], for tests that make the directory themselves.
    #[cfg(test)]
    pub fn create_alone(directory: Arc<Directory>, name: String, role: Role) -> Result<Arc<Self>> {
        Self::create(directory, Arc::default(), name, role)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn engine(&self) -> RwLockReadGuard<'_, Engine> {
        self.engine.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls the engine, opening it first if need be. `operation` is that of its errors.
    fn with_engine<T>(
        &self,
        operation: &'static str,
        call: impl FnOnce(&Db) -> ::sled::Result<T>,
    ) -> Result<T> {
        self.directory.check()?;
        self.open_engine()?;
        match &*self.engine() {
            Engine::Opened(db) => call_engine(&self.data, operation, || call(db)),
            // Once opened it is opened until the close.
            Engine::Closed | Engine::NotOpened => Err(Error::Closed {
                path: self.directory.path.clone(),
            }),
        }
    }

    /// Opens the engine, unless it is opened or closed.
    fn open_engine(&self) -> Result<()> {
        if !matches!(*self.engine(), Engine::NotOpened) {
            return Ok(());
        }
        let mut engine = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have opened it meanwhile.
        if matches!(*engine, Engine::NotOpened) {
            // The engine opens its files by their path.
            self.directory.check_in_place()?;
            // sled destroys what lies behind damage.
            let clean = self.state().clean.clone();
            if let Some(clean) = clean {
                clean.compare(&self.directory.path, &self.name)?;
            }
            let before = list_files(&self.data)?;
            let db = start_engine(&self.data, self.directory.options.cache_bytes)?;
            // The engine is not known to write at an open after a clean shutdown. If it did all the
            // same, the record must not stand beside other files.
            let mut state = self.state();
            if state.clean.is_some() && list_files(&self.data)? != before {
                self.remove_record(&mut state)?;
            }
            *engine = Engine::Opened(db);
        }
        Ok(())
    }

    /// Removes the record of the last clean shutdown, if it is there.
    pub(super) fn remove_record(&self, state: &mut State) -> Result<()> {
        if state.clean.is_some() {
            clean_shutdown::remove_record(&self.directory.path, self.directory.is_durable())?;
            state.clean = None;
        }
        Ok(())
    }

    /// Brings the list of locations up to date for readers of other processes, without a sync.
    fn renew_locations(&self, live: &[KeyRange]) -> Result<()> {
        let (path, db) = (&self.directory.path, self.data.join("db"));
        let file = Arc::new(File::open(&db).map_err(cannot("open", &db))?);
        let known = Locations::hint(path, &self.name, file.clone());
        let end = log_end(&file).map_err(cannot("read", &db))?;
        let found = search_newer(&file, live, known.log_end(), end).map_err(cannot("read", &db))?;
        known
            .only(live)
            .with(&found, end)
            .write(path, &self.name, None, false);
        Ok(())
    }

    /// Those of some sorted keys that the engine does not have.
    fn new_keys<'a>(&self, set: &'a [(Vec<u8>, Vec<u8>)]) -> Result<Vec<&'a [u8]>> {
        let (Some((first, _)), Some((last, _))) = (set.first(), set.last()) else {
            return Ok(Vec::new());
        };
        let keys = || set.iter().map(|(key, _)| key.as_slice());
        self.with_engine(READ, |db| {
            let range = first.as_slice()..=last.as_slice();
            // The keys of a new segment are all new and close together: one lookup shows it.
            if db.range(range).keys().next().is_none() {
                return Ok(keys().collect());
            }
            let mut new = Vec::new();
            for key in keys() {
                if !db.contains_key(key)? {
                    new.push(key);
                }
            }
            Ok(new)
        })
    }
}

impl Storage for SledStorage {
    fn check(&self) -> Result<()> {
        self.directory.check()
    }

    fn path(&self) -> &Path {
        &self.directory.path
    }

    fn get_into(&self, key: &[u8], out: &mut Vec<u8>) -> Result<bool> {
        if let Some(locations) = &self.locations {
            // `check` looked at the process once when the question began.
            self.directory.check_open()?;
            if locations.get_into(key, out) {
                return Ok(true);
            }
        }
        let value = self.with_engine(READ, |db| db.get(key))?;
        out.extend_from_slice(value.as_deref().unwrap_or_default());
        Ok(value.is_some())
    }

    fn get_ahead(&self, key: &[u8], ahead: &mut Readahead, out: &mut Vec<u8>) -> Result<bool> {
        if let Some(locations) = &self.locations {
            self.directory.check_open()?;
            if locations.get_ahead(key, ahead, out) {
                return Ok(true);
            }
        }
        self.get_into(key, out)
    }

    fn scan_keys(&self, from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>> {
        self.with_engine(READ, |db| {
            let keys = db.range(from..).keys().take(limit);
            keys.map(|key| key.map(|key| key.to_vec())).collect()
        })
    }

    fn write(&self, batch: StorageBatch) -> Result<()> {
        check_values(&batch)?;
        self.directory.check()?;
        self.directory.failed_sync.check()?;
        // First, so that the record stays where the engine cannot be opened.
        self.open_engine()?;
        self.directory.check_in_place()?;
        self.directory
            .failed_sync
            .keep(self.remove_record(&mut self.state()))?;
        let StorageBatch { mut set, remove } = batch;
        let bytes: usize = set.iter().map(|(_, value)| value.len()).sum();
        self.state().unlisted += bytes as u64;
        if let Some(locations) = &self.locations {
            let keys = set.iter().map(|(key, _)| key).chain(&remove);
            keys.for_each(|key| locations.forget(key));
        }
        if set.len().max(remove.len()) <= KEYS_FIRST {
            return self.with_engine(WRITE, |db| {
                let mut step = ::sled::Batch::default();
                for key in remove {
                    step.remove(key);
                }
                for (key, value) in set {
                    step.insert(key, value);
                }
                db.apply_batch(step)
            });
        }
        set.sort_by(|a, b| a.0.cmp(&b.0));
        for key in self.new_keys(&set)? {
            self.with_engine(WRITE, |db| db.insert(key, IVec::default()))?;
        }
        // Each value is dropped as soon as sled has it.
        for (key, value) in set {
            self.with_engine(WRITE, |db| db.insert(key, value.as_slice()))?;
        }
        for key in &remove {
            self.with_engine(WRITE, |db| db.remove(key))?;
        }
        Ok(())
    }

    fn sync(&self) -> Result<()> {
        self.directory.failed_sync.check()?;
        self.with_engine(WRITE, |db| db.flush())?;
        if self.directory.is_durable() {
            self.directory
                .failed_sync
                .keep(sync_file(&self.data.join("db")))?;
        }
        Ok(())
    }

    fn root(&self) -> Result<Option<Vec<u8>>> {
        self.directory.check()?;
        Ok(self.state().root.clone())
    }

    fn set_root(&self, payload: &[u8]) -> Result<()> {
        self.directory.check()?;
        self.directory.failed_sync.check()?;
        self.directory.check_in_place()?;
        let path = &self.directory.path;
        let durable = self.directory.is_durable();
        let role = self.state().role;
        if matches!(role, Role::Replaced | Role::MaybeReplaced) {
            return Err(Error::Internal {
                message: format!(
                    "{}: {} was replaced by a newer one",
                    path.display(),
                    self.name
                ),
            });
        }
        let sealed = SealedFile {
            data: self.name.clone(),
            payload: payload.to_vec(),
        };
        let replaced = replace_file(&path.join(CURRENT), &sealed.render("current"), durable);
        self.directory.failed_sync.keep(replaced)?;
        // From here on an open would find the new root, whatever fails below.
        let synced = match durable {
            true => self.directory.failed_sync.keep(sync_directory(path)),
            false => Ok(()),
        };
        {
            let mut state = self.state();
            state.root = Some(sealed.payload);
            state.role = Role::Current;
        }
        if role == Role::Pending {
            self.mark_replaced(synced.is_ok());
        }
        synced?;
        self.directory.unmark(&self.name)?;
        // A commit on top of the data means that the data is good (`recovery_copy`).
        remove_recovery_copy(path, &self.name)
    }

    fn fresh(&self) -> Result<Arc<dyn Storage>> {
        self.directory.check()?;
        self.directory.failed_sync.check()?;
        self.directory.check_in_place()?;
        let name = self.directory.create_data()?;
        let data = self.directory.path.join(&name);
        let (directory, siblings) = (self.directory.clone(), self.siblings.clone());
        let made = Self::create(directory, siblings, name, Role::Pending);
        if made.is_err() && self.directory.is_in_place() {
            // The next open would remove it; a full disk needs the room now.
            let _ = remove_directory(&data);
        }
        Ok(made?)
    }

    fn recovery_copy(&self) -> Option<PathBuf> {
        find_recovery_copy(&self.directory.path, &self.name)
    }

    fn set_recovered(&self) -> Result<()> {
        self.directory.check()?;
        self.directory.check_in_place()?;
        remove_recovery_copy(&self.directory.path, &self.name)
    }

    fn check_syncs(&self) -> Result<()> {
        self.directory.failed_sync.check()
    }

    fn is_in_place(&self) -> bool {
        self.directory.is_in_place()
    }

    fn root_age(&self) -> Duration {
        let written =
            fs::metadata(self.directory.path.join(CURRENT)).and_then(|file| file.modified());
        // With a clock that went back it counts as new.
        written.map_or(Duration::ZERO, |written| {
            written.elapsed().unwrap_or_default()
        })
    }

    fn set_live(&self, ranges: Vec<KeyRange>) {
        let mut state = self.state();
        state.live = ranges;
        if state.unlisted >= UNLISTED_MAX && state.role == Role::Current {
            state.unlisted = 0;
            // Readers search for what the list does not have.
            let _ = self.renew_locations(&state.live);
        }
    }

    fn check_files(&self) -> Result<()> {
        self.directory.check()?;
        let clean = self.state().clean.clone();
        match clean {
            // Once it is opened, the engine may write for a reader.
            Some(clean) if matches!(*self.engine(), Engine::NotOpened) => {
                clean.compare(&self.directory.path, &self.name)
            }
            _ => Ok(()),
        }
    }

    #[cfg(test)]
    fn is_engine_opened(&self) -> bool {
        !matches!(*self.engine(), Engine::NotOpened)
    }

    fn size(&self) -> Result<u64> {
        self.directory.check()?;
        let files = list_files(&self.data)?;
        Ok(files.iter().map(|(_, length)| length).sum())
    }

    fn close(&self) -> Result<()> {
        self.directory.check_not_forked()?;
        let mut result = Ok(());
        for sibling in self.siblings.in_use() {
            // The first failure is returned; the others are closed all the same.
            result = result.and(sibling.finish());
        }
        // Last: finishing removes replaced data, which is ours only while the lock is held.
        result.and(self.directory.close())
    }
}
