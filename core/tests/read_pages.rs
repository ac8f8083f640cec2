//! Pages read without a store: the same pages as an ingest takes, also in parts.

#![cfg(feature = "arrow")]

use std::fs;
use std::path::Path;

use eventstore::arrow_array::cast::AsArray;
use eventstore::arrow_array::types::Int64Type;
use eventstore::arrow_array::{Array, RecordBatch};
use eventstore::{Archive, ArchivePart, Error, Limits, ReadOptions, Store, read_pages};

/// Position, path, kind, hash and error of each page, sorted.
type Rows = Vec<(i64, String, String, Option<i64>, Option<String>)>;

const COLUMNS: [&str; 5] = ["position", "path", "page_kind", "hash", "error"];

fn batches(archive: impl Into<Archive>, options: ReadOptions) -> Vec<RecordBatch> {
    let batches = read_pages(archive, options).unwrap();
    batches.map(|batch| batch.unwrap()).collect()
}

fn rows(archive: impl Into<Archive>, part: Option<ArchivePart>) -> Rows {
    let mut options = ReadOptions::new().columns(COLUMNS);
    options.part = part;
    let mut rows = Rows::new();
    for batch in batches(archive, options) {
        let text = |at: usize| batch.column(at).as_string::<i32>().clone();
        let (positions, hashes) = (
            batch.column(0).as_primitive::<Int64Type>(),
            batch.column(3).as_primitive::<Int64Type>(),
        );
        let (paths, kinds, errors) = (text(1), text(2), text(4));
        for row in 0..batch.num_rows() {
            rows.push((
                positions.value(row),
                paths.value(row).to_owned(),
                kinds.value(row).to_owned(),
                hashes.is_valid(row).then(|| hashes.value(row)),
                errors.is_valid(row).then(|| errors.value(row).to_owned()),
            ));
        }
    }
    rows.sort();
    rows
}

fn sample() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/archive"))
}

/// The files of the sample archive, sorted.
fn files() -> Vec<(String, Vec<u8>)> {
    fn below(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => below(&path, files),
                false => {
                    let name = path.strip_prefix(sample()).unwrap();
                    let name = name.to_str().unwrap().replace('\\', "/");
                    files.push((name, fs::read(&path).unwrap()));
                }
            }
        }
    }
    let mut found = Vec::new();
    below(sample(), &mut found);
    found.sort();
    found
}

fn header(path: &str, size: usize) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_path(path).unwrap();
    header.set_size(size as u64);
    header.set_mode(0o644);
    header.set_cksum();
    header
}

fn parts_of(path: &Path, bytes: u64, files: u64) -> Vec<ArchivePart> {
    let parts = Archive::from(path).parts(bytes, files, &ReadOptions::new());
    parts.unwrap()
}

fn in_parts(path: &Path, parts: Vec<ArchivePart>) -> Rows {
    let mut all: Rows = parts
        .into_iter()
        .flat_map(|part| rows(path, Some(part)))
        .collect();
    all.sort();
    all
}

#[test]
fn the_parts_of_a_directory_are_the_whole() {
    let whole = rows(sample(), None);
    assert_eq!(whole.len(), 121);
    for files in [1, 7, 120, 1_000] {
        let parts = parts_of(sample(), 1, files);
        assert_eq!(parts.len() as u64, 121_u64.div_ceil(files), "{files}");
        assert_eq!(in_parts(sample(), parts), whole, "{files}");
    }
}

#[test]
fn the_parts_of_a_plain_tar_are_the_whole() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("sample.tar");
    let mut builder = tar::Builder::new(fs::File::create(&path).unwrap());
    let mut first = None;
    for (number, (name, bytes)) in files().into_iter().enumerate() {
        // A name that needs a header of its own.
        let name = match number % 5 {
            0 => format!("{}/{name}", "long-folder-".repeat(12)),
            _ => name,
        };
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, &name, &bytes[..]).unwrap();
        first.get_or_insert(name);
    }
    // Its content lies in the first part.
    let mut link = header("news/2017/03/2/a-hard-link.md", 0);
    link.set_entry_type(tar::EntryType::Link);
    builder
        .append_link(&mut link, "linked/news/2017/03/2/x.md", first.unwrap())
        .unwrap();
    builder.into_inner().unwrap();
    let whole = rows(&*path, None);
    assert_eq!(whole.len(), 122);
    assert!(whole.iter().any(|row| row.1.ends_with("2/x.md")));
    for bytes in [1, 5_000, 60_000] {
        let parts = parts_of(&path, bytes, 1);
        assert!(parts.len() > 2, "{bytes}");
        assert!(!parts[0].context_roots.is_empty());
        let found = in_parts(&path, parts);
        // The link's number is that of the entry it is, or comes at the end.
        let without_position = |rows: &Rows| -> Vec<_> {
            let mut rows: Vec<_> = rows
                .iter()
                .cloned()
                .map(|row| (row.1, row.2, row.3, row.4))
                .collect();
            rows.sort();
            rows
        };
        assert_eq!(
            without_position(&found),
            without_position(&whole),
            "{bytes}"
        );
        let mut positions: Vec<i64> = found.iter().map(|row| row.0).collect();
        positions.dedup();
        assert_eq!(positions.len(), 122, "{bytes}");
    }
}

