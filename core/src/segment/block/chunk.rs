//! A blob of bytes ⇄ chunks of at most 7 KiB in storage.
//!
//! A chunk begins with a header that holds the chunk's own key and a checksum
//! (`storage/chunk_key.rs`).

use std::cell::Cell;

use super::codec::{self, Codec, Compressed};
use crate::error::{Error, Result};
use crate::segment::{Part, read_counts};
use crate::storage::{
    CHUNK_HEADER, ChunkContent, KeyRange, PAYLOAD_MAX, Readahead, Storage, chunk_key, open_chunk,
    seal_chunk,
};

/// The chunks of a blob: consecutive chunks of one part.
///
/// Storage has a range of its own, whose part is a bare number; this one knows the part's name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChunkRange {
    pub segment: u32,
    pub part: Part,
    pub first: u32,
    pub chunks: u32,
    /// The number that their checksums cover.
    pub nonce: u64,
}

impl ChunkRange {
    /// Of a chunk, or of the part as a whole.
    fn corrupt(
        self,
        storage: &dyn Storage,
        chunk: impl Into<Option<u32>>,
        message: impl Into<String>,
    ) -> Error {
        Error::Corrupt {
            path: storage.path().to_owned(),
            part: format!("segment {} {}", self.segment, self.part.name()),
            chunk: chunk.into(),
            message: message.into(),
        }
    }
}

/// The error for bytes of a part whose checksum is right and whose content is not. A part in memory has no
/// range.
#[cold]
pub(super) fn malformed(stored: Option<(&dyn Storage, ChunkRange)>, message: &str) -> Error {
    match stored {
        Some((storage, range)) => range.corrupt(storage, None, message),
        None => Error::Corrupt {
            path: Default::default(),
            part: "a part in memory".to_owned(),
            chunk: None,
            message: message.to_owned(),
        },
    }
}

/// The key of a chunk. Keys sort by segment, part and chunk.
pub(crate) fn key(segment: u32, part: Part, chunk: u32) -> Vec<u8> {
    key_of_number(segment, part as u8, chunk)
}

/// The key of a chunk whose part is known by its number only.
pub(crate) fn key_of_number(segment: u32, part: u8, chunk: u32) -> Vec<u8> {
    chunk_key(segment, part, chunk).to_vec()
}

const OTHER_HEADER: &str = "the header does not fit the chunk";

/// The chunks of a segment that is being written, in key order within each part.
pub(crate) struct Chunks {
    /// The number that their checksums cover.
    pub nonce: u64,
    /// (key, value).
    pub list: Vec<(Vec<u8>, Vec<u8>)>,
    /// Bytes of all values.
    pub bytes: u64,
}

impl Chunks {
    /// None yet, of an opening for writing that drew this number.
    pub fn new(nonce: u64) -> Self {
        Self {
            nonce,
            list: Vec::new(),
            bytes: 0,
        }
    }

    /// Compresses a blob and cuts it into chunks from number `first` on. Returns the number of
    /// chunks, at least one.
    pub fn put(&mut self, segment: u32, part: Part, first: u32, bytes: &[u8], codec: Codec) -> u32 {
        self.put_compressed(segment, part, first, &Compressed::new(bytes, codec))
    }

    /// Like [`Chunks::put`], of a blob that is compressed already, mostly on another core.
    pub fn put_compressed(
        &mut self,
        segment: u32,
        part: Part,
        first: u32,
        blob: &Compressed,
    ) -> u32 {
        let mut chunk = first;
        let mut payloads = blob.bytes.chunks(PAYLOAD_MAX);
        let mut payload = payloads.next().unwrap_or_default();
        loop {
            let key = chunk_key(segment, part as u8, chunk);
            let content = ChunkContent {
                codec: blob.codec,
                length: blob.length,
            };
            let value = seal_chunk(&key, self.nonce, content, payload);
            self.bytes += value.len() as u64;
            self.list.push((key.to_vec(), value));
            chunk += 1;
            match payloads.next() {
                Some(next) => payload = next,
                None => return chunk - first,
            }
        }
    }
}

/// Bytes of a buffer that a thread keeps for its next read: enough for blocks, and for the parts that a first
/// question reads whole, one after the other.
pub(super) const KEPT_BUFFER: usize = 256 << 10;

thread_local! {
    /// The compressed bytes of the blob that is being read.
    static COMPRESSED: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Reads a blob and checks each of its chunks.
pub(crate) fn read_range(storage: &dyn Storage, range: ChunkRange) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_range_into(storage, range, None, &mut bytes)?;
    Ok(bytes)
}

