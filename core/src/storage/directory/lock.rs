//! `LOCK`: one process at a time may write to a store, and the file names it.
//!
//! An advisory lock of the whole file (`flock` on Linux), held from the first write to the close. The kernel frees
//! it with the process, so a killed writer leaves no lock behind. The text of the file is for the
//! error that a second process gets. Nothing here removes the file: two processes could then lock
//! two files of the same name. Where a program removes a whole store, `LOCK` last, who waited for it
//! takes the file that is there then.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::files::{before, cannot};
use crate::error::{Error, LockHolder, Result};
use crate::storage::storage::{Durability, StorageOptions};

/// Name of the file in a store's directory.
pub(super) const LOCK: &str = "LOCK";

/// How often, and with which pause, the name of the holder is read before it counts as unknown. The
/// holder writes it right after it has taken the lock.
const NAME_TRIES: u32 = 5;
const NAME_PAUSE: Duration = Duration::from_millis(10);

/// How often a process that waits tries to take the lock.
const WAIT_PAUSE: Duration = Duration::from_millis(10);

/// A taken lock. [`Lock::release`] or the drop frees it.
#[derive(Debug)]
pub(in crate::storage) struct Lock {
    file: Mutex<Option<File>>,
    /// The process that had the lock before left its name: it was killed, or the machine stopped.
    /// Until [`Lock::set_recovered`].
    is_stale: AtomicBool,
}

impl Lock {
    /// Takes the lock of a store's directory. With [`Durability::Sync`] the name of this process survives a
    /// power cut before anything else changes.
    ///
    /// # Errors
    /// [`Error::Locked`] where another process has it, and still has it after the wait;
    /// [`Error::Interrupted`] meanwhile.
    pub(super) fn take(store: &Path, options: StorageOptions) -> Result<Self> {
        let path = store.join(LOCK);
        let durable = options.durability == Durability::Sync;
        let until = Instant::now().checked_add(options.wait);
        let mut file = loop {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(cannot("open", &path))?;
            match file.try_lock() {
                Ok(()) => {}
                // `None`: it waits for ever.
                Err(TryLockError::WouldBlock)
                    if until.is_none_or(|until| Instant::now() < until) =>
                {
                    if options.interrupted.is_some_and(|interrupted| interrupted()) {
                        return Err(Error::Interrupted);
                    }
                    thread::sleep(WAIT_PAUSE);
                    continue;
                }
                Err(TryLockError::WouldBlock) => return Err(holder(store, &path)),
                Err(TryLockError::Error(error)) => return Err(cannot("lock", &path)(error)),
            }
            let held = file.metadata().map_err(cannot("read", &path))?;
            match fs::metadata(&path) {
                Ok(found) if is_same(&held, &found) => break file,
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(cannot("read", &path)(error));
                }
                _ => {}
            }
            // The holder before has removed the store, and the file with it, after it was opened
            // here: the lock of a removed file keeps nobody out.
        };
        let is_stale = file.metadata().map_err(cannot("read", &path))?.len() > 0;
        let name = format!("{}\n{}\n", std::process::id(), program());
        // Written over, then cut: the file has a name at every instant.
        before("write", &path)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(name.as_bytes()))
            .and_then(|()| file.set_len(name.len() as u64))
            .and_then(|()| if durable { file.sync_data() } else { Ok(()) })
            .map_err(cannot("write", &path))?;
        Ok(Self {
            file: Mutex::new(Some(file)),
            is_stale: AtomicBool::new(is_stale),
        })
    }

    /// Whether the process that had the lock before was killed, and the store has not been opened
    /// since.
    pub(in crate::storage) fn is_stale(&self) -> bool {
        self.is_stale.load(Ordering::Acquire)
    }

    /// The store is open: what a killed process left has been dealt with.
    pub(in crate::storage) fn set_recovered(&self) {
        self.is_stale.store(false, Ordering::Release);
    }

    /// Whether the locked file is the one at the store's path. It is not if the store was renamed
    /// and another made at the path. Two system calls.
    ///
    /// Where the system has no numbers for files (Windows) the answer is yes: a directory with an
    /// open file cannot be renamed there.
    pub(super) fn is_in_place(&self, store: &Path) -> bool {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Ok(held)) = file.as_ref().map(File::metadata) else {
            return true;
        };
        fs::metadata(store.join(LOCK)).is_ok_and(|found| is_same(&held, &found))
    }

    /// Leaves the name of this process behind, so that the next open takes the shutdown for an
    /// unclean one.
    pub(in crate::storage) fn set_stale(&self) {
        self.is_stale.store(true, Ordering::Release);
    }

    /// Frees the lock. Calling it again has no effect.
    ///
    /// Unlocks instead of only closing the file: a forked child may have a copy of the descriptor,
    /// and the lock would live on with it. For the same reason a child must never call this.
    pub(super) fn release(&self) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = file.take() {
            // The name of a process that has ended would mislead. A stale name stays until the
            // store has been opened, since the next open must see it. Neither failure matters
            // beside the lock.
            if !self.is_stale() {
                let _ = file.set_len(0);
            }
            let _ = file.unlock();
        }
    }
}

