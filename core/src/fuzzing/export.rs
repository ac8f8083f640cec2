//! Any bytes as the export of a store: an import refuses it and leaves the store as it was, or the store is
//! sound and has an export that is read again.

use super::base::filled;
use super::tar_blocks::{tar_of, with_checksums};
use crate::ingest::{ExportOptions, IngestOptions, Report};
use crate::store::Store;
use crate::verify::VerifyDepth;

/// What stands between the pieces of an input: no text has it.
const BETWEEN: u8 = 0xff;

/// Imports bytes into an empty store. Gives the report of an import that was not refused.
///
/// The first byte chooses what they are: the archive, the archive without the checksums of its headers, or the
/// texts of it: the first member, then path, record and bytes of each page.
///
/// # Panics
///
/// Where the import breaks a promise.
pub fn import_export(bytes: &[u8]) -> Option<Report> {
    let (choice, rest) = bytes.split_first()?;
    let archive = match choice % 3 {
        0 => rest.to_vec(),
        1 => with_checksums(rest),
        _ => from_texts(rest),
    };
    let store = Store::memory().unwrap();
    match store.import(&*archive, IngestOptions::new()) {
        Err(error) => {
            assert!(!error.to_string().is_empty(), "an error says something");
            assert_eq!(store.len().unwrap(), 0, "nothing of it is there");
            None
        }
        Ok(report) => {
            assert!(
                store.len().unwrap() as u64 <= report.files,
                "an event has a page"
            );
            check_round_trip(&store);
            Some(report)
        }
    }
}

/// A store is sound, and its export makes one that has the same export.
pub(super) fn check_round_trip(store: &Store) {
    let looked = store.verify(VerifyDepth::Full).unwrap();
    assert!(looked.is_sound(), "{:?}", looked.findings);
    let all = store.query("superseded:yes draft:yes undated:yes").unwrap();
    for event in all.iter() {
        let id = event.unwrap().id;
        assert_eq!(id.as_str().parse().as_ref(), Ok(&id), "an id is one");
    }
    let exported = export_of(store);
    let again = Store::memory().unwrap();
    let report = again.import(&*exported, IngestOptions::new()).unwrap();
    assert_eq!(report.failed, 0, "{:?}", report.errors);
    assert!(
        export_of(&again) == exported,
        "the export of an import is the same"
    );
}

fn export_of(store: &Store) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.export(&mut bytes, ExportOptions::new()).unwrap();
    bytes
}

fn from_texts(texts: &[u8]) -> Vec<u8> {
    let mut pieces = texts.split(|byte| *byte == BETWEEN);
    let first = pieces.next().unwrap_or_default();
    let mut files = vec![("eventstore-export.json", None, first)];
    let mut length = 0;
    let rest: Vec<&[u8]> = pieces.collect();
    for page in rest.chunks(3) {
        let [path, record, bytes] = page else {
            continue;
        };
        let record = Some(*record).filter(|record| !record.is_empty());
        files.push((std::str::from_utf8(path).unwrap_or("a"), record, bytes));
        length += bytes.len();
    }
    let pages = files.len() - 1;
    let last = format!("{{\"pages\":{pages},\"events\":0,\"bytes\":{length}}}");
    files.push(("eventstore-export-end.json", None, last.as_bytes()));
    tar_of(files)
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let packed = export_of(&filled(Store::memory().unwrap()));
    let tar = zstd::decode_all(&*packed).unwrap();
    let mut texts = Vec::new();
    let mut archive = tar::Archive::new(&*tar);
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path_bytes().into_owned();
        let extensions = entry.pax_extensions().unwrap().into_iter().flatten();
        let comment = extensions
            .map(Result::unwrap)
            .find(|one| one.key() == Ok("comment"));
        let comment = comment.map_or(Vec::new(), |one| one.value_bytes().to_vec());
        let mut bytes = Vec::new();
        std::io::copy(&mut entry, &mut bytes).unwrap();
        texts.push([name, comment, bytes]);
    }
    let between = [BETWEEN];
    let pages = texts[1..texts.len() - 1].iter();
    let joined = |pages: &[&[Vec<u8>; 3]]| {
        let pieces = pages.iter().flat_map(|page| page.iter().map(Vec::as_slice));
        let pieces: Vec<&[u8]> = [&*texts[0][2]].into_iter().chain(pieces).collect();
        [&[2], &*pieces.join(&between[..])].concat()
    };
    let all: Vec<_> = pages.clone().collect();
    let mut seeds: Vec<Vec<u8>> = pages.map(|page| joined(&[page])).collect();
    seeds.extend([
        joined(&all),
        [&[1], &*tar].concat(),
        [&[0], &*tar].concat(),
        [&[0], &*packed].concat(),
    ]);
    seeds
}
