//! Ctrl-C, and other requests to end.

use std::process;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::failure::say;
use eventstore::{Error, Result};

/// How long a command may take to end in good order. With what it takes to notice it stays under a second.
const GRACE: Duration = Duration::from_millis(800);

static ASKED: AtomicBool = AtomicBool::new(false);

/// Listens from now on; a second call changes nothing.
pub(super) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // On a thread of its own, so that it may wait. A process that cannot listen is ended by the system instead.
        let _ = ctrlc::set_handler(|| {
            if !ASKED.swap(true, Ordering::Relaxed) {
                thread::sleep(GRACE);
                // In a commit or a compaction nobody looks. A process that ends at any instant leaves the last commit.
                say(&format!("eventstore: {}", Error::Interrupted));
            }
            process::exit(130);
        });
    });
}

/// Whether the user asked to end.
pub(super) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// [`Error::Interrupted`] once the user asked to end.
pub(super) fn check() -> Result<()> {
    match asked() {
        true => Err(Error::Interrupted),
        false => Ok(()),
    }
}
