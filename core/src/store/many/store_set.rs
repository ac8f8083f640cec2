//! The stores of a set, each opened when it is needed first.

use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use twox_hash::XxHash3_64;

use super::distinct_ids::check_distinct;
use super::stores_file::{ListedStore, STORES, StoresFile};
use crate::error::{Error, Result};
use crate::event::Date;
use crate::segment::BlockCache;
use crate::storage::{CURRENT, Storage, StorageBatch, check_open};
use crate::store::manifest::Manifest;
use crate::store::options::OpenOptions;
use crate::store::snapshot::Snapshot;

/// The first and the last day of a question; none where it has no such end.
pub(crate) type DayBounds = (Option<Date>, Option<Date>);

/// Several stores that are read as one. As a [`Storage`] it is where they lie together, and holds no
/// chunk itself: the segments of each store read from the store's own.
pub(crate) struct StoreSet {
    path: PathBuf,
    /// What was asked for, so that it can be looked at anew.
    paths: Vec<PathBuf>,
    options: OpenOptions,
    members: Vec<SetStore>,
    cache: Arc<BlockCache>,
    /// Shared with the sets before and after it: one handle closes them.
    closed: Arc<AtomicBool>,
}

/// One of the stores.
struct SetStore {
    path: PathBuf,
    /// What `STORES` says of it, if one lists it.
    listed: Option<ListedStore>,
    opened: Mutex<Option<OpenedStore>>,
}

/// A store that is opened.
#[derive(Clone)]
struct OpenedStore {
    /// Its newest state when it was needed first.
    snapshot: Arc<Snapshot>,
    /// A hash of its path and of that state.
    state: u64,
}

impl SetStore {
    fn new(path: PathBuf, listed: Option<ListedStore>) -> Self {
        Self {
            path,
            listed,
            opened: Mutex::default(),
        }
    }

    fn opened(&self) -> MutexGuard<'_, Option<OpenedStore>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens it, if it was not needed before.
    fn open(&self, set: &StoreSet) -> Result<OpenedStore> {
        let mut opened = self.opened();
        if let Some(opened) = &*opened {
            return Ok(opened.clone());
        }
        let snapshot = Arc::new(set.options.open_snapshot(&self.path, &set.cache)?);
        if let Some(listed) = &self.listed {
            listed.check_opened(&self.path, &snapshot)?;
        }
        let mut state = XxHash3_64::new();
        state.write(self.path.as_os_str().as_encoded_bytes());
        state.write(&snapshot.manifest.encode());
        let state = state.finish();
        Ok(opened.insert(OpenedStore { snapshot, state }).clone())
    }

    fn snapshot(&self, set: &StoreSet) -> Result<Arc<Snapshot>> {
        Ok(self.open(set)?.snapshot)
    }
}

impl StoreSet {
    /// The stores of some paths: each a store, or a directory that lists stores or holds them. Those that
    /// no `STORES` lists are opened here.
    pub fn open(paths: &[PathBuf], options: &OpenOptions) -> Result<Arc<Self>> {
        Self::open_as(paths, options, Arc::default())
    }

    fn open_as(
        paths: &[PathBuf],
        options: &OpenOptions,
        closed: Arc<AtomicBool>,
    ) -> Result<Arc<Self>> {
        let mut members = Vec::new();
        for path in paths {
            members.extend(members_at(path)?);
        }
        let path = match (paths, members.len()) {
            ([], _) => return Err(no_store()),
            ([directory], _) => directory.clone(),
            (_, count) => PathBuf::from(format!("<{count} stores>")),
        };
        check_once(&members)?;
        let set = Arc::new(Self {
            path,
            paths: paths.to_vec(),
            options: options.clone(),
            members,
            cache: Arc::new(BlockCache::new(options.cache_size())),
            closed,
        });
        for member in &set.members {
            if let Some(listed) = &member.listed
                && !listed.is_as_listed(&member.path)?
            {
                // It says whether its events are still the listed ones.
                member.snapshot(&set)?;
            }
        }
        // What one `STORES` lists was compared when it was written.
        if paths.len() > 1 || set.members.iter().any(|member| member.listed.is_none()) {
            let opened = set.members.iter().map(|member| {
                let snapshot = member.snapshot(&set)?;
                Ok((member.path.as_path(), snapshot))
            });
            check_distinct(&opened.collect::<Result<Vec<_>>>()?)?;
        }
        Ok(set)
    }

