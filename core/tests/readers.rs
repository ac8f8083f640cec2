//! Readers of a store beside the process that writes it: they take no lock, write nothing, and each of their answers belongs
//! to one commit.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use eventstore::{BackupOptions, Error, IngestOptions, OpenOptions, Store, Words};
use support::{
    SmallDisk, all_answers, assert_sound, child, copy, event_page, exported, numbered as event,
    numbered_answers as answers, path, place_of_child, put, reader,
};

/// Name, length, time of change and bytes of each file.
fn files(folder: &Path) -> BTreeMap<PathBuf, (std::time::SystemTime, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let changed = entry.metadata().unwrap().modified().unwrap();
            found.insert(path.clone(), (changed, fs::read(&path).unwrap()));
        }
    }
    found
}

#[test]
fn a_reader_has_the_commit_of_its_opening_until_it_refreshes() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let store = Store::open(&place).unwrap();
    // Without a commit it is empty.
    let first = reader(&place);
    assert_eq!(answers(&first).unwrap().0, 0);
    store.add((0..50).map(event)).unwrap();
    assert!(first.refresh().unwrap() && !first.refresh().unwrap());
    let at_50 = answers(&first).unwrap();
    assert_eq!(at_50, answers(&store).unwrap());
    assert_eq!((at_50.0, at_50.1, at_50.2), (50, 50, 50));
    let hits = first.query("tag:all").unwrap();
    store.add((50..80).map(event)).unwrap();
    store.remove([event(3).id]).unwrap();
    // Another one sees both commits, and this one neither, nor do its hits after a refresh.
    assert_eq!(answers(&reader(&place)).unwrap(), answers(&store).unwrap());
    assert_eq!(first.len().unwrap(), 50);
    assert!(first.refresh().unwrap());
    assert_eq!(answers(&first).unwrap(), answers(&store).unwrap());
    assert_eq!(first.len().unwrap(), 79);
    assert_eq!(hits.count().unwrap(), 50);
    assert!(!store.refresh().unwrap(), "a writer has the newest state");
    first.close().unwrap();
    assert!(matches!(first.refresh(), Err(Error::Closed { .. })));
}

/// What the other process of the test below does: it opens the store, reads, and then writes.
#[test]
fn opens_reads_and_writes() {
    let Some(place) = place_of_child() else {
        return;
    };
    let store = Store::open(&place).unwrap();
    println!("it has {}", store.len().unwrap());
    match store.add([event(900)]) {
        Ok(_) => println!("it wrote"),
        Err(Error::Locked { holder, .. }) => println!("locked by {}", holder.pid),
        Err(error) => println!("{error}"),
    }
    println!("and has {}", store.len().unwrap());
}

#[test]
fn any_number_of_processes_open_a_store_and_the_first_write_takes_the_lock() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let store = Store::open(&place).unwrap();
    store.add((0..50).map(event)).unwrap();
    let told = |store: &Path| {
        let output = child("opens_reads_and_writes", store).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let pid = std::process::id();
    // The one that made the store has the lock until it is closed.
    let said = told(&place);
    let locked = format!("it has 50\nlocked by {pid}\nand has 50\n");
    assert!(said.contains(&locked), "{said}");
    store.close().unwrap();
    // Who has only read, and even asks, has none.
    let store = Store::open(&place).unwrap();
    let hits = store.query("tag:all").unwrap();
    assert_eq!(answers(&store).unwrap().0, 50);
    let said = told(&place);
    assert!(said.contains("it has 50\nit wrote\nand has 51\n"), "{said}");
    assert_eq!(
        store.len().unwrap(),
        50,
        "it keeps the commit of its opening"
    );
    // The first write goes on to the newest commit, and hits keep theirs.
    assert_eq!(store.remove([event(7).id]).unwrap(), 1);
    assert_eq!((store.len().unwrap(), hits.count().unwrap()), (50, 50));
    assert!(store.contains(event(900).id).unwrap());
    assert!(hits.iter().any(|hit| hit.unwrap().id == event(7).id));
    assert!(told(&place).contains(&format!("locked by {pid}")));
    store.close().unwrap();
    assert!(matches!(hits.count(), Err(Error::Closed { .. })));
    // With the lock at once.
    let store = OpenOptions::new().exclusive(true).open(&place).unwrap();
    assert!(told(&place).contains(&format!("locked by {pid}")));
    drop(store);
    assert!(told(&place).contains("it wrote"));
}

