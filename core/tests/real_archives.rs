//! The real archives, as acceptance: skipped, and said so, where they are absent.

mod support;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use eventstore::{Event, Heading, IngestOptions, Store};
use support::{assert_sound, real_archive, sweep};

#[test]
fn the_chinese_archive_goes_in_whole() {
    let Some(path) = real_archive("context-zh.tar.gz") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("zh.store");
    let store = Store::open(&place).unwrap();
    let report = store
        .ingest(path.as_path(), IngestOptions::default())
        .unwrap();
    println!("{report}");
    assert!(report.partition_holds());
    assert_eq!(
        (report.files, report.added, report.listings, report.twins),
        (15_814, 8_984, 3_415, 3_415)
    );
    assert_eq!((report.failed, report.others), (0, 0));
    let stats = store.stats().unwrap();
    assert_eq!(
        (stats.events, stats.tags, stats.superseded),
        (8_984, 5_050, 0)
    );
    let timer = std::time::Instant::now();
    let stats = store.stats().unwrap();
    println!("stats in {:?}", timer.elapsed());
    assert_eq!(
        (stats.listings, stats.twins),
        (report.listings, report.twins)
    );
    let before = std::fs::read(place.join("CURRENT")).unwrap();
    let again = store
        .ingest(path.as_path(), IngestOptions::default())
        .unwrap();
    println!("{again}");
    assert_eq!((again.parsed, again.unchanged), (0, 15_814));
    assert_eq!(std::fs::read(place.join("CURRENT")).unwrap(), before);
    assert_sound(&store);
    store.close().unwrap();
    let bytes = size(&place);
    println!("{bytes} bytes after close");
    // 4.95 MB without words; those of titles and summaries take 1.4 more.
    assert!(bytes <= 6_500_000, "{bytes} bytes after close");
    let blobs = place.join("data-000001/blobs");
    assert!(!blobs.exists() || std::fs::read_dir(blobs).unwrap().next().is_none());
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap());
    entries
        .map(|entry| match entry.metadata().unwrap() {
            metadata if metadata.is_dir() => size(&entry.path()),
            metadata => metadata.len(),
        })
        .sum()
}

#[test]
fn the_english_pages_go_in_whole() {
    let Some(path) = real_archive("context-en") else {
        return;
    };
    let store = Store::memory().unwrap();
    let report = store
        .ingest(path.as_path(), IngestOptions::default())
        .unwrap();
    println!("{report}");
    assert!(report.partition_holds());
    assert_eq!((report.files, report.added, report.listings), (61, 41, 16));
    assert_eq!((report.twins, report.others, report.failed), (0, 4, 0));
    let stats = store.stats().unwrap();
    assert_eq!((stats.events, stats.opinions, stats.english), (41, 1, 41));
    assert_sound(&store);
    // Each page is given back by rendering alone.
    assert_eq!(stats.kept_pages, 0);
}

/// The events of an archive that share most tags with each of its events, against a count of all pairs. In a
/// sweep that is for every event, else for each 40th of a large archive.
#[test]
fn similar_events_are_those_of_a_plain_count_of_all_pairs() {
    let part = sweep(225, u32::MAX) as usize;
    for name in ["context-zh.tar.gz", "context-en"] {
        let Some(path) = real_archive(name) else {
            continue;
        };
        let store = Store::memory().unwrap();
        store
            .ingest(path.as_path(), IngestOptions::default())
            .unwrap();
        let events = store.query("").unwrap().iter();
        let events: Vec<Event> = events.collect::<Result<_, _>>().unwrap();
        let mut numbers = BTreeMap::new();
        let mut number = |tag: &String| {
            let next = numbers.len();
            *numbers.entry(tag.to_lowercase()).or_insert(next)
        };
        let tags: Vec<BTreeSet<usize>> = events
            .iter()
            .map(|event| event.tags.iter().map(&mut number).collect())
            .collect();
        let places: BTreeMap<_, _> = events.iter().map(|event| &event.id).zip(0..).collect();
        let mut is_asked = vec![false; numbers.len()];
        let (mut asked, mut compared) = (0, 0);
        for (at, event) in events
            .iter()
            .enumerate()
            .step_by(events.len().div_ceil(part))
        {
            tags[at].iter().for_each(|&tag| is_asked[tag] = true);
            let mut expected = Vec::new();
            for (other, tags) in tags.iter().enumerate() {
                let shared = tags.iter().filter(|&&tag| is_asked[tag]).count();
                if shared > 0 && other != at {
                    let event = &events[other];
                    expected.push((Reverse(shared), Reverse(event.date), &event.id));
                }
            }
            tags[at].iter().for_each(|&tag| is_asked[tag] = false);
            expected.sort_unstable();
            expected.truncate(25);
            let found = store.similar(&event.id, 25).unwrap();
            for one in &found {
                let shared = one.shared.iter().map(|tag| numbers[&tag.to_lowercase()]);
                let of_other = &tags[places[&one.heading.id]];
                let expected = tags[at].intersection(of_other).copied();
                assert_eq!(
                    shared.collect::<BTreeSet<_>>(),
                    expected.collect(),
                    "{}",
                    event.id
                );
            }
            let found = found.iter().map(|one| {
                let Heading { date, id, .. } = &one.heading;
                (Reverse(one.shared.len()), Reverse(*date), id)
            });
            assert_eq!(found.collect::<Vec<_>>(), expected, "{}", event.id);
            asked += 1;
            compared += expected.len();
        }
        println!(
            "{name}: {compared} similar events of {asked} of {} events compared",
            events.len()
        );
        assert!(compared > 0, "{name}");
    }
}
