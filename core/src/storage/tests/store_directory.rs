//! What is a store, what is none, and what of an opened one is swept.

use super::*;

#[test]
fn what_was_committed_is_there_after_a_reopen() {
    let home = tempfile::tempdir().unwrap();
    closed_store(home.path());
    assert_eq!(
        names(home.path()),
        ["CLEAN", "CURRENT", "LOCK", "data-000001"]
    );
    let storage = open_directory(home.path(), existing()).unwrap();
    assert_eq!(storage.root().unwrap().as_deref(), Some(&b"root"[..]));
    assert_eq!(get(&*storage, "key042"), Some(noise(42, 3000)));
}

#[test]
fn twenty_megabytes_of_the_largest_values_make_no_blob_file() {
    let home = tempfile::tempdir().unwrap();
    let storage = sled_in(home.path());
    for round in 0..10u64 {
        let set = (0..300)
            .map(|n| {
                let key = (round * 300 + n).to_be_bytes().to_vec();
                (key, noise(round * 300 + n, VALUE_MAX))
            })
            .collect();
        storage
            .write(StorageBatch {
                set,
                ..StorageBatch::default()
            })
            .unwrap();
    }
    storage.sync().unwrap();
    let size = storage.size().unwrap();
    let stored = 3000 * VALUE_MAX as u64;
    assert!(size < stored * 14 / 10, "{size} bytes on disk for {stored}");
    // Rewritten leaves are where blobs would come from.
    for n in (0..3000u64).step_by(7) {
        put(&*storage, "other", &noise(n, VALUE_MAX));
        storage
            .write(StorageBatch {
                set: vec![(n.to_be_bytes().to_vec(), noise(n + 1, VALUE_MAX))],
                ..StorageBatch::default()
            })
            .unwrap();
    }
    storage.sync().unwrap();
    assert!(storage.size().unwrap() > 20 << 20);
    let blobs = home.path().join("data-000001/blobs");
    assert!(blobs.is_dir(), "sled makes the directory");
    assert_eq!(names(&blobs), [""; 0]);
}

#[test]
fn a_fresh_storage_takes_the_place_and_the_old_one_goes_with_its_last_reader() {
    let home = tempfile::tempdir().unwrap();
    let old = sled_in(home.path());
    commit(&*old, 1).unwrap();
    let dropped = old.fresh().unwrap();
    drop(dropped);
    assert!(!home.path().join("data-000002").exists(), "leaves no trace");

    let fresh = old.fresh().unwrap();
    commit(&*fresh, 2).unwrap();
    assert!(old.get(&[1, 7]).unwrap().is_some());
    assert!(matches!(old.set_root(b"x"), Err(Error::Internal { .. })));
    drop(old);
    assert!(!home.path().join("data-000001").exists());
    drop(fresh);

    let storage = open_directory(home.path(), existing()).unwrap();
    assert_eq!(storage.root().unwrap().unwrap(), [2]);
    assert!(storage.get(&[2, 7]).unwrap().is_some());
    // The place is also taken where nobody holds the old one any more.
    let fresh = storage.fresh().unwrap();
    drop(storage);
    commit(&*fresh, 3).unwrap();
    assert_eq!(
        names(home.path()),
        ["CLEAN", "CURRENT", "LOCK", "data-000004"]
    );
}

#[test]
fn a_store_without_a_root_counts_as_empty() {
    let home = tempfile::tempdir().unwrap();
    let storage = sled_in(home.path());
    put(&*storage, "half", b"an ingest");
    storage.sync().unwrap();
    drop(storage);
    assert_eq!(names(home.path()), ["LOCK", "data-000001"]);
    let storage = open_directory(home.path(), existing()).unwrap();
    assert_eq!(storage.root().unwrap(), None);
    assert_eq!(get(&*storage, "half"), None);
    assert_eq!(names(home.path()), ["LOCK", "data-000001"]);
}

#[test]
fn data_that_no_root_names_is_swept_when_a_store_is_opened() {
    let home = tempfile::tempdir().unwrap();
    closed_store(home.path());
    fs::create_dir(home.path().join("data-000009")).unwrap();
    fs::write(home.path().join("data-000009/db"), "left over").unwrap();
    fs::create_dir(home.path().join("aside-000009")).unwrap();
    fs::write(home.path().join("CURRENT.tmp"), "left over").unwrap();
    fs::write(home.path().join("notes.txt"), "mine").unwrap();
    drop(open_directory(home.path(), existing()).unwrap());
    assert_eq!(
        names(home.path()),
        ["CLEAN", "CURRENT", "LOCK", "data-000001", "notes.txt"]
    );
}

fn not_a_store(path: &Path, options: StorageOptions) -> String {
    match open_directory(path, options) {
        Err(error @ Error::NotAStore { .. }) => error.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened"),
    }
}

#[test]
fn a_missing_path_is_not_found_unless_a_store_shall_be_made() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("store");
    assert!(
        matches!(open_directory(&path, existing()), Err(Error::PathNotFound { path: p }) if p == path)
    );
    assert!(!path.exists());
    drop(sled_in(&path));
    assert!(path.exists());
    let deep = home.path().join("no/such/store");
    assert!(matches!(
        open_directory(&deep, options()),
        Err(Error::PathNotFound { path }) if path == home.path().join("no/such")
    ));
}