#[test]
fn who_waits_gets_the_lock_or_is_told_after_that_time() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    Store::open(&place).unwrap().add([event(1)]).unwrap();
    // Another handle of this process would share the store: another descriptor is as another process.
    let lock = fs::File::options()
        .write(true)
        .open(place.join("LOCK"))
        .unwrap();
    lock.lock().unwrap();
    let waiting = |time| OpenOptions::new().wait(std::time::Duration::from_millis(time));
    let store = waiting(30).open(&place).unwrap();
    assert_eq!(store.len().unwrap(), 1);
    assert!(matches!(store.add([event(2)]), Err(Error::Locked { .. })));
    let error = waiting(30).exclusive(true).open(home.path().join("s/../s"));
    assert!(matches!(error, Err(Error::Locked { .. })), "{error:?}");
    drop((store, error));
    let stopped = waiting(60_000)
        .exclusive(true)
        .interrupted_by(|| true)
        .open(&place);
    assert!(matches!(stopped, Err(Error::Interrupted)));
    static IS_WAITING: AtomicBool = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let added = scope.spawn(|| {
            let told = waiting(60_000).interrupted_by(|| {
                IS_WAITING.store(true, Ordering::Release);
                false
            });
            let store = told.open(&place).unwrap();
            store.add([event(2)]).map(|_| store.len().unwrap())
        });
        while !IS_WAITING.load(Ordering::Acquire) && !added.is_finished() {
            std::thread::yield_now();
        }
        assert!(!added.is_finished(), "it did not wait");
        lock.unlock().unwrap();
        assert_eq!(added.join().unwrap().unwrap(), 2);
    });
}

/// Who opens a store that another process is making waits with a wish for words until that is known: the wish is
/// written down with the first commit, or it is an error, as where the store was there before.
#[test]
fn a_wish_for_words_is_not_forgotten_where_another_process_makes_the_store() {
    let home = tempfile::tempdir().unwrap();
    let made = home.path().join("made");
    for words in [Words::On, Words::Off] {
        let store = OpenOptions::new().words(words).open(&made).unwrap();
        store.add([event(1)]).unwrap();
        store.close().unwrap();
        for (wish, is_made) in [
            (Words::Off, false),
            (Words::On, false),
            (Words::Off, true),
            (Words::On, true),
        ] {
            let place = home.path().join(format!("{words}-{wish}-{is_made}"));
            // What another process has made before its first commit.
            fs::create_dir_all(place.join("data-000001")).unwrap();
            let lock = fs::File::create_new(place.join("LOCK")).unwrap();
            lock.lock().unwrap();
            let store = OpenOptions::new().words(wish).open(&place).unwrap();
            let reader = OpenOptions::new().read_only(true).words(wish);
            let reader = reader.open(&place).unwrap();
            if is_made {
                copy(&made, &place);
            }
            lock.unlock().unwrap();
            if is_made && words != wish {
                for refused in [store.add([event(2)]).map(drop), reader.refresh().map(drop)] {
                    let error = refused.unwrap_err().to_string();
                    assert!(error.contains(&format!("has words {words}")), "{error}");
                }
                assert!(store.refresh().is_err());
            } else {
                store.add([event(2)]).unwrap();
                assert_eq!(store.stats().unwrap().words, wish);
                reader.refresh().unwrap();
                assert_eq!(reader.len().unwrap(), 1 + usize::from(is_made));
                // What is changed later is no answer to that wish.
                let other = if wish == Words::On {
                    Words::Off
                } else {
                    Words::On
                };
                store.reindex(other).unwrap();
                reader.refresh().unwrap();
            }
        }
        fs::remove_dir_all(&made).unwrap();
    }
}

