//! A store that a command makes, and takes away again if nothing came in.

use std::fs;
use std::io;
use std::path::Path;

use crate::error::CommandError;
use eventstore::Error;

/// The file by which a process holds a store (`docs/format.md`).
const LOCK: &str = "LOCK";

/// A path at which a command may make a store.
pub(super) struct NewStore<'a> {
    path: &'a Path,
    /// Whether there was anything at the path before; a folder without files counts as nothing.
    was_there: bool,
    was_folder: bool,
}

impl<'a> NewStore<'a> {
    /// What is at a path, before it is opened.
    pub(super) fn at(path: &'a Path) -> Self {
        let was_folder = path.is_dir();
        let holds_nothing = fs::read_dir(path).is_ok_and(|mut found| found.next().is_none());
        Self {
            path,
            was_there: fs::symlink_metadata(path).is_ok() && !holds_nothing,
            was_folder,
        }
    }

    /// Takes away what opening has made, where nothing was before and the store is empty. Close the
    /// store after this: while it is open no other process can fill it.
    pub(super) fn remove_if(&self, is_empty: bool) -> Result<(), CommandError> {
        if !is_empty || self.was_there {
            return Ok(());
        }
        self.remove().map_err(|source| {
            Error::Storage {
                path: self.path.to_owned(),
                operation: "remove",
                source,
            }
            .into()
        })
    }

    fn remove(&self) -> io::Result<()> {
        let lock = self.path.join(LOCK);
        for entry in fs::read_dir(self.path)? {
            let path = entry?.path();
            if path.is_dir() {
                fs::remove_dir_all(path)?;
            } else if path != lock {
                fs::remove_file(path)?;
            }
        }
        // Last: from here on another process can make a store here, of which nothing is removed.
        fs::remove_file(lock)?;
        if self.was_folder {
            return Ok(());
        }
        match fs::remove_dir(self.path) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
            removed => removed,
        }
    }
}

#[cfg(test)]
mod tests {
    use eventstore::{Date, Event, Store};

    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_store_that_another_process_makes_meanwhile_stays() {
        let home = tempfile::tempdir().unwrap();
        for was_folder in [false, true] {
            let path = home.path().join(was_folder.to_string());
            if was_folder {
                fs::create_dir(&path).unwrap();
            }
            let new = NewStore::at(&path);
            let store = Store::open(&path).unwrap();
            new.remove_if(true).unwrap();
            assert_eq!(path.exists(), was_folder);
            // Nothing is there any more, so that this opens another store, as another process would.
            let other = Store::open(&path).unwrap();
            let date = Date::new(2017, 3, 2).unwrap();
            let flood = Event::new("2017/03/2/flood".parse().unwrap(), date, "A flood");
            other.add([flood]).unwrap();
            store.close().unwrap();
            other.close().unwrap();
            assert_eq!(Store::open(&path).unwrap().len().unwrap(), 1);
        }
    }
}
