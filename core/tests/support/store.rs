//! Short calls on a store, for tests that make many.

use std::fs;
use std::path::Path;

use eventstore::{EventId, IngestOptions, OpenOptions, Report, Store, VerifyDepth};

/// The id of this text.
pub fn id(text: &str) -> EventId {
    text.parse().unwrap()
}

/// Opens a store for reading alone.
pub fn reader(place: &Path) -> Store {
    OpenOptions::new().read_only(true).open(place).unwrap()
}

/// Ingests pages from memory; every file must be counted once in the report.
pub fn put(store: &Store, pages: Vec<(String, Vec<u8>)>) -> Report {
    let report = store.ingest(pages, IngestOptions::default()).unwrap();
    assert!(report.partition_holds(), "{report}");
    report
}

/// The tags of an event that the store holds.
pub fn tags(store: &Store, event: &str) -> Vec<String> {
    store.get(id(event)).unwrap().unwrap().tags
}

/// The ids that answer a query, oldest first.
pub fn ids(store: &Store, query: &str) -> Vec<String> {
    let ids = store.query(query).unwrap().ids().unwrap();
    ids.iter().map(EventId::to_string).collect()
}

/// A full look at the store finds nothing.
pub fn assert_sound(store: &Store) {
    let report = store.verify(VerifyDepth::Full).unwrap();
    assert!(report.is_sound(), "{:#?}", report.findings);
    assert!(report.is_complete);
}

/// Copies a directory: of a store that is open, what a kill leaves of it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}
