//! What the manifest keeps of a segment.

use serde::{Deserialize, Serialize};

use super::part::Part;

/// Size and parts of a segment, without which it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SegmentMeta {
    pub id: u32,
    pub rows: u32,
    /// Live events when the segment was built.
    pub events: u32,
    /// Version of the parser that read its pages.
    pub parser: u32,
    /// Version of the analysis that cut its texts into words; 0 if it stores no words.
    pub analysis: u32,
    /// Bytes of all chunks.
    pub bytes: u64,
    /// (part, number of chunks).
    pub chunks: Vec<(u8, u32)>,
    /// What the opening for writing drew that made it; the checksums of its chunks cover it. 0: none, as in
    /// versions 1 to 7.
    pub nonce: u64,
}

impl SegmentMeta {
    /// Number of chunks of a part, 0 if the segment does not have it.
    pub fn chunks_of(&self, part: Part) -> u32 {
        self.chunks
            .iter()
            .find(|(number, _)| *number == part as u8)
            .map_or(0, |(_, chunks)| *chunks)
    }
}
