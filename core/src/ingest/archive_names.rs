//! What the names of an archive's files say, which a Markdown page has to be read by.

use super::markers::Markers;
use crate::event::dated_path;

/// What is known from the names of all files of an archive.
///
/// Neither the one folder that all files lie in nor a tree of the Context can be known from one
/// name, so Markdown pages wait until all names were seen.
#[derive(Debug, Default, Clone)]
pub(super) struct ArchiveNames {
    /// The first folders of the paths that were seen, at most two of them; empty for a file that
    /// lies in none.
    tops: Vec<String>,
    /// What stands before `news/Y/M/D` or `opinion/Y/M/D` in a path.
    context_roots: Vec<String>,
    /// What the files of tools say.
    pub markers: Markers,
}

impl ArchiveNames {
    /// Names of which only this is known: what stands before the trees of the Context.
    #[cfg(feature = "arrow")]
    pub fn of_roots(context_roots: Vec<String>) -> Self {
        Self {
            context_roots,
            ..Self::default()
        }
    }

    /// What stands before the trees of the Context.
    #[cfg(feature = "arrow")]
    pub fn context_roots(&self) -> &[String] {
        &self.context_roots
    }

    /// Takes the path of one more file.
    pub fn see(&mut self, path: &str) {
        // What macOS adds to an archive is no part of it.
        if path.starts_with("__MACOSX/") {
            return;
        }
        self.markers.see(path);
        let top = path.split_once('/').map_or("", |(top, _)| top);
        if self.tops.len() < 2 && !self.tops.iter().any(|seen| seen == top) {
            self.tops.push(top.to_owned());
        }
        // Nearly every file lies in the tree of the one before it; looking for a day costs more.
        let is_known = |root: &String| {
            let rest = path.strip_prefix(root.as_str());
            rest.is_some_and(|rest| rest.starts_with("news/") || rest.starts_with("opinion/"))
        };
        if !self.context_roots.iter().any(is_known)
            && let Some(found) = dated_path(path)
        {
            self.context_roots.push(path[..found.start].to_owned());
        }
    }

    /// The one folder that all files of a packed archive lie in, with its slash; empty if they do
    /// not lie in one. Tools pack a project as one folder, whose name is no part of its pages'.
    pub fn top(&self) -> &str {
        match self.tops.as_slice() {
            [top] => top,
            _ => "",
        }
    }

    /// Whether a file lies in a tree of the Context, where a page without front matter is a free
    /// page of its site.
    pub fn is_in_context(&self, path: &str) -> bool {
        let mut roots = self.context_roots.iter();
        roots.any(|root| path.starts_with(root.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::ArchiveNames;

    fn names(paths: &[&str]) -> ArchiveNames {
        let mut names = ArchiveNames::default();
        paths.iter().for_each(|path| names.see(path));
        names
    }

    #[test]
    fn the_top_is_the_one_folder_that_all_files_lie_in() {
        assert_eq!(names(&["docs/a.md", "docs/b/c.md"]).top(), "docs");
        assert_eq!(names(&["docs/a.md", "b/c.md"]).top(), "");
        assert_eq!(names(&["docs/a.md", "README.md"]).top(), "");
        assert_eq!(names(&["a.md"]).top(), "");
        assert_eq!(names(&["docs/a.md", "__MACOSX/docs/._a.md"]).top(), "docs");
        assert_eq!(names(&["docs/a.md", ".obsidian/app.json"]).top(), "");
        assert_eq!(names(&[]).top(), "");
    }

    #[test]
    fn what_lies_beside_news_with_a_day_is_in_a_tree_of_the_context() {
        let tree = names(&["x/news/2017/03/2/a.md", "x/README.md", "blog/posts/a.md"]);
        for (path, inside) in [
            ("x/README.md", true),
            ("x/faq/index.md", true),
            ("x/news/2017/03/2/b.md", true),
            ("blog/posts/a.md", false),
            ("README.md", false),
            ("xx/README.md", false),
        ] {
            assert_eq!(tree.is_in_context(path), inside, "{path}");
        }
        assert!(names(&["news/2017/03/2/a.md"]).is_in_context("any/thing.md"));
        assert!(!names(&["news/2017/a.md"]).is_in_context("README.md"));
    }
}
