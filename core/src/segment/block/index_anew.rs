//! The index of a part's blocks, made from its chunks where it is lost.
//!
//! A chunk's header has the length of its whole blob, all chunks of a blob but the last are full, and a
//! decoded block is read to its end. So blocks and their entries are found again. How many
//! entries a lost block had follows from the number of all, if it is known, for one stretch of lost ones.
//!
//! Whatever the chunks say, those that are there are read some times each, and no others are looked for.

use super::chunk::ChunkRange;
use super::codec::{self, EncodedEnd};
use super::varint::{ByteReader, put_u32};
use crate::storage::{
    CHUNK_HEADER, ChunkContent, PAYLOAD_MAX, Storage, chunk_key, chunk_numbers, open_chunk,
};

/// Keys that are listed at once.
const KEYS_AT_ONCE: usize = 4096;

/// Reads of chunks, for each chunk of a part, that may give no block where none is known to begin.
const FRUITLESS_READS: usize = 16;

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
    let mut found = FoundBlocks::new(storage, part);
    let (mut at, mut next, mut lost) = (0, 0, 0);
    while next < part.chunks {
        let number = found.numbers.get(at).copied().unwrap_or(part.chunks);
        let block = match number == next {
            true => found.whole_block(at),
            false => None,
        };
        match block {
            Some((entries, chunks)) => {
                let blocks = if lost == 0 { &mut before } else { &mut behind };
                blocks.push((entries, chunks));
                at += chunks as usize;
                next += chunks;
            }
            None => {
                // Up to the next chunk that is there, or this one, with which no block begins.
                let chunks = (number - next).max(1);
                let between = behind.drain(..).map(|(_, chunks)| chunks);
                lost += chunks + between.sum::<u32>();
                at += usize::from(number == next);
                next += chunks;
            }
        }
    }
    let count = |blocks: &[Counts]| {
        let entries = blocks.iter().map(|(entries, _)| u64::from(*entries));
        entries.sum::<u64>()
    };
    let known = count(&before) + count(&behind);
    let of_lost = entries.and_then(|entries| u64::from(entries).checked_sub(known));
    let lost = (lost > 0).then(|| (of_lost.unwrap_or(0) as u32, lost));
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

/// The blocks among the chunks of a part that are there.
struct FoundBlocks<'s> {
    storage: &'s dyn Storage,
    part: ChunkRange,
    /// The numbers of these chunks, ascending.
    numbers: Vec<u32>,
    /// The chunk before the next one, if it is full: its blob may go on.
    full: Option<(u32, ChunkContent)>,
    /// Reads that may still be fruitless.
    spare: usize,
}

impl<'s> FoundBlocks<'s> {
    fn new(storage: &'s dyn Storage, part: ChunkRange) -> Self {
        let numbers = numbers_there(storage, part);
        Self {
            storage,
            part,
            spare: FRUITLESS_READS * numbers.len(),
            numbers,
            full: None,
        }
    }

    /// The numbers of entries and of chunks of the block that begins with a chunk, if one does that is whole.
    /// The chunk is told by its place among those that are there.
    fn whole_block(&mut self, at: usize) -> Option<(u32, u32)> {
        let (first, before) = (self.numbers[at], self.full.take());
        let (content, mut blob) = self.read(first)?;
        self.full = (blob.len() == PAYLOAD_MAX).then_some((first, content));
        // Among the chunks of one blob another begins only where the one before it just fills its own.
        let is_within = before.is_some_and(|before| before == (first.wrapping_sub(1), content));
        if is_within && self.spare == 0 {
            return None;
        }
        let (mut chunks, length) = (1, content.length as usize);
        let end = loop {
            match codec::encoded_end(content.codec, &blob, length) {
                EncodedEnd::At(end) => break Some(end),
                EncodedEnd::Nowhere => break None,
                // Twice as many each time, so that a blob is gone through as often as its length has bits.
                EncodedEnd::Behind => match self.append(at, chunks, content, &mut blob) {
                    0 => break None,
                    more => chunks += more,
                },
            }
        };
        let block = end.and_then(|end| {
            let chunks = end.div_ceil(PAYLOAD_MAX).max(1);
            let is_whole = end == blob.len().min(chunks * PAYLOAD_MAX);
            let entries = is_whole.then(|| count_entries(content, &blob[..end]))??;
            self.full = (end == chunks * PAYLOAD_MAX).then(|| (first + chunks as u32 - 1, content));
            Some((entries, chunks as u32))
        });
        if block.is_none() && is_within {
            self.spare = self.spare.saturating_sub(chunks);
        }
        block
    }

