//! Parts that are read by the byte, so that a reader fetches only the chunks that it needs.
//!
//! Each chunk of such a part is a stored blob of its own, and all but the last are full: which chunk
//! holds a byte follows from its position.

use std::ops::Range;
use std::sync::Arc;

use super::chunk::{ChunkRange, Chunks, malformed, read_range_into};
use super::codec::STORED;
use crate::error::{Error, Result};
use crate::segment::Part;
use crate::storage::{ChunkContent, PAYLOAD_MAX, Storage, chunk_key, seal_chunk};

/// Writes a part piece by piece.
pub(in crate::segment) struct BytesWriter {
    segment: u32,
    part: Part,
    /// Bytes that do not fill a chunk yet.
    open: Vec<u8>,
    written: u32,
}

impl BytesWriter {
    pub fn new(segment: u32, part: Part) -> Self {
        Self {
            segment,
            part,
            open: Vec::new(),
            written: 0,
        }
    }

    /// Appends bytes; what fills chunks is added to those.
    pub fn push(&mut self, mut bytes: &[u8], chunks: &mut Chunks) {
        while self.open.len() + bytes.len() >= PAYLOAD_MAX {
            let (now, later) = bytes.split_at(PAYLOAD_MAX - self.open.len());
            self.open.extend_from_slice(now);
            bytes = later;
            self.seal(chunks);
        }
        self.open.extend_from_slice(bytes);
    }

    fn seal(&mut self, chunks: &mut Chunks) {
        let key = chunk_key(self.segment, self.part as u8, self.written);
        let content = ChunkContent {
            codec: STORED,
            length: self.open.len() as u32,
        };
        let value = seal_chunk(&key, chunks.nonce, content, &self.open);
        chunks.bytes += value.len() as u64;
        chunks.list.push((key.to_vec(), value));
        self.open.clear();
        self.written += 1;
    }

    /// Writes the last chunk. Returns the number of chunks, 0 of a part without a byte.
    pub fn finish(mut self, chunks: &mut Chunks) -> u32 {
        if !self.open.is_empty() {
            self.seal(chunks);
        }
        self.written
    }
}

/// The bytes of a part: in storage, or in memory where the part was made from rows.
#[derive(Clone)]
pub(in crate::segment) enum PartBytes {
    Stored {
        storage: Arc<dyn Storage>,
        range: ChunkRange,
    },
    Made(Arc<Vec<u8>>),
}

impl PartBytes {
    /// Appends some of the bytes to `out`.
    pub fn read_into(&self, range: Range<u64>, out: &mut Vec<u8>) -> Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let Self::Stored {
            storage,
            range: chunks,
        } = self
        else {
            return self.read_made(range, out);
        };
        let size = PAYLOAD_MAX as u64;
        let (first, last) = (range.start / size, (range.end - 1) / size);
        if last >= u64::from(chunks.chunks) {
            return Err(self.malformed("refers to bytes behind the part's last chunk"));
        }
        let begin = out.len();
        for chunk in first..=last {
            let one = ChunkRange {
                first: chunks.first + chunk as u32,
                chunks: 1,
                ..*chunks
            };
            read_range_into(&**storage, one, None, out)?;
        }
        let (skip, length) = (
            (range.start - first * size) as usize,
            (range.end - range.start) as usize,
        );
        if out.len() - begin < skip + length {
            return Err(self.malformed("a chunk of the part is too short"));
        }
        out.drain(begin..begin + skip);
        out.truncate(begin + length);
        Ok(())
    }

    /// All of the bytes.
    pub fn read_all(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        match self {
            Self::Made(bytes) => out.extend_from_slice(bytes),
            Self::Stored { storage, range } => {
                for chunk in 0..range.chunks {
                    let one = ChunkRange {
                        first: range.first + chunk,
                        chunks: 1,
                        ..*range
                    };
                    read_range_into(&**storage, one, None, &mut out)?;
                }
            }
        }
        Ok(out)
    }

    fn read_made(&self, range: Range<u64>, out: &mut Vec<u8>) -> Result<()> {
        let Self::Made(bytes) = self else {
            return Ok(());
        };
        let range = range.start as usize..range.end as usize;
        let found = bytes.get(range).ok_or("lies behind the end");
        out.extend_from_slice(found.map_err(|message| self.malformed(message))?);
        Ok(())
    }

    /// The error for bytes whose checksum is right and whose content is not.
    #[cold]
    pub fn malformed(&self, message: &str) -> Error {
        let stored = match self {
            Self::Stored { storage, range } => Some((&**storage, *range)),
            Self::Made(_) => None,
        };
        malformed(stored, message)
    }
}
