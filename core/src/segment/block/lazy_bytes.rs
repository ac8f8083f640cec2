//! A part that is read by the byte, chunk by chunk, and whose chunks are then kept: a small table that
//! questions look something up in.
//!
//! A part of bytes and a whole part that is stored as it is have the same chunks but for the length in
//! their headers, which is not needed here: both are read.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::chunk::{ChunkRange, malformed, read_stored_chunk};
use crate::error::{Error, Result};
use crate::segment::lazy::Lazy;
use crate::storage::{PAYLOAD_MAX, Storage};

/// Chunks of a table.
const TABLE: usize = 4096;

type ChunkTable = Box<[Lazy<Box<[u8]>>]>;

/// The bytes of a part. Reading a byte reads its chunk once; what is kept is at most the part.
pub(in crate::segment) enum LazyBytes {
    Stored {
        storage: Arc<dyn Storage>,
        range: ChunkRange,
        /// In tables that are made when one of their chunks is asked for: a damaged manifest may name any
        /// number of chunks.
        tables: Box<[OnceLock<ChunkTable>]>,
        /// Bytes of the chunks that are kept.
        kept: AtomicUsize,
    },
    /// In memory, of a segment that lacks the part.
    Made(Vec<u8>),
}

impl LazyBytes {
    /// Of a part in storage. Reads nothing yet.
    pub fn new(storage: Arc<dyn Storage>, range: ChunkRange) -> Self {
        Self::Stored {
            storage,
            range,
            tables: (0..(range.chunks as usize).div_ceil(TABLE))
                .map(|_| OnceLock::new())
                .collect(),
            kept: AtomicUsize::new(0),
        }
    }

    /// More bytes than the part has by less than a chunk: all of its chunks, full.
    pub fn length_at_most(&self) -> usize {
        match self {
            Self::Stored { range, .. } => range.chunks as usize * PAYLOAD_MAX,
            Self::Made(bytes) => bytes.len(),
        }
    }

    /// Some of the bytes; fewer where the part ends.
    #[inline]
    pub fn get(&self, range: Range<usize>) -> Result<Cow<'_, [u8]>> {
        let Self::Stored { .. } = self else {
            return self.get_made(range);
        };
        let (number, start) = (range.start / PAYLOAD_MAX, range.start % PAYLOAD_MAX);
        let chunk = self.chunk(number)?;
        let end = start + range.len();
        if end <= PAYLOAD_MAX {
            let start = start.min(chunk.len());
            return Ok(Cow::Borrowed(&chunk[start..end.min(chunk.len())]));
        }
        self.join(range)
    }

    #[cold]
    fn get_made(&self, range: Range<usize>) -> Result<Cow<'_, [u8]>> {
        let Self::Made(bytes) = self else {
            return Ok(Cow::Borrowed(&[]));
        };
        let end = range.end.min(bytes.len());
        Ok(Cow::Borrowed(&bytes[range.start.min(end)..end]))
    }

    /// Bytes from several chunks.
    #[cold]
    fn join(&self, range: Range<usize>) -> Result<Cow<'_, [u8]>> {
        let first = range.start / PAYLOAD_MAX;
        let mut joined = Vec::with_capacity(range.len());
        for number in first..range.end.div_ceil(PAYLOAD_MAX) {
            joined.extend_from_slice(self.chunk(number)?);
        }
        joined.drain(..(range.start - first * PAYLOAD_MAX).min(joined.len()));
        joined.truncate(range.len());
        Ok(Cow::Owned(joined))
    }

    /// A chunk, empty behind the last one.
    #[inline]
    fn chunk(&self, number: usize) -> Result<&[u8]> {
        let Self::Stored { tables, range, .. } = self else {
            return Ok(&[]);
        };
        let Some(table) = tables.get(number / TABLE) else {
            return Ok(&[]);
        };
        let table = table.get_or_init(|| {
            let chunks = range.chunks as usize - number / TABLE * TABLE;
            (0..chunks.min(TABLE)).map(|_| Lazy::default()).collect()
        });
        let Some(chunk) = table.get(number % TABLE) else {
            return Ok(&[]);
        };
        match chunk.loaded() {
            Some(bytes) => Ok(bytes),
            None => self.load(number, chunk),
        }
    }

    #[cold]
    fn load<'a>(&'a self, number: usize, chunk: &'a Lazy<Box<[u8]>>) -> Result<&'a [u8]> {
        let Self::Stored {
            storage,
            range,
            kept,
            ..
        } = self
        else {
            return Ok(&[]);
        };
        let loaded = chunk.get_or(|| {
            let mut bytes = Vec::new();
            read_stored_chunk(&**storage, *range, range.first + number as u32, &mut bytes)?;
            if bytes.len() != PAYLOAD_MAX && number + 1 < range.chunks as usize {
                return Err(self.malformed("a chunk of the part is too short"));
            }
            kept.fetch_add(bytes.len(), Ordering::Relaxed);
            Ok(bytes.into_boxed_slice())
        })?;
        Ok(loaded)
    }

    /// The error for bytes whose checksum is right and whose content is not.
    #[cold]
    pub fn malformed(&self, message: &str) -> Error {
        let stored = match self {
            Self::Stored { storage, range, .. } => Some((&**storage, *range)),
            Self::Made(_) => None,
        };
        malformed(stored, message)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        match self {
            Self::Stored { tables, kept, .. } => {
                let made = tables.iter().filter_map(|table| table.get());
                let slots: usize = made.map(|table| table.len()).sum();
                let slots = slots * size_of::<Lazy<Box<[u8]>>>();
                size_of_val(&**tables) + slots + kept.load(Ordering::Relaxed)
            }
            Self::Made(bytes) => bytes.len(),
        }
    }
}
