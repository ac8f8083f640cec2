//! Finding chunks in sled's file, by their headers.
//!
//! A chunk names its own key, and its checksum covers the nonce that the root names. So the search relies on
//! nothing in sled's own layout, but for one short cut: sled's file is a log of segments, each of which
//! begins with a header that holds its position in the log. What was written since a look at the file lies
//! in segments of a later position, or in the one that was the last. Where headers are not as expected,
//! such a search finds less, and the whole file is searched.

use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::BuildHasher;
use std::io;

use rustc_hash::FxHashMap;
use twox_hash::XxHash3_64;

use super::locations::{find, sorted};
use crate::storage::chunk_key::{self, CHUNK_HEADER, KEY, PAYLOAD_MAX, open_chunk};
use crate::storage::readahead::{read_at, read_some_at};
use crate::storage::storage::KeyRange;

/// Bytes that are searched at once.
const BUFFER: usize = 1 << 20;

/// Bytes of a segment of sled's log, and of its header: checksum 4, position 8, another position 8.
const LOG_SEGMENT: u64 = 512 << 10;
const LOG_HEADER: usize = 20;

/// sled stores positions with all bits but the sign flipped.
const FLIPPED: i64 = i64::MAX;

/// A position before every segment's.
pub(super) const LOG_START: i64 = i64::MIN;

/// Where a value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FoundValue {
    /// Hash of the value.
    hash: u64,
    pub offset: u64,
    pub length: u16,
    /// Two different values were found under the key.
    pub is_ambiguous: bool,
}

/// What a search has found, by key.
pub(super) type FoundValues = FxHashMap<[u8; KEY], FoundValue>;

/// Searches bytes of sled's file for the values of live keys.
pub(super) struct LocationSearch {
    /// Bytes that were not searched yet, and where in the file they begin.
    rest: Vec<u8>,
    start: u64,
    live: Vec<(KeyRange, ())>,
    found: FoundValues,
    /// Seed of the hashes, drawn anew each time, so that nobody can make two values with one hash.
    seed: u64,
}

impl LocationSearch {
    pub fn new(live: &[KeyRange]) -> Self {
        Self {
            rest: Vec::new(),
            start: 0,
            live: sorted(live.iter().map(|&range| (range, ())).collect()),
            found: FoundValues::default(),
            seed: RandomState::new().hash_one(0),
        }
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        self.search(CHUNK_HEADER + PAYLOAD_MAX);
    }

    /// Goes on elsewhere in the file.
    fn jump(&mut self, offset: u64) {
        self.search(CHUNK_HEADER);
        self.rest.clear();
        self.start = offset;
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
            let nonce = find(&self.live, &key).map(|(range, _)| self.live[range].0.nonce);
            if nonce.is_some_and(|nonce| open_chunk(value, &key, nonce).is_some()) {
                let hash = XxHash3_64::oneshot_with_seed(self.seed, value);
                let offset = self.start + at as u64;
                let known = self.found.entry(key).or_insert(FoundValue {
                    hash,
                    offset,
                    length: length as u16,
                    is_ambiguous: false,
                });
                // Of two copies the later one: sled writes a leaf anew behind what it has.
                (known.offset, known.length) = (offset, length as u16);
                known.is_ambiguous |= known.hash != hash;
            }
        }
        self.rest.drain(..searched.min(self.rest.len()));
        self.start += searched as u64;
    }

    /// What was found.
    pub fn finish(mut self) -> FoundValues {
        self.search(CHUNK_HEADER);
        self.found
    }

    /// Reads and searches a part of the file; all of it without an end.
    fn read(&mut self, file: &File, start: u64, end: u64) -> io::Result<()> {
        self.jump(start);
        let mut buffer = vec![0; BUFFER.min((end - start) as usize)];
        let mut at = start;
        while at < end {
            let wanted = buffer.len().min((end - at) as usize);
            match read_some_at(file, &mut buffer[..wanted], at) {
                Ok(0) => break,
                Ok(read) => {
                    self.push(&buffer[..read]);
                    at += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Searches the whole file.
pub(super) fn search_all(file: &File, live: &[KeyRange]) -> io::Result<FoundValues> {
    let mut search = LocationSearch::new(live);
    search.read(file, 0, u64::MAX)?;
    Ok(search.finish())
}

/// Searches what was written since the log's last segment was the one at a position.
///
/// Reads 20 bytes of each segment, and the newer ones whole.
pub(super) fn search_newer(file: &File, live: &[KeyRange], since: i64) -> io::Result<FoundValues> {
    let mut newer = log_segments(file)?;
    newer.retain(|&(position, _)| position >= since);
    // Of two copies the later one.
    newer.sort_unstable();
    let mut search = LocationSearch::new(live);
    for (_, offset) in newer {
        search.read(file, offset, offset + LOG_SEGMENT)?;
    }
    Ok(search.finish())
}

/// The position of the newest segment of the log.
pub(super) fn log_end(file: &File) -> io::Result<i64> {
    let segments = log_segments(file)?;
    let known = segments.iter().filter(|segment| segment.0 < UNREADABLE);
    Ok(known.map(|segment| segment.0).max().unwrap_or(LOG_START))
}

/// Instead of the position of a segment whose header cannot be read, such as one that is being begun.
const UNREADABLE: i64 = i64::MAX;

/// Position and offset of each segment.
fn log_segments(file: &File) -> io::Result<Vec<(i64, u64)>> {
    let length = file.metadata()?.len();
    let mut segments = Vec::new();
    for offset in (0..length).step_by(LOG_SEGMENT as usize) {
        let mut header = [0; LOG_HEADER];
        match read_at(file, &mut header, offset) {
            Ok(()) => segments.push((position(&header).unwrap_or(UNREADABLE), offset)),
            // The file was cut meanwhile.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
    }
    Ok(segments)
}

/// The position that a segment's header holds.
fn position(header: &[u8; LOG_HEADER]) -> Option<i64> {
    let (sum, positions) = header.split_first_chunk()?;
    let is_whole = u32::from_le_bytes(*sum) ^ u32::MAX == crc32fast::hash(positions);
    is_whole.then(|| Some(i64::from_le_bytes(*positions.first_chunk()?) ^ FLIPPED))?
}
