//! The formats of pages that are kept as they are: every format but the Context's, one line each.
//!
//! `docs/page-formats.md` shows how a further one is written.

use super::lines::Step;
#[cfg(test)]
use super::logbook;
use super::markdown::{self, ArchiveChoice, ReadPage};

/// A format of pages whose bytes are kept as they are, beside what is read of them.
pub(crate) struct KeptFormat {
    /// Part of the hash by which an unchanged page is known.
    pub name: &'static str,
    /// Raised whenever the same bytes may be read as another page of this format. Its unchanged pages are
    /// then read again, and no page of another format.
    pub version: u32,
    /// Whether a file is a page of this format wherever it lies, by its text and its path within the
    /// archive. Called for each page of an archive, so it looks at the first bytes.
    pub claims: fn(text: &str, path: &str) -> bool,
    /// Reads a page: its text, its path within the archive, its id, and what was chosen for the archive.
    pub read: fn(&str, &str, &str, &ArchiveChoice) -> Step<ReadPage>,
}

/// The formats, in the order in which they are asked. The last takes every page that none claims.
const FORMATS: &[KeptFormat] = &[
    #[cfg(test)]
    logbook::FORMAT,
    markdown::FORMAT,
];

/// The format of a page. Bytes that are no text are of the last one, which says so. Where there is one
/// format alone, nothing is read.
pub(crate) fn format_of(bytes: &[u8], path: &str) -> &'static KeptFormat {
    let (last, others) = FORMATS.split_last().unwrap_or((&markdown::FORMAT, &[]));
    if others.is_empty() {
        return last;
    }
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let mut others = others.iter();
    others
        .find(|format| (format.claims)(text, path))
        .unwrap_or(last)
}

/// Whether a format has a page to itself, so that it is no free page of the Context's site.
pub(crate) fn is_claimed(text: &str, path: &str) -> bool {
    FORMATS.iter().any(|format| (format.claims)(text, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_a_name_of_its_own_and_the_last_takes_what_is_left() {
        let mut names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        assert_eq!(names, ["logbook", "markdown"]);
        names.dedup();
        assert_eq!(names.len(), FORMATS.len());
        for (text, path, format, claimed) in [
            ("%% 2017-03-02 A storm\n", "a.md", "logbook", true),
            ("---\ntitle: T\n---\n", "a.md", "markdown", true),
            ("Text\n", "a.md", "markdown", false),
            ("", "a.md", "markdown", false),
        ] {
            assert_eq!(format_of(text.as_bytes(), path).name, format, "{text:?}");
            assert_eq!(is_claimed(text, path), claimed, "{text:?}");
        }
    }
}
