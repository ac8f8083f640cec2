//! Clean shutdowns, unclean ones, and damage.

use super::*;

/// Leaves a storage as a kill would: nothing is flushed, noted or removed. The files go to a new
/// place, as the locks stay with this process.
fn killed(home: &Path, storage: Arc<dyn Storage>) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for (path, bytes) in snapshot(home) {
        let target = copy.path().join(path.strip_prefix(home).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    drop(storage);
    copy
}

#[test]
fn the_note_of_a_clean_close_stands_through_reading_and_goes_with_the_first_write() {
    let home = tempfile::tempdir().unwrap();
    closed_store(home.path());
    let clean = home.path().join("CLEAN");
    let storage = open_directory(home.path(), existing()).unwrap();
    assert_eq!(get(&*storage, "key001"), Some(noise(1, 3000)));
    assert!(storage.scan_keys(b"", 1000).unwrap().len() == 100);
    assert!(clean.exists());
    let left = killed(home.path(), storage);
    let storage = open_directory(left.path(), existing()).unwrap();
    assert_eq!(get(&*storage, "key001"), Some(noise(1, 3000)));
    assert!(
        !left.path().join("aside-000001").exists(),
        "clean after a killed reader"
    );
    put(&*storage, "more", b"1");
    assert!(!left.path().join("CLEAN").exists());
}

/// A closed store whose one leaf has a key too many: sled splits it for whoever reads it first.
fn store_that_reading_changes(home: &Path) {
    let storage = sled_in(home);
    for number in 0..17 {
        put(&*storage, &format!("key{number:03}"), &noise(number, 500));
    }
    storage.sync().unwrap();
    storage.set_root(b"root").unwrap();
    storage.close().unwrap();
}

fn data(home: &Path) -> Vec<u8> {
    fs::read(home.join("data-000001/db")).unwrap()
}

#[test]
fn a_store_that_sled_changed_for_a_reader_is_not_damaged() {
    let home = tempfile::tempdir().unwrap();
    store_that_reading_changes(home.path());
    let before = data(home.path());
    let storage = open_directory(home.path(), existing()).unwrap();
    assert_eq!(get(&*storage, "key016"), Some(noise(16, 500)));
    storage.close().unwrap();
    assert!(data(home.path()) != before, "reading changed nothing");
    for _ in 0..3 {
        let storage = open_directory(home.path(), existing()).unwrap();
        assert!(storage.recovery_copy().is_none());
        assert_eq!(get(&*storage, "key000"), Some(noise(0, 500)));
        storage.close().unwrap();
    }
    // What changes behind a close is damage as ever.
    let mut bytes = data(home.path());
    bytes[3000] ^= 1;
    fs::write(home.path().join("data-000001/db"), bytes).unwrap();
    assert!(matches!(
        open_directory(home.path(), existing()),
        Err(Error::Corrupt { .. })
    ));
}

#[test]
fn a_reader_that_changed_nothing_leaves_the_note_alone() {
    let home = tempfile::tempdir().unwrap();
    closed_store(home.path());
    let past = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let record = home.path().join("CLEAN");
    let file = fs::File::options().write(true).open(&record).unwrap();
    file.set_modified(past).unwrap();
    let storage = open_directory(home.path(), existing()).unwrap();
    assert_eq!(get(&*storage, "key001"), Some(noise(1, 3000)));
    storage.close().unwrap();
    assert_eq!(fs::metadata(&record).unwrap().modified().unwrap(), past);
}

#[test]
fn after_a_killed_reader_a_failed_open_changes_nothing_of_what_is_known() {
    let home = tempfile::tempdir().unwrap();
    store_that_reading_changes(home.path());
    let storage = open_directory(home.path(), existing()).unwrap();
    assert_eq!(get(&*storage, "key016"), Some(noise(16, 500)));
    storage.sync().unwrap();
    let left = killed(home.path(), storage);
    fs::write(left.path().join("LOCK"), "4711\nreader\n").unwrap();
    // A root that cannot be read, and a copy that cannot be made.
    let current = fs::read(left.path().join("CURRENT")).unwrap();
    fs::write(left.path().join("CURRENT"), "eventstore").unwrap();
    assert!(open_directory(left.path(), existing()).is_err());
    fs::write(left.path().join("CURRENT"), current).unwrap();
    fs::write(left.path().join("aside-000001.partial"), "in the way").unwrap();
    assert!(open_directory(left.path(), existing()).is_err());
    fs::remove_file(left.path().join("aside-000001.partial")).unwrap();
    let storage = open_directory(left.path(), existing()).unwrap();
    assert_eq!(get(&*storage, "key016"), Some(noise(16, 500)));
    storage.close().unwrap();
    assert_eq!(fs::read(left.path().join("LOCK")).unwrap(), b"");
}

#[test]
fn a_reader_for_whom_sled_wrote_may_be_killed() {
    let home = tempfile::tempdir().unwrap();
    store_that_reading_changes(home.path());
    let before = data(home.path());
    let storage = open_directory(home.path(), existing()).unwrap();
    assert_eq!(get(&*storage, "key016"), Some(noise(16, 500)));
    storage.sync().unwrap();
    assert!(data(home.path()) != before, "reading changed nothing");
    let left = killed(home.path(), storage);
    assert!(left.path().join("CLEAN").exists());
    fs::write(left.path().join("LOCK"), "4711\nreader\n").unwrap();
    let storage = open_directory(left.path(), existing()).unwrap();
    assert!(
        storage.recovery_copy().is_some(),
        "every chunk is to be read"
    );
    assert_eq!(get(&*storage, "key016"), Some(noise(16, 500)));
}

#[test]
fn an_unclean_end_keeps_a_copy_until_the_data_is_confirmed() {
    let home = tempfile::tempdir().unwrap();
    let storage = sled_in(home.path());
    commit(&*storage, 1).unwrap();
    put(&*storage, "later", b"not committed");
    let left = killed(home.path(), storage);
    let aside = left.path().join("aside-000001");

    let storage = open_directory(left.path(), existing()).unwrap();
    assert!(aside.join("db").exists());
    assert!(storage.get(&[1, 7]).unwrap().is_some());
    storage.set_recovered().unwrap();
    assert!(!aside.exists());

    let left = killed(left.path(), storage);
    let storage = open_directory(left.path(), existing()).unwrap();
    assert!(left.path().join("aside-000001").exists());
    commit(&*storage, 2).unwrap();
    assert!(
        !left.path().join("aside-000001").exists(),
        "a commit confirms"
    );
}

#[test]
fn damage_after_an_unclean_end_is_still_in_the_copy() {
    let home = tempfile::tempdir().unwrap();
    let storage = sled_in(home.path());
    for number in 0..400 {
        put(&*storage, &format!("key{number:03}"), &noise(number, 3000));
    }
    commit(&*storage, 1).unwrap();
    let left = killed(home.path(), storage);
    let db = left.path().join("data-000001/db");
    let mut damaged = fs::read(&db).unwrap();
    damaged[600_000] ^= 0x10;
    fs::write(&db, &damaged).unwrap();
    match open_directory(left.path(), existing()) {
        Ok(storage) => {
            drop(storage);
            assert!(
                fs::read(&db).unwrap() != damaged,
                "sled changed what it met"
            );
            let copy = fs::read(left.path().join("aside-000001/db")).unwrap();
            assert!(copy == damaged);
        }
        Err(error) => {
            assert!(matches!(error, Error::Corrupt { .. }), "{error}");
            assert!(fs::read(&db).unwrap() == damaged, "put back");
        }
    }
}

/// What a power cut may leave of a copy whose directory was not synced: a name of it, and not the data.
#[test]
fn a_copy_without_its_data_never_takes_the_place_of_the_data() {
    let home = tempfile::tempdir().unwrap();
    let storage = sled_in(home.path());
    commit(&*storage, 1).unwrap();
    let left = killed(home.path(), storage);
    let (data, aside) = (
        left.path().join("data-000001"),
        left.path().join("aside-000001"),
    );
    let [db, conf] = ["db", "conf"].map(|name| fs::read(data.join(name)).unwrap());
    fs::create_dir(&aside).unwrap();
    fs::write(aside.join("conf"), &conf).unwrap();
    // The engine does not start on these data.
    let mut damaged = conf.clone();
    damaged[10] ^= 1;
    fs::write(data.join("conf"), damaged).unwrap();
    let error = open_directory(left.path(), existing()).err().unwrap();
    assert!(matches!(error, Error::Corrupt { .. }), "{error}");
    assert!(fs::read(data.join("db")).unwrap() == db);
    // Nor where the data are not there at all.
    fs::write(data.join("conf"), &conf).unwrap();
    fs::rename(&data, left.path().join("elsewhere")).unwrap();
    let _ = fs::remove_dir_all(&aside);
    fs::create_dir(&aside).unwrap();
    fs::write(aside.join("conf"), &conf).unwrap();
    let error = open_directory(left.path(), existing()).err().unwrap();
    assert!(matches!(error, Error::Corrupt { .. }), "{error}");
    assert!(aside.exists() && !data.exists());
    fs::rename(left.path().join("elsewhere"), &data).unwrap();
    let storage = open_directory(left.path(), existing()).unwrap();
    assert!(fs::read(aside.join("db")).unwrap() == db, "made anew");
    assert!(storage.get(&[1, 7]).unwrap().is_some());
}

#[test]
fn broken_snapshots_of_an_unclean_end_do_not_keep_a_store_closed() {
    let home = tempfile::tempdir().unwrap();
    closed_store(home.path());
    fs::remove_file(home.path().join("CLEAN")).unwrap();
    let data = home.path().join("data-000001");
    fs::write(data.join("snap.FFFFFFFFFFFFFFFF"), "").unwrap();
    fs::write(data.join("snap.00000000000000FF.generating"), "half").unwrap();
    let storage = open_directory(home.path(), existing()).unwrap();
    assert_eq!(get(&*storage, "key042"), Some(noise(42, 3000)));
}

#[test]
fn a_directory_that_is_no_sled_is_an_error_with_its_path_and_is_put_back() {
    let home = tempfile::tempdir().unwrap();
    closed_store(home.path());
    fs::remove_file(home.path().join("CLEAN")).unwrap();
    fs::write(
        home.path().join("data-000001/conf"),
        "version: 9.9\nsegment_size: 1\n1234",
    )
    .unwrap();
    let before = snapshot(home.path());
    let error = match open_directory(home.path(), existing()) {
        Err(error) => error,
        Ok(_) => panic!("opened"),
    };
    assert!(error.to_string().contains("data-000001") || matches!(error, Error::Corrupt { .. }));
    assert!(snapshot(home.path()) == before);
}
