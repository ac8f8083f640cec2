//! Every kind of archive tells the same files, and every broken one says how.

use std::fs;
use std::io::Write;

mod bad;
mod kinds;
mod limits;
mod tar_entries;

use super::*;

/// What a walk hands over, in order, but for moments of waiting.
fn collected(source: impl Into<Archive>, limits: &Limits) -> (Result<Walked>, Vec<Entry>) {
    let mut entries = Vec::new();
    let mut last = 0;
    let walked = walk(
        source.into(),
        Scope::Whole,
        limits,
        &Buffers::default(),
        &mut |entry, position| {
            assert!(position >= last, "a position goes back");
            last = position;
            if entry != Entry::Waiting {
                entries.push(entry);
            }
            ControlFlow::Continue(())
        },
    );
    (walked, entries)
}

fn whole(source: impl Into<Archive>) -> Vec<Entry> {
    let (walked, entries) = collected(source, &Limits::default());
    let walked = walked.unwrap();
    assert_eq!(walked.end, End::Whole);
    let is_file = |entry: &&Entry| !matches!(entry, Entry::Hidden { .. });
    assert_eq!(walked.files, entries.iter().filter(is_file).count() as u64);
    entries
}

/// The message of a walk that ended early, and what it handed over until then.
fn truncated(path: &Path) -> (String, Vec<Entry>) {
    let (walked, entries) = collected(path, &Limits::default());
    match walked.unwrap().end {
        End::Truncated { message } => (message, entries),
        other => panic!("{other:?} after {entries:?}"),
    }
}

fn archive_error(source: impl Into<Archive>, limits: &Limits) -> String {
    match collected(source, limits).0 {
        Err(Error::Archive { message, .. }) => message,
        other => panic!("{other:?}"),
    }
}

fn file(path: &str, bytes: &[u8]) -> Entry {
    Entry::File {
        path: path.into(),
        bytes: bytes.into(),
    }
}

/// Path and reason of a refused entry.
fn refused(entry: &Entry) -> (&str, &str) {
    match entry {
        Entry::Refused { path, reason } => (path, reason),
        other => panic!("{other:?}"),
    }
}

/// Bytes that a compressor cannot do away with.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// The files that the archives below hold, sorted by path.
fn pages() -> Vec<(String, Vec<u8>)> {
    let mut pages: Vec<_> = (0..300u64)
        .map(|n| {
            let path = format!("tree/news/2017/03/{}/page-{n:03}.md", n % 28 + 1);
            (path, noise(n, 200 + n as usize * 10))
        })
        .collect();
    pages.push(("tree/cover.png".into(), b"no page".to_vec()));
    pages.push(("tree/.git/config".into(), b"hidden".to_vec()));
    pages.push(("tree/.git/notes.md".into(), b"hidden".to_vec()));
    pages.sort();
    pages
}

/// What a walk tells of [`pages`].
fn expected() -> Vec<Entry> {
    pages()
        .into_iter()
        .map(|(path, bytes)| {
            if path.contains(".git") {
                Entry::Hidden { path }
            } else if path.ends_with(".md") {
                Entry::File { path, bytes }
            } else {
                Entry::Other { path, note: None }
            }
        })
        .collect()
}

fn tar_of(pages: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in pages {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, &bytes[..]).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A tar with one entry of any kind and name, however bad.
fn raw_tar(name: &[u8], kind: tar::EntryType, bytes: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, bytes).unwrap();
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip_of(pages: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (path, bytes) in pages {
        writer.start_file(path.as_str(), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

// ---------------------------------------------------------------- the kinds
