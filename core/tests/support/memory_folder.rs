//! A folder for stores that are opened thousands of times, where no sync waits for a disk.

use std::path::Path;
use std::process::Command;

/// Where Linux has a file system in memory.
const MEMORY: &str = "/dev/shm";

/// KiB that have to be free there: containers have 64 MiB mostly.
const NEEDED: u64 = 2 << 20;

/// A folder in memory where the system has one with room, else where temporary files are. What a kill or damage leaves is
/// the same on both; a disk that fails or is full is tried elsewhere.
pub fn memory_folder() -> tempfile::TempDir {
    let in_memory = has_room().then(|| tempfile::tempdir_in(MEMORY).ok());
    in_memory
        .flatten()
        .unwrap_or_else(|| tempfile::tempdir().unwrap())
}

fn has_room() -> bool {
    if !Path::new(MEMORY).is_dir() {
        return false;
    }
    let output = Command::new("df").args(["-Pk", MEMORY]).output();
    let text = output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).into_owned(),
    );
    // File system, KiB, used, available.
    let cells = text.lines().nth(1).map(|line| line.split_whitespace());
    let available = cells.and_then(|mut cells| cells.nth(3)?.parse::<u64>().ok());
    available.is_some_and(|available| available >= NEEDED)
}
