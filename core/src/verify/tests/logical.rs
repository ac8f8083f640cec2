//! Damages that mean something, each by itself, and who names them.

use roaring::RoaringBitmap;

use super::kit::{copy, look, put_deleted, rewrite, segments, whole};
use crate::error::Error;
use crate::ingest::ExportOptions;
use crate::segment::{Flags, Part, PartContent};
use crate::store::open_on;

/// Changes a part of the largest segment; a full look says so in a finding of one of the parts, and a quick
/// one says nothing.
fn change(what: &str, part: Part, named: &[&str], change: impl Fn(&mut [u8])) {
    let storage = copy(&*whole());
    let segment = segments(&storage).remove(0);
    let content = match PartContent::of(&segment, part).unwrap() {
        PartContent::Whole(mut bytes) => {
            change(&mut bytes);
            PartContent::Whole(bytes)
        }
        PartContent::Bytes(mut bytes) => {
            change(&mut bytes);
            PartContent::Bytes(bytes)
        }
        PartContent::Blocks(mut entries) => {
            let mut entry = entries.iter_mut().skip(4);
            change(entry.find(|entry| !entry.is_empty()).unwrap());
            PartContent::Blocks(entries)
        }
    };
    rewrite(&*storage, &segment, part, content);
    let (quick, full) = look(storage).expect(what);
    assert!(quick.is_sound(), "{what}: {:?}", quick.findings);
    let parts: Vec<&str> = full.findings.iter().map(|one| one.part.as_str()).collect();
    assert!(
        parts.iter().any(|part| named.contains(part)),
        "{what}: {:?}",
        full.findings
    );
}

#[test]
fn each_row_set_with_a_row_too_much_or_too_few_is_named() {
    let mut tried = 0;
    let sets = Flags::default().sets().count();
    for set in 0..sets {
        // No row that is deleted: what is said of one has no effect.
        for row in [1, 20] {
            let storage = copy(&*whole());
            let segment = segments(&storage).remove(0);
            let mut flags = segment.flags().unwrap().clone();
            let changed = flags.set_mut(set);
            if !changed.remove(row) {
                changed.insert(row);
            }
            rewrite(
                &*storage,
                &segment,
                Part::Flags,
                PartContent::Whole(flags.encode()),
            );
            let (quick, full) = look(storage).unwrap();
            assert!(quick.is_sound());
            assert!(!full.is_sound(), "set {set} row {row}");
            tried += 1;
        }
    }
    println!("{tried} turned flags, all found");
}

/// An export that gave an empty page for it would count as whole.
#[test]
fn an_export_of_a_page_whose_bytes_are_missing_is_an_error() {
    let storage = copy(&*whole());
    let segment = segments(&storage).remove(0);
    let mut flags = segment.flags().unwrap().clone();
    let row = flags.markdown.min().unwrap();
    assert!(flags.raw.remove(row));
    let flags = PartContent::Whole(flags.encode());
    rewrite(&*storage, &segment, Part::Flags, flags);
    let exported = open_on(storage).export(&mut Vec::new(), ExportOptions::new());
    match exported {
        Err(Error::Corrupt { part, message, .. }) => {
            assert!(part.ends_with(" raw"), "{part}");
            assert!(message.contains(&format!("row {row}")), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_changed_posting_position_day_or_name_is_named() {
    let last = |bytes: &mut [u8]| {
        let at = bytes.len() - 1;
        bytes[at] ^= 1;
    };
    // A list of rows ends with the number of rows between the last two.
    change("a posting", Part::TermRows, &["term rows"], last);
    change("a word's row", Part::WordRows, &["word rows"], last);
    change(
        "a word's position",
        Part::WordPositions,
        &["word positions"],
        last,
    );
    change(
        "a word's frequency",
        Part::WordFrequencies,
        &["word frequencies", "word positions"],
        last,
    );
    change("a length", Part::WordLengths, &["word lengths"], |bytes| {
        bytes[3] ^= 1
    });
    change("a word", Part::WordTerms, &["words"], last_letter);
    change("a fingerprint", Part::Fingerprints, &["fingerprints"], last);
    change("a hash", Part::Hashes, &["rows", "raw"], |bytes| {
        bytes[8 * 9 + 7] ^= 1
    });
    change("a referrer", Part::Backlinks, &["referrers"], last);
    change("a title", Part::Headers, &["rows", "heads"], last);
    change(
        "a day",
        Part::Days,
        &["days", "rows", "heads", "odd", "raw", "outside", "law"],
        |bytes| {
            // The last day is one day later.
            let at = bytes.len() - 2;
            bytes[at] += 1;
        },
    );
}

/// Turns the last letter of the dictionary.
fn last_letter(bytes: &mut [u8]) {
    let at = bytes.iter().rposition(u8::is_ascii_lowercase).unwrap();
    bytes[at] ^= 1;
}

#[test]
fn a_row_that_is_deleted_or_comes_back_is_named_by_what_hangs_on_it() {
    for change in [
        // The deleted page comes back: it gives an event a tag.
        |_: &mut RoaringBitmap| (),
        // The page that alone gives an event its tags goes.
        |deleted: &mut RoaringBitmap| {
            deleted.insert_range(0..20);
        },
    ] {
        let storage = copy(&*whole());
        let mut rows = RoaringBitmap::new();
        change(&mut rows);
        put_deleted(&*storage, &rows);
        let (quick, full) = look(storage).unwrap();
        assert!(quick.is_sound(), "{:?}", quick.findings);
        assert!(
            full.findings.iter().any(|one| one.part == "law"),
            "{:?}",
            full.findings
        );
    }
}
