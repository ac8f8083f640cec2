//! A storage in sled, used in the one way in which it is both fast and safe (`docs/design.md`).
//!
//! One tree; values of at most [`VALUE_MAX`](super::VALUE_MAX) bytes, so that no blob files appear; no transactions,
//! merge operators, subscribers, ids, `len`, `clear` or asynchronous flushes. sled's `flush` does not reach the medium
//! on Linux, so the file is synced through a descriptor of our own.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, Weak};

use ::sled::{Db, IVec};

use super::current::{CURRENT, Sealed};
use super::directory::Directory;
use super::files::{cannot, list_files, remove_directory, replace, sync_directory};
use super::places::{Ahead, Places};
use super::start::{check_process, guarded, remove_broken_snapshots, start, start_anew};
use super::{Batch, OpenOptions, Run, Storage, aside, check_values, clean};
use crate::error::{Error, Result};

/// A step of more values inserts its keys with empty values first, in order, and then the values, in order, one by one.
/// Leaves then split while they are small, and a leaf's values come together: 1.03 bytes on disk for each byte of 2, 66
/// and 200 MB of 6 KiB values (1.12 to 1.24 of 7 KiB values). Values alone take 1.9 to 3.1; keys first in a sled batch,
/// which shuffles them, 1.6, and the batch holds up every reader while it is applied. What is lost is that the step is one
/// for sled; the root is what makes it seen.
const KEYS_FIRST: usize = 32;

/// What a storage is to its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The one that `CURRENT` names, or will at the first root.
    Current,
    /// Takes the place of the current one at its first root; leaves no trace if it is dropped before.
    Pending,
    /// Another took its place; its files go with it.
    Replaced,
    /// As `Replaced`, but that `CURRENT` is down is not certain, so the files stay for the next open to judge.
    Doubtful,
}

struct State {
    role: Role,
    root: Option<Vec<u8>>,
    /// `CLEAN` stands.
    clean: bool,
    /// The keys that the root names.
    named: Vec<Run>,
}

/// sled itself.
enum Tree {
    /// The store was closed cleanly and the places of its values are known: until something is written, or a value is not
    /// where it was, nobody needs sled.
    Asleep,
    Awake(Db),
    Closed,
}

/// A sled directory of a store.
pub(super) struct SledStorage {
    directory: Arc<Directory>,
    /// Name of the data directory.
    name: String,
    data: PathBuf,
    tree: RwLock<Tree>,
    places: Option<Places>,
    state: Mutex<State>,
}

/// Opens a store's storage, or makes one.
pub(super) fn open(path: &Path, options: OpenOptions) -> Result<Arc<SledStorage>> {
    if !path.join(CURRENT).exists() {
        // A new store needs sled at once: before the directory is made.
        check_process(path)?;
    }
    let (directory, root) = Directory::open(path, options)?;
    let directory = Arc::new(directory);
    let Some(root) = root else {
        // Nothing was ever committed here: what is left of an attempt goes.
        directory.lock.settle();
        directory.sweep_unfinished()?;
        let name = directory.create_data()?;
        return create(directory, name, Role::Current);
    };
    let durable = directory.durable();
    let data = path.join(&root.data);
    if !data.join("db").exists() {
        aside::restore(path, &root.data)?;
    }
    let clean = match clean::verify(path, &root.data) {
        Err(Error::Corrupt { .. }) if directory.lock.is_left_behind() => None,
        verified => verified?,
    };
    if clean.is_none() {
        // Before anything is touched: sled has to read the files.
        check_process(path)?;
        // Also where what follows fails, the next open must not compare with the note.
        clean::withdraw(path, durable)?;
        aside::keep(path, &root.data, durable)?;
        remove_broken_snapshots(&data)?;
    }
    let places = match &clean {
        Some(clean) => Places::read(path, &root.data, clean.db)?,
        None => None,
    };
    let tree = match &places {
        Some(_) => Tree::Asleep,
        None => Tree::Awake(start_anew(&directory, &root.data, clean.is_some())?),
    };
    directory.lock.settle();
    directory.unmark(&root.data)?;
    directory.sweep(&[&root.data])?;
    let state = State {
        role: Role::Current,
        root: Some(root.payload),
        clean: clean.is_some(),
        named: places.as_ref().map(Places::named).unwrap_or_default(),
    };
    Ok(SledStorage::new(directory, root.data, tree, places, state))
}

