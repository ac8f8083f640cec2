//! Faults that were made once or are made easily, a test each: what `core/src/store` promises.

mod support;

use std::io::Write;

use eventstore::{Error, EventId, Facet, IngestOptions, Order, Store};
use support::{english, event_page, front_page, id, ids, link, listed, path, put, tags, tar_of};

const HARBOUR: &str = "2017/03/2/a-harbour-opens";
const BRIDGE: &str = "2017/03/2/a-bridge-closes";
const FERRY: &str = "2017/03/5/a-ferry-sails";

#[test]
fn a_day_page_changes_and_superseded_with_it() {
    let store = Store::memory().unwrap();
    put(
        &store,
        vec![
            english(HARBOUR, "A harbour opens.", "Harbours", &[]),
            english(BRIDGE, "A bridge closes.", "Roads", &[]),
        ],
    );
    assert_eq!(ids(&store, "").len(), 2, "no day page is known");
    let report = put(
        &store,
        vec![listed(
            false,
            "2017/03/2",
            &[link(HARBOUR, "A harbour opens.", "")],
        )],
    );
    assert_eq!(report.retagged, 1);
    assert_eq!(ids(&store, ""), [HARBOUR]);
    assert_eq!(ids(&store, "superseded:only"), [BRIDGE]);
    put(
        &store,
        vec![listed(
            false,
            "2017/03/2",
            &[link(BRIDGE, "A bridge closes.", "Iron")],
        )],
    );
    assert_eq!(ids(&store, ""), [BRIDGE]);
    assert_eq!(tags(&store, BRIDGE), ["Iron", "Roads"]);
    assert!(store.get(id(HARBOUR)).unwrap().unwrap().superseded);
    assert_eq!(store.len().unwrap(), 2, "the store holds superseded events");
}

#[test]
fn a_link_counts_before_its_target_arrives() {
    let store = Store::memory().unwrap();
    put(
        &store,
        vec![english(
            HARBOUR,
            "A harbour opens.",
            "",
            &[link(FERRY, "A ferry sails.", "Lake Ennet")],
        )],
    );
    assert_eq!(store.related(id(HARBOUR)).unwrap(), []);
    assert_eq!(
        store.get(id(HARBOUR)).unwrap().unwrap().related[0].title,
        "A ferry sails."
    );
    assert_eq!(store.referring(id(FERRY)).unwrap().count().unwrap(), 1);
    put(
        &store,
        vec![english(FERRY, "A ferry sails again.", "Ships", &[])],
    );
    assert_eq!(tags(&store, FERRY), ["Lake Ennet", "Ships"]);
    assert_eq!(
        store.related(id(HARBOUR)).unwrap()[0].title,
        "A ferry sails again."
    );
    assert_eq!(ids(&store, "tag:\"lake ennet\""), [HARBOUR, FERRY]);
}

#[test]
fn a_merge_drops_a_row_that_others_still_quote() {
    let store = Store::memory().unwrap();
    let quote = link(FERRY, "A ferry sails.", "Lake Ennet");
    let harbour = english(HARBOUR, "A harbour opens.", "", &[quote]);
    put(
        &store,
        vec![
            harbour.clone(),
            english(FERRY, "A ferry sails.", "Ships", &[]),
        ],
    );
    assert_eq!(store.remove([&id(FERRY)]).unwrap(), 1);
    store.compact().unwrap();
    assert_eq!(store.stats().unwrap().deleted_rows, 0);
    assert!(store.get(id(FERRY)).unwrap().is_none());
    assert_eq!(store.raw(id(HARBOUR)).unwrap(), harbour.1);
    assert_eq!(tags(&store, HARBOUR), ["Lake Ennet"]);
    assert!(matches!(store.raw(id(FERRY)), Err(Error::NotFound { .. })));
}

