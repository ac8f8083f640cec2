//! Readers of a store beside the process that writes it: they take no lock, write nothing, and each of their answers belongs
//! to one commit.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use eventstore::{Date, Error, Event, IngestOptions, OpenOptions, Result, Store, Words};
use support::{copy, event_page, path};

fn reader(store: &Path) -> Store {
    OpenOptions::new().read_only(true).open(store).unwrap()
}

fn event(number: u32) -> Event {
    let date = Date::new(2017, 1 + (number % 12) as i8, 1 + (number % 28) as i8).unwrap();
    let id = format!(
        "{}/{:02}/{}/e{number}",
        date.year(),
        date.month(),
        date.day()
    );
    let mut event = Event::new(
        id.parse().unwrap(),
        date,
        format!("Event {number} of a flood"),
    );
    event.tags = vec![format!("T{}", number % 7), "All".to_owned()];
    // Texts that do not compress, so that the file has many chunks.
    let noise =
        (0..40u32).map(|word| format!("{:x} ", (number * 41 + word).wrapping_mul(2_654_435_761)));
    event.summary = Some(noise.collect::<String>().trim().to_owned());
    event
}

/// What a store says, in several ways that read different parts of it.
fn answers(store: &Store) -> Result<(usize, u64, u64, Vec<String>)> {
    let snapshot = store.snapshot()?;
    let tagged = snapshot.query("tag:all")?.count()?;
    let worded = snapshot.query("flood")?.count()?;
    let mut titles = Vec::new();
    for event in snapshot.query("tag:t3")?.iter() {
        titles.push(event?.title);
    }
    Ok((snapshot.len(), tagged, worded, titles))
}

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

/// This test's own process again, as another one: it runs the test of this name and nothing else.
fn as_another_process(test: &str, store: &Path) -> std::process::Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture", "--ignored"]);
    command.env("READERS_STORE", store).output().unwrap()
}

/// What the other process of the tests below does: it opens the store, reads, and then writes.
#[test]
#[ignore = "another process of the tests below"]
fn opens_reads_and_writes() {
    let place = PathBuf::from(std::env::var_os("READERS_STORE").unwrap());
    let store = Store::open(&place).unwrap();
    println!("it has {}", store.len().unwrap());
    match store.add([event(900)]) {
        Ok(_) => println!("it wrote"),
        Err(Error::Locked { pid, .. }) => println!("locked by {pid}"),
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
        let output = as_another_process("opens_reads_and_writes", store);
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
    std::thread::scope(|scope| {
        let added = scope.spawn(|| {
            let store = waiting(60_000).open(&place).unwrap();
            store.add([event(2)]).map(|_| store.len().unwrap())
        });
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
    // The newest root is another one by now: what the reader holds is gone, not damaged.
    fs::write(&db, &bytes).unwrap();
    let held = reader(&place);
    let writer = Store::open(&place).unwrap();
    writer.add([event(1000)]).unwrap();
    drop(writer);
    fs::write(&db, vec![0; bytes.len()]).unwrap();
    // Each time it is asked: a search that found nothing is remembered.
    for _ in 0..3 {
        assert!(matches!(answers(&held), Err(Error::SnapshotGone { .. })));
        assert!(matches!(
            held.get(event(3).id),
            Err(Error::SnapshotGone { .. })
        ));
    }
}

/// Set for the process that reads while another one writes.
const READS: &str = "EVENTSTORE_TEST_READS";

/// Asks without pause until the file `stop` is there. Prints answers, and how many were gone.
#[test]
fn reads_for_another_process() {
    let Some(place) = std::env::var_os(READS) else {
        return;
    };
    let place = PathBuf::from(place);
    let stop = place.with_extension("stop");
    let store = reader(&place);
    let (mut answered, mut gone, mut commits) = (0u32, 0u32, 0u32);
    loop {
        let last = stop.exists();
        match store.refresh() {
            Ok(newer) => commits += u32::from(newer),
            Err(Error::SnapshotGone { .. }) => gone += 1,
            Err(other) => panic!("{other}"),
        }
        match answers(&store) {
            Ok((len, tagged, worded, titles)) => {
                // Each commit adds events of all kinds: any two that do not fit belong to two commits.
                let number = len as u64;
                assert_eq!((tagged, worded), (number, number));
                let thirds = (0..number as u32).filter(|number| number % 7 == 3).count();
                assert_eq!(titles.len(), thirds);
                answered += 1;
            }
            Err(Error::SnapshotGone { .. }) => gone += 1,
            Err(other) => panic!("{other}"),
        }
        if last {
            break;
        }
    }
    println!("READ {answered} {gone} {commits} {}", store.len().unwrap());
}

/// Readers beside a writer, which keeps what it replaces for so long. Gives how many answers were gone.
fn read_beside(commits: u32, keep_replaced: std::time::Duration) -> u32 {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let options = OpenOptions::new().keep_replaced(keep_replaced);
    let store = options.open(&place).unwrap();
    store.add((0..200).map(event)).unwrap();
    let program = std::env::current_exe().unwrap();
    let readers: Vec<_> = (0..4)
        .map(|_| {
            Command::new(&program)
                .args(["--exact", "reads_for_another_process", "--nocapture"])
                .env(READS, &place)
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for commit in 0..commits {
        let from = 200 + commit * 5;
        store.add((from..from + 5).map(event)).unwrap();
        if commit % (commits / 10) == 0 {
            store.compact().unwrap();
        }
    }
    fs::write(place.with_extension("stop"), "").unwrap();
    let mut all_gone = 0;
    for reader in readers {
        let output = reader.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}");
        let line = text.lines().find_map(|line| line.split_once("READ "));
        let numbers: Vec<u32> = line
            .unwrap_or_else(|| panic!("{text}"))
            .1
            .split(' ')
            .map(|number| number.parse().unwrap())
            .collect();
        let [answered, gone, seen, len] = numbers[..] else {
            panic!("{text}");
        };
        println!(
            "kept for {keep_replaced:?}: {answered} answers, {gone} gone, {seen} commits seen"
        );
        assert!(answered > 0 && len == 200 + commits * 5, "{text}");
        all_gone += gone;
    }
    all_gone
}

#[test]
fn processes_read_beside_one_that_commits_300_times_and_compacts() {
    // Ten seconds, as it is without a word, are enough where readers refresh as often as these; an hour is,
    // whatever else the machine does.
    let gone = read_beside(300, std::time::Duration::from_secs(3600));
    assert_eq!(gone, 0, "nothing was removed");
}

/// Where what is replaced is removed at once, an answer is right or `SnapshotGone`.
#[test]
fn processes_read_beside_one_that_removes_at_once() {
    let gone = read_beside(100, std::time::Duration::ZERO);
    println!("{gone} gone");
}
