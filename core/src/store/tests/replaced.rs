//! What commits have replaced: when it goes, and that nothing else goes with it.

use super::*;

#[test]
fn what_a_commit_replaces_stays_for_the_time_set_and_for_whoever_reads_it() {
    const HOUR: Duration = Duration::from_secs(3600);
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("store");
    let open = |keep| {
        let disk = open_directory(&path, OPTIONS).unwrap();
        let manifest = Manifest::read(&*disk).unwrap();
        let shared =
            Shared::new(disk.clone(), manifest, &path, CACHE, Some(OPTIONS), keep).unwrap();
        (disk, Store::new(shared))
    };
    let (disk, store) = open(HOUR);
    put(&store, pages(2, 1)).unwrap();
    put(&store, pages(2, 2)).unwrap();
    let replaced = left_over(&*disk, &store);
    assert!(replaced >= 20, "{replaced}");
    put(&store, pages(2, 3)).unwrap();
    assert!(left_over(&*disk, &store) > replaced);
    store.close().unwrap();
    // What the last opening has left is as young as its last commit.
    let (disk, store) = open(HOUR);
    put(&store, pages(3, 1)).unwrap();
    assert!(left_over(&*disk, &store) > replaced);
    store.close().unwrap();
    let (disk, store) = open(Duration::ZERO);
    put(&store, pages(4, 1)).unwrap();
    assert_eq!(left_over(&*disk, &store), 0);
    // Hits of this process are known.
    let held = store.query("superseded:yes").unwrap();
    let titles = || {
        held.iter()
            .map(|event| event.unwrap().title)
            .collect::<Vec<_>>()
    };
    let before = titles();
    put(&store, pages(2, 4)).unwrap();
    put(&store, pages(3, 4)).unwrap();
    assert!(left_over(&*disk, &store) > 0);
    assert_eq!(titles(), before);
    drop(held);
    assert_eq!(left_over(&*disk, &store), 0);
}

/// Hits from before the first write read what the writes replace.
#[test]
fn hits_from_before_the_first_write_keep_what_they_read() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("store");
    let first = Store::open(&path).unwrap();
    put(&first, pages(2, 1)).unwrap();
    first.close().unwrap();
    let store = OpenOptions::new()
        .keep_replaced(Duration::ZERO)
        .open(&path)
        .unwrap();
    assert!(
        store
            .shared()
            .unwrap()
            .snapshot()
            .unwrap()
            .storage
            .is_read_only()
    );
    let held = store.query("superseded:yes").unwrap();
    for edition in 2..6 {
        put(&store, pages(2, edition)).unwrap();
    }
    let disk = store.snapshot().unwrap().storage.clone();
    assert!(left_over(&*disk, &store) > 0);
    for event in &held {
        assert!(event.unwrap().title.ends_with("of edition 1."));
    }
    drop(held);
    assert_eq!(left_over(&*disk, &store), 0);
}

/// A commit that only removes rows writes a set of deleted rows, whose key the next opening must not use again, nor remove.
#[test]
fn what_a_failed_removal_left_does_not_take_a_later_one_with_it() {
    let mut failures = 0;
    for how in [Break::Before, Break::Half, Break::After] {
        for step in 0.. {
            let home = tempfile::tempdir().unwrap();
            let path = home.path().join("store");
            let open = || open_directory(&path, OPTIONS).unwrap();
            let first = store(open());
            put(&first, (1..9).flat_map(|day| pages(day, 1)).collect()).unwrap();
            first.close().unwrap();
            let breaking = FaultyStorage::new(open(), step, how);
            let trial = store(breaking.clone());
            let failed = trial.remove(["2017/03/2/ship-3"]).is_err();
            trial.close().unwrap();
            if !breaking.broke() {
                break;
            }
            failures += u32::from(failed);
            let disk = open();
            let again = store(disk.clone());
            again.remove(["2017/03/3/ship-3"]).unwrap();
            assert_eq!(left_over(&*disk, &again), 0, "{how:?} at step {step}");
            again.remove(["2017/03/4/ship-3"]).unwrap();
            assert_eq!(left_over(&*disk, &again), 0, "{how:?} at step {step}");
            again.close().unwrap();
            let last = store(open());
            for day in [3, 4] {
                assert!(!last.contains(format!("2017/03/{day}/ship-3")).unwrap());
            }
            assert!(last.contains("2017/03/5/ship-3").unwrap());
            let report = last.verify(crate::VerifyDepth::Full).unwrap();
            assert!(
                report.is_sound(),
                "{how:?} at step {step}: {:?}",
                report.findings
            );
        }
    }
    assert!(failures >= 6, "only {failures} steps were made to fail");
}

