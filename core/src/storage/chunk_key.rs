//! The key of a chunk, and the header that its value begins with.
//!
//! The header repeats the key and carries a checksum. So a value that was lost, moved or damaged is
//! told from a right one, and the raw file of the engine can be searched for values
//! (`sled/locations.rs`; `docs/format.md` has the bytes).
//!
//! What a failed commit has left may lie in that file for long, under a key that a later commit uses
//! again. So each opening for writing draws a number, a nonce. The manifest names it beside the keys that
//! were written then, and their checksums cover it: what another opening wrote does not fit.

use super::storage::VALUE_MAX;

/// Bytes of the header: magic 2, version 1, codec 1, segment 4, part 1, chunk 4, blob length 4,
/// payload length 2, checksum 4.
pub(crate) const CHUNK_HEADER: usize = 23;

/// Bytes of a payload at most.
pub(crate) const PAYLOAD_MAX: usize = VALUE_MAX - CHUNK_HEADER;

/// What every header begins with: magic and version.
const MARK: [u8; 3] = [b'e', b'S', 1];

/// Bytes of a key: segment, part, chunk.
pub(crate) const KEY: usize = 9;

/// Bytes that the checksum covers beside the payload.
const SUMMED: usize = 19;

/// The key of a chunk: big-endian, so that a part is a range of keys.
pub(crate) fn chunk_key(segment: u32, part: u8, chunk: u32) -> [u8; KEY] {
    let mut key = [0; KEY];
    key[..4].copy_from_slice(&segment.to_be_bytes());
    key[4] = part;
    key[5..].copy_from_slice(&chunk.to_be_bytes());
    key
}

/// Segment, part and chunk of a key; `None` if it is not the key of a chunk.
pub(crate) fn chunk_numbers(key: &[u8]) -> Option<(u32, u8, u32)> {
    let &[a, b, c, d, part, e, f, g, h] = key.first_chunk().filter(|_| key.len() == KEY)?;
    Some((
        u32::from_be_bytes([a, b, c, d]),
        part,
        u32::from_be_bytes([e, f, g, h]),
    ))
}

/// What a header says of its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChunkContent {
    /// How the blob is compressed.
    pub codec: u8,
    /// Bytes of the whole blob, decoded.
    pub length: u32,
}

/// The value of a chunk: its header, then the payload.
pub(crate) fn seal_chunk(
    key: &[u8; KEY],
    nonce: u64,
    content: ChunkContent,
    payload: &[u8],
) -> Vec<u8> {
    let mut value = Vec::with_capacity(CHUNK_HEADER + payload.len());
    value.extend_from_slice(&header(key, nonce, content, payload));
    value.extend_from_slice(payload);
    value
}

fn header(
    key: &[u8; KEY],
    nonce: u64,
    content: ChunkContent,
    payload: &[u8],
) -> [u8; CHUNK_HEADER] {
    let mut head = [0; CHUNK_HEADER];
    head[..3].copy_from_slice(&MARK);
    head[3] = content.codec;
    head[4..13].copy_from_slice(&swapped(key));
    head[13..17].copy_from_slice(&content.length.to_le_bytes());
    head[17..SUMMED].copy_from_slice(&(payload.len() as u16).to_le_bytes());
    let mut sum = crc32fast::Hasher::new();
    sum.update(&head[..SUMMED]);
    // Chunks of versions 1 to 7 have none.
    if nonce != 0 {
        sum.update(&nonce.to_le_bytes());
    }
    sum.update(payload);
    head[SUMMED..].copy_from_slice(&sum.finalize().to_le_bytes());
    head
}

/// The key with little-endian numbers, as headers have it; and back.
fn swapped(key: &[u8; KEY]) -> [u8; KEY] {
    let [a, b, c, d, part, e, f, g, h] = *key;
    [d, c, b, a, part, h, g, f, e]
}

