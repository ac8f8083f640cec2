//! A caller's wish to stop, as long work sees it, and how far that work is.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use crate::error::{Error, Result};

/// Raised by one thread, looked at by those that work: a look costs a nanosecond.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    raised: AtomicBool,
    writing: AtomicBool,
    /// How much of its time has passed, by its last [`CommitStep`].
    percent: AtomicU8,
}

/// A step of a commit, with the percentage of its time that has passed when it is done: measured with
/// 200,000 new pages.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
pub(crate) enum CommitStep {
    /// What follows from the set of pages is known.
    Resolved = 22,
    /// Texts were cut into words.
    Cut = 50,
    /// Rows were written into blocks.
    Encoded = 82,
    /// The segment is built.
    Built = 92,
    /// Its chunks were written, and not yet synced.
    Written = 97,
}

impl Stop {
    /// Asks all who look to stop.
    pub fn raise(&self) {
        self.raised.store(true, Ordering::Relaxed);
    }

    /// [`Error::Interrupted`] once it was raised.
    pub fn check(&self) -> Result<()> {
        if self.raised.load(Ordering::Relaxed) {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }

    /// Says that the work has computed what it will write, and begins to write.
    pub fn begin_writing(&self) {
        self.writing.store(true, Ordering::Relaxed);
    }

    /// Says that a step is done.
    pub fn reached(&self, step: CommitStep) {
        self.percent.store(step as u8, Ordering::Relaxed);
    }

    /// How much of the time of the work has passed, from 0 to 1.
    pub fn done(&self) -> f64 {
        f64::from(self.percent.load(Ordering::Relaxed)) / 100.0
    }

    /// Whether the work is writing.
    pub fn is_writing(&self) -> bool {
        self.writing.load(Ordering::Relaxed)
    }
}
