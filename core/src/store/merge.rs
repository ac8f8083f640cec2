//! Which segments a commit takes up into its new one, and the copy that a compaction is.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::manifest::{Manifest, SegmentEntry};
use super::resolve::held_row;
use super::snapshot::{RowRef, Snapshot};
use crate::error::Result;
use crate::page::PARSER_VERSION;
use crate::segment::{Interners, PendingRows, SegmentMeta, TermField, build, key_of_number};
use crate::stop::Stop;
use crate::storage::{Batch, Storage};

/// Segments of more rows are left alone by commits: only `compact` rewrites them.
const BIG: u32 = 65_536;

/// Chunks a batch of a copy holds: some 7 MB.
const COPY_BATCH: usize = 1024;

/// The views that a commit of `rows` new rows takes up: the smaller ones, as long as none is more than twice as large as
/// all that was taken before it.
///
/// So segments halve in size at least from one to the next, there are at most log2 of them, and a row is written
/// again at most log2 times.
pub(super) fn absorbed(snapshot: &Snapshot, gone: &[RoaringBitmap], rows: usize) -> Vec<usize> {
    let held = |view: usize| snapshot.views[view].held_len() - gone[view].len() as u32;
    let mut order: Vec<usize> = (0..snapshot.views.len()).collect();
    order.sort_by_key(|&view| held(view));
    let mut sum = rows as u64;
    let mut taken = Vec::new();
    for view in order {
        let rows = held(view);
        if rows > 0 && (rows > BIG || u64::from(rows) > 2 * sum) {
            break;
        }
        sum += u64::from(rows);
        taken.push(view);
    }
    taken
}

/// The rows that a view holds, less those that go, as rows of a new segment.
pub(super) fn rows_of(
    snapshot: &Snapshot,
    view: usize,
    gone: Option<&RoaringBitmap>,
    vocabulary: &mut Interners,
    rows: &mut PendingRows,
) -> Result<()> {
    let seen = &snapshot.views[view];
    let flags = seen.segment.flags()?;
    let terms = seen.segment.dictionary(TermField::Tag)?;
    let mut held = seen.held();
    if let Some(gone) = gone {
        held -= gone;
    }
    for row in held {
        let at = RowRef { view, row };
        let mut new = held_row(snapshot, at, vocabulary)?;
        new.twin = flags.twins.contains(row);
        new.tags.clear();
        if flags.events.contains(row) {
            let tags = seen.segment.tags_of(row)?;
            new.tags = tags
                .into_iter()
                .map(|term| vocabulary.tags.number(terms.spelling(term)))
                .collect();
            new.tags.sort_unstable();
            new.superseded = flags.superseded.contains(row);
        }
        rows.push(new);
    }
    Ok(())
}

/// Writes all that a snapshot holds into a fresh storage, as the segments it has, or as one if `merged`.
///
/// The fresh storage takes its place with the root record that this writes last. Compaction is this.
pub(super) fn copy(
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
        let mut vocabulary = Interners::default();
        for view in 0..snapshot.views.len() {
            rows_of(snapshot, view, None, &mut vocabulary, &mut rows)?;
        }
        if !rows.is_empty() {
            let (meta, chunks) = build(
                manifest.next_segment,
                PARSER_VERSION,
                rows,
                &vocabulary,
                &Stop::default(),
            )?;
            let parser = snapshot
                .manifest
                .segments
                .iter()
                .map(|entry| entry.meta.parser)
                .min();
            fresh.write(Batch {
                set: chunks.list,
                remove: Vec::new(),
            })?;
            manifest.next_segment += 1;
            let meta = SegmentMeta {
                parser: parser.unwrap_or(PARSER_VERSION),
                ..meta
            };
            manifest.segments.push(SegmentEntry {
                meta,
                deletes: 0,
                deletes_chunks: 0,
            });
        }
    } else {
        for entry in &snapshot.manifest.segments {
            copy_chunks(&*snapshot.storage, &**fresh, entry)?;
            manifest.segments.push(entry.clone());
        }
    }
    fresh.sync()?;
    fresh.set_root(&crate::storage::record::encode(&manifest))?;
    Ok(manifest)
}

fn copy_chunks(from: &dyn Storage, to: &dyn Storage, entry: &SegmentEntry) -> Result<()> {
    let mut batch = Batch::default();
    for run in entry.runs() {
        for number in run.first..run.first + run.chunks {
            let key = key_of_number(run.segment, run.part, number);
            // A chunk that is missing here is missing there, and told by whoever reads it.
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
