//! A blob of bytes ⇄ chunks of at most 7 KiB in storage.
//!
//! Every chunk begins with an envelope that carries its own key and a checksum, so that a chunk that was lost, moved or
//! damaged is told from one that is right, and so that a raw file can be searched for them (`docs/format.md`).

use std::cell::RefCell;

use crate::error::{Error, Result};
use crate::storage::{Storage, VALUE_MAX};

/// A part of a segment. The numbers are part of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Part {
    /// Day → first row.
    Days = 1,
    /// Row sets by kind.
    Flags = 2,
    /// Row → hash of the page's bytes.
    Hashes = 3,
    /// Distinct layouts.
    Layouts = 4,
    /// Rows whose path or day does not follow from their name.
    Odd = 5,
    /// Row → fingerprint of its name.
    Fingerprints = 6,
    /// Row → name and title.
    Heads = 10,
    HeadsIndex = 11,
    /// Row → the rest of an event.
    Rows = 12,
    RowsIndex = 13,
    /// Row → links with their contexts.
    Links = 14,
    LinksIndex = 15,
    /// Bytes of pages that rendering does not give back.
    Raw = 16,
    RawIndex = 17,
    /// Row → rows that link to it.
    Referrers = 18,
    ReferrersIndex = 19,
    TagTerms = 20,
    TagPostings = 21,
    CategoryTerms = 22,
    CategoryPostings = 23,
    SourceTerms = 24,
    SourcePostings = 25,
    DomainTerms = 26,
    DomainPostings = 27,
    /// Ids that links lead to and no event of the segment has.
    Outside = 30,
    /// Rows that are gone; the chunk number holds the generation.
    Deletes = 40,
}

impl Part {
    /// The name that errors and `stats` show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Flags => "flags",
            Self::Hashes => "hashes",
            Self::Layouts => "layouts",
            Self::Odd => "odd",
            Self::Fingerprints => "fingerprints",
            Self::Heads => "heads",
            Self::HeadsIndex => "heads index",
            Self::Rows => "rows",
            Self::RowsIndex => "rows index",
            Self::Links => "links",
            Self::LinksIndex => "links index",
            Self::Raw => "raw",
            Self::RawIndex => "raw index",
            Self::Referrers => "referrers",
            Self::ReferrersIndex => "referrers index",
            Self::TagTerms => "tag terms",
            Self::TagPostings => "tag postings",
            Self::CategoryTerms => "category terms",
            Self::CategoryPostings => "category postings",
            Self::SourceTerms => "source terms",
            Self::SourcePostings => "source postings",
            Self::DomainTerms => "domain terms",
            Self::DomainPostings => "domain postings",
            Self::Outside => "outside",
            Self::Deletes => "deletes",
        }
    }
}

/// Parts by number, for walking all chunks that a manifest names.
const PARTS: [Part; 26] = [
    Part::Days,
    Part::Flags,
    Part::Hashes,
    Part::Layouts,
    Part::Odd,
    Part::Fingerprints,
    Part::Heads,
    Part::HeadsIndex,
    Part::Rows,
    Part::RowsIndex,
    Part::Links,
    Part::LinksIndex,
    Part::Raw,
    Part::RawIndex,
    Part::Referrers,
    Part::ReferrersIndex,
    Part::TagTerms,
    Part::TagPostings,
    Part::CategoryTerms,
    Part::CategoryPostings,
    Part::SourceTerms,
    Part::SourcePostings,
    Part::DomainTerms,
    Part::DomainPostings,
    Part::Outside,
    Part::Deletes,
];

impl Part {
    /// The part of a number.
    pub fn of(number: u8) -> Option<Self> {
        PARTS.into_iter().find(|&part| part as u8 == number)
    }
}

/// Where a blob lies: a run of chunks of one part.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub segment: u32,
    pub part: Part,
    pub first: u32,
    pub chunks: u32,
}

/// The key of a chunk: big-endian, so that a part is a key range.
pub(crate) fn key(segment: u32, part: Part, chunk: u32) -> Vec<u8> {
    let mut key = Vec::with_capacity(9);
    key.extend_from_slice(&segment.to_be_bytes());
    key.push(part as u8);
    key.extend_from_slice(&chunk.to_be_bytes());
    key
}

