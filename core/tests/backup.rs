//! A backup of a store in use: one commit, whole, and a store of its own; or nothing.

mod support;

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use eventstore::{BackupOptions, Error, IngestOptions, OpenOptions, Result, Store, Words};
use support::{
    SmallDisk, all_answers, assert_sound, child, copy, event_page, exported, numbered as event,
    place_of_child, project, put, sweep,
};

fn backup(store: &Store, path: &Path) -> Result<eventstore::BackupReport> {
    store.backup(path, BackupOptions::new())
}

/// The backup opened, with the whole look at it.
fn opened(path: &Path) -> Store {
    let store = OpenOptions::new().create(false).open(path).unwrap();
    assert_sound(&store);
    store
}

/// Names of what lies in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// Bytes of all files, but for `LOCK`, which an open store holds.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for name in names(folder) {
        let path = folder.join(&name);
        match path.is_dir() {
            true => {
                let inner = files(&path).into_iter();
                all.extend(inner.map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
            }
            false if name == "LOCK" => {}
            false => all.push((name, fs::read(path).unwrap())),
        }
    }
    all
}

/// Ends the writer also where the test fails.
struct EndOnDrop<'a>(&'a AtomicBool);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

#[test]
fn a_backup_beside_a_writer_holds_one_commit() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let store = Store::open(&place).unwrap();
    store.add([event(0)]).unwrap();
    let first = store.stats().unwrap().commit;
    let ended = AtomicBool::new(false);
    let mut sizes = Vec::new();
    thread::scope(|scope| {
        let _end = EndOnDrop(&ended);
        // A commit has one event more than the one before it, or as many: a store that is compacted by itself.
        let writer = scope.spawn(|| {
            let mut number = 1;
            while !ended.load(Ordering::Acquire) {
                store.add([event(number)]).unwrap();
                number += 1;
            }
            number
        });
        let reader = OpenOptions::new().read_only(true).open(&place).unwrap();
        for round in 0..sweep(12, 200) {
            let from_reader = round % 2 == 1;
            let path = home.path().join(format!("b{round}"));
            let made = match from_reader {
                false => backup(&store, &path),
                true => reader.refresh().and_then(|_| backup(&reader, &path)),
            };
            let report = match made {
                Ok(report) => report,
                Err(Error::SnapshotGone { .. }) if from_reader => {
                    assert!(!path.exists());
                    continue;
                }
                Err(error) => panic!("{error}"),
            };
            let copy = opened(&path);
            let events = report.events;
            assert_eq!(copy.len().unwrap() as u64, events);
            let compactions = report.commit - first + 1 - events;
            assert!(compactions <= events / 100, "{report:?}");
            assert_eq!(copy.stats().unwrap().commit, report.commit);
            for number in 0..events as u32 {
                let stored = copy.get(event(number).id).unwrap().unwrap();
                assert_eq!(stored.summary, event(number).summary);
            }
            sizes.push(events);
        }
        ended.store(true, Ordering::Release);
        println!("{} commits, backups of {sizes:?}", writer.join().unwrap());
    });
    assert!(sizes.len() >= 6 && sizes.is_sorted());
    let left = names(home.path());
    assert!(!left.iter().any(|name| name.starts_with('.')), "{left:?}");
}

#[test]
fn a_backup_answers_as_the_store_and_leaves_it_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let store = Store::open(&place).unwrap();
    let page = |name: &str| event_page(false, name, "A harbour.", "Harbours", &[]);
    put(
        &store,
        vec![("news/2017/03/2/a.md".to_owned(), page("2017/03/2/a"))],
    );
    store.add((0..300).map(event)).unwrap();
    store.remove([event(7).id, event(8).id]).unwrap();
    let expected = all_answers(&store);
    store.close().unwrap();
    let reader = OpenOptions::new().read_only(true).open(&place).unwrap();
    let before = files(&place);
    let path = home.path().join("b");
    let report = backup(&reader, &path).unwrap();
    assert_eq!((report.events, &*report.path), (299, &*path));
    assert!(files(&place) == before, "the store was changed");
    // It was closed cleanly: a reader needs no search, and the next open no recovery.
    assert!(
        names(&path).contains(&"CLEAN".to_owned()) && names(&path).contains(&"PLACES".to_owned())
    );
    let copy = opened(&path);
    assert_eq!(all_answers(&copy), expected);
    // It is a store as any other.
    copy.add([event(900)]).unwrap();
    copy.close().unwrap();
    assert_eq!(opened(&path).len().unwrap(), 300);
    assert_eq!(reader.len().unwrap(), 299);
}

#[test]
fn stores_of_every_kind_are_backed_up() {
    let home = tempfile::tempdir().unwrap();
    let mut kinds = 0;
    let mut check = |store: &Store| {
        let path = home.path().join(format!("b{kinds}"));
        backup(store, &path).unwrap();
        let copy = opened(&path);
        assert_eq!(all_answers(&copy), all_answers(store));
        assert_eq!(exported(&copy), exported(store));
        assert_eq!(copy.stats().unwrap().words, store.stats().unwrap().words);
        kinds += 1;
    };
    check(&Store::memory().unwrap());
    check(&Store::open(home.path().join("empty")).unwrap());
    let without_words = OpenOptions::new().words(Words::Off).memory().unwrap();
    without_words.add((0..50).map(event)).unwrap();
    check(&without_words);
    let golden = project().join("tests/golden");
    for version in names(&golden) {
        let place = home.path().join(&version);
        copy(&golden.join(&version), &place);
        check(&OpenOptions::new().read_only(true).open(&place).unwrap());
    }
    println!("{kinds} stores");
    assert!(kinds >= 11, "{kinds}");
}