/// Whether the lock of a store names a process: one that has it, or one that was killed.
pub(in crate::storage) fn has_holder(store: &Path) -> bool {
    fs::metadata(store.join(LOCK)).is_ok_and(|file| file.len() > 0)
}

/// A directory that is known again under its path. While it is held, no other gets its number.
pub(in crate::storage) struct Folder(Option<File>);

impl Folder {
    pub fn open(path: &Path) -> Result<Self> {
        // Elsewhere a directory cannot be opened as a file; there every one counts as the same.
        match cfg!(unix) {
            true => File::open(path)
                .map_err(cannot("open", path))
                .map(|file| Self(Some(file))),
            false => Ok(Self(None)),
        }
    }

    /// Whether the path still leads to it.
    pub fn is_at(&self, path: &Path) -> bool {
        match self.0.as_ref().map(File::metadata) {
            Some(Ok(held)) => fs::metadata(path).is_ok_and(|found| is_same(&held, &found)),
            _ => true,
        }
    }
}

/// Whether two descriptors are of one file.
pub(in crate::storage) fn is_same_file(one: &File, other: &File) -> bool {
    match (one.metadata(), other.metadata()) {
        (Ok(one), Ok(other)) => is_same(&one, &other),
        _ => false,
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

fn holder(store: &Path, path: &Path) -> Error {
    for _ in 0..NAME_TRIES {
        let mut text = String::new();
        // Where a locked file cannot be read (Windows), the holder stays unknown.
        let read = File::open(path).and_then(|mut file| file.read_to_string(&mut text));
        let mut lines = text.lines();
        let pid = lines.next().and_then(|line| line.parse().ok());
        if let (Ok(_), Some(pid)) = (read, pid) {
            return Error::Locked {
                path: store.to_path_buf(),
                holder: LockHolder {
                    pid,
                    program: lines.next().unwrap_or_default().to_owned(),
                },
            };
        }
        thread::sleep(NAME_PAUSE);
    }
    Error::Locked {
        path: store.to_path_buf(),
        holder: LockHolder::default(),
    }
}

/// Name of this process for a person: the program, and the script if the program is Python.
fn program() -> String {
    let mut arguments = std::env::args_os().map(|argument| {
        let path = PathBuf::from(argument);
        let name = path.file_name().unwrap_or_default();
        // A line break in a name would end its line of `LOCK`.
        name.to_string_lossy().replace(['\n', '\r'], " ")
    });
    let mut program = arguments.next().unwrap_or_default();
    if program.starts_with("python")
        && let Some(script) = arguments.next()
        && script.ends_with(".py")
    {
        program = format!("{program} {script}");
    }
    program
}
