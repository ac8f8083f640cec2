//! How a store is opened: its options, and one state for each path and process.

use std::collections::BTreeMap;
use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use super::manifest::Manifest;
use super::many::{StoreSet, lists_stores};
use super::shared::Shared;
use super::snapshot::Snapshot;
use super::store::Store;
use super::words_setting::{Words, decide_words};
use crate::error::{Error, Result};
use crate::per_process::PerProcess;
use crate::segment::BlockCache;
use crate::storage::{
    Durability, Storage, StorageOptions, open_directory, open_memory, open_reader,
};

/// Bytes of sled's own cache. Blocks are cached decoded, so it only has to hold the leaves that are
/// being written.
const ENGINE_CACHE_BYTES: u64 = 16 << 20;

/// How to open a store.
///
/// # Examples
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("news.store");
/// use eventstore::{Durability, OpenOptions};
///
/// let store = OpenOptions::new().durability(Durability::Flush).cache_bytes(16 << 20).open(&path)?;
/// assert!(store.is_empty()?);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
#[must_use = "options do nothing until a store is opened with them"]
pub struct OpenOptions {
    create: bool,
    durability: Durability,
    cache_bytes: usize,
    words: Option<Words>,
    resolved: bool,
    access: Access,
    wait: Duration,
    interrupted: Option<fn() -> bool>,
    keep_replaced: Duration,
}

/// When a handle takes the lock of its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Never.
    ReadOnly,
    /// With its first write.
    Shared,
    /// At the opening.
    Exclusive,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            create: true,
            durability: Durability::Sync,
            cache_bytes: 64 << 20,
            words: None,
            resolved: false,
            access: Access::Shared,
            wait: Duration::ZERO,
            interrupted: None,
            keep_replaced: Duration::from_secs(10),
        }
    }
}

