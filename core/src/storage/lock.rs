//! `LOCK`: one process at a time, and a name for the one that has it.
//!
//! An advisory lock of the whole file (`flock` on Linux), held from open to close. The kernel frees it with the
//! process, so a killed writer leaves none behind. The file's text is for the error of the process that comes second,
//! and is not removed: removing it would let two processes lock two files of one name.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::files::cannot;
use crate::error::{Error, Result};

/// The file's name in a store's directory.
pub(super) const LOCK: &str = "LOCK";

/// How often, and how long after each other, the holder's name is looked for before it counts as unknown. The holder
/// writes it right after it has the lock.
const NAME_TRIES: u32 = 5;
const NAME_PAUSE: Duration = Duration::from_millis(10);

/// A held lock; freed by [`Lock::release`] or, at the latest, when it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: Mutex<Option<File>>,
    /// The one who had it before left its name: it was killed, or the machine stopped. Until [`Lock::settle`].
    left_behind: AtomicBool,
}

impl Lock {
    /// Takes the lock of a store's directory or says at once who has it. With `durable` the name survives a power cut,
    /// from before anything else changes.
    pub(super) fn take(store: &Path, durable: bool) -> Result<Self> {
        let path = store.join(LOCK);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(cannot("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(holder(store, &path)),
            Err(TryLockError::Error(error)) => return Err(cannot("lock", &path)(error)),
        }
        let left_behind = file.metadata().map_err(cannot("read", &path))?.len() > 0;
        let name = format!("{}\n{}\n", std::process::id(), program());
        // At no instant without a name.
        file.rewind()
            .and_then(|()| file.write_all(name.as_bytes()))
            .and_then(|()| file.set_len(name.len() as u64))
            .and_then(|()| if durable { file.sync_data() } else { Ok(()) })
            .map_err(cannot("write", &path))?;
        Ok(Self {
            file: Mutex::new(Some(file)),
            left_behind: AtomicBool::new(left_behind),
        })
    }

    /// Whether the one who had it before was killed, and nobody has opened the store since.
    pub(super) fn is_left_behind(&self) -> bool {
        self.left_behind.load(Ordering::Acquire)
    }

    /// The store is open: what a killed process left has been dealt with.
    pub(super) fn settle(&self) {
        self.left_behind.store(false, Ordering::Release);
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

    /// The next one to open the store finds this process's name, and takes its end for an unclean
    /// one.
    pub(super) fn leave_behind(&self) {
        self.left_behind.store(true, Ordering::Release);
    }

    /// Frees the lock. Calling it again has no effect.
    ///
    /// Says so to the kernel instead of only closing the file: a forked child may hold a copy of the descriptor, and
    /// the lock would live on with it. For the same reason a child must never call this.
    pub(super) fn release(&self) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = file.take() {
            // The name of a process that is gone would be a wrong hint; the lock matters more than either failure. But
            // after a killed one a name stays until the store has been opened: the next one must know.
            if !self.is_left_behind() {
                let _ = file.set_len(0);
            }
            let _ = file.unlock();
        }
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
        // Where reading a locked file fails (Windows), the holder stays unknown.
        let read = File::open(path).and_then(|mut file| file.read_to_string(&mut text));
        let mut lines = text.lines();
        let pid = lines.next().and_then(|line| line.parse().ok());
        if let (Ok(_), Some(pid)) = (read, pid) {
            return Error::Locked {
                path: store.to_path_buf(),
                pid,
                program: lines.next().unwrap_or_default().to_owned(),
            };
        }
        thread::sleep(NAME_PAUSE);
    }
    Error::Locked {
        path: store.to_path_buf(),
        pid: 0,
        program: String::new(),
    }
}

/// This process as a person would name it: the program, and the script if it is an interpreter's.
fn program() -> String {
    let mut arguments = std::env::args_os().map(|argument| {
        let path = PathBuf::from(argument);
        let name = path.file_name().unwrap_or_default();
        // A line break in a name would end the line of `LOCK` that it stands on.
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
