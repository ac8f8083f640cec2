//! Where the project's data and the real archives lie, and archives made of pages.

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

/// A tar of these pages.
pub fn tar_of(pages: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in pages {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, path, &bytes[..]).unwrap();
    }
    builder.into_inner().unwrap()
}
