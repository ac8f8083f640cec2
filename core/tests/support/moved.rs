//! A store that went through an export, and the answers that it must share with the one that it came from.

use eventstore::{ExportOptions, Facet, IngestOptions, Store};

const ALL: &str = "superseded:yes draft:yes undated:yes";

/// The bytes of a store's export.
pub fn exported(store: &Store) -> Vec<u8> {
    let mut file = Vec::new();
    let report = store.export(&mut file, ExportOptions::new()).unwrap();
    assert_eq!(report.written, file.len() as u64);
    assert_eq!(report.events, store.len().unwrap() as u64);
    file
}

/// A fresh store that has all of another one, by an export. Its own export has the same bytes, its answers are the
/// same, and a second import finds nothing to do.
pub fn moved(store: &Store) -> Store {
    let file = exported(store);
    assert_eq!(exported(store), file);
    let other = Store::memory().unwrap();
    let report = other.import(&*file, IngestOptions::new()).unwrap();
    assert_eq!(report.failed, 0, "{report}");
    assert!(report.partition_holds(), "{report}");
    assert_eq!(all_answers(&other), all_answers(store));
    assert_eq!(exported(&other), file);
    let again = other.import(&*file, IngestOptions::new()).unwrap();
    assert_eq!((again.parsed, again.removed), (0, 0), "{again}");
    other
}

/// What a store says of everything in it.
pub fn all_answers(store: &Store) -> Vec<String> {
    let mut out = Vec::new();
    let hits = store.query(ALL).unwrap();
    for event in hits.iter() {
        let event = event.unwrap();
        let id = &event.id;
        let raw = store.raw(id).unwrap();
        let related = store.related(id).unwrap();
        let related: Vec<_> = related.iter().map(|event| event.id.to_string()).collect();
        let referring = store.referring(id).unwrap().ids().unwrap();
        out.push(format!("{event:?}\n{}", String::from_utf8_lossy(&raw)));
        out.push(format!("{related:?} {referring:?}"));
    }
    for query in [
        "",
        "superseded:only",
        "draft:only",
        "undated:only",
        "kind:opinion",
    ] {
        let ids = store.query(query).unwrap().ids().unwrap();
        out.push(format!("{query}: {ids:?}"));
    }
    for facet in [Facet::Tag, Facet::Category, Facet::Author, Facet::Source] {
        out.push(format!("{:?}", hits.facets(facet, None).unwrap()));
    }
    out.push(format!("{:?}", store.archives().unwrap()));
    let stats = store.stats().unwrap();
    let counts = (stats.events, stats.superseded, stats.undated, stats.drafts);
    out.push(format!(
        "{counts:?} {:?}",
        (stats.listings, stats.twins, stats.words)
    ));
    out
}
