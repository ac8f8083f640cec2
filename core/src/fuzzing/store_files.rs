//! Any bytes as `CURRENT`, `CLEAN` or `PLACES`: the store is refused, or what is asked of it is answered right
//! or with an error.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::ask::ask;
use super::base::{filled, folder};
use crate::store::{OpenOptions, Store};

const NAMES: [&str; 3] = ["CURRENT", "CLEAN", "PLACES"];

/// A closed store on disk, and its small files.
struct ClosedStore {
    path: PathBuf,
    files: [Vec<u8>; 3],
}

impl ClosedStore {
    fn make() -> Self {
        let path = folder("fuzz-files").join("a.store");
        filled(Store::open(&path).unwrap()).close().unwrap();
        let files = NAMES.map(|name| fs::read(path.join(name)).unwrap());
        Self { path, files }
    }
}

fn closed_store() -> &'static Mutex<ClosedStore> {
    static STORE: OnceLock<Mutex<ClosedStore>> = OnceLock::new();
    STORE.get_or_init(|| Mutex::new(ClosedStore::make()))
}

/// Reads a store of which one small file is these bytes. The first byte chooses the file, and whether they are
/// all of it or a payload that gets a right head and checksum; the second one what is asked.
///
/// # Panics
///
/// Where a reader breaks a promise.
pub fn read_store_files(bytes: &[u8]) {
    let [choice, asked, rest @ ..] = bytes else {
        return;
    };
    let store = closed_store()
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let number = usize::from(*choice) % NAMES.len();
    let content = match usize::from(*choice) / NAMES.len() % 2 {
        0 => rest.to_vec(),
        _ => sealed(NAMES[number], rest),
    };
    let file = store.path.join(NAMES[number]);
    fs::write(&file, content).unwrap();
    if let Ok(read) = OpenOptions::new().read_only(true).open(&store.path) {
        // Its writer part is refused.
        ask(&read, *asked);
        let _ = read.close();
    }
    fs::write(&file, &store.files[number]).unwrap();
}

/// A file with this payload. Behind `PLACES` stands a table, whose length the first byte says.
fn sealed(name: &str, payload: &[u8]) -> Vec<u8> {
    let (payload, table) = match payload.split_first() {
        Some((entries, rest)) if name == "PLACES" => {
            let table = (usize::from(*entries) * 8).min(rest.len());
            rest.split_at(rest.len() - table)
        }
        _ => (payload, &[][..]),
    };
    sealed_file(name, payload, table)
}

/// The bytes of a small file of a store.
pub(super) fn sealed_file(name: &str, payload: &[u8], behind: &[u8]) -> Vec<u8> {
    let kind = name.to_lowercase();
    let length = payload.len();
    let head = format!("eventstore {kind} 8\ndata data-000002\npayload {length}\n");
    let covered = [head.as_bytes(), payload].concat();
    let sum = crc32fast::hash(&covered);
    [&covered, format!("\ncrc32 {sum:08x}\n").as_bytes(), behind].concat()
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let store = closed_store()
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let mut seeds = Vec::new();
    for (number, bytes) in (0..3u8).zip(&store.files) {
        let text = String::from_utf8_lossy(bytes);
        let payload = text
            .lines()
            .nth(2)
            .and_then(|line| line.strip_prefix("payload "));
        let length: usize = payload.unwrap().parse().unwrap();
        let head: usize = bytes
            .split_inclusive(|byte| *byte == b'\n')
            .take(3)
            .map(<[u8]>::len)
            .sum();
        let payload = &bytes[head..head + length];
        for asked in 0..5 {
            seeds.push([&[number, asked], &**bytes].concat());
            let table = bytes.len() - head - length - "\ncrc32 00000000\n".len();
            let payload = match number {
                2 => [
                    &[(table / 8).min(255) as u8],
                    payload,
                    &bytes[bytes.len() - table..],
                ]
                .concat(),
                _ => payload.to_vec(),
            };
            seeds.push([&[number + 3, asked], &*payload].concat());
        }
    }
    seeds
}
