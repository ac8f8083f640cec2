//! Files that are replaced whole or not at all, and errors that name the file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

#[cfg(test)]
pub(super) use super::watched::before;
use crate::error::{Error, Result};

/// Where tests look at the change that comes next, or have it fail (`watched`).
#[cfg(not(test))]
pub(super) fn before(_change: &'static str, _path: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes an error of the operating system name its file and what was tried: a verb, such as `read`.
pub(in crate::storage) fn cannot(
    operation: &'static str,
    path: &Path,
) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Storage {
        path: path.to_path_buf(),
        operation,
        source,
    }
}

/// Replaces the bytes of a file. A reader sees the old bytes or the new ones, also after a kill;
/// with `durable`, also after a power cut.
///
/// The order is: write a temporary file, sync it, rename it. The caller syncs the directory as its
/// last step ([`sync_directory`]), since only the caller knows what a failure of that step means.
pub(in crate::storage) fn replace_file(path: &Path, bytes: &[u8], durable: bool) -> Result<()> {
    let temporary = path.with_extension("tmp");
    let write = || {
        before("create", &temporary)?;
        let mut file = File::create(&temporary)?;
        before("write", &temporary)?;
        file.write_all(bytes)?;
        Ok(file)
    };
    let sync = |file: File| {
        before("sync", &temporary)?;
        if durable { file.sync_all() } else { Ok(()) }
    };
    let rename = || {
        before("rename", &temporary)?;
        fs::rename(&temporary, path)
    };
    // The bytes have to survive before the name points to them. Otherwise a power cut could leave the
    // name of an empty file.
    let replaced = write()
        .map_err(cannot("write", path))
        .and_then(|file| sync(file).map_err(cannot("sync", path)))
        .and_then(|()| rename().map_err(cannot("write", path)));
    replaced.inspect_err(|_| drop(fs::remove_file(&temporary)))
}

/// Makes the bytes of a file survive a power cut.
pub(in crate::storage) fn sync_file(path: &Path) -> Result<()> {
    before("sync", path)
        .and_then(|()| File::open(path)?.sync_all())
        .map_err(cannot("sync", path))
}

/// [`crate::sync_directory`] with an error that names the directory.
pub(crate) fn sync_directory(path: &Path) -> Result<()> {
    before("sync", path)
        .and_then(|()| crate::sync_directory::sync_directory(path))
        .map_err(cannot("sync", path))
}

/// Whether a path, at which nothing need be, lies in a folder.
pub(crate) fn lies_in(path: &Path, folder: &Path) -> bool {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    let parent = parent.unwrap_or(Path::new(".")).canonicalize();
    match (parent, folder.canonicalize()) {
        (Ok(parent), Ok(folder)) => parent.starts_with(folder),
        _ => false,
    }
}

/// Removes a file. A missing file is no error.
pub(in crate::storage) fn remove_file(path: &Path) -> Result<()> {
    match before("remove", path).and_then(|()| fs::remove_file(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Removes a directory and everything in it. A missing directory is no error.
///
/// It is renamed to `….partial` first, which every opening removes: a kill meanwhile must not leave a part of it under
/// its name, where it would count as a recovery copy, or as data whose root was lost.
pub(in crate::storage) fn remove_directory(path: &Path) -> Result<()> {
    let remove = |path: &Path| match before("remove", path).and_then(|()| fs::remove_dir_all(path))
    {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot("remove", path)(error)),
        _ => Ok(()),
    };
    let partial = path.with_extension("partial");
    remove(&partial)?;
    match before("rename", path).and_then(|()| fs::rename(path, &partial)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot("remove", path)(error)),
        _ => remove(&partial),
    }
}

/// Makes a directory, whose folder is there.
pub(super) fn create_directory(path: &Path) -> io::Result<()> {
    before("create", path)?;
    fs::create_dir(path)
}

/// Renames a file or a directory.
pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    before("rename", from)
        .and_then(|()| fs::rename(from, to))
        .map_err(cannot("rename", from))
}

/// Copies a file; with `durable` the copy survives a power cut.
pub(super) fn copy_file(from: &Path, to: &Path, durable: bool) -> io::Result<()> {
    before("write", to)?;
    fs::copy(from, to)?;
    before("sync", to)?;
    if durable {
        File::open(to)?.sync_all()?;
    }
    Ok(())
}

/// Names of the regular files in a directory with their lengths in bytes, in order of names.
pub(in crate::storage) fn list_files(path: &Path) -> Result<Vec<(String, u64)>> {
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

/// Names of everything in a directory, in order.
pub(super) fn list_names(path: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(cannot("list", path))? {
        let entry = entry.map_err(cannot("list", path))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
