//! Finding chunks in sled's file, by their headers.
//!
//! A chunk names its own key, and its checksum covers the nonce that the root names. So the search relies on
//! nothing in sled's own layout, but for one short cut: sled's file is a log of segments, each of which
//! begins with a header that holds its position in the log. What was written since a look at the file lies
//! in segments of a later position, or in the one that was the last. Where headers are not as expected,
//! such a search finds less, and the whole file is searched.
//!
//! What a segment held before lies in it until it is written over. So of two copies the one counts that lies in
//! a later segment that is full; what lies in the newest one, only where there is no other. The next search
//! looks there again.

use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::BuildHasher;
use std::io;

use rustc_hash::FxHashMap;
use twox_hash::XxHash3_64;

use super::locations::{find, sorted};
use crate::storage::chunk_key::{CHUNK_HEADER, KEY, PAYLOAD_MAX, claimed_values, open_chunk};
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
pub(in crate::storage) const LOG_START: i64 = i64::MIN;

/// Where a value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::storage) struct FoundValue {
    /// Hash of the value.
    hash: u64,
    /// Position of its segment in the log; [`OPEN`] where it may be left from what lay there before.
    position: i64,
    pub offset: u64,
    pub length: u16,
    /// Two different values were found under the key.
    pub is_ambiguous: bool,
}

/// What a search has found, by key.
pub(in crate::storage) type FoundValues = FxHashMap<[u8; KEY], FoundValue>;

/// Searches bytes of sled's file for the values of live keys.
pub(in crate::storage) struct LocationSearch {
    /// Bytes that were not searched yet, and where in the file they begin.
    rest: Vec<u8>,
    start: u64,
    /// Offset and position of the segments that were come to.
    segments: Vec<(u64, i64)>,
    /// The newest segment when the search began.
    newest: i64,
    live: Vec<(KeyRange, ())>,
    found: FoundValues,
    /// Seed of the hashes, drawn anew each time, so that nobody can make two values with one hash.
    seed: u64,
}

impl FoundValue {
    /// Whether it may be left from what lay there before, and be written over next.
    pub fn may_go(&self) -> bool {
        self.position == OPEN
    }
}

