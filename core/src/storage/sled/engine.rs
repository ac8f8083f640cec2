//! Starting and calling sled: waiting for its lock, and turning its failures into errors.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ::sled::Db;

use crate::error::{Error, Forked, Result};
use crate::storage::directory::{cannot, list_files, remove_file};

/// How long an open waits for sled's own lock, which may outlive a close for a moment, and how
/// often it tries.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// What a call tried, and what to do where it failed.
///
/// sled keeps the first failure and repeats it for every later call, also once its cause is gone.
/// Only a new start makes it go on, and before that the data has to be checked as after a kill.
pub(super) const WRITE: &str = "write; once the cause is gone, close the store and open it again";
pub(super) const READ: &str = "read; once the cause is gone, close the store and open it again";

/// The operation of a start that failed. Nothing is repeated then: the next open is a new start.
const START: &str = "open the data; once the cause is gone, open the store again";

/// The process that started sled first; 0 before that.
///
/// sled keeps one set of I/O threads for a program, in statics that nobody else can reach. A forked
/// child inherits the statics without the threads: every flush and every open would wait for ever.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// Refuses a process in which sled has no threads: a child of one that used it.
pub(super) fn check_process(store: &Path) -> Result<()> {
    match PROCESS.load(Ordering::Acquire) {
        first if first == 0 || first == std::process::id() => Ok(()),
        _ => Err(Error::Forked {
            path: store.to_path_buf(),
            what: Forked::Engine,
        }),
    }
}

/// Opens sled on a data directory. Waits for its lock; a panic, which damage can cause, becomes an
/// error.
pub(super) fn start_engine(data: &Path, cache_bytes: u64) -> Result<Db> {
    check_process(data.parent().unwrap_or(data))?;
    // Before sled starts its threads, so that a fork meanwhile leaves a child that knows.
    PROCESS.store(std::process::id(), Ordering::Release);
    let config = ::sled::Config::new()
        .path(data)
        .cache_capacity(cache_bytes)
        // A commit flushes; nothing has to survive between commits.
        .flush_every_ms(None);
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        match call_engine(data, START, || config.open()) {
            Err(Error::Storage { source, .. }) if is_lock(&source) && Instant::now() < deadline => {
                thread::sleep(LOCK_PAUSE);
            }
            opened => return opened,
        }
    }
}

/// Whether sled could not take its lock.
pub(super) fn is_lock(error: &io::Error) -> bool {
    // sled wraps the system's `WouldBlock` in an error of no kind.
    error.kind() == io::ErrorKind::WouldBlock
        || error.to_string().contains("could not acquire lock")
}

/// sled keeps a copy of an error of the system: its kind and its debug text. The number is taken
/// from that text, so that the error is the system's own again.
pub(in crate::storage) fn system_error(error: io::Error) -> io::Error {
    let text = error.to_string();
    let number = text.split_once("Os { code: ").and_then(|(_, rest)| {
        let digits = rest.split_once(',')?.0;
        digits.parse().ok()
    });
    match number {
        Some(number) if error.raw_os_error().is_none() => io::Error::from_raw_os_error(number),
        _ => error,
    }
}

/// Calls sled. Its errors and its panics, which damage can cause, become errors of this crate;
/// `operation` says in them what was tried.
pub(super) fn call_engine<T>(
    data: &Path,
    operation: &'static str,
    call: impl FnOnce() -> ::sled::Result<T>,
) -> Result<T> {
    let corrupt = |seen: String| Error::Corrupt {
        path: data.parent().unwrap_or(data).to_path_buf(),
        part: data
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        chunk: None,
        message: seen,
    };
    // What a panic leaves half done in sled is never read: no root names it.
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(::sled::Error::Io(source))) => Err(cannot(operation, data)(system_error(source))),
        Ok(Err(::sled::Error::Corruption { .. })) => Err(corrupt("the bytes do not fit".into())),
        // sled reads the version of its format from `conf`, so it takes damage there for an old
        // version.
        Ok(Err(::sled::Error::Unsupported(why))) => Err(corrupt(format!(
            "its settings file `conf` is damaged ({why})"
        ))),
        Ok(Err(error)) => Err(cannot(operation, data)(io::Error::other(error.to_string()))),
        Err(panic) => {
            let message = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(corrupt(format!("sled gave up: {message}")))
        }
    }
}

/// Removes half-written snapshots of sled's page table, which keep it from opening. Without them it
/// replays its log.
pub(super) fn remove_broken_snapshots(data: &Path) -> Result<()> {
    for (name, length) in list_files(data)? {
        if name.starts_with("snap.") && (length == 0 || name.ends_with(".generating")) {
            remove_file(&data.join(name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_what_was_tried() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("data-000001");
        std::fs::write(&file, "a file where a directory should be").unwrap();
        let error = start_engine(&file, 1 << 20).err().unwrap().to_string();
        assert!(error.contains("cannot open the data"), "{error}");
        let broken = || Err::<(), _>(::sled::Error::Io(io::Error::other("broken")));
        for (operation, text) in [(READ, "cannot read;"), (WRITE, "cannot write;")] {
            let error = call_engine(&file, operation, broken).unwrap_err();
            assert!(error.to_string().contains(text), "{error}");
        }
    }
}
