//! Files that an ingest passes over: why, how many, and which.

use std::collections::BTreeMap;

/// Paths that are named of the files that were passed over for one reason.
const EXAMPLES: usize = 3;

/// Files of an archive that were passed over for one reason.
///
/// ```
/// use eventstore::{IngestOptions, Store};
/// let pages = vec![("static/a.png".to_owned(), vec![]), (".obsidian/app.json".to_owned(), vec![])];
/// let report = Store::memory()?.ingest(pages, IngestOptions::new())?;
/// let hidden = &report.passed_over["hidden folder"];
/// assert_eq!((hidden.count, &*hidden.examples), (1, &[".obsidian/app.json".to_owned()][..]));
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PassedOver {
    /// How many there are.
    pub count: u64,
    /// The paths of some of them: the first three by code points.
    pub examples: Vec<String>,
}

/// Why a file is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PassOverReason {
    /// Its name does not end as pages' do.
    NoMarkdown,
    /// A link, a device.
    NoPlainFile,
    HiddenFolder,
    NodeModules,
    /// What a tool makes new pages from, by its folder: `archetypes/`, `scaffolds/`.
    Scaffold,
    /// What new pages are made from, by the marks in its front matter.
    Template,
    /// A page of the Context's site that is neither event nor listing.
    FreePage,
}

impl PassOverReason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoMarkdown => "not Markdown",
            Self::NoPlainFile => "no plain file",
            Self::HiddenFolder => "hidden folder",
            Self::NodeModules => "node_modules",
            Self::Scaffold => "scaffold",
            Self::Template => "template",
            Self::FreePage => "free page",
        }
    }

    /// Why all files of a folder are passed over, by the path of one of them.
    pub fn of_folder(path: &str) -> Option<Self> {
        let (folders, _) = path.rsplit_once('/')?;
        let mut in_content = false;
        for folder in folders.split('/') {
            match folder {
                "node_modules" => return Some(Self::NodeModules),
                // Below the folder of a tool's pages these are pages, too.
                "archetypes" | "scaffolds" if !in_content => return Some(Self::Scaffold),
                "content" | "source" => in_content = true,
                _ => {}
            }
        }
        None
    }
}

/// The files that were passed over, by reason.
pub(super) type PassedOverFiles = BTreeMap<String, PassedOver>;

/// Counts a file.
pub(super) fn add(files: &mut PassedOverFiles, reason: PassOverReason, path: &str) {
    let of_reason = match files.get_mut(reason.as_str()) {
        Some(of_reason) => of_reason,
        None => files.entry(reason.as_str().to_owned()).or_default(),
    };
    of_reason.count += 1;
    let examples = &mut of_reason.examples;
    let at = examples.partition_point(|known| known.as_str() < path);
    if at < EXAMPLES {
        examples.insert(at, path.to_owned());
        examples.truncate(EXAMPLES);
    }
}

/// Takes a file back: it turned out to be something else.
pub(super) fn take_back(files: &mut PassedOverFiles, reason: PassOverReason, path: &str) {
    let Some(of_reason) = files.get_mut(reason.as_str()) else {
        return;
    };
    of_reason.count -= 1;
    if let Some(at) = of_reason.examples.iter().position(|known| known == path) {
        of_reason.examples.remove(at);
    }
    if of_reason.count == 0 {
        files.remove(reason.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_tools_are_known_wherever_they_lie() {
        for (path, expected) in [
            ("node_modules/a/README.md", Some("node_modules")),
            ("site/themes/x/node_modules/a.js", Some("node_modules")),
            ("content/node_modules/a.md", Some("node_modules")),
            ("archetypes/default.md", Some("scaffold")),
            ("themes/x/archetypes/post.md", Some("scaffold")),
            ("scaffolds/post.md", Some("scaffold")),
            ("content/scaffolds/bamboo.md", None),
            ("source/docs/scaffolds/a.md", None),
            ("scaffolds.md", None),
            ("node_modules", None),
            ("my-archetypes/a.md", None),
        ] {
            let reason = PassOverReason::of_folder(path);
            assert_eq!(reason.map(PassOverReason::as_str), expected, "{path}");
        }
    }

    #[test]
    fn the_first_paths_are_the_examples_in_whatever_order_they_come() {
        let paths = ["d", "b", "e", "a", "c"];
        let mut files = PassedOverFiles::default();
        for path in paths {
            add(&mut files, PassOverReason::Template, path);
        }
        assert_eq!(files["template"].examples, ["a", "b", "c"]);
        take_back(&mut files, PassOverReason::Template, "b");
        take_back(&mut files, PassOverReason::Template, "e");
        let expected = PassedOver {
            count: 3,
            examples: vec!["a".to_owned(), "c".to_owned()],
        };
        assert_eq!(files["template"], expected);
        for path in ["a", "c", "d"] {
            take_back(&mut files, PassOverReason::Template, path);
        }
        assert!(files.is_empty());
    }
}
