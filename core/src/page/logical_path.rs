//! What the path of a page says, before the page is read.

use crate::event::{Date, EventId, dated_path, nfc, without_extension};

/// Folders of the site's free pages. An index file in one of them is that page. In any other folder
/// without a day it is the front page of an archive that was unpacked there.
const FREE_FOLDERS: [&str; 3] = ["faq", "api", "news"];

/// The path of a page within its archive, without the folders that the archive lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogicalPath {
    /// The path that names the page in the store, in NFC and otherwise as spelled:
    ///
    /// - from the last `news/Y/M/D/` or `opinion/` on (`news/2017/03/02/slug.md` is another page than
    ///   `news/2017/03/2/slug.md`, with the same id);
    /// - else, for `index.md` and `README.md` of a root folder, the file name, with `zh/` in front in
    ///   the edition's folder;
    /// - else the whole path.
    pub path: String,
    /// The id of an event page with this path; none if the path has no day or names an index file. In
    /// the first case the date of the heading and the file name make the id.
    pub id: Option<EventId>,
    /// The day of the folder, if there is one.
    pub day: Option<Date>,
}

impl LogicalPath {
    /// Reads a path with `/` between its parts. Never fails: an unknown path has neither id nor day.
    pub fn of(path: &str) -> Self {
        let path = path.trim_start_matches("./").trim_start_matches('/');
        let path = nfc(path);
        if let Some(found) = dated_path(&path) {
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
                    // The edition's folder stays: another page may be at the root above it.
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

/// Whether these folders are one that an archive was unpacked in, perhaps with the edition's folder in
/// it. A number is the folder of a day, a month or a year: only a part of the tree was given, and the
/// index file there is a page of its own.
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
    use super::LogicalPath;

    #[test]
    fn a_page_has_the_same_path_whatever_folders_are_before_it() {
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
            let found = LogicalPath::of(path);
            assert_eq!(found.path, named, "{path}");
            assert_eq!(found.id.as_ref().map(|id| id.as_str()), id, "{path}");
            assert_eq!(
                found.day.map(|day| day.to_string()).as_deref(),
                day,
                "{path}"
            );
        }
    }
}