impl OpenOptions {
    /// The defaults: a missing store is made, commits survive a power cut, and 64 MiB of decoded
    /// blocks are cached.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a missing store is made (the default). If not, it is
    /// [`Error::PathNotFound`](crate::Error::PathNotFound).
    ///
    /// # Examples
    /// ```
    /// use eventstore::{Error, OpenOptions};
    ///
    /// let error = OpenOptions::new().create(false).open("no/such/store").unwrap_err();
    /// assert!(matches!(error, Error::PathNotFound { .. }));
    /// ```
    pub fn create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// What a commit survives: [`Durability::Sync`] by default.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Bytes of decoded blocks that are kept in memory, 64 MiB by default. What queries load beside
    /// them is not limited: [`Stats::resident_bytes`](crate::Stats::resident_bytes) says how much
    /// that is.
    pub fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Whether a store that is made stores the words of texts; [`Words::On`] if nothing is said. A store
    /// that is there has decided: opening it with the other is
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument), and [`Store::reindex`] changes it. As
    /// every option, it says nothing where this process has the store open already.
    pub fn words(mut self, words: Words) -> Self {
        self.words = Some(words);
        self
    }

    /// Whether a store that is made is a resolved one: it takes pages with what follows from them
    /// ([`Store::put_resolved`]), and derives nothing itself. So an archive whose pages lie in several stores
    /// has the tags, twins and superseded events that one store of all pages has. A resolved store takes no ingest, no `add`, no
    /// `remove` and no export ([`Error::Resolved`](crate::Error::Resolved)); all else it answers as any. Opening a
    /// store that is there with this is [`Error::InvalidArgument`](crate::Error::InvalidArgument) if it is none.
    pub fn resolved(mut self, resolved: bool) -> Self {
        self.resolved = resolved;
        self
    }

    /// Whether the store is opened for reading alone. Then it needs no lock and writes nothing: any number
    /// of processes may read a store beside each other and beside one that writes, also where they
    /// may not write. A reader has the newest commit of its opening until [`Store::refresh`]; writes are
    /// [`Error::ReadOnly`](crate::Error::ReadOnly), and a missing store is never made.
    ///
    /// Chunks are checked when they are read, not the whole file at once. Beside a writer that has not been
    /// closed since its commits, an opening and a refresh search what is new in its file, some GB a second.
    /// Each opening has a cache and a state of its own, also in the process that writes. There it is a reader as
    /// one of another process is: the writer does not know of it, so what its snapshots and hits read stays
    /// for [`keep_replaced`](Self::keep_replaced) alone. A snapshot of the handle that writes stays as
    /// long as it is held.
    ///
    /// A store that has segments of format 7 or older is opened with the lock all the same, since what their
    /// failed commits have left cannot be told apart: [`Store::compact`] or a merge makes them new.
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("news.store");
    /// use eventstore::{Date, Event, Error, OpenOptions, Store};
    ///
    /// let store = Store::open(&path)?;
    /// let date = Date::new(2017, 3, 2).unwrap();
    /// store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
    /// let reader = OpenOptions::new().read_only(true).open(&path)?;
    /// assert_eq!(reader.query("flood")?.count()?, 1);
    /// assert!(matches!(reader.remove(["2017/03/2/flood"]), Err(Error::ReadOnly { .. })));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.set_access(Access::ReadOnly, read_only);
        self
    }

    /// Whether the lock of the store is taken at the opening, so that no other process can write to it
    /// meanwhile, and a later write of this one cannot fail for that. Otherwise the first write takes it;
    /// until then the handle is a reader, and any number of processes may have one. Once taken, the lock
    /// is held until the store is closed. A store that is made is locked at once. Of `exclusive(true)` and
    /// [`read_only(true)`](Self::read_only) the later one counts; with `false` each undoes itself alone.
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("news.store");
    /// use eventstore::{OpenOptions, Store};
    ///
    /// Store::open(&path)?.close()?;
    /// let store = OpenOptions::new().exclusive(true).open(&path)?;
    /// assert!(store.is_empty()?);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn exclusive(mut self, exclusive: bool) -> Self {
        self.set_access(Access::Exclusive, exclusive);
        self
    }

    /// A handle has one access: the last one that was asked for. Where one is declined, another one stays.
    fn set_access(&mut self, access: Access, wanted: bool) {
        if wanted {
            self.access = access;
        } else if self.access == access {
            self.access = Access::Shared;
        }
    }

    /// How long this handle waits for the lock where another process has it; not at all by default. Then it
    /// is [`Error::Locked`](crate::Error::Locked), which names the holder.
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// What is asked a hundred times a second while this handle waits for the lock. Where it says yes, the
    /// wait ends with [`Error::Interrupted`](crate::Error::Interrupted).
    pub fn interrupted_by(mut self, interrupted: fn() -> bool) -> Self {
        self.interrupted = Some(interrupted);
        self
    }

    /// How long what a commit replaces stays for readers of other processes: ten seconds by default. A
    /// later commit removes it then, or the next opening for writing. A reader that is behind by more may
    /// get [`Error::SnapshotGone`](crate::Error::SnapshotGone); [`Store::refresh`] helps. What snapshots and
    /// hits of this handle, and of its clones, read stays as long as they do.
    pub fn keep_replaced(mut self, time: Duration) -> Self {
        self.keep_replaced = time;
        self
    }

    /// Opens the store at a path.
    ///
    /// A second call for the same path in one process gives a handle on the same store, with the
    /// options of the first call; one for reading alone has a state of its own.
    ///
    /// An opening reads `CURRENT`, the lengths of the files and some chunks of each segment, whatever the
    /// size of the store. Chunks are checked when they are read. The first write of a store that was closed
    /// cleanly compares the checksums of its files (about 1 GB a second, from memory); after an unclean
    /// shutdown it copies and checks them.
    ///
    /// # Errors
    /// [`PathNotFound`](crate::Error::PathNotFound), [`NotAStore`](crate::Error::NotAStore),
    /// [`UnsupportedVersion`](crate::Error::UnsupportedVersion), [`Locked`](crate::Error::Locked)
    /// (another process writes to it, and this opening needs the lock),
    /// [`Forked`](crate::Error::Forked),
    /// [`InvalidArgument`](crate::Error::InvalidArgument) (it has decided otherwise on
    /// [`words`](Self::words); where another process is making it, the first write or refresh says so),
    /// [`Corrupt`](crate::Error::Corrupt), [`SnapshotGone`](crate::Error::SnapshotGone) (commits have removed what it
    /// reads, ten times one after the other), [`Storage`](crate::Error::Storage). None of them changes what the store holds.
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("news.store");
    /// let store = eventstore::OpenOptions::new().open(&path)?;
    /// assert_eq!(store.path(), path);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Store> {
        let path = path.as_ref();
        if self.access == Access::ReadOnly {
            return self
                .open_state(self.open_reader(path)?, path, None)
                .map(Store::new);
        }
        let slot = open_slot(key_of(path));
        // Held while the store is opened, which may take minutes: other paths do not wait.
        let mut open = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shared) = open.upgrade()
            && shared.is_in_place()
            && shared.enter()
        {
            let store = Store::new(shared.clone());
            if self.resolved && !store.snapshot()?.manifest.resolved {
                return Err(no_resolved_store(path));
            }
            // Others may open the path while this one waits for the lock.
            drop(open);
            if self.access == Access::Exclusive {
                shared.lock(self.storage_options(false))?;
            }
            return Ok(store);
        }
        let options = self.storage_options(self.create);
        let shared = self.open_state(self.open_storage(path, options)?, path, Some(options))?;
        *open = Arc::downgrade(&shared);
        Ok(Store::new(shared))
    }

    /// Opens several stores as one, for reading alone: queries, counts, order, pages of answers, timelines,
    /// facets, relevance, columns and events are those that one store of all their events gives. Each path is a store, a directory with
    /// a list of stores ([`commit_stores`](crate::commit_stores)), or a directory that holds stores.
    ///
    /// A directory with a list costs the reading of that file and of one small file of each store. A query for some days then opens only the
    /// stores that have such days, unless it asks for words or links or the stores have Markdown pages, and until
    /// facets or a timeline are asked for; any other question opens all, some 0.1 ms each. Stores that are not listed are opened
    /// here, and their ids are compared: those of days that two of them have, and those that say no day. All stores share one cache.
    ///
    /// Each store keeps the tags that it has. Tags follow from links, so a store of some pages of an archive
    /// has other ones than a store of all, unless it was written as a resolved store.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if no store is given, one is given twice, one id stands in two stores, or a listed
    /// store has changed since it was listed; also for the options `words`, `resolved` and `exclusive`, which say nothing here;
    /// [`PathNotFound`](Error::PathNotFound), [`NotAStore`](Error::NotAStore), [`Corrupt`](Error::Corrupt) of a
    /// list whose checksum does not match; else as [`OpenOptions::open`] for reading alone. What is done to
    /// one store, as a write or a backup, is [`Error::ManyStores`] later.
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let at = |name| folder.path().join(name);
    /// use eventstore::{Date, Event, Store};
    ///
    /// for year in [2016, 2017] {
    ///     let event = Event::new(format!("{year}/03/2/flood").parse()?, Date::new(year, 3, 2), "A flood");
    ///     Store::open(at(year.to_string()))?.add([event])?;
    /// }
    /// let stores = Store::open_many([at("2016".into()), at("2017".into())])?;
    /// assert_eq!(stores.query("flood")?.count()?, 2);
    /// assert_eq!(stores.query("2017")?.first()?.unwrap().id.as_str(), "2017/03/2/flood");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn open_many<P: AsRef<Path>>(&self, paths: impl IntoIterator<Item = P>) -> Result<Store> {
        let paths: Vec<PathBuf> = paths
            .into_iter()
            .map(|path| path.as_ref().to_owned())
            .collect();
        if self.resolved || self.words.is_some() || self.access == Access::Exclusive {
            return Err(Error::InvalidArgument {
                what: "options",
                message:
                    "several stores are read as they are: leave out resolved, words and exclusive"
                        .to_owned(),
            });
        }
        let stores = StoreSet::open(&paths, self)?;
        Ok(Store::new(Shared::of_many(&stores)))
    }

    /// The newest state of the store at a path, for reading alone.
    pub(super) fn open_snapshot(&self, path: &Path, cache: &Arc<BlockCache>) -> Result<Snapshot> {
        let (storage, manifest) = self.open_reader(path)?;
        Snapshot::open_newest(storage, manifest, cache)
    }

    /// A storage of the store at a path that only reads; with the lock where it is of an old version.
    fn open_reader(&self, path: &Path) -> Result<OpenedStorage> {
        let reader = open_reader(path).map_err(|error| names_stores(error, path))?;
        match with_manifest(reader)? {
            reader if reader.1.has_nonces() => Ok(reader),
            _ => with_manifest(
                open_directory(path, self.storage_options(false)).map_err(needs_lock)?,
            ),
        }
    }

    /// Bytes of decoded blocks that are kept in memory.
    pub(super) fn cache_size(&self) -> usize {
        self.cache_bytes
    }

    /// How its directory is opened for writing.
    pub(crate) fn storage_options(&self, create: bool) -> StorageOptions {
        StorageOptions {
            create,
            durability: self.durability,
            wait: self.wait,
            interrupted: self.interrupted,
            cache_bytes: ENGINE_CACHE_BYTES,
        }
    }

    fn open_state(
        &self,
        (storage, mut manifest): OpenedStorage,
        path: &Path,
        options: Option<StorageOptions>,
    ) -> Result<Arc<Shared>> {
        if self.resolved {
            mark_resolved(&*storage, &mut manifest)?;
        }
        let words = decide_words(self.words, &*storage, &mut manifest)?;
        let (cache, keep) = (self.cache_bytes, self.keep_replaced);
        let shared = Shared::new(storage, manifest, path, cache, options, keep)?;
        shared.keep_words_wish(words);
        Ok(shared)
    }

    /// A storage that only reads, where one can, and is not asked for more. Otherwise one with the lock.
    fn open_storage(&self, path: &Path, options: StorageOptions) -> Result<OpenedStorage> {
        if self.access == Access::Exclusive {
            return with_manifest(open_directory(path, options)?);
        }
        let reader = open_reader(path).ok().map(with_manifest).transpose()?;
        let mut reader = reader.filter(|(_, manifest)| manifest.has_nonces());
        // A store is made with the lock.
        if let Some(reader) =
            reader.take_if(|(storage, _)| storage.root().is_ok_and(|root| root.is_some()))
        {
            return Ok(reader);
        }
        match (open_directory(path, options), reader) {
            // Another process makes it.
            (Err(Error::Locked { .. }), Some(reader)) => Ok(reader),
            (opened, _) => with_manifest(opened.map_err(|error| names_stores(error, path))?),
        }
    }

    /// A store in memory, which goes away with its last handle.
    ///
    /// # Errors
    /// None that is expected; the signature is that of [`OpenOptions::open`].
    ///
    /// # Examples
    /// ```
    /// let store = eventstore::OpenOptions::new().cache_bytes(1 << 20).memory()?;
    /// assert!(store.is_empty()?);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn memory(&self) -> Result<Store> {
        let options = Some(self.storage_options(true));
        // No other process reads it.
        let memory = self.clone().keep_replaced(Duration::ZERO);
        let storage = with_manifest(open_memory())?;
        let shared = memory.open_state(storage, Path::new("<memory>"), options)?;
        Ok(Store::new(shared))
    }
}

