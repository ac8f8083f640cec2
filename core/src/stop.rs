//! A caller's wish to stop, as long work sees it.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// Raised by one thread, looked at by those that work: a look costs a nanosecond.
#[derive(Debug, Default)]
pub(crate) struct Stop(AtomicBool);

impl Stop {
    /// Asks all who look to stop.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// [`Error::Interrupted`] once it was raised.
    pub fn check(&self) -> Result<()> {
        if self.0.load(Ordering::Relaxed) {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }
}
