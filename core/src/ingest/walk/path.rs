//! Names in archives: which are pages, which are refused, and which part of the tree a directory
//! is.
//!
//! Nothing is unpacked to disk, so a name needs no more care than the reading of a path asks for: a
//! leading slash, a drive (`C:`) or a name that Windows reserves (`NUL.md`) is harmless here. Only
//! `..` is refused, since a page that lies outside of its archive has no path.

use std::borrow::Cow;
use std::path::{Component, Path};

use crate::event::{PAGE_ENDINGS, escaped};
use crate::ingest::limits::Limits;

/// Bytes up to which a name that is not taken is shown whole.
const SHOWN_WHOLE: usize = 4096;

/// Bytes that are shown of a longer one, at its start and at its end.
const SHOWN_START: usize = 200;
const SHOWN_END: usize = 40;

/// What a name in an archive stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum EntryName {
    /// A file with the ending of a page, by its path in plain spelling.
    Page(String),
    /// Any other file; the path is as it can be shown.
    Other(String),
    /// Below a folder whose name begins with a dot, such as `.git`; the path is as it can be shown.
    Hidden(String),
    /// The name of a page that is not taken, as it can be shown, and why.
    Refused(String, String),
    /// More folders than allowed.
    TooDeep,
}

impl EntryName {
    /// Judges a name as an archive has it. Empty parts and `.` fall away. Backslashes separate
    /// parts where the name has no slash, as programs on Windows write them.
    pub(super) fn judge(name: &[u8], limits: &Limits) -> Self {
        if name.len() > limits.path_bytes {
            let reason = format!(
                "its path has {} bytes; the limit is {} (limits.path_bytes)",
                name.len(),
                limits.path_bytes
            );
            return Self::untaken(name, reason);
        }
        match std::str::from_utf8(name) {
            Ok(name) => Self::judge_text(&with_slashes(name), limits),
            Err(_) => Self::untaken(name, "its name is not UTF-8".to_owned()),
        }
    }

    /// What is not taken: a failed page if its name is a page's, else one of the other files.
    pub(super) fn untaken(name: &[u8], reason: String) -> Self {
        let mut parts = name.rsplit(|byte| matches!(byte, b'/' | b'\\'));
        let file = parts.next().unwrap_or_default();
        let is_hidden = |part: &[u8]| part.starts_with(b".") && !matches!(part, b"." | b"..");
        if parts.any(is_hidden) && !name.windows(2).any(|two| two == b"..") {
            return Self::Hidden(shown(name));
        }
        let ends = |ending: &&str| file.ends_with(ending.as_bytes());
        let is_page = PAGE_ENDINGS.iter().any(ends) && !file.starts_with(b".");
        match is_page || name.is_empty() {
            true => Self::Refused(shown(name), reason),
            false => Self::Other(shown(name)),
        }
    }

    fn judge_text(name: &str, limits: &Limits) -> Self {
        let untaken = |reason: &str| Self::untaken(name.as_bytes(), reason.to_owned());
        if name.contains('\0') {
            return untaken("its path holds a NUL");
        }
        let (mut file, mut count) = ("", 0);
        // Whether the name is its path's plain spelling; whether a part before the last one begins
        // with a dot.
        let (mut plain, mut hidden) = (true, false);
        for part in name.split('/') {
            match part {
                "" | "." => plain = false,
                ".." => return untaken("its path leaves the archive by `..`"),
                _ => {
                    hidden |= file.starts_with('.');
                    file = part;
                    count += 1;
                }
            }
        }
        if count == 0 {
            return Self::Refused(name.to_owned(), "it has no name".to_owned());
        }
        if count > limits.depth + 1 && !hidden {
            return Self::TooDeep;
        }
        let path = match plain {
            true => name.to_owned(),
            false => {
                let parts = name.split('/').filter(|part| !matches!(*part, "" | "."));
                parts.collect::<Vec<_>>().join("/")
            }
        };
        if hidden {
            return Self::Hidden(path);
        }
        // `._x.md` and `__MACOSX/` are what macOS adds to archives for its own use.
        let is_page = PAGE_ENDINGS.iter().any(|ending| file.ends_with(ending));
        if is_page && !file.starts_with('.') && !path.starts_with("__MACOSX/") {
            Self::Page(path)
        } else {
            Self::Other(path)
        }
    }
}