    /// The state that a handle on these stores begins with: of none of them.
    pub fn of_none(self: &Arc<Self>) -> Snapshot {
        Snapshot {
            manifest: Manifest::default(),
            views: Vec::new(),
            storage: self.clone(),
            cache: self.cache.clone(),
            part_of: Some(self.clone()),
        }
    }

    /// The state of all stores.
    pub fn whole(self: &Arc<Self>) -> Result<Arc<Snapshot>> {
        let mut whole = self.of(|_| true)?;
        whole.part_of = None;
        Ok(Arc::new(whole))
    }

    /// The state of the stores that have events of some days. All stores, where that is not known, or where
    /// what a page says hangs on pages of other days, as links of Markdown pages do.
    pub fn of_days(self: &Arc<Self>, days: DayBounds) -> Result<Arc<Snapshot>> {
        let listed = || self.members.iter().map(|member| member.listed.as_ref());
        if listed().any(|listed| listed.is_none_or(|listed| listed.markdown)) {
            return self.whole();
        }
        let part = self.of(|listed| listed.is_none_or(|listed| listed.has_days_of(days)))?;
        Ok(Arc::new(part))
    }

    fn of(self: &Arc<Self>, is_wanted: impl Fn(Option<&ListedStore>) -> bool) -> Result<Snapshot> {
        self.check()?;
        let mut state = self.of_none();
        state.manifest.words = true;
        let mut states = XxHash3_64::new();
        for member in &self.members {
            if is_wanted(member.listed.as_ref()) {
                let OpenedStore {
                    snapshot,
                    state: of_store,
                } = member.open(self)?;
                states.write_u64(of_store);
                state.manifest.words &= snapshot.manifest.words;
                state.views.extend(snapshot.views.iter().cloned());
            }
        }
        // Tokens of pages by relevance belong to one state of all.
        state.manifest.commit = states.finish();
        Ok(state)
    }

    /// The same stores as they are now; none if nothing has changed.
    pub fn newer(&self) -> Result<Option<Arc<Self>>> {
        let mut listed = Vec::new();
        for path in &self.paths {
            listed.extend(members_at(path)?);
        }
        let said = |members: &[SetStore]| -> Vec<_> {
            let said = |member: &SetStore| (member.path.clone(), member.listed.clone());
            members.iter().map(said).collect()
        };
        let mut changed = said(&listed) != said(&self.members);
        // Of another list the former stores may be gone.
        let opened = if changed { &[][..] } else { &self.members };
        for member in opened {
            let opened = member.opened().clone();
            if let Some(OpenedStore { snapshot, .. }) = opened {
                changed |= snapshot.storage.newer()?.is_some();
            }
        }
        match changed {
            true => Self::open_as(&self.paths, &self.options, self.closed.clone()).map(Some),
            false => Ok(None),
        }
    }
}

/// The stores at a path: itself, those that it lists, or those that it holds.
fn members_at(path: &Path) -> Result<Vec<SetStore>> {
    if path.join(CURRENT).is_file() {
        return Ok(vec![SetStore::new(path.to_owned(), None)]);
    }
    if let Some(file) = StoresFile::read(path)? {
        let member = |listed: ListedStore| SetStore::new(path.join(&listed.path), Some(listed));
        return Ok(file.stores.into_iter().map(member).collect());
    }
    let stores = stores_in(path)?;
    match stores.is_empty() {
        true => Err(Error::NotAStore {
            path: path.to_owned(),
            message: format!(
                "is no store, has no store in it and no {STORES} that lists any; give stores, or the \
                 directory that holds them"
            ),
        }),
        false => Ok(stores
            .into_iter()
            .map(|path| SetStore::new(path, None))
            .collect()),
    }
}