impl LocationSearch {
    /// A search that begins when the newest segment of the log is the one at a position ([`log_end`]).
    pub fn new(live: &[KeyRange], newest: i64) -> Self {
        Self {
            rest: Vec::new(),
            start: 0,
            segments: Vec::new(),
            newest,
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
        self.segments.clear();
    }

    /// Searches all places that have at least `follow` bytes left.
    fn search(&mut self, follow: usize) {
        let searched = (self.rest.len() + 1).saturating_sub(follow);
        let next = self.start.next_multiple_of(LOG_SEGMENT);
        for offset in (next..self.start + searched as u64).step_by(LOG_SEGMENT as usize) {
            let header = self.rest[(offset - self.start) as usize..].first_chunk();
            let position = header.and_then(position);
            let closed = position.filter(|&position| position < self.newest);
            self.segments.push((offset, closed.unwrap_or(OPEN)));
        }
        for (at, key, value) in claimed_values(&self.rest, searched) {
            let nonce = find(&self.live, &key).map(|(range, _)| self.live[range].0.nonce);
            if nonce.is_some_and(|nonce| open_chunk(value, &key, nonce).is_some()) {
                let hash = XxHash3_64::oneshot_with_seed(self.seed, value);
                let offset = self.start + at as u64;
                let behind = self.segments.partition_point(|segment| segment.0 <= offset);
                let segment = behind.checked_sub(1).map(|last| self.segments[last].1);
                let found = FoundValue {
                    hash,
                    position: segment.unwrap_or(OPEN),
                    offset,
                    length: value.len() as u16,
                    is_ambiguous: false,
                };
                let known = self.found.entry(key).or_insert(found);
                let is_ambiguous = known.is_ambiguous || known.hash != hash;
                // Of two copies the later one: sled writes a leaf anew, and writes over what it had.
                if (known.position, known.offset) <= (found.position, offset) {
                    *known = found;
                }
                known.is_ambiguous = is_ambiguous;
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

/// Searches the whole file. `newest` is its [`log_end`] before.
pub(super) fn search_all(file: &File, live: &[KeyRange], newest: i64) -> io::Result<FoundValues> {
    let mut search = LocationSearch::new(live, newest);
    search.read(file, 0, u64::MAX)?;
    Ok(search.finish())
}

/// Searches what was written since the log's newest segment was the one at a position. `newest` is its
/// [`log_end`] before.
///
/// Reads 20 bytes of each segment, and the newer ones whole.
pub(super) fn search_newer(
    file: &File,
    live: &[KeyRange],
    since: i64,
    newest: i64,
) -> io::Result<FoundValues> {
    let newer = log_segments(file)?.into_iter();
    let mut search = LocationSearch::new(live, newest);
    for (_, offset) in newer.filter(|&(position, _)| position > OPEN && position >= since) {
        search.read(file, offset, offset + LOG_SEGMENT)?;
    }
    Ok(search.finish())
}

/// The position of the newest segment of the log.
pub(super) fn log_end(file: &File) -> io::Result<i64> {
    let segments = log_segments(file)?;
    Ok(segments
        .iter()
        .map(|segment| segment.0)
        .max()
        .unwrap_or(LOG_START))
}

/// Instead of the position of a segment that is being written, or whose header cannot be read. Behind what was
/// written lies what lay there before.
const OPEN: i64 = LOG_START;

/// Position and offset of each segment.
fn log_segments(file: &File) -> io::Result<Vec<(i64, u64)>> {
    let length = file.metadata()?.len();
    let mut segments = Vec::new();
    for offset in (0..length).step_by(LOG_SEGMENT as usize) {
        let mut header = [0; LOG_HEADER];
        match read_at(file, &mut header, offset) {
            Ok(()) => segments.push((position(&header).unwrap_or(OPEN), offset)),
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::locations::Locations;
    use super::super::open::open_directory;
    use super::*;
    use crate::storage::chunk_key::{ChunkContent, chunk_key, seal_chunk};
    use crate::storage::tests::noise;
    use crate::storage::{Durability, StorageBatch, StorageOptions};

    const SEGMENT_CHUNKS: u32 = 60;

    fn range(segment: u32) -> KeyRange {
        KeyRange {
            segment,
            part: 10,
            first: 0,
            chunks: SEGMENT_CHUNKS,
            nonce: 5,
        }
    }

    fn value(segment: u32, chunk: u32) -> (Vec<u8>, Vec<u8>) {
        let key = chunk_key(segment, 10, chunk);
        let content = ChunkContent {
            codec: 0,
            length: 1,
        };
        let seed = u64::from(segment) << 32 | u64::from(chunk);
        let noise = noise(seed, 1000 + 90 * chunk as usize);
        (key.to_vec(), seal_chunk(&key, 5, content, &noise))
    }

    /// The short cut relies on sled's layout, the search of the whole file does not: both find every value, whatever
    /// was written since the look before, and whatever sled has moved.
    #[test]
    fn what_was_written_since_a_look_is_found_in_newer_segments_of_the_log() {
        let home = tempfile::tempdir().unwrap();
        let options = StorageOptions {
            create: true,
            durability: Durability::Flush,
            wait: std::time::Duration::ZERO,
            interrupted: None,
            cache_bytes: 1 << 20,
        };
        let storage = open_directory(home.path(), options).unwrap();
        let file = Arc::new(File::open(home.path().join("data-000001/db")).unwrap());
        let mut locations = Locations::none(file.clone(), LOG_START);
        let mut live: Vec<KeyRange> = Vec::new();
        let (mut newer, mut all) = (0, 0);
        for round in 0..60 {
            let set = (0..SEGMENT_CHUNKS).map(|chunk| value(round, chunk));
            let batch = StorageBatch {
                set: set.collect(),
                remove: Vec::new(),
            };
            storage.write(batch).unwrap();
            live.push(range(round));
            if live.len() > 8 {
                // Not the oldest alone, so that values of one leaf go at different times.
                let gone = live.remove(round as usize * 7 % 8);
                let remove = (0..SEGMENT_CHUNKS).map(|chunk| value(gone.segment, chunk).0);
                let batch = StorageBatch {
                    set: Vec::new(),
                    remove: remove.collect(),
                };
                storage.write(batch).unwrap();
            }
            storage.sync().unwrap();
            let end = log_end(&file).unwrap();
            assert!(end > LOG_START && end >= locations.log_end());
            let found = search_newer(&file, &live, locations.log_end(), end).unwrap();
            newer += found.len();
            all += search_all(&file, &live, end).unwrap().len();
            locations = locations.only(&live).with(&found, end);
            for range in &live {
                for chunk in 0..SEGMENT_CHUNKS {
                    let (key, value) = value(range.segment, chunk);
                    let mut read = Vec::new();
                    assert!(
                        locations.get_into(&key, &mut read),
                        "round {round}: {range:?} {chunk}"
                    );
                    assert!(read == value);
                }
            }
        }
        println!("{newer} values found in newer segments, {all} in the whole file");
        assert!(newer * 2 < all, "{newer} of {all}");
    }

    #[test]
    fn a_header_that_is_not_as_expected_counts_as_new() {
        let mut header = [7; LOG_HEADER];
        assert_eq!(position(&header), None);
        header[4..12].copy_from_slice(&(5 ^ FLIPPED).to_le_bytes());
        let sum = crc32fast::hash(&header[4..]) ^ u32::MAX;
        header[..4].copy_from_slice(&sum.to_le_bytes());
        assert_eq!(position(&header), Some(5));
    }
}
