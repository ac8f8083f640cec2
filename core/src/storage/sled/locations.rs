//! `PLACES`: where in sled's file the live values lie, so that they are read without sled.
//!
//! A live value is one that the root names. It never changes, and its header carries its key and a
//! checksum. Every direct read is verified against both; on a mismatch the value is read through
//! sled, or searched for. So a store is read without opening sled at all. For each value
//! sled would read a whole leaf of neighbours and keep them in separate allocations: reading 2,000
//! events all over a store of 200,000 pages takes 0.4 times the time without it.
//!
//! The list is made at a clean shutdown, when the file is read for its checksum (`clean_shutdown`), and
//! while much is written; `search` finds what it says. It is a sealed head and a table of a number for each
//! value, of which only what is asked for is read. The table has no checksum: the values have.
//!
//! Could a location give a wrong value? A key that the root names is written once. A failed commit can
//! leave values in the file under keys that a later commit uses again; those of another opening do not
//! fit the nonce that the root names. So only live keys are listed; a key found with two different
//! values (stores of versions 1 to 7, which have no nonce) is not listed; where values lie outside the
//! file (blobs), nothing is listed; and writing or removing a key drops its entry.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::search::{FoundValues, LOG_START};
use crate::error::Result;
use crate::storage::bincode::{decode_record, encode_record};
use crate::storage::chunk_key::{chunk_numbers, is_chunk_of};
use crate::storage::directory::{PLACES, SealedFile, cannot, replace_file};
use crate::storage::readahead::{Readahead, read_at, read_some_at};
use crate::storage::storage::KeyRange;

/// A location is an offset in the file and, in its last bits, the length of the value in bytes. No
/// value is empty, so no location is 0.
const LENGTH_BITS: u32 = 13;
const LENGTH_MASK: u64 = (1 << LENGTH_BITS) - 1;
const UNKNOWN: u64 = 0;

/// What the payload begins with since it has a table; an older list counts as missing.
const MARK: u8 = 0xfd;

/// Entries of the table that are read at once.
const TABLE_BLOCK: usize = 512;

/// Bytes of an entry.
const ENTRY: usize = 8;

/// Bytes that are read of the list at once: a head is rarely longer.
const HEAD: usize = 32 << 10;

/// Which of some sorted ranges holds a key, and which of its keys it is.
pub(super) fn find<T>(ranges: &[(KeyRange, T)], key: &[u8]) -> Option<(usize, usize)> {
    let (segment, part, chunk) = chunk_numbers(key)?;
    let behind = ranges.partition_point(|(range, _)| place(range) <= (segment, part, chunk));
    let (range, _) = ranges.get(behind.checked_sub(1)?)?;
    let within = chunk
        .checked_sub(range.first)
        .filter(|within| *within < range.chunks)?;
    ((range.segment, range.part) == (segment, part)).then_some((behind - 1, within as usize))
}

pub(super) fn sorted<T>(mut ranges: Vec<(KeyRange, T)>) -> Vec<(KeyRange, T)> {
    ranges.sort_by_key(|(range, _)| place(range));
    ranges
}

fn place(range: &KeyRange) -> (u32, u8, u32) {
    (range.segment, range.part, range.first)
}

/// The head of `PLACES`.
#[derive(Serialize, Deserialize)]
struct ListHead {
    /// Checksum of the file that the list belongs to; none of a file that is being written.
    sum: Option<u32>,
    /// Position of the newest segment of sled's log when the list was made.
    log_end: i64,
    /// In the order of the table.
    ranges: Vec<ListedRange>,
}

#[derive(Serialize, Deserialize)]
struct ListedRange {
    segment: u32,
    part: u8,
    first: u32,
    chunks: u32,
    nonce: u64,
}

/// Reads the list of a data directory, without its table, which is in the file from an offset on. One that
/// cannot be read counts as missing: values are then read through sled, or searched for.
fn read_list(store: &Path, data: &str) -> Option<(ListHead, Arc<File>, u64)> {
    let (of, head, list, table) = read_any_list(store)?;
    (of == data).then_some((head, list, table))
}

/// The list, and the data directory that it is of.
fn read_any_list(store: &Path) -> Option<(String, ListHead, Arc<File>, u64)> {
    let file = File::open(store.join(PLACES)).ok()?;
    let mut bytes = vec![0; HEAD];
    let read = read_some_at(&file, &mut bytes, 0).ok()?;
    let length = SealedFile::length(&bytes[..read])?;
    if length > read {
        if length as u64 > file.metadata().ok()?.len() {
            return None;
        }
        bytes.resize(length, 0);
        read_at(&file, &mut bytes, 0).ok()?;
    }
    let sealed = SealedFile::read(&bytes[..length], "places", store, PLACES).ok()?;
    match sealed.payload.split_first() {
        Some((&MARK, record)) => {
            let head: ListHead = decode_record(record).ok()?;
            let chunks: u64 = head
                .ranges
                .iter()
                .map(|range| u64::from(range.chunks))
                .sum();
            // A table that is not there takes no memory.
            let end = chunks
                .checked_mul(ENTRY as u64)?
                .checked_add(length as u64)?;
            let is_whole = end <= file.metadata().ok()?.len();
            is_whole.then(|| (sealed.data, head, file.into(), length as u64))
        }
        _ => None,
    }
}

