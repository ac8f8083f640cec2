//! The directory of a store: what lies in it, what is live, and what may be removed.
//!
//! ```text
//! LOCK            which process may write to the store (`lock`)
//! CURRENT         the root record and the live data directory (`root_file`)
//! CLEAN           checksums of the data, after a clean shutdown (`sled/clean_shutdown`)
//! PLACES          locations of the values in the data, a hint (`sled/locations`)
//! data-000001/    files of sled; NEW is among them until a root names the directory
//! aside-000001/   the data as an unclean shutdown left it (`recovery_copy`)
//! ```

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::failed_sync::FailedSync;
use super::files::{
    before, cannot, create_directory, list_names, remove_directory, remove_file, sync_directory,
};
use super::lock::{LOCK, Lock};
use super::recovery_copy::find_recovery_copy;
use super::root_file::{SealedFile, has_magic};
use crate::error::{Error, Forked, Result};
use crate::storage::storage::{Durability, StorageOptions, check_open};

/// Names the live data directory and holds the root record.
pub(crate) const CURRENT: &str = "CURRENT";

/// Holds the checksums of the data after a clean shutdown.
pub(in crate::storage) const CLEAN: &str = "CLEAN";

/// Holds the locations of values, as of a clean shutdown or while much was written.
pub(in crate::storage) const PLACES: &str = "PLACES";

/// Marks a data directory that no root has named yet. Without it a lost `CURRENT` would look like a
/// store that was never finished, and be taken for an empty one.
const NEW: &str = "NEW";

/// Files that a desktop leaves in any folder that it shows. A folder with nothing else is empty.
const DESKTOP_FILES: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// The directory of an open store. The storages of one store share it: the live one, the one that
/// is about to replace it, and replaced ones that readers still use.
pub(in crate::storage) struct Directory {
    pub path: PathBuf,
    pub options: StorageOptions,
    /// The process that opened it.
    pub pid: u32,
    /// The first sync that failed, of whichever of its storages.
    pub failed_sync: FailedSync,
    closed: AtomicBool,
    /// Number of the newest data directory. No number is used twice.
    newest: AtomicU32,
    // Dropped last, after every storage.
    pub lock: Lock,
}

