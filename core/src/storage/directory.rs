//! A store's directory: what lies in it, which part is live, and what may be swept.
//!
//! ```text
//! LOCK            who has it open (`lock`)
//! CURRENT         the root record and the live data directory (`current`)
//! CLEAN           checksums of the data, after a clean close (`clean`)
//! PLACES          where in the data values lie, as of that close (`places`)
//! data-000001/    sled's files; NEW in it as long as no root has named it
//! aside-000001/   the data as an unclean end left it (`aside`)
//! ```

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError, Weak};

use super::aside;
use super::current::{CURRENT, Sealed, has_magic};
use super::files::{cannot, remove_directory, remove_file, sync_directory};
use super::lock::{LOCK, Lock};
use super::places::PLACES;
use super::sled::SledStorage;
use super::{Durability, OpenOptions};
use crate::error::{Error, Forked, Result};

/// Marks a data directory that no root has named yet. Without it a lost `CURRENT` could not be told from a store that
/// was never finished, and be taken for an empty one.
const NEW: &str = "NEW";

/// Files that a desktop leaves in any folder that it shows. A folder with nothing else is empty.
const DESKTOP: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// An open store's directory, shared by the storages of one store: the live one, the one that is about to take its
/// place, and replaced ones that readers still hold.
pub(super) struct Directory {
    pub path: PathBuf,
    pub options: OpenOptions,
    /// The process that opened it; a forked child has no business here.
    pub pid: u32,
    closed: AtomicBool,
    /// Number of the newest data directory; never given twice.
    newest: AtomicU32,
    pub members: Mutex<Vec<Weak<SledStorage>>>,
    // Dropped last, after every storage.
    pub lock: Lock,
}

impl Directory {
    /// Locks a store's directory, or what may become one, and reads its root.
    pub(super) fn open(path: &Path, options: OpenOptions) -> Result<(Self, Option<Sealed>)> {
        recognise(path, options.create)?;
        if options.create && !path.exists() {
            // Only the last part: a typing error further up should not grow a tree.
            fs::create_dir(path).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => Error::PathNotFound {
                    path: path.parent().unwrap_or(path).to_path_buf(),
                },
                _ => cannot("create", path)(error),
            })?;
            if options.durability == Durability::Sync {
                let parent = path.parent().filter(|parent| *parent != Path::new(""));
                sync_directory(parent.unwrap_or(Path::new(".")))?;
            }
        }
        let lock = Lock::take(path, options.durability == Durability::Sync)?;
        let found = read_root(path).and_then(|root| Ok((root, data_directories(path)?)));
        if found.is_err() {
            // This name left behind would look like a killed process's.
            lock.release();
        }
        let (root, data) = found?;
        let newest = data.iter().filter_map(|name| number(name)).max();
        let directory = Self {
            path: path.to_path_buf(),
            options,
            pid: std::process::id(),
            closed: AtomicBool::new(false),
            newest: AtomicU32::new(newest.unwrap_or(0)),
            members: Mutex::default(),
            lock,
        };
        Ok((directory, root))
    }

    pub(super) fn durable(&self) -> bool {
        self.options.durability == Durability::Sync
    }

    /// Refuses use in a forked child and after a close. Before any lock is taken: another thread of the parent may
    /// have held it at the fork, and then nobody frees it in the child.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_forked() {
            return Err(Error::Forked {
                path: self.path.clone(),
                what: Forked::Store,
            });
        }
        self.check_open()
    }

    /// Refuses use after a close alone: for what may be done in a forked child, as it waits for nobody.
    pub(super) fn check_open(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Closed {
                path: self.path.clone(),
            });
        }
        Ok(())
    }

    /// Refuses to change files by their path where the path leads to another store by now: this
    /// one's directory was renamed and another store made in its place, or its `LOCK` was replaced.
    pub(super) fn check_in_place(&self) -> Result<()> {
        if self.is_in_place() {
            return Ok(());
        }
        let message = "the store was moved away from this path while it was open, or its LOCK was \
                       replaced; close it and open it at its new path";
        Err(cannot("write", &self.path)(io::Error::other(message)))
    }

    /// Whether the path still leads to this store.
    pub(super) fn is_in_place(&self) -> bool {
        self.lock.is_in_place(&self.path)
    }

    pub(super) fn is_forked(&self) -> bool {
        std::process::id() != self.pid
    }

    /// Whether this process may still remove what is its own; once the lock is free, others may have made it theirs.
    pub(super) fn is_ours(&self) -> bool {
        !self.is_forked() && !self.closed.load(Ordering::Acquire)
    }

    /// Makes the next data directory, marked as new.
    pub(super) fn create_data(&self) -> Result<String> {
        let number = self.newest.fetch_add(1, Ordering::AcqRel) + 1;
        let name = format!("data-{number:06}");
        let data = self.path.join(&name);
        fs::create_dir(&data).map_err(cannot("create", &data))?;
        let mark = data.join(NEW);
        File::create(&mark).map_err(cannot("create", &mark))?;
        Ok(name)
    }

    /// A root names the directory now.
    pub(super) fn unmark(&self, data: &str) -> Result<()> {
        remove_file(&self.path.join(data).join(NEW))
    }

    /// Removes what nothing live needs: data of commits that never were, copies of data that was replaced.
    pub(super) fn sweep(&self, live: &[&str]) -> Result<()> {
        for entry in fs::read_dir(&self.path).map_err(cannot("list", &self.path))? {
            let path = entry.map_err(cannot("list", &self.path))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let data = name.replacen("aside-", "data-", 1);
            if is_temporary(&name) {
                remove_file(&path)?;
            } else if is_data(&data) && !live.contains(&&*data) {
                remove_directory(&path)?;
            }
        }
        Ok(())
    }

    /// Removes what is left of a store that never had a root, and starts to count anew.
    pub(super) fn sweep_unfinished(&self) -> Result<()> {
        self.newest.store(0, Ordering::Release);
        self.sweep(&[])
    }

    /// Closes every storage of the store, then frees the lock. Twice is fine.
    pub(super) fn close(&self) -> Result<()> {
        if self.is_forked() {
            return Err(Error::Forked {
                path: self.path.clone(),
                what: Forked::Store,
            });
        }
        let members =
            std::mem::take(&mut *self.members.lock().unwrap_or_else(PoisonError::into_inner));
        let mut result = Ok(());
        for member in members.iter().filter_map(Weak::upgrade) {
            // The first failure is told; the others are closed all the same.
            result = result.and(member.finish());
        }
        // After the members: finishing removes replaced data, which is ours only until the lock is free.
        if !self.closed.swap(true, Ordering::AcqRel) {
            self.lock.release();
        }
        result
    }

    pub(super) fn release_if_ours(&self) {
        if !self.is_forked() {
            self.lock.release();
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        self.release_if_ours();
    }
}