#[test]
fn deleted_rows_are_in_no_count_rank_facet_or_slice() {
    let store = Store::memory().unwrap();
    let pages: Vec<_> = (1..=9)
        .flat_map(|day| (0..4).map(move |n| (day, n)))
        .map(|(day, n)| {
            english(
                &format!("2017/03/{day}/ship-{n}"),
                &format!("Ship {n} sails."),
                if n == 0 { "Tugs" } else { "Ships" },
                &[],
            )
        })
        .collect();
    put(&store, pages);
    let gone: Vec<EventId> = (1..=9)
        .map(|day| id(&format!("2017/03/{day}/ship-1")))
        .collect();
    assert_eq!(store.remove(&gone).unwrap(), 9);
    assert!(
        store.stats().unwrap().deleted_rows > 0,
        "the rows are deleted, not merged away"
    );
    let all = store.query("").unwrap();
    assert_eq!((store.len().unwrap(), all.count().unwrap()), (27, 27));
    assert_eq!(ids(&store, "tag:ships").len(), 18);
    assert_eq!(store.query("tag:ships").unwrap().count().unwrap(), 18);
    assert_eq!(
        store
            .query("-tag:tugs 2017-03-03..2017-03-04")
            .unwrap()
            .count()
            .unwrap(),
        4
    );
    let facets = all.facets(Facet::Tag, None).unwrap();
    let counts: Vec<_> = facets
        .iter()
        .map(|count| (count.value.as_str(), count.count))
        .collect();
    assert_eq!(counts, [("Ships", 18), ("Tugs", 9)]);
    let days = all.timeline("day".parse().unwrap()).unwrap();
    assert!(
        days.iter()
            .all(|bucket| bucket.count == 3 && bucket.total == 3),
        "{days:?}"
    );
    assert_eq!(
        all.slice(1..3).ids().unwrap(),
        [id("2017/03/1/ship-2"), id("2017/03/1/ship-3")]
    );
    assert_eq!(
        all.order(Order::NewestFirst)
            .unwrap()
            .get(2)
            .unwrap()
            .unwrap()
            .id,
        id("2017/03/9/ship-0")
    );
    assert_eq!(store.tags("s", None).unwrap()[0].count, 18);
}

#[test]
fn an_iterator_outlives_a_merge_and_a_compaction() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("s")).unwrap();
    put(
        &store,
        (0..40)
            .map(|n| {
                english(
                    &format!("2017/03/2/ship-{n:02}"),
                    "A ship sails.",
                    "Ships",
                    &[],
                )
            })
            .collect(),
    );
    let hits = store.query("tag:ships").unwrap();
    let mut events = hits.iter();
    assert_eq!(events.next().unwrap().unwrap().id.slug(), "ship-00");
    let more: Vec<_> = (40..80)
        .map(|n| {
            english(
                &format!("2017/03/2/ship-{n:02}"),
                "A ship sails.",
                "Ships",
                &[],
            )
        })
        .collect();
    put(&store, more);
    store
        .remove(
            (0..40)
                .map(|n| id(&format!("2017/03/2/ship-{n:02}")))
                .collect::<Vec<_>>(),
        )
        .unwrap();
    store.compact().unwrap();
    put(&store, vec![english(FERRY, "A ferry sails.", "Ships", &[])]);
    let rest: Vec<_> = events.map(|event| event.unwrap().id).collect();
    assert_eq!(rest.len(), 39);
    assert_eq!(hits.count().unwrap(), 40);
    assert_eq!(store.query("tag:ships").unwrap().count().unwrap(), 41);
    drop(hits);
    let directories = || {
        let entries = std::fs::read_dir(folder.path().join("s")).unwrap();
        entries
            .filter(|entry| {
                entry
                    .as_ref()
                    .unwrap()
                    .file_name()
                    .to_string_lossy()
                    .starts_with("data-")
            })
            .count()
    };
    assert_eq!(directories(), 1, "the old data went with its last reader");
}

#[test]
fn the_second_spelling_of_an_id_is_a_twin_until_the_first_goes() {
    let store = Store::memory().unwrap();
    let second = (
        "news/2017/03/02/a-harbour-opens.md".to_owned(),
        event_page(false, HARBOUR, "A harbour is open.", "Piers", &[]),
    );
    let first = english(HARBOUR, "A harbour opens.", "Harbours", &[]);
    let report = put(&store, vec![second.clone()]);
    assert_eq!((report.added, report.twins), (1, 0));
    assert_eq!(tags(&store, HARBOUR), ["Piers"]);
    let report = put(&store, vec![first.clone()]);
    assert_eq!((report.added, report.twins), (1, 0));
    assert_eq!(tags(&store, HARBOUR), ["Harbours"]);
    assert_eq!((store.len().unwrap(), store.stats().unwrap().twins), (1, 1));
    for spelling in [
        "2017/3/02/a-harbour-opens",
        "/news/2017/03/02/a-harbour-opens.md",
        "https://thecontext.net/news/2017/03/2/a-harbour-opens.html",
    ] {
        assert_eq!(
            store.get(id(spelling)).unwrap().unwrap().title,
            "A harbour opens."
        );
    }
    assert_eq!(
        put(&store, vec![first, second.clone()]).unchanged,
        2,
        "both are known"
    );
    let options = IngestOptions::new().prune(true);
    let report = store.ingest(vec![second.clone()], options).unwrap();
    assert_eq!(report.removed, 1);
    assert_eq!(store.raw(id(HARBOUR)).unwrap(), second.1);
    assert_eq!(tags(&store, HARBOUR), ["Piers"]);
}

