//! Paths as people type them.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;

use crate::errors::invalid;

/// A path with `~` and variables such as `$HOME` expanded, as a shell does.
///
/// # Errors
/// `InvalidError` if it is an address of the web, or a pattern and no path of that name is there.
pub fn expanded(path: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    let names = path.py().import("os.path")?;
    let path = path.extract::<PathBuf>()?;
    let path = names.call_method1("expanduser", (path.as_os_str(),))?;
    let path: PathBuf = names.call_method1("expandvars", (path,))?.extract()?;
    let text = path.to_string_lossy();
    if is_address(&text) {
        return Err(invalid(
            "path",
            format!(
                "{text:?} is an address, and only paths on this machine are read; download it first"
            ),
        ));
    }
    if text.contains(['*', '?']) && !Path::new(&path).exists() {
        return Err(invalid(
            "path",
            format!(
                "{text:?} is a pattern, and patterns are not expanded; \
                 write `for path in glob.glob(…)`, or give the folder"
            ),
        ));
    }
    Ok(path)
}

/// Whether it begins with a scheme such as `https:/`; `pathlib` makes one slash of two. One letter
/// is a drive.
fn is_address(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(":/") else {
        return false;
    };
    scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}