#[test]
fn what_is_there_already_is_refused_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let store = Store::open(at("s")).unwrap();
    store.add([event(1)]).unwrap();
    fs::create_dir(at("empty")).unwrap();
    fs::write(at("file"), "mine").unwrap();
    backup(&store, &at("b")).unwrap();
    let before = names(home.path());
    for name in [
        "empty",
        "file",
        "b",
        "s",
        "s/inner",
        "s/data-000001/inner",
        "..",
    ] {
        let error = backup(&store, &at(name)).unwrap_err();
        assert!(
            matches!(error, Error::InvalidArgument { what: "path", .. }),
            "{name}: {error}"
        );
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", at("link")).unwrap();
        let error = backup(&store, &at("link")).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { .. }), "{error}");
        fs::remove_file(at("link")).unwrap();
    }
    let error = backup(&store, &at("missing/b")).unwrap_err();
    assert!(
        matches!(&error, Error::PathNotFound { path } if path.ends_with("missing")),
        "{error}"
    );
    assert_eq!(names(home.path()), before);
    assert_eq!(fs::read(at("file")).unwrap(), b"mine");
    assert_eq!(opened(&at("b")).len().unwrap(), 1);
}

#[test]
fn a_failure_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let store = Store::open(at("s")).unwrap();
    store.add((0..3000).map(event)).unwrap();
    // Somebody ends it.
    let mut calls = 0;
    let options = BackupOptions::new().progress(|progress| {
        calls += 1;
        assert!(progress.bytes > 0 && progress.total_bytes >= Some(progress.bytes));
        ControlFlow::Break(())
    });
    let error = store.backup(at("b"), options).unwrap_err();
    assert!(matches!(error, Error::Interrupted), "{error}");
    assert_eq!((calls, names(home.path())), (1, vec!["s".to_owned()]));
    // The disk is full, at once and midway.
    if let Some(disk) = SmallDisk::new(24) {
        for left in [64 << 10, 2 << 20] {
            let ballast = disk.fill(left);
            let error = backup(&store, &disk.path().join("b")).unwrap_err();
            let Error::Storage {
                path,
                operation,
                source,
            } = &error
            else {
                panic!("{error}")
            };
            assert_eq!(source.raw_os_error(), Some(28), "{source}");
            assert!(
                path.ends_with("b") && operation.contains("write the backup"),
                "{error}"
            );
            assert_eq!(names(disk.path()), ["ballast"]);
            fs::remove_file(ballast).unwrap();
        }
        backup(&store, &disk.path().join("b")).unwrap();
        assert_eq!(opened(&disk.path().join("b")).len().unwrap(), 3000);
    }
    // A chunk is damaged: no backup of a damaged store looks like one of a whole store.
    store.close().unwrap();
    let db = at("s").join("data-000001/db");
    let bytes = fs::read(&db).unwrap();
    let reader = OpenOptions::new().read_only(true).open(at("s")).unwrap();
    let marks: Vec<usize> = memchr::memmem::find_iter(&bytes, b"eS\x01").collect();
    let mut damaged = bytes.clone();
    // sled may have written it twice.
    let key = &bytes[marks[marks.len() / 2]..][4..13];
    let same = marks.iter().filter(|&&at| bytes[at + 4..at + 13] == *key);
    same.for_each(|&at| damaged[at + 30] ^= 1);
    fs::write(&db, damaged).unwrap();
    let error = backup(&reader, &at("b")).unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains("salvage"), "{error}");
    assert_eq!(names(home.path()), ["s"]);
}

/// A process that is killed midway: the test calls itself.
#[test]
fn a_kill_leaves_no_target_and_the_next_backup_succeeds() {
    if let Some(place) = place_of_child() {
        let reader = OpenOptions::new().read_only(true).open(&place).unwrap();
        let options = BackupOptions::new().progress(|_| std::process::abort());
        reader.backup(place.with_file_name("b"), options).unwrap();
    }
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let store = Store::open(&place).unwrap();
    store.add((0..3000).map(event)).unwrap();
    let name = "a_kill_leaves_no_target_and_the_next_backup_succeeds";
    let killed = child(name, &place).output().unwrap();
    assert!(!killed.status.success());
    let left = names(home.path());
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[0].starts_with(".b.") && left[0].ends_with(".backup-partial"));
    let report = backup(&store, &home.path().join("b")).unwrap();
    assert_eq!(report.events, 3000);
    assert_eq!(opened(&report.path).len().unwrap(), 3000);
    let pages = vec![(
        "news/2017/03/2/a.md".to_owned(),
        event_page(false, "2017/03/2/a", "A.", "B", &[]),
    )];
    store.ingest(pages, IngestOptions::default()).unwrap();
}
