//! A synthetic archive holds what its truth says: the store, reading the pages, counts the same.

use std::path::{Path, PathBuf};

use benches::{Format, Truth, Wanted, write};
use eventstore::{By, Facet, Include, IngestOptions, OnError, Query, Store};

const PAGES: u32 = 2_000;

fn generate(folder: &Path, name: &str, seed: u64, broken: bool) -> (PathBuf, Truth) {
    let path = folder.join(name);
    let truth = write(
        Wanted {
            pages: PAGES,
            seed,
            broken,
        },
        &path,
        Format::of(&path),
    )
    .unwrap();
    (path, truth)
}

fn check(store: &Store, truth: &Truth) {
    let live = truth.added - truth.superseded;
    let superseded = Query::new().superseded(Include::Only);
    assert_eq!(store.len().unwrap() as u64, truth.added);
    assert_eq!(store.query("").unwrap().count().unwrap(), live);
    assert_eq!(
        store.query(superseded).unwrap().count().unwrap(),
        truth.superseded
    );
    for tag in &truth.top_tags {
        let query = Query::new().tags_all(tag.tag.as_str()).unwrap();
        assert_eq!(
            store.query(query.clone()).unwrap().count().unwrap(),
            tag.live,
            "{}",
            tag.tag
        );
        let all = query.superseded(Include::Yes);
        assert_eq!(
            store.query(all).unwrap().count().unwrap(),
            tag.all,
            "{}",
            tag.tag
        );
    }
    let facets = store.query("").unwrap().facets(Facet::Tag, None).unwrap();
    assert_eq!(facets.len() as u64, truth.tags);
    assert_eq!(
        facets.iter().map(|facet| facet.count).sum::<u64>(),
        truth.tag_uses
    );
    let timeline = store.query("").unwrap().timeline(By::Year).unwrap();
    let counted: Vec<u64> = timeline.iter().map(|bucket| bucket.count).collect();
    assert_eq!(counted, truth.years.values().copied().collect::<Vec<_>>());
    let stats = store.stats().unwrap();
    // Whatever the pages show, none is so odd that it has to be kept whole.
    assert_eq!(stats.kept_pages, 0);
}

#[test]
fn a_store_counts_what_the_truth_says_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let mut truths = Vec::new();
    for name in ["archive", "archive.tar", "archive.tar.gz"] {
        let (path, truth) = generate(folder.path(), name, 1, false);
        let store = Store::memory().unwrap();
        let report = store
            .ingest(path, IngestOptions::new().on_error(OnError::Raise))
            .unwrap();
        assert_eq!(report.errors, []);
        let told = (
            report.files,
            report.added,
            report.listings,
            report.twins,
            report.others,
            report.bytes,
        );
        assert_eq!(
            told,
            (
                truth.files,
                truth.added,
                truth.listings,
                truth.twins,
                truth.others,
                truth.bytes
            ),
            "{name}"
        );
        check(&store, &truth);
        truths.push(truth);
    }
    assert_eq!(truths[0], truths[1]);
    assert_eq!(truths[0], truths[2]);
}

#[test]
fn pages_that_no_reader_takes_fail_each_for_its_own_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (path, truth) = generate(folder.path(), "archive.tar", 2, true);
    let store = Store::memory().unwrap();
    let report = store.ingest(path, IngestOptions::default()).unwrap();
    let mut kinds: Vec<&str> = report.errors.iter().map(|error| error.kind).collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            "bad_utf8",
            "byte_order_mark",
            "carriage_return",
            "nul_byte",
            "too_large"
        ]
    );
    assert_eq!(report.failed, truth.failed);
    check(&store, &truth);
}

#[test]
fn one_seed_gives_one_archive_and_another_seed_another() {
    let folder = tempfile::tempdir().unwrap();
    let read =
        |name: &str, seed| std::fs::read(generate(folder.path(), name, seed, false).0).unwrap();
    let first = read("a.tar", 7);
    assert!(first == read("b.tar", 7));
    assert!(first != read("c.tar", 8));
}

#[test]
fn an_archive_has_the_statistics_of_the_real_one() {
    let folder = tempfile::tempdir().unwrap();
    let (_, truth) = generate(folder.path(), "archive.tar", 3, false);
    let pages = truth.pages as f64;
    let within = |what: &str, value: f64, low: f64, high: f64| {
        assert!(
            low <= value && value <= high,
            "{what}: {value} is not within {low}..{high}"
        );
    };
    within("superseded", truth.superseded as f64 / pages, 0.025, 0.055);
    within(
        "tags an event",
        truth.tag_uses as f64 / (pages - truth.superseded as f64),
        3.3,
        4.0,
    );
    within("sources an event", truth.sources as f64 / pages, 0.8, 1.1);
    within("links an event", truth.links as f64 / pages, 4.0, 7.5);
    let (first, last) = (
        truth.top_tags[0].live as f64,
        truth.top_tags[49].live as f64,
    );
    within("slope of tags", (first / last).ln() / 50f64.ln(), 0.5, 1.0);
    assert_eq!(truth.layouts.len(), 3);
}
