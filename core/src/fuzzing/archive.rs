//! Any bytes as an archive: an ingest ends with an error or a report, and what came of it is a sound store.

use std::fs;
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::base::{context_pages, folder, posts};
use super::export::check_round_trip;
use super::tar_blocks::{tar_of, with_checksums};
use crate::ingest::{IngestOptions, Limits, OnError};
use crate::store::Store;

/// Names of the kinds of archive, by the first byte. The first and the last one are given right checksums.
const NAMES: [&str; 6] = [
    "a.tar",
    "b.tar",
    "c.tar.gz",
    "d.tar.zst",
    "e.zip",
    "f.tar.gz",
];

/// Ingests bytes as an archive, with small limits. The first byte chooses the kind.
///
/// # Panics
///
/// Where a reader breaks a promise.
pub fn read_archive(bytes: &[u8]) {
    static FOLDER: OnceLock<Mutex<std::path::PathBuf>> = OnceLock::new();
    let Some((choice, rest)) = bytes.split_first() else {
        return;
    };
    let name = NAMES[usize::from(*choice) % NAMES.len()];
    let content = match name {
        "a.tar" => with_checksums(rest),
        "f.tar.gz" => gzip(&with_checksums(rest)),
        _ => rest.to_vec(),
    };
    let folder = FOLDER.get_or_init(|| Mutex::new(folder("fuzz-archive")));
    let folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    let store = Store::memory().unwrap();
    let limits = Limits::default()
        .page_bytes(64 << 10)
        .page_items(1_000)
        .path_bytes(300)
        .entries(200)
        .total_bytes(1 << 20)
        .depth(8)
        .commit_bytes(256 << 10);
    let options = IngestOptions::new()
        .limits(limits)
        .on_error(OnError::Collect);
    match store.ingest(&*path, options) {
        Err(error) => assert!(!error.to_string().is_empty(), "an error says something"),
        Ok(report) => {
            assert!(report.files <= 200, "no more files than the limit");
            assert!(
                store.len().unwrap() as u64 <= report.files,
                "an event has a page"
            );
        }
    }
    if store.len().unwrap() > 0 {
        check_round_trip(&store);
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn zip_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(path.as_str(), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let context = context_pages();
    let posts = posts();
    let mut seeds = Vec::new();
    for pages in [&context[..], &context[..2], &posts] {
        let files = pages.iter().filter(|(path, _)| path.is_ascii());
        let tar = tar_of(files.map(|(path, bytes)| (&**path, None, &**bytes)));
        let mut long = tar::Builder::new(Vec::new());
        for (path, bytes) in pages {
            let path = format!("{}{path}", "long/".repeat(25));
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            long.append_data(&mut header, path, &**bytes).unwrap();
        }
        let (long, zstd) = (
            long.into_inner().unwrap(),
            zstd::encode_all(&*tar, 1).unwrap(),
        );
        let (gz, zip) = (gzip(&tar), zip_of(pages));
        let kinds = [
            (0, &tar),
            (0, &long),
            (1, &tar),
            (2, &gz),
            (3, &zstd),
            (4, &zip),
            (5, &tar),
        ];
        seeds.extend(kinds.map(|(kind, bytes)| [&[kind], &**bytes].concat()));
    }
    seeds
}