/// A storage, and the manifest that its root holds.
type OpenedStorage = (Arc<dyn Storage>, Manifest);

fn with_manifest(storage: Arc<dyn Storage>) -> Result<OpenedStorage> {
    let manifest = Manifest::read(&*storage)?;
    Ok((storage, manifest))
}

/// Marks a new store as resolved, also in `manifest`; fails for one that is there and is not.
fn mark_resolved(storage: &dyn Storage, manifest: &mut Manifest) -> Result<()> {
    if manifest.resolved {
        return Ok(());
    }
    if *manifest == Manifest::default() && !storage.is_read_only() {
        manifest.resolved = true;
        return storage.set_root(&manifest.encode());
    }
    Err(no_resolved_store(storage.path()))
}

fn no_resolved_store(path: &Path) -> Error {
    Error::InvalidArgument {
        what: "resolved",
        message: format!(
            "{} is no resolved store, and only a new one can become one; give another path",
            path.display()
        ),
    }
}

/// Says what a directory is that is no store and lists some.
fn names_stores(error: Error, path: &Path) -> Error {
    match error {
        Error::NotAStore { path, .. } if lists_stores(&path) => Error::NotAStore {
            message: "is no store, but lists several; open_many reads them as one".to_owned(),
            path,
        },
        Error::PathNotFound { .. } if lists_stores(path) => Error::NotAStore {
            message: "is no store, but lists several; open_many reads them as one".to_owned(),
            path: path.to_owned(),
        },
        other => other,
    }
}