/// Makes an empty storage in a data directory that is marked as new.
pub(super) fn create(
    directory: Arc<Directory>,
    name: String,
    role: Role,
) -> Result<Arc<SledStorage>> {
    let data = directory.path.join(&name);
    let db = start(&data, directory.options.cache_bytes)?;
    if directory.durable() {
        // sled syncs none of what it makes: its settings, and the names of its files.
        for file in ["conf", "db"] {
            sync_file(&data.join(file))?;
        }
        sync_directory(&data)?;
        sync_directory(&directory.path)?;
    }
    let state = State {
        role,
        root: None,
        clean: false,
        named: Vec::new(),
    };
    Ok(SledStorage::new(
        directory,
        name,
        Tree::Awake(db),
        None,
        state,
    ))
}

fn sync_file(path: &Path) -> Result<()> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(cannot("sync", path))
}

impl SledStorage {
    fn new(
        directory: Arc<Directory>,
        name: String,
        tree: Tree,
        places: Option<Places>,
        state: State,
    ) -> Arc<Self> {
        let storage = Arc::new(Self {
            data: directory.path.join(&name),
            directory,
            name,
            tree: RwLock::new(tree),
            places,
            state: Mutex::new(state),
        });
        let mut members = storage
            .directory
            .members
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        members.retain(|member| member.strong_count() > 0);
        members.push(Arc::downgrade(&storage));
        drop(members);
        storage
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tree(&self) -> RwLockReadGuard<'_, Tree> {
        self.tree.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a call on the open tree.
    fn with<T>(&self, call: impl FnOnce(&Db) -> ::sled::Result<T>) -> Result<T> {
        self.directory.check()?;
        self.wake_if_asleep()?;
        match &*self.tree() {
            Tree::Awake(db) => guarded(&self.data, || call(db)),
            // It never falls asleep again.
            Tree::Closed | Tree::Asleep => Err(Error::Closed {
                path: self.directory.path.clone(),
            }),
        }
    }

    fn wake_if_asleep(&self) -> Result<()> {
        if matches!(*self.tree(), Tree::Asleep) {
            self.wake()?;
        }
        Ok(())
    }

    /// Starts sled, unless another thread has meanwhile.
    fn wake(&self) -> Result<()> {
        let mut tree = self.tree.write().unwrap_or_else(PoisonError::into_inner);
        if matches!(*tree, Tree::Asleep) {
            // sled opens its files by their path.
            self.directory.check_in_place()?;
            let before = list_files(&self.data)?;
            let db = start_anew(&self.directory, &self.name, true)?;
            // sled is not known to write here, but the note must never stand beside other files.
            let mut state = self.state();
            if state.clean && list_files(&self.data)? != before {
                self.withdraw(&mut state)?;
            }
            *tree = Tree::Awake(db);
        }
        Ok(())
    }

    /// Takes the note of the last clean close back, if it still stands.
    fn withdraw(&self, state: &mut State) -> Result<()> {
        if state.clean {
            clean::withdraw(&self.directory.path, self.directory.durable())?;
            state.clean = false;
        }
        Ok(())
    }

    /// Ends it: what is written is flushed, the current one's files are noted as clean, a replaced one's are removed.
    pub(super) fn finish(&self) -> Result<()> {
        let mut tree = self.tree.write().unwrap_or_else(PoisonError::into_inner);
        let db = match std::mem::replace(&mut *tree, Tree::Closed) {
            Tree::Closed => return Ok(()),
            Tree::Asleep => None,
            Tree::Awake(db) => Some(db),
        };
        let mut state = self.state();
        if db.is_some() && !self.directory.is_in_place() {
            // What stands at the path is another store's: nothing there is removed or noted. Whoever
            // opens this one at its new path takes the end for an unclean one.
            self.directory.lock.leave_behind();
            return guarded(&self.data, || db.map_or(Ok(0), |db| db.flush())).map(drop);
        }
        match (state.role, db) {
            (Role::Pending | Role::Replaced, db) => {
                // Readers and writers are out, as the tree is closed; but sled's file must be closed before it goes.
                drop(db);
                aside::discard(&self.directory.path, &self.name)?;
                remove_directory(&self.data)
            }
            // Nobody wrote, and sled saw nothing of the files.
            (_, None) => Ok(()),
            (Role::Doubtful, Some(db)) => guarded(&self.data, || db.flush()).map(drop),
            (Role::Current, Some(db)) => self.note(db, &mut state),
        }
    }

    /// Flushes, and notes the files as clean.
    fn note(&self, db: Db, state: &mut State) -> Result<()> {
        let (path, durable) = (&self.directory.path, self.directory.durable());
        let flushed = guarded(&self.data, || db.flush());
        drop(db);
        if state.clean {
            if flushed.is_ok()
                && let Ok(Some(clean)) = clean::verify(path, &self.name)
            {
                if self.places.is_none() {
                    // As after a close by an older version.
                    clean::note_places(path, &self.name, &state.named, clean.db, durable);
                }
                return Ok(());
            }
            // sled has written for a reader (`clean`).
            self.withdraw(state)?;
        }
        flushed?;
        if durable {
            sync_file(&self.data.join("db"))?;
        }
        if state.root.is_some() {
            // sled writes a snapshot when it opens what was written to; let it, before the files are noted.
            // Where this fails the end counts as unclean, which costs the next open a copy and nothing else.
            if let Ok(db) = start(&self.data, self.directory.options.cache_bytes) {
                drop(db);
                if durable {
                    sync_file(&self.data.join("db"))?;
                }
                clean::note(path, &self.name, &state.named, durable)?;
            }
        }
        Ok(())
    }

    /// Tells the storage whose place this one has taken; `certain` says that `CURRENT` is down.
    fn replace_current(&self, certain: bool) {
        let members = self
            .directory
            .members
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let live: Vec<_> = members.iter().filter_map(Weak::upgrade).collect();
        for member in &live {
            let mut state = member.state();
            if member.name != self.name && state.role == Role::Current {
                state.role = if certain {
                    Role::Replaced
                } else {
                    Role::Doubtful
                };
            }
        }
        if certain {
            // Where nobody holds the old one any more, its files are nobody's. A failure leaves them to the next open.
            let names: Vec<_> = live
                .iter()
                .map(|member| member.name.as_str())
                .chain([&*self.name])
                .collect();
            let _ = self.directory.sweep(&names);
        }
    }

    /// Those of sorted keys that the tree does not have.
    fn new_keys<'a>(&self, set: &'a [(Vec<u8>, Vec<u8>)]) -> Result<Vec<&'a [u8]>> {
        let (Some((first, _)), Some((last, _))) = (set.first(), set.last()) else {
            return Ok(Vec::new());
        };
        let keys = || set.iter().map(|(key, _)| key.as_slice());
        self.with(|db| {
            // A segment's keys are all new and close together: one look tells.
            if db
                .range(first.as_slice()..=last.as_slice())
                .keys()
                .next()
                .is_none()
            {
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
        if let Some(places) = &self.places {
            // Whose process this is was asked when the question began (`check`), and is a system call.
            self.directory.check_open()?;
            if places.get_into(key, out) {
                return Ok(true);
            }
        }
        let value = self.with(|db| db.get(key))?;
        out.extend_from_slice(value.as_deref().unwrap_or_default());
        Ok(value.is_some())
    }

    fn get_ahead(&self, key: &[u8], ahead: &mut Ahead, out: &mut Vec<u8>) -> Result<bool> {
        if let Some(places) = &self.places {
            self.directory.check_open()?;
            if places.get_ahead(key, ahead, out) {
                return Ok(true);
            }
        }
        self.get_into(key, out)
    }

    fn has(&self, key: &[u8]) -> Result<bool> {
        self.directory.check()?;
        if self.places.as_ref().is_some_and(|places| places.has(key)) {
            return Ok(true);
        }
        self.with(|db| db.contains_key(key))
    }

    fn scan_keys(&self, from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>> {
        self.with(|db| {
            let keys = db.range(from..).keys().take(limit);
            keys.map(|key| key.map(|key| key.to_vec())).collect()
        })
    }

    fn write(&self, batch: Batch) -> Result<()> {
        check_values(&batch)?;
        self.directory.check()?;
        // First, so that the note stands where sled cannot be started.
        self.wake_if_asleep()?;
        self.directory.check_in_place()?;
        self.withdraw(&mut self.state())?;
        let Batch { mut set, remove } = batch;
        if let Some(places) = &self.places {
            let keys = set.iter().map(|(key, _)| key).chain(&remove);
            keys.for_each(|key| places.forget(key));
        }
        if set.len() <= KEYS_FIRST {
            return self.with(|db| {
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
            self.with(|db| db.insert(key, IVec::default()))?;
        }
        for (key, value) in &set {
            self.with(|db| db.insert(key, value.as_slice()))?;
        }
        for key in &remove {
            self.with(|db| db.remove(key))?;
        }
        Ok(())
    }

    fn sync(&self) -> Result<()> {
        self.with(|db| db.flush())?;
        if self.directory.durable() {
            sync_file(&self.data.join("db"))?;
        }
        Ok(())
    }

    fn root(&self) -> Result<Option<Vec<u8>>> {
        self.directory.check()?;
        Ok(self.state().root.clone())
    }

    fn set_root(&self, payload: &[u8]) -> Result<()> {
        self.directory.check()?;
        self.directory.check_in_place()?;
        let path = &self.directory.path;
        let durable = self.directory.durable();
        let role = self.state().role;
        if matches!(role, Role::Replaced | Role::Doubtful) {
            return Err(Error::Internal {
                message: format!(
                    "{}: {} was replaced by a newer one",
                    path.display(),
                    self.name
                ),
            });
        }
        let sealed = Sealed {
            data: self.name.clone(),
            payload: payload.to_vec(),
        };
        replace(&path.join(CURRENT), &sealed.render("current"), durable)?;
        // From here on the new root is what an open would find, whatever fails below.
        let down = if durable {
            sync_directory(path)
        } else {
            Ok(())
        };
        {
            let mut state = self.state();
            state.root = Some(sealed.payload);
            state.role = Role::Current;
        }
        if role == Role::Pending {
            self.replace_current(down.is_ok());
        }
        down?;
        self.directory.unmark(&self.name)?;
        // A commit on top of it says that the data is good (`aside`).
        aside::discard(path, &self.name)
    }

    fn fresh(&self) -> Result<Arc<dyn Storage>> {
        self.directory.check()?;
        self.directory.check_in_place()?;
        let name = self.directory.create_data()?;
        let data = self.directory.path.join(&name);
        let made = create(Arc::clone(&self.directory), name, Role::Pending);
        if made.is_err() {
            // The next open would sweep it; a full disk wants it gone now.
            let _ = remove_directory(&data);
        }
        Ok(made?)
    }

    fn recovery_copy(&self) -> Option<PathBuf> {
        let copy = aside::place(&self.directory.path, &self.name);
        copy.exists().then_some(copy)
    }

    fn is_in_place(&self) -> bool {
        self.directory.is_in_place()
    }

    fn confirm(&self) -> Result<()> {
        self.directory.check()?;
        self.directory.check_in_place()?;
        aside::discard(&self.directory.path, &self.name)
    }

    fn name(&self, runs: Vec<Run>) {
        self.state().named = runs;
    }

    fn is_awake(&self) -> bool {
        !matches!(*self.tree(), Tree::Asleep)
    }

    fn size(&self) -> Result<u64> {
        self.directory.check()?;
        Ok(list_files(&self.data)?
            .iter()
            .map(|(_, length)| length)
            .sum())
    }

    fn close(&self) -> Result<()> {
        self.directory.close()
    }
}

impl Drop for SledStorage {
    fn drop(&mut self) {
        if self.directory.is_forked() {
            // In a forked child sled's own drop would wait for threads that only the parent has.
            let tree = self.tree.get_mut().unwrap_or_else(PoisonError::into_inner);
            std::mem::forget(std::mem::replace(tree, Tree::Closed));
        } else if self.directory.is_ours() {
            // Nobody is there to be told; what was committed stands without it.
            let _ = self.finish();
        }
    }
}
