//! A store that was closed cleanly is read at the locations of its values, without the engine.

use super::*;

const LIVE: KeyRange = KeyRange {
    segment: 1,
    part: 10,
    first: 0,
    chunks: 100,
    nonce: 5,
};

fn value(chunk: u32, payload: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let key = chunk_key(LIVE.segment, LIVE.part, chunk);
    let content = ChunkContent {
        codec: 0,
        length: 1,
    };
    (key.to_vec(), seal_chunk(&key, LIVE.nonce, content, payload))
}

fn values(chunks: std::ops::Range<u32>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let payload = |chunk: u32| noise(chunk.into(), 60 * chunk as usize);
    chunks.map(|chunk| value(chunk, &payload(chunk))).collect()
}

fn write(storage: &dyn Storage, set: Vec<(Vec<u8>, Vec<u8>)>) {
    let batch = StorageBatch {
        set,
        ..StorageBatch::default()
    };
    storage.write(batch).unwrap();
}

/// A closed store of a hundred live values.
pub(super) fn closed(home: &Path) {
    let storage = sled_in(home);
    write(&*storage, values(0..100));
    storage.sync().unwrap();
    storage.set_root(b"root").unwrap();
    storage.set_live(vec![LIVE]);
    storage.close().unwrap();
}

fn reads_all(storage: &dyn Storage) {
    for (key, value) in values(0..100) {
        assert!(storage.get(&key).unwrap().is_some());
        assert_eq!(storage.get(&key).unwrap(), Some(value));
    }
}

#[test]
fn reading_live_values_opens_no_engine_and_leaves_the_files_alone() {
    let home = tempfile::tempdir().unwrap();
    closed(home.path());
    let before = snapshot(home.path());
    let storage = open_directory(home.path(), existing()).unwrap();
    assert_eq!(storage.root().unwrap().as_deref(), Some(&b"root"[..]));
    reads_all(&*storage);
    assert!(!storage.is_engine_opened());
    storage.close().unwrap();
    assert_eq!(snapshot(home.path()), before);
    assert!(matches!(
        storage.get(&values(7..8)[0].0),
        Err(Error::Closed { .. })
    ));
}

#[test]
fn a_value_without_a_location_is_read_through_the_engine() {
    let home = tempfile::tempdir().unwrap();
    closed(home.path());
    let storage = open_directory(home.path(), existing()).unwrap();
    let (unknown, _) = value(100, b"");
    assert_eq!(storage.get(&unknown).unwrap(), None);
    assert!(storage.is_engine_opened());
    assert_eq!(storage.scan_keys(&[], 1000).unwrap().len(), 100);
    reads_all(&*storage);
    storage.close().unwrap();
    assert!(
        open_directory(home.path(), existing()).is_ok_and(|storage| !storage.is_engine_opened())
    );
}

#[test]
fn the_first_write_opens_the_engine_and_what_is_written_is_read() {
    let home = tempfile::tempdir().unwrap();
    closed(home.path());
    let storage = open_directory(home.path(), existing()).unwrap();
    let (known, _) = value(9, b"");
    // As no commit does; a storage must not depend on it.
    let (_, other) = value(9, b"other");
    write(&*storage, vec![(known.clone(), other.clone())]);
    assert_eq!(storage.get(&known).unwrap(), Some(other));
    assert!(!home.path().join("CLEAN").exists());
    let (gone, _) = value(10, b"");
    let remove = StorageBatch {
        remove: vec![gone.clone()],
        ..StorageBatch::default()
    };
    storage.write(remove).unwrap();
    assert_eq!(storage.get(&gone).unwrap(), None);
}

#[test]
fn a_number_that_is_used_again_gives_its_last_content() {
    let home = tempfile::tempdir().unwrap();
    let storage = sled_in(home.path());
    // A commit that failed has left its values in the file, beside those of the one that came after
    // it.
    write(
        &*storage,
        (0..100)
            .map(|chunk| value(chunk, b"of a failed commit"))
            .collect(),
    );
    storage.sync().unwrap();
    let keys = values(0..100).into_iter().map(|(key, _)| key);
    let remove = StorageBatch {
        remove: keys.collect(),
        ..StorageBatch::default()
    };
    storage.write(remove).unwrap();
    write(&*storage, values(0..100));
    storage.sync().unwrap();
    storage.set_root(b"root").unwrap();
    storage.set_live(vec![LIVE]);
    storage.close().unwrap();
    reads_all(&*open_directory(home.path(), existing()).unwrap());
}

#[test]
fn after_an_unclean_shutdown_the_locations_are_not_used() {
    let home = tempfile::tempdir().unwrap();
    closed(home.path());
    fs::remove_file(home.path().join("CLEAN")).unwrap();
    let storage = open_directory(home.path(), existing()).unwrap();
    assert!(storage.is_engine_opened());
    reads_all(&*storage);
}

#[test]
fn a_store_without_locations_gets_them_when_a_reader_closes_it() {
    let home = tempfile::tempdir().unwrap();
    closed(home.path());
    fs::remove_file(home.path().join("PLACES")).unwrap();
    let storage = open_directory(home.path(), existing()).unwrap();
    assert!(storage.is_engine_opened());
    storage.set_live(vec![LIVE]);
    reads_all(&*storage);
    storage.close().unwrap();
    let storage = open_directory(home.path(), existing()).unwrap();
    reads_all(&*storage);
    assert!(!storage.is_engine_opened());
}

#[test]
fn values_in_files_of_their_own_mean_no_locations() {
    let home = tempfile::tempdir().unwrap();
    let storage = sled_in(home.path());
    write(&*storage, values(0..100));
    storage.sync().unwrap();
    storage.set_root(b"root").unwrap();
    storage.set_live(vec![LIVE]);
    fs::create_dir_all(home.path().join("data-000001/blobs")).unwrap();
    fs::write(home.path().join("data-000001/blobs/1"), b"a blob").unwrap();
    storage.close().unwrap();
    assert!(!home.path().join("PLACES").exists());
    let storage = open_directory(home.path(), existing()).unwrap();
    assert!(storage.is_engine_opened());
    reads_all(&*storage);
}
