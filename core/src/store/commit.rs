//! How a write becomes the new state, so that a crash at any step loses nothing acknowledged.

use std::sync::Arc;
use std::time::Duration;

use roaring::RoaringBitmap;

use super::change::{RemovedRows, WriteBatch, WriteOutcome};
use super::derive::{Resolved, resolve};
use super::manifest::{Manifest, SegmentEntry};
use super::merge::{Rewrite, copy_all, push_segments};
use super::merge_policy::segments_to_merge;
use super::replaced::Holder;
use super::segment_view::SegmentView;
use super::shared::{Shared, Writer};
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::page::PARSER_VERSION;
use crate::segment::{
    Chunks, Codec, Interners, NewSegment, Part, PendingRows, Segment, SegmentMeta, build,
};
use crate::stop::{CommitStep, Stop};
use crate::storage::{KeyRange, StorageBatch};

/// Data directories of fewer bytes are never compacted on their own: sled's own first file has half
/// a megabyte.
const COMPACT_MIN_BYTES: u64 = 8 << 20;

/// Space amplification at which a data directory is compacted, in tenths: bytes on disk for ten
/// bytes of live chunks.
const COMPACT_AMPLIFICATION: u64 = 25;

impl Shared {
    /// Makes a write durable and visible. `_writer` is the right to write: no other write happens
    /// meanwhile.
    ///
    /// # Errors
    /// After an error nothing of the write is in the store. There is one exception: if all was written and
    /// the last sync fails, or a step behind it (`Storage`), readers see the write. A power cut may take
    /// it away.
    pub(crate) fn commit(&self, _writer: &Writer<'_>, batch: WriteBatch) -> Result<WriteOutcome> {
        let before = self.snapshot()?;
        if batch.puts.is_empty() && batch.removed.is_empty() {
            return Ok(WriteOutcome::default());
        }
        let WriteBatch {
            puts,
            removed,
            interners,
            strict,
            row_bytes,
            stop,
        } = batch;
        let mut resolved = resolve(&before, puts, removed, interners, &stop)?;
        let mut outcome = std::mem::take(&mut resolved.outcome);
        if let Some((_, error)) = outcome.refused.first().filter(|_| strict) {
            return Err(Error::Page(error.clone()));
        }
        if resolved.rows.is_empty() && resolved.removed.is_empty() {
            return Ok(outcome);
        }
        stop.reached(CommitStep::Resolved);
        self.sweep_once(&before)?;
        self.write(&before, resolved, row_bytes, &stop)?;
        // What it read may be what was replaced.
        drop(before);
        // The commit stands, so neither of these fails it. The next commit tries again.
        self.replaced.remove_due(&*self.snapshot()?);
        outcome.not_compacted = self.compact_if_amplified().err();
        Ok(outcome)
    }

    /// Writes the new segment, the new sets of deleted rows and the manifest.
    ///
    /// The order of the steps is what makes it safe. Before step 7 nothing that a reader sees has
    /// changed, and no key that a manifest names was written over. A failure leaves chunks that no
    /// manifest names; they are removed before the next commit of a later open. From step 7 on the
    /// write stands.
    fn write(
        &self,
        before: &Snapshot,
        resolved: Resolved,
        row_bytes: u64,
        stop: &Stop,
    ) -> Result<()> {
        let Resolved {
            mut rows,
            removed,
            mut interners,
            ..
        } = resolved;

        // 1. Choose the segments that are merged into the new one, and read their rows.
        let mut merged = segments_to_merge(before, &removed.sets, rows.len());
        merged.truncate(push_segments(
            before,
            &merged,
            &removed.sets,
            row_bytes,
            &mut interners,
            &mut rows,
        )?);

        // 2. Take a segment number that no other attempt has used. So what a failed commit has
        //    written is never written over, and whichever manifest stands finds what it names.
        let number = self.reserve_number(before.manifest.next_segment);

        // 3. Make the new sets of deleted rows of the segments that stay.
        let mut chunks = Chunks::new(self.nonce());
        let (mut views, stale) = kept_views(before, &merged, &removed, number, &mut chunks)?;

        // 4. Build the new segment.
        let meta = match rows.is_empty() {
            true => None,
            false => {
                let identity = (number, self.nonce());
                let (meta, built) =
                    build_segment(before, &merged, identity, rows, &interners, stop)?;
                chunks.list.extend(built.list);
                Some(meta)
            }
        };

        // 5. Write all new chunks, under keys that no manifest names.
        stop.begin_writing();
        stop.reached(CommitStep::Built);
        before.storage.write(StorageBatch {
            set: chunks.list,
            remove: Vec::new(),
        })?;
        if let Some(meta) = meta {
            let entry = SegmentEntry::new(meta.clone());
            let segment = Segment::new(before.storage.clone(), self.cache.clone(), meta);
            let deleted = RoaringBitmap::new().into();
            views.push(SegmentView::new(segment.into(), entry, deleted)?.into());
        }
        views.sort_by_key(|view| std::cmp::Reverse(view.segment.rows()));
        let manifest = Manifest {
            commit: before.manifest.commit + 1,
            next_segment: number + 1,
            words: before.manifest.words,
            segments: views.iter().map(|view| view.entry.clone()).collect(),
            resolved: before.manifest.resolved,
        };

        // 6. Make the chunks survive, before a root names them. This is the last moment to stop.
        stop.reached(CommitStep::Written);
        before.storage.sync()?;
        stop.check()?;

        // 7. Replace the root. If only the last sync failed, the new root stands, but perhaps not
        //    beyond a power cut: the caller gets the error at the end.
        let payload = manifest.encode();
        let replaced = before.storage.set_root(&payload);
        if replaced.is_err() && before.storage.root()?.as_deref() != Some(&payload[..]) {
            return replaced;
        }

        // 8. Show the new state to readers. What it no longer names is removed later (`replaced`).
        self.publish(Snapshot {
            manifest,
            views,
            storage: before.storage.clone(),
            cache: self.cache.clone(),
            part_of: None,
        });
        let merged = || {
            merged
                .iter()
                .map(|&segment_index| &before.views[segment_index])
        };
        let ranges = merged().flat_map(|view| view.entry.key_ranges());
        let segments = merged().map(|view| -> Holder { Arc::downgrade(&view.segment) as Holder });
        let deleted = before
            .views
            .iter()
            .map(|view| Arc::downgrade(&view.deleted) as Holder);
        let changed = removed.sets.iter().map(|removed| !removed.is_empty());
        let deleted = deleted.zip(changed).filter(|(_, changed)| *changed);
        self.replaced.push(
            ranges.chain(stale).collect(),
            segments.chain(deleted.map(|(reader, _)| reader)).collect(),
            Duration::ZERO,
        );
        replaced
    }

