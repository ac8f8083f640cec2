//! A store that a command makes, and takes away again if nothing came in.

use std::fs;
use std::path::Path;

use crate::error::CommandError;
use eventstore::Error;

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

    /// Takes away what opening has made, where nothing was before; the store must be closed.
    pub(super) fn remove_if(&self, is_empty: bool) -> Result<(), CommandError> {
        if !is_empty || self.was_there {
            return Ok(());
        }
        let removed = match self.was_folder {
            false => fs::remove_dir_all(self.path),
            true => fs::read_dir(self.path).and_then(|found| {
                for entry in found {
                    let path = entry?.path();
                    match path.is_dir() {
                        true => fs::remove_dir_all(path)?,
                        false => fs::remove_file(path)?,
                    }
                }
                Ok(())
            }),
        };
        removed.map_err(|source| {
            Error::Storage {
                path: self.path.to_owned(),
                operation: "remove",
                source,
            }
            .into()
        })
    }
}
