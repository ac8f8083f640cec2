//! A commit on a thread of its own, while the caller's thread reports progress and hears a wish to
//! stop.

use std::ops::ControlFlow;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use super::batch::Batch;
use super::progress::Throttle;
use super::{Phase, Progress};
use crate::error::{Error, Result};
use crate::store::{Shared, Snapshot, WriteBatch, WriteOutcome, Writer};

/// How often the caller is asked whether to go on.
const PATIENCE: Duration = Duration::from_millis(100);

/// Commits what waits in a batch, which was examined by this snapshot, and takes in what came of it.
/// Before it so many bytes of the source were `committed`.
pub(super) fn commit_batch(
    (shared, writer): (&Shared, &Writer<'_>),
    batch: &mut Batch,
    snapshot: &Snapshot,
    (mut progress, committed): (Progress, u64),
    throttle: &mut Throttle<'_>,
) -> Result<()> {
    let write_batch = batch.write_batch(snapshot);
    (progress.pages, progress.failed) = (batch.report.files, batch.report.failed);
    let outcome = commit(shared, writer, write_batch, &mut |phase, done| {
        progress.phase = phase;
        progress.set_fraction(committed, done);
        throttle.call(&progress)
    })?;
    if let Some(error) = &outcome.not_compacted {
        batch.report.note(not_compacted(error));
    }
    batch.account(outcome);
    Ok(())
}

/// The note of a compaction that failed behind a commit.
pub(super) fn not_compacted(error: &Error) -> String {
    let why = std::error::Error::source(error).map_or_else(String::new, |why| format!(" ({why})"));
    format!(
        "the commit stands, but the store could not be compacted; the next commit tries again: {error}{why}"
    )
}

/// Commits a batch. `go_on` is called on this thread with the commit's phase and how much of it is done.
pub(super) fn commit(
    shared: &Shared,
    writer: &Writer<'_>,
    batch: WriteBatch,
    go_on: &mut dyn FnMut(Phase, f64) -> ControlFlow<()>,
) -> Result<WriteOutcome> {
    let stop = batch.stop.clone();
    let (done, wait) = sync_channel(1);
    std::thread::scope(|scope| {
        let thread = scope.spawn(move || {
            let outcome = shared.commit(writer, batch);
            // The other end waits for exactly this.
            let _ = done.send(outcome);
        });
        loop {
            match wait.recv_timeout(PATIENCE) {
                Ok(outcome) => return outcome,
                Err(RecvTimeoutError::Timeout) => {
                    let phase = match stop.is_writing() {
                        true => Phase::Writing,
                        false => Phase::Indexing,
                    };
                    if go_on(phase, stop.done()).is_break() {
                        stop.raise();
                    }
                }
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