    fn compact_if_amplified(&self) -> Result<()> {
        let snapshot = self.snapshot()?;
        let (size, live) = (snapshot.storage.size()?, snapshot.manifest.live_bytes());
        if size > COMPACT_MIN_BYTES && size * 10 > live * COMPACT_AMPLIFICATION {
            self.compact(&snapshot, Rewrite::Copied)?;
        }
        Ok(())
    }

    /// Says whether a store without a segment keeps words.
    pub(crate) fn set_words_of_empty(&self, _writer: &Writer<'_>, words: bool) -> Result<()> {
        self.compact(&*self.snapshot()?, Rewrite::Reindexed { words })
    }

    /// Copies everything into a fresh storage, which replaces the old one.
    ///
    /// As with a commit, a failure behind the new root leaves the new storage in place: the old one
    /// takes no further commits.
    pub(super) fn compact(&self, before: &Snapshot, rewrite: Rewrite) -> Result<()> {
        let fresh = before.storage.fresh()?;
        let copied = copy_all(before, &fresh, rewrite, self.nonce());
        if copied.is_err() && fresh.root()?.is_none() {
            return copied;
        }
        let manifest = Manifest::read(&*fresh)?;
        let after = Snapshot::open(fresh, manifest, self.cache.clone())?;
        self.publish(after);
        // With their storage.
        self.replaced.clear();
        copied
    }
}

/// The views of the segments that are not merged, without the removed rows; their new sets of
/// deleted rows are put into `chunks`. Also the sets that become stale.
fn kept_views(
    before: &Snapshot,
    merged: &[usize],
    removed: &RemovedRows,
    number: u32,
    chunks: &mut Chunks,
) -> Result<(Vec<Arc<SegmentView>>, Vec<KeyRange>)> {
    let mut views = Vec::new();
    let mut stale = Vec::new();
    for (segment_index, view) in before.views.iter().enumerate() {
        if merged.contains(&segment_index) {
            continue;
        }
        let mut entry = view.entry.clone();
        let mut deleted = view.deleted.clone();
        if !removed.sets[segment_index].is_empty() {
            stale.extend(entry.deletes_range());
            deleted = Arc::new(&*deleted | &removed.sets[segment_index]);
            put_deletes(&mut entry, number, &deleted, chunks);
        }
        views.push(SegmentView::new(view.segment.clone(), entry, deleted)?.into());
    }
    Ok((views, stale))
}

fn build_segment(
    before: &Snapshot,
    merged: &[usize],
    (number, nonce): (u32, u64),
    rows: PendingRows,
    interners: &Interners,
    stop: &Stop,
) -> Result<(SegmentMeta, Chunks)> {
    // Pages that an older parser has read stay marked as such, so that they are read again.
    let parsers = merged
        .iter()
        .map(|&segment_index| before.views[segment_index].entry.meta.parser);
    let parser = parsers.fold(PARSER_VERSION, u32::min);
    let segments = merged.iter();
    let segments = segments.map(|&segment_index| &*before.views[segment_index].segment);
    let new = NewSegment {
        id: number,
        nonce,
        parser,
        words_of: before.manifest.words.then(|| segments.collect()),
    };
    build(new, rows, interners, stop)
}

fn put_deletes(
    entry: &mut SegmentEntry,
    number: u32,
    deleted: &RoaringBitmap,
    chunks: &mut Chunks,
) {
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let _ = deleted.serialize_into(&mut bytes);
    entry.deletes = number + 1;
    entry.deletes_nonce = chunks.nonce;
    entry.deletes_chunks = chunks.put(
        entry.meta.id,
        Part::Deletes,
        entry.deletes_first(),
        &bytes,
        Codec::Zstd,
    );
}
