//! `PLACES`: where in sled's file the live values lie, so that they are read without sled.
//!
//! A live value is one that the root names. It never changes, and its header carries its key and a
//! checksum. Every direct read is verified against both; on a mismatch the value is read through
//! sled. So a store that was closed cleanly is read without opening sled at all. For each value
//! sled would read a whole leaf of neighbours and keep them in separate allocations: reading 2,000
//! events all over a store of 200,000 pages takes 0.4 times the time without it.
//!
//! The list is made at a clean shutdown, when the file is read for its checksum (`clean_shutdown`),
//! by searching it for chunk headers. It relies on nothing in sled's own layout: where sled puts
//! values differently, none are found, and all are read through sled.
//!
//! Could a location give a wrong value? A key that the root names is written once. A failed commit can
//! leave values in the file under keys that a later commit uses again; those of another opening do not
//! fit the nonce that the root names. So only live keys are listed; a key found with two different
//! values (stores of versions 1 to 7, which have no nonce) is not listed; where values lie outside the
//! file (blobs), nothing is listed; and writing or removing a key drops its entry.

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use crate::error::Result;
use crate::storage::bincode::{decode_record, encode_record};
use crate::storage::chunk_key::{self, CHUNK_HEADER, PAYLOAD_MAX, is_chunk_of, open_chunk};
use crate::storage::directory::{PLACES, SealedFile, cannot, replace_file};
use crate::storage::readahead::{Readahead, read_at};
use crate::storage::storage::KeyRange;

/// A location is an offset in the file and, in its last bits, the length of the value in bytes. No
/// value is empty, so no location is 0.
const LENGTH_BITS: u32 = 13;
const LENGTH_MASK: u64 = (1 << LENGTH_BITS) - 1;
const UNKNOWN: u64 = 0;

/// What the payload begins with from version 8 on; a list of an older version counts as missing. No
/// number that bincode writes begins so.
const MARK: u8 = 0xfe;

/// Two different values were found under one key.
const AMBIGUOUS: u64 = u64::MAX;

/// Which of some sorted ranges holds a key, and which of its keys it is.
fn find<T>(ranges: &[(KeyRange, T)], key: &[u8]) -> Option<(usize, usize)> {
    let (segment, part, chunk) = chunk_key::numbers(key)?;
    let behind = ranges.partition_point(|(range, _)| {
        (range.segment, range.part, range.first) <= (segment, part, chunk)
    });
    let (range, _) = ranges.get(behind.checked_sub(1)?)?;
    let within = chunk
        .checked_sub(range.first)
        .filter(|within| *within < range.chunks)?;
    ((range.segment, range.part) == (segment, part)).then_some((behind - 1, within as usize))
}

fn sorted<T>(mut ranges: Vec<(KeyRange, T)>) -> Vec<(KeyRange, T)> {
    ranges.sort_by_key(|(range, _)| (range.segment, range.part, range.first));
    ranges
}

/// What the search has found of one key.
#[derive(Debug, Clone, Copy)]
struct FoundValue {
    /// Hash of the value.
    hash: u64,
    location: u64,
}

/// Searches sled's file for the values of live keys while the file is read for its checksum.
pub(super) struct LocationSearch {
    /// Bytes that were not searched yet, and where in the file they begin.
    rest: Vec<u8>,
    start: u64,
    found: Vec<(KeyRange, Vec<FoundValue>)>,
    /// Seed of the hashes, drawn anew each time, so that nobody can make two values with one hash.
    seed: u64,
}

impl LocationSearch {
    pub fn new(live: &[KeyRange]) -> Self {
        let nothing = FoundValue {
            hash: 0,
            location: UNKNOWN,
        };
        let found = live
            .iter()
            .map(|&range| (range, vec![nothing; range.chunks as usize]));
        Self {
            rest: Vec::new(),
            start: 0,
            found: sorted(found.collect()),
            seed: RandomState::new().hash_one(0),
        }
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        self.search(CHUNK_HEADER + PAYLOAD_MAX);
    }