/// A name that is not taken, as text of bounded length: of a long one its start and its end, by which
/// names of one start differ.
fn shown(name: &[u8]) -> String {
    let text = |bytes: &[u8]| escaped(&String::from_utf8_lossy(bytes)).into_owned();
    if name.len() <= SHOWN_WHOLE {
        return text(name);
    }
    let (start, end) = (&name[..SHOWN_START], &name[name.len() - SHOWN_END..]);
    format!("{}…{}", text(start), text(end))
}

/// A name with `/` between its parts.
fn with_slashes(name: &str) -> Cow<'_, str> {
    match name.contains('\\') && !name.trim_start_matches("./").contains('/') {
        true => Cow::Owned(name.replace('\\', "/")),
        false => Cow::Borrowed(name),
    }
}

/// The plain spelling of a name that a link leads to; none where it leads out of the archive.
pub(super) fn plain(name: &[u8]) -> Option<String> {
    let name = with_slashes(std::str::from_utf8(name).ok()?);
    let parts = name.split('/').filter(|part| !matches!(*part, "" | "."));
    let parts: Vec<_> = parts.collect();
    (!parts.contains(&"..")).then(|| parts.join("/"))
}

/// The part of the tree that a directory is, judged by its own place: `/x/news/2017/03` →
/// `news/2017/03`. Empty where it lies in no tree.
pub(super) fn part_of_tree(directory: &Path) -> String {
    // The real place first, which sees through `.`, `..` and links; the spelled one where a link
    // bears the tree's name.
    let real = directory.canonicalize().map(|path| part_of(&path));
    let spelled = std::path::absolute(directory).map(|path| part_of(&path));
    match (real, spelled) {
        (Ok(real), _) if !real.is_empty() => real,
        (_, Ok(spelled)) => spelled,
        _ => String::new(),
    }
}

