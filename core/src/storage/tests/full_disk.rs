//! A disk without room: what the errors say, and that the store goes on once there is room.

use super::*;

#[path = "../../../tests/support/small_disk.rs"]
mod small_disk;

use small_disk::SmallDisk;

/// What `LOCK` and `CURRENT` take.
const LEFT: u64 = 64 << 10;

/// `ENOSPC` on every Unix that there is.
const NO_SPACE: i32 = 28;

fn is_full(error: &Error) -> bool {
    let Error::Storage { source, .. } = error else {
        return false;
    };
    source.raw_os_error() == Some(NO_SPACE) && !source.to_string().contains("Os {")
}

#[test]
fn the_number_of_an_error_is_found_in_the_text_that_sled_makes_of_it() {
    let given = std::io::Error::from_raw_os_error(NO_SPACE);
    assert_eq!(system_error(given).raw_os_error(), Some(NO_SPACE));
    let mut copy = std::io::Error::from_raw_os_error(NO_SPACE);
    // Each further copy quotes the one before.
    for _ in 0..3 {
        copy = std::io::Error::new(copy.kind(), format!("{copy:?}"));
        let copy = std::io::Error::new(copy.kind(), format!("{copy:?}"));
        assert_eq!(system_error(copy).raw_os_error(), Some(NO_SPACE));
    }
    let other = system_error(std::io::Error::other("no number"));
    assert_eq!(other.raw_os_error(), None);
    assert_eq!(other.to_string(), "no number");
}

#[test]
fn a_full_disk_is_named_at_every_call_and_the_store_goes_on_after_a_reopening() {
    let Some(disk) = SmallDisk::new(24) else {
        return;
    };
    let home = disk.path().join("store");
    let storage = sled_in(&home);
    commit(&*storage, 1).unwrap();
    let ballast = disk.fill(LEFT);
    let big = |number: u8| {
        let set = (0..200)
            .map(|value| (vec![number, value], noise(value.into(), 6000)))
            .collect();
        let batch = StorageBatch {
            set,
            ..StorageBatch::default()
        };
        storage.write(batch)?;
        storage.sync()?;
        storage.set_root(&[number])
    };
    let mut failed = 0;
    for number in 2..12 {
        if let Err(error) = big(number) {
            assert!(is_full(&error), "{error:?}");
            failed += 1;
        }
    }
    assert!(failed >= 9, "{failed}");
    fs::remove_file(&ballast).unwrap();
    if let Err(error) = big(20) {
        assert!(
            is_full(&error)
                && error
                    .to_string()
                    .contains("close the store and open it again")
        );
    }
    let root = storage.root().unwrap();
    let _ = storage.close();
    let storage = open_directory(&home, existing()).unwrap();
    assert_eq!(storage.root().unwrap(), root);
    assert_eq!(storage.get(&[1, 7]).unwrap(), Some(vec![1; 10]));
    commit(&*storage, 30).unwrap();
    storage.close().unwrap();
}

#[test]
fn no_room_for_the_recovery_copy_leaves_no_part_of_it() {
    let Some(disk) = SmallDisk::new(24) else {
        return;
    };
    let home = disk.path().join("store");
    let storage = sled_in(&home);
    commit(&*storage, 1).unwrap();
    storage.close().unwrap();
    // As a kill leaves it.
    fs::remove_file(home.join("CLEAN")).unwrap();
    let ballast = disk.fill(LEFT);
    for _ in 0..3 {
        let error = open_directory(&home, existing()).err().unwrap();
        assert!(is_full(&error), "{error:?}");
        assert!(
            error.to_string().contains("make the recovery copy"),
            "{error}"
        );
        assert!(!names(&home).iter().any(|name| name.starts_with("aside")));
    }
    fs::remove_file(&ballast).unwrap();
    let storage = open_directory(&home, existing()).unwrap();
    assert_eq!(storage.get(&[1, 7]).unwrap(), Some(vec![1; 10]));
}

#[test]
fn a_damaged_settings_file_is_damage_and_says_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    closed_store(home.path());
    fs::remove_file(home.path().join("CLEAN")).unwrap();
    let conf = home.path().join("data-000001/conf");
    let whole = fs::read(&conf).unwrap();
    let mut damaged = 0;
    for at in (0..whole.len()).step_by(5) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&conf, &bytes).unwrap();
        match open_directory(home.path(), existing()) {
            Err(Error::Corrupt { part, .. }) => {
                assert_eq!(part, "data-000001");
                damaged += 1;
            }
            Err(other) => panic!("byte {at}: {other}"),
            // Not every byte matters to sled.
            Ok(storage) => {
                assert_eq!(storage.root().unwrap().as_deref(), Some(&b"root"[..]));
                storage.close().unwrap();
                fs::remove_file(home.path().join("CLEAN")).unwrap();
            }
        }
    }
    assert!(damaged > 3, "{damaged}");
}

#[test]
fn what_a_desktop_leaves_in_a_folder_does_not_keep_a_store_out() {
    let home = tempfile::tempdir().unwrap();
    for name in [".DS_Store", "Thumbs.db", "desktop.ini"] {
        fs::write(home.path().join(name), "x").unwrap();
    }
    let storage = sled_in(home.path());
    commit(&*storage, 1).unwrap();
    storage.close().unwrap();
    assert!(home.path().join(".DS_Store").exists());
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(".DS_Store"), "x").unwrap();
    fs::write(home.path().join("essay.txt"), "x").unwrap();
    match open_directory(home.path(), options()) {
        Err(Error::NotAStore { message, .. }) => assert!(message.contains("`essay.txt`;")),
        _ => panic!("opened"),
    }
}
