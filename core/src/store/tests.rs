//! What a commit, a merge and a compaction leave behind that fail at any of their steps.

mod crash_images;
mod failing_files;
mod replaced;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::merge::push_segments;
use super::{Manifest, OpenOptions, ROW_BYTES, RemovedRows, Shared, Store, WriteBatch};
use crate::ingest::IngestOptions;
use crate::segment::Interners;
use crate::storage::{
    Break, Durability, FaultyStorage, Storage, StorageBatch, StorageOptions, open_directory,
    open_memory,
};

const CACHE: usize = 1 << 20;

const OPTIONS: StorageOptions = StorageOptions {
    create: true,
    durability: Durability::Sync,
    wait: Duration::ZERO,
    interrupted: None,
    cache_bytes: 1 << 20,
};

/// Opens a storage as a store.
pub(crate) fn try_open_on(storage: Arc<dyn Storage>) -> crate::Result<Store> {
    let (path, options) = (Path::new("<test>"), Some(OPTIONS));
    let manifest = Manifest::read(&*storage)?;
    Shared::new(storage, manifest, path, CACHE, options, Duration::ZERO).map(Store::new)
}

/// The same where it is whole.
pub(crate) fn open_on(storage: Arc<dyn Storage>) -> Store {
    try_open_on(storage).unwrap()
}

fn store(storage: Arc<dyn Storage>) -> Store {
    open_on(storage)
}

/// A day's pages, each linking to the next day's, so that every batch retags events of the one
/// before.
fn pages(day: u32, edition: u32) -> Vec<(String, Vec<u8>)> {
    let page = |n: u32| {
        let next = day + 1;
        let text = format!(
            "### [2017-03-{day}](/news/2017/03/{day}/index.md)\n\n# Ship {n} of edition {edition}. \n\n\n\n\n### Related:\n\n\
             1. [Ship {n}](/news/2017/03/{next}/ship-{n}.md) _Context: Fleet {day}_\n"
        );
        (format!("news/2017/03/{day}/ship-{n}.md"), text.into_bytes())
    };
    (0..5).map(page).collect()
}

/// All that the store says.
fn state(store: &Store) -> Vec<String> {
    let mut said = Vec::new();
    for event in store.query("superseded:yes").unwrap().iter() {
        let event = event.unwrap();
        said.push(format!("{} {} {:?}", event.id, event.title, event.tags));
    }
    assert_eq!(said.len(), store.len().unwrap());
    said
}

fn put(store: &Store, pages: Vec<(String, Vec<u8>)>) -> crate::Result<()> {
    store.ingest(pages, IngestOptions::default()).map(|_| ())
}

/// How many chunks the manifest names.
fn named_chunks(store: &Store) -> usize {
    let runs = store.snapshot().unwrap().manifest.key_ranges();
    runs.iter().map(|run| run.chunks as usize).sum()
}

/// Chunks that no manifest names, after a commit and without readers.
fn left_over(disk: &dyn Storage, store: &Store) -> usize {
    // A commit leaves what the snapshot of its own ingest reads.
    let snapshot = store.snapshot().unwrap();
    store.shared().unwrap().replaced.remove_due(&snapshot);
    disk.scan_keys(&[], usize::MAX).unwrap().len() - named_chunks(store)
}

fn changes() -> Vec<fn(&Store) -> crate::Result<()>> {
    vec![
        |store| put(store, pages(2, 1)),
        |store| put(store, pages(1, 1)),
        |store| store.remove(["2017/03/2/ship-3"]).map(|_| ()),
        |store| put(store, pages(2, 2)),
        |store| store.compact(),
        |store| put(store, pages(3, 1)),
    ]
}

