//! A caller's wish to stop, as long work sees it, and how far that work is.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// Raised by one thread, looked at by those that work: a look costs a nanosecond.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    raised: AtomicBool,
    writing: AtomicBool,
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

    /// Whether the work is writing.
    pub fn is_writing(&self) -> bool {
        self.writing.load(Ordering::Relaxed)
    }
}
