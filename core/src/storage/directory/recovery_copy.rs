//! A copy of the data as an unclean shutdown left it, kept until the data is known to be whole.
//!
//! After a kill or a power cut there are no checksums to compare the files with (`CLEAN`), and
//! sled, where it meets damage, overwrites what lies behind it. So the files are copied to
//! `aside-00000N` before sled opens them. The copy is removed once every chunk that the root names
//! was checked (`Storage::set_recovered`), or with the next commit. Until then it is the better
//! source for a salvage, and a second open does not replace it. A directory of that name without
//! sled's file in it is no copy.
//!
//! Cost: a copy of the data, after an unclean shutdown only. Where the file system can share blocks
//! between files, the copy takes no room.

use std::path::{Path, PathBuf};

use super::files::{
    cannot, copy_file, create_directory, list_files, remove_directory, rename, sync_directory,
};
use crate::error::Result;

/// Path of the copy: of `data-000001` it is `aside-000001`.
pub(in crate::storage) fn recovery_copy_path(store: &Path, data: &str) -> PathBuf {
    store.join(data.replacen("data", "aside", 1))
}

/// The copy of a data directory, if there is one.
pub(in crate::storage) fn find_recovery_copy(store: &Path, data: &str) -> Option<PathBuf> {
    let copy = recovery_copy_path(store, data);
    copy.join("db").exists().then_some(copy)
}

/// Copies the files of a data directory, unless there is a copy.
pub(in crate::storage) fn keep_recovery_copy(
    store: &Path,
    data: &str,
    durable: bool,
) -> Result<()> {
    if find_recovery_copy(store, data).is_some() {
        return Ok(());
    }
    let target = recovery_copy_path(store, data);
    remove_directory(&target)?;
    // A copy that a kill cuts short must not count as one, so it gets its name last.
    let partial = target.with_extension("partial");
    remove_directory(&partial)?;
    let copied =
        copy_files(&store.join(data), &partial, durable).and_then(|()| rename(&partial, &target));
    if copied.is_err() {
        // On a full disk it would take what room is left.
        let _ = remove_directory(&partial);
    }
    copied?;
    if durable {
        sync_directory(store)
    } else {
        Ok(())
    }
}

fn copy_files(source: &Path, target: &Path, durable: bool) -> Result<()> {
    create_directory(target).map_err(cannot("create", target))?;
    for (name, _) in list_files(source)? {
        let copy = target.join(&name);
        copy_file(&source.join(&name), &copy, durable)
            .map_err(cannot("make the recovery copy", &copy))?;
    }
    if durable {
        // Before the copy gets its name: what has it counts as whole.
        sync_directory(target)?;
    }
    Ok(())
}

/// Moves the copy back to the data directory, after an open that failed and may have changed the
/// data. Without a copy it does nothing.
pub(in crate::storage) fn restore_recovery_copy(store: &Path, data: &str) -> Result<()> {
    if let Some(copy) = find_recovery_copy(store, data) {
        let data = store.join(data);
        // A kill between the two steps leaves the copy alone, which the next open moves back.
        remove_directory(&data)?;
        rename(&copy, &data)?;
        sync_directory(store)?;
    }
    Ok(())
}

/// Removes the copy: the data is whole.
pub(in crate::storage) fn remove_recovery_copy(store: &Path, data: &str) -> Result<()> {
    remove_directory(&recovery_copy_path(store, data))
}