/// [`key`] of a part that is known by its number only.
pub(crate) fn key_of(segment: u32, part: u8, chunk: u32) -> Vec<u8> {
    let mut key = key(segment, Part::Days, chunk);
    key[4] = part;
    key
}

/// The segment that a key belongs to.
pub(crate) fn segment_of(key: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(key.get(..4)?.try_into().ok()?))
}

/// magic 2, envelope version 1, codec 1, segment 4, part 1, chunk 4, blob length 4, payload length 2, checksum 4.
const ENVELOPE: usize = 23;
const PAYLOAD_MAX: usize = VALUE_MAX - ENVELOPE;
const MAGIC: [u8; 2] = *b"eS";
const ENVELOPE_VERSION: u8 = 1;

const STORED: u8 = 0;
const ZSTD: u8 = 1;
const LZ4: u8 = 2;

/// How a blob is compressed, if that makes it shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    /// As it is: what looks like noise.
    Stored,
    /// zstd: whole parts, which are read once.
    Small,
    /// LZ4: blocks, which are read one at a time from many places.
    Fast,
}

/// Level 3 is where more levels cost time and give under 3 % (figures in docs/design.md).
const ZSTD_LEVEL: i32 = 3;

thread_local! {
    // A context costs some 100 KB and 50 µs to set up, a block 10 µs to decode.
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

fn compressed(bytes: &[u8], codec: Codec) -> Option<(u8, Vec<u8>)> {
    let (number, packed) = match codec {
        Codec::Stored => return None,
        Codec::Small => (ZSTD, by_zstd(bytes)?),
        Codec::Fast => (LZ4, lz4_flex::block::compress(bytes)),
    };
    (packed.len() < bytes.len()).then_some((number, packed))
}

fn by_zstd(bytes: &[u8]) -> Option<Vec<u8>> {
    COMPRESSOR.with(|slot| {
        let mut slot = slot.borrow_mut();
        if slot.is_none() {
            *slot = zstd::bulk::Compressor::new(ZSTD_LEVEL).ok();
        }
        slot.as_mut()?.compress(bytes).ok()
    })
}

fn decompressed(bytes: &[u8], length: usize) -> Result<Vec<u8>, String> {
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

/// The chunks of a segment that is being written, in key order within each part.
#[derive(Default)]
pub(crate) struct Chunks {
    pub list: Vec<(Vec<u8>, Vec<u8>)>,
    pub bytes: u64,
}

impl Chunks {
    /// Cuts a blob into chunks from number `first` on and returns how many there are (at least one).
    pub fn put(&mut self, segment: u32, part: Part, first: u32, bytes: &[u8], codec: Codec) -> u32 {
        self.put_packed(segment, part, first, &Packed::new(bytes, codec))
    }

    /// [`Chunks::put`] of bytes that were compressed before (on another core).
    pub fn put_packed(&mut self, segment: u32, part: Part, first: u32, packed: &Packed) -> u32 {
        let mut chunk = first;
        let mut pieces = packed.bytes.chunks(PAYLOAD_MAX);
        let mut piece = pieces.next().unwrap_or_default();
        loop {
            let value = sealed(packed.codec, segment, part, chunk, packed.length, piece);
            self.bytes += value.len() as u64;
            self.list.push((key(segment, part, chunk), value));
            chunk += 1;
            match pieces.next() {
                Some(next) => piece = next,
                None => return chunk - first,
            }
        }
    }
}

/// A blob ready to be cut.
pub(crate) struct Packed {
    codec: u8,
    length: u32,
    bytes: Vec<u8>,
}

impl Packed {
    pub fn new(bytes: &[u8], codec: Codec) -> Self {
        let length = bytes.len() as u32;
        match compressed(bytes, codec) {
            Some((codec, bytes)) => Self {
                codec,
                length,
                bytes,
            },
            None => Self {
                codec: STORED,
                length,
                bytes: bytes.to_vec(),
            },
        }
    }
}

fn envelope(
    codec: u8,
    segment: u32,
    part: Part,
    chunk: u32,
    length: u32,
    payload: &[u8],
) -> [u8; ENVELOPE] {
    let mut head = [0; ENVELOPE];
    head[..2].copy_from_slice(&MAGIC);
    head[2] = ENVELOPE_VERSION;
    head[3] = codec;
    head[4..8].copy_from_slice(&segment.to_le_bytes());
    head[8] = part as u8;
    head[9..13].copy_from_slice(&chunk.to_le_bytes());
    head[13..17].copy_from_slice(&length.to_le_bytes());
    head[17..19].copy_from_slice(&(payload.len() as u16).to_le_bytes());
    let mut sum = crc32fast::Hasher::new();
    sum.update(&head[..19]);
    sum.update(payload);
    head[19..].copy_from_slice(&sum.finalize().to_le_bytes());
    head
}

fn sealed(codec: u8, segment: u32, part: Part, chunk: u32, length: u32, payload: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(ENVELOPE + payload.len());
    value.extend_from_slice(&envelope(codec, segment, part, chunk, length, payload));
    value.extend_from_slice(payload);
    value
}

fn corrupt(storage: &dyn Storage, place: Place, chunk: u32, message: impl Into<String>) -> Error {
    Error::Corrupt {
        path: storage.path().to_owned(),
        part: format!("segment {} {}", place.segment, place.part.name()),
        chunk,
        message: message.into(),
    }
}

/// A chunk that was checked.
struct Checked {
    codec: u8,
    /// Bytes of the whole blob, decoded.
    length: u32,
    value: Vec<u8>,
}

impl Checked {
    fn payload(&self) -> &[u8] {
        &self.value[ENVELOPE..]
    }
}

fn checked(storage: &dyn Storage, place: Place, chunk: u32) -> Result<Checked> {
    super::reads::chunk();
    let value = storage
        .get(&key(place.segment, place.part, chunk))?
        .ok_or_else(|| corrupt(storage, place, chunk, "the chunk is missing"))?;
    let Some((head, payload)) = value.split_at_checked(ENVELOPE) else {
        return Err(corrupt(storage, place, chunk, "shorter than its envelope"));
    };
    let codec = head[3];
    let length = u32::from_le_bytes([head[13], head[14], head[15], head[16]]);
    // Making the envelope again for the key that was asked for checks magic, key, lengths and checksum at once.
    if head != envelope(codec, place.segment, place.part, chunk, length, payload) {
        return Err(corrupt(
            storage,
            place,
            chunk,
            "the envelope does not fit the chunk",
        ));
    }
    Ok(Checked {
        codec,
        length,
        value,
    })
}

/// Reads the chunks of a blob only to check them.
pub(crate) fn check(storage: &dyn Storage, place: Place) -> Result<()> {
    (place.first..place.first + place.chunks)
        .try_for_each(|chunk| checked(storage, place, chunk).map(|_| ()))
}

/// Reads a blob and checks every chunk of it.
pub(crate) fn read(storage: &dyn Storage, place: Place) -> Result<Vec<u8>> {
    if place.chunks == 0 {
        return Ok(Vec::new());
    }
    let first = checked(storage, place, place.first)?;
    let mut joined = Vec::new();
    let bytes = if place.chunks == 1 {
        first.payload()
    } else {
        joined.extend_from_slice(first.payload());
        for chunk in place.first + 1..place.first + place.chunks {
            joined.extend_from_slice(checked(storage, place, chunk)?.payload());
        }
        &joined
    };
    match first.codec {
        STORED => Ok(bytes.to_vec()),
        // No LZ4 block grows more than 255-fold; a length beyond that is no reason to reserve memory.
        LZ4 if first.length as usize / 255 > bytes.len() => Err(corrupt(
            storage,
            place,
            place.first,
            "its length is too large",
        )),
        LZ4 => lz4_flex::block::decompress(bytes, first.length as usize)
            .map_err(|e| corrupt(storage, place, place.first, e.to_string())),
        ZSTD => decompressed(bytes, first.length as usize)
            .map_err(|e| corrupt(storage, place, place.first, e)),
        other => Err(corrupt(
            storage,
            place,
            place.first,
            format!("unknown codec {other}"),
        )),
    }
}
