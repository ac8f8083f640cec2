//! Short calls on a store, for tests that make many.

use eventstore::{EventId, IngestOptions, Report, Store, VerifyDepth};

/// The id of this text.
pub fn id(text: &str) -> EventId {
    text.parse().unwrap()
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
