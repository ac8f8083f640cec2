//! Damaged bytes: a quick look names them.

use super::kit::{copy, whole};
use crate::storage::{StorageBatch, chunk_key, open_chunk};
use crate::store::{Manifest, open_on};
use crate::verify::VerifyDepth;

fn set(key: &[u8], value: Vec<u8>) -> StorageBatch {
    StorageBatch {
        set: vec![(key.to_vec(), value)],
        remove: Vec::new(),
    }
}

#[test]
fn a_quick_look_names_each_chunk_with_a_turned_bit_and_each_that_is_missing() {
    let storage = copy(&*whole());
    // Opened before the damage: a store that lacks the first chunks of a part does not open.
    let store = open_on(storage.clone());
    let sound = store.verify(VerifyDepth::Quick).unwrap();
    assert!(
        sound.is_sound() && sound.is_complete,
        "{:?}",
        sound.findings
    );
    let keys = storage.scan_keys(&[], usize::MAX).unwrap();
    assert_eq!(sound.chunks, keys.len() as u64);
    let (mut tried, mut found) = (0, 0);
    for key in &keys {
        let value = storage.get(key).unwrap().unwrap();
        let (segment, part) = (u32::from_be_bytes(key[..4].try_into().unwrap()), key[4]);
        let part = crate::segment::Part::from_number(part).unwrap().name();
        let mut look = |batch| {
            storage.write(batch).unwrap();
            let report = store.verify(VerifyDepth::Full).unwrap();
            tried += 1;
            let named = report
                .findings
                .iter()
                .any(|finding| (finding.segment, finding.part.as_str()) == (Some(segment), part));
            found += u32::from(named && report.found == 1 && !report.is_complete);
            storage.write(set(key, value.clone())).unwrap();
        };
        for at in [0, 5, 20, value.len() / 2, value.len() - 1] {
            let mut damaged = value.clone();
            damaged[at] ^= 1 << (at % 8);
            look(set(key, damaged));
        }
        look(StorageBatch {
            set: Vec::new(),
            remove: vec![key.clone()],
        });
    }
    println!("{tried} damages of bytes, {found} named by their part");
    assert!(tried > 200);
    assert_eq!(tried, found);
    assert!(store.verify(VerifyDepth::Full).unwrap().is_sound());
}

#[test]
fn every_turned_byte_of_every_chunk_and_every_cut_is_seen() {
    let storage = whole();
    let manifest = Manifest::read(&*storage).unwrap();
    let mut tried = 0;
    for range in manifest.key_ranges() {
        for chunk in range.first..range.first + range.chunks {
            let key = chunk_key(range.segment, range.part, chunk);
            let mut value = storage.get(&key).unwrap().unwrap();
            let opens = |value: &[u8]| open_chunk(value, &key, range.nonce).is_some();
            assert!(opens(&value));
            for at in 0..value.len() {
                for mask in [0xFF, 1 << (at % 8)] {
                    value[at] ^= mask;
                    assert!(!opens(&value), "{key:?} byte {at}");
                    value[at] ^= mask;
                }
                assert!(!opens(&value[..at]), "{key:?} cut at {at}");
                tried += 3;
            }
        }
    }
    println!("{tried} damages of bytes, each seen");
    assert!(tried > 10_000);
}
