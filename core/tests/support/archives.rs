//! Where the project's data and the real archives lie.

use std::path::{Path, PathBuf};

/// The root of the project.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A real archive in `../shared/data` beside the project; `None`, and a line that says so, where it is absent.
pub fn real_archive(name: &str) -> Option<PathBuf> {
    let path = project().join("../shared/data").join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is absent", path.display());
    }
    path.exists().then_some(path)
}
