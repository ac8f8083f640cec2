//! The chunks of a state as they are, into another storage: for a compaction and a backup.

use crate::error::{Error, Result};
use crate::segment::{Part, check_chunk, key_of_number};
use crate::storage::{KeyRange, Readahead, Storage, StorageBatch};

/// Chunks that are written at once: some 7 MB.
const CHUNKS_AT_ONCE: usize = 1024;

/// Gives some chunks as batches, each chunk verified, with the bytes that were read so far.
///
/// # Errors
/// `Corrupt` for a chunk that is damaged or missing, which says what to do; what `write` fails with.
pub(crate) fn copy_chunks(
    from: &dyn Storage,
    ranges: &[KeyRange],
    mut write: impl FnMut(StorageBatch, u64) -> Result<()>,
) -> Result<()> {
    let (mut ahead, mut value) = (Readahead::default(), Vec::new());
    let (mut batch, mut bytes) = (StorageBatch::default(), 0);
    for &range in ranges {
        for chunk in range.first..range.first + range.chunks {
            match check_chunk(from, range, chunk, &mut ahead, &mut value)? {
                Ok(read) => bytes += read as u64,
                Err(message) => return Err(damaged(from, range, chunk, &message)),
            }
            let key = key_of_number(range.segment, range.part, chunk);
            batch.set.push((key, value.clone()));
            if batch.set.len() >= CHUNKS_AT_ONCE {
                write(std::mem::take(&mut batch), bytes)?;
            }
        }
    }
    write(batch, bytes)
}

fn damaged(from: &dyn Storage, range: KeyRange, chunk: u32, message: &str) -> Error {
    let part = Part::from_number(range.part).map_or("part", Part::name);
    Error::Corrupt {
        path: from.path().to_owned(),
        part: format!("segment {} {part}", range.segment),
        chunk: Some(chunk),
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::{Chunks, Codec};
    use crate::storage::open_memory;

    #[test]
    fn a_damaged_or_missing_chunk_is_not_copied() {
        let mut chunks = Chunks::new(7);
        let count = chunks.put(3, Part::Bodies, 0, &[1; 20_000], Codec::Stored);
        let range = KeyRange {
            segment: 3,
            part: Part::Bodies as u8,
            first: 0,
            chunks: count,
            nonce: 7,
        };
        let copied = |set: Vec<(Vec<u8>, Vec<u8>)>| {
            let (from, to) = (open_memory(), open_memory());
            let remove = Vec::new();
            from.write(StorageBatch { set, remove }).unwrap();
            let copied = copy_chunks(&*from, &[range], |batch, _| to.write(batch));
            copied.map(|()| to.size().unwrap())
        };
        assert_eq!(copied(chunks.list.clone()).unwrap(), chunks.bytes);
        for at in 0..chunks.list.len() {
            let mut missing = chunks.list.clone();
            missing.remove(at);
            let mut damaged = chunks.list.clone();
            damaged[at].1[30] ^= 1;
            for set in [missing, damaged] {
                match copied(set).unwrap_err() {
                    Error::Corrupt { chunk, .. } => assert_eq!(chunk, Some(at as u32)),
                    other => panic!("{other}"),
                }
            }
        }
    }
}
