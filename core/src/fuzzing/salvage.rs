//! Any bytes as the data of a damaged store: a salvage refuses it, or writes an archive that is read into a
//! new store.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::base::{Base, folder};
use super::export::check_round_trip;
use super::store_files::sealed_file;
use super::stored::{damaged, seeds as stored_seeds};
use crate::ingest::{ExportOptions, IngestOptions};
use crate::salvage::salvage;
use crate::storage::Storage;
use crate::store::Store;

/// Salvages a store whose data file is these bytes, or one of all chunks of a store with these bytes in
/// place of some. The first byte chooses which, and whether the store has a `CURRENT`.
///
/// # Panics
///
/// Where the salvage breaks a promise.
pub fn salvage_data(bytes: &[u8]) {
    static FOLDER: OnceLock<Mutex<PathBuf>> = OnceLock::new();
    let Some((choice, rest)) = bytes.split_first() else {
        return;
    };
    let (data, root) = match choice % 4 {
        0 | 1 => (rest.to_vec(), Base::numbered(0).storage().root().unwrap()),
        _ => match damaged(rest) {
            None => return,
            Some(storage) => (data_of(&*storage), storage.root().unwrap()),
        },
    };
    let folder = FOLDER.get_or_init(|| Mutex::new(folder("fuzz-salvage")));
    let folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
    let (store, target) = (folder.join("a.store"), folder.join("a.tar.zst"));
    let _ = fs::remove_dir_all(&store);
    fs::create_dir_all(store.join("data-000002")).unwrap();
    fs::write(store.join("data-000002/db"), data).unwrap();
    if choice % 2 == 1 {
        let root = sealed_file("CURRENT", &root.unwrap_or_default(), &[]);
        fs::write(store.join("CURRENT"), root).unwrap();
    }
    let report = match salvage(&store, &target, ExportOptions::new()) {
        Err(error) => return assert!(!error.to_string().is_empty(), "an error says something"),
        Ok(report) => report,
    };
    let new = Store::memory().unwrap();
    let imported = new.import_from(&target, IngestOptions::new()).unwrap();
    let (pages, paths) = count_members(&target);
    assert_eq!(pages, report.pages, "every page is written");
    // Rows that were made up may have one path, which may be read once.
    let read = paths..=pages;
    assert!(
        read.contains(&imported.files),
        "{} of {read:?}",
        imported.files
    );
    check_round_trip(&new);
}

/// Number of the pages of an export, and of their paths.
fn count_members(export: &Path) -> (u64, u64) {
    let bytes = fs::read(export).unwrap();
    let tar = zstd::decode_all(&*bytes).unwrap();
    let mut tar = tar::Archive::new(&*tar);
    let members = tar.entries().unwrap().map(|entry| {
        let entry = entry.unwrap();
        entry.path_bytes().into_owned()
    });
    // Without the first member and the last one.
    let names: Vec<Vec<u8>> = members
        .filter(|name| !name.starts_with(b"eventstore-export"))
        .collect();
    let paths: BTreeSet<&Vec<u8>> = names.iter().collect();
    (names.len() as u64, paths.len() as u64)
}

/// All chunks, one behind the other.
fn data_of(storage: &dyn Storage) -> Vec<u8> {
    let keys = storage.scan_keys(&[], usize::MAX).unwrap();
    let values = keys.iter().map(|key| storage.get(key).unwrap().unwrap());
    values.collect::<Vec<_>>().concat()
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let data = data_of(&*Base::numbered(0).storage());
    let mut seeds = vec![[&[0], &*data].concat(), [&[1], &*data].concat()];
    for (number, seed) in stored_seeds().into_iter().enumerate() {
        if seed[0] >= 7 {
            seeds.push([&[2 + (number % 2) as u8], &*seed].concat());
        }
    }
    seeds
}
