//! The bodies of the fuzz targets over a fixed number of inputs, so that stable CI runs them too.
//!
//! Inputs that are read without an error are cut, joined and changed by a stream of random numbers. The input of a
//! failure is printed, and kept where `EVENTSTORE_FUZZ_SEEDS` says.
//!
//! `EVENTSTORE_FUZZ=1000000 EVENTSTORE_SEED=2 cargo test -p context-eventstore --all-features --test fuzzed` goes on for
//! longer, with other numbers. `EVENTSTORE_FUZZ_SEEDS=target/seeds` writes the first inputs for a fuzzer.

mod support;

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use eventstore::fuzzing::{FuzzTarget, TARGETS, import_export, read_stored, salvage_data};
use support::{Dice, seed};

/// What decoders of numbers rarely expect: the ends of ranges, in one byte to eight.
const EDGES: [&[u8]; 8] = [
    &[0],
    &[0xff],
    &[0x7f],
    &[0x80, 0x80, 0x80, 0x80, 0x0f],
    &[0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0xff; 4],
    &[0xff; 8],
    &[0xff, 0xff, 0xff, 0x7f],
];

/// A seed with some changes, mostly behind the bytes that choose what is read. A few are random bytes.
fn input(random: &mut Dice, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    let head = match random.below(8) {
        0 => 0,
        _ => 3.min(bytes.len()),
    };
    if random.below(16) == 0 {
        let length = random.below(300);
        bytes.truncate(head);
        bytes.extend((0..length).map(|_| random.next() as u8));
        return bytes;
    }
    for _ in 0..=random.below(4) {
        let at = head + random.below(bytes.len().saturating_sub(head));
        let at = at.min(bytes.len());
        let end = (at + random.below(40)).min(bytes.len());
        match random.below(7) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len());
                let to = (from + random.below(200)).min(other.len());
                bytes.splice(at..at, other[from..to].to_vec());
            }
            2 => bytes.insert(at, random.next() as u8),
            3 => bytes.truncate(at),
            4 => {
                let edge = EDGES[random.below(EDGES.len())];
                let end = (at + edge.len()).min(bytes.len());
                bytes.splice(at..end, edge.to_vec());
            }
            5 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
        }
    }
    bytes
}

/// Every seed, and changed ones: `count`, or as many as `EVENTSTORE_FUZZ` says.
fn fuzz(name: &str, count: usize) {
    let FuzzTarget { body, seeds, .. } = TARGETS
        .into_iter()
        .find(|target| target.name == name)
        .unwrap();
    let seeds = seeds();
    let kept = std::env::var("EVENTSTORE_FUZZ_SEEDS").map(|folder| Path::new(&folder).join(name));
    let keep = |file: &str, bytes: &[u8]| {
        if let Ok(folder) = &kept {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join(file), bytes).unwrap();
        }
    };
    let count = std::env::var("EVENTSTORE_FUZZ")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(count);
    let mut random = Dice::new(seed());
    let mut failed = Vec::new();
    for case in 0..seeds.len() + count {
        let bytes = match seeds.get(case) {
            Some(seed) => {
                keep(&format!("seed-{case}"), seed);
                // The long ones only as what is changed.
                if count < seeds.len() && case % (seeds.len() / count.max(1)) != 0 {
                    continue;
                }
                seed.clone()
            }
            None => input(&mut random, &seeds),
        };
        if catch_unwind(AssertUnwindSafe(|| body(&bytes))).is_err() {
            keep(&format!("failed-{case}"), &bytes);
            let hex = bytes
                .iter()
                .take(4000)
                .fold(String::new(), |mut hex, byte| {
                    let _ = write!(hex, "{byte:02x}");
                    hex
                });
            eprintln!("{name}: case {case}, {} bytes: {hex}", bytes.len());
            failed.push(case);
        }
    }
    eprintln!(
        "{name}: {} seeds, {count} changed inputs, {} failed",
        seeds.len(),
        failed.len()
    );
    assert!(failed.is_empty(), "{name}: cases {failed:?}");
}

#[test]
fn pages() {
    fuzz("page_read", 4_000);
}

#[test]
fn queries() {
    fuzz("query", 3_000);
}

#[test]
fn stored_parts() {
    fuzz("stored", 400);
}

#[test]
fn small_files_of_a_store() {
    fuzz("store_files", 150);
}