#[test]
fn a_compressed_archive_and_one_of_few_bytes_are_one_part() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.tar");
    let mut builder = tar::Builder::new(fs::File::create(&path).unwrap());
    builder.append(&header("a.md", 3), &b"# A"[..]).unwrap();
    builder.into_inner().unwrap();
    assert_eq!(parts_of(&path, 1 << 20, 1), [ArchivePart::default()]);
    let pages = Archive::from(vec![("a.md".to_owned(), b"# A".to_vec())]);
    let parts = pages.parts(1, 1, &ReadOptions::new()).unwrap();
    assert_eq!(parts, [ArchivePart::default()]);
}

#[test]
fn pages_are_those_that_a_store_takes() {
    let store = Store::memory().unwrap();
    let report = store.ingest(sample(), Default::default()).unwrap();
    let read = rows(sample(), None);
    let count = |kind: &str| read.iter().filter(|row| row.2 == kind).count() as u64;
    assert_eq!(count("event"), report.events);
    assert_eq!(count("failed"), report.failed);
    let errors: Vec<&str> = read.iter().filter_map(|row| row.4.as_deref()).collect();
    for error in &report.errors {
        assert!(errors.contains(&error.to_string().as_str()), "{error}");
    }
    let hashed = read.iter().filter(|row| row.3.is_some()).count() as u64;
    assert_eq!(hashed, report.files - report.failed);
}

#[test]
fn the_column_page_has_the_bytes_of_each_page() {
    let options = ReadOptions::new().columns(["path", "page_kind", "page"]);
    let files = files();
    let mut seen = 0;
    for batch in batches(sample(), options) {
        let (paths, pages) = (
            batch.column(0).as_string::<i32>(),
            batch.column(2).as_binary::<i32>(),
        );
        for row in (0..batch.num_rows()).filter(|&row| pages.is_valid(row)) {
            let bytes = &files
                .iter()
                .find(|(path, _)| path == paths.value(row))
                .unwrap()
                .1;
            assert_eq!(pages.value(row), bytes.as_slice());
            seen += 1;
        }
    }
    // All but two that failed and two free pages.
    assert_eq!(seen, 117);
}

#[test]
fn many_pages_without_front_matter_wait_for_the_names_and_memory_is_bounded() {
    // More than 8 MiB before the file that tells what the others are.
    let body = "x".repeat(100_000);
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("notes.tar");
    let mut builder = tar::Builder::new(fs::File::create(&path).unwrap());
    let page = format!("---\ntitle: A\ntags: a b\n---\n{body}");
    for number in 0..120 {
        let name = format!("vault/{number}.md");
        builder
            .append(&header(&name, page.len()), page.as_bytes())
            .unwrap();
    }
    builder
        .append(&header("vault/.obsidian/app.json", 2), &b"{}"[..])
        .unwrap();
    builder.into_inner().unwrap();
    let mut seen = 0;
    for batch in batches(&*path, ReadOptions::new().columns(["id", "choice"])) {
        let (ids, choices) = (
            batch.column(0).as_string::<i32>(),
            batch.column(1).as_string::<i32>(),
        );
        for row in 0..batch.num_rows() {
            assert_eq!(choices.value(row), "\0obsidian");
            assert!(ids.value(row).parse::<u32>().is_ok(), "{}", ids.value(row));
            seen += 1;
        }
    }
    assert_eq!(seen, 120);
}

#[test]
fn what_cannot_be_read_is_an_error_of_the_stream_or_of_the_call() {
    let home = tempfile::tempdir().unwrap();
    let missing = read_pages(home.path().join("none.tar"), ReadOptions::new());
    assert!(matches!(missing, Err(Error::PathNotFound { .. })));
    let unknown = ReadOptions::new().columns(["idd"]).schema().unwrap_err();
    assert!(unknown.to_string().contains("did you mean id"), "{unknown}");
    let path = home.path().join("cut.tar");
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header("a.md", 3), &b"# A"[..]).unwrap();
    let whole = builder.into_inner().unwrap();
    fs::write(&path, &whole[..600]).unwrap();
    let mut read = read_pages(&*path, ReadOptions::new()).unwrap();
    let error = read.find_map(Result::err).unwrap();
    assert!(
        error.to_string().contains("cut short or damaged"),
        "{error}"
    );
    assert!(read.next().is_none());
    let options = ReadOptions::new().limits(Limits::default().entries(1));
    let mut read = read_pages(sample(), options).unwrap();
    assert!(
        read.find_map(Result::err)
            .unwrap()
            .to_string()
            .contains("entries")
    );
}

#[test]
fn a_stream_that_is_dropped_ends_its_reading() {
    let mut read = read_pages(sample(), ReadOptions::new()).unwrap();
    assert!(read.next().unwrap().is_ok());
    drop(read);
}