/// Tells a store, or a place for one, from anything else. Reads names only, and makes nothing.
fn recognise(path: &Path, create: bool) -> Result<()> {
    let not_a_store = |message: String| Error::NotAStore {
        path: path.to_path_buf(),
        message,
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return if create {
                Ok(())
            } else {
                Err(Error::PathNotFound {
                    path: path.to_path_buf(),
                })
            };
        }
        Err(error) => return Err(cannot("open", path)(error)),
        Ok(metadata) if !metadata.is_dir() => {
            return Err(not_a_store(
                "is a file, and a store is a directory; to read an archive into a store, ingest it"
                    .into(),
            ));
        }
        Ok(_) => {}
    }
    let mut data = false;
    let mut foreign = Vec::new();
    for entry in fs::read_dir(path).map_err(cannot("list", path))? {
        let name = entry
            .map_err(cannot("list", path))?
            .file_name()
            .to_string_lossy()
            .into_owned();
        data |= number(&name).is_some();
        if name == CURRENT {
            let current = path.join(CURRENT);
            let bytes = fs::read(&current).map_err(cannot("read", &current))?;
            if has_magic(&bytes) {
                return Ok(());
            }
        } else if !is_ours(&name) && !DESKTOP.contains(&&*name) {
            foreign.push(name);
        }
    }
    if path.join(CURRENT).exists() && !data {
        return Err(not_a_store(
            "has a CURRENT that is not eventstore's; another database may live here".into(),
        ));
    }
    if !data && !foreign.is_empty() {
        foreign.sort();
        let first = &foreign[0];
        let others = match foreign.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        return Err(not_a_store(format!(
            "is no store: it has no CURRENT, but holds `{first}`{others}; give an empty or a new directory"
        )));
    }
    if !data && !create {
        return Err(not_a_store(
            "is an empty directory, no store; ingest an archive to make one".into(),
        ));
    }
    Ok(())
}

/// Reads `CURRENT`; none in a store that has no root yet.
fn read_root(path: &Path) -> Result<Option<Sealed>> {
    let corrupt = |message: String| Error::Corrupt {
        path: path.to_path_buf(),
        part: CURRENT.into(),
        chunk: 0,
        message,
    };
    let current = path.join(CURRENT);
    let bytes = match fs::read(&current) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            for name in data_directories(path)? {
                let data = path.join(&name);
                if data.join(NEW).exists() {
                    continue;
                }
                if data.join("db").exists() {
                    return Err(corrupt(format!(
                        "the file is missing, but {name} holds a store's data"
                    )));
                }
                if fs::read_dir(&data)
                    .map_err(cannot("list", &data))?
                    .next()
                    .is_some()
                {
                    return Err(Error::NotAStore {
                        path: path.to_path_buf(),
                        message: format!("has no CURRENT, and {name} is not eventstore's"),
                    });
                }
            }
            return Ok(None);
        }
        Err(error) => return Err(cannot("read", &current)(error)),
    };
    let root = Sealed::read(&bytes, "current", path, CURRENT)?;
    if number(&root.data).is_none() {
        return Err(corrupt(format!(
            "names `{}`, which is no data directory",
            root.data
        )));
    }
    if !path.join(&root.data).join("db").exists() && !aside::place(path, &root.data).exists() {
        return Err(corrupt(format!(
            "names {0}, but {0}/db is missing",
            root.data
        )));
    }
    Ok(Some(root))
}

/// Names of the data directories, in order.
fn data_directories(path: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(cannot("list", path))? {
        let name = entry
            .map_err(cannot("list", path))?
            .file_name()
            .to_string_lossy()
            .into_owned();
        if number(&name).is_some() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// `data-000007` → 7; none for any other name.
fn number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("data-")?;
    if digits.len() < 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

fn is_data(name: &str) -> bool {
    number(name.strip_suffix(".partial").unwrap_or(name)).is_some()
}

fn is_temporary(name: &str) -> bool {
    ["CURRENT.tmp", "CLEAN.tmp", "PLACES.tmp"].contains(&name)
}

/// Whether a store makes files or directories of such a name.
fn is_ours(name: &str) -> bool {
    [LOCK, CURRENT, "CLEAN", PLACES].contains(&name)
        || is_temporary(name)
        || is_data(&name.replacen("aside-", "data-", 1))
}
