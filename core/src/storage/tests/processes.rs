//! Two processes, and one that is killed.

#[path = "../../../tests/support/processes.rs"]
mod other_process;

use std::io::{Read, Write};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use other_process::{child, place_of_child};

use super::*;

#[test]
fn a_second_opener_is_told_who_has_the_store() {
    let home = tempfile::tempdir().unwrap();
    let storage = sled_in(home.path());
    commit(&*storage, 1).unwrap();
    let before = fs::read(home.path().join("CURRENT")).unwrap();
    match open_directory(home.path(), existing()) {
        Err(Error::Locked { holder, path }) => {
            assert_eq!(holder.pid, std::process::id());
            assert!(holder.program.starts_with("eventstore"), "{holder}");
            assert_eq!(path, home.path());
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened twice"),
    }
    assert_eq!(fs::read(home.path().join("CURRENT")).unwrap(), before);
    storage.close().unwrap();
    open_directory(home.path(), existing()).unwrap();
}

/// Says what the other process does to the store.
const ROLE: &str = "EVENTSTORE_TEST_ROLE";

fn as_other(role: &str, path: &Path) -> Child {
    let mut command = child("storage::tests::processes::as_another_process", path);
    command.env(ROLE, role).spawn().unwrap()
}

/// Does nothing but in a process that [`as_other`] started.
#[test]
fn as_another_process() {
    let (Ok(role), Some(path)) = (std::env::var(ROLE), place_of_child()) else {
        return;
    };
    let storage = open_directory(&path, options()).unwrap();
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
                let batch = StorageBatch {
                    set,
                    ..StorageBatch::default()
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
    let mut holder = as_other("hold", home.path());
    wait_for(holder.stdout.as_mut().unwrap(), "READY");
    match open_directory(home.path(), options()) {
        Err(Error::Locked { holder: told, .. }) => {
            assert_eq!(told.pid, holder.id());
            assert!(told.program.starts_with("eventstore"), "{told}");
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened twice"),
    }
    drop(holder.stdin.take());
    holder.wait().unwrap();
    open_directory(home.path(), options()).unwrap();
}

#[test]
fn a_killed_writer_leaves_every_commit_that_it_told_of() {
    for round in 0..4u32 {
        let home = tempfile::tempdir().unwrap();
        let mut writer = as_other("write", home.path());
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

        let storage = open_directory(home.path(), existing()).unwrap();
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
    open_directory(home.path(), existing()).unwrap();
    assert!(started.elapsed() >= Duration::from_millis(290));
    holder.join().unwrap();

    let db = fs::File::open(home.path().join("data-000001/db")).unwrap();
    db.try_lock().unwrap();
    let before = snapshot(home.path());
    match open_directory(home.path(), existing()) {
        Err(Error::Storage { path, .. }) => assert!(path.ends_with("data-000001")),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened"),
    }
    assert!(snapshot(home.path()) == before);
}

/// A fork needs unsafe code, so the tests of the Python package fork; here the storage takes this
/// process for a child.
#[test]
fn a_forked_child_is_refused_everything_and_does_not_touch_the_files() {
    let home = tempfile::tempdir().unwrap();
    let (mut directory, root) = Directory::open(home.path(), options()).unwrap();
    assert!(root.is_none());
    let name = directory.create_data().unwrap();
    directory.pid = 0;
    let child = SledStorage::create_alone(Arc::new(directory), name, Role::Current).unwrap();
    assert!(matches!(child.get(b"k"), Err(Error::Forked { .. })));
    assert!(matches!(
        child.scan_keys(b"k", 1),
        Err(Error::Forked { .. })
    ));
    assert!(matches!(
        child.write(StorageBatch::default()),
        Err(Error::Forked { .. })
    ));
    assert!(matches!(child.sync(), Err(Error::Forked { .. })));
    assert!(matches!(child.root(), Err(Error::Forked { .. })));
    assert!(matches!(child.set_root(b"x"), Err(Error::Forked { .. })));
    assert!(matches!(child.fresh(), Err(Error::Forked { .. })));
    assert!(matches!(child.size(), Err(Error::Forked { .. })));
    assert!(matches!(child.set_recovered(), Err(Error::Forked { .. })));
    assert!(matches!(child.close(), Err(Error::Forked { .. })));
    let before = snapshot(home.path());
    let lock = fs::read(home.path().join("LOCK")).unwrap();
    drop(child);
    assert!(snapshot(home.path()) == before);
    assert_eq!(
        fs::read(home.path().join("LOCK")).unwrap(),
        lock,
        "not released"
    );
}
