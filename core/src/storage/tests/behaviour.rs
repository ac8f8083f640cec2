//! What every storage does, and what a step that fails leaves.

use super::*;

fn behaves(storage: &Arc<dyn Storage>) {
    assert_eq!(storage.root().unwrap(), None);
    assert_eq!(get(&**storage, "a"), None);

    let big: Vec<_> = (0..200u32)
        .map(|n| (format!("k{n:03}").into_bytes(), noise(n.into(), 100)))
        .collect();
    storage
        .write(StorageBatch {
            set: big,
            ..StorageBatch::default()
        })
        .unwrap();
    assert_eq!(get(&**storage, "k007"), Some(noise(7, 100)));

    // A big batch over old and new keys sets the one and the other.
    let mixed = (150..250u32)
        .map(|n| (format!("k{n:03}").into_bytes(), vec![n as u8]))
        .collect();
    storage
        .write(StorageBatch {
            set: mixed,
            remove: vec![b"k000".to_vec(), b"absent".to_vec()],
        })
        .unwrap();
    assert_eq!(get(&**storage, "k149"), Some(noise(149, 100)));
    assert_eq!(get(&**storage, "k150"), Some(vec![150]));
    assert_eq!(get(&**storage, "k249"), Some(vec![249]));
    assert_eq!(get(&**storage, "k000"), None);

    put(&**storage, "empty", b"");
    assert_eq!(get(&**storage, "empty"), Some(Vec::new()));

    let keys = storage.scan_keys(b"k247", 10).unwrap();
    assert_eq!(keys, [b"k247".to_vec(), b"k248".to_vec(), b"k249".to_vec()]);
    assert_eq!(storage.scan_keys(b"k", 2).unwrap().len(), 2);
    assert_eq!(storage.scan_keys(b"k2465", 1).unwrap(), [b"k247".to_vec()]);
    assert!(storage.scan_keys(b"z", 5).unwrap().is_empty());
    assert!(storage.scan_keys(b"k", 0).unwrap().is_empty());

    put(&**storage, "largest", &vec![1; VALUE_MAX]);
    let too_large = StorageBatch {
        set: vec![
            (b"fits".to_vec(), vec![1]),
            (b"large".to_vec(), vec![1; VALUE_MAX + 1]),
        ],
        ..StorageBatch::default()
    };
    assert!(matches!(
        storage.write(too_large),
        Err(Error::Internal { .. })
    ));
    assert_eq!(get(&**storage, "fits"), None, "nothing of it is written");

    storage.sync().unwrap();
    assert!(storage.size().unwrap() >= 15_000);
    storage.set_root(b"one").unwrap();
    storage.set_root(b"two").unwrap();
    assert_eq!(storage.root().unwrap().as_deref(), Some(&b"two"[..]));

    let dropped = storage.fresh().unwrap();
    put(&*dropped, "never", b"seen");
    drop(dropped);
    assert_eq!(storage.root().unwrap().as_deref(), Some(&b"two"[..]));

    let fresh = storage.fresh().unwrap();
    assert_eq!(fresh.root().unwrap(), None);
    assert_eq!(get(&*fresh, "k149"), None);
    put(&*fresh, "new", b"home");
    fresh.sync().unwrap();
    fresh.set_root(b"three").unwrap();
    fresh.set_recovered().unwrap();
    assert_eq!(
        get(&**storage, "k149"),
        Some(noise(149, 100)),
        "readers go on"
    );
    assert_eq!(fresh.root().unwrap().as_deref(), Some(&b"three"[..]));

    fresh.close().unwrap();
    fresh.close().unwrap();
    storage.close().unwrap();
    for closed in [storage, &fresh] {
        assert!(matches!(closed.get(b"new"), Err(Error::Closed { .. })));
        assert!(matches!(closed.root(), Err(Error::Closed { .. })));
        assert!(matches!(closed.set_root(b"x"), Err(Error::Closed { .. })));
        assert!(matches!(closed.sync(), Err(Error::Closed { .. })));
        assert!(matches!(
            closed.scan_keys(b"", 1),
            Err(Error::Closed { .. })
        ));
        assert!(matches!(
            closed.write(StorageBatch::default()),
            Err(Error::Closed { .. })
        ));
        assert!(matches!(closed.fresh(), Err(Error::Closed { .. })));
        assert!(matches!(closed.size(), Err(Error::Closed { .. })));
    }
}

#[test]
fn a_storage_in_memory_behaves() {
    behaves(&open_memory());
}

#[test]
fn a_storage_in_sled_behaves() {
    for durability in [Durability::Sync, Durability::Flush] {
        let home = tempfile::tempdir().unwrap();
        let options = StorageOptions {
            durability,
            ..options()
        };
        behaves(&open_directory(home.path(), options).unwrap());
    }
}

#[test]
fn a_storage_that_does_not_fail_behaves() {
    behaves(&(FaultyStorage::new(open_memory(), 1000, Break::Before) as Arc<dyn Storage>));
}

#[test]
fn a_commit_that_breaks_at_any_step_leaves_the_last_root_or_the_new_one_whole() {
    for how in [Break::Before, Break::Half, Break::After] {
        let mut steps = 0;
        loop {
            let home = tempfile::tempdir().unwrap();
            let inner = sled_in(home.path());
            commit(&*inner, 1).unwrap();
            let failing = FaultyStorage::new(Arc::clone(&inner), steps, how);
            let result = commit(&*failing, 2);
            assert_eq!(result.is_err(), failing.broke());
            drop((failing, inner));

            let storage = open_directory(home.path(), existing()).unwrap();
            let root = storage.root().unwrap().unwrap();
            let whole = result.is_ok() || (how == Break::After && steps == 2);
            assert_eq!(root, [if whole { 2 } else { 1 }], "{how:?} at {steps}");
            for value in 0..50 {
                let key = [root[0], value];
                assert_eq!(storage.get(&key).unwrap(), Some(vec![root[0]; 10]));
            }
            if result.is_ok() {
                break;
            }
            steps += 1;
        }
        assert_eq!(steps, 3, "a commit has three steps");
    }
}