    /// Appends as many chunks of a blob as it has by now, as far as they are there. Gives their number.
    fn append(&self, at: usize, chunks: usize, content: ChunkContent, blob: &mut Vec<u8>) -> usize {
        let mut appended = 0;
        while appended < chunks && blob.len() == (chunks + appended) * PAYLOAD_MAX {
            let within = chunks + appended;
            let number = self.numbers.get(at + within);
            let number = number.filter(|&&number| number == self.numbers[at] + within as u32);
            match number.and_then(|&number| self.read(number)) {
                Some((of_chunk, payload)) if of_chunk == content => blob.extend(payload),
                _ => break,
            }
            appended += 1;
        }
        appended
    }

    /// What the header of a chunk says, and its payload, if it is whole.
    fn read(&self, chunk: u32) -> Option<(ChunkContent, Vec<u8>)> {
        let key = chunk_key(self.part.segment, self.part.part as u8, chunk);
        let mut value = self.storage.get(&key).ok().flatten()?;
        let content = open_chunk(&value, &key, self.part.nonce)?;
        Some((content, value.split_off(CHUNK_HEADER)))
    }
}

/// The numbers of the chunks of a part that are there, ascending.
fn numbers_there(storage: &dyn Storage, part: ChunkRange) -> Vec<u32> {
    let mut numbers = Vec::new();
    let mut next = Some(0);
    while let Some(from) = next.take() {
        let from = chunk_key(part.segment, part.part as u8, from);
        // What cannot be listed is lost.
        let keys = storage.scan_keys(&from, KEYS_AT_ONCE).unwrap_or_default();
        let found = keys.iter().map_while(|key| match chunk_numbers(key)? {
            (segment, of, chunk) if (segment, of) == (part.segment, part.part as u8) => Some(chunk),
            _ => None,
        });
        let before = numbers.len();
        numbers.extend(found.take_while(|chunk| *chunk < part.chunks));
        if numbers.len() - before == KEYS_AT_ONCE {
            next = numbers.last().and_then(|last| last.checked_add(1));
        }
    }
    numbers
}

