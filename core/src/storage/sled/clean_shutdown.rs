//! `CLEAN`: the record of the checksums of the data files, written at a clean shutdown.
//!
//! sled takes a damaged byte for the end of its log: it opens at an older state without an error
//! and overwrites what lies behind. So a clean shutdown records the length and the CRC of every
//! file. An open compares the lengths, and the checksums are compared before sled sees the files. The
//! record is removed before the first write.
//!
//! In the same pass the locations of values are found and written down (`locations`).
//!
//! Once it is opened, sled may also write for a reader: the last writer can leave a leaf with one
//! key too many, and whoever reads it next splits it. So a close compares the files with the record
//! once more, and records them anew where they changed. (Their times do not show it: sled touches
//! them at every open.) If a reader was killed meanwhile, its name is left in `LOCK`. Files that
//! differ from the record are then not called damaged but treated as after an unclean shutdown:
//! copied, and every chunk read.
//!
//! Cost: one read of the data before the first write and one at close, at the speed of the page cache.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file_checksum::{checksum, parallel_checksum};
use super::locations::Locations;
use super::search::{LOG_START, LocationSearch, log_end};
use crate::error::{Error, Result};
use crate::storage::directory::{
    CLEAN, SealedFile, cannot, list_files, remove_file, replace_file, sync_directory,
};
use crate::storage::storage::KeyRange;

/// The file of sled that holds the values.
const DB: &str = "db";

fn record_path(store: &Path) -> PathBuf {
    store.join(CLEAN)
}

/// Records what the files are now, and where in sled's file the live values lie. Nothing may write to
/// the files until the record is removed.
pub(super) fn write_record(
    store: &Path,
    data: &str,
    live: &[KeyRange],
    durable: bool,
) -> Result<()> {
    let directory = store.join(data);
    let mut lines = String::new();
    for (name, length) in list_files(&directory)? {
        let path = directory.join(&name);
        let mut search = search_in(&directory, &name, live);
        let crc = checksum(&path, |bytes| {
            search.iter_mut().for_each(|search| search.push(bytes));
        })?;
        if let Some(search) = search {
            write_found(search, store, data, live, crc, durable);
        }
        lines.push_str(&format!("{crc:08x} {length} {name}\n"));
    }
    let sealed = SealedFile {
        data: data.to_owned(),
        payload: lines.into_bytes(),
    };
    if durable {
        // sled does not sync the name of a snapshot: without it a power cut would look like damage.
        sync_directory(&directory)?;
    }
    replace_file(&record_path(store), &sealed.render("clean"), durable)?;
    if durable {
        sync_directory(store)
    } else {
        Ok(())
    }
}

/// Writes the locations of values where the record of the files stands already. `sum` is the checksum
/// of sled's file. Where this fails, values are read through sled.
pub(super) fn write_locations(
    store: &Path,
    data: &str,
    live: &[KeyRange],
    sum: u32,
    durable: bool,
) {
    let directory = store.join(data);
    if let Some(mut search) = search_in(&directory, DB, live)
        && checksum(&directory.join(DB), |bytes| search.push(bytes)).is_ok_and(|crc| crc == sum)
    {
        write_found(search, store, data, live, sum, durable);
    }
}

fn write_found(
    search: LocationSearch,
    store: &Path,
    data: &str,
    live: &[KeyRange],
    sum: u32,
    durable: bool,
) {
    // Without a list values are read through sled.
    let Ok(file) = File::open(store.join(data).join(DB)).map(Arc::new) else {
        return;
    };
    let end = log_end(&file).unwrap_or(LOG_START);
    let locations = Locations::none(file, LOG_START).only(live);
    let found = search.finish();
    locations
        .with(&found, end)
        .write(store, data, Some(sum), durable);
}

