//! Ctrl-C, and other requests to end.

use std::process;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::error::say_error;
use eventstore::{Error, Result};

/// How long a command may take to end in good order. Together with the time until it notices, the
/// end comes within a second.
const GRACE: Duration = Duration::from_millis(800);

static ASKED: AtomicBool = AtomicBool::new(false);

/// Listens from now on; a second call changes nothing. `text` is said where a command does not end in time.
pub(crate) fn listen_for_interrupts(text: &'static str) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // It runs on a thread of its own, so it may wait. A process that cannot listen is ended by
        // the system instead.
        let _ = ctrlc::set_handler(move || {
            if !ASKED.swap(true, Ordering::Relaxed) {
                thread::sleep(GRACE);
                // A commit and a compaction do not look. A process that ends at any instant leaves
                // the last commit.
                say_error(text);
            }
            process::exit(130);
        });
    });
}

/// Whether the user asked to end.
pub(crate) fn is_interrupted() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// [`Error::Interrupted`] once the user asked to end.
pub(crate) fn check_interrupt() -> Result<()> {
    match is_interrupted() {
        true => Err(Error::Interrupted),
        false => Ok(()),
    }
}
