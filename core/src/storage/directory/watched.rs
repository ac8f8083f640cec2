//! Each change that the library itself makes to the files of a store, for tests that look at it, or have it fail.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is asked before each change: the change, as a verb, and the file or directory.
type OnChange = Arc<dyn Fn(&'static str, &Path) -> io::Result<()> + Send + Sync>;

/// By the directory of a store.
static WATCHED: Mutex<Vec<(PathBuf, OnChange)>> = Mutex::new(Vec::new());

fn watched() -> MutexGuard<'static, Vec<(PathBuf, OnChange)>> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches the files of a store until it is dropped.
pub(crate) struct WatchedFiles(PathBuf);

impl WatchedFiles {
    /// Calls `on_change` before each change below `store`. Its error takes the place of the change.
    pub fn new(
        store: &Path,
        on_change: impl Fn(&'static str, &Path) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        watched().push((store.to_owned(), Arc::new(on_change)));
        Self(store.to_owned())
    }
}

impl Drop for WatchedFiles {
    fn drop(&mut self) {
        watched().retain(|(store, _)| *store != self.0);
    }
}

/// Called before each change.
pub(super) fn before(change: &'static str, path: &Path) -> io::Result<()> {
    let found = {
        let watched = watched();
        let found = watched.iter().find(|(store, _)| path.starts_with(store));
        found.map(|(_, on_change)| on_change.clone())
    };
    found.map_or(Ok(()), |on_change| on_change(change, path))
}
