//! The canonical path of an event in an archive's tree.

use super::EventId;

impl EventId {
    /// The path of the event's page: `news/2017/03/2/slug.md`, or of an opinion
    /// `opinion/2017/04/4/slug/index.md`.
    pub(crate) fn path(&self) -> String {
        canonical_path(self.as_str())
    }
}

/// [`EventId::path`] of a canonical id that is text.
pub(crate) fn canonical_path(id: &str) -> String {
    if id.starts_with("opinion/") {
        format!("{id}/index.md")
    } else {
        format!("news/{id}.md")
    }
}

/// Whether a path is the canonical one of an id. Allocates nothing.
pub(crate) fn is_canonical_path(path: &str, id: &str) -> bool {
    let middle = if id.starts_with("opinion/") {
        path.strip_suffix("/index.md")
    } else {
        path.strip_prefix("news/")
            .and_then(|path| path.strip_suffix(".md"))
    };
    middle == Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canonical_path_is_that_of_its_id_alone() {
        for (id, path) in [
            ("2017/03/2/a", "news/2017/03/2/a.md"),
            ("opinion/2017/04/4/o", "opinion/2017/04/4/o/index.md"),
        ] {
            assert_eq!(EventId::from_canonical(id).path(), path);
            assert!(is_canonical_path(path, id));
            assert!(!is_canonical_path(path, "2017/03/2/b"));
            assert!(!is_canonical_path(id, id));
        }
    }
}
