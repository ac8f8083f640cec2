//! The tool that an archive was written for: a few rules in which tools disagree.

use super::path_day;
use super::values::Split;
use crate::event::{unknown, words};

/// The tool that the Markdown pages of an archive were written for. It decides only what tools
/// disagree about:
///
/// | profile | a text of tags or categories | categories from folders | in the body |
/// | --- | --- | --- | --- |
/// | `none` and all others | split at `;`, else at `,`; below `_posts/` the keys `tags` and `categories` else at white space | | |
/// | `jekyll` | `tags` and `categories` split at `;`, else at `,`, else at white space; `tag` and `category` whole | the folders above `_posts` | |
/// | `hugo`, `eleventy`, `hexo` | whole | | |
/// | `pelican` | split at `;`, else at `,` | the first folder, where no key says one | |
/// | `obsidian` | split at `,`, `;` and white space | | `#tags` are tags; what stands between `%%` is a comment |
///
/// ```
/// use eventstore::Profile;
/// assert_eq!("hugo".parse::<Profile>()?, Profile::Hugo);
/// assert_eq!(Profile::default(), Profile::Auto);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum Profile {
    /// By the files that a tool leaves in an archive, such as `_config.yml`; without any, `none`. Its
    /// word is `auto`.
    #[default]
    Auto,
    /// Jekyll: `jekyll`.
    Jekyll,
    /// Hugo: `hugo`.
    Hugo,
    /// Zola: `zola`.
    Zola,
    /// Pelican: `pelican`.
    Pelican,
    /// Hexo: `hexo`.
    Hexo,
    /// Docusaurus: `docusaurus`.
    Docusaurus,
    /// Eleventy: `eleventy`.
    Eleventy,
    /// MkDocs: `mkdocs`.
    Mkdocs,
    /// Astro: `astro`.
    Astro,
    /// Obsidian: `obsidian`.
    Obsidian,
    /// No tool: where tools disagree, what loses nothing. Its word is `none`.
    None,
}

words!(
    Profile, unknown;
    Auto = "auto", Jekyll = "jekyll", Hugo = "hugo", Zola = "zola", Pelican = "pelican", Hexo = "hexo",
    Docusaurus = "docusaurus", Eleventy = "eleventy", Mkdocs = "mkdocs", Astro = "astro",
    Obsidian = "obsidian", None = "none",
);

/// Folders in which a site's pages lie: no subjects of theirs.
const SITE_FOLDERS: [&str; 6] = ["docs", "source", "src", "content", "collections", "pages"];

impl Profile {
    /// How the text of a list of tags or categories is split. `key`: its name.
    pub(super) fn split(self, key: &str, path: &str) -> Split {
        let plural = matches!(key, "tags" | "categories");
        let posts = || path.split('/').any(|part| part == "_posts");
        match self {
            Self::Jekyll if plural => Split::Words,
            Self::Jekyll if matches!(key, "tag" | "category") => Split::Whole,
            Self::Hugo | Self::Eleventy | Self::Hexo => Split::Whole,
            Self::Obsidian => Split::Everywhere,
            Self::Auto | Self::None if plural && posts() => Split::Words,
            _ => Split::Signs,
        }
    }

    /// The categories that a page has by its folders. `has_own`: it says some itself.
    pub(super) fn folder_categories(self, path: &str, has_own: bool) -> Vec<&str> {
        let folders: Vec<&str> = path.split('/').collect();
        let folders = &folders[..folders.len() - 1];
        let mut subjects = folders
            .iter()
            .copied()
            .filter(|folder| !SITE_FOLDERS.contains(folder));
        match self {
            Self::Jekyll => {
                let posts = |&folder: &&str| matches!(folder, "_posts" | "_drafts");
                match folders.iter().copied().any(|folder| posts(&folder)) {
                    true => subjects.take_while(|folder| !posts(folder)).collect(),
                    false => Vec::new(),
                }
            }
            Self::Pelican if !has_own => {
                let dated = |folder: &&str| path_day::of_path(folder).is_none();
                subjects.next().filter(dated).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Profile;

    #[test]
    fn folders_are_categories_where_a_tool_does_that() {
        for (profile, path, has_own, expected) in [
            (
                Profile::Jekyll,
                "sea/ships/_posts/2017-03-02-x.md",
                true,
                "sea ships",
            ),
            (
                Profile::Jekyll,
                "docs/sea/_posts/old/2017-03-02-x.md",
                false,
                "sea",
            ),
            (Profile::Jekyll, "sea/x.md", false, ""),
            (Profile::Jekyll, "_posts/x.md", false, ""),
            (Profile::Pelican, "content/sea/north/x.md", false, "sea"),
            (Profile::Pelican, "content/sea/x.md", true, ""),
            (Profile::Pelican, "content/x.md", false, ""),
            (Profile::None, "sea/_posts/x.md", false, ""),
        ] {
            let found = profile.folder_categories(path, has_own).join(" ");
            assert_eq!(found, expected, "{profile} {path}");
        }
    }
}
