//! Compression of a blob, and back.

use std::cell::RefCell;
use std::io::Read;

/// Numbers of the codecs. Part of the format.
pub(super) const STORED: u8 = 0;
pub(super) const ZSTD: u8 = 1;
pub(super) const LZ4: u8 = 2;

/// How a blob is compressed, if that makes it shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    /// Not at all: hashes and fingerprints, which do not compress.
    Stored,
    /// For whole parts, which are read once.
    Zstd,
    /// For pages that are kept, each alone: it takes three fifths of the time, and gives 3 % more bytes.
    FastZstd,
    /// For blocks, which are read one at a time in any order.
    Lz4,
}

/// Higher levels take more time and save less than 3 % of a segment's bytes.
const ZSTD_LEVEL: i32 = 3;
const FAST_ZSTD_LEVEL: i32 = 1;

/// Most memory for compressed bytes that a core keeps between blobs.
const KEPT_BYTES: usize = 1 << 20;

/// An LZ4 block grows at most 255-fold when it is decoded. Longer lengths are not believed, so that
/// damaged bytes cannot make us reserve memory.
const LZ4_MOST_GROWTH: usize = 255;

/// Longer blobs of zstd, which grow without such a bound, are decoded piece by piece: a length alone reserves no
/// more memory than this.
const ZSTD_AT_ONCE: usize = 4 << 20;

thread_local! {
    // A context takes about 100 KB and 50 µs to set up; decoding a block takes 10 µs.
    static COMPRESSOR: RefCell<ZstdCompressor> =
        const { RefCell::new(ZstdCompressor::new(ZSTD_LEVEL)) };
    static FAST_COMPRESSOR: RefCell<ZstdCompressor> =
        const { RefCell::new(ZstdCompressor::new(FAST_ZSTD_LEVEL)) };
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> =
        const { RefCell::new(None) };
}

/// A compressed blob, ready to be cut into chunks.
pub(crate) struct Compressed {
    /// The number of the codec.
    pub codec: u8,
    /// Bytes before compression.
    pub length: u32,
    pub bytes: Vec<u8>,
}

impl Compressed {
    /// Compresses a blob, or copies it if compression does not make it shorter.
    pub fn new(bytes: &[u8], codec: Codec) -> Self {
        let length = bytes.len() as u32;
        let shorter = match codec {
            Codec::Stored => None,
            Codec::Zstd | Codec::FastZstd => {
                let compressor = match codec {
                    Codec::FastZstd => &FAST_COMPRESSOR,
                    _ => &COMPRESSOR,
                };
                let compressed = compressor.with_borrow_mut(|zstd| zstd.compress(bytes));
                compressed.map(|compressed| (ZSTD, compressed))
            }
            Codec::Lz4 => Some((LZ4, lz4_flex::block::compress(bytes))),
        };
        let shorter = shorter.filter(|(_, compressed)| compressed.len() < bytes.len());
        let (codec, bytes) = shorter.unwrap_or_else(|| (STORED, bytes.to_vec()));
        Self {
            codec,
            length,
            bytes,
        }
    }
}

/// A context that is set up with the first blob, and the memory that blobs are compressed into.
struct ZstdCompressor {
    level: i32,
    context: Option<zstd::bulk::Compressor<'static>>,
    out: Vec<u8>,
}

impl ZstdCompressor {
    const fn new(level: i32) -> Self {
        Self {
            level,
            context: None,
            out: Vec::new(),
        }
    }

    /// The compressed bytes, in memory of just their size: many of them are kept until a commit.
    fn compress(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let bound = zstd::zstd_safe::compress_bound(bytes.len());
        if self.out.len() < bound {
            self.out.resize(bound, 0);
        }
        if self.context.is_none() {
            self.context = zstd::bulk::Compressor::new(self.level).ok();
        }
        let context = self.context.as_mut()?;
        let length = context.compress_to_buffer(bytes, &mut self.out[..]).ok()?;
        let compressed = self.out.get(..length)?.to_vec();
        if self.out.len() > KEPT_BYTES {
            self.out = Vec::new();
        }
        Some(compressed)
    }
}

/// Appends the decoded blob of `length` bytes to `out`.
///
/// # Errors
/// A text that says what is wrong with the bytes.
pub(super) fn decompress(
    codec: u8,
    bytes: &[u8],
    length: usize,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    match codec {
        STORED => out.extend_from_slice(bytes),
        LZ4 if length / LZ4_MOST_GROWTH > bytes.len() => {
            return Err("its length is too large".into());
        }
        LZ4 => {
            let start = out.len();
            out.resize(start + length, 0);
            let written = lz4_flex::block::decompress_into(bytes, &mut out[start..]);
            out.truncate(start + written.map_err(|e| e.to_string())?);
        }
        ZSTD if length > ZSTD_AT_ONCE => {
            let decoder = zstd::stream::read::Decoder::new(bytes).map_err(|e| e.to_string())?;
            let read = decoder.take(length as u64 + 1).read_to_end(out);
            if read.map_err(|e| e.to_string())? != length {
                return Err("its length is another".into());
            }
        }
        ZSTD => out.extend(zstd_decompressed(bytes, length)?),
        other => return Err(format!("unknown codec {other}")),
    }
    Ok(())
}

