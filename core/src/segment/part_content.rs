//! A part of a segment as bytes and back, for tests and fuzzing, which write one anew with something else
//! in it.

use super::block::{BlockWriter, BytesWriter, Chunks, write_blocks};
use super::part::Part;
use super::segment::Segment;
use crate::error::Result;

/// What a part holds.
#[derive(Clone)]
pub(crate) enum PartContent {
    Whole(Vec<u8>),
    /// Entries of blocks.
    Blocks(Vec<Vec<u8>>),
    Bytes(Vec<u8>),
}

/// The chunks of a part, and of its index, and how many each has.
pub(crate) struct WrittenPart {
    pub chunks: Chunks,
    pub counts: Vec<(u8, u32)>,
}

impl PartContent {
    /// What a part of a segment holds.
    pub fn of(segment: &Segment, part: Part) -> Result<Self> {
        if part.in_blocks().is_some() {
            let blocks = segment.map_blocks(part, |_, block| {
                Ok(block.entries().map(<[u8]>::to_vec).collect::<Vec<_>>())
            })?;
            return Ok(Self::Blocks(blocks.into_iter().flatten().collect()));
        }
        Ok(match part {
            Part::Terms
            | Part::TermRows
            | Part::WordTerms
            | Part::WordRows
            | Part::WordFrequencies
            | Part::WordPositions
            | Part::WordLengths => Self::Bytes(segment.part_bytes(part).read_all()?),
            _ => Self::Whole(segment.part(part)?),
        })
    }

    /// Number of bytes.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        match self {
            Self::Whole(bytes) | Self::Bytes(bytes) => bytes.len(),
            Self::Blocks(entries) => entries.iter().map(Vec::len).sum(),
        }
    }

    /// The same with some bits of a byte turned, and for a part of blocks the entry that has it.
    #[cfg(test)]
    pub fn turned(&self, at: usize, bits: u8) -> (Self, Option<u32>) {
        let mut new = self.clone();
        match &mut new {
            Self::Whole(bytes) | Self::Bytes(bytes) => bytes[at] ^= bits,
            Self::Blocks(entries) => {
                let mut left = at;
                for (number, entry) in (0..).zip(entries) {
                    match entry.get_mut(left) {
                        Some(byte) => {
                            *byte ^= bits;
                            return (new, Some(number));
                        }
                        None => left -= entry.len(),
                    }
                }
            }
        }
        (new, None)
    }

    /// The entries of blocks, or all of it.
    #[cfg(feature = "fuzzing")]
    pub fn pieces(&self) -> Vec<&[u8]> {
        match self {
            Self::Whole(bytes) | Self::Bytes(bytes) => vec![bytes],
            Self::Blocks(entries) => entries.iter().map(Vec::as_slice).collect(),
        }
    }

    /// The same with these bytes in place of one of its pieces.
    #[cfg(feature = "fuzzing")]
    pub fn with(mut self, number: usize, new: &[u8]) -> Self {
        match &mut self {
            Self::Whole(bytes) | Self::Bytes(bytes) => *bytes = new.to_vec(),
            Self::Blocks(entries) => {
                let count = entries.len().max(1);
                if let Some(entry) = entries.get_mut(number % count) {
                    *entry = new.to_vec();
                }
            }
        }
        self
    }

    /// Writes it as chunks with right checksums.
    pub fn write(self, segment: u32, nonce: u64, part: Part) -> WrittenPart {
        let mut chunks = Chunks::new(nonce);
        let counts = match self {
            Self::Whole(bytes) => {
                let count = chunks.put(segment, part, 0, &bytes, part.codec());
                vec![(part as u8, count)]
            }
            Self::Bytes(bytes) => {
                let mut writer = BytesWriter::new(segment, part);
                writer.push(&bytes, &mut chunks);
                vec![(part as u8, writer.finish(&mut chunks))]
            }
            Self::Blocks(entries) => {
                let mut writer = BlockWriter::new(2048);
                entries.iter().for_each(|entry| writer.push(entry));
                let index = part.in_blocks().map_or(part, |(_, index)| index);
                let blocks = writer.finish().into_iter();
                let counts = write_blocks(blocks, &mut chunks, segment, part, index);
                vec![(part as u8, counts.0), (index as u8, counts.1)]
            }
        };
        WrittenPart { chunks, counts }
    }
}