#[test]
fn a_reader_refuses_to_write_and_changes_no_file() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let store = Store::open(&place).unwrap();
    store.add((0..500).map(event)).unwrap();
    let expected = answers(&store).unwrap();
    for closed in [false, true] {
        if closed {
            store.close().unwrap();
        }
        let before = files(&place);
        let reader = reader(&place);
        assert_eq!(answers(&reader).unwrap(), expected);
        let page = event_page(false, "2017/03/2/a", "A.", "B", &[]);
        let pages = vec![(path("2017/03/2/a"), page)];
        let refused = [
            reader.add([event(1)]).map(drop),
            reader.remove([event(1).id]).map(drop),
            reader.ingest(pages, IngestOptions::default()).map(drop),
            reader.compact(),
            reader.reindex(Words::Off),
        ];
        for refused in refused {
            assert!(
                matches!(refused, Err(Error::ReadOnly { .. })),
                "{refused:?}"
            );
        }
        assert!(reader.stats().unwrap().disk_bytes > 0);
        drop(reader);
        assert!(files(&place) == before, "closed: {closed}");
    }
    let error = OpenOptions::new()
        .read_only(true)
        .open(home.path().join("none"));
    assert!(matches!(error, Err(Error::PathNotFound { .. })));
}

/// Two stores in a folder that hold the same: `closed`, and `killed` as a kill leaves it. Gives what both answer.
fn closed_and_killed(folder: &Path) -> Vec<String> {
    let place = folder.join("closed");
    let store = Store::open(&place).unwrap();
    let pages = (0..40).map(|number| {
        let id = format!("2017/03/{}/page-{number}", 1 + number % 28);
        (
            path(&id),
            event_page(false, &id, "A harbour.", "Harbours", &[]),
        )
    });
    put(&store, pages.collect());
    store.add((0..200).map(event)).unwrap();
    store.remove([event(7).id]).unwrap();
    copy(&place, &folder.join("killed"));
    let answers = all_answers(&store);
    store.close().unwrap();
    answers
}