#[test]
fn a_commit_that_fails_half_way_leaves_the_state_before_or_after_it() {
    // What the store says after each change, when nothing fails.
    let calm = store(open_memory());
    let mut states = vec![state(&calm)];
    for change in changes() {
        change(&calm).unwrap();
        states.push(state(&calm));
    }
    let mut failures = 0;
    for how in [Break::Before, Break::Half, Break::After] {
        for step in 0.. {
            let disk = open_memory();
            let breaking = FaultyStorage::new(disk.clone(), step, how);
            let trial = store(breaking.clone());
            let mut done = 0;
            for change in changes() {
                match change(&trial) {
                    Ok(()) => done += 1,
                    Err(_) => break,
                }
            }
            // Whoever reads on sees a state that was acknowledged, or the one whose acknowledgement
            // was cut off.
            let said = state(&trial);
            assert!(
                said == states[done] || states.get(done + 1) == Some(&said),
                "{how:?} at step {step}"
            );
            if !breaking.broke() {
                break;
            }
            failures += 1;
            if done >= 4 {
                // A compaction moved the data: the old storage is not where the root is.
                continue;
            }
            // So does whoever opens the store after the crash, and what was left over is swept.
            let again = store(disk.clone());
            let said = state(&again);
            assert!(
                said == states[done] || states.get(done + 1) == Some(&said),
                "{how:?} at step {step}, opened again"
            );
            // And it goes on from there.
            put(&again, pages(9, 1)).unwrap();
            assert_eq!(left_over(&*disk, &again), 0, "{how:?} at step {step}");
        }
    }
    println!("{failures} failures");
    assert!(failures >= 30, "only {failures} steps were made to fail");
}

/// Values that no manifest names, so many that the store compacts itself with its next commit.
fn amplify(disk: &dyn Storage) {
    let value = |n: u32| (vec![0xFF, (n >> 8) as u8, n as u8], vec![0; 7000]);
    let set = (0..1500).map(value).collect();
    let batch = StorageBatch {
        set,
        ..StorageBatch::default()
    };
    disk.write(batch).unwrap();
}

#[test]
fn a_compaction_that_fails_behind_a_commit_does_not_fail_the_commit() {
    let ingest = |store: &Store| store.ingest(pages(2, 1), IngestOptions::default());
    let (mut compactions, mut notes) = (0, 0);
    for how in [Break::Before, Break::Half, Break::After] {
        for step in 0.. {
            let disk = open_memory();
            let breaking = FaultyStorage::new(disk.clone(), step, how);
            let trial = store(breaking.clone());
            amplify(&*disk);
            let ingested = ingest(&trial);
            let stands = trial.len().unwrap() == 5;
            match &ingested {
                Ok(report) => notes += report.notes.len(),
                // The whole of the last step was done, and it says that it failed.
                Err(_) if stands => assert_eq!(how, Break::After, "step {step}"),
                Err(_) => {}
            }
            assert!(stands || ingested.is_err(), "{how:?} at step {step}");
            if !breaking.broke() {
                assert!(trial.snapshot().unwrap().storage.size().unwrap() < 1 << 20);
                compactions += 1;
                break;
            }
        }
    }
    assert_eq!(compactions, 3);
    assert!(notes >= 6, "{notes} failed compactions were noted");
}

#[test]
fn a_merge_counts_the_texts_that_its_rows_name() {
    let calm = store(open_memory());
    put(&calm, pages(1, 1)).unwrap();
    let snapshot = calm.snapshot().unwrap();
    let (mut interners, mut rows) = (Interners::default(), Vec::new());
    let none = RemovedRows::new(&snapshot).sets;
    let mut push = |bytes: u64| {
        rows.clear();
        interners = Interners::default();
        let pushed =
            push_segments(&snapshot, &[0], &none, bytes, &mut interners, &mut rows).unwrap();
        let of_rows: usize = rows.iter().map(|row| row.bytes()).sum();
        (pushed, of_rows as u64, interners.bytes() as u64)
    };
    let (pushed, of_rows, of_texts) = push(1 << 20);
    assert!(pushed == 1 && of_texts > 0);
    assert_eq!(push(of_rows + of_texts).0, 1);
    assert_eq!(push(of_rows + of_texts - 1).0, 0);
}

#[test]
fn a_writer_goes_on_after_a_failed_commit() {
    // The failing storage fails for good, so the failure is one of the change itself: a refused
    // page.
    let store = store(open_memory());
    put(&store, pages(1, 1)).unwrap();
    let before = state(&store);
    let strict = IngestOptions {
        on_error: crate::OnError::Raise,
        ..IngestOptions::default()
    };
    let bad = vec![(
        "news/2017/03/1/bad.md".to_owned(),
        b"no event page".to_vec(),
    )];
    assert!(store.ingest([pages(2, 1), bad].concat(), strict).is_err());
    assert_eq!(state(&store), before);
    put(&store, pages(2, 1)).unwrap();
    assert_eq!(store.len().unwrap(), 10);
}

