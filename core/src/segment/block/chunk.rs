//! A blob of bytes ⇄ chunks of at most 7 KiB in storage.
//!
//! Every chunk begins with an envelope that carries its own key and a checksum (`storage/envelope.rs`).

use std::cell::{Cell, RefCell};

use crate::error::{Error, Result};
use crate::storage::envelope::{self, Content, ENVELOPE, PAYLOAD_MAX};
use crate::storage::{Ahead, Storage};

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

/// The key of a chunk: a part is a range of keys.
pub(crate) fn key(segment: u32, part: Part, chunk: u32) -> Vec<u8> {
    key_of(segment, part as u8, chunk)
}

/// [`key`] of a part that is known by its number only.
pub(crate) fn key_of(segment: u32, part: u8, chunk: u32) -> Vec<u8> {
    envelope::key(segment, part, chunk).to_vec()
}

/// The segment that a key belongs to.
pub(crate) fn segment_of(key: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(key.get(..4)?.try_into().ok()?))
}

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
            let key = envelope::key(segment, part as u8, chunk);
            let content = Content {
                codec: packed.codec,
                length: packed.length,
            };
            let value = envelope::seal(&key, content, piece);
            self.bytes += value.len() as u64;
            self.list.push((key.to_vec(), value));
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

fn corrupt(storage: &dyn Storage, place: Place, chunk: u32, message: impl Into<String>) -> Error {
    Error::Corrupt {
        path: storage.path().to_owned(),
        part: format!("segment {} {}", place.segment, place.part.name()),
        chunk,
        message: message.into(),
    }
}

/// What to say of a chunk that is not there, and what to do.
pub(super) fn missing(storage: &dyn Storage) -> String {
    let mut message =
        "the chunk is missing; restore the store from a backup, or ingest the archive \
                       into a new directory"
            .to_owned();
    if let Some(copy) = storage.recovery_copy() {
        message.push_str("; the data as the last, unclean end left it is kept in ");
        message.push_str(&copy.display().to_string());
    }
    message
}

/// Appends the payload of a chunk to some bytes, once it is checked.
fn append(
    storage: &dyn Storage,
    place: Place,
    chunk: u32,
    ahead: Option<&mut Ahead>,
    out: &mut Vec<u8>,
) -> Result<Content> {
    crate::segment::reads::chunk();
    let key = envelope::key(place.segment, place.part as u8, chunk);
    let start = out.len();
    let found = match ahead {
        Some(ahead) => storage.get_ahead(&key, ahead, out),
        None => storage.get_into(&key, out),
    };
    if !found? {
        return Err(corrupt(storage, place, chunk, missing(storage)));
    }
    let Some(content) = envelope::open(&out[start..], &key) else {
        let message = "the envelope does not fit the chunk";
        return Err(corrupt(storage, place, chunk, message));
    };
    out.drain(start..start + ENVELOPE);
    Ok(content)
}

/// Reads the chunks of a blob only to check them.
pub(crate) fn check(storage: &dyn Storage, place: Place) -> Result<()> {
    let mut payload = Vec::new();
    (place.first..place.first + place.chunks).try_for_each(|chunk| {
        payload.clear();
        append(storage, place, chunk, None, &mut payload).map(|_| ())
    })
}

/// Bytes of room that a thread keeps: blocks need no more, and whole parts are read once.
pub(in crate::segment) const ROOM: usize = 64 << 10;

thread_local! {
    /// Room for the chunks of the blob that is being read.
    static PACKED: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Reads a blob and checks every chunk of it.
pub(crate) fn read(storage: &dyn Storage, place: Place) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_into(storage, place, &mut bytes)?;
    Ok(bytes)
}

/// Reads a blob behind what `out` holds, and checks every chunk of it.
pub(crate) fn read_into(storage: &dyn Storage, place: Place, out: &mut Vec<u8>) -> Result<()> {
    read_by(storage, place, None, out)
}

/// As [`read_into`], for a pass over blobs that follow each other.
pub(crate) fn read_ahead(
    storage: &dyn Storage,
    place: Place,
    ahead: &mut Ahead,
    out: &mut Vec<u8>,
) -> Result<()> {
    read_by(storage, place, Some(ahead), out)
}

fn read_by(
    storage: &dyn Storage,
    place: Place,
    ahead: Option<&mut Ahead>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let mut packed = PACKED.take();
    packed.clear();
    let done = gather(storage, place, ahead, &mut packed)
        .and_then(|content| unpack(storage, place, content, &packed, out));
    if packed.capacity() <= ROOM {
        PACKED.set(packed);
    }
    done
}

/// The chunks of a blob, joined. What the first one says goes for all.
fn gather(
    storage: &dyn Storage,
    place: Place,
    mut ahead: Option<&mut Ahead>,
    packed: &mut Vec<u8>,
) -> Result<Content> {
    let mut content = Content {
        codec: STORED,
        length: 0,
    };
    for chunk in place.first..place.first + place.chunks {
        let here = append(storage, place, chunk, ahead.as_deref_mut(), packed)?;
        if chunk == place.first {
            content = here;
        }
    }
    Ok(content)
}

fn unpack(
    storage: &dyn Storage,
    place: Place,
    content: Content,
    packed: &[u8],
    out: &mut Vec<u8>,
) -> Result<()> {
    let wrong = |message: String| corrupt(storage, place, place.first, message);
    let length = content.length as usize;
    match content.codec {
        STORED => out.extend_from_slice(packed),
        // No LZ4 block grows more than 255-fold; a length beyond that is no reason to reserve memory.
        LZ4 if length / 255 > packed.len() => return Err(wrong("its length is too large".into())),
        LZ4 => {
            let start = out.len();
            out.resize(start + length, 0);
            let written = lz4_flex::block::decompress_into(packed, &mut out[start..]);
            out.truncate(start + written.map_err(|e| wrong(e.to_string()))?);
        }
        ZSTD => out.extend(decompressed(packed, length).map_err(wrong)?),
        other => return Err(wrong(format!("unknown codec {other}"))),
    }
    Ok(())
}