/// The locations of the values of one range. Blocks of the list's table are read on first use.
struct LocationTable {
    chunks: usize,
    blocks: Box<[OnceLock<Box<[AtomicU64]>>]>,
    /// The list, and where in it this range begins.
    listed: Option<(Arc<File>, u64)>,
}

impl LocationTable {
    fn new(chunks: u32, listed: Option<(Arc<File>, u64)>) -> Arc<Self> {
        let chunks = chunks as usize;
        let blocks = 0..chunks.div_ceil(TABLE_BLOCK);
        Arc::new(Self {
            chunks,
            blocks: blocks.map(|_| OnceLock::new()).collect(),
            listed,
        })
    }

    fn entry(&self, within: usize) -> Option<&AtomicU64> {
        let number = within / TABLE_BLOCK;
        let block = self.blocks.get(number)?.get_or_init(|| self.read(number));
        block.get(within % TABLE_BLOCK)
    }

    fn read(&self, block: usize) -> Box<[AtomicU64]> {
        let first = block * TABLE_BLOCK;
        let mut bytes = vec![0; ENTRY * TABLE_BLOCK.min(self.chunks - first)];
        if let Some((list, offset)) = &self.listed
            && read_at(list, &mut bytes, offset + (ENTRY * first) as u64).is_err()
        {
            bytes.fill(0);
        }
        let (entries, _) = bytes.as_chunks::<ENTRY>();
        entries
            .iter()
            .map(|&entry| AtomicU64::new(u64::from_le_bytes(entry)))
            .collect()
    }
}

/// The keys that were live when the list was made; none where there is no list.
pub(in crate::storage) fn listed_ranges(store: &Path) -> Vec<KeyRange> {
    let ranges = read_any_list(store).map(|(_, head, ..)| head.ranges);
    let ranges = ranges.unwrap_or_default();
    ranges.iter().map(ListedRange::keys).collect()
}

impl ListedRange {
    fn keys(&self) -> KeyRange {
        KeyRange {
            segment: self.segment,
            part: self.part,
            first: self.first,
            chunks: self.chunks,
            nonce: self.nonce,
        }
    }
}

/// The locations of the values of some ranges, in a file that is open.
pub(super) struct Locations {
    file: Arc<File>,
    ranges: Vec<(KeyRange, Arc<LocationTable>)>,
    /// What lies in earlier segments of sled's log is known.
    log_end: i64,
}

impl Locations {
    /// Reads the list. `None` where there is none for a file of this checksum.
    pub fn read(store: &Path, data: &str, sum: u32) -> Result<Option<Self>> {
        let listed = read_list(store, data).filter(|(head, ..)| head.sum == Some(sum));
        let path = store.join(data).join("db");
        let open = || File::open(&path).map_err(cannot("open", &path));
        listed
            .map(|listed| Ok(Self::of_list(listed, open()?.into())))
            .transpose()
    }

    /// What the list of a data directory says, whatever was written since, for a file that is open. Nothing
    /// where there is no list.
    pub fn hint(store: &Path, data: &str, file: Arc<File>) -> Self {
        match read_list(store, data) {
            Some(listed) => Self::of_list(listed, file),
            None => Self::none(file, LOG_START),
        }
    }

    /// No location yet.
    pub fn none(file: Arc<File>, log_end: i64) -> Self {
        Self {
            file,
            ranges: Vec::new(),
            log_end,
        }
    }

    fn of_list((head, list, mut offset): (ListHead, Arc<File>, u64), file: Arc<File>) -> Self {
        let ranges = head.ranges.into_iter().map(|listed| {
            let range = listed.keys();
            let table = LocationTable::new(range.chunks, Some((list.clone(), offset)));
            offset += ENTRY as u64 * u64::from(range.chunks);
            (range, table)
        });
        Self {
            ranges: sorted(ranges.collect()),
            file,
            log_end: head.log_end,
        }
    }