#[test]
fn a_commit_that_is_asked_to_stop_leaves_the_state_before_it() {
    let store = store(open_memory());
    put(&store, pages(1, 1)).unwrap();
    let before = state(&store);
    let shared = store.shared().unwrap();
    let writer = shared.writer().unwrap();
    let snapshot = shared.snapshot().unwrap();
    let mut removed = RemovedRows::new(&snapshot);
    removed.insert(snapshot.find("2017/03/1/ship-1").unwrap().unwrap());
    let write_batch = WriteBatch {
        puts: Vec::new(),
        removed,
        strict: false,
        row_bytes: ROW_BYTES,
        interners: Default::default(),
        stop: Default::default(),
    };
    write_batch.stop.raise();
    let error = shared.commit(&writer, write_batch).unwrap_err();
    assert!(matches!(error, crate::Error::Interrupted), "{error}");
    drop(writer);
    assert_eq!(state(&store), before);
    put(&store, pages(2, 1)).unwrap();
    assert_eq!(store.len().unwrap(), 10);
}

#[test]
fn what_a_failed_commit_left_in_the_file_is_never_read_for_what_came_after_it() {
    let calm = store(open_memory());
    put(&calm, pages(2, 1)).unwrap();
    let before = state(&calm);
    put(&calm, pages(3, 1)).unwrap();
    let between = state(&calm);
    put(&calm, pages(3, 2)).unwrap();
    let after = state(&calm);
    let mut failures = 0;
    for how in [Break::Before, Break::Half, Break::After] {
        for step in 0.. {
            let home = tempfile::tempdir().unwrap();
            let path = home.path().join("store");
            let open = || open_directory(&path, OPTIONS).unwrap();
            let first = store(open());
            put(&first, pages(2, 1)).unwrap();
            first.close().unwrap();
            // The same numbers as the commit that is going to succeed would have, with other
            // content.
            let breaking = FaultyStorage::new(open(), step, how);
            let trial = store(breaking.clone());
            let failed = put(&trial, pages(3, 1)).is_err();
            trial.close().unwrap();
            if !breaking.broke() {
                break;
            }
            failures += u32::from(failed);
            let disk = open();
            let again = store(disk.clone());
            let said = state(&again);
            assert!(said == before || said == between, "{how:?} at step {step}");
            // Reading opened no engine, so what was left over is still there. A commit removes it.
            assert!(!disk.is_engine_opened(), "{how:?} at step {step}");
            put(&again, pages(3, 2)).unwrap();
            assert_eq!(state(&again), after);
            assert_eq!(left_over(&*disk, &again), 0, "{how:?} at step {step}");
            again.close().unwrap();
            let disk = open();
            let again = store(disk.clone());
            assert_eq!(state(&again), after);
            assert!(!disk.is_engine_opened(), "{how:?} at step {step}");
            again.compact().unwrap();
            assert_eq!(state(&again), after);
        }
    }
    assert!(failures >= 6, "only {failures} steps were made to fail");
}

#[test]
fn readers_go_on_at_the_old_locations_while_a_writer_opens_the_engine() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("store");
    let first = Store::open(&path).unwrap();
    put(&first, (1..20).flat_map(|day| pages(day, 1)).collect()).unwrap();
    first.close().unwrap();
    let store = Store::open(&path).unwrap();
    let held = store.query("superseded:yes").unwrap();
    let reads = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut reads = 0;
                    for _ in 0..40 {
                        for event in &held {
                            assert!(event.unwrap().title.ends_with("of edition 1."));
                            reads += 1;
                        }
                    }
                    reads
                })
            })
            .collect();
        for edition in 2..8 {
            put(&store, pages(5, edition)).unwrap();
        }
        store.compact().unwrap();
        readers
            .into_iter()
            .map(|reader| reader.join().unwrap())
            .sum::<u32>()
    });
    assert_eq!(reads, 3 * 40 * 95);
    assert_eq!(
        store
            .query("2017-03-05")
            .unwrap()
            .first()
            .unwrap()
            .unwrap()
            .title,
        "Ship 0 of edition 7."
    );
}

