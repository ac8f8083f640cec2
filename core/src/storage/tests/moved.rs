//! A store whose directory is renamed while it is open, or whose `LOCK` is replaced.

use super::*;

fn is_moved<T>(result: Result<T>) -> bool {
    let text = match result {
        Err(Error::Storage { source, .. }) => source.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => return false,
    };
    text.contains("moved") && text.contains("LOCK was replaced")
}

#[test]
#[cfg(unix)]
fn a_moved_store_leaves_the_one_at_its_old_path_alone() {
    let home = tempfile::tempdir().unwrap();
    let (old, new) = (home.path().join("old"), home.path().join("new"));
    let moved = sled_in(&old);
    commit(&*moved, 1).unwrap();
    fs::rename(&old, &new).unwrap();
    let other = sled_in(&old);
    commit(&*other, 2).unwrap();
    let before = snapshot(&old);
    assert!(!moved.is_in_place() && other.is_in_place());

    assert!(is_moved(moved.write(StorageBatch::default())));
    assert!(is_moved(moved.set_root(&[9])));
    assert!(is_moved(moved.fresh()));
    assert!(is_moved(moved.set_recovered()));
    // What it has it still gives.
    assert_eq!(moved.get(&[1, 7]).unwrap(), Some(vec![1; 10]));
    moved.close().unwrap();
    drop(moved);
    assert!(snapshot(&old) == before);

    commit(&*other, 3).unwrap();
    other.close().unwrap();
    for (path, root) in [(&old, 3), (&new, 1)] {
        let storage = open_directory(path, existing()).unwrap();
        assert_eq!(storage.root().unwrap(), Some(vec![root]));
        assert_eq!(storage.get(&[root, 7]).unwrap(), Some(vec![root; 10]));
        commit(&*storage, 4).unwrap();
        storage.close().unwrap();
    }
}

#[test]
#[cfg(unix)]
fn a_compaction_of_a_moved_store_removes_nothing_of_the_other() {
    let home = tempfile::tempdir().unwrap();
    let (old, new) = (home.path().join("old"), home.path().join("new"));
    let moved = sled_in(&old);
    commit(&*moved, 1).unwrap();
    let fresh = moved.fresh().unwrap();
    commit(&*fresh, 2).unwrap();
    fs::rename(&old, &new).unwrap();
    let other = sled_in(&old);
    commit(&*other, 3).unwrap();
    let before = snapshot(&old);
    // The replaced one would remove its files, `data-000001` at the old path.
    drop(moved);
    drop(fresh);
    assert!(snapshot(&old) == before);
    drop(other);
    let storage = open_directory(&new, existing()).unwrap();
    assert_eq!(storage.root().unwrap(), Some(vec![2]));
}

/// As a store that was compacted after a clean open, while hits held what it was before. The engine
/// of the old storage was never opened.
#[test]
#[cfg(unix)]
fn a_replaced_storage_that_was_never_opened_removes_nothing_of_the_other() {
    let home = tempfile::tempdir().unwrap();
    let (old, new) = (home.path().join("old"), home.path().join("new"));
    unopened::closed(&old);
    let held = open_directory(&old, existing()).unwrap();
    let fresh = held.fresh().unwrap();
    commit(&*fresh, 2).unwrap();
    assert!(!held.is_engine_opened());
    fs::rename(&old, &new).unwrap();
    let other = sled_in(&old);
    commit(&*other, 3).unwrap();
    fs::create_dir(old.join("aside-000001")).unwrap();
    let before = snapshot(&old);
    drop(held);
    drop(fresh);
    assert!(snapshot(&old) == before && old.join("aside-000001").exists());
    drop(other);
    for (path, root) in [(&old, 3), (&new, 2)] {
        let storage = open_directory(path, existing()).unwrap();
        assert_eq!(storage.root().unwrap(), Some(vec![root]));
    }
}

#[test]
#[cfg(unix)]
fn a_store_whose_lock_was_replaced_is_written_no_more() {
    let home = tempfile::tempdir().unwrap();
    let storage = sled_in(home.path());
    commit(&*storage, 1).unwrap();
    fs::remove_file(home.path().join("LOCK")).unwrap();
    assert!(is_moved(storage.set_root(&[2])));
    fs::write(home.path().join("LOCK"), "").unwrap();
    assert!(is_moved(storage.set_root(&[2])));
    storage.close().unwrap();
    let storage = open_directory(home.path(), existing()).unwrap();
    assert_eq!(storage.root().unwrap(), Some(vec![1]));
}