#[test]
fn a_file_or_a_directory_of_something_else_is_no_store_and_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("archive.tar");
    fs::write(&file, "bytes").unwrap();
    assert!(not_a_store(&file, options()).contains("is a file"));

    fs::write(home.path().join("zebra"), "").unwrap();
    let message = not_a_store(home.path(), options());
    assert!(message.contains("`archive.tar` and 1 more"), "{message}");
    assert!(message.ends_with("; give an empty or a new directory"));
    let message = not_a_store(home.path(), existing());
    assert!(
        message.ends_with("; give the directory that `eventstore ingest` made"),
        "{message}"
    );
    assert_eq!(
        names(home.path()),
        ["archive.tar", "zebra"],
        "no LOCK is left"
    );

    let empty = tempfile::tempdir().unwrap();
    assert!(not_a_store(empty.path(), existing()).contains("empty directory"));
    assert_eq!(names(empty.path()), [""; 0]);

    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("CURRENT"), "MANIFEST-000004\n").unwrap();
    assert!(not_a_store(other.path(), options()).contains("another database"));

    let photos = tempfile::tempdir().unwrap();
    fs::create_dir(photos.path().join("data-000001")).unwrap();
    fs::write(photos.path().join("data-000001/photo.jpg"), "").unwrap();
    assert!(not_a_store(photos.path(), options()).contains("data-000001"));
    assert!(photos.path().join("data-000001/photo.jpg").exists());
}

/// The error of opening a store that was changed on disk; asserts that the failure changes no byte.
fn broken(change: impl FnOnce(&Path)) -> Error {
    let home = tempfile::tempdir().unwrap();
    closed_store(home.path());
    change(home.path());
    let before = snapshot(home.path());
    let error = match open_directory(home.path(), options()) {
        Err(error) => error,
        Ok(_) => panic!("opened"),
    };
    assert!(snapshot(home.path()) == before, "changed after: {error}");
    error
}

fn corrupt_part(error: &Error) -> &str {
    match error {
        Error::Corrupt { part, .. } => part,
        other => panic!("{other}"),
    }
}

/// Asserts that `CURRENT` is named as damaged, with what to do.
#[track_caller]
fn assert_current_is_corrupt(error: &Error) {
    assert_eq!(corrupt_part(error), "CURRENT");
    let text = error.to_string();
    let remedy = "; restore the store from a backup, ingest the archive into a new one, or salvage the pages \
                  that are whole";
    assert!(text.ends_with(remedy) && !text.contains("chunk"), "{text}");
}

#[test]
fn a_store_of_a_newer_format_is_refused() {
    const NEWER: u32 = FORMAT + 1;
    let error = broken(|path| {
        let text = fs::read(path.join("CURRENT")).unwrap();
        let text = String::from_utf8(text).unwrap();
        let (body, _) = text.split_once("\ncrc32").unwrap();
        let body = body.replacen(&format!("current {FORMAT}"), &format!("current {NEWER}"), 1);
        let crc = crc32fast::hash(body.as_bytes());
        fs::write(path.join("CURRENT"), format!("{body}\ncrc32 {crc:08x}\n")).unwrap();
    });
    assert!(matches!(
        error,
        Error::UnsupportedVersion {
            found: NEWER,
            supported: FORMAT,
            ..
        }
    ));
}

#[test]
fn a_damaged_current_is_corrupt() {
    let error = broken(|path| {
        let mut bytes = fs::read(path.join("CURRENT")).unwrap();
        bytes[50] ^= 1;
        fs::write(path.join("CURRENT"), bytes).unwrap();
    });
    assert_current_is_corrupt(&error);
    let error = broken(|path| fs::write(path.join("CURRENT"), "").unwrap());
    assert_current_is_corrupt(&error);
}

#[test]
fn a_lost_current_is_not_taken_for_an_empty_store() {
    let error = broken(|path| fs::remove_file(path.join("CURRENT")).unwrap());
    assert_current_is_corrupt(&error);
}

#[test]
fn lost_data_is_corrupt() {
    let error = broken(|path| fs::remove_dir_all(path.join("data-000001")).unwrap());
    assert_current_is_corrupt(&error);
}

#[test]
fn data_that_changed_since_a_clean_close_is_corrupt_before_sled_sees_it() {
    let flip = |path: &Path, place: usize| {
        let db = path.join("data-000001/db");
        let mut bytes = fs::read(&db).unwrap();
        bytes[place] ^= 0x10;
        fs::write(db, bytes).unwrap();
    };
    for place in [0, 70_000, 300_000] {
        let error = broken(|path| flip(path, place));
        assert_eq!(corrupt_part(&error), "data-000001/db");
    }
    let error = broken(|path| {
        let db = fs::OpenOptions::new()
            .write(true)
            .open(path.join("data-000001/db"));
        db.unwrap().set_len(1000).unwrap();
    });
    assert_eq!(corrupt_part(&error), "data-000001/db");
    let error = broken(|path| fs::remove_file(path.join("data-000001/conf")).unwrap());
    assert_eq!(corrupt_part(&error), "data-000001/conf");
}