/// The search for live values in one of sled's files. `None` where it would be of no use: in other
/// files, and where sled keeps values in files of their own (`docs/design.md`: none are that
/// large).
fn search_in(data: &Path, file: &str, live: &[KeyRange]) -> Option<LocationSearch> {
    let has_blobs = || match fs::read_dir(data.join("blobs")) {
        Ok(mut files) => files.next().is_some(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    };
    (file == DB && !live.is_empty() && !has_blobs()).then(|| {
        let newest = File::open(data.join(DB)).and_then(|file| log_end(&file));
        LocationSearch::new(live, newest.unwrap_or(LOG_START))
    })
}

/// What the record of the last shutdown says, for files of these names and lengths.
#[derive(Clone)]
pub(super) struct CleanShutdown {
    /// Names of the files with their checksums.
    files: Vec<(String, u32)>,
}

impl CleanShutdown {
    /// Reads the record and compares the names and the lengths of the files with it. `None` where there is
    /// none: the shutdown was an unclean one.
    ///
    /// # Errors
    /// [`Error::Corrupt`] names the first file that differs, before anything was changed.
    pub fn read(store: &Path, data: &str) -> Result<Option<Self>> {
        let record = record_path(store);
        let bytes = match fs::read(&record) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(cannot("read", &record)(error)),
        };
        // A damaged record tells nothing about the data: the shutdown then counts as an unclean one.
        let Ok(sealed) = SealedFile::read(&bytes, "clean", store, CLEAN) else {
            return Ok(None);
        };
        if sealed.data != data {
            return Ok(None);
        }
        let mut files = Vec::new();
        for line in String::from_utf8_lossy(&sealed.payload).lines() {
            let mut words = line.splitn(3, ' ');
            let (Some(sum), Some(length), Some(name)) = (words.next(), words.next(), words.next())
            else {
                return Ok(None);
            };
            let Ok(sum) = u32::from_str_radix(sum, 16) else {
                return Ok(None);
            };
            check_length(store, data, name, length)?;
            files.push((name.to_owned(), sum));
        }
        Ok(files
            .iter()
            .any(|(name, _)| name == DB)
            .then_some(Self { files }))
    }

    /// Compares the checksums of the files with the record.
    ///
    /// # Errors
    /// As [`CleanShutdown::read`].
    pub fn compare(&self, store: &Path, data: &str) -> Result<()> {
        for (name, sum) in &self.files {
            if parallel_checksum(&store.join(data).join(name))? != *sum {
                return Err(changed(store, data, name, "its bytes changed"));
            }
        }
        Ok(())
    }

    /// The bytes of the record, if there is one.
    pub fn bytes(store: &Path) -> Option<Vec<u8>> {
        fs::read(record_path(store)).ok()
    }

    /// Checksum of sled's file.
    pub fn db(&self) -> u32 {
        let db = self.files.iter().find(|(name, _)| name == DB);
        db.map_or(0, |(_, sum)| *sum)
    }
}

fn check_length(store: &Path, data: &str, name: &str, length: &str) -> Result<()> {
    let path = store.join(data).join(name);
    match fs::metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(changed(store, data, name, "the file has gone"))
        }
        Err(error) => Err(cannot("read", &path)(error)),
        Ok(metadata) if metadata.len().to_string() != length => {
            let now = metadata.len();
            let message = format!("its length changed from {length} to {now} bytes");
            Err(changed(store, data, name, &message))
        }
        Ok(_) => Ok(()),
    }
}

fn changed(store: &Path, data: &str, name: &str, message: &str) -> Error {
    Error::Corrupt {
        path: store.to_path_buf(),
        part: format!("{data}/{name}"),
        chunk: None,
        message: format!("{message} since the store was closed"),
    }
}

/// Removes the record: from now on the files may change.
pub(super) fn remove_record(store: &Path, durable: bool) -> Result<()> {
    remove_file(&record_path(store))?;
    // If a power cut brought the record back beside changed files, it would look like damage.
    if durable {
        sync_directory(store)
    } else {
        Ok(())
    }
}
