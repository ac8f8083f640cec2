//! A sync that failed: after it nothing more is acknowledged until the store is opened again.
//!
//! A system that could not write a page to the medium may take it for written all the same: the next sync of the file
//! succeeds, and what the failed one was to keep is lost with the power. So the first failure is kept, and each later
//! step fails with it, whichever file it was of. No `CLEAN` is written then: the next opening takes a copy and reads every
//! chunk.

use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::error::{Error, Result};

/// What a later step says. The error of the sync itself names the file.
const WRITE: &str =
    "write, since a sync has failed; once the cause is gone, close the store and open it again";

/// The first sync of a store that failed.
#[derive(Default)]
pub(in crate::storage) struct FailedSync(OnceLock<SyncError>);

struct SyncError {
    path: PathBuf,
    /// The system's number, and its text where there is none.
    number: Option<i32>,
    text: String,
}

impl FailedSync {
    /// Passes a result on, and keeps the error of a sync.
    pub fn keep<T>(&self, result: Result<T>) -> Result<T> {
        if let Err(Error::Storage {
            path,
            operation: "sync",
            source,
        }) = &result
        {
            // A later failure says nothing new.
            let _ = self.0.set(SyncError {
                path: path.clone(),
                number: source.raw_os_error(),
                text: source.to_string(),
            });
        }
        result
    }

    /// Fails with the kept error, if there is one.
    pub fn check(&self) -> Result<()> {
        match self.0.get() {
            None => Ok(()),
            Some(error) => Err(Error::Storage {
                path: error.path.clone(),
                operation: WRITE,
                source: match error.number {
                    Some(number) => io::Error::from_raw_os_error(number),
                    None => io::Error::other(error.text.clone()),
                },
            }),
        }
    }
}