fn gzipped_tar(pages: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&tar_of(pages)).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn pruning_by_a_truncated_archive_removes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("s")).unwrap();
    let pages: Vec<_> = (0..200)
        .map(|n| {
            english(
                &format!("2017/03/2/ship-{n}"),
                &format!("Ship {n} of {} sails.", n * 7919),
                "",
                &[],
            )
        })
        .collect();
    put(&store, pages.clone());
    let before = std::fs::read(folder.path().join("s/CURRENT")).unwrap();
    let whole = gzipped_tar(&pages[..150]);
    let archive = folder.path().join("cut.tar.gz");
    std::fs::File::create(&archive)
        .unwrap()
        .write_all(&whole[..whole.len() / 2])
        .unwrap();
    let options = || IngestOptions::new().prune(true);
    let error = store.ingest(archive.as_path(), options()).unwrap_err();
    assert!(matches!(error, Error::Archive { .. }), "{error}");
    assert!(error.to_string().contains("cut.tar.gz"), "{error}");
    assert_eq!(
        (
            store.len().unwrap(),
            std::fs::read(folder.path().join("s/CURRENT")).unwrap()
        ),
        (200, before)
    );
    std::fs::write(&archive, whole).unwrap();
    assert_eq!(
        store.ingest(archive.as_path(), options()).unwrap().removed,
        50
    );
}

#[test]
fn pruning_by_files_of_an_unknown_part_of_the_tree_removes_nothing() {
    let store = Store::memory().unwrap();
    put(
        &store,
        vec![
            english(HARBOUR, "A harbour opens.", "", &[]),
            english(FERRY, "A ferry sails.", "", &[]),
        ],
    );
    let flat = vec![(
        "5/a-ferry-sails.md".to_owned(),
        event_page(false, FERRY, "A ferry sails.", "", &[]),
    )];
    let options = || IngestOptions::new().prune(true);
    let report = store.ingest(flat, options()).unwrap();
    assert_eq!((report.removed, store.len().unwrap()), (0, 2));
    assert!(report.notes[0].contains("nothing was pruned"), "{report}");
    let report = store
        .ingest(vec![english(FERRY, "A ferry sails.", "", &[])], options())
        .unwrap();
    assert_eq!((report.removed, store.len().unwrap()), (1, 1));
}

#[test]
fn a_free_page_at_the_root_leaves_the_front_page_of_an_edition_below_it() {
    let store = Store::memory().unwrap();
    let front = front_page(true, &[link("2017/03/2/港口开放", "港口开放", "港口")]);
    let archive = |text: &str| {
        vec![
            ("repo/README.md".to_owned(), text.as_bytes().to_vec()),
            ("repo/zh/README.md".to_owned(), front.clone()),
        ]
    };
    let chinese = "2017/03/2/港口开放";
    put(
        &store,
        vec![(
            path(chinese),
            event_page(true, chinese, "港口开放", "", &[]),
        )],
    );
    put(&store, archive("# About\n\nText.\n"));
    assert_eq!(tags(&store, chinese), ["港口"]);
    put(&store, archive("# About\n\nOther text.\n"));
    assert_eq!(tags(&store, chinese), ["港口"]);
    assert_eq!(
        put(&store, archive("# About\n\nOther text.\n")).unchanged,
        2
    );
}

#[test]
fn no_day_page_supersedes_an_event_of_the_other_language() {
    let store = Store::memory().unwrap();
    let chinese = "2017/03/2/港口开放";
    put(
        &store,
        vec![
            english(HARBOUR, "A harbour opens.", "Harbours", &[]),
            (
                path(chinese),
                event_page(true, chinese, "港口开放", "港口", &[]),
            ),
            listed(false, "2017/03/2", &[link(HARBOUR, "A harbour opens.", "")]),
        ],
    );
    assert_eq!(ids(&store, ""), [HARBOUR, chinese]);
    put(&store, vec![listed(true, "2017/03/2", &[])]);
    assert_eq!(
        ids(&store, ""),
        [HARBOUR],
        "both day pages are held under one path"
    );
    assert_eq!(ids(&store, "superseded:only lang:zh"), [chinese]);
}