/// What a value holds. `None` if it is not whole or not the one of this key and this nonce.
pub(crate) fn open_chunk(value: &[u8], key: &[u8; KEY], nonce: u64) -> Option<ChunkContent> {
    let (head, payload) = value.split_at_checked(CHUNK_HEADER)?;
    let length = u32::from_le_bytes(*head[13..].first_chunk()?);
    let content = ChunkContent {
        codec: head[3],
        length,
    };
    // Making the header again checks mark, key, lengths and checksum at once.
    (head == header(key, nonce, content, payload)).then_some(content)
}

/// Whether a value is whole and the one of this key and this nonce.
pub(super) fn is_chunk_of(value: &[u8], key: &[u8], nonce: u64) -> bool {
    key.first_chunk()
        .is_some_and(|own| open_chunk(value, own, nonce).is_some())
        && key.len() == KEY
}

/// The key and the length of a value that begins where these bytes do; not yet checked.
pub(super) fn claimed(bytes: &[u8]) -> Option<([u8; KEY], usize)> {
    let head: &[u8; CHUNK_HEADER] = bytes.first_chunk()?;
    let key = swapped(head[4..13].first_chunk()?);
    let length = usize::from(u16::from_le_bytes([head[17], head[18]]));
    (head[..3] == MARK && length <= PAYLOAD_MAX).then_some((key, CHUNK_HEADER + length))
}

/// The values that bytes seem to hold, each with where it begins, its key as its header has it, and its bytes. They begin
/// before `searched`; what is cut off at the end is left out. Not yet checked.
pub(super) fn claimed_values(
    bytes: &[u8],
    searched: usize,
) -> impl Iterator<Item = (usize, [u8; KEY], &[u8])> {
    let marks = memchr::memmem::find_iter(bytes, &MARK).take_while(move |&at| at < searched);
    marks.filter_map(|at| {
        let (key, length) = claimed(&bytes[at..])?;
        Some((at, key, bytes.get(at..at + length)?))
    })
}

/// The length that a whole value states for its blob, decoded.
pub(super) fn claimed_blob(value: &[u8]) -> u32 {
    let length = value.get(13..).and_then(<[u8]>::first_chunk);
    length.map_or(0, |length| u32::from_le_bytes(*length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTENT: ChunkContent = ChunkContent {
        codec: 2,
        length: 70_000,
    };

    #[test]
    fn a_value_opens_with_its_own_key_and_no_other() {
        let own = chunk_key(0x0102_0304, 12, 0x0506_0708);
        assert_eq!(own, [1, 2, 3, 4, 12, 5, 6, 7, 8]);
        let value = seal_chunk(&own, 7, CONTENT, b"payload");
        assert_eq!(open_chunk(&value, &own, 7), Some(CONTENT));
        for nonce in [0, 6, u64::MAX] {
            assert_eq!(open_chunk(&value, &own, nonce), None);
        }
        for at in 0..KEY {
            let mut other = own;
            other[at] ^= 1;
            assert_eq!(open_chunk(&value, &other, 7), None);
        }
        let (found, length) = claimed(&value).unwrap();
        assert_eq!((found, length), (own, value.len()));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_seen() {
        let own = chunk_key(7, 10, 3);
        let value = seal_chunk(&own, 7, CONTENT, b"some payload");
        for at in 0..value.len() {
            for bit in 0..8 {
                let mut value = value.clone();
                value[at] ^= 1 << bit;
                assert_eq!(open_chunk(&value, &own, 7), None, "byte {at} bit {bit}");
            }
            assert_eq!(open_chunk(&value[..at], &own, 7), None);
        }
    }

    #[test]
    fn the_bytes_are_pinned() {
        let value = seal_chunk(&chunk_key(1, 10, 2), 0, CONTENT, b"ab");
        assert_eq!(&value[..13], [b'e', b'S', 1, 2, 1, 0, 0, 0, 10, 2, 0, 0, 0]);
        assert_eq!(&value[13..19], [0x70, 0x11, 1, 0, 2, 0]);
        assert_eq!(
            value[19..23],
            crc32fast::hash(&[&value[..19], b"ab"].concat()).to_le_bytes()
        );
    }
}
