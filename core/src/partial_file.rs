//! A file that gets its name only when it is whole.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::partial_path::partial_path;
use crate::sync_directory::sync_directory;

/// A file beside the path that it is for, of another name. Dropping it removes it.
pub(crate) struct PartialFile {
    path: PathBuf,
    /// What errors say of what is done.
    operation: &'static str,
    partial: PathBuf,
    is_whole: bool,
}

impl PartialFile {
    /// Makes the file.
    ///
    /// # Errors
    /// [`Error::PathNotFound`] where the folder is missing; [`Error::InvalidArgument`] where something is at the
    /// path that is no file.
    pub fn create(path: &Path, operation: &'static str) -> Result<(Self, File)> {
        // A link stays one, and what it leads to is written.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if path.file_name().is_none() || !is_free(&path) {
            let message = "something is there that is no file; give the path of a file";
            return Err(Error::InvalidArgument {
                what: "path",
                message: format!("{}: {message}", path.display()),
            });
        }
        let partial = partial_path(&path, "partial");
        let file = File::create_new(&partial).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => Error::PathNotFound {
                path: path.parent().unwrap_or(&path).to_owned(),
            },
            _ => failed(&path, operation, source),
        })?;
        let is_whole = false;
        Ok((
            Self {
                path,
                operation,
                partial,
                is_whole,
            },
            file,
        ))
    }

    /// The error of a step.
    pub fn failed(&self, source: io::Error) -> Error {
        failed(&self.path, self.operation, source)
    }

    /// Gives the file its name, in place of the file that is there, whose permissions it takes over.
    pub fn finish(mut self, file: &File) -> Result<()> {
        if let Ok(there) = fs::metadata(&self.path) {
            let kept = file.set_permissions(there.permissions());
            kept.map_err(|error| self.failed(error))?;
        }
        file.sync_all().map_err(|error| self.failed(error))?;
        fs::rename(&self.partial, &self.path).map_err(|error| self.failed(error))?;
        self.is_whole = true;
        let parent = self.path.parent().filter(|parent| *parent != Path::new(""));
        match sync_directory(parent.unwrap_or(Path::new("."))) {
            // The file stands under its name; where folders cannot be synced, nothing more can be done.
            Err(error) if !cannot_be_synced(&error) => Err(self.failed(error)),
            _ => Ok(()),
        }
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.is_whole {
            // What is wrong was said already.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// Whether nothing is at a path, or a file that may be replaced.
fn is_free(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |there| there.is_file())
}

/// Whether a folder cannot be opened for reading, or its file system syncs none.
fn cannot_be_synced(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    matches!(error.kind(), PermissionDenied | InvalidInput | Unsupported)
}

fn failed(path: &Path, operation: &'static str, source: io::Error) -> Error {
    Error::Storage {
        path: path.to_owned(),
        operation,
        source,
    }
}
