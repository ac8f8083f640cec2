//! An ingest that brings no event.

use serde_json::Value;

use super::*;

#[test]
fn an_archive_without_an_event_is_an_error_and_leaves_no_new_store() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let notes = folder.path().join("notes");
    write(&notes.join("a.txt"), "A\n\nText.\n");
    write(&notes.join("b.html"), "<h1>B</h1>\n");
    write(&folder.path().join("one/news/2017/03/2/a.md"), &page("A"));

    let nothing = run(&["ingest", &at("a.store"), &at("notes")]);
    assert_eq!(nothing.status.code(), Some(1), "{}", err(&nothing));
    assert!(out(&nothing).starts_with("2 files, "), "{}", out(&nothing));
    assert!(out(&nothing).contains("2 others"), "{}", out(&nothing));
    let told = err(&nothing);
    assert!(told.contains("notes: no event in 2 files\n"), "{told}");
    assert!(
        told.contains("hint: an event is a page whose name ends in"),
        "{told}"
    );
    assert!(!Path::new(&at("a.store")).exists());

    // An empty folder was there before, and is there again.
    std::fs::create_dir(at("b.store")).unwrap();
    let json = run(&["ingest", &at("b.store"), &at("notes"), "--json"]);
    assert_eq!(json.status.code(), Some(1));
    let report: Value = serde_json::from_str(out(&json)).unwrap();
    assert_eq!(report["others"], 2);
    assert_eq!(std::fs::read_dir(at("b.store")).unwrap().count(), 0);

    // What is there stays.
    good(&["ingest", &at("c.store"), &at("one")]);
    let nothing = run(&["ingest", &at("c.store"), &at("notes")]);
    assert_eq!(nothing.status.code(), Some(1), "{}", err(&nothing));
    assert_eq!(good(&["query", &at("c.store"), "--count"]), "1\n");
}

#[test]
fn an_archive_whose_events_are_all_known_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    write(&folder.path().join("one/news/2017/03/2/a.md"), &page("A"));
    good(&["ingest", &at("a.store"), &at("one")]);
    assert!(good(&["ingest", &at("a.store"), &at("one")]).contains("1 unchanged"));
    write(&folder.path().join("two/news/2017/03/2/b.md"), &page("B"));
    good(&["ingest", &at("a.store"), &at("two")]);
    std::fs::remove_file(at("two/news/2017/03/2/b.md")).unwrap();
    write(&folder.path().join("two/news/2017/03/2/c.md"), &page("C"));
    let pruned = good(&["ingest", &at("a.store"), &at("two"), "--prune"]);
    assert!(pruned.contains("2 removed"), "{pruned}");
}

#[test]
fn reports_agree_with_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    write(&folder.path().join("one/news/2017/03/2/a.md"), &page("A"));
    write(
        &folder.path().join("one/news/2017/03/2/bad.md"),
        "no event page\n",
    );
    write(&folder.path().join("one/news/2017/03/2/readme.txt"), "x");
    let report = run(&["ingest", &at("a.store"), &at("one")]);
    assert!(
        out(&report).contains("1 added, 1 other, 1 failed"),
        "{}",
        out(&report)
    );
    let told = err(&report);
    assert!(
        told.ends_with("eventstore: 1 page failed and was left out\n"),
        "{told}"
    );
    let alone = good(&["ingest", &at("b.store"), &at("one/news/2017/03/2/a.md")]);
    assert!(alone.starts_with("1 file, "), "{alone}");
    let tags = run(&["tags", &at("b.store")]);
    assert_eq!(err(&tags), "1 of 1 tag\n");
}
