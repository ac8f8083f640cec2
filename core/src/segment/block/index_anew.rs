//! The index of a part's blocks, made from its chunks where it is lost.
//!
//! A chunk's header has the length of its whole blob, all chunks of a blob but the last are full, and a
//! decoded block is read to its end. So blocks and their entries are found again. How many
//! entries a lost block had follows from the number of all, if it is known, for one stretch of lost ones.

use super::chunk::ChunkRange;
use super::codec;
use super::varint::{ByteReader, put_u32};
use crate::storage::{CHUNK_HEADER, PAYLOAD_MAX, Storage, chunk_key, open_chunk};

/// The bytes of an index of all chunks of a part. `entries` is their number, if it is known.
///
/// All between the first block that cannot be read and the last one are one block, which cannot be read
/// either. Where the number of entries is not known, what lies behind it is left out.
pub(in crate::segment) fn index_anew(
    storage: &dyn Storage,
    part: ChunkRange,
    entries: Option<u32>,
) -> Vec<u8> {
    /// Entries, chunks.
    type Counts = (u32, u32);
    let (mut before, mut behind): (Vec<Counts>, Vec<Counts>) = Default::default();
    let (mut first, mut lost) = (0, 0);
    while first < part.chunks {
        match whole_block(storage, part, first) {
            Some((entries, chunks)) => {
                let blocks = if lost == 0 { &mut before } else { &mut behind };
                blocks.push((entries, chunks));
                first += chunks;
            }
            None => {
                let between = behind.drain(..).map(|(_, chunks)| chunks);
                lost += 1 + between.sum::<u32>();
                first += 1;
            }
        }
    }
    let count = |blocks: &[Counts]| blocks.iter().map(|(entries, _)| entries).sum::<u32>();
    let known = count(&before) + count(&behind);
    let of_lost = entries.and_then(|entries| entries.checked_sub(known));
    let lost = (lost > 0).then(|| (of_lost.unwrap_or(0), lost));
    if lost.is_some() && of_lost.is_none() {
        behind.clear();
    }
    let mut out = Vec::new();
    for (entries, chunks) in before.into_iter().chain(lost).chain(behind) {
        put_u32(&mut out, entries);
        put_u32(&mut out, chunks);
    }
    out
}

/// The numbers of entries and of chunks of the block that begins with a chunk, if one does that is whole.
fn whole_block(storage: &dyn Storage, part: ChunkRange, first: u32) -> Option<(u32, u32)> {
    let mut blob = Vec::new();
    let mut ends = Vec::new();
    let mut content = None;
    for chunk in first..part.chunks {
        let key = chunk_key(part.segment, part.part as u8, chunk);
        let value = storage.get(&key).ok().flatten();
        let opened = value.and_then(|value| Some((open_chunk(&value, &key, part.nonce)?, value)));
        let Some((of_chunk, value)) = opened else {
            break;
        };
        if *content.get_or_insert(of_chunk) != of_chunk {
            break;
        }
        let payload = &value[CHUNK_HEADER..];
        blob.extend_from_slice(payload);
        ends.push(blob.len());
        if payload.len() < PAYLOAD_MAX {
            break;
        }
    }
    let content = content?;
    let mut decoded = Vec::new();
    // Mostly the last one. Where a block just fills its chunks, the next one follows without a sign.
    let length = content.length as usize;
    for (at, &end) in ends.iter().enumerate().rev() {
        decoded.clear();
        let read = codec::decompress(content.codec, &blob[..end], length, &mut decoded);
        if read.is_ok() && decoded.len() == length {
            return Some((count_entries(&decoded)?, at as u32 + 1));
        }
    }
    None
}

/// Number of the entries of a decoded block, each behind its length.
fn count_entries(bytes: &[u8]) -> Option<u32> {
    let mut reader = ByteReader::new(bytes);
    let mut entries = 0;
    while !reader.is_empty() {
        let length = reader.u32().ok()?;
        reader.slice(length as usize).ok()?;
        entries += 1;
    }
    (entries > 0).then_some(entries)
}