/// Says why a reader asked for the lock, where the system keeps it from writing.
fn needs_lock(error: Error) -> Error {
    match error {
        Error::Storage { path, source, .. }
            if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem) =>
        {
            let operation = "take the lock, without which segments of format 7 or older are not read: copy the \
                             store to where you may write, and compact it there";
            Error::Storage {
                path,
                operation,
                source,
            }
        }
        other => other,
    }
}

/// The store at a path that this process has open, if it has; locked while it is being opened.
type OpenSlot = Arc<Mutex<Weak<Shared>>>;

/// The slot of a path, new where there is none. Slots that nobody uses any more are removed.
fn open_slot(path: PathBuf) -> OpenSlot {
    // Not one list for the program: a thread of the parent may have held its lock at a fork.
    static OPEN: PerProcess<Mutex<BTreeMap<PathBuf, OpenSlot>>> = PerProcess::new();
    let slots = OPEN.get(Mutex::default);
    let mut slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
    slots.retain(|_, slot| {
        // With one reference it is in the list alone, so that nobody has it locked.
        let open = || slot.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::strong_count(slot) > 1 || open().strong_count() > 0
    });
    slots.entry(path).or_default().clone()
}

/// The path without links, `.` and `..`. Of a store that is yet to be made, its folder's, and its
/// name.
fn key_of(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| {
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        match (folder.canonicalize(), path.file_name()) {
            (Ok(folder), Some(name)) => folder.join(name),
            _ => path.to_path_buf(),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_declined_undoes_itself_alone() {
        let options = OpenOptions::new;
        let reader = options().read_only(true).exclusive(false);
        assert_eq!(reader.access, Access::ReadOnly);
        let writer = options().exclusive(true).read_only(false);
        assert_eq!(writer.access, Access::Exclusive);
        let shared = options().read_only(true).read_only(false);
        assert_eq!(shared.access, Access::Shared);
        let last = options().read_only(true).exclusive(true);
        assert_eq!(last.access, Access::Exclusive);
    }

    #[test]
    fn opening_a_store_does_not_wait_for_another_one_that_is_being_opened() {
        let home = tempfile::tempdir().unwrap();
        let (slow, other) = (home.path().join("slow"), home.path().join("other"));
        let slot = open_slot(key_of(&slow));
        let opening = slot.lock().unwrap();
        let (done, wait) = channel();
        std::thread::spawn(move || done.send(Store::open(&other).unwrap().len().unwrap()));
        let opened = wait.recv_timeout(Duration::from_secs(20));
        assert_eq!(opened.expect("it does not wait"), 0);
        drop(opening);
        assert!(Store::open(&slow).unwrap().is_empty().unwrap());
    }

    #[test]
    fn one_path_is_one_store_however_it_is_written_and_before_it_is_made() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("store");
        let stores: Vec<_> = std::thread::scope(|scope| {
            let paths = [path.clone(), home.path().join("./store"), path.join("")];
            let threads: Vec<_> = paths
                .into_iter()
                .map(|path| scope.spawn(move || Store::open(path).unwrap()))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(stores.len(), 3);
    }
}
