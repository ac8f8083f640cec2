//! Any bytes as a stored part of a store, or as its manifest: asking ends with an answer or an error.

use std::sync::Arc;

use super::ask::ask;
use super::base::{BASES, Base};
use crate::segment::{
    BlockCache, Chunks, Codec, Compressed, Part, PartContent, Segment, key_of_number,
    read_damaged_words,
};
use crate::storage::{Storage, StorageBatch};
use crate::store::{Manifest, SegmentEntry, Store};

/// Values of the first byte: up to `WORDS` a decoder of words, `ROOT` the manifest, from `PARTS` on a part by
/// its number in the format.
const WORDS: u8 = 7;
const ROOT: u8 = 7;
const PARTS: u8 = 16;

/// Values of the second byte above the number of the store: how the content is put in.
const HOW_BITS: u32 = 3;

/// Puts bytes in place of something that a store holds, with right checksums, and asks the store.
///
/// The first byte chooses what they replace, the second one of which store and how, the third one what is
/// asked.
///
/// # Panics
///
/// Where a decoder breaks a promise.
pub fn read_stored(bytes: &[u8]) {
    if bytes.first().is_some_and(|&what| what < WORDS) {
        return read_damaged_words(bytes);
    }
    let Some(storage) = damaged(bytes) else {
        return;
    };
    if let Ok(store) = Store::on_storage(storage) {
        ask(&store, bytes[2] >> 4);
    }
}

/// A store with such bytes in it.
pub(super) fn damaged(bytes: &[u8]) -> Option<Arc<dyn Storage>> {
    let [what, how, pick, content @ ..] = bytes else {
        return None;
    };
    let storage = Base::numbered(usize::from(*how)).storage();
    if *what == ROOT {
        storage.set_root(content).unwrap();
        return Some(storage);
    }
    let part = Part::from_number(what.checked_sub(PARTS)?)?;
    let mut manifest = Manifest::read(&*storage).unwrap();
    let has_part = |entry: &SegmentEntry| match part {
        Part::Deletes => entry.deletes_chunks > 0,
        part => entry.meta.chunks_of(part) > 0,
    };
    let entry = manifest.segments.iter_mut().find(|entry| has_part(entry))?;
    let how = how >> HOW_BITS;
    let (id, nonce) = (entry.meta.id, entry.meta.nonce);
    let (chunks, counts) = if part == Part::Deletes {
        let mut chunks = Chunks::new(entry.deletes_nonce);
        entry.deletes_chunks = chunks.put(id, part, entry.deletes_first(), content, Codec::Zstd);
        (chunks, Vec::new())
    } else if how & 1 == 1 {
        // A blob as it is compressed. Its length is what a writer would say, or any.
        let (length, bytes) = content.split_first_chunk::<4>()?;
        let blob = Compressed {
            codec: how >> 1 & 3,
            length: u32::from_le_bytes(*length),
            bytes: bytes.to_vec(),
        };
        let mut chunks = Chunks::new(nonce);
        let count = chunks.put_compressed(id, part, 0, &blob);
        (chunks, vec![(part as u8, count)])
    } else {
        let cache = Arc::new(BlockCache::new(1 << 20));
        let segment = Segment::new(storage.clone(), cache, entry.meta.clone());
        let content = PartContent::of(&segment, part)
            .unwrap()
            .with(usize::from(pick & 15), content);
        let written = content.write(id, nonce, part);
        (written.chunks, written.counts)
    };
    let mut remove = Vec::new();
    for (number, count) in counts {
        let named = &mut entry.meta.chunks;
        let named = named.iter_mut().find(|(part, _)| *part == number)?;
        remove.extend((count..named.1).map(|chunk| key_of_number(id, number, chunk)));
        named.1 = count;
    }
    let batch = StorageBatch {
        set: chunks.list,
        remove,
    };
    storage.write(batch).unwrap();
    storage.set_root(&manifest.encode()).unwrap();
    Some(storage)
}

/// What the stores hold, in the form of inputs.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for number in 0..BASES {
        let storage = Base::numbered(number).storage();
        seeds.push([&[ROOT, number as u8, 0], &*storage.root().unwrap().unwrap()].concat());
        let cache = Arc::new(BlockCache::new(1 << 20));
        for entry in Manifest::read(&*storage).unwrap().segments {
            let segment = Segment::new(storage.clone(), cache.clone(), entry.meta.clone());
            for &(part, chunks) in &entry.meta.chunks {
                let known = Part::from_number(part).filter(|_| chunks > 0);
                let Some(content) = known.and_then(|part| PartContent::of(&segment, part).ok())
                else {
                    continue;
                };
                let decoders = match known {
                    Some(Part::WordRows) => 0..2,
                    Some(Part::WordLengths) => 2..3,
                    Some(Part::WordFrequencies) => 3..4,
                    _ => 0..0,
                };
                let bytes = content.pieces().concat();
                seeds.extend(decoders.map(|decoder| [&[decoder, 3], &*bytes].concat()));
                for (pick, bytes) in (0..16u8).zip(content.pieces()) {
                    let asked = part.wrapping_add(pick) << 4;
                    seeds.push([&[PARTS + part, number as u8, asked | pick], bytes].concat());
                    if pick == 0 && number == 0 {
                        for codec in [Codec::Stored, Codec::Zstd, Codec::Lz4] {
                            let blob = Compressed::new(bytes, codec);
                            let how = (1 | blob.codec << 1) << HOW_BITS;
                            let length = blob.length.to_le_bytes();
                            seeds.push(
                                [&[PARTS + part, how, asked], &length[..], &blob.bytes].concat(),
                            );
                        }
                    }
                }
            }
            if let Some(range) = entry.deletes_range() {
                let mut rows = Vec::new();
                roaring::RoaringBitmap::from_iter([1, 3])
                    .serialize_into(&mut rows)
                    .unwrap();
                let part = PARTS + range.part;
                seeds.extend(
                    (0..5).map(|asked| [&[part, number as u8, asked << 4], &rows[..]].concat()),
                );
            }
        }
    }
    seeds
}
