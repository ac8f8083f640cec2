//! Locations of values in sled's file, and the file that lists them.

use std::fs::File;

use super::*;
use crate::storage::chunk_key::{ChunkContent, chunk_key as key, seal_chunk as seal};
use crate::storage::directory::{PLACES, SealedFile};
use crate::storage::sled::{LOG_START, LocationSearch, Locations};

/// Bytes of an entry of the list's tables.
const ENTRY: usize = 8;

const RANGE: KeyRange = KeyRange {
    segment: 3,
    part: 12,
    first: 5,
    chunks: 40,
    nonce: 9,
};

fn value(chunk: u32, payload: &[u8]) -> Vec<u8> {
    let content = ChunkContent {
        codec: 0,
        length: 0,
    };
    seal(
        &key(RANGE.segment, RANGE.part, chunk),
        RANGE.nonce,
        content,
        payload,
    )
}

fn payload(chunk: u32) -> Vec<u8> {
    // Of every length up to the longest, full of marks that begin no value.
    b"eS\x01"
        .iter()
        .copied()
        .cycle()
        .take(chunk as usize * 162)
        .collect()
}

/// A file of these bytes, searched in pieces, and its locations.
fn locations_in(home: &Path, bytes: &[u8], piece: usize) -> Locations {
    let data = home.join("data-000001");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("db"), bytes).unwrap();
    let mut search = LocationSearch::new(&[RANGE], i64::MAX);
    bytes.chunks(piece).for_each(|bytes| search.push(bytes));
    let file = Arc::new(File::open(data.join("db")).unwrap());
    let locations = Locations::none(file, LOG_START).only(&[RANGE]);
    let found = search.finish();
    locations
        .with(&found, 3)
        .write(home, "data-000001", Some(7), false);
    Locations::read(home, "data-000001", 7).unwrap().unwrap()
}

fn read(locations: &Locations, chunk: u32) -> Option<Vec<u8>> {
    let mut out = b"before".to_vec();
    let key = key(RANGE.segment, RANGE.part, chunk);
    let found = locations.get_into(&key, &mut out);
    assert!(out.starts_with(b"before") && (found || out.len() == 6));
    found.then(|| out.split_off(6))
}

#[test]
fn every_live_value_is_found_wherever_it_lies() {
    let home = tempfile::tempdir().unwrap();
    let mut bytes = b"eS".to_vec();
    // Not in order, some without a gap, some behind the beginning of one that was cut off.
    for chunk in (5..45).rev() {
        bytes.extend(&value(chunk, b"cut off")[..20 * (chunk as usize % 2)]);
        bytes.extend(value(chunk, &payload(chunk)));
    }
    for piece in [1, 7, 4_096, bytes.len()] {
        let locations = locations_in(home.path(), &bytes, piece);
        // As they lie, and as they are numbered: within what was read at once and not.
        let mut ahead = Readahead::default();
        for chunk in (5..45).rev().chain(5..45) {
            let mut out = b"before".to_vec();
            assert!(locations.get_ahead(
                &key(RANGE.segment, RANGE.part, chunk),
                &mut ahead,
                &mut out
            ));
            assert!(out[6..] == value(chunk, &payload(chunk)), "{chunk}");
        }
        assert!(!locations.get_ahead(
            &key(RANGE.segment, RANGE.part, 45),
            &mut ahead,
            &mut Vec::new()
        ));
        for chunk in 5..45 {
            assert!(
                read(&locations, chunk) == Some(value(chunk, &payload(chunk))),
                "{chunk}"
            );
        }
        assert_eq!((read(&locations, 4), read(&locations, 45)), (None, None));
        assert_eq!(locations.live(), [RANGE]);
    }
}

#[test]
fn a_damaged_or_unlisted_value_or_one_with_two_contents_has_no_location() {
    let home = tempfile::tempdir().unwrap();
    let mut damaged = value(6, b"six");
    damaged[25] ^= 1;
    let twice = [
        value(7, b"seven"),
        value(7, b"7"),
        value(7, b"seven"),
        value(7, b"seven"),
    ];
    let same = [value(8, b"eight"), value(8, b"eight")];
    let bytes = [
        damaged,
        twice.concat(),
        same.concat(),
        value(45, b"not live"),
    ]
    .concat();
    let locations = locations_in(home.path(), &bytes, bytes.len());
    assert_eq!(read(&locations, 6), None);
    assert_eq!(read(&locations, 7), None);
    assert_eq!(read(&locations, 8), Some(value(8, b"eight")));
    assert_eq!(read(&locations, 45), None);
}