impl Directory {
    /// Locks the directory of a store, or of one to be made, and reads its root.
    pub fn open(path: &Path, options: StorageOptions) -> Result<(Self, Option<SealedFile>)> {
        check_is_store(path, options.create)?;
        if options.create && !path.exists() {
            // Only the last part: a typing error further up should not make a tree of folders.
            create_directory(path).map_err(|error| match error.kind() {
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
        let lock = Lock::take(path, options)?;
        let found = read_root(path).and_then(|root| Ok((root, data_directories(path)?)));
        if found.is_err() {
            // The name of this process left behind would look like that of a killed one.
            lock.release();
        }
        let (root, data) = found?;
        let newest = data.iter().filter_map(|name| number(name)).max();
        let directory = Self {
            path: path.to_path_buf(),
            options,
            pid: std::process::id(),
            failed_sync: FailedSync::default(),
            closed: AtomicBool::new(false),
            newest: AtomicU32::new(newest.unwrap_or(0)),
            lock,
        };
        Ok((directory, root))
    }

    /// Whether files are synced.
    pub fn is_durable(&self) -> bool {
        self.options.durability == Durability::Sync
    }

    /// Refuses use in a forked child and after a close.
    ///
    /// Call it before any lock is taken: another thread of the parent may have held the lock at the
    /// fork, and then nobody frees it in the child.
    pub fn check(&self) -> Result<()> {
        self.check_not_forked()?;
        self.check_open()
    }

    /// Refuses use after a close alone: enough for what takes no lock and starts no thread. Asking
    /// for the process id is a system call.
    pub fn check_open(&self) -> Result<()> {
        check_open(&self.path, &self.closed)
    }

    /// Refuses use in a forked child alone.
    pub fn check_not_forked(&self) -> Result<()> {
        if self.is_forked() {
            return Err(Error::Forked {
                path: self.path.clone(),
                what: Forked::Store,
            });
        }
        Ok(())
    }

    /// Refuses to change files by their path where the path leads to another store by now: this
    /// directory was renamed and another store made in its place, or its `LOCK` was replaced.
    pub fn check_in_place(&self) -> Result<()> {
        if self.is_in_place() {
            return Ok(());
        }
        let message = "the store was moved away from this path while it was open, or its LOCK was \
                       replaced; close it and open it at its new path";
        Err(cannot("write", &self.path)(io::Error::other(message)))
    }

    /// Whether the path still leads to this store.
    pub fn is_in_place(&self) -> bool {
        self.lock.is_in_place(&self.path)
    }

    /// Whether this process is a forked child of the one that opened the store.
    pub fn is_forked(&self) -> bool {
        std::process::id() != self.pid
    }

    /// Whether this process may still remove its files. Once the lock is free they may be
    /// another's.
    pub fn is_ours(&self) -> bool {
        !self.is_forked() && !self.closed.load(Ordering::Acquire)
    }

    /// Makes the next data directory, marked as new, and returns its name.
    pub fn create_data(&self) -> Result<String> {
        let number = self.newest.fetch_add(1, Ordering::AcqRel) + 1;
        let name = format!("data-{number:06}");
        let data = self.path.join(&name);
        create_directory(&data).map_err(cannot("create", &data))?;
        let mark = data.join(NEW);
        before("create", &mark)
            .and_then(|()| File::create(&mark))
            .map_err(cannot("create", &mark))?;
        Ok(name)
    }

    /// Removes the mark of a new data directory: a root names it now.
    pub fn unmark(&self, data: &str) -> Result<()> {
        remove_file(&self.path.join(data).join(NEW))
    }

    /// Removes what no live data directory needs: data that no root has named, recovery copies of
    /// data that was replaced, temporary files.
    pub fn sweep(&self, live: &[&str]) -> Result<()> {
        for name in list_names(&self.path)? {
            let path = self.path.join(&name);
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
    pub fn sweep_unfinished(&self) -> Result<()> {
        self.newest.store(0, Ordering::Release);
        self.sweep(&[])
    }

    /// Refuses later use and frees the lock. Calling it again has no effect.
    pub fn close(&self) -> Result<()> {
        self.check_not_forked()?;
        if !self.closed.swap(true, Ordering::AcqRel) {
            self.lock.release();
        }
        Ok(())
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if !self.is_forked() {
            self.lock.release();
        }
    }
}

/// Refuses a path that is no store, and, with `create`, where none can be made. Reads names alone
/// and makes nothing.
fn check_is_store(path: &Path, create: bool) -> Result<()> {
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
    for name in list_names(path)? {
        data |= number(&name).is_some();
        if name == CURRENT {
            let current = path.join(CURRENT);
            let bytes = fs::read(&current).map_err(cannot("read", &current))?;
            if has_magic(&bytes) {
                return Ok(());
            }
        } else if !is_ours(&name) && !DESKTOP_FILES.contains(&&*name) {
            foreign.push(name);
        }
    }
    if path.join(CURRENT).exists() && !data {
        return Err(not_a_store(
            "has a CURRENT that is not eventstore's; another database may live here".into(),
        ));
    }
    if !data && !foreign.is_empty() {
        let first = &foreign[0];
        let others = match foreign.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let remedy = match create {
            true => "give an empty or a new directory",
            false => "give the directory that `eventstore ingest` made",
        };
        return Err(not_a_store(format!(
            "is no store: it has no CURRENT, but holds `{first}`{others}; {remedy}"
        )));
    }
    if !data && !create {
        return Err(not_a_store(
            "is an empty directory, no store; ingest an archive to make one".into(),
        ));
    }
    Ok(())
}

/// The root of a store, for a process that takes no lock. `None` in a store without a commit.
///
/// The first commit of a store writes `CURRENT` before it removes the mark of its data. So a store that seems
/// to lack one is looked at twice.
pub(in crate::storage) fn read_current(path: &Path) -> Result<Option<SealedFile>> {
    check_is_store(path, false)?;
    read_root_name(path).or_else(|_| read_root_name(path))
}

/// Reads `CURRENT`. `None` in a store that has no root yet.
fn read_root_name(path: &Path) -> Result<Option<SealedFile>> {
    let corrupt = |message: String| Error::Corrupt {
        path: path.to_path_buf(),
        part: CURRENT.into(),
        chunk: None,
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
                let mut entries = match fs::read_dir(&data) {
                    // Whoever has the lock has removed it meanwhile.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    entries => entries.map_err(cannot("list", &data))?,
                };
                if entries.next().is_some() {
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
    let root = SealedFile::read(&bytes, "current", path, CURRENT)?;
    if number(&root.data).is_none() {
        return Err(corrupt(format!(
            "names `{}`, which is no data directory",
            root.data
        )));
    }
    Ok(Some(root))
}

/// As [`read_root_name`], and the data has to be there.
fn read_root(path: &Path) -> Result<Option<SealedFile>> {
    let Some(root) = read_root_name(path)? else {
        return Ok(None);
    };
    if !path.join(&root.data).join("db").exists() && find_recovery_copy(path, &root.data).is_none()
    {
        return Err(Error::Corrupt {
            path: path.to_path_buf(),
            part: CURRENT.into(),
            chunk: None,
            message: format!("names {0}, but {0}/db is missing", root.data),
        });
    }
    Ok(Some(root))
}

/// Names of the data directories, in order.
fn data_directories(path: &Path) -> Result<Vec<String>> {
    let mut names = list_names(path)?;
    names.retain(|name| number(name).is_some());
    Ok(names)
}

/// Number of a data directory: of `data-000007` it is 7. `None` for any other name.
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

/// Whether a store makes files or directories of this name.
fn is_ours(name: &str) -> bool {
    [LOCK, CURRENT, CLEAN, PLACES].contains(&name)
        || is_temporary(name)
        || is_data(&name.replacen("aside-", "data-", 1))
}
