//! Which segments a damaged store has: those of the newest state, and older ones of which chunks are left.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rustc_hash::FxHashSet;

use super::report::SalvageBasis;
use crate::segment::{Part, SegmentMeta};
use crate::storage::{KeyRange, RawRoot, RawStore};
use crate::store::Manifest;

/// A segment of which something was found or is named.
pub(super) struct FoundSegment {
    pub meta: SegmentMeta,
    /// Whether a manifest says how many rows and chunks it has.
    pub is_named: bool,
    /// The chunks of its deleted rows, where it is known that they were committed.
    pub deletes: Option<KeyRange>,
    /// Whether there are others of which that is not known.
    pub has_other_deletes: bool,
}

/// The segments of a damaged store.
pub(super) struct FoundSegments {
    pub basis: SalvageBasis,
    /// Whether the store keeps words.
    pub words: bool,
    /// Those of the newest state, as far as it is known.
    pub live: Vec<FoundSegment>,
    /// All others, newest first.
    pub older: Vec<FoundSegment>,
    /// Chunks of live segments that were found nowhere.
    pub damaged_chunks: u64,
}

/// The nonces that the small files name.
pub(super) fn known_nonces(manifest: Option<&Manifest>, root: &RawRoot) -> Vec<u64> {
    let named = manifest.map(Manifest::key_ranges).unwrap_or_default();
    let ranges = named.iter().chain(&root.listed);
    let mut nonces: Vec<u64> = ranges.map(|range| range.nonce).collect();
    nonces.sort_unstable();
    nonces.dedup();
    nonces
}

impl FoundSegments {
    /// By the best source there is.
    pub fn of(manifest: Option<&Manifest>, root: &RawRoot, raw: &RawStore) -> Self {
        let mut found = Self {
            basis: SalvageBasis::Current,
            words: manifest.is_none_or(|manifest| manifest.words),
            live: Vec::new(),
            older: Vec::new(),
            damaged_chunks: 0,
        };
        let named = match manifest {
            Some(manifest) => {
                found.live = named(manifest);
                manifest.key_ranges()
            }
            None => {
                found.live = listed(&root.listed);
                found.basis = match found.live.is_empty() {
                    true => SalvageBasis::Chunks,
                    false => SalvageBasis::Places,
                };
                root.listed.clone()
            }
        };
        let chunks = named.iter().map(|range| u64::from(range.chunks));
        found.damaged_chunks = chunks.sum::<u64>().saturating_sub(raw.found(&named));
        let newest = found.live.iter().map(|segment| segment.meta.id).max();
        let live = found.live.iter();
        let known: FxHashSet<(u32, u64)> = live
            .map(|known| (known.meta.id, known.meta.nonce))
            .collect();
        let others = raw.segments().into_iter();
        let others = others.filter(|other| !known.contains(other));
        let others: Vec<_> = others
            .filter_map(|(segment, nonce)| of_chunks(raw, segment, nonce))
            .collect();
        // A list of an earlier close does not name what was committed since.
        let is_newer = |other: &FoundSegment| {
            found.basis != SalvageBasis::Current
                && newest.is_none_or(|newest| other.meta.id > newest)
        };
        let (newer, older): (Vec<_>, Vec<_>) = others.into_iter().partition(is_newer);
        found.live.extend(newer);
        found.older = older;
        found.older.reverse();
        if found.basis != SalvageBasis::Current {
            found.note_other_deletes(raw);
        }
        found
    }

    /// Notes which segments have sets of deleted rows that may never have been committed. They do not count: a
    /// page that comes back is better than one that is lost.
    fn note_other_deletes(&mut self, raw: &RawStore) {
        let last = raw.last_chunks(Part::Deletes as u8);
        for segment in self.live.iter_mut().chain(&mut self.older) {
            let last = last.get(&segment.meta.id);
            segment.has_other_deletes = last.is_some_and(|&last| {
                let committed = segment.deletes;
                committed.is_none_or(|range| last > range.first && !range.has(last))
            });
        }
    }
}

/// The segments of a manifest.
fn named(manifest: &Manifest) -> Vec<FoundSegment> {
    let segments = manifest.segments.iter();
    let found = segments.map(|entry| FoundSegment {
        meta: entry.meta.clone(),
        is_named: true,
        deletes: entry
            .key_ranges()
            .find(|range| range.part == Part::Deletes as u8),
        has_other_deletes: false,
    });
    found.collect()
}

/// The segments of a list of live chunks.
fn listed(ranges: &[KeyRange]) -> Vec<FoundSegment> {
    let mut found: BTreeMap<u32, FoundSegment> = BTreeMap::new();
    for range in ranges {
        let segment = match found.entry(range.segment) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(FoundSegment {
                meta: unnamed(range.segment, range.nonce),
                is_named: false,
                deletes: None,
                has_other_deletes: false,
            }),
        };
        if range.part == Part::Deletes as u8 {
            segment.deletes = Some(*range);
        } else {
            segment.meta.nonce = range.nonce;
            segment.meta.chunks.push((range.part, range.chunks));
        }
    }
    found.into_values().collect()
}

/// A segment of chunks that nothing names; none of deleted rows alone.
fn of_chunks(raw: &RawStore, segment: u32, nonce: u64) -> Option<FoundSegment> {
    let ranges = raw.ranges(segment, nonce).into_iter();
    let parts = ranges.filter(|range| range.part != Part::Deletes as u8);
    let mut meta = unnamed(segment, nonce);
    meta.chunks = parts.map(|range| (range.part, range.chunks)).collect();
    (meta.chunks_of(Part::Headers) > 0).then_some(FoundSegment {
        meta,
        is_named: false,
        deletes: None,
        has_other_deletes: false,
    })
}

fn unnamed(id: u32, nonce: u64) -> SegmentMeta {
    SegmentMeta {
        id,
        rows: 0,
        events: 0,
        parser: 0,
        analysis: 0,
        bytes: 0,
        chunks: Vec::new(),
        nonce,
    }
}
