//! A change of a file that fails: each one of a workload in turn, alone or with all that follow, with the system's own
//! error; a write may have got through in part.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::{changes, open_memory, state, store};
use crate::error::Error;
use crate::storage::{Durability, WatchedFiles};
use crate::store::{OpenOptions, Store};

/// The numbers of an input/output error and of a full disk.
const ERRORS: [i32; 2] = [5, 28];

/// A trial waits most of its time.
const THREADS: usize = 12;

/// Which changes fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failing {
    One,
    /// One and all that follow, until the store is opened without failures.
    AllFrom,
}

/// What failed first, if it came to that.
type Failed = Arc<Mutex<Option<(&'static str, PathBuf)>>>;

/// Has the n-th change to a store's files fail.
fn fail(place: &Path, n: usize, which: Failing, error: i32) -> (WatchedFiles, Failed) {
    let failed = Failed::default();
    let (first, count) = (failed.clone(), Mutex::new(0));
    let watched = WatchedFiles::new(place, move |change, path| {
        let mut count = count.lock().unwrap();
        *count += 1;
        let fails = match which {
            Failing::One => *count == n,
            Failing::AllFrom => *count >= n,
        };
        if !fails {
            return Ok(());
        }
        if change == "write" {
            // A part of it got through.
            fs::write(path, "eventst")?;
        }
        let mut first = first.lock().unwrap();
        first.get_or_insert((change, path.to_owned()));
        Err(io::Error::from_raw_os_error(error))
    });
    (watched, failed)
}

/// Asserts that an error is the system's.
#[track_caller]
fn assert_named(error: &Error, number: i32) {
    match error {
        Error::Storage { source, .. } if source.raw_os_error() == Some(number) => {}
        other => panic!("{other} {other:?}"),
    }
}

/// How the trials came out.
#[derive(Debug, Default)]
struct Tally {
    trials: usize,
    openings: usize,
    operations: usize,
    refused_until_reopened: usize,
    unnoticed: usize,
}

/// One trial: a workload whose n-th change fails. False once there is no n-th change.
fn trial(
    (n, (which, error, durability)): (usize, (Failing, i32, Durability)),
    states: &[Vec<String>],
    tally: &Mutex<Tally>,
) -> bool {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("store");
    let what = format!("{which:?} from {n}, {durability}, error {error}");
    let open = || OpenOptions::new().durability(durability).open(&place);
    let (watched, failed) = fail(&place, n, which, error);
    let mut open_store: Option<Store> = None;
    let mut counts = Tally::default();
    let mut noticed = false;
    // The state that the last call left, as it was seen.
    let mut seen = states[0].clone();
    'workload: for (number, change) in changes().into_iter().enumerate() {
        if number % 3 == 2
            && let Some(store) = open_store.take()
        {
            noticed |= store.close().is_err();
        }
        for attempt in 0..4 {
            let store = match open_store.take().map_or_else(open, Ok) {
                Ok(store) => open_store.insert(store),
                Err(refused) => {
                    assert_named(&refused, error);
                    noticed = true;
                    counts.openings += 1;
                    match which {
                        Failing::One => continue,
                        Failing::AllFrom => break 'workload,
                    }
                }
            };
            let done = change(store);
            seen = state(store);
            let Err(refused) = done else {
                assert_eq!(seen, states[number + 1], "{what}");
                break;
            };
            assert!(attempt < 3, "{what}: {refused}");
            assert_named(&refused, error);
            assert!(
                states[number..].iter().take(2).any(|state| *state == seen),
                "{what}"
            );
            noticed = true;
            counts.operations += 1;
            if which == Failing::AllFrom {
                break 'workload;
            }
            if !is_lasting(&failed) {
                continue;
            }
            // What could not be synced may be lost though the next sync succeeds.
            counts.refused_until_reopened += 1;
            for _ in 0..2 {
                match change(store) {
                    Err(refused) => assert_named(&refused, error),
                    Ok(()) => panic!("{what}, {failed:?}: a commit after a failed sync"),
                }
            }
            assert_eq!(state(store), seen, "{what}");
            let _ = open_store.take().map(|store| store.close());
        }
    }
    drop((open_store, watched));
    let reopened = open().unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(state(&reopened), seen, "{what}, opened again");
    super::put(&reopened, super::pages(9, 1)).unwrap();
    let reached = failed.lock().unwrap().is_some();
    let mut tally = tally.lock().unwrap();
    tally.trials += usize::from(reached);
    tally.unnoticed += usize::from(reached && !noticed);
    tally.openings += counts.openings;
    tally.operations += counts.operations;
    tally.refused_until_reopened += counts.refused_until_reopened;
    reached
}

/// Whether a failure must keep the store from acknowledging anything more.
fn is_lasting(failed: &Failed) -> bool {
    let failed = failed.lock().unwrap();
    let (change, _) = failed.as_ref().unwrap();
    *change == "sync"
}

#[test]
fn a_change_of_a_file_that_fails_is_an_error_and_leaves_the_state_before_or_after() {
    let calm = store(open_memory());
    let mut states = vec![state(&calm)];
    for change in changes() {
        change(&calm).unwrap();
        states.push(state(&calm));
    }
    let configurations: Vec<_> = [
        (Failing::One, ERRORS[0], Durability::Sync),
        (Failing::AllFrom, ERRORS[0], Durability::Sync),
        (Failing::One, ERRORS[1], Durability::Flush),
        (Failing::AllFrom, ERRORS[1], Durability::Flush),
    ]
    .map(|configuration| (AtomicUsize::new(1), configuration))
    .into();
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (configurations, states, tally) = (&configurations, &states, &tally);
            scope.spawn(move || {
                let (next, configuration) = &configurations[thread % configurations.len()];
                let next = || next.fetch_add(1, Ordering::Relaxed);
                while trial((next(), *configuration), states, tally) {}
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    eprintln!("{tally:?}");
    assert!(tally.trials > 100 && tally.refused_until_reopened > 3);
}