/// A failed commit of another opening may have used the same key: before or behind the one that the root
/// means.
#[test]
fn a_value_of_another_opening_is_never_taken() {
    let home = tempfile::tempdir().unwrap();
    let content = ChunkContent {
        codec: 0,
        length: 0,
    };
    let other = |chunk: u32| {
        let key = key(RANGE.segment, RANGE.part, chunk);
        seal(&key, RANGE.nonce + 1, content, b"of another opening")
    };
    let bytes = [
        other(6),
        value(6, b"six"),
        value(7, b"seven"),
        other(7),
        other(8),
    ]
    .concat();
    let locations = locations_in(home.path(), &bytes, bytes.len());
    assert_eq!(read(&locations, 6), Some(value(6, b"six")));
    assert_eq!(read(&locations, 7), Some(value(7, b"seven")));
    assert_eq!(read(&locations, 8), None);
    // By now another one lies where the list says.
    fs::write(
        home.path().join("data-000001/db"),
        [other(6), other(6)].concat(),
    )
    .unwrap();
    assert_eq!(read(&locations, 6), None);
}

#[test]
fn a_location_that_holds_something_else_by_now_gives_nothing() {
    let home = tempfile::tempdir().unwrap();
    let bytes = [value(6, b"six"), value(7, b"seven")].concat();
    let locations = locations_in(home.path(), &bytes, bytes.len());
    let other = [value(6, b"6!!"), value(8, b"eight")].concat();
    fs::write(home.path().join("data-000001/db"), other).unwrap();
    // Whole, of this key, and another value: listing only live keys, found once, excludes that.
    assert_eq!(read(&locations, 6), Some(value(6, b"6!!")));
    assert_eq!(read(&locations, 7), None);
    fs::write(home.path().join("data-000001/db"), b"").unwrap();
    assert_eq!(read(&locations, 6), None);
    let mut out = Vec::new();
    let key_of = |chunk| key(RANGE.segment, RANGE.part, chunk);
    assert!(
        !locations.get_ahead(&key_of(6), &mut Readahead::default(), &mut out) && out.is_empty()
    );
    locations.forget(&key(RANGE.segment, RANGE.part, 6));
    fs::write(home.path().join("data-000001/db"), &bytes).unwrap();
    assert_eq!(read(&locations, 6), None, "forgotten");
    assert_eq!(read(&locations, 7), Some(value(7, b"seven")));
}

#[test]
fn a_list_of_another_file_or_a_damaged_one_is_none_and_a_damaged_table_finds_less() {
    let home = tempfile::tempdir().unwrap();
    locations_in(home.path(), &value(6, b"six"), 100);
    let open = |data: &str, sum: u32| Locations::read(home.path(), data, sum).unwrap();
    assert!(open("data-000001", 7).is_some());
    assert!(open("data-000001", 8).is_none());
    assert!(open("data-000002", 7).is_none());
    let list = home.path().join(PLACES);
    let whole = fs::read(&list).unwrap();
    let head = SealedFile::length(&whole).unwrap();
    assert_eq!(whole.len(), head + 40 * ENTRY);
    let (mut refused, mut lost) = (0, 0);
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&list, &bytes).unwrap();
        match open("data-000001", 7) {
            None => refused += 1,
            Some(locations) => match read(&locations, 6) {
                Some(found) => assert_eq!(found, value(6, b"six")),
                None => lost += 1,
            },
        }
        fs::write(&list, &whole[..at]).unwrap();
        assert!(open("data-000001", 7).is_none(), "cut at {at}");
    }
    assert_eq!(refused, head);
    assert!((1..=ENTRY).contains(&lost), "{lost}");
    fs::remove_file(list).unwrap();
    assert!(open("data-000001", 7).is_none());
}
