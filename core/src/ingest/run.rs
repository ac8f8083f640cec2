//! Archive → store: one walk, files examined on all cores, one commit (or one for every `commit_bytes`).

use std::ops::ControlFlow;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::buffers::Buffers;
use super::collect::Collected;
use super::examine::{Examined, examine};
use super::{Archive, End, Entry, IngestOptions, OnError, Progress, Report, Throttle, walk};
use crate::error::{Error, Result};
use crate::page::PageLimits;
use crate::pool;
use crate::store::{Shared, Snapshot, WriteBatch, WriteOutcome, Writer};

/// Files examined in one go: enough to keep all cores busy, few enough to say progress and to stop soon.
const BATCH_FILES: usize = 512;
const BATCH_BYTES: usize = 2 << 20;

/// While a commit works, how often progress is told and a wish to stop is heard.
const PATIENCE: Duration = Duration::from_millis(100);

/// Reads a source into the store.
pub(super) fn run(shared: &Shared, source: Archive, options: IngestOptions<'_>) -> Result<Report> {
    let started = Instant::now();
    let writer = shared.writer()?;
    let name = source.name();
    let total_bytes = source.total_bytes();
    let IngestOptions {
        prune,
        on_error,
        limits,
        progress,
    } = options;
    let page_limits = PageLimits {
        bytes: usize::try_from(limits.page_bytes).unwrap_or(usize::MAX),
        items: limits.page_items,
    };
    // A run that may not commit anything when a page is bad has to hold everything back to its end.
    let strict = on_error == OnError::Raise;
    let commit_bytes = if strict {
        u64::MAX
    } else {
        limits.commit_bytes
    };
    let mut snapshot = shared.snapshot()?;
    let mut collected = Collected::new(strict);
    let mut throttle = Throttle::new(progress);

    let buffers = Buffers::default();
    let mut batch = Vec::new();
    let mut batch_bytes = 0;
    let mut failure = None;
    // Files are collected while the next ones are examined: collecting needs one core and half as long.
    let mut examined = Vec::new();
    let mut work = |batch: Vec<Entry>, read: u64, last: bool| -> Result<()> {
        let before = std::mem::take(&mut examined);
        let (next, taken) = pool::run(|| {
            rayon::join(
                || examine_all(&snapshot, batch, &page_limits, &buffers),
                || collected.take_all(before),
            )
        });
        taken?;
        examined = next;
        if last || collected.pending_bytes() >= commit_bytes {
            // What was examined by this snapshot names its rows.
            collected.take_all(std::mem::take(&mut examined))?;
        }
        if throttle
            .tell(&progress_of(&collected.report, read, total_bytes))
            .is_break()
        {
            return Err(Error::Interrupted);
        }
        if collected.pending_bytes() >= commit_bytes {
            let change = collected.change(&snapshot);
            let so_far = progress_of(&collected.report, read, total_bytes);
            collected.account(commit(shared, &writer, change, &mut throttle, &so_far)?);
            snapshot = shared.snapshot()?;
        }
        Ok(())
    };
    let walked = walk(source, &limits, &buffers, &mut |entry, read| {
        let waiting = matches!(entry, Entry::Waiting);
        if let Entry::File { bytes, .. } = &entry {
            batch_bytes += bytes.len();
        }
        if !waiting {
            batch.push(entry);
        }
        if !waiting && batch.len() < BATCH_FILES && batch_bytes < BATCH_BYTES {
            return ControlFlow::Continue(());
        }
        batch_bytes = 0;
        match work(std::mem::take(&mut batch), read, false) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(error) = failure {
        return Err(error);
    }
    work(batch, total_bytes.unwrap_or_default(), true)?;
    if let End::Truncated { message } = walked.end {
        return Err(Error::Archive {
            path: name,
            message,
        });
    }
    if prune && walked.one_page {
        collected
            .report
            .note("a single page stands for no part of the tree: nothing was pruned");
    } else if prune {
        let prefix = if walked.prefix.is_empty() {
            String::new()
        } else {
            format!("{}/", walked.prefix)
        };
        collected.prune(&snapshot, &prefix)?;
    }
    let change = collected.change(&snapshot);
    let so_far = progress_of(
        &collected.report,
        total_bytes.unwrap_or_default(),
        total_bytes,
    );
    collected.account(commit(shared, &writer, change, &mut throttle, &so_far)?);
    let mut report = collected.finish();
    report.seconds = started.elapsed().as_secs_f64();
    // The commit stands: it is too late to break.
    let _ = throttle.last(&progress_of(
        &report,
        total_bytes.unwrap_or(report.bytes),
        total_bytes,
    ));
    Ok(report)
}

/// Commits on a thread of its own, so that this one goes on telling progress and hears a wish to stop.
fn commit(
    shared: &Shared,
    writer: &Writer<'_>,
    change: WriteBatch,
    throttle: &mut Throttle<'_>,
    so_far: &Progress,
) -> Result<WriteOutcome> {
    let stop = change.stop.clone();
    let (done, wait) = sync_channel(1);
    std::thread::scope(|scope| {
        let thread = scope.spawn(move || {
            let outcome = shared.commit(writer, change);
            // The other end waits for exactly this.
            let _ = done.send(outcome);
        });
        loop {
            match wait.recv_timeout(PATIENCE) {
                Ok(outcome) => return outcome,
                Err(RecvTimeoutError::Timeout) if throttle.tell(so_far).is_break() => stop.raise(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    // Joined here, its panic does not go on in this thread.
                    let _ = thread.join();
                    let message = "the commit ended unexpectedly; what was committed before stands"
                        .to_owned();
                    return Err(Error::Internal { message });
                }
            }
        }
    })
}

fn progress_of(report: &Report, bytes: u64, total_bytes: Option<u64>) -> Progress {
    Progress {
        pages: report.files,
        bytes,
        total_bytes,
        failed: report.failed,
    }
}

fn examine_all(
    snapshot: &Snapshot,
    batch: Vec<Entry>,
    limits: &PageLimits,
    buffers: &Buffers,
) -> Vec<Result<Examined>> {
    batch
        .into_par_iter()
        .map(|entry| examine(snapshot, entry, limits, buffers))
        .collect()
}
