//! Names of a directory that survive a power cut.

use std::fs::File;
use std::io;
use std::path::Path;

/// Makes names that were made, renamed or removed in a directory survive a power cut.
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    // Elsewhere a directory cannot be opened as a file, and the file system keeps the order itself.
    if cfg!(unix) {
        File::open(path)?.sync_all()
    } else {
        Ok(())
    }
}
