//! `PLACES`: the file that says where in sled's file the live values lie (`locations`).
//!
//! It is a sealed head and, for each range of keys, a table with a number for each value, of which only the blocks that are
//! asked for are read. The tables have no checksum: the values have. An old list and a list of another file cost time
//! alone.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::storage::bincode::{decode_record, encode_record};
use crate::storage::directory::{PLACES, SealedFile, replace_file};
use crate::storage::readahead::{read_at, read_some_at};
use crate::storage::storage::KeyRange;

/// What the payload begins with since it has a table; an older list counts as missing.
const MARK: u8 = 0xfd;

/// Entries of the table that are read at once.
const TABLE_BLOCK: usize = 512;

/// Bytes of an entry.
const ENTRY: usize = 8;

/// Bytes that are read of the list at once: a head is rarely longer.
const HEAD: usize = 32 << 10;

/// The head of `PLACES`.
#[derive(Serialize, Deserialize)]
struct ListHead {
    sum: Option<u32>,
    log_end: i64,
    /// In the order of the tables.
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

/// The list of a store, without what is in its tables.
pub(super) struct LocationList {
    /// The data directory that it is of.
    data: String,
    /// Checksum of the file that it belongs to; none of a file that was being written.
    pub sum: Option<u32>,
    /// Position of the newest segment of sled's log when it was made.
    pub log_end: i64,
    ranges: Vec<ListedRange>,
    file: Arc<File>,
    /// Where in the file the tables begin.
    offset: u64,
}

impl LocationList {
    /// Reads the list of a data directory. One that cannot be read counts as missing: values are then read through
    /// sled, or searched for.
    pub fn of_data(store: &Path, data: &str) -> Option<Self> {
        Self::read(store).filter(|list| list.data == data)
    }

    fn read(store: &Path) -> Option<Self> {
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
                is_whole.then(|| Self {
                    data: sealed.data,
                    sum: head.sum,
                    log_end: head.log_end,
                    ranges: head.ranges,
                    file: file.into(),
                    offset: length as u64,
                })
            }
            _ => None,
        }
    }

    /// The ranges, with the locations of their values.
    pub fn tables(self) -> Vec<(KeyRange, Arc<LocationTable>)> {
        let mut offset = self.offset;
        let tables = self.ranges.iter().map(|listed| {
            let range = listed.keys();
            let table = LocationTable::new(range.chunks, Some((self.file.clone(), offset)));
            offset += ENTRY as u64 * u64::from(range.chunks);
            (range, table)
        });
        tables.collect()
    }
}

/// The locations of the values of one range. Blocks of the list's table are read on first use.
pub(super) struct LocationTable {
    chunks: usize,
    blocks: Box<[OnceLock<Box<[AtomicU64]>>]>,
    /// The list, and where in it this range begins.
    listed: Option<(Arc<File>, u64)>,
}

impl LocationTable {
    pub fn new(chunks: u32, listed: Option<(Arc<File>, u64)>) -> Arc<Self> {
        let chunks = chunks as usize;
        let blocks = 0..chunks.div_ceil(TABLE_BLOCK);
        Arc::new(Self {
            chunks,
            blocks: blocks.map(|_| OnceLock::new()).collect(),
            listed,
        })
    }

    pub fn entry(&self, within: usize) -> Option<&AtomicU64> {
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
    let ranges = LocationList::read(store).map(|list| list.ranges);
    let ranges = ranges.unwrap_or_default();
    ranges.iter().map(ListedRange::keys).collect()
}

impl ListedRange {
    fn of(range: &KeyRange) -> Self {
        Self {
            segment: range.segment,
            part: range.part,
            first: range.first,
            chunks: range.chunks,
            nonce: range.nonce,
        }
    }

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

/// Writes the list: what the head says of the file, its checksum and the newest segment of the log, and the tables.
///
/// A list that cannot be written costs time alone, and one that is left of another file is recognised by its checksum.
pub(super) fn write_list(
    store: &Path,
    data: &str,
    (sum, log_end): (Option<u32>, i64),
    ranges: &[(KeyRange, Arc<LocationTable>)],
    durable: bool,
) {
    let listed = ranges.iter().map(|(range, _)| ListedRange::of(range));
    let head = ListHead {
        sum,
        log_end,
        ranges: listed.collect(),
    };
    let mut payload = vec![MARK];
    payload.extend(encode_record(&head));
    let sealed = SealedFile {
        data: data.to_owned(),
        payload,
    };
    let mut bytes = sealed.render("places");
    for (_, table) in ranges {
        let entries = (0..table.chunks).filter_map(|within| table.entry(within));
        bytes.extend(entries.flat_map(|entry| entry.load(Ordering::Acquire).to_le_bytes()));
    }
    let _ = replace_file(&store.join(PLACES), &bytes, durable);
}
