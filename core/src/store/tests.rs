//! What a commit, a merge and a compaction leave behind that fail at any of their steps.

use std::path::Path;
use std::sync::Arc;

use super::commit::{Change, ROW_BYTES};
use super::open::Inner;
use super::resolve::Gone;
use super::store::Store;
use crate::event::EventId;
use crate::ingest::IngestOptions;
use crate::storage::failing::{Break, FailingStorage};
use crate::storage::{self, Storage};

const CACHE: usize = 1 << 20;

fn store(storage: Arc<dyn Storage>) -> Store {
    Store::new(Inner::new(storage, Path::new("<test>"), CACHE).unwrap())
}

/// A day's pages, each linking to the next day's, so that every batch retags events of the one before.
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
    let runs = store.snapshot().unwrap().manifest.runs();
    runs.iter().map(|run| run.chunks as usize).sum()
}

fn changes() -> Vec<fn(&Store) -> crate::Result<()>> {
    vec![
        |store| put(store, pages(2, 1)),
        |store| put(store, pages(1, 1)),
        |store| {
            store
                .remove([&"2017/03/2/ship-3".parse::<EventId>().unwrap()])
                .map(|_| ())
        },
        |store| put(store, pages(2, 2)),
        |store| store.compact(),
        |store| put(store, pages(3, 1)),
    ]
}

#[test]
fn a_commit_that_fails_half_way_leaves_the_state_before_or_after_it() {
    // What the store says after each change, when nothing fails.
    let calm = store(storage::memory());
    let mut states = vec![state(&calm)];
    for change in changes() {
        change(&calm).unwrap();
        states.push(state(&calm));
    }
    let mut failures = 0;
    for how in [Break::Before, Break::Half, Break::After] {
        for step in 0.. {
            let disk = storage::memory();
            let breaking = FailingStorage::new(disk.clone(), step, how);
            let trial = store(breaking.clone());
            let mut done = 0;
            for change in changes() {
                match change(&trial) {
                    Ok(()) => done += 1,
                    Err(_) => break,
                }
            }
            // Whoever reads on sees a state that was acknowledged, or the one whose acknowledgement was cut off.
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
            let keys = disk.scan_keys(&[], usize::MAX).unwrap().len();
            assert_eq!(
                keys,
                named_chunks(&again),
                "{how:?} at step {step}: chunks that no manifest names"
            );
            // And it goes on from there.
            put(&again, pages(9, 1)).unwrap();
        }
    }
    println!("{failures} failures");
    assert!(failures >= 30, "only {failures} steps were made to fail");
}

#[test]
fn a_writer_goes_on_after_a_failed_commit() {
    // The failing storage fails for good, so the failure is one of the change itself: a refused page.
    let store = store(storage::memory());
    put(&store, pages(1, 1)).unwrap();
    let before = state(&store);
    let strict = IngestOptions::new().on_error(crate::OnError::Raise);
    let bad = vec![(
        "news/2017/03/1/bad.md".to_owned(),
        b"---\ntitle: x\n---\n".to_vec(),
    )];
    assert!(store.ingest([pages(2, 1), bad].concat(), strict).is_err());
    assert_eq!(state(&store), before);
    put(&store, pages(2, 1)).unwrap();
    assert_eq!(store.len().unwrap(), 10);
}

#[test]
fn a_commit_that_is_asked_to_stop_leaves_the_state_before_it() {
    let store = store(storage::memory());
    put(&store, pages(1, 1)).unwrap();
    let before = state(&store);
    let inner = store.inner().unwrap();
    let writer = inner.writer().unwrap();
    let snapshot = inner.snapshot().unwrap();
    let mut gone = Gone::new(&snapshot);
    gone.insert(snapshot.find("2017/03/1/ship-1").unwrap().unwrap());
    let change = Change {
        puts: Vec::new(),
        gone,
        strict: false,
        row_bytes: ROW_BYTES,
        vocabulary: Default::default(),
        stop: Default::default(),
    };
    change.stop.raise();
    let error = inner.commit(&writer, change).unwrap_err();
    assert!(matches!(error, crate::Error::Interrupted), "{error}");
    drop(writer);
    assert_eq!(state(&store), before);
    put(&store, pages(2, 1)).unwrap();
    assert_eq!(store.len().unwrap(), 10);
}

#[test]
fn what_a_failed_commit_left_in_the_file_is_never_read_for_what_came_after_it() {
    let calm = store(storage::memory());
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
            let open = || storage::open(&path, storage::OpenOptions::default()).unwrap();
            let first = store(open());
            put(&first, pages(2, 1)).unwrap();
            first.close().unwrap();
            // The same numbers as the commit that is going to succeed would have, with other content.
            let breaking = FailingStorage::new(open(), step, how);
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
            // Reading woke nobody, so that what was left over is still there; the commit sweeps it before it writes.
            assert!(!disk.is_awake(), "{how:?} at step {step}");
            put(&again, pages(3, 2)).unwrap();
            assert_eq!(state(&again), after);
            let keys = disk.scan_keys(&[], usize::MAX).unwrap().len();
            assert_eq!(keys, named_chunks(&again), "{how:?} at step {step}");
            again.close().unwrap();
            let disk = open();
            let again = store(disk.clone());
            assert_eq!(state(&again), after);
            assert!(!disk.is_awake(), "{how:?} at step {step}");
            again.compact().unwrap();
            assert_eq!(state(&again), after);
        }
    }
    assert!(failures >= 6, "only {failures} steps were made to fail");
}

#[test]
fn readers_go_on_where_the_values_lay_while_a_writer_wakes_the_store() {
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
