//! The files of a store, searched for chunks without the engine. Nothing is written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::nonce_checksum::{checksum_of, nonce_checksum, nonce_of};
use super::segment_chunks::SegmentChunks;
use crate::error::{Error, Result};
use crate::storage::chunk_key::{self, CHUNK_HEADER, PAYLOAD_MAX};
use crate::storage::directory::{CURRENT, SealedFile, cannot, recovery_copy_path};
use crate::storage::readahead::read_some_at;
use crate::storage::sled::listed_ranges;
use crate::storage::storage::KeyRange;

/// Bytes that are read at once, and those that are passed over where they cannot be read.
const BUFFER: usize = 1 << 20;
const SECTOR: usize = 4 << 10;

/// Where the checksum stands in a chunk's header, behind all that it covers of that.
const SUM: usize = CHUNK_HEADER - 4;

/// Chunks that a part has at most which no manifest names: 120 GB. A larger number is none that a store wrote.
/// A smaller one costs nothing: only chunks that were found are looked at.
const CHUNKS_MAX: u32 = 1 << 24;

/// How deep below a store its files lie: `data-000001/blobs/…` is deepest.
const DEPTH: u32 = 3;

/// Where a chunk lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChunkPlace {
    pub file: usize,
    pub offset: u64,
    pub length: u16,
    /// Bytes that its whole blob is said to have, decoded.
    pub blob: u32,
}

/// The chunks of a segment that one opening wrote: by part and number.
pub(super) type ChunkPlaces = BTreeMap<(u8, u32), ChunkPlace>;

/// What the small files of a store say.
#[derive(Default)]
pub(crate) struct RawRoot {
    /// The payload of `CURRENT`, if that can be read.
    pub manifest: Option<Vec<u8>>,
    /// What `PLACES` lists: the live chunks of the last clean close.
    pub listed: Vec<KeyRange>,
    /// The live data directory.
    data: Option<String>,
}

impl RawRoot {
    /// Reads them.
    ///
    /// # Errors
    /// `PathNotFound`, `NotAStore`, `UnsupportedVersion`, `Storage`. Damage is none.
    pub fn read(store: &Path) -> Result<Self> {
        match fs::metadata(store) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::PathNotFound {
                    path: store.to_owned(),
                });
            }
            Err(error) => return Err(cannot("open", store)(error)),
            Ok(metadata) if !metadata.is_dir() => {
                return Err(Error::NotAStore {
                    path: store.to_owned(),
                    message: "is a file, and a store is a directory".to_owned(),
                });
            }
            Ok(_) => {}
        }
        // A root that was written whole and not renamed: all that it names was synced before.
        let root = [CURRENT, "CURRENT.tmp"].into_iter().find_map(|name| {
            let bytes = fs::read(store.join(name)).ok()?;
            match SealedFile::read(&bytes, "current", store, name) {
                Err(error @ Error::UnsupportedVersion { .. }) => Some(Err(error)),
                read => read.ok().map(Ok),
            }
        });
        let root = root.transpose()?;
        Ok(Self {
            listed: listed_ranges(store),
            data: root.as_ref().map(|root| root.data.clone()),
            manifest: root.map(|root| root.payload),
        })
    }
}

/// The whole chunks that the files of a store hold.
pub(crate) struct RawStore {
    path: PathBuf,
    files: Arc<Vec<File>>,
    /// By segment and nonce. Of an opening that nothing names, the nonce is one of the same checksums.
    chunks: FxHashMap<(u32, u64), ChunkPlaces>,
    /// Bytes that were searched.
    pub bytes: u64,
    /// Bytes that the system could not read.
    pub unreadable: u64,
}

