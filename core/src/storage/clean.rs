//! `CLEAN`: what a data directory's files were at a clean close.
//!
//! sled takes a damaged byte for the end of its log: it opens silently at an older state and overwrites what lies
//! behind. So a clean close writes the length and the CRC of every file down, and the next open compares them before
//! sled sees the files. The note is removed before the first write of ours.
//!
//! Beside the sums stands where in sled's file the values lie (`places`), found in the same pass.
//!
//! sled may write for a reader too, once it is awake: the last writer can leave a leaf with one key too many, which
//! whoever comes by first splits. So a close compares the files with the note once more, and notes them anew where they changed (their times do
//! not tell: sled touches them at every open). Where a reader was killed meanwhile (its name is left in `LOCK`), files
//! that differ from the note are not called damaged but taken for an unclean end: copied aside, and every chunk read.
//!
//! Cost: one read of the data at open and one at close, at the speed of the page cache.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Run;
use super::current::Sealed;
use super::files::{cannot, list_files, remove_file, replace, sync_directory};
use super::places::Search;
use crate::error::{Error, Result};

/// The file's name in a store's directory.
const CLEAN: &str = "CLEAN";

/// Bytes read at once while a file is summed.
const BUFFER: usize = 1 << 20;

fn file(store: &Path) -> PathBuf {
    store.join(CLEAN)
}

/// sled's file.
const DB: &str = "db";

/// Writes down what the files are now, and where in sled's the named values lie. Nothing may write to them until it is
/// removed.
pub(super) fn note(store: &Path, data: &str, named: &[Run], durable: bool) -> Result<()> {
    let directory = store.join(data);
    let mut lines = String::new();
    for (name, length) in list_files(&directory)? {
        let path = directory.join(&name);
        let mut search = searched(&directory, &name, named);
        let crc = checksum(&path, |bytes| {
            search.iter_mut().for_each(|search| search.push(bytes));
        })?;
        if let Some(search) = search {
            search.write(store, data, crc, durable);
        }
        lines.push_str(&format!("{crc:08x} {length} {name}\n"));
    }
    let sealed = Sealed {
        data: data.to_owned(),
        payload: lines.into_bytes(),
    };
    replace(&file(store), &sealed.render("clean"), durable)?;
    if durable {
        sync_directory(store)
    } else {
        Ok(())
    }
}

/// Notes where values lie beside a note that stands; `sum` is the checksum of sled's file. Only a help: where it fails,
/// sled is asked.
pub(super) fn note_places(store: &Path, data: &str, named: &[Run], sum: u32, durable: bool) {
    let directory = store.join(data);
    if let Some(mut search) = searched(&directory, DB, named)
        && checksum(&directory.join(DB), |bytes| search.push(bytes)).is_ok_and(|crc| crc == sum)
    {
        search.write(store, data, sum, durable);
    }
}

/// The search for named values in one of sled's files, if there is a point in it: not where sled keeps values in files
/// of their own (`docs/design.md`: none are that large).
fn searched(data: &Path, file: &str, named: &[Run]) -> Option<Search> {
    let has_blobs = || match fs::read_dir(data.join("blobs")) {
        Ok(mut files) => files.next().is_some(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    };
    (file == DB && !named.is_empty() && !has_blobs()).then(|| Search::new(named))
}

/// What a note says that holds.
pub(super) struct Clean {
    /// Checksum of sled's file.
    pub db: u32,
}

/// What the last close noted, if it was a clean one; then the files are what they were.
///
/// # Errors
/// [`Error::Corrupt`] names the first file that is not, before anything was touched.
pub(super) fn verify(store: &Path, data: &str) -> Result<Option<Clean>> {
    let bytes = match fs::read(file(store)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot("read", &file(store))(error)),
    };
    // A damaged note says nothing about the data: then the end counts as an unclean one.
    let Ok(sealed) = Sealed::read(&bytes, "clean", store, CLEAN) else {
        return Ok(None);
    };
    if sealed.data != data {
        return Ok(None);
    }
    let corrupt = |name: &str, message: String| Error::Corrupt {
        path: store.to_path_buf(),
        part: format!("{data}/{name}"),
        chunk: 0,
        message: format!("{message} since the store was closed; restore it from a backup"),
    };
    let text = String::from_utf8_lossy(&sealed.payload);
    let mut db = None;
    for line in text.lines() {
        let mut words = line.splitn(3, ' ');
        let (Some(expected), Some(length), Some(name)) = (words.next(), words.next(), words.next())
        else {
            return Ok(None);
        };
        let path = store.join(data).join(name);
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(corrupt(name, "the file has gone".into()));
            }
            Err(error) => return Err(cannot("read", &path)(error)),
            Ok(metadata) if metadata.len().to_string() != length => {
                return Err(corrupt(
                    name,
                    format!(
                        "its length changed from {length} to {} bytes",
                        metadata.len()
                    ),
                ));
            }
            Ok(_) => {}
        }
        let crc = checksum(&path, |_| {})?;
        if format!("{crc:08x}") != expected {
            return Err(corrupt(name, "its bytes changed".into()));
        }
        if name == DB {
            db = Some(crc);
        }
    }
    Ok(db.map(|db| Clean { db }))
}

/// Takes the note back: from now on the files may change.
pub(super) fn withdraw(store: &Path, durable: bool) -> Result<()> {
    remove_file(&file(store))?;
    // A power cut that brought the note back beside changed files would look like damage.
    if durable {
        sync_directory(store)
    } else {
        Ok(())
    }
}

/// The CRC-32 of a file, whose bytes are shown to `seen` as they come by.
fn checksum(path: &Path, mut seen: impl FnMut(&[u8])) -> Result<u32> {
    let mut hasher = crc32fast::Hasher::new();
    let mut file = File::open(path).map_err(cannot("open", path))?;
    let mut buffer = vec![0; BUFFER];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finalize()),
            Ok(read) => {
                hasher.update(&buffer[..read]);
                seen(&buffer[..read]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(cannot("read", path)(error)),
        }
    }
}
