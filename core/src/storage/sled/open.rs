//! Opening the storage of a store on disk, or making one, also after a crash.

use std::path::Path;
use std::sync::Arc;

use super::clean_shutdown::{self, CleanShutdown};
use super::engine::{check_process, remove_broken_snapshots, start_engine};
use super::locations::Locations;
use super::siblings::Siblings;
use super::sled::{Engine, Role, SledStorage, State};
use crate::error::{Error, Result};
use crate::storage::directory::{
    CURRENT, Directory, keep_recovery_copy, remove_recovery_copy, restore_recovery_copy,
};
use crate::storage::storage::{Storage, StorageOptions};

/// Opens the storage of a store on disk, or makes one.
///
/// After a clean shutdown it compares the lengths of the files, and their checksums before the engine is
/// opened; after an unclean one it copies the data.
///
/// # Errors
/// `PathNotFound`, `NotAStore`, `Locked`, `Forked`, `UnsupportedVersion`, `Corrupt`, `Storage`.
/// None of them changes `CURRENT` or the data.
pub(crate) fn open_directory(path: &Path, options: StorageOptions) -> Result<Arc<dyn Storage>> {
    if !path.join(CURRENT).exists() {
        // A new store needs the engine at once: before the directory is made.
        check_process(path)?;
    }
    let (directory, root) = Directory::open(path, options)?;
    let directory = Arc::new(directory);
    let siblings = Arc::<Siblings>::default();
    let Some(root) = root else {
        // Nothing was ever committed here: what is left of an attempt is removed.
        directory.lock.set_recovered();
        directory.sweep_unfinished()?;
        let name = directory.create_data()?;
        let made = SledStorage::create(directory, siblings, name, Role::Current)?;
        return Ok(made);
    };
    let durable = directory.is_durable();
    let data = path.join(&root.data);
    if !data.join("db").exists() {
        restore_recovery_copy(path, &root.data)?;
    }
    let compared = CleanShutdown::read(path, &root.data).and_then(|clean| {
        let stale = clean.as_ref().filter(|_| directory.lock.is_stale());
        stale.map_or(Ok(()), |clean| clean.compare(path, &root.data))?;
        Ok(clean)
    });
    let clean = match compared {
        // A reader was killed for whom sled may have written: the files may differ from the record.
        Err(Error::Corrupt { .. }) if directory.lock.is_stale() => None,
        compared => compared?,
    };
    if clean.is_none() {
        // Before anything is changed: the engine has to read the files.
        check_process(path)?;
        // Also where a later step fails, the next open must not compare with the record.
        clean_shutdown::remove_record(path, durable)?;
        keep_recovery_copy(path, &root.data, durable)?;
        remove_broken_snapshots(&data)?;
    }
    let locations = match &clean {
        Some(clean) => Locations::read(path, &root.data, clean.db())?,
        None => None,
    };
    let engine = match &locations {
        Some(_) => Engine::NotOpened,
        None => {
            if let Some(clean) = &clean {
                clean.compare(path, &root.data)?;
            }
            let started = start_engine(&data, options.cache_bytes);
            let restored = started.or_else(|error| match clean {
                Some(_) => Err(error),
                None => Err(undo_start(path, &root.data, error)?),
            });
            Engine::Opened(restored?)
        }
    };
    directory.lock.set_recovered();
    directory.unmark(&root.data)?;
    directory.sweep(&[&root.data])?;
    let state = State {
        role: Role::Current,
        root: Some(root.payload),
        clean,
        live: locations.as_ref().map(Locations::live).unwrap_or_default(),
        unlisted: 0,
    };
    let storage = SledStorage::new(directory, siblings, root.data, engine, locations, state);
    Ok(storage)
}

/// Puts back what the engine did to files that it then could not read. Returns its error.
fn undo_start(store: &Path, data: &str, error: Error) -> Result<Error> {
    match &error {
        // The engine never came to the data, so there is nothing to put back, and nothing to keep.
        Error::Storage { source, .. } if super::engine::is_lock(source) => {
            remove_recovery_copy(store, data)?;
        }
        _ => restore_recovery_copy(store, data)?,
    }
    Ok(error)
}
