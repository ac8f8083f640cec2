//! What every storage does, and what the one on disk survives.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::current::FORMAT;
use super::failing::{Break, FailingStorage};
use super::*;

fn options() -> OpenOptions {
    OpenOptions {
        cache_bytes: 1 << 20,
        ..OpenOptions::default()
    }
}

fn existing() -> OpenOptions {
    OpenOptions {
        create: false,
        ..options()
    }
}

fn sled_in(directory: &Path) -> Arc<dyn Storage> {
    open(directory, options()).unwrap()
}

fn put(storage: &dyn Storage, key: &str, value: &[u8]) {
    let batch = Batch {
        set: vec![(key.as_bytes().to_vec(), value.to_vec())],
        ..Batch::default()
    };
    storage.write(batch).unwrap();
}

fn get(storage: &dyn Storage, key: &str) -> Option<Vec<u8>> {
    storage.get(key.as_bytes()).unwrap()
}

/// Bytes that do not compress and do not repeat.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Every file below a directory with its bytes, but for the lock, whose text changes with its holder.
fn snapshot(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![directory.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with("LOCK") {
                files.push((path.clone(), fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A closed store with the root `root` and some values.
fn closed_store(directory: &Path) {
    let storage = sled_in(directory);
    for number in 0..100 {
        put(&*storage, &format!("key{number:03}"), &noise(number, 3000));
    }
    storage.sync().unwrap();
    storage.set_root(b"root").unwrap();
    storage.close().unwrap();
}

// ---------------------------------------------------------------- every storage

fn behaves(storage: &Arc<dyn Storage>) {
    assert_eq!(storage.root().unwrap(), None);
    assert_eq!(get(&**storage, "a"), None);

    let big: Vec<_> = (0..200u32)
        .map(|n| (format!("k{n:03}").into_bytes(), noise(n.into(), 100)))
        .collect();
    storage
        .write(Batch {
            set: big,
            ..Batch::default()
        })
        .unwrap();
    assert_eq!(get(&**storage, "k007"), Some(noise(7, 100)));

    // A big batch over old and new keys sets the one and the other.
    let mixed = (150..250u32)
        .map(|n| (format!("k{n:03}").into_bytes(), vec![n as u8]))
        .collect();
    storage
        .write(Batch {
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
    let too_large = Batch {
        set: vec![
            (b"fits".to_vec(), vec![1]),
            (b"large".to_vec(), vec![1; VALUE_MAX + 1]),
        ],
        ..Batch::default()
    };
    assert!(matches!(
        storage.write(too_large),
        Err(Error::Invalid { .. })
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
    fresh.confirm().unwrap();
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
            closed.write(Batch::default()),
            Err(Error::Closed { .. })
        ));
        assert!(matches!(closed.fresh(), Err(Error::Closed { .. })));
        assert!(matches!(closed.size(), Err(Error::Closed { .. })));
    }
}

#[test]
fn a_storage_in_memory_behaves() {
    behaves(&memory());
}

#[test]
fn a_storage_in_sled_behaves() {
    for durability in [Durability::Sync, Durability::Flush] {
        let home = tempfile::tempdir().unwrap();
        let options = OpenOptions {
            durability,
            ..options()
        };
        behaves(&open(home.path(), options).unwrap());
    }
}

#[test]
fn a_storage_that_does_not_fail_behaves() {
    behaves(&(FailingStorage::new(memory(), 1000, Break::Before) as Arc<dyn Storage>));
}

/// A commit: some values, then the root that counts them.
fn commit(storage: &dyn Storage, number: u8) -> Result<()> {
    let set = (0..50)
        .map(|value| (vec![number, value], vec![number; 10]))
        .collect();
    storage.write(Batch {
        set,
        ..Batch::default()
    })?;
    storage.sync()?;
    storage.set_root(&[number])
}

#[test]
fn a_commit_that_breaks_at_any_step_leaves_the_last_root_or_the_new_one_whole() {
    for how in [Break::Before, Break::Half, Break::After] {
        let mut steps = 0;
        loop {
            let home = tempfile::tempdir().unwrap();
            let inner = sled_in(home.path());
            commit(&*inner, 1).unwrap();
            let failing = FailingStorage::new(Arc::clone(&inner), steps, how);
            let result = commit(&*failing, 2);
            assert_eq!(result.is_err(), failing.broke());
            drop((failing, inner));

            let storage = open(home.path(), existing()).unwrap();
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

// ---------------------------------------------------------------- on disk

#[test]
fn what_was_committed_is_there_after_a_reopen() {
    let home = tempfile::tempdir().unwrap();
    closed_store(home.path());
    assert_eq!(
        names(home.path()),
        ["CLEAN", "CURRENT", "LOCK", "data-000001"]
    );
    let storage = open(home.path(), existing()).unwrap();
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
            .write(Batch {
                set,
                ..Batch::default()
            })
            .unwrap();
    }
    storage.sync().unwrap();
    let size = storage.size().unwrap();
    let stored = 3000 * VALUE_MAX as u64;
    assert!(size < stored * 11 / 10, "{size} bytes on disk for {stored}");
    // Rewritten leaves are where blobs would come from.
    for n in (0..3000u64).step_by(7) {
        put(&*storage, "other", &noise(n, VALUE_MAX));
        storage
            .write(Batch {
                set: vec![(n.to_be_bytes().to_vec(), noise(n + 1, VALUE_MAX))],
                ..Batch::default()
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
    assert!(matches!(old.set_root(b"x"), Err(Error::Invalid { .. })));
    drop(old);
    assert!(!home.path().join("data-000001").exists());
    drop(fresh);

    let storage = open(home.path(), existing()).unwrap();
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
    let storage = open(home.path(), existing()).unwrap();
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
    drop(open(home.path(), existing()).unwrap());
    assert_eq!(
        names(home.path()),
        ["CLEAN", "CURRENT", "LOCK", "data-000001", "notes.txt"]
    );
}

// ---------------------------------------------------------------- what is no store

fn not_a_store(path: &Path, options: OpenOptions) -> String {
    match open(path, options) {
        Err(error @ Error::NotAStore { .. }) => error.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened"),
    }
}

#[test]
fn a_missing_path_is_not_found_unless_a_store_shall_be_made() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("store");
    assert!(matches!(open(&path, existing()), Err(Error::PathNotFound { path: p }) if p == path));
    assert!(!path.exists());
    drop(sled_in(&path));
    assert!(path.exists());
    let deep = home.path().join("no/such/store");
    assert!(matches!(
        open(&deep, options()),
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
    let error = match open(home.path(), options()) {
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

#[test]
fn a_store_of_a_newer_format_is_refused() {
    let error = broken(|path| {
        let text = fs::read(path.join("CURRENT")).unwrap();
        let text = String::from_utf8(text).unwrap();
        let (body, _) = text.split_once("\ncrc32").unwrap();
        let body = body.replacen("current 1", "current 2", 1);
        let crc = crc32fast::hash(body.as_bytes());
        fs::write(path.join("CURRENT"), format!("{body}\ncrc32 {crc:08x}\n")).unwrap();
    });
    assert!(matches!(
        error,
        Error::UnsupportedVersion {
            found: 2,
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
    assert_eq!(corrupt_part(&error), "CURRENT");
    let error = broken(|path| fs::write(path.join("CURRENT"), "").unwrap());
    assert_eq!(corrupt_part(&error), "CURRENT");
}

#[test]
fn a_lost_current_is_not_taken_for_an_empty_store() {
    let error = broken(|path| fs::remove_file(path.join("CURRENT")).unwrap());
    assert_eq!(corrupt_part(&error), "CURRENT");
}

#[test]
fn lost_data_is_corrupt() {
    let error = broken(|path| fs::remove_dir_all(path.join("data-000001")).unwrap());
    assert_eq!(corrupt_part(&error), "CURRENT");
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

// ---------------------------------------------------------------- clean and unclean ends

/// Leaves a storage as a kill would: nothing is flushed, noted or removed. The files go to a new place, as the locks
/// stay with this process.
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
    let storage = open(home.path(), existing()).unwrap();
    assert_eq!(get(&*storage, "key001"), Some(noise(1, 3000)));
    assert!(storage.scan_keys(b"", 1000).unwrap().len() == 100);
    assert!(clean.exists());
    let left = killed(home.path(), storage);
    let storage = open(left.path(), existing()).unwrap();
    assert_eq!(get(&*storage, "key001"), Some(noise(1, 3000)));
    assert!(
        !left.path().join("aside-000001").exists(),
        "clean after a killed reader"
    );
    put(&*storage, "more", b"1");
    assert!(!left.path().join("CLEAN").exists());
}

#[test]
fn an_unclean_end_keeps_a_copy_until_the_data_is_confirmed() {
    let home = tempfile::tempdir().unwrap();
    let storage = sled_in(home.path());
    commit(&*storage, 1).unwrap();
    put(&*storage, "later", b"not committed");
    let left = killed(home.path(), storage);
    let aside = left.path().join("aside-000001");

    let storage = open(left.path(), existing()).unwrap();
    assert!(aside.join("db").exists());
    assert!(storage.get(&[1, 7]).unwrap().is_some());
    storage.confirm().unwrap();
    assert!(!aside.exists());

    let left = killed(left.path(), storage);
    let storage = open(left.path(), existing()).unwrap();
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
    match open(left.path(), existing()) {
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

#[test]
fn broken_snapshots_of_an_unclean_end_do_not_keep_a_store_closed() {
    let home = tempfile::tempdir().unwrap();
    closed_store(home.path());
    fs::remove_file(home.path().join("CLEAN")).unwrap();
    let data = home.path().join("data-000001");
    fs::write(data.join("snap.FFFFFFFFFFFFFFFF"), "").unwrap();
    fs::write(data.join("snap.00000000000000FF.generating"), "half").unwrap();
    let storage = open(home.path(), existing()).unwrap();
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
    let error = match open(home.path(), existing()) {
        Err(error) => error,
        Ok(_) => panic!("opened"),
    };
    assert!(error.to_string().contains("data-000001") || matches!(error, Error::Corrupt { .. }));
    assert!(snapshot(home.path()) == before);
}

// ---------------------------------------------------------------- processes

#[test]
fn a_second_opener_is_told_who_has_the_store() {
    let home = tempfile::tempdir().unwrap();
    let storage = sled_in(home.path());
    commit(&*storage, 1).unwrap();
    let before = fs::read(home.path().join("CURRENT")).unwrap();
    match open(home.path(), existing()) {
        Err(Error::Locked { pid, program, path }) => {
            assert_eq!(pid, std::process::id());
            assert!(program.starts_with("eventstore"), "{program}");
            assert_eq!(path, home.path());
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened twice"),
    }
    assert_eq!(fs::read(home.path().join("CURRENT")).unwrap(), before);
    storage.close().unwrap();
    open(home.path(), existing()).unwrap();
}

/// This test again, as another process that does `role` to the store at `path`.
fn child(role: &str, path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "storage::tests::as_another_process",
            "--nocapture",
        ])
        .env("EVENTSTORE_TEST_ROLE", role)
        .env("EVENTSTORE_TEST_PATH", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// Does nothing but in a process that [`child`] started.
#[test]
fn as_another_process() {
    let (Ok(role), Ok(path)) = (
        std::env::var("EVENTSTORE_TEST_ROLE"),
        std::env::var("EVENTSTORE_TEST_PATH"),
    ) else {
        return;
    };
    let storage = open(Path::new(&path), options()).unwrap();
    match role.as_str() {
        "hold" => {
            println!("READY");
            let _ = std::io::stdin().read(&mut [0]);
        }
        "write" => {
            // Each root names a number, and the values of that number are there. Ends with a kill.
            for number in 1u32.. {
                let set = (0..100u32)
                    .map(|n| {
                        let key = [number.to_be_bytes(), n.to_be_bytes()].concat();
                        (key, noise(u64::from(number), 2000))
                    })
                    .collect();
                let batch = Batch {
                    set,
                    ..Batch::default()
                };
                storage.write(batch).unwrap();
                storage.sync().unwrap();
                storage.set_root(&number.to_be_bytes()).unwrap();
                println!("COMMITTED {number}");
                std::io::stdout().flush().unwrap();
            }
        }
        other => panic!("{other}"),
    }
}

fn wait_for(stdout: &mut impl Read, word: &str) -> String {
    let mut text = String::new();
    let mut buffer = [0; 256];
    while !text.contains(word) {
        let read = stdout.read(&mut buffer).unwrap();
        assert!(read > 0, "the other process ended: {text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    text
}

#[test]
fn a_second_process_is_told_who_has_the_store() {
    let home = tempfile::tempdir().unwrap();
    let mut holder = child("hold", home.path()).spawn().unwrap();
    wait_for(holder.stdout.as_mut().unwrap(), "READY");
    match open(home.path(), options()) {
        Err(Error::Locked { pid, program, .. }) => {
            assert_eq!(pid, holder.id());
            assert!(program.starts_with("eventstore"), "{program}");
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened twice"),
    }
    drop(holder.stdin.take());
    holder.wait().unwrap();
    open(home.path(), options()).unwrap();
}

#[test]
fn a_killed_writer_leaves_every_commit_that_it_told_of() {
    for round in 0..4u32 {
        let home = tempfile::tempdir().unwrap();
        let mut writer = child("write", home.path()).spawn().unwrap();
        let mut stdout = writer.stdout.take().unwrap();
        let mut text = wait_for(&mut stdout, &format!("COMMITTED {}", 3 + round));
        // Somewhere within a later commit.
        thread::sleep(Duration::from_micros(u64::from(700 * round)));
        writer.kill().unwrap();
        writer.wait().unwrap();
        stdout.read_to_string(&mut text).unwrap();
        let told: u32 = text
            .lines()
            .filter_map(|line| line.strip_prefix("COMMITTED ")?.parse().ok())
            .max()
            .unwrap();

        let storage = open(home.path(), existing()).unwrap();
        let root = storage.root().unwrap().unwrap();
        let root = u32::from_be_bytes(root.try_into().unwrap());
        assert!(root >= told, "{root} after {told} was told");
        for number in 1..=root {
            for n in 0..100u32 {
                let key = [number.to_be_bytes(), n.to_be_bytes()].concat();
                let value = storage.get(&key).unwrap();
                assert!(
                    value == Some(noise(u64::from(number), 2000)),
                    "{number} {n}"
                );
            }
        }
    }
}

#[test]
fn opening_waits_for_the_lock_that_sled_holds_a_moment_longer() {
    let home = tempfile::tempdir().unwrap();
    closed_store(home.path());
    let db = fs::File::open(home.path().join("data-000001/db")).unwrap();
    db.try_lock().unwrap();
    let started = Instant::now();
    let holder = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        drop(db);
    });
    open(home.path(), existing()).unwrap();
    assert!(started.elapsed() >= Duration::from_millis(290));
    holder.join().unwrap();

    let db = fs::File::open(home.path().join("data-000001/db")).unwrap();
    db.try_lock().unwrap();
    let before = snapshot(home.path());
    match open(home.path(), existing()) {
        Err(Error::Storage { path, .. }) => assert!(path.ends_with("data-000001")),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened"),
    }
    assert!(snapshot(home.path()) == before);
}
