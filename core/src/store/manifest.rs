//! The payload of `CURRENT`: the live segments, and where the deleted rows of each are stored.

use serde::{Deserialize, Serialize};

use super::legacy_manifest;
use crate::error::{Error, Result};
use crate::segment::{Part, SegmentMeta};
use crate::storage::{CHUNK_HEADER, KeyRange, Storage, decode_record, encode_record};

/// The live segments of one state of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Counts commits; 0 is the empty store.
    pub commit: u64,
    /// The smallest number that no segment has had.
    pub next_segment: u32,
    /// Whether new segments store the words of texts.
    pub words: bool,
    /// Largest first.
    pub segments: Vec<SegmentEntry>,
    /// Whether what follows from the pages was given with them: of a resolved store. Not in the record, but in
    /// what the payload begins with.
    #[serde(skip)]
    pub resolved: bool,
}

/// What a payload begins with from version 8 on: no number that bincode writes does.
const MARK: u8 = 0xfe;

/// The same of a resolved store, from version 10 on.
const RESOLVED_MARK: u8 = 0xfd;

/// One live segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SegmentEntry {
    pub meta: SegmentMeta,
    /// Generation of the set of deleted rows, 0 if no row is deleted.
    pub deletes: u32,
    /// Number of chunks of that set.
    pub deletes_chunks: u32,
    /// What the opening for writing drew that wrote the set.
    pub deletes_nonce: u64,
}

/// Chunk numbers that one generation of deleted rows may use. 256 chunks of 7 KiB hold the worst
/// case of 14 million rows.
const GENERATION: u32 = 256;

/// Chunks that a manifest may name however little is stored: what is missing then is told by its name, and
/// tables for so many take some 100 kB.
const CHUNKS_BELIEVED: u64 = 1 << 15;

/// The first number that no commit may have had which wrote this chunk of a set of deleted rows.
pub(super) fn number_of_deletes(chunk: u32) -> u32 {
    // A set is written under the number of its commit plus one.
    chunk / GENERATION
}

impl SegmentEntry {
    /// A segment without deleted rows.
    pub fn new(meta: SegmentMeta) -> Self {
        Self {
            meta,
            deletes: 0,
            deletes_chunks: 0,
            deletes_nonce: 0,
        }
    }

    /// Number of the first chunk of the deleted rows.
    pub fn deletes_first(&self) -> u32 {
        // It has to differ only from the few generations that may still be there: after 16 million
        // commits the numbers begin anew.
        self.deletes.wrapping_mul(GENERATION)
    }

    /// The keys of its chunks and of those of its deleted rows.
    pub fn key_ranges(&self) -> impl Iterator<Item = KeyRange> + '_ {
        let parts = self.meta.chunks.iter().map(|&(part, chunks)| KeyRange {
            segment: self.meta.id,
            part,
            first: 0,
            chunks,
            nonce: self.meta.nonce,
        });
        let parts = parts.filter(|range| range.chunks > 0);
        parts.chain(self.deletes_range())
    }

    /// The keys of the chunks of its deleted rows, if it has any.
    pub fn deletes_range(&self) -> Option<KeyRange> {
        (self.deletes_chunks > 0).then(|| KeyRange {
            segment: self.meta.id,
            part: Part::Deletes as u8,
            first: self.deletes_first(),
            chunks: self.deletes_chunks,
            nonce: self.deletes_nonce,
        })
    }
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            commit: 0,
            next_segment: 0,
            words: true,
            segments: Vec::new(),
            resolved: false,
        }
    }
}

impl Manifest {
    /// Whether nobody has written to the store, nor decided whether it keeps words.
    pub fn is_undecided(&self) -> bool {
        let decided = Self {
            resolved: self.resolved,
            ..Self::default()
        };
        *self == decided
    }

    /// The payload of the root record.
    pub fn encode(&self) -> Vec<u8> {
        let mut payload = vec![if self.resolved { RESOLVED_MARK } else { MARK }];
        payload.extend(encode_record(self));
        payload
    }