    /// Searches the bytes behind which at least `follow` bytes are there.
    fn search(&mut self, follow: usize) {
        let searched = (self.rest.len() + 1).saturating_sub(follow);
        for at in memchr::memmem::find_iter(&self.rest, &chunk_key::MARK) {
            if at >= searched {
                break;
            }
            let Some((key, length)) = chunk_key::claimed(&self.rest[at..]) else {
                continue;
            };
            let value = self.rest.get(at..at + length).unwrap_or_default();
            let live = find(&self.found, &key);
            let is_whole =
                |range: usize| open_chunk(value, &key, self.found[range].0.nonce).is_some();
            if let Some((range, within)) = live.filter(|&(range, _)| is_whole(range)) {
                let hash = XxHash3_64::oneshot_with_seed(self.seed, value);
                let location = (self.start + at as u64) << LENGTH_BITS | length as u64;
                let known = &mut self.found[range].1[within];
                let agrees =
                    known.location == UNKNOWN || known.hash == hash && known.location != AMBIGUOUS;
                // Of two copies the later one: sled writes a leaf anew behind what it has.
                known.location = if agrees { location } else { AMBIGUOUS };
                known.hash = hash;
            }
        }
        self.rest.drain(..searched);
        self.start += searched as u64;
    }

    /// What was found, for a file that is open. What was not found is where it was before, if anywhere.
    pub fn finish(mut self, file: Arc<File>, before: &Locations) -> Locations {
        self.search(CHUNK_HEADER);
        let ranges = self.found.iter().map(|(range, found)| {
            let known = before.of_range(range);
            let location = |(at, found): (usize, &FoundValue)| {
                AtomicU64::new(match found.location {
                    UNKNOWN => known.map_or(UNKNOWN, |known| known[at].load(Ordering::Acquire)),
                    AMBIGUOUS => UNKNOWN,
                    location => location,
                })
            };
            (*range, found.iter().enumerate().map(location).collect())
        });
        Locations {
            ranges: ranges.collect(),
            file,
        }
    }

    /// Writes the list of what was found; `sum` is the checksum of the whole file.
    ///
    /// A list that cannot be written costs time alone, and one that is left of another file is
    /// recognised by its checksum.
    pub fn write(mut self, store: &Path, data: &str, sum: u32, durable: bool) {
        self.search(CHUNK_HEADER);
        let mut end = 0;
        let mut listed = |found: &FoundValue| match found.location {
            UNKNOWN | AMBIGUOUS => (0, 0),
            location => {
                let (start, length) = ((location >> LENGTH_BITS) as i64, location & LENGTH_MASK);
                let gap = start - end;
                end = start + length as i64;
                (gap, length as u16)
            }
        };
        let ranges = self.found.iter().map(|(range, found)| ListedRange {
            segment: range.segment,
            part: range.part,
            first: range.first,
            nonce: range.nonce,
            locations: found.iter().map(&mut listed).collect(),
        });
        let list = LocationList {
            sum,
            ranges: ranges.collect(),
        };
        let mut payload = vec![MARK];
        payload.extend(encode_record(&list));
        let sealed = SealedFile {
            data: data.to_owned(),
            payload,
        };
        let _ = replace_file(&store.join(PLACES), &sealed.render("places"), durable);
    }
}

/// The payload of `PLACES`.
#[derive(Serialize, Deserialize)]
struct LocationList {
    /// Checksum of the file that the list belongs to.
    sum: u32,
    ranges: Vec<ListedRange>,
}

#[derive(Serialize, Deserialize)]
struct ListedRange {
    segment: u32,
    part: u8,
    first: u32,
    nonce: u64,
    /// Of each value the bytes between the end of the one before and its start (negative if it lies
    /// before that one), and its length; both 0 if its location is unknown.
    locations: Vec<(i64, u16)>,
}

/// Reads the list of a data directory. One that cannot be read counts as missing: values are then read
/// through sled, or searched for.
fn read_list(store: &Path, data: &str) -> Option<LocationList> {
    read_any_list(store).and_then(|(of, list)| (of == data).then_some(list))
}

/// The list, and the data directory that it is of.
fn read_any_list(store: &Path) -> Option<(String, LocationList)> {
    let bytes = fs::read(store.join(PLACES)).ok()?;
    let sealed = SealedFile::read(&bytes, "places", store, PLACES).ok()?;
    match sealed.payload.split_first() {
        Some((&MARK, record)) => Some((sealed.data, decode_record(record).ok()?)),
        _ => None,
    }
}

/// The keys that were live when the list was made; none where there is no list.
pub(in crate::storage) fn listed_ranges(store: &Path) -> Vec<KeyRange> {
    let list = read_any_list(store).map(|(_, list)| list.ranges);
    list.unwrap_or_default()
        .iter()
        .map(ListedRange::keys)
        .collect()
}

impl ListedRange {
    fn keys(&self) -> KeyRange {
        KeyRange {
            segment: self.segment,
            part: self.part,
            first: self.first,
            chunks: self.locations.len() as u32,
            nonce: self.nonce,
        }
    }
}