impl RawStore {
    /// Searches all files. `nonces` are those that are known. `look` is called with the bytes that were
    /// searched so far; its error ends the search.
    pub fn search(
        store: &Path,
        root: &RawRoot,
        nonces: &[u64],
        look: &mut dyn FnMut(u64) -> Result<()>,
    ) -> Result<Self> {
        let mut paths = Vec::new();
        list(store, DEPTH, &mut paths)?;
        // Where chunks of old versions have two contents under one key, the last one counts: that of the
        // live data.
        let live = root.data.as_ref().map(|data| store.join(data).join("db"));
        let copy = root.data.as_ref();
        let copy = copy.map(|data| recovery_copy_path(store, data).join("db"));
        paths.sort_by_key(|path| (Some(path) == live.as_ref(), Some(path) == copy.as_ref()));
        let mut found = FoundChunks {
            known: nonces
                .iter()
                .map(|&nonce| (checksum_of(nonce), nonce))
                .collect(),
            chunks: FxHashMap::default(),
            unknown: FxHashMap::default(),
        };
        let mut files = Vec::new();
        let (mut bytes, mut unreadable) = (0, 0);
        for path in paths {
            let Ok(file) = File::open(&path) else {
                unreadable += fs::metadata(&path).map_or(0, |metadata| metadata.len());
                continue;
            };
            unreadable += found.search(&file, files.len(), &mut bytes, look)?;
            files.push(file);
        }
        Ok(Self {
            path: store.to_owned(),
            files: Arc::new(files),
            chunks: found.finish(),
            bytes,
            unreadable,
        })
    }

    /// Whether no chunk was found.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The segments of which chunks were found, each with a nonce, in order.
    pub fn segments(&self) -> Vec<(u32, u64)> {
        let mut segments: Vec<_> = self.chunks.keys().copied().collect();
        segments.sort_unstable();
        segments
    }

    /// The chunks of a segment that have this nonce, as ranges of their parts from chunk 0 on, with the
    /// chunks among them that were not found.
    pub fn ranges(&self, segment: u32, nonce: u64) -> Vec<KeyRange> {
        let mut ranges: Vec<KeyRange> = Vec::new();
        let chunks = self.chunks.get(&(segment, nonce)).into_iter();
        let keys = chunks.flat_map(BTreeMap::keys);
        for &(part, chunk) in keys.filter(|(_, chunk)| *chunk < CHUNKS_MAX) {
            match ranges.last_mut().filter(|range| range.part == part) {
                Some(range) => range.chunks = chunk + 1,
                None => ranges.push(KeyRange {
                    segment,
                    part,
                    first: 0,
                    chunks: chunk + 1,
                    nonce,
                }),
            }
        }
        ranges
    }

    /// The segments of which chunks of a part were found, each with the largest number.
    pub fn last_chunks(&self, part: u8) -> FxHashMap<u32, u32> {
        let mut last = FxHashMap::default();
        for ((segment, _), chunks) in &self.chunks {
            let of_part = chunks.range((part, 0)..=(part, u32::MAX)).next_back();
            if let Some((&(_, chunk), _)) = of_part {
                let largest = last.entry(*segment).or_insert(chunk);
                *largest = chunk.max(*largest);
            }
        }
        last
    }

    /// Bytes of the chunks of a segment that were found.
    pub fn bytes_of(&self, segment: u32, nonce: u64) -> u64 {
        let chunks = self.chunks.get(&(segment, nonce)).into_iter();
        let places = chunks.flat_map(BTreeMap::values);
        places.map(|place| u64::from(place.length)).sum()
    }

    /// How many chunks of some ranges were found.
    pub fn found(&self, ranges: &[KeyRange]) -> u64 {
        let found = |range: &KeyRange| {
            let chunks = self.chunks.get(&(range.segment, range.nonce))?;
            let end = range.first.saturating_add(range.chunks);
            let keys = (range.part, range.first)..(range.part, end);
            Some(chunks.range(keys).count() as u64)
        };
        ranges.iter().filter_map(found).sum()
    }

    /// The chunks of a segment as a storage. What is written to it stays in memory.
    pub fn segment(&self, segment: u32, nonce: u64) -> SegmentChunks {
        let places = self.chunks.get(&(segment, nonce)).cloned();
        SegmentChunks::new(
            self.path.clone(),
            self.files.clone(),
            segment,
            places.unwrap_or_default(),
        )
    }
}

/// The regular files below a directory that can hold a chunk.
fn list(folder: &Path, depth: u32, paths: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(cannot("list", folder))? {
        let entry = entry.map_err(cannot("list", folder))?;
        // Not through a link: it may lead anywhere.
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() && depth > 1 => {
                list(&entry.path(), depth - 1, paths)?;
            }
            Ok(metadata) if metadata.is_file() && metadata.len() >= CHUNK_HEADER as u64 => {
                paths.push(entry.path());
            }
            _ => {}
        }
    }
    paths.sort();
    Ok(())
}

