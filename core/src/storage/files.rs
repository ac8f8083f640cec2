//! Files that are replaced whole or not at all, and errors that name them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::error::{Error, Result};

/// Makes an error of the operating system name its file and what was tried: a verb, such as `read`.
pub(super) fn cannot(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Storage {
        path: path.to_path_buf(),
        operation,
        source,
    }
}

/// Puts `bytes` in the place of a file so that a reader, also after a kill, sees the old or the new ones; with
/// `durable`, also after a power cut. Returns once the new file has the name; syncing the directory is the caller's
/// last step ([`sync_directory`]), as it alone knows what a failure of it means.
pub(super) fn replace(path: &Path, bytes: &[u8], durable: bool) -> Result<()> {
    let temporary = path.with_extension("tmp");
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        // The bytes must be down before the name points to them, or a power cut leaves the name of an empty file.
        if durable { file.sync_all() } else { Ok(()) }
    });
    if let Err(error) = written.and_then(|()| fs::rename(&temporary, path)) {
        let _ = fs::remove_file(&temporary);
        return Err(cannot("write", path)(error));
    }
    Ok(())
}

/// Makes names that were made, renamed or removed in a directory survive a power cut.
pub(super) fn sync_directory(path: &Path) -> Result<()> {
    // Elsewhere a directory cannot be opened as a file, and the file system keeps the order itself.
    if cfg!(unix) {
        File::open(path)
            .and_then(|directory| directory.sync_all())
            .map_err(cannot("sync", path))?;
    }
    Ok(())
}

/// Removes a file; one that is not there is removed already.
pub(super) fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Removes a directory with all in it; one that is not there is removed already.
pub(super) fn remove_directory(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Names of the regular files in a directory with their lengths, in order.
pub(super) fn list_files(path: &Path) -> Result<Vec<(String, u64)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(cannot("list", path))? {
        let entry = entry.map_err(cannot("list", path))?;
        let metadata = entry.metadata().map_err(cannot("read", &entry.path()))?;
        if metadata.is_file() {
            files.push((
                entry.file_name().to_string_lossy().into_owned(),
                metadata.len(),
            ));
        }
    }
    files.sort();
    Ok(files)
}
