//! Stores that are given what follows from pages which lie elsewhere.

mod support;

use eventstore::{
    BackupOptions, Date, Error, Event, ExportOptions, Facet, Facets, IngestOptions, OpenOptions,
    ResolvedPage, Store, VerifyDepth, salvage,
};
use support::{YearlyStores, assert_sound, event_page, listed, path};

#[test]
fn a_resolved_store_keeps_what_was_given_and_takes_nothing_else() {
    let setup = YearlyStores::new();
    let path = setup.directory().join("2016");
    let of_year = |store: &Store| {
        store
            .query("2016 superseded:yes")
            .unwrap()
            .iter()
            .map(Result::unwrap)
            .collect::<Vec<Event>>()
    };
    let expected = of_year(&setup.one);
    let store = Store::open(&path).unwrap();
    assert_eq!(of_year(&store), expected);
    let page = (
        "news/2016/01/1/new.md".to_owned(),
        event_page(false, "2016/01/1/new", "New.", "Ice", &[]),
    );
    let refusals: Vec<(&str, Error)> = vec![
        (
            "ingest",
            store.ingest(vec![page], IngestOptions::new()).unwrap_err(),
        ),
        ("add", store.add([expected[0].clone()]).unwrap_err()),
        ("remove", store.remove([&expected[0].id]).unwrap_err()),
        (
            "export",
            store.export(Vec::new(), ExportOptions::new()).unwrap_err(),
        ),
    ];
    for (call, error) in refusals {
        assert!(matches!(error, Error::Resolved { .. }), "{call}: {error}");
        assert!(error.to_string().contains("2016"), "{error}");
    }
    // All but the law is looked at, and the report says so.
    assert_sound(&store);
    let report = store.verify(VerifyDepth::Full).unwrap();
    assert!(report.is_resolved && report.is_complete);
    assert!(
        report.steps.iter().all(|step| step.name != "law"),
        "{:?}",
        report.steps
    );
    let ordinary = setup.one.verify(VerifyDepth::Full).unwrap();
    assert!(!ordinary.is_resolved && ordinary.steps.iter().any(|step| step.name == "law"));
    // Compaction, a backup and a reindex keep it what it is.
    store.compact().unwrap();
    assert_eq!(of_year(&store), expected);
    let backup = setup.home.path().join("backup");
    store.backup(&backup, BackupOptions::new()).unwrap();
    let copy = Store::open(&backup).unwrap();
    assert_eq!(of_year(&copy), expected);
    assert!(matches!(
        copy.add([expected[0].clone()]),
        Err(Error::Resolved { .. })
    ));
    store.reindex(eventstore::Words::Off).unwrap();
    assert_eq!(of_year(&store), expected);
    assert!(matches!(
        store.add([expected[0].clone()]),
        Err(Error::Resolved { .. })
    ));
}

#[test]
fn a_salvage_gives_the_pages_of_a_resolved_store() {
    let setup = YearlyStores::new();
    let path = setup.directory().join("2018");
    let export = setup.home.path().join("saved.tar.zst");
    let report = salvage(&path, &export, ExportOptions::new()).unwrap();
    assert!(report.lost == 0, "{report:?}");
    // What was given with them is not among them, and the report says so.
    assert!(report.is_resolved && !report.is_whole());
    let saved = Store::memory().unwrap();
    saved.import_from(&export, IngestOptions::new()).unwrap();
    for id in setup.one.query("2018").unwrap().ids().unwrap() {
        assert_eq!(saved.raw(&id).unwrap(), setup.one.raw(&id).unwrap());
    }
}

#[test]
fn a_resolved_store_refuses_what_is_no_page_of_an_event() {
    let home = tempfile::tempdir().unwrap();
    let open = |name: &str| {
        OpenOptions::new()
            .resolved(true)
            .open(home.path().join(name))
            .unwrap()
    };
    let id = "2017/03/2/flood";
    let good = || ResolvedPage::new(path(id), event_page(false, id, "A flood.", "Rain", &[]));
    let put =
        |store: &Store, pages: Vec<ResolvedPage>| store.put_resolved(pages, IngestOptions::new());
    let store = open("a");
    let error = put(&store, vec![good(), good()]).unwrap_err();
    assert!(error.to_string().contains("comes twice"), "{error}");
    let bad = ResolvedPage::new("news/2017/03/2/bad.md", "no page");
    assert!(matches!(
        put(&store, vec![good(), bad]),
        Err(Error::Page(_))
    ));
    assert_eq!(store.len().unwrap(), 0);
    let listing = listed(false, "2017/03/2", &[]);
    let error = put(
        &store,
        vec![good(), ResolvedPage::new(listing.0, listing.1)],
    )
    .unwrap_err();
    assert!(
        matches!(
            error,
            Error::InvalidArgument { .. } | Error::Resolved { .. }
        ),
        "{error}"
    );
    let store = open("b");
    assert_eq!(put(&store, vec![good()]).unwrap(), 1);
    assert!(matches!(
        put(&store, vec![good()]),
        Err(Error::Resolved { .. }) | Err(Error::InvalidArgument { .. })
    ));
    // What was refused has left nothing.
    assert_eq!(store.len().unwrap(), 1);
    // An ordinary store takes no outcomes, and becomes no resolved one.
    let ordinary = Store::open(home.path().join("c")).unwrap();
    let event = Event::new(id.parse().unwrap(), Date::new(2017, 3, 2), "A flood");
    ordinary.add([event]).unwrap();
    assert!(matches!(
        put(&ordinary, vec![good()]),
        Err(Error::InvalidArgument { what: "pages", .. })
    ));
    let open = OpenOptions::new()
        .resolved(true)
        .open(home.path().join("c"));
    assert!(matches!(
        open,
        Err(Error::InvalidArgument {
            what: "resolved",
            ..
        })
    ));
    ordinary.close().unwrap();
    let error = OpenOptions::new()
        .resolved(true)
        .open(home.path().join("c"))
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::InvalidArgument {
                what: "resolved",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn pages_beyond_a_commit_come_in_several_and_are_merged_as_given() {
    let home = tempfile::tempdir().unwrap();
    let store = OpenOptions::new()
        .resolved(true)
        .open(home.path().join("a"))
        .unwrap();
    let page = |number: u32| {
        let id = format!("2017/03/2/page-{number}");
        let bytes = event_page(false, &id, &format!("Page {number}."), "Rain", &[]);
        ResolvedPage::new(path(&id), bytes)
            .tags(["Rain", "Given"])
            .superseded(number.is_multiple_of(3))
    };
    let limits = eventstore::Limits::default().commit_bytes(20_000);
    let options = IngestOptions::new().limits(limits);
    assert_eq!(
        store.put_resolved((0..400).map(page), options).unwrap(),
        400
    );
    assert!(store.stats().unwrap().commit > 3);
    let of = |query: &str| store.query(query).unwrap().count().unwrap();
    assert_eq!(
        (of("tag:given superseded:yes"), of("superseded:only")),
        (400, 134)
    );
    let tags: Facets = store
        .query("superseded:yes")
        .unwrap()
        .facets(Facet::Tag, None)
        .unwrap();
    assert_eq!(
        tags.iter().map(|tag| tag.count).collect::<Vec<_>>(),
        [400, 400]
    );
    assert_sound(&store);
}