/// The stores in a directory, also those that have lost what they are opened by: that they say themselves.
pub(super) fn stores_in(directory: &Path) -> Result<Vec<PathBuf>> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => Error::PathNotFound {
            path: directory.to_owned(),
        },
        io::ErrorKind::NotADirectory => Error::NotAStore {
            path: directory.to_owned(),
            message: "is a file, and stores are directories".to_owned(),
        },
        _ => Error::Storage {
            path: directory.to_owned(),
            operation: "read the directory of stores",
            source,
        },
    };
    let mut stores = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !is_hidden && path.is_dir() && is_store(&path).map_err(failed)? {
            stores.push(path);
        }
    }
    stores.sort();
    Ok(stores)
}

/// Whether a folder has files that only a store has.
fn is_store(path: &Path) -> io::Result<bool> {
    Ok(path.join(CURRENT).try_exists()? || path.join("LOCK").try_exists()?)
}

/// Refuses a store that is named twice: each of its events would count twice.
fn check_once(members: &[SetStore]) -> Result<()> {
    let real = |member: &SetStore| member.path.canonicalize().unwrap_or(member.path.clone());
    let mut paths: Vec<PathBuf> = members.iter().map(real).collect();
    paths.sort();
    match paths.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(twice) => Err(Error::InvalidArgument {
            what: "paths",
            message: format!(
                "{} is given twice; give each store once",
                twice[0].display()
            ),
        }),
        None => Ok(()),
    }
}

fn no_store() -> Error {
    Error::InvalidArgument {
        what: "paths",
        message: "no store is given; give a directory of stores, or the paths of stores".to_owned(),
    }
}

impl Storage for StoreSet {
    fn path(&self) -> &Path {
        &self.path
    }

    fn check(&self) -> Result<()> {
        check_open(&self.path, &self.closed)
    }

    fn get_into(&self, _key: &[u8], _out: &mut Vec<u8>) -> Result<bool> {
        Err(self.holds_nothing())
    }

    fn scan_keys(&self, _from: &[u8], _limit: usize) -> Result<Vec<Vec<u8>>> {
        Err(self.holds_nothing())
    }

    fn write(&self, _batch: StorageBatch) -> Result<()> {
        Err(self.read_only())
    }

    fn sync(&self) -> Result<()> {
        Err(self.read_only())
    }

    fn root(&self) -> Result<Option<Vec<u8>>> {
        Err(self.holds_nothing())
    }

    fn set_root(&self, _payload: &[u8]) -> Result<()> {
        Err(self.read_only())
    }

    fn fresh(&self) -> Result<Arc<dyn Storage>> {
        Err(self.read_only())
    }

    fn is_read_only(&self) -> bool {
        true
    }

    fn is_one_store(&self) -> bool {
        false
    }

    fn size(&self) -> Result<u64> {
        let sizes = self.members.iter().map(|member| {
            let snapshot = member.snapshot(self)?;
            snapshot.storage.size()
        });
        sizes.sum()
    }

    fn close(&self) -> Result<()> {
        self.closed.store(true, Ordering::Release);
        for member in &self.members {
            let opened = member.opened().clone();
            opened.map_or(Ok(()), |opened| opened.snapshot.storage.close())?;
        }
        Ok(())
    }
}

impl StoreSet {
    fn read_only(&self) -> Error {
        Error::ManyStores {
            path: self.path.clone(),
            operation: "write to",
        }
    }

    fn holds_nothing(&self) -> Error {
        Error::Internal {
            message: format!("{}: chunks lie in its stores", self.path.display()),
        }
    }
}