#[test]
fn an_id_that_the_other_language_holds_is_refused_and_said() {
    let store = Store::memory().unwrap();
    let shared = "2017/03/2/expo-2017";
    put(
        &store,
        vec![english(
            shared,
            "The Expo of 2017 opens its doors.",
            "Expo",
            &[],
        )],
    );
    let other = (
        path(shared),
        event_page(true, shared, "世博会开幕", "世博会", &[]),
    );
    let report = put(&store, vec![other.clone()]);
    assert_eq!((report.failed, report.errors[0].kind), (1, "id_taken"));
    assert_eq!(report.errors[0].path, path(shared));
    assert_eq!(tags(&store, shared), ["Expo"]);
    let strict = IngestOptions::new().on_error(eventstore::OnError::Raise);
    let error = store
        .ingest(
            vec![other, english(FERRY, "A ferry sails.", "", &[])],
            strict,
        )
        .unwrap_err();
    assert!(matches!(error, Error::Page(_)), "{error}");
    assert_eq!(store.len().unwrap(), 1, "nothing of it was committed");
}

#[test]
fn a_readme_is_a_twin_only_while_it_equals_the_index_beside_it() {
    let store = Store::memory().unwrap();
    let index = listed(
        false,
        "2017/03/2",
        &[link(HARBOUR, "A harbour opens.", "Piers")],
    );
    let readme = ("news/2017/03/2/README.md".to_owned(), index.1.clone());
    let harbour = english(HARBOUR, "A harbour opens.", "", &[]);
    let report = put(&store, vec![harbour, readme, index]);
    assert_eq!((report.added, report.listings, report.twins), (1, 1, 1));
    let report = put(
        &store,
        vec![listed(
            false,
            "2017/03/2",
            &[link(HARBOUR, "A harbour opens.", "Quays")],
        )],
    );
    assert_eq!((report.listings, report.twins), (1, 0));
    assert_eq!(
        tags(&store, HARBOUR),
        ["Piers", "Quays"],
        "the README still says what it said"
    );
}

#[test]
fn an_update_tells_changed_relinked_and_rewritten_apart() {
    let store = Store::memory().unwrap();
    let page = |title: &str, tags: &str| {
        english(
            HARBOUR,
            title,
            "Harbours",
            &[link(FERRY, "A ferry sails.", tags)],
        )
    };
    put(&store, vec![page("A harbour opens.", "Ships")]);
    let report = put(&store, vec![page("A harbour opens.", "Boats")]);
    assert_eq!(
        (report.changed, report.relinked, report.rewritten),
        (0, 1, 0)
    );
    let report = put(&store, vec![page("A harbour has opened.", "Boats")]);
    assert_eq!(
        (report.changed, report.relinked, report.rewritten),
        (1, 0, 0)
    );
    let report = put(&store, vec![page(" A harbour has opened. ", "Boats")]);
    assert_eq!(
        (report.changed, report.relinked, report.rewritten),
        (0, 0, 1)
    );
    let report = put(&store, vec![page(" A harbour has opened. ", "Boats")]);
    assert_eq!((report.unchanged, report.parsed), (1, 0));
}

#[test]
fn of_two_files_with_one_logical_path_the_first_by_full_path_is_the_page() {
    let page = |title: &str| event_page(false, HARBOUR, title, "", &[]);
    let first = (format!("a/{}", path(HARBOUR)), page("A harbour opens."));
    let second = (
        format!("b/{}", path(HARBOUR)),
        page("Another harbour opens."),
    );
    for archive in [
        vec![first.clone(), second.clone()],
        vec![second, first.clone()],
    ] {
        let store = Store::memory().unwrap();
        let report = put(&store, archive.clone());
        assert_eq!((report.added, report.twins), (1, 1));
        assert_eq!(store.raw(id(HARBOUR)).unwrap(), first.1);
        let commit = store.stats().unwrap().commit;
        let report = put(&store, archive);
        assert_eq!((report.unchanged, report.twins), (1, 1));
        assert_eq!(store.stats().unwrap().commit, commit, "nothing was written");
    }
    // The same full path twice: as when it is unpacked, the later one stays.
    let store = Store::memory().unwrap();
    put(
        &store,
        vec![
            (path(HARBOUR), page("Early.")),
            (path(HARBOUR), page("Late.")),
        ],
    );
    assert_eq!(store.get(id(HARBOUR)).unwrap().unwrap().title, "Late.");
}
