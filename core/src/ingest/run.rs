//! Archive → store: one walk, files examined on all cores, one commit (or one for every `commit_bytes`).

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Instant;

use rayon::prelude::*;

use super::collect::Collected;
use super::examine::{Examined, examine};
use super::progress::Throttle;
use super::source::{Entry, Source, WalkEnd, prune_prefix, walk};
use super::{IngestOptions, OnError, Report};
use crate::error::{Error, Result};
use crate::page::PageLimits;
use crate::store::{Inner, Snapshot};

/// Files examined in one go: enough to keep all cores busy, few enough to say progress and to stop soon.
const BATCH_FILES: usize = 256;
const BATCH_BYTES: usize = 2 << 20;

/// Batches that the reader may be ahead: bounds memory at a few MiB.
const BATCHES_AHEAD: usize = 4;

/// Reads a source into the store.
pub(crate) fn run(inner: &Inner, source: Source, mut options: IngestOptions<'_>) -> Result<Report> {
    let started = Instant::now();
    let writer = inner.writer();
    let limits = PageLimits { bytes: options.limits.page_bytes, items: options.limits.page_items };
    // A run that may not commit anything when a page is bad has to hold everything back to its end.
    let strict = options.on_error == OnError::Raise;
    let commit_bytes = if strict { usize::MAX } else { options.limits.commit_bytes };
    let mut snapshot = inner.snapshot()?;
    let mut collected = Collected::new(strict);
    let mut throttle = options.progress.take().map(Throttle::new);

    let mut take = |batch: Vec<Entry>, total: Option<u64>| -> Result<()> {
        for file in examine_all(&snapshot, batch, &limits) {
            collected.take(file?)?;
        }
        if let Some(throttle) = &mut throttle
            && throttle.tell(&collected.report, total).is_break()
        {
            return Err(Error::Interrupted);
        }
        if collected.pending_bytes() >= commit_bytes {
            collected.account(inner.commit(&writer, collected.change(&snapshot))?);
            snapshot = inner.snapshot()?;
        }
        Ok(())
    };
    let end = pump(&source, &options, &mut take)?;
    if let WalkEnd::Truncated { message } = end {
        return Err(Error::Archive { path: source.path().to_owned(), message });
    }
    if options.prune {
        collected.prune(&snapshot, &prune_prefix(&source))?;
    }
    collected.account(inner.commit(&writer, collected.change(&snapshot))?);
    let mut report = collected.finish();
    report.seconds = started.elapsed().as_secs_f64();
    if let Some(throttle) = &mut throttle {
        throttle.last(&report);
    }
    Ok(report)
}

/// Reads the source on a thread of its own and hands its files on in batches.
fn pump(
    source: &Source,
    options: &IngestOptions<'_>,
    take: &mut dyn FnMut(Vec<Entry>, Option<u64>) -> Result<()>,
) -> Result<WalkEnd> {
    let limits = &options.limits;
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel::<(Vec<Entry>, Option<u64>)>(BATCHES_AHEAD);
        let reader = scope.spawn(move || {
            let (mut batch, mut bytes) = (Vec::new(), 0);
            let mut total = None;
            let end = walk(source, limits, &mut |entry, known_total| {
                total = known_total;
                bytes += entry.len();
                batch.push(entry);
                if batch.len() < BATCH_FILES && bytes < BATCH_BYTES {
                    return ControlFlow::Continue(());
                }
                bytes = 0;
                match send.send((std::mem::take(&mut batch), total)) {
                    Ok(()) => ControlFlow::Continue(()),
                    // The other end stopped: its error is the one to tell.
                    Err(_) => ControlFlow::Break(()),
                }
            });
            let _ = send.send((batch, total));
            end
        });
        let taken = receive.iter().try_for_each(|(batch, total)| take(batch, total));
        drop(receive);
        let end = reader.join().unwrap_or_else(|_| {
            Err(Error::Archive { path: source.path().to_owned(), message: "reading it failed unexpectedly".to_owned() })
        });
        taken.and(end)
    })
}

fn examine_all(snapshot: &Arc<Snapshot>, batch: Vec<Entry>, limits: &PageLimits) -> Vec<Result<Examined>> {
    batch.into_par_iter().map(|entry| examine(snapshot, entry, limits)).collect()
}