#[test]
fn exports() {
    fuzz("import", 600);
}

#[test]
fn archives() {
    fuzz("archive", 200);
}

#[test]
fn data_of_damaged_stores() {
    fuzz("salvage", 40);
}

/// A salvage leaves out the hash of a page of which it is lost; others may state a wrong one.
#[test]
fn an_added_page_with_no_hash_or_a_wrong_one_is_imported_as_a_sound_page() {
    let first = r#"{"format":1,"eventstore":"0.1.0","words":true,"stated":{},
        "choices":[{"prefix":"","profile":"none","map":{}}]}"#;
    let event = "### [2017-03-7](/news/2017/03/7/index.md)\n\n# An added event\n\nText.\n\n";
    let post = "---\ntitle: Added\ndate: 2017-03-09\n---\nText.\n";
    let mut tried = 0;
    for hash in ["", r#","hash":"0000000000000007""#] {
        for is_added in [false, true] {
            let records = [
                (
                    "news/2017/03/7/added.md",
                    format!(r#"{{"added":{is_added}{hash}}}"#),
                    event,
                ),
                (
                    "posts/added.md",
                    format!(r#"{{"kind":"markdown","choice":0,"added":{is_added}{hash}}}"#),
                    post,
                ),
            ];
            for (path, record, page) in records {
                let record = format!("eventstore {record}");
                let pieces = [first, path, &record, page].map(str::as_bytes);
                let report = import_export(&[&[2], &*pieces.join(&[0xff][..])].concat()).unwrap();
                assert_eq!((report.added, report.failed), (1, 0), "{:?}", report.errors);
                tried += 1;
            }
        }
    }
    eprintln!("{tried} exports imported");
}

/// What an export says of ids and paths is no more to be believed than what an archive says.
#[test]
fn an_export_that_states_ids_and_paths_that_are_none_is_imported_without_these_pages() {
    let first = r#"{"format":1,"eventstore":"0.1.0","words":true,"stated":{},
        "choices":[{"prefix":"","profile":"none","map":{}}]}"#;
    let post = "---\ntitle: Added\ndate: 2017-03-09\n---\nText.\n";
    let records = [
        ("posts/a.md", r#","id":"""#),
        ("posts/a.md", r#","id":"../../a""#),
        ("posts/a.md", r#","id":"posts/\u001b[2J""#),
        ("posts/a.md", r#","id":"posts/a.md/""#),
        ("posts/a.md", r#","path":"../../a.md""#),
        ("posts/../../a.md", ""),
    ];
    for (path, more) in records {
        let record = format!(r#"eventstore {{"kind":"markdown","choice":0{more}}}"#);
        let pieces = [first, path, &record, post].map(str::as_bytes);
        let report = import_export(&[&[2], &*pieces.join(&[0xff][..])].concat()).unwrap();
        assert_eq!((report.added, report.failed), (0, 1), "{record}");
    }
    eprintln!("{} exports imported", records.len());
}

/// A header of another day than its neighbours, a chunk that says it has four billion bytes, a tag that
/// the dictionary does not have, one that it has twice, and an index of more entries than there are bytes.
#[test]
fn damaged_rows_and_lengths_are_refused() {
    read_stored(b"\x1a\x01\x02\x03\x01\x06\x01L\x04J\x06\x02\x0b\x01Later");
    read_stored(b"\x1c\xd9\x22\x01\x00\x00\xf0\x00\x02\x03\x02\x01\xc3\x03\x00");
    read_stored(b"\x1c\x04H\x01\x1e\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xbd");
    // A dictionary with one text twice: of a row that has both a merge keeps one.
    read_stored(
        b"$\x06@\x08\x05Fleet\x08Harbours\x0aL\x00keE nnet\x07Le\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00tters\x05Roads\x05Ships\x06Storms\x06\xe6\xb8\xaf\xe5\x8f\xa3",
    );
    // An index of blocks that claims a billion entries.
    read_stored(b"\x1b\xb0\xe9\xfd\xde\xe0\xf9\x32\x8d\xba\xff\xa5\x00");
    eprintln!("5 inputs");
}

/// Of two rows with one path, as a forged store can have them, both pages are written.
#[test]
fn rows_of_one_path_are_all_salvaged() {
    salvage_data(&[3, 32, 4, 35, 0, 32, 65, 91, 111, 117, 116, 10]);
    eprintln!("1 input");
}