#[test]
fn a_clone_is_a_handle_of_its_own() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("store");
    let store = Store::open(&path).unwrap();
    let other = store.clone();
    let hits = store.query("").unwrap();
    store.close().unwrap();
    let error = store.len().unwrap_err();
    assert!(matches!(error, crate::Error::Closed { .. }));
    assert!(error.to_string().ends_with("is closed; open it again"));
    let closed = store.clone();
    assert!(matches!(closed.len(), Err(crate::Error::Closed { .. })));
    drop((store, closed));
    // The store lives on with its other handle, and so do the hits of a closed one.
    put(&other, pages(1, 1)).unwrap();
    assert_eq!((other.len().unwrap(), hits.count().unwrap()), (5, 0));
    drop(other);
    assert!(matches!(hits.ids(), Err(crate::Error::Closed { .. })));
    assert_eq!(Store::open(&path).unwrap().len().unwrap(), 5);
}

#[test]
fn ids_may_be_ids_texts_or_events() {
    let store = store(open_memory());
    put(&store, pages(1, 1)).unwrap();
    let event = store.get("/news/2017/03/1/ship-1.md").unwrap().unwrap();
    assert_eq!(store.get(&event.id).unwrap().as_ref(), Some(&event));
    assert_eq!(store.get(event.id.clone()).unwrap().as_ref(), Some(&event));
    assert_eq!(store.get(&event).unwrap().as_ref(), Some(&event));
    assert!(store.contains(String::from("2017/03/1/ship-1")).unwrap());
    assert_eq!(
        store.raw(&event).unwrap(),
        store.raw("2017/03/1/ship-1").unwrap()
    );
    assert_eq!(store.related(&event).unwrap(), []);
    for failed in [store.get("../ship").err(), store.raw("../ship").err()] {
        assert!(matches!(failed, Some(crate::Error::Parse(_))));
    }
    assert!(store.remove(["2017/03/1/ship-1", "../ship"]).is_err());
    assert_eq!(store.len().unwrap(), 5);
    assert_eq!(store.remove([&event]).unwrap(), 1);
}

#[test]
fn stats_count_a_readme_that_is_its_index_as_the_report_does() {
    let day = |day: u32, slug: &str| {
        let before = day - 1;
        format!(
            "## [2017-03-{day}](/news/2017/03/{day}/index.md)\n\n\
             ### [A](/news/2017/03/{day}/{slug}.md)\n_Context: B_\n\n\
             ## [Previous Day...](/news/2017/03/{before}/index.md)\n"
        )
    };
    let page = |path: &str, text: String| (path.to_owned(), text.into_bytes());
    let pages = vec![
        page("news/2017/03/4/index.md", day(4, "a")),
        page("news/2017/03/4/README.md", day(4, "a")),
        page("news/2017/03/5/index.md", day(5, "a")),
        page("news/2017/03/5/README.md", day(5, "another")),
        page("news/2017/03/6/README.md", day(6, "a")),
    ];
    let store = store(open_memory());
    let report = store.ingest(pages, IngestOptions::default()).unwrap();
    let stats = store.stats().unwrap();
    assert_eq!(report.failed, 0, "{report:?}");
    assert_eq!((report.listings, report.twins), (4, 1), "{report:?}");
    assert_eq!((stats.listings, stats.twins), (4, 1));
}

#[test]
fn stats_count_the_listings_and_twins_of_both_editions_as_the_report_does() {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/archive");
    let at = |path: &str| (path.to_owned(), std::fs::read(archive.join(path)).unwrap());
    let one_day = vec![
        at("news/2019/12/22/README.md"),
        at("news/2019/12/22/index.md"),
        at("zh/news/2019/12/22/index.md"),
    ];
    let day = store(open_memory());
    let whole = store(open_memory());
    for (store, report, expected) in [
        (
            &day,
            day.ingest(one_day, IngestOptions::default()).unwrap(),
            (2, 1),
        ),
        (
            &whole,
            whole
                .ingest(archive.as_path(), IngestOptions::default())
                .unwrap(),
            (30, 14),
        ),
    ] {
        let stats = store.stats().unwrap();
        assert_eq!((report.listings, report.twins), expected);
        assert_eq!((stats.listings, stats.twins), expected);
    }
}