/// Chunks as they are found.
struct FoundChunks {
    /// The known nonces by their checksums.
    known: FxHashMap<u32, u64>,
    chunks: FxHashMap<(u32, u64), ChunkPlaces>,
    /// Chunks of other openings, and damaged ones: by what would be the checksum of their nonce.
    unknown: FxHashMap<u32, Vec<(u32, u8, u32, ChunkPlace)>>,
}

impl FoundChunks {
    /// Searches a file. Gives the bytes that cannot be read.
    fn search(
        &mut self,
        file: &File,
        number: usize,
        bytes: &mut u64,
        look: &mut dyn FnMut(u64) -> Result<()>,
    ) -> Result<u64> {
        let mut piece = FileStretch {
            number,
            start: 0,
            rest: Vec::new(),
        };
        let (mut at, mut unreadable, mut size) = (0u64, 0, BUFFER);
        let mut buffer = vec![0; BUFFER];
        loop {
            look(*bytes)?;
            match read_some_at(file, &mut buffer[..size], at) {
                Ok(0) => break,
                Ok(read) => {
                    piece.rest.extend_from_slice(&buffer[..read]);
                    self.take(&mut piece, CHUNK_HEADER + PAYLOAD_MAX);
                    (at, size) = (at + read as u64, BUFFER);
                    *bytes += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The medium is damaged there: as much as can be read before, and what lies behind.
                Err(_) if size > SECTOR => size = SECTOR - at as usize % SECTOR,
                Err(_) => {
                    self.take(&mut piece, CHUNK_HEADER);
                    let length = file.metadata().map_or(0, |metadata| metadata.len());
                    let next = at + size as u64;
                    unreadable += next.min(length).saturating_sub(at);
                    if next >= length {
                        return Ok(unreadable);
                    }
                    (at, size) = (next, SECTOR);
                    piece.rest.clear();
                    piece.start = at;
                }
            }
        }
        self.take(&mut piece, CHUNK_HEADER);
        Ok(unreadable)
    }

    /// Takes the chunks of a piece behind whose beginning at least `follow` bytes are there.
    fn take(&mut self, piece: &mut FileStretch, follow: usize) {
        let searched = (piece.rest.len() + 1).saturating_sub(follow);
        for (at, key, value) in chunk_key::claimed_values(&piece.rest, searched) {
            let place = ChunkPlace {
                file: piece.number,
                offset: piece.start + at as u64,
                length: value.len() as u16,
                blob: chunk_key::claimed_blob(value),
            };
            self.put(&key, value, place);
        }
        piece.rest.drain(..searched);
        piece.start += searched as u64;
    }

    fn put(&mut self, key: &[u8], value: &[u8], place: ChunkPlace) {
        let Some((segment, part, chunk)) = chunk_key::chunk_numbers(key) else {
            return;
        };
        let (header, payload) = value.split_at(CHUNK_HEADER);
        let (covered, sum) = header.split_at(SUM);
        let sum = sum.first_chunk().map_or(0, |sum| u32::from_le_bytes(*sum));
        if chunk_key::is_chunk_of(value, key, 0) {
            let chunks = self.chunks.entry((segment, 0)).or_default();
            chunks.insert((part, chunk), place);
            return;
        }
        let checksum = nonce_checksum(covered, payload, sum);
        match self.known.get(&checksum) {
            Some(&nonce) => {
                let chunks = self.chunks.entry((segment, nonce)).or_default();
                chunks.entry((part, chunk)).or_insert(place);
            }
            None => {
                let unknown = self.unknown.entry(checksum).or_default();
                unknown.push((segment, part, chunk, place));
            }
        }
    }

    /// All chunks: of those of unknown openings the ones that another chunk agrees with.
    fn finish(mut self) -> FxHashMap<(u32, u64), ChunkPlaces> {
        for (checksum, chunks) in self.unknown {
            let key =
                |&(segment, part, chunk, _): &(u32, u8, u32, ChunkPlace)| (segment, part, chunk);
            // The same damaged chunk may lie there twice: it agrees with itself.
            if chunks.windows(2).all(|pair| key(&pair[0]) == key(&pair[1])) {
                continue;
            }
            let nonce = nonce_of(checksum);
            for (segment, part, chunk, place) in chunks {
                let chunks = self.chunks.entry((segment, nonce)).or_default();
                chunks.entry((part, chunk)).or_insert(place);
            }
        }
        self.chunks
    }
}

/// A stretch of a file that is not searched yet.
struct FileStretch {
    number: usize,
    /// Where it begins in the file.
    start: u64,
    rest: Vec<u8>,
}
