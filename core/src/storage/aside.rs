//! A copy of the data as an unclean end left it, until the data is known to be whole.
//!
//! After a kill or a power cut there are no checksums to compare (`clean`), and sled, if it meets damage, overwrites
//! what lies behind it. So the files are copied to `aside-00000N` before sled opens them. The copy goes when the store
//! has seen that everything that its root names is there ([`super::Storage::confirm`]), or commits on top of it. While
//! it is there it is the better source for a salvage, and a second open does not replace it.
//!
//! Cost: a copy of the data after an unclean end only; a clone without bytes where the file system can.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::files::{cannot, list_files, remove_directory, sync_directory};
use crate::error::Result;

/// `data-000001` → `aside-000001`.
pub(super) fn place(store: &Path, data: &str) -> PathBuf {
    store.join(data.replacen("data", "aside", 1))
}

/// Copies the data's files aside unless a copy is there.
pub(super) fn keep(store: &Path, data: &str, durable: bool) -> Result<()> {
    let target = place(store, data);
    if target.exists() {
        return Ok(());
    }
    // A copy that a kill cuts short must not count as one: it gets its name last.
    let partial = target.with_extension("partial");
    remove_directory(&partial)?;
    let copied = copy_files(&store.join(data), &partial, durable)
        .and_then(|()| fs::rename(&partial, &target).map_err(cannot("rename", &partial)));
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
    fs::create_dir(target).map_err(cannot("create", target))?;
    for (name, _) in list_files(source)? {
        let copy = target.join(&name);
        let cannot_copy = || cannot("make the recovery copy", &copy);
        fs::copy(source.join(&name), &copy).map_err(cannot_copy())?;
        if durable {
            File::open(&copy)
                .and_then(|file| file.sync_all())
                .map_err(cannot_copy())?;
        }
    }
    Ok(())
}

/// Puts the copy back in the data's place, after an open that failed half way and may have changed the data.
pub(super) fn restore(store: &Path, data: &str) -> Result<()> {
    let copy = place(store, data);
    if copy.exists() {
        let data = store.join(data);
        // A kill between the two leaves the copy alone, which the next open puts back.
        remove_directory(&data)?;
        fs::rename(&copy, &data).map_err(cannot("rename", &copy))?;
        sync_directory(store)?;
    }
    Ok(())
}

/// The data is whole: the copy goes.
pub(super) fn discard(store: &Path, data: &str) -> Result<()> {
    remove_directory(&place(store, data))
}