/// The locations of a store that was closed cleanly, with the file open.
pub(super) struct Locations {
    file: Arc<File>,
    ranges: Vec<(KeyRange, Vec<AtomicU64>)>,
}

impl Locations {
    /// Reads the list. `None` where there is none for a file of this checksum.
    pub fn read(store: &Path, data: &str, sum: u32) -> Result<Option<Self>> {
        let Some(list) = read_list(store, data).filter(|list| list.sum == sum) else {
            return Ok(None);
        };
        let path = store.join(data).join("db");
        let file = Arc::new(File::open(&path).map_err(cannot("open", &path))?);
        Ok(Some(Self::of_list(list, file)))
    }

    /// What the list of a data directory says, whatever was written since, for a file that is open. Nothing
    /// where there is no list.
    pub fn hint(store: &Path, data: &str, file: Arc<File>) -> Self {
        let list = read_list(store, data).unwrap_or(LocationList {
            sum: 0,
            ranges: Vec::new(),
        });
        Self::of_list(list, file)
    }

    /// The locations of a range that is exactly this one.
    fn of_range(&self, range: &KeyRange) -> Option<&[AtomicU64]> {
        let mut ranges = self.ranges.iter();
        let same = ranges.find(|(listed, _)| listed == range);
        same.map(|(_, locations)| locations.as_slice())
    }

    /// Those of some ranges, without what is about others, and nothing yet of what is not listed.
    pub fn only(&self, ranges: &[KeyRange]) -> Self {
        let of_range = |range: &KeyRange| {
            let known = self.of_range(range);
            let location = |at: usize| {
                let known = known.map_or(UNKNOWN, |known| known[at].load(Ordering::Acquire));
                AtomicU64::new(known)
            };
            (*range, (0..range.chunks as usize).map(location).collect())
        };
        Self {
            ranges: sorted(ranges.iter().map(of_range).collect()),
            file: self.file.clone(),
        }
    }

    fn of_list(list: LocationList, file: Arc<File>) -> Self {
        let mut end = 0i64;
        let ranges = list.ranges.into_iter().map(|listed| {
            let locations = listed.locations.iter().map(|&(gap, length)| {
                if length == 0 {
                    return AtomicU64::new(UNKNOWN);
                }
                let start = end.wrapping_add(gap);
                end = start.wrapping_add(length.into());
                AtomicU64::new((start as u64) << LENGTH_BITS | u64::from(length) & LENGTH_MASK)
            });
            (listed.keys(), locations.collect())
        });
        Self {
            ranges: sorted(ranges.collect()),
            file,
        }
    }

    /// The location of a value, and the number that its checksum covers.
    fn entry(&self, key: &[u8]) -> Option<(&AtomicU64, u64)> {
        let (range, within) = find(&self.ranges, key)?;
        let (range, locations) = &self.ranges[range];
        Some((locations.get(within)?, range.nonce))
    }

    /// Offset, length and nonce of a value, if they are known.
    fn location(&self, key: &[u8]) -> Option<(u64, usize, u64)> {
        let (location, nonce) = self.entry(key)?;
        let location = location.load(Ordering::Acquire);
        let length = (location & LENGTH_MASK) as usize;
        (location != UNKNOWN).then_some((location >> LENGTH_BITS, length, nonce))
    }

    /// Whether the location of a value is known.
    pub fn has(&self, key: &[u8]) -> bool {
        self.location(key).is_some()
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
        let mut search = LocationSearch::new(&[RANGE]);
        bytes.chunks(piece).for_each(|bytes| search.push(bytes));
        search.write(home, "data-000001", 7, false);
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
            // From the last to the first as they lie, and as they are numbered: within what was
            // read at once and not.
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
        assert!(!locations.has(&key(RANGE.segment, RANGE.part, 6)));
        assert!(locations.has(&key(RANGE.segment, RANGE.part, 7)));
    }

    #[test]
    fn a_list_of_another_file_or_a_damaged_one_is_none() {
        let home = tempfile::tempdir().unwrap();
        locations_in(home.path(), &value(6, b"six"), 100);
        let read = |data: &str, sum: u32| Locations::read(home.path(), data, sum).unwrap();
        assert!(read("data-000001", 7).is_some());
        assert!(read("data-000001", 8).is_none());
        assert!(read("data-000002", 7).is_none());
        let list = home.path().join(PLACES);
        let mut bytes = fs::read(&list).unwrap();
        let last = bytes.len() - 12;
        bytes[last] ^= 1;
        fs::write(&list, bytes).unwrap();
        assert!(read("data-000001", 7).is_none());
        fs::remove_file(list).unwrap();
        assert!(read("data-000001", 7).is_none());
    }
}