/// Where the encoded bytes of a blob end, as they tell by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EncodedEnd {
    At(usize),
    /// Behind the given bytes.
    Behind,
    /// No blob begins with these bytes.
    Nowhere,
}

/// What a frame of zstd begins with.
const ZSTD_MARK: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Where the blob of `length` decoded bytes ends with which these bytes begin. Decodes nothing.
pub(super) fn encoded_end(codec: u8, bytes: &[u8], length: usize) -> EncodedEnd {
    match codec {
        STORED if length <= bytes.len() => EncodedEnd::At(length),
        STORED => EncodedEnd::Behind,
        ZSTD if !bytes.starts_with(&ZSTD_MARK) => EncodedEnd::Nowhere,
        ZSTD => match zstd::zstd_safe::find_frame_compressed_size(bytes) {
            Ok(end) => EncodedEnd::At(end),
            Err(_) => EncodedEnd::Behind,
        },
        LZ4 => lz4_end(bytes, length),
        _ => EncodedEnd::Nowhere,
    }
}

/// Goes through the sequences of an LZ4 block, literals and a match each, of which the last has no match.
fn lz4_end(bytes: &[u8], length: usize) -> EncodedEnd {
    /// The rest of a length that did not fit into half a byte.
    fn more(bytes: &[u8], at: &mut usize) -> Option<usize> {
        let mut sum = 0usize;
        loop {
            let byte = *bytes.get(*at)?;
            *at += 1;
            sum = sum.saturating_add(byte.into());
            if byte < u8::MAX {
                return Some(sum);
            }
        }
    }
    /// Where a sequence ends, how many bytes it decodes to, and whether it has no match.
    fn sequence(bytes: &[u8], mut at: usize, left: usize) -> Option<(usize, usize, bool)> {
        let token = *bytes.get(at)?;
        at += 1;
        let [literals, matched] = [token >> 4, token & 15].map(usize::from);
        let literals = match literals {
            15 => more(bytes, &mut at)?.saturating_add(15),
            few => few,
        };
        at = at.saturating_add(literals);
        if literals >= left {
            return Some((at, literals, true));
        }
        // Behind the distance of the match.
        at = at.saturating_add(2);
        let matched = match matched {
            15 => more(bytes, &mut at)?.saturating_add(15),
            few => few,
        };
        let decoded = literals.saturating_add(matched).saturating_add(4);
        Some((at, decoded, false))
    }
    let (mut at, mut left) = (0, length);
    loop {
        let Some((end, decoded, is_last)) = sequence(bytes, at, left) else {
            return EncodedEnd::Behind;
        };
        at = end;
        left = match left.checked_sub(decoded) {
            Some(left) => left,
            None => return EncodedEnd::Nowhere,
        };
        match (at <= bytes.len(), is_last) {
            (false, _) => return EncodedEnd::Behind,
            (true, true) => return EncodedEnd::At(at),
            (true, false) => {}
        }
    }
}

/// The beginning of a decoded blob of `length` bytes, of which only the first bytes are there.
pub(super) fn decompress_prefix(codec: u8, bytes: &[u8], length: u32, out: &mut Vec<u8>) {
    match codec {
        STORED => out.extend_from_slice(bytes),
        ZSTD => {
            if let Ok(decoder) = zstd::stream::read::Decoder::new(bytes) {
                // It ends with an error where the bytes end; what came before stays. No more than the
                // header says, which may lie, but not by more than 4 GiB.
                let _ = decoder.take(length.into()).read_to_end(out);
            }
        }
        _ => {}
    }
}

fn zstd_decompressed(bytes: &[u8], length: usize) -> Result<Vec<u8>, String> {
    DECOMPRESSOR.with(|slot| {
        let mut slot = slot.borrow_mut();
        if slot.is_none() {
            *slot = Some(zstd::bulk::Decompressor::new().map_err(|e| e.to_string())?);
        }
        let decompressor = slot.as_mut().ok_or("no zstd context")?;
        decompressor
            .decompress(bytes, length)
            .map_err(|e| e.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_is_no_blobs_is_refused_and_reserves_nothing() {
        for bytes in [vec![b'a'; 100], vec![b'a'; ZSTD_AT_ONCE + 7]] {
            let blob = Compressed::new(&bytes, Codec::Zstd);
            let mut out = b"before".to_vec();
            decompress(ZSTD, &blob.bytes, bytes.len(), &mut out).unwrap();
            assert!(out.strip_prefix(b"before") == Some(&bytes[..]));
            for length in [ZSTD_AT_ONCE + 1, ZSTD_AT_ONCE + 8, u32::MAX as usize] {
                let mut out = Vec::new();
                assert!(decompress(ZSTD, &blob.bytes, length, &mut out).is_err());
                assert!(out.capacity() <= 4 * ZSTD_AT_ONCE, "{}", out.capacity());
            }
        }
    }
}
