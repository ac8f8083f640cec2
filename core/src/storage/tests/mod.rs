//! What every storage does, and what the one on disk survives. Below are the helpers of these
//! tests.

mod behaviour;
mod full_disk;
mod locations;
mod moved;
mod processes;
mod shutdown;
mod store_directory;
mod unopened;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::directory::{Directory, FORMAT};
use super::faulty::{Break, FaultyStorage};
use super::sled::{Role, SledStorage, system_error};
use super::*;
use crate::error::{Error, Result};

fn options() -> StorageOptions {
    StorageOptions {
        create: true,
        durability: Durability::Sync,
        wait: Duration::ZERO,
        interrupted: None,
        cache_bytes: 1 << 20,
    }
}

fn existing() -> StorageOptions {
    StorageOptions {
        create: false,
        ..options()
    }
}

fn sled_in(directory: &Path) -> Arc<dyn Storage> {
    open_directory(directory, options()).unwrap()
}

fn put(storage: &dyn Storage, key: &str, value: &[u8]) {
    let batch = StorageBatch {
        set: vec![(key.as_bytes().to_vec(), value.to_vec())],
        ..StorageBatch::default()
    };
    storage.write(batch).unwrap();
}

fn get(storage: &dyn Storage, key: &str) -> Option<Vec<u8>> {
    storage.get(key.as_bytes()).unwrap()
}

/// Bytes that do not compress and do not repeat.
pub(super) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Every file below a directory with its bytes, but for the lock, whose text changes with its
/// holder.
fn snapshot(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![directory.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with("LOCK") {
                files.push((path.clone(), fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A closed store with the root `root` and some values.
fn closed_store(directory: &Path) {
    let storage = sled_in(directory);
    for number in 0..100 {
        put(&*storage, &format!("key{number:03}"), &noise(number, 3000));
    }
    storage.sync().unwrap();
    storage.set_root(b"root").unwrap();
    storage.close().unwrap();
}

/// A commit: some values, then the root that counts them.
fn commit(storage: &dyn Storage, number: u8) -> Result<()> {
    let set = (0..50)
        .map(|value| (vec![number, value], vec![number; 10]))
        .collect();
    storage.write(StorageBatch {
        set,
        ..StorageBatch::default()
    })?;
    storage.sync()?;
    storage.set_root(&[number])
}