fn part_of(path: &Path) -> String {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str().unwrap_or_default()),
            Component::ParentDir => return String::new(),
            _ => {}
        }
    }
    let Some(root) = parts
        .iter()
        .rposition(|part| matches!(*part, "news" | "opinion"))
    else {
        return String::new();
    };
    // Below the root come year, month and day, and nothing else.
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let dates = &parts[root + 1..];
    let fits = match dates {
        [] => true,
        [year, rest @ ..] => {
            year.len() == 4
                && digits(year, 4)
                && rest.len() <= 2
                && rest.iter().all(|part| digits(part, 2))
        }
    };
    if fits {
        parts[root..].join("/")
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: &str = "its path leaves the archive by `..`";

    #[test]
    fn names_are_judged() {
        let page = |path: &str| EntryName::Page(path.to_owned());
        let other = |path: &str| EntryName::Other(path.to_owned());
        let hidden = |path: &str| EntryName::Hidden(path.to_owned());
        let refused =
            |name: &str, why: &str| EntryName::Refused(escaped(name).into_owned(), why.to_owned());
        let limits = Limits::default().depth(4);
        for (name, expected) in [
            ("news/2017/03/2/a.md", page("news/2017/03/2/a.md")),
            ("./news//a.md", page("news/a.md")),
            ("a.md", page("a.md")),
            ("日本/…/x.md", page("日本/…/x.md")),
            ("a..b/c...md", page("a..b/c...md")),
            ("a.MD", other("a.MD")),
            ("a.html", other("a.html")),
            ("md", other("md")),
            ("news/._a.md", other("news/._a.md")),
            (".hidden.md", other(".hidden.md")),
            ("__MACOSX/news/a.md", other("__MACOSX/news/a.md")),
            (".git/a.md", hidden(".git/a.md")),
            ("./news/.cache//x/a.md", hidden("news/.cache/x/a.md")),
            (".git/1/2/3/4/5/a", hidden(".git/1/2/3/4/5/a")),
            (".git/a\0.md", hidden(".git/a\\u{0}.md")),
            ("/etc/a.md", page("etc/a.md")),
            ("//etc/a.md", page("etc/a.md")),
            ("C:/a.md", page("C:/a.md")),
            ("news\\2017\\a.md", page("news/2017/a.md")),
            (".\\news\\a.md", page("news/a.md")),
            ("./news\\a.md", page("news/a.md")),
            ("C:\\news\\a.md", page("C:/news/a.md")),
            ("news/a\\b.md", page("news/a\\b.md")),
            ("..\\a.md", refused("../a.md", UP)),
            // Names that Windows reserves for devices: nothing is written under them.
            ("news/NUL.md", page("news/NUL.md")),
            ("aux/com1.md", page("aux/com1.md")),
            ("con", other("con")),
            ("../a.md", refused("../a.md", UP)),
            ("a/../../b.md", refused("a/../../b.md", UP)),
            (".git/../../b.md", refused(".git/../../b.md", UP)),
            ("a/..", other("a/..")),
            ("../a.png", other("../a.png")),
            ("a\0.md", refused("a\0.md", "its path holds a NUL")),
            ("", refused("", "it has no name")),
            ("./.", refused("./.", "it has no name")),
            ("1/2/3/4/a.md", page("1/2/3/4/a.md")),
            ("1/2/3/4/5/a.md", EntryName::TooDeep),
        ] {
            assert_eq!(
                EntryName::judge(name.as_bytes(), &limits),
                expected,
                "{name:?}"
            );
        }
    }

    #[test]
    fn a_name_over_the_limit_is_cut_where_it_is_shown() {
        let limits = Limits::default();
        let exact = format!("{}.md", "x".repeat(4093));
        assert_eq!(
            EntryName::judge(exact.as_bytes(), &limits),
            EntryName::Page(exact.clone())
        );
        let long = format!("{}.md", "日".repeat(1_000_000));
        let EntryName::Refused(shown, reason) = EntryName::judge(long.as_bytes(), &limits) else {
            panic!("not refused");
        };
        assert!(shown.len() < 300 && shown.contains('…'), "{shown}");
        assert!(shown.ends_with(".md"), "{shown}");
        assert!(reason.contains("3000003 bytes") && reason.contains("limits.path_bytes"));
        let other = [&b"x".repeat(3_000_000)[..], b".png"].concat();
        match EntryName::judge(&other, &limits) {
            EntryName::Other(shown) => assert!(shown.len() < 300),
            other => panic!("{other:?}"),
        }
        assert_eq!(
            EntryName::judge(b"abcd.md", &limits.path_bytes(6)),
            EntryName::Refused(
                "abcd.md".to_owned(),
                "its path has 7 bytes; the limit is 6 (limits.path_bytes)".to_owned()
            )
        );
    }

    #[test]
    fn a_directory_of_the_tree_knows_its_part() {
        for (path, expected) in [
            ("/x/news", "news"),
            ("/x/news/2017", "news/2017"),
            ("/x/zh/news/2017/03", "news/2017/03"),
            ("/news/2016/news/2017/3/2", "news/2017/3/2"),
            ("/x/opinion/2017/04/4", "opinion/2017/04/4"),
            ("/x/2017/03", ""),
            ("/x/news/archive", ""),
            ("/x/news/2017/march", ""),
            ("/x/news/17", ""),
            ("/x/news/2017/3/2/1", ""),
            ("/x", ""),
        ] {
            assert_eq!(part_of(Path::new(path)), expected, "{path}");
        }
    }
}
