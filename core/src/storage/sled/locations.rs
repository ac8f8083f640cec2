//! Where in sled's file the live values lie, so that they are read without sled.
//!
//! A live value is one that the root names. It never changes, and its header carries its key and a
//! checksum. Every direct read is verified against both; on a mismatch the value is read through
//! sled, or searched for. So a store is read without opening sled at all. For each value
//! sled would read a whole leaf of neighbours and keep them in separate allocations: reading 2,000
//! events all over a store of 200,000 pages takes 0.4 times the time without it.
//!
//! They are kept in a file (`location_list`), which is made at a clean shutdown, when sled's file is read for its
//! checksum (`clean_shutdown`), and while much is written; `search` finds what it says.
//!
//! Could a location give a wrong value? A key that the root names is written once. A failed commit can
//! leave values in the file under keys that a later commit uses again; those of another opening do not
//! fit the nonce that the root names. So only live keys are listed; a key found with two different
//! values (stores of versions 1 to 7, which have no nonce) is not listed; where values lie outside the
//! file (blobs), nothing is listed; and writing or removing a key drops its entry.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::location_list::{LocationList, LocationTable, write_list};
use super::search::{FoundValues, LOG_START};
use crate::error::Result;
use crate::storage::chunk_key::{chunk_numbers, is_chunk_of};
use crate::storage::directory::cannot;
use crate::storage::readahead::{Readahead, read_at};
use crate::storage::storage::KeyRange;

/// A location is an offset in the file and, in its last bits, the length of the value in bytes. No
/// value is empty, so no location is 0.
const LENGTH_BITS: u32 = 13;
const LENGTH_MASK: u64 = (1 << LENGTH_BITS) - 1;
const UNKNOWN: u64 = 0;

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

/// The locations of the values of some ranges, in a file that is open.
pub(in crate::storage) struct Locations {
    file: Arc<File>,
    ranges: Vec<(KeyRange, Arc<LocationTable>)>,
    /// What lies in earlier segments of sled's log is known.
    log_end: i64,
}

impl Locations {
    /// Reads the list. `None` where there is none for a file of this checksum.
    pub fn read(store: &Path, data: &str, sum: u32) -> Result<Option<Self>> {
        let list = LocationList::of_data(store, data).filter(|list| list.sum == Some(sum));
        let path = store.join(data).join("db");
        let open = || File::open(&path).map_err(cannot("open", &path));
        list.map(|list| Ok(Self::of_list(list, open()?.into())))
            .transpose()
    }

    /// What the list of a data directory says, whatever was written since, for a file that is open. Nothing
    /// where there is no list.
    pub fn hint(store: &Path, data: &str, file: Arc<File>) -> Self {
        match LocationList::of_data(store, data) {
            Some(list) => Self::of_list(list, file),
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

    fn of_list(list: LocationList, file: Arc<File>) -> Self {
        Self {
            log_end: list.log_end,
            ranges: sorted(list.tables()),
            file,
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
    pub fn write(&self, store: &Path, data: &str, sum: Option<u32>, durable: bool) {
        write_list(store, data, (sum, self.log_end), &self.ranges, durable);
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
