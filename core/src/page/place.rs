//! What a path says about a page, before it is read.

use crate::event::id::{in_tree, without_extension};
use crate::event::{Date, EventId, text};

/// Folders of the site's free pages. An index file in one of them is that page, in any other folder without a day it
/// is the front page of an archive that was unpacked there.
const FREE_FOLDERS: [&str; 3] = ["faq", "api", "news"];

/// A page's place in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The path that names the page in the store, whatever folders stand before the tree: from the last
    /// `news/Y/M/D/…` or `opinion/…` on, spelled as it is but NFC (`news/2017/03/02/slug.md` is another page than
    /// `news/2017/03/2/slug.md`, with the same id); else the file name for `index.md` and `README.md` of a root
    /// (`zh/index.md` in the edition's folder); else the whole path.
    pub path: String,
    /// The id of an event page here; none if the path is too short (then the heading's date and the file name make
    /// it) or names an index file.
    pub id: Option<EventId>,
    /// The day of the folder, if there is one.
    pub day: Option<Date>,
}

impl Place {
    /// Reads a path with `/` between its parts. Never fails: an unknown place has neither id nor day.
    pub fn of(path: &str) -> Self {
        let path = path.trim_start_matches("./").trim_start_matches('/');
        let path = text::nfc(path);
        if let Some(found) = in_tree(&path) {
            let rest = &path[found.rest..];
            let name = match rest.rsplit_once('/') {
                Some((folder, file)) if found.opinion && is_index(file) => Some(folder),
                Some(_) => None,
                None => rest.ends_with(".md").then_some(rest),
            };
            return Self {
                path: path[found.start..].to_owned(),
                id: name.and_then(|name| EventId::at(found.opinion, found.day, name)),
                day: Some(found.day),
            };
        }
        let named = match path.rfind("opinion/") {
            Some(at) if at == 0 || path.as_bytes()[at - 1] == b'/' => &path[at..],
            _ => match path.rsplit_once('/') {
                Some((folders, file)) if is_index(file) && is_root(folders) => {
                    // The edition's folder stays: another page may lie at the root above it.
                    let edition = folders == "zh" || folders.ends_with("/zh");
                    &path[path.len() - file.len() - if edition { "zh/".len() } else { 0 }..]
                }
                _ => &path,
            },
        };
        Self {
            path: named.to_owned(),
            id: None,
            day: None,
        }
    }

    /// The file name without its ending.
    pub fn name(&self) -> &str {
        without_extension(self.path.rsplit('/').next().unwrap_or_default())
    }

    /// Whether the path ends as pages do.
    pub fn is_markdown(&self) -> bool {
        self.path.ends_with(".md")
    }
}

fn is_index(file: &str) -> bool {
    matches!(file, "index.md" | "README.md")
}

/// One folder that an archive was unpacked in, with or without the edition's folder. A number is a day's, a month's or
/// a year's folder of a tree that was given in part: its index file is a page of its own.
fn is_root(folders: &str) -> bool {
    let parts: Vec<&str> = folders.split('/').collect();
    match parts[..] {
        [folder] => {
            !FREE_FOLDERS.contains(&folder) && !folder.bytes().all(|byte| byte.is_ascii_digit())
        }
        [_, edition] => edition == "zh",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_place_is_told_whatever_folders_stand_before_it() {
        for (path, named, id, day) in [
            (
                "news/2017/03/2/a.md",
                "news/2017/03/2/a.md",
                Some("2017/03/2/a"),
                Some("2017-03-02"),
            ),
            (
                "./x/zh/news/2017/03/2/a.md",
                "news/2017/03/2/a.md",
                Some("2017/03/2/a"),
                Some("2017-03-02"),
            ),
            (
                "news/2017/03/02/a.md",
                "news/2017/03/02/a.md",
                Some("2017/03/2/a"),
                Some("2017-03-02"),
            ),
            (
                "/old/news/2017/03/2/index.md",
                "news/2017/03/2/index.md",
                None,
                Some("2017-03-02"),
            ),
            (
                "news/2017/03/2/README.md",
                "news/2017/03/2/README.md",
                None,
                Some("2017-03-02"),
            ),
            (
                "news/2017/03/2/a.html",
                "news/2017/03/2/a.html",
                None,
                Some("2017-03-02"),
            ),
            (
                "news/2017/03/2/img/a.md",
                "news/2017/03/2/img/a.md",
                None,
                Some("2017-03-02"),
            ),
            (
                "x/opinion/2017/04/4/a/README.md",
                "opinion/2017/04/4/a/README.md",
                Some("opinion/2017/04/4/a"),
                Some("2017-04-04"),
            ),
            (
                "opinion/2017/04/4/a.md",
                "opinion/2017/04/4/a.md",
                Some("opinion/2017/04/4/a"),
                Some("2017-04-04"),
            ),
            ("x/opinion/index.md", "opinion/index.md", None, None),
            ("index.md", "index.md", None, None),
            ("repository-1/README.md", "README.md", None, None),
            ("repository-1/zh/index.md", "zh/index.md", None, None),
            ("zh/README.md", "zh/README.md", None, None),
            ("faq/index.md", "faq/index.md", None, None),
            ("a/b/README.md", "a/b/README.md", None, None),
            ("2/index.md", "2/index.md", None, None),
            ("2/README.md", "2/README.md", None, None),
            ("2017/03/2/a.md", "2017/03/2/a.md", None, None),
            ("news/2017/13/2/a.md", "news/2017/13/2/a.md", None, None),
            ("xnews/2017/03/2/a.md", "xnews/2017/03/2/a.md", None, None),
            ("", "", None, None),
        ] {
            let place = Place::of(path);
            assert_eq!(place.path, named, "{path}");
            assert_eq!(place.id.as_ref().map(|id| id.as_str()), id, "{path}");
            assert_eq!(
                place.day.map(|day| day.to_string()).as_deref(),
                day,
                "{path}"
            );
        }
    }
}
