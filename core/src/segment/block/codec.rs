//! Compression of a blob, and back.

use std::cell::RefCell;

/// Numbers of the codecs. Part of the format.
pub(super) const STORED: u8 = 0;
const ZSTD: u8 = 1;
const LZ4: u8 = 2;

/// How a blob is compressed, if that makes it shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    /// Not at all: hashes and fingerprints, which do not compress.
    Stored,
    /// For whole parts, which are read once.
    Zstd,
    /// For blocks, which are read one at a time in any order.
    Lz4,
}

/// Higher levels take more time and save less than 3 % of a segment's bytes.
const ZSTD_LEVEL: i32 = 3;

/// An LZ4 block grows at most 255-fold when it is decoded. Longer lengths are not believed, so that
/// damaged bytes cannot make us reserve memory.
const LZ4_MOST_GROWTH: usize = 255;

thread_local! {
    // A context takes about 100 KB and 50 µs to set up; decoding a block takes 10 µs.
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> =
        const { RefCell::new(None) };
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
            Codec::Zstd => zstd_compressed(bytes).map(|compressed| (ZSTD, compressed)),
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

fn zstd_compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    COMPRESSOR.with(|slot| {
        let mut slot = slot.borrow_mut();
        if slot.is_none() {
            *slot = zstd::bulk::Compressor::new(ZSTD_LEVEL).ok();
        }
        slot.as_mut()?.compress(bytes).ok()
    })
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
        ZSTD => out.extend(zstd_decompressed(bytes, length)?),
        other => return Err(format!("unknown codec {other}")),
    }
    Ok(())
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