/// Appends a blob to `out` and checks each of its chunks. `ahead`: the readahead buffer of a scan
/// over consecutive blobs.
pub(super) fn read_range_into(
    storage: &dyn Storage,
    range: ChunkRange,
    ahead: Option<&mut Readahead>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let mut compressed = COMPRESSED.take();
    compressed.clear();
    let done = join(storage, range, ahead, &mut compressed).and_then(|content| {
        let length = content.length as usize;
        codec::decompress(content.codec, &compressed, length, out)
            .map_err(|message| range.corrupt(storage, range.first, message))
    });
    if compressed.capacity() <= KEPT_BUFFER {
        COMPRESSED.set(compressed);
    }
    done
}

/// Appends the bytes of one chunk of a blob that is stored as it is.
pub(super) fn read_stored_chunk(
    storage: &dyn Storage,
    range: ChunkRange,
    chunk: u32,
    out: &mut Vec<u8>,
) -> Result<()> {
    match append_payload(storage, range, chunk, None, out)?.codec {
        codec::STORED => Ok(()),
        _ => Err(range.corrupt(storage, chunk, "the chunk is not stored as it is")),
    }
}

/// The beginning of a blob of which chunks may be lost: what its first chunks give.
pub(in crate::segment) fn read_prefix(storage: &dyn Storage, range: ChunkRange) -> Vec<u8> {
    let (mut compressed, mut out, mut first) = (Vec::new(), Vec::new(), None);
    for chunk in range.first..range.first + range.chunks {
        match append_payload(storage, range, chunk, None, &mut compressed) {
            Ok(content) => drop(first.get_or_insert(content)),
            Err(_) => break,
        }
    }
    if let Some(content) = first {
        codec::decompress_prefix(content.codec, &compressed, content.length, &mut out);
    }
    out
}

/// Reads the chunks of a blob only to check them.
pub(crate) fn check_range(storage: &dyn Storage, range: ChunkRange) -> Result<()> {
    let mut payload = Vec::new();
    (range.first..range.first + range.chunks).try_for_each(|chunk| {
        payload.clear();
        append_payload(storage, range, chunk, None, &mut payload).map(|_| ())
    })
}

/// Reads one chunk of a part only to check it. Gives its bytes, or what is wrong with it.
///
/// `ahead` and `buffer` are of the pass over successive chunks.
pub(crate) fn check_chunk(
    storage: &dyn Storage,
    range: KeyRange,
    chunk: u32,
    ahead: &mut Readahead,
    buffer: &mut Vec<u8>,
) -> Result<Result<usize, String>> {
    buffer.clear();
    let key = chunk_key(range.segment, range.part, chunk);
    let found = storage.get_ahead(&key, ahead, buffer);
    read_counts::count_chunk(buffer.len());
    if !found? {
        return Ok(Err(missing_chunk(storage)));
    }
    Ok(match open_chunk(buffer, &key, range.nonce) {
        Some(_) => Ok(buffer.len()),
        None => Err(OTHER_HEADER.to_owned()),
    })
}

/// Joins the payloads of a blob's chunks. The first header gives codec and length of the blob.
fn join(
    storage: &dyn Storage,
    range: ChunkRange,
    mut ahead: Option<&mut Readahead>,
    out: &mut Vec<u8>,
) -> Result<ChunkContent> {
    let mut first = None;
    for chunk in range.first..range.first + range.chunks {
        let content = append_payload(storage, range, chunk, ahead.as_deref_mut(), out)?;
        first.get_or_insert(content);
    }
    // A segment of an older version lacks some parts: they are read as empty.
    Ok(first.unwrap_or(ChunkContent {
        codec: codec::STORED,
        length: 0,
    }))
}

/// The message of the error for a chunk that is not there, and where a copy is.
pub(crate) fn missing_chunk(storage: &dyn Storage) -> String {
    let mut message = "the chunk is missing".to_owned();
    if let Some(copy) = storage.recovery_copy() {
        message.push_str("; the data as the last, unclean end left it is kept in ");
        message.push_str(&copy.display().to_string());
    }
    message
}

/// Appends the payload of a chunk after checking its header.
fn append_payload(
    storage: &dyn Storage,
    range: ChunkRange,
    chunk: u32,
    ahead: Option<&mut Readahead>,
    out: &mut Vec<u8>,
) -> Result<ChunkContent> {
    let key = chunk_key(range.segment, range.part as u8, chunk);
    let start = out.len();
    let found = match ahead {
        Some(ahead) => storage.get_ahead(&key, ahead, out),
        None => storage.get_into(&key, out),
    };
    read_counts::count_chunk(out.len() - start);
    if !found? {
        return Err(range.corrupt(storage, chunk, missing_chunk(storage)));
    }
    let Some(content) = open_chunk(&out[start..], &key, range.nonce) else {
        return Err(range.corrupt(storage, chunk, OTHER_HEADER));
    };
    out.drain(start..start + CHUNK_HEADER);
    Ok(content)
}