/// What a store names is never taken for what was replaced, whichever part it is of.
#[test]
fn what_is_live_is_not_found_among_what_was_replaced() {
    let disk = open_memory();
    let store = open_on(disk.clone());
    // A large segment with sets of deleted rows, and small ones.
    put(&store, (1..31).flat_map(|day| pages(day, 1)).collect()).unwrap();
    for day in [4, 5] {
        store.remove([format!("2017/03/{day}/ship-3")]).unwrap();
    }
    let snapshot = store.snapshot().unwrap();
    let parts: Vec<u8> = snapshot
        .manifest
        .key_ranges()
        .iter()
        .map(|range| range.part)
        .collect();
    assert!(
        parts.contains(&40) && parts.iter().any(|&part| part > 40),
        "{parts:?}"
    );
    assert_eq!(left_over(&*disk, &store), 0);
    // More chunks of one set than are listed at once.
    let of_live = (0..11).map(|chunk| (0, 40, 256 * 900 + chunk));
    let stale = of_live.chain([(77, 3, 0), (77, 44, 9)]);
    let set = stale.map(|(segment, part, chunk)| {
        (crate::segment::key_of_number(segment, part, chunk), vec![1])
    });
    let batch = StorageBatch {
        set: set.collect(),
        remove: Vec::new(),
    };
    disk.write(batch).unwrap();
    let (found, free) = crate::store::replaced::find_replaced(&snapshot).unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|range| (range.segment, range.part, range.first, range.chunks))
        .collect();
    assert_eq!(
        found,
        [(0, 40, 256 * 900, 11), (77, 3, 0, 1), (77, 44, 9, 1)]
    );
    assert_eq!(
        free, 900,
        "the number of a set that is left is not used again"
    );
    // A store that is opened removes them, and nothing else.
    let again = open_on(disk.clone());
    let before = state(&again);
    again.remove(["2017/03/6/ship-3"]).unwrap();
    assert_eq!(left_over(&*disk, &again), 0);
    assert_eq!(state(&again).len(), before.len() - 1);
}

/// A snapshot's sets of deleted rows stay as long as it does: a backup or a look at all chunks reads them.
#[test]
fn the_deleted_rows_of_a_held_snapshot_stay_with_it() {
    let disk = open_memory();
    let store = open_on(disk.clone());
    put(&store, (1..31).flat_map(|day| pages(day, 1)).collect()).unwrap();
    store.remove(["2017/03/4/ship-3"]).unwrap();
    let held = store.snapshot().unwrap();
    for day in [5, 6, 7] {
        store.remove([format!("2017/03/{day}/ship-3")]).unwrap();
    }
    assert!(left_over(&*disk, &store) > 0);
    let report = held.verify(crate::VerifyDepth::Full).unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
    drop(held);
    assert_eq!(left_over(&*disk, &store), 0);
}

#[test]
fn what_is_replaced_may_stay_for_ever() {
    let store = OpenOptions::new()
        .keep_replaced(Duration::MAX)
        .memory()
        .unwrap();
    put(&store, pages(2, 1)).unwrap();
    let home = tempfile::tempdir().unwrap();
    let kept = OpenOptions::new()
        .keep_replaced(Duration::MAX)
        .open(home.path().join("s"))
        .unwrap();
    put(&kept, pages(2, 1)).unwrap();
    put(&kept, pages(2, 2)).unwrap();
    assert_eq!(state(&kept).is_empty(), state(&store).is_empty());
}
