//! How a change becomes the new state: resolve, build, write, make visible.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::manifest::{Manifest, SegmentEntry};
use super::merge;
use super::open::{Inner, Writer};
use super::resolve::{Gone, Put, Resolved, resolve};
use super::snapshot::Snapshot;
use super::view::View;
use crate::error::{Error, PageError, Result};
use crate::page::PARSER_VERSION;
use crate::segment::{Chunks, Codec, Interners, Part, Segment, build};
use crate::stop::Stop;
use crate::storage::{Batch, record};

/// A data directory of less is never compacted on its own: sled's own first file is half a megabyte.
const COMPACT_FROM: u64 = 8 << 20;

/// A data directory of more than this many times its live chunks is compacted (in tenths).
const COMPACT_AT: u64 = 25;

/// Pages that come and rows that go.
pub(crate) struct Change {
    pub puts: Vec<Put>,
    pub gone: Gone,
    /// What the numbers of the puts mean.
    pub vocabulary: Interners,
    /// A refused page fails the change, and nothing is written.
    pub strict: bool,
    /// Looked at until the manifest is about to be written.
    pub stop: Arc<Stop>,
}

/// What a commit did.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub retagged: usize,
    /// Puts (by number) whose id an event of the other language holds; they were not put.
    pub refused: Vec<(usize, PageError)>,
    /// Puts (by number) whose id another page holds.
    pub twins: Vec<usize>,
}

impl Inner {
    /// Makes a change durable and visible. `_writer` is held so that no other change comes between.
    ///
    /// Nothing is visible, and nothing that a reader sees has changed, until the root record is replaced; a failure
    /// before leaves chunks that no manifest names, which are removed before the next commit.
    pub(crate) fn commit(&self, _writer: &Writer<'_>, change: Change) -> Result<Outcome> {
        let before = self.snapshot()?;
        if change.puts.is_empty() && change.gone.is_empty() {
            return Ok(Outcome::default());
        }
        let mut resolved = resolve(
            &before,
            change.puts,
            change.gone,
            change.vocabulary,
            &change.stop,
        )?;
        let outcome = std::mem::take(&mut resolved.outcome);
        if let Some((_, error)) = outcome.refused.first().filter(|_| change.strict) {
            return Err(Error::Page(error.clone()));
        }
        if resolved.rows.is_empty() && resolved.gone.is_empty() {
            return Ok(outcome);
        }
        self.sweep_once(&before)?;
        self.write(&before, resolved, &change.stop)?;
        self.compact_if_swollen()?;
        Ok(outcome)
    }

    /// Writes the new segment and the new deleted rows, then the manifest, and lets readers see it.
    fn write(&self, before: &Snapshot, resolved: Resolved, stop: &Stop) -> Result<()> {
        let Resolved {
            mut rows,
            gone,
            mut vocabulary,
            ..
        } = resolved;
        let absorbed = merge::absorbed(before, &gone.sets, rows.len());
        for &view in &absorbed {
            merge::rows_of(
                before,
                view,
                Some(&gone.sets[view]),
                &mut vocabulary,
                &mut rows,
            )?;
        }
        // A number of this attempt alone: what a failed one has written is never written over, so that whichever
        // manifest stands finds what it names.
        let number = self.reserve(before.manifest.next_segment);
        let mut chunks = Chunks::default();
        let mut views = Vec::new();
        let mut stale = Vec::new();
        for (view, seen) in before.views.iter().enumerate() {
            if absorbed.contains(&view) {
                stale.extend(deletes_keys(&seen.entry));
                continue;
            }
            let mut entry = seen.entry.clone();
            let mut deleted = (*seen.deleted).clone();
            if !gone.sets[view].is_empty() {
                stale.extend(deletes_keys(&entry));
                deleted |= &gone.sets[view];
                put_deletes(&mut entry, number, &deleted, &mut chunks);
            }
            views.push(View::new(seen.segment.clone(), entry, deleted)?);
        }
        let built = (!rows.is_empty()).then(|| {
            // Pages that an older parser read stay marked as such, so that they are read again.
            let parsers = absorbed
                .iter()
                .map(|&view| before.views[view].entry.meta.parser);
            build(
                number,
                parsers.fold(PARSER_VERSION, u32::min),
                rows,
                &vocabulary,
                stop,
            )
        });
        let meta = built.transpose()?.map(|(meta, built)| {
            chunks.list.extend(built.list);
            meta
        });
        before.storage.write(Batch {
            set: chunks.list,
            remove: Vec::new(),
        })?;
        if let Some(meta) = meta {
            let entry = SegmentEntry {
                meta: meta.clone(),
                deletes: 0,
                deletes_chunks: 0,
            };
            let segment = Segment::new(before.storage.clone(), self.cache.clone(), meta);
            views.push(View::new(Arc::new(segment), entry, RoaringBitmap::new())?);
        }
        views.sort_by_key(|view| std::cmp::Reverse(view.segment.rows()));
        let manifest = Manifest {
            commit: before.manifest.commit + 1,
            next_segment: number + 1,
            segments: views.iter().map(|view| view.entry.clone()).collect(),
        };
        before.storage.sync()?;
        stop.check()?;
        let payload = record::encode(&manifest);
        let replaced = before.storage.set_root(&payload);
        if replaced.is_err() && before.storage.root()?.as_deref() != Some(&payload[..]) {
            return replaced;
        }
        // From here on the change stands (after a failed last fsync perhaps not beyond a power cut, which the caller is
        // told); what is left to do may fail without harm.
        let after = Snapshot {
            manifest,
            views,
            storage: before.storage.clone(),
            cache: self.cache.clone(),
        };
        self.publish(after);
        for view in absorbed {
            before.views[view].segment.delete_on_drop();
        }
        let _ = before.storage.write(Batch {
            set: Vec::new(),
            remove: stale,
        });
        replaced
    }

    fn compact_if_swollen(&self) -> Result<()> {
        let snapshot = self.snapshot()?;
        let (size, live) = (snapshot.storage.size()?, snapshot.manifest.live_bytes());
        if size > COMPACT_FROM && size * 10 > live * COMPACT_AT {
            self.rewrite(&snapshot, false)?;
        }
        Ok(())
    }

    /// Copies everything into a fresh storage, which takes the old one's place.
    pub(super) fn rewrite(&self, before: &Snapshot, merged: bool) -> Result<()> {
        let fresh = before.storage.fresh()?;
        merge::copy(before, &fresh, merged)?;
        let after = Snapshot::open(fresh, self.cache.clone())?;
        self.publish(after);
        Ok(())
    }
}

fn deletes_keys(entry: &SegmentEntry) -> impl Iterator<Item = Vec<u8>> + use<> {
    let (id, first) = (entry.meta.id, entry.deletes_first());
    (first..first + entry.deletes_chunks)
        .map(move |chunk| crate::segment::key(id, Part::Deletes, chunk))
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
    entry.deletes_chunks = chunks.put(
        entry.meta.id,
        Part::Deletes,
        entry.deletes_first(),
        &bytes,
        Codec::Zstd,
    );
}
