//! The payload of `CURRENT` as versions 1 to 7 have it.

use serde::Deserialize;

use super::manifest::{Manifest, SegmentEntry};
use crate::segment::SegmentMeta;
use crate::storage::decode_record;

/// What a payload of version 7 begins with. No number that bincode writes does.
const MARK_7: u8 = 0xff;

/// Reads the payload of any of these versions.
pub(super) fn read(payload: &[u8]) -> Result<Manifest, String> {
    match payload.split_first() {
        Some((&MARK_7, record)) => decode_record::<Manifest7>(record).map(Manifest::from),
        _ => decode_record::<Manifest6>(payload).map(Manifest::from),
    }
}

#[derive(Deserialize)]
struct Manifest7 {
    commit: u64,
    next_segment: u32,
    words: bool,
    segments: Vec<LegacyEntry<Meta7>>,
}

#[derive(Deserialize)]
struct Manifest6 {
    commit: u64,
    next_segment: u32,
    segments: Vec<LegacyEntry<Meta6>>,
}

#[derive(Deserialize)]
struct LegacyEntry<M> {
    meta: M,
    deletes: u32,
    deletes_chunks: u32,
}

#[derive(Deserialize)]
struct Meta7 {
    id: u32,
    rows: u32,
    events: u32,
    parser: u32,
    analysis: u32,
    bytes: u64,
    chunks: Vec<(u8, u32)>,
}

#[derive(Deserialize)]
struct Meta6 {
    id: u32,
    rows: u32,
    events: u32,
    parser: u32,
    bytes: u64,
    chunks: Vec<(u8, u32)>,
}

impl From<Manifest7> for Manifest {
    fn from(old: Manifest7) -> Self {
        Self {
            commit: old.commit,
            next_segment: old.next_segment,
            words: old.words,
            segments: old.segments.into_iter().map(SegmentEntry::from).collect(),
            resolved: false,
        }
    }
}

impl From<Manifest6> for Manifest {
    fn from(old: Manifest6) -> Self {
        Self {
            commit: old.commit,
            next_segment: old.next_segment,
            words: true,
            segments: old.segments.into_iter().map(SegmentEntry::from).collect(),
            resolved: false,
        }
    }
}

impl<M> From<LegacyEntry<M>> for SegmentEntry
where
    SegmentMeta: From<M>,
{
    fn from(old: LegacyEntry<M>) -> Self {
        Self {
            deletes: old.deletes,
            deletes_chunks: old.deletes_chunks,
            ..Self::new(old.meta.into())
        }
    }
}

impl From<Meta7> for SegmentMeta {
    fn from(old: Meta7) -> Self {
        Self {
            id: old.id,
            rows: old.rows,
            events: old.events,
            parser: old.parser,
            analysis: old.analysis,
            bytes: old.bytes,
            chunks: old.chunks,
            nonce: 0,
        }
    }
}

impl From<Meta6> for SegmentMeta {
    fn from(old: Meta6) -> Self {
        Self {
            id: old.id,
            rows: old.rows,
            events: old.events,
            parser: old.parser,
            analysis: 0,
            bytes: old.bytes,
            chunks: old.chunks,
            nonce: 0,
        }
    }
}
