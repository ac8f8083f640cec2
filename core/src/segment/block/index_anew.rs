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

#[cfg(test)]
mod tests {
    use super::super::chunk::{Chunks, key};
    use super::super::codec::Codec;
    use super::*;
    use crate::segment::Part;
    use crate::storage::{StorageBatch, open_memory};

    const NONCE: u64 = 7;

    /// Bytes that do not compress.
    fn noise(seed: u64, length: usize) -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    /// Blocks of entries of several sizes and codecs, some of several chunks, one that just fills its chunks. Gives
    /// the numbers of entries and of chunks of each.
    fn blocks(chunks: &mut Chunks) -> Vec<(u32, u32)> {
        let mut counts = Vec::new();
        let mut first = 0;
        for (number, lengths) in [
            &[10, 0, 300][..],
            &[30_000],
            &[7_000, 9],
            // Two bytes of length, so that the payload has exactly two full chunks.
            &[2 * PAYLOAD_MAX - 3 - 1],
            &[5; 40],
            &[8_000, 8_000],
            &[1],
        ]
        .into_iter()
        .enumerate()
        {
            let mut block = Vec::new();
            for &length in lengths {
                put_u32(&mut block, length as u32);
                block.extend(noise(number as u64 + length as u64, length));
            }
            let codec = [Codec::Lz4, Codec::Zstd, Codec::Stored][number % 3];
            let count = chunks.put(3, Part::Bodies, first, &block, codec);
            first += count;
            counts.push((lengths.len() as u32, count));
        }
        counts
    }

    fn read(index: &[u8]) -> Vec<(u32, u32)> {
        let mut reader = ByteReader::new(index);
        let mut counts = Vec::new();
        while !reader.is_empty() {
            counts.push((reader.u32().unwrap(), reader.u32().unwrap()));
        }
        counts
    }

    #[test]
    fn blocks_are_found_again_whichever_chunks_are_lost() {
        let mut chunks = Chunks::new(NONCE);
        let counts = blocks(&mut chunks);
        let (entries, all) = counts
            .iter()
            .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let part = ChunkRange {
            segment: 3,
            part: Part::Bodies,
            first: 0,
            chunks: all,
            nonce: NONCE,
        };
        let storage = |lost: &[u32]| {
            let storage = open_memory();
            let lost: Vec<Vec<u8>> = lost
                .iter()
                .map(|&chunk| key(3, Part::Bodies, chunk))
                .collect();
            let set = chunks.list.iter().filter(|(key, _)| !lost.contains(key));
            let batch = StorageBatch {
                set: set.cloned().collect(),
                remove: Vec::new(),
            };
            storage.write(batch).unwrap();
            storage
        };
        assert_eq!(
            read(&index_anew(&*storage(&[]), part, Some(entries))),
            counts
        );
        assert_eq!(read(&index_anew(&*storage(&[]), part, None)), counts);
        let block_of = |chunk: u32| {
            let mut end = 0;
            counts.iter().position(|(_, chunks)| {
                end += chunks;
                chunk < end
            })
        };
        let mut tried = 0;
        for one in 0..all {
            for other in one..all {
                let found = read(&index_anew(&*storage(&[one, other]), part, Some(entries)));
                let [first, last] = [one, other].map(|chunk| block_of(chunk).unwrap());
                let lost = counts[first..=last].iter();
                let lost = lost.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
                let expected = [&counts[..first], &[lost], &counts[last + 1..]].concat();
                assert_eq!(found, expected, "without {one} and {other}");
                // Of unknown number: what is behind cannot be numbered.
                let found = read(&index_anew(&*storage(&[one, other]), part, None));
                assert_eq!(found, [&counts[..first], &[(0, lost.1)]].concat());
                tried += 1;
            }
        }
        println!("{tried} pairs of {all} chunks in {} blocks", counts.len());
    }
}
