//! What `CURRENT` says: the live segments, and where the deleted rows of each lie.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::segment::{Part, SegmentMeta};
use crate::storage::{Run, Storage, record};

/// The root record of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Counts commits; 0 is the empty store.
    pub commit: u64,
    pub next_segment: u32,
    /// Largest first.
    pub segments: Vec<SegmentEntry>,
}

/// One live segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SegmentEntry {
    pub meta: SegmentMeta,
    /// Generation of the deleted rows, 0 if none is deleted.
    pub deletes: u32,
    /// Chunks of the deleted rows.
    pub deletes_chunks: u32,
}

/// Chunk numbers that one generation of deleted rows may take: 256 chunks of 7 KiB hold the worst case of 14 million rows.
const GENERATION: u32 = 256;

impl SegmentEntry {
    /// First chunk of the deleted rows.
    pub fn deletes_first(&self) -> u32 {
        // Only told from the few that may still be there: after 16 million commits the numbers begin anew.
        self.deletes.wrapping_mul(GENERATION)
    }

    /// The keys of its chunks, and of those of its deleted rows.
    pub fn runs(&self) -> impl Iterator<Item = Run> + '_ {
        let deletes = (
            Part::Deletes as u8,
            self.deletes_first(),
            self.deletes_chunks,
        );
        let parts = self
            .meta
            .chunks
            .iter()
            .map(|&(part, chunks)| (part, 0, chunks));
        let runs = parts.chain([deletes]).map(|(part, first, chunks)| Run {
            segment: self.meta.id,
            part,
            first,
            chunks,
        });
        runs.filter(|run| run.chunks > 0)
    }
}

impl Manifest {
    /// Reads the root record; the empty manifest where there is none.
    pub fn read(storage: &dyn Storage) -> Result<Self> {
        let Some(payload) = storage.root()? else {
            return Ok(Self::default());
        };
        record::decode(&payload).map_err(|message| Error::Corrupt {
            path: storage.path().to_owned(),
            part: "CURRENT".to_owned(),
            chunk: 0,
            message: message.to_string(),
        })
    }

    /// The keys of all chunks that it names.
    pub fn runs(&self) -> Vec<Run> {
        self.segments.iter().flat_map(SegmentEntry::runs).collect()
    }

    /// Bytes of all chunks that it names.
    pub fn live_bytes(&self) -> u64 {
        self.segments.iter().map(|entry| entry.meta.bytes).sum()
    }
}