    /// Reads the root record. The empty manifest where there is none.
    ///
    /// # Errors
    /// `Corrupt` also where it names more than can be stored, so that a forged one reserves no memory.
    pub fn read(storage: &dyn Storage) -> Result<Self> {
        let Some(payload) = storage.root()? else {
            return Ok(Self::default());
        };
        let corrupt = |message| Error::Corrupt {
            path: storage.path().to_owned(),
            part: "CURRENT".to_owned(),
            chunk: None,
            message,
        };
        let manifest = Self::decode(&payload).map_err(corrupt)?;
        // Asked for a large store alone, since a size lists a directory.
        let stored = match manifest.count_chunks() > CHUNKS_BELIEVED {
            true => storage.size()?,
            false => 0,
        };
        manifest.check_counts(stored).map_err(corrupt)?;
        Ok(manifest)
    }

    /// Chunks that it names.
    fn count_chunks(&self) -> u64 {
        let ranges = self.segments.iter().flat_map(SegmentEntry::key_ranges);
        ranges.map(|range| u64::from(range.chunks)).sum()
    }

    /// In words what cannot be of the chunks that it names, where so many bytes are stored.
    fn check_counts(&self, stored: u64) -> Result<(), String> {
        for entry in &self.segments {
            let mut parts: Vec<u8> = entry.meta.chunks.iter().map(|&(part, _)| part).collect();
            parts.sort_unstable();
            if let Some(twice) = parts.windows(2).find(|pair| pair[0] == pair[1]) {
                let (segment, part) = (entry.meta.id, twice[0]);
                return Err(format!("it names part {part} of segment {segment} twice"));
            }
        }
        let chunks = self.count_chunks();
        match chunks <= CHUNKS_BELIEVED.max(stored / CHUNK_HEADER as u64) {
            true => Ok(()),
            false => Err(format!(
                "it names {chunks} chunks, which {stored} bytes cannot hold"
            )),
        }
    }

    /// Reads the payload of any version; in words what is wrong with it.
    pub fn decode(payload: &[u8]) -> Result<Self, String> {
        match payload.split_first() {
            Some((&MARK, record)) => decode_record(record),
            Some((&RESOLVED_MARK, record)) => Ok(Self {
                resolved: true,
                ..decode_record(record)?
            }),
            _ => legacy_manifest::read(payload),
        }
    }

    /// The keys of all chunks that it names.
    pub fn key_ranges(&self) -> Vec<KeyRange> {
        let ranges = self.segments.iter().flat_map(SegmentEntry::key_ranges);
        ranges.collect()
    }

    /// Whether each chunk that it names is told from what other openings wrote under its key.
    pub fn has_nonces(&self) -> bool {
        self.key_ranges().iter().all(|range| range.nonce != 0)
    }

    /// Bytes of all chunks that it names.
    pub fn live_bytes(&self) -> u64 {
        self.segments.iter().map(|entry| entry.meta.bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::open_memory;

    fn naming(chunks: &[(u8, u32)]) -> Manifest {
        let meta = SegmentMeta {
            id: 0,
            rows: 1,
            events: 1,
            parser: 1,
            analysis: 0,
            bytes: 1,
            chunks: chunks.to_vec(),
            nonce: 1,
        };
        Manifest {
            segments: vec![SegmentEntry::new(meta)],
            ..Manifest::default()
        }
    }

    #[test]
    fn a_manifest_that_names_more_than_is_stored_is_damage() {
        let refused = |chunks: &[(u8, u32)]| {
            let storage = open_memory();
            storage.set_root(&naming(chunks).encode()).unwrap();
            let error = Manifest::read(&*storage).unwrap_err().to_string();
            assert!(error.contains("CURRENT"), "{error}");
            error
        };
        assert!(refused(&[(0, u32::MAX)]).contains("names 4294967295 chunks"));
        assert!(refused(&[(0, 20_000), (1, 20_000)]).contains("names 40000 chunks"));
        assert!(refused(&[(3, 1), (3, 1)]).contains("names part 3 of segment 0 twice"));
        // Few are believed, so that what is missing is told by its name.
        assert!(naming(&[(0, 20_000)]).check_counts(0).is_ok());
        assert!(naming(&[(0, 40_000)]).check_counts(23 * 40_000).is_ok());
    }
}
