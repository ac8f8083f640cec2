//! A test that calls itself as another process, which does something to a store.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Names the store of a process that [`child`] starts.
const PLACE: &str = "EVENTSTORE_TEST_PLACE";

/// One test of this program as another process, about a store.
pub fn child(test: &str, place: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env(PLACE, place)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// The store of this process, if [`child`] started it: a test that is such a process does nothing in any other.
pub fn place_of_child() -> Option<PathBuf> {
    std::env::var_os(PLACE).map(PathBuf::from)
}
