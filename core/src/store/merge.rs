//! Rows of stored segments as rows of a new one, and the copy that a compaction is.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::copied_chunks::copy_chunks;
use super::derive::stored_row;
use super::manifest::{Manifest, SegmentEntry};
use super::snapshot::{RowRef, Snapshot};
use crate::error::Result;
use crate::page::PARSER_VERSION;
use crate::segment::{Chunks, Interners, NewSegment, PendingRows, SegmentMeta, TermField, build};
use crate::stop::Stop;
use crate::storage::{Storage, StorageBatch};

/// Appends the rows of segments to those of a commit, as long as all together, with the ids and
/// tags that they name, take at most `row_bytes` of memory. Gives the number of segments whose rows
/// were appended.
///
/// The texts of a segment that did not fit stay in `interners` until the commit ends. They were
/// counted, and no row names them, so that they are not written.
pub(super) fn push_segments(
    snapshot: &Snapshot,
    views: &[usize],
    removed: &[RoaringBitmap],
    row_bytes: u64,
    interners: &mut Interners,
    rows: &mut PendingRows,
) -> Result<usize> {
    let of_rows: usize = rows.iter().map(|row| row.bytes()).sum();
    let of_commit = (of_rows + interners.bytes()) as u64;
    let mut left = row_bytes.saturating_sub(of_commit);
    for (pushed, &segment_index) in views.iter().enumerate() {
        let before = rows.len();
        let from = MergedFrom {
            segment_index,
            number: pushed as u32,
            removed: Some(&removed[segment_index]),
        };
        if !push_rows(snapshot, from, &mut left, interners, rows)? {
            rows.truncate(before);
            return Ok(pushed);
        }
    }
    Ok(views.len())
}

/// A segment whose rows are read.
struct MergedFrom<'a> {
    segment_index: usize,
    /// Its place among the merged segments.
    number: u32,
    /// Rows that are left out beside the deleted ones.
    removed: Option<&'a RoaringBitmap>,
}

/// Appends the rows of a segment, less those that are removed, as rows of a new segment.
///
/// `left` is the memory in bytes that rows and interned texts may still take; it is counted down.
/// Where it does not suffice, the answer is false, and some of the rows may have been appended.
fn push_rows(
    snapshot: &Snapshot,
    from: MergedFrom<'_>,
    left: &mut u64,
    interners: &mut Interners,
    rows: &mut PendingRows,
) -> Result<bool> {
    let MergedFrom {
        segment_index,
        number,
        removed,
    } = from;
    let view = &snapshot.views[segment_index];
    let flags = view.segment.flags()?;
    let terms = view.segment.dictionary(TermField::Tag)?;
    let mut kept = view.rows();
    if let Some(removed) = removed {
        kept -= removed;
    }
    // Rows take at least as many bytes in memory as compressed. A segment that is too large even
    // so is not read.
    let (bytes, all) = (view.entry.meta.bytes, u64::from(view.segment.rows().max(1)));
    if bytes / all * kept.len() > *left {
        return Ok(false);
    }
    for row in kept {
        let at = RowRef { segment_index, row };
        let interned = interners.bytes();
        let mut new = stored_row(snapshot, at, interners)?;
        new.twin = flags.twins.contains(row);
        new.origin = Some((number, row));
        new.tags.clear();
        if flags.events.contains(row) {
            let tags = view.segment.tags_of(row)?;
            let texts = tags.into_iter().map(|term| terms.spelling(term));
            new.tags = interners.tags.numbers(texts);
            new.superseded = flags.superseded.contains(row);
        }
        let taken = new.bytes() + interners.bytes() - interned;
        match left.checked_sub(taken as u64) {
            Some(rest) => *left = rest,
            None => return Ok(false),
        }
        rows.push(new);
    }
    Ok(true)
}

/// How a compaction writes the segments anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rewrite {
    /// Not: their chunks are copied.
    Copied,
    /// As one segment, with the words that there are.
    Merged,
    /// As one segment whose words are cut anew, or that has none.
    Reindexed { words: bool },
}

/// Writes everything that a snapshot has into a fresh storage. This is a compaction.
///
/// The fresh storage replaces the old one with the root record, which is written last.
pub(super) fn copy_all(
    snapshot: &Snapshot,
    fresh: &Arc<dyn Storage>,
    rewrite: Rewrite,
    nonce: u64,
) -> Result<()> {
    let words = match rewrite {
        Rewrite::Reindexed { words } => words,
        Rewrite::Copied | Rewrite::Merged => snapshot.manifest.words,
    };
    let mut manifest = Manifest {
        commit: snapshot.manifest.commit + 1,
        next_segment: snapshot.manifest.next_segment,
        words,
        segments: Vec::new(),
        resolved: snapshot.manifest.resolved,
    };
    if rewrite == Rewrite::Copied {
        let ranges = snapshot.manifest.key_ranges();
        copy_chunks(&*snapshot.storage, &ranges, |batch, _| fresh.write(batch))?;
        manifest.segments.clone_from(&snapshot.manifest.segments);
    } else if let Some((meta, chunks)) = one_segment(snapshot, rewrite, words, nonce)? {
        fresh.write(StorageBatch {
            set: chunks.list,
            remove: Vec::new(),
        })?;
        manifest.next_segment += 1;
        manifest.segments.push(SegmentEntry::new(meta));
    }
    fresh.sync()?;
    fresh.set_root(&manifest.encode())
}

/// All rows of a snapshot as one segment; none if it has no row.
fn one_segment(
    snapshot: &Snapshot,
    rewrite: Rewrite,
    words: bool,
    nonce: u64,
) -> Result<Option<(SegmentMeta, Chunks)>> {
    let mut rows = Vec::new();
    let mut interners = Interners::default();
    for segment_index in 0..snapshot.views.len() {
        let from = MergedFrom {
            segment_index,
            number: segment_index as u32,
            removed: None,
        };
        let mut left = u64::MAX;
        push_rows(snapshot, from, &mut left, &mut interners, &mut rows)?;
    }
    if rows.is_empty() {
        return Ok(None);
    }
    if rewrite != Rewrite::Merged {
        rows.iter_mut().for_each(|row| row.origin = None);
    }
    let parsers = snapshot.manifest.segments.iter();
    let parser = parsers.map(|entry| entry.meta.parser).min();
    let segments = snapshot.views.iter().map(|view| &*view.segment);
    let new = NewSegment {
        id: snapshot.manifest.next_segment,
        nonce,
        parser: parser.unwrap_or(PARSER_VERSION),
        words_of: words.then(|| segments.collect()),
    };
    build(new, rows, &interners, &Stop::default()).map(Some)
}
