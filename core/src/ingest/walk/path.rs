//! Names in archives: which are safe, which are pages, and which part of the tree a directory is.

use std::path::{Component, Path};

/// What a name in an archive stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A `.md` file, by its path in plain spelling.
    Page(String),
    /// Any other file.
    Other(String),
    /// Below a folder whose name begins with a dot, such as `.git`.
    Hidden,
    /// It leads out of the archive, or to nothing.
    Refused(&'static str),
    /// More folders than allowed.
    TooDeep,
}

/// Judges a name with `/` between its parts; empty parts and `.` fall away.
pub(super) fn place(name: &str, depth: usize) -> Place {
    let drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if name.starts_with('/') || drive {
        return Place::Refused("its path is absolute");
    }
    if name.contains('\0') {
        return Place::Refused("its path holds a NUL");
    }
    let (mut file, mut count) = ("", 0);
    // Whether the name is its path's plain spelling; whether a part before the last one begins with a dot.
    let (mut plain, mut hidden) = (true, false);
    for part in name.split('/') {
        match part {
            "" | "." => plain = false,
            ".." => return Place::Refused("its path leaves the archive by `..`"),
            _ => {
                hidden |= file.starts_with('.');
                file = part;
                count += 1;
            }
        }
    }
    if count == 0 {
        return Place::Refused("it has no name");
    }
    if count > depth + 1 {
        return Place::TooDeep;
    }
    if hidden {
        return Place::Hidden;
    }
    let path = match plain {
        true => name.to_owned(),
        false => {
            let parts = name.split('/').filter(|part| !matches!(*part, "" | "."));
            parts.collect::<Vec<_>>().join("/")
        }
    };
    // `._x.md` and `__MACOSX/` are what macOS adds to archives for its own use.
    if file.ends_with(".md") && !file.starts_with('.') && !path.starts_with("__MACOSX/") {
        Place::Page(path)
    } else {
        Place::Other(path)
    }
}

/// The part of the tree that a directory is, judged by its own place: `/x/news/2017/03` → `news/2017/03`. Empty where it
/// lies in no tree.
pub(super) fn tail(directory: &Path) -> String {
    // The real place first, which sees through `.`, `..` and links; the spelled one where a link bears the tree's name.
    let real = directory.canonicalize().map(|path| tail_of(&path));
    let spelled = std::path::absolute(directory).map(|path| tail_of(&path));
    match (real, spelled) {
        (Ok(real), _) if !real.is_empty() => real,
        (_, Ok(spelled)) => spelled,
        _ => String::new(),
    }
}

fn tail_of(path: &Path) -> String {
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

    #[test]
    fn names_are_judged() {
        let page = |path: &str| Place::Page(path.to_owned());
        let other = |path: &str| Place::Other(path.to_owned());
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
            (".git/a.md", Place::Hidden),
            ("news/.cache/x/a.md", Place::Hidden),
            ("/etc/a.md", Place::Refused("its path is absolute")),
            ("C:/a.md", Place::Refused("its path is absolute")),
            (
                "../a.md",
                Place::Refused("its path leaves the archive by `..`"),
            ),
            (
                "a/../../b.md",
                Place::Refused("its path leaves the archive by `..`"),
            ),
            (
                ".git/../../b.md",
                Place::Refused("its path leaves the archive by `..`"),
            ),
            (
                "a/..",
                Place::Refused("its path leaves the archive by `..`"),
            ),
            ("a\0.md", Place::Refused("its path holds a NUL")),
            ("", Place::Refused("it has no name")),
            ("./.", Place::Refused("it has no name")),
            ("1/2/3/4/a.md", page("1/2/3/4/a.md")),
            ("1/2/3/4/5/a.md", Place::TooDeep),
        ] {
            assert_eq!(place(name, 4), expected, "{name:?}");
        }
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
            assert_eq!(tail_of(Path::new(path)), expected, "{path}");
        }
    }
}
