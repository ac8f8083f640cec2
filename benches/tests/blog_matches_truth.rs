//! A generated blog holds what its truth says: the store, reading the pages, counts the same.

use benches::{Format, write_blog};
use eventstore::{IngestOptions, Store};

#[test]
fn a_blog_is_read_as_it_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("blog.tar");
    let truth = write_blog(1_500, 7, &path, Format::Tar).unwrap();
    let store = Store::memory().unwrap();
    let report = store.ingest(path.as_path(), IngestOptions::new()).unwrap();
    assert_eq!((report.failed, report.files), (0, truth.pages), "{report}");
    assert_eq!(
        (report.undated, report.drafts),
        (truth.undated, truth.drafts)
    );
    let (mut links, mut sources) = (0, 0);
    for event in &store.query("draft:yes undated:yes").unwrap() {
        let event = event.unwrap();
        links += event.related.len() as u64;
        sources += event.sources.len() as u64;
        for entry in &event.related {
            assert!(store.contains(entry).unwrap());
        }
    }
    assert_eq!((links, sources), (truth.links, truth.sources));
    assert!(
        truth.links > 1_000 && truth.sources > 1_000 && truth.drafts > 0,
        "{truth:?}"
    );
}
