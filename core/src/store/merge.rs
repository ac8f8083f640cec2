//! Rows of stored segments as rows of a new one, and the copy that a compaction is.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::derive::stored_row;
use super::manifest::{Manifest, SegmentEntry};
use super::snapshot::{RowRef, Snapshot};
use crate::error::Result;
use crate::page::PARSER_VERSION;
use crate::segment::{Interners, PendingRows, SegmentMeta, TermField, build, key_of_number};
use crate::stop::Stop;
use crate::storage::{Storage, StorageBatch, encode_record};

/// Chunks that a batch of a copy holds: some 7 MB.
const COPY_BATCH: usize = 1024;

/// Appends the rows of a segment, less those that are removed, as rows of a new segment.
pub(super) fn push_rows(
    snapshot: &Snapshot,
    view: usize,
    removed: Option<&RoaringBitmap>,
    interners: &mut Interners,
    rows: &mut PendingRows,
) -> Result<()> {
    let seen = &snapshot.views[view];
    let flags = seen.segment.flags()?;
    let terms = seen.segment.dictionary(TermField::Tag)?;
    let mut kept = seen.rows();
    if let Some(removed) = removed {
        kept -= removed;
    }
    for row in kept {
        let at = RowRef { view, row };
        let mut new = stored_row(snapshot, at, interners)?;
        new.twin = flags.twins.contains(row);
        new.tags.clear();
        if flags.events.contains(row) {
            let tags = seen.segment.tags_of(row)?;
            new.tags = tags
                .into_iter()
                .map(|term| interners.tags.number(terms.spelling(term)))
                .collect();
            new.tags.sort_unstable();
            new.superseded = flags.superseded.contains(row);
        }
        rows.push(new);
    }
    Ok(())
}

/// Writes everything that a snapshot has into a fresh storage: as the segments it has, or as one
/// segment if `merged`. This is a compaction.
///
/// The fresh storage replaces the old one with the root record, which is written last.
pub(super) fn copy_all(
    snapshot: &Snapshot,
    fresh: &Arc<dyn Storage>,
    merged: bool,
) -> Result<Manifest> {
    let mut manifest = Manifest {
        commit: snapshot.manifest.commit + 1,
        next_segment: snapshot.manifest.next_segment,
        segments: Vec::new(),
    };
    if merged {
        let mut rows = Vec::new();
        let mut interners = Interners::default();
        for view in 0..snapshot.views.len() {
            push_rows(snapshot, view, None, &mut interners, &mut rows)?;
        }
        if !rows.is_empty() {
            let (meta, chunks) = build(
                manifest.next_segment,
                PARSER_VERSION,
                rows,
                &interners,
                &Stop::default(),
            )?;
            let parser = snapshot
                .manifest
                .segments
                .iter()
                .map(|entry| entry.meta.parser)
                .min();
            fresh.write(StorageBatch {
                set: chunks.list,
                remove: Vec::new(),
            })?;
            manifest.next_segment += 1;
            manifest.segments.push(SegmentEntry::new(SegmentMeta {
                parser: parser.unwrap_or(PARSER_VERSION),
                ..meta
            }));
        }
    } else {
        for entry in &snapshot.manifest.segments {
            copy_chunks(&*snapshot.storage, &**fresh, entry)?;
            manifest.segments.push(entry.clone());
        }
    }
    fresh.sync()?;
    fresh.set_root(&encode_record(&manifest))?;
    Ok(manifest)
}

fn copy_chunks(from: &dyn Storage, to: &dyn Storage, entry: &SegmentEntry) -> Result<()> {
    let mut batch = StorageBatch::default();
    for range in entry.key_ranges() {
        for number in range.first..range.first + range.chunks {
            let key = key_of_number(range.segment, range.part, number);
            // A chunk that is missing here is missing in the copy too. Whoever reads it gets the
            // error.
            if let Some(value) = from.get(&key)? {
                batch.set.push((key, value));
            }
            if batch.set.len() >= COPY_BATCH {
                to.write(std::mem::take(&mut batch))?;
            }
        }
    }
    to.write(batch)
}