/// Number of the entries of an encoded block, each behind its length.
fn count_entries(content: ChunkContent, encoded: &[u8]) -> Option<u32> {
    let (mut bytes, length) = (Vec::new(), content.length as usize);
    codec::decompress(content.codec, encoded, length, &mut bytes).ok()?;
    if bytes.len() != length {
        return None;
    }
    let mut reader = ByteReader::new(&bytes);
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
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::chunk::{Chunks, key};
    use super::super::codec::{Codec, Compressed};
    use super::*;
    use crate::error::Result;
    use crate::segment::Part;
    use crate::storage::{StorageBatch, open_memory, seal_chunk};

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

    /// Counts how many values are read, and how many keys are listed.
    struct CountingStorage {
        inner: Arc<dyn Storage>,
        looks: AtomicUsize,
    }

    impl Storage for CountingStorage {
        fn path(&self) -> &Path {
            self.inner.path()
        }
        fn check(&self) -> Result<()> {
            self.inner.check()
        }
        fn get_into(&self, key: &[u8], out: &mut Vec<u8>) -> Result<bool> {
            self.looks.fetch_add(1, Ordering::Relaxed);
            self.inner.get_into(key, out)
        }
        fn scan_keys(&self, from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>> {
            let keys = self.inner.scan_keys(from, limit)?;
            self.looks.fetch_add(1 + keys.len(), Ordering::Relaxed);
            Ok(keys)
        }
        fn write(&self, batch: StorageBatch) -> Result<()> {
            self.inner.write(batch)
        }
        fn sync(&self) -> Result<()> {
            self.inner.sync()
        }
        fn root(&self) -> Result<Option<Vec<u8>>> {
            self.inner.root()
        }
        fn set_root(&self, payload: &[u8]) -> Result<()> {
            self.inner.set_root(payload)
        }
        fn fresh(&self) -> Result<Arc<dyn Storage>> {
            self.inner.fresh()
        }
        fn size(&self) -> Result<u64> {
            self.inner.size()
        }
        fn close(&self) -> Result<()> {
            self.inner.close()
        }
    }

    /// The index of some chunks, and the values and keys that were looked at for it.
    fn counted(set: Vec<(Vec<u8>, Vec<u8>)>, chunks: u32) -> (Vec<(u32, u32)>, usize) {
        counted_of(set, chunks, None)
    }

    fn counted_of(
        set: Vec<(Vec<u8>, Vec<u8>)>,
        chunks: u32,
        entries: Option<u32>,
    ) -> (Vec<(u32, u32)>, usize) {
        let storage = CountingStorage {
            inner: open_memory(),
            looks: AtomicUsize::new(0),
        };
        let remove = Vec::new();
        storage.write(StorageBatch { set, remove }).unwrap();
        let part = ChunkRange {
            segment: 3,
            part: Part::Bodies,
            first: 0,
            chunks,
            nonce: NONCE,
        };
        let index = read(&index_anew(&storage, part, entries));
        (index, storage.looks.into_inner())
    }

    /// Full chunks of one codec and one length, of which any may begin a blob and none can be read.
    fn endless(codec: Codec, payload: &[u8], chunks: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        let number = match codec {
            Codec::Stored => codec::STORED,
            Codec::Zstd | Codec::FastZstd => codec::ZSTD,
            Codec::Lz4 => codec::LZ4,
        };
        let content = ChunkContent {
            codec: number,
            length: (chunks * PAYLOAD_MAX / 2) as u32,
        };
        let of_chunk = |chunk: usize| {
            let key = chunk_key(3, Part::Bodies as u8, chunk as u32);
            let value = seal_chunk(&key, NONCE, content, payload);
            (key.to_vec(), value)
        };
        (0..chunks).map(of_chunk).collect()
    }

    /// Counted, for twice as many chunks each time: no more than a few looks for each.
    #[test]
    fn chunks_that_never_end_a_block_are_read_some_times_each() {
        // Each entry claims more than there is; literals without an end; a frame whose blocks go on.
        let stored = vec![0xff; PAYLOAD_MAX];
        let literals: Vec<u8> = std::iter::repeat_n([0xf0, 0], PAYLOAD_MAX)
            .flatten()
            .take(PAYLOAD_MAX)
            .collect();
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
        // A raw block of 128 KiB.
        frame.extend([0x00, 0x00, 0x10]);
        frame.resize(PAYLOAD_MAX, 7);
        for (codec, payload) in [
            (Codec::Stored, stored),
            (Codec::Lz4, literals),
            (Codec::Zstd, frame),
        ] {
            for chunks in [64, 128, 256] {
                let (index, looks) = counted(endless(codec, &payload, chunks), chunks as u32);
                assert_eq!(index, [(0, chunks as u32)], "{codec:?}");
                println!("{codec:?}: {looks} looks at {chunks} chunks");
                assert!(
                    looks <= (FRUITLESS_READS + 6) * chunks,
                    "{codec:?}: {looks}"
                );
            }
        }
    }

    /// Chunks of large numbers: those between are not looked for.
    #[test]
    fn only_chunks_that_are_there_are_looked_at() {
        let mut chunks = Chunks::new(NONCE);
        let entry = [3, b'a', b'b', b'c'];
        for first in [0, 40_000, (1 << 24) - 1, u32::MAX - 1] {
            chunks.put(3, Part::Bodies, first, &entry, Codec::Stored);
        }
        let (index, looks) = counted(chunks.list, u32::MAX);
        // What lies behind cannot be numbered.
        assert_eq!(index, [(1, 1), (0, u32::MAX - 2)]);
        assert!(looks <= 16, "{looks}");
    }

    /// Nothing tells blobs of one length apart that just fill their chunks, but their own bytes.
    #[test]
    fn blocks_that_just_fill_their_chunks_are_told_apart() {
        let size = 2 * PAYLOAD_MAX;
        // A block of one entry: noise, of which the last bytes are equal.
        let block = |length: usize, even: usize, seed: u64| {
            let mut block = Vec::new();
            put_u32(&mut block, length as u32);
            block.extend(noise(seed, length - even));
            block.resize(block.len() + even, b'=');
            block
        };
        let stored = |seed| Compressed::new(&block(size - 2, 0, seed), Codec::Stored);
        let lz4 = |seed| {
            let even = 400 + 2 * seed as usize;
            let packed = |length| Compressed::new(&block(length, even, seed), Codec::Lz4);
            // A length takes room, too.
            let mut length = size;
            for _ in 0..4 {
                length = length + size - packed(length).bytes.len();
            }
            packed(length)
        };
        // A frame of one block that is not packed, with its length in two bytes.
        let zstd = |seed| {
            let bytes = block(size - 12, 0, seed);
            let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x60];
            frame.extend((bytes.len() as u16 - 256).to_le_bytes());
            frame.extend(&((bytes.len() as u32) << 3 | 1).to_le_bytes()[..3]);
            frame.extend(&bytes);
            Compressed {
                codec: codec::ZSTD,
                length: bytes.len() as u32,
                bytes: frame,
            }
        };
        let makers: [&dyn Fn(u64) -> Compressed; 3] = [&stored, &lz4, &zstd];
        for (codec, make) in makers.into_iter().enumerate() {
            let blobs = (1..200).map(make);
            let blobs = blobs.filter(|blob| blob.bytes.len() == size);
            let mut chunks = Chunks::new(NONCE);
            let mut first = 0;
            for blob in blobs.take(3) {
                first += chunks.put_compressed(3, Part::Bodies, first, &blob);
            }
            assert_eq!(first, 6, "{codec}");
            assert_eq!(counted(chunks.list.clone(), 6).0, [(1, 2); 3], "{codec}");
            // Those behind a damaged one are found too.
            chunks.list.remove(1);
            let found = counted_of(chunks.list, 6, Some(3)).0;
            assert_eq!(found, [(1, 2); 3], "{codec}");
        }
    }
}