/// Everything is answered by both stores, and a write says what the system said.
fn answer_where_nothing_can_be_written(folder: &Path, expected: &[String], denied: i32) {
    let home = tempfile::tempdir().unwrap();
    for name in ["closed", "killed"] {
        let place = folder.join(name);
        let reader = reader(&place);
        assert_eq!(all_answers(&reader), expected);
        assert_sound(&reader);
        exported(&reader);
        let backup = home.path().join(name);
        reader.backup(&backup, BackupOptions::new()).unwrap();
        assert_eq!(all_answers(&Store::open(&backup).unwrap()), expected);
        assert!(!reader.refresh().unwrap());
        // A handle that may write reads until it writes.
        let store = Store::open(&place).unwrap();
        match store.add([event(1000)]) {
            Err(Error::Storage { path, source, .. }) => {
                assert_eq!(source.raw_os_error(), Some(denied), "{source}");
                assert!(path.starts_with(&place), "{path:?}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(all_answers(&store), expected);
    }
}

#[test]
fn a_file_system_that_is_read_only_answers_all_questions() {
    let Some(mut disk) = SmallDisk::new(24) else {
        return;
    };
    let expected = closed_and_killed(disk.path());
    disk.remount_read_only();
    // EROFS.
    answer_where_nothing_can_be_written(disk.path(), &expected, 30);
}

#[cfg(unix)]
#[test]
fn a_directory_that_only_others_may_write_to_answers_all_questions() {
    let home = tempfile::tempdir().unwrap();
    let expected = closed_and_killed(home.path());
    let change = |mode: &str| {
        let mut command = Command::new("chmod");
        let status = command.args(["-R", mode]).arg(home.path()).status();
        assert!(status.unwrap().success());
    };
    change("a-w");
    match fs::write(home.path().join("file"), "") {
        // EACCES.
        Err(_) => answer_where_nothing_can_be_written(home.path(), &expected, 13),
        Ok(()) => eprintln!("SKIPPED: this user may write whatever the permissions are"),
    }
    change("u+w");
}

#[test]
fn a_lost_root_is_damage_and_no_empty_store() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let store = Store::open(&place).unwrap();
    store.add((0..5).map(event)).unwrap();
    store.close().unwrap();
    let open = || OpenOptions::new().read_only(true).open(&place);
    let held = open().unwrap();
    let root = fs::read(place.join("CURRENT")).unwrap();
    fs::remove_file(place.join("CURRENT")).unwrap();
    for refused in [open().map(drop), held.refresh().map(drop)] {
        assert!(
            matches!(&refused, Err(Error::Corrupt { part, .. }) if part == "CURRENT"),
            "{refused:?}"
        );
    }
    fs::write(place.join("CURRENT"), &root[..root.len() - 1]).unwrap();
    assert!(matches!(open(), Err(Error::Corrupt { .. })));
    fs::write(place.join("CURRENT"), root).unwrap();
    assert_eq!(open().unwrap().len().unwrap(), 5);
}

/// What a failed commit of these versions left under the same key could not be told from the live value.
#[test]
fn a_store_without_nonces_is_read_with_the_lock_until_it_is_compacted() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    copy(&support::project().join("tests/golden/v7"), &place);
    let first = reader(&place);
    let expected = first.query("harbour").unwrap().ids().unwrap();
    assert_eq!(expected.len(), 1);
    assert!(matches!(first.compact(), Err(Error::ReadOnly { .. })));
    let second = OpenOptions::new().read_only(true).open(&place);
    assert!(matches!(second, Err(Error::Locked { .. })), "{second:?}");
    first.close().unwrap();
    let store = Store::open(&place).unwrap();
    store.add([event(1)]).unwrap();
    store.reindex(eventstore::Words::On).unwrap();
    let (first, second) = (reader(&place), reader(&place));
    for reader in [first, second] {
        assert_eq!(reader.query("harbour").unwrap().ids().unwrap(), expected);
    }
}

#[test]
fn after_a_kill_and_without_a_list_of_places_every_chunk_is_found() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let store = Store::open(&place).unwrap();
    for step in 0..20 {
        store.add((step * 60..step * 60 + 60).map(event)).unwrap();
    }
    let expected = answers(&store).unwrap();
    // As a kill leaves it: the files as they are while the store is open.
    let killed = home.path().join("killed");
    copy(&place, &killed);
    store.close().unwrap();
    assert_eq!(answers(&reader(&killed)).unwrap(), expected);
    assert_eq!(answers(&reader(&place)).unwrap(), expected);
    fs::write(place.join("PLACES"), "no list").unwrap();
    assert_eq!(answers(&reader(&place)).unwrap(), expected);
    fs::remove_file(place.join("PLACES")).unwrap();
    fs::remove_file(place.join("CLEAN")).unwrap();
    assert_eq!(answers(&reader(&place)).unwrap(), expected);
}

#[test]
fn a_chunk_that_was_written_over_is_an_error_and_never_another_answer() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let store = Store::open(&place).unwrap();
    store.add((0..500).map(event)).unwrap();
    let expected = answers(&store).unwrap();
    store.close().unwrap();
    let db = place.join("data-000001/db");
    let bytes = fs::read(&db).unwrap();
    let (mut tried, mut right, mut told) = (0, 0, 0);
    let marks: Vec<usize> = memchr::memmem::find_iter(&bytes, b"eS\x01").collect();
    for at in marks {
        let mut damaged = bytes.clone();
        damaged[at + 30] ^= 1;
        fs::write(&db, &damaged).unwrap();
        tried += 1;
        match OpenOptions::new()
            .read_only(true)
            .open(&place)
            .and_then(|store| answers(&store))
        {
            Ok(found) => {
                assert_eq!(found, expected);
                right += 1;
            }
            Err(Error::Corrupt { .. }) => told += 1,
            Err(other) => panic!("{other}"),
        }
    }
    println!("{tried} chunks damaged: {right} right answers, {told} errors");
    assert!(told > 10 && tried == right + told);
}