    /// Those of some ranges, without what is about others, and nothing yet of what is not known.
    pub fn only(&self, ranges: &[KeyRange]) -> Self {
        let table = |range: &KeyRange| {
            let at = self
                .ranges
                .binary_search_by_key(&place(range), |(known, _)| place(known));
            let known = at
                .ok()
                .map(|at| &self.ranges[at])
                .filter(|known| known.0 == *range);
            known.map_or_else(
                || LocationTable::new(range.chunks, None),
                |known| known.1.clone(),
            )
        };
        Self {
            ranges: sorted(ranges.iter().map(|range| (*range, table(range))).collect()),
            file: self.file.clone(),
            log_end: self.log_end,
        }
    }

    /// The position up to which sled's log is known.
    pub fn log_end(&self) -> i64 {
        self.log_end
    }

    /// Takes over what a search has found, which knows the log up to a position.
    pub fn with(mut self, found: &FoundValues, log_end: i64) -> Self {
        let mut read = Vec::new();
        for (key, value) in found {
            read.clear();
            if value.may_go() && self.get_into(key, &mut read) {
                continue;
            }
            if let Some((entry, _)) = self.entry(key) {
                let location = value.offset << LENGTH_BITS | u64::from(value.length);
                let location = if value.is_ambiguous {
                    UNKNOWN
                } else {
                    location
                };
                entry.store(location, Ordering::Release);
            }
        }
        self.log_end = log_end;
        self
    }

    /// Writes the list. `sum` is the checksum of the whole file, where nothing is going to be written to it.
    ///
    /// A list that cannot be written costs time alone, and one that is left of another file is
    /// recognised by its checksum.
    pub fn write(&self, store: &Path, data: &str, sum: Option<u32>, durable: bool) {
        let ranges = self.ranges.iter().map(|(range, _)| ListedRange {
            segment: range.segment,
            part: range.part,
            first: range.first,
            chunks: range.chunks,
            nonce: range.nonce,
        });
        let head = ListHead {
            sum,
            log_end: self.log_end,
            ranges: ranges.collect(),
        };
        let mut payload = vec![MARK];
        payload.extend(encode_record(&head));
        let sealed = SealedFile {
            data: data.to_owned(),
            payload,
        };
        let mut bytes = sealed.render("places");
        for (_, table) in &self.ranges {
            let entries = (0..table.chunks).filter_map(|within| table.entry(within));
            bytes.extend(entries.flat_map(|entry| entry.load(Ordering::Acquire).to_le_bytes()));
        }
        let _ = replace_file(&store.join(PLACES), &bytes, durable);
    }

    /// The location of a value, and the number that its checksum covers.
    fn entry(&self, key: &[u8]) -> Option<(&AtomicU64, u64)> {
        let (range, within) = find(&self.ranges, key)?;
        let (range, table) = &self.ranges[range];
        Some((table.entry(within)?, range.nonce))
    }

    /// Offset, length and nonce of a value, if they are known.
    fn location(&self, key: &[u8]) -> Option<(u64, usize, u64)> {
        let (location, nonce) = self.entry(key)?;
        let location = location.load(Ordering::Acquire);
        let length = (location & LENGTH_MASK) as usize;
        (location != UNKNOWN).then_some((location >> LENGTH_BITS, length, nonce))
    }

    /// Appends the value to `out` if it lies where the list says.
    pub fn get_into(&self, key: &[u8], out: &mut Vec<u8>) -> bool {
        let Some((offset, length, nonce)) = self.location(key) else {
            return false;
        };
        let start = out.len();
        out.resize(start + length, 0);
        let read = read_at(&self.file, &mut out[start..], offset);
        let whole = read.is_ok() && is_chunk_of(&out[start..], key, nonce);
        if !whole {
            out.truncate(start);
        }
        whole
    }

    /// As [`Locations::get_into`], for a pass over successive keys.
    pub fn get_ahead(&self, key: &[u8], ahead: &mut Readahead, out: &mut Vec<u8>) -> bool {
        let whole = self.location(key).and_then(|(offset, length, nonce)| {
            let value = ahead.bytes(&self.file, offset, length)?;
            is_chunk_of(value, key, nonce).then_some(value)
        });
        out.extend_from_slice(whole.unwrap_or_default());
        whole.is_some()
    }

    /// Drops the entry of a key that is about to be written or removed: from now on it is read
    /// through sled.
    pub fn forget(&self, key: &[u8]) {
        if let Some((entry, _)) = self.entry(key) {
            entry.store(UNKNOWN, Ordering::Release);
        }
    }

    /// The keys that the list was made for.
    pub fn live(&self) -> Vec<KeyRange> {
        self.ranges.iter().map(|(range, _)| *range).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::search::LocationSearch;
    use super::*;
    use crate::storage::chunk_key::{ChunkContent, chunk_key as key, seal_chunk as seal};

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
        assert!(
            locations
                .location(&key(RANGE.segment, RANGE.part, 6))
                .is_none()
        );
        assert!(
            locations
                .location(&key(RANGE.segment, RANGE.part, 7))
                .is_some()
        );
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
}
