//! Where something is made before it gets its name.

use std::collections::hash_map::RandomState;
use std::ffi::OsString;
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};

/// A path beside another: `.NAME.XXXXXXXX.` and an ending. Nobody else draws it at the time.
pub(crate) fn partial_path(path: &Path, ending: &str) -> PathBuf {
    let drawn = RandomState::new().hash_one(std::process::id()) as u32;
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{drawn:08x}.{ending}"));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::partial_path;

    #[test]
    fn a_partial_path_is_hidden_beside_its_own_and_drawn_anew_each_time() {
        let path = Path::new("some/news.parquet");
        let (one, other) = (partial_path(path, "partial"), partial_path(path, "partial"));
        assert_ne!(one, other);
        assert_eq!(one.parent(), path.parent());
        let name = one.file_name().unwrap().to_str().unwrap();
        assert!(
            name.starts_with(".news.parquet.") && name.ends_with(".partial"),
            "{name}"
        );
        assert_eq!(
            partial_path(Path::new("a.csv"), "part").parent(),
            Some(Path::new(""))
        );
    }
}
