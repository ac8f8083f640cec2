//! What a program may do to a store while the store is ingesting, and what it is told if it may not.

mod support;

use std::ops::ControlFlow;
use std::sync::mpsc::channel;
use std::time::Duration;

use eventstore::{Error, IngestOptions, Store};
use support::page;

const A: &str = "2017/03/2/a-harbour-opens";
const B: &str = "2017/03/2/a-bridge-closes";

/// Runs it on a thread of its own, so that a hang is a failure and not a hang of the tests.
fn within_seconds(work: impl FnOnce() + Send + 'static) {
    let (done, wait) = channel();
    std::thread::spawn(move || {
        work();
        done.send(()).unwrap();
    });
    wait.recv_timeout(Duration::from_secs(20))
        .expect("it ends, and without a panic");
}

#[test]
fn a_progress_callback_that_writes_or_closes_is_refused_and_hangs_nothing() {
    within_seconds(|| {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.store");
        let store = Store::open(&place).unwrap();
        store
            .ingest(vec![page(A)], IngestOptions::default())
            .unwrap();
        let mut calls = 0;
        let options = IngestOptions::new().progress(|_| {
            calls += 1;
            assert_eq!(
                store.query("").unwrap().count().unwrap() as usize,
                store.len().unwrap()
            );
            assert!(matches!(store.close(), Err(Error::InvalidArgument { .. })));
            assert!(matches!(
                store.compact(),
                Err(Error::InvalidArgument { .. })
            ));
            assert!(matches!(
                store.remove([A]),
                Err(Error::InvalidArgument { .. })
            ));
            let inner = store.ingest(vec![page(A)], IngestOptions::default());
            assert!(matches!(inner, Err(Error::InvalidArgument { .. })));
            // A second handle comes and goes.
            assert!(!Store::open(&place).unwrap().is_empty().unwrap());
            ControlFlow::Continue(())
        });
        assert_eq!(store.ingest(vec![page(B)], options).unwrap().added, 1);
        assert!(calls > 0);
        assert_eq!(store.len().unwrap(), 2);
        assert_eq!(store.remove([A]).unwrap(), 1);
        store.close().unwrap();
        assert_eq!(Store::open(&place).unwrap().len().unwrap(), 1);
    });
}

#[test]
fn a_single_page_prunes_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    for place in ["a-harbour-opens.md", "news/2017/03/2/a-harbour-opens.md"] {
        let store = Store::memory().unwrap();
        store
            .ingest(vec![page(A), page(B)], IngestOptions::default())
            .unwrap();
        let file = folder.path().join(place);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, page(A).1).unwrap();
        let options = IngestOptions::new().prune(true);
        let report = store.ingest(file, options).unwrap();
        assert_eq!((report.removed, store.len().unwrap()), (0, 2), "{place}");
        assert!(
            report
                .notes
                .iter()
                .any(|note| note.contains("nothing was pruned"))
        );
    }
}

/// What a progress callback may do while another thread closes the last handle and waits for the
/// ingest to end.
#[test]
fn a_callback_that_clones_opens_or_closes_while_the_last_handle_is_closed_hangs_nothing() {
    let uses: [fn(&Store) -> Option<Store>; 3] = [
        |store| Some(store.clone()),
        |store| Some(Store::open(store.path()).unwrap()),
        |store| {
            store.close().unwrap();
            None
        },
    ];
    for (number, act) in uses.into_iter().enumerate() {
        within_seconds(move || {
            let folder = tempfile::tempdir().unwrap();
            let place = folder.path().join("a.store");
            let store = Store::open(&place).unwrap();
            let (begun, wait) = channel();
            let (mut kept, mut acted) = (None, false);
            std::thread::scope(|scope| {
                let store = &store;
                scope.spawn(move || {
                    wait.recv().unwrap();
                    store.close().unwrap();
                });
                let options = IngestOptions::new().progress(|_| {
                    if !acted {
                        acted = true;
                        begun.send(()).unwrap();
                        // Until the other thread waits for this one.
                        while store.len().is_ok() {
                            std::thread::yield_now();
                        }
                        std::thread::sleep(Duration::from_millis(100));
                        kept = act(store);
                    }
                    ControlFlow::Continue(())
                });
                assert_eq!(store.ingest(vec![page(A)], options).unwrap().added, 1);
            });
            // A handle that came meanwhile keeps the store open.
            if let Some(kept) = kept.filter(|_| number == 1) {
                assert_eq!(kept.len().unwrap(), 1);
            }
            assert!(place.join("CLEAN").exists());
            assert_eq!(Store::open(&place).unwrap().len().unwrap(), 1);
        });
    }
}

#[test]
fn a_callback_that_drops_the_last_handle_leaves_the_closing_to_the_ingest() {
    within_seconds(|| {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.store");
        let store = Store::open(&place).unwrap();
        let mut other = Some(store.clone());
        let options = IngestOptions::new().progress(|_| {
            store.close().unwrap();
            other = None;
            ControlFlow::Continue(())
        });
        assert_eq!(store.ingest(vec![page(A)], options).unwrap().added, 1);
        assert!(place.join("CLEAN").exists());
        assert_eq!(Store::open(&place).unwrap().len().unwrap(), 1);
    });
}
