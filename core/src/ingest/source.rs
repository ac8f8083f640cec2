//! What can be ingested, and what comes out of it: files with their paths, whatever they came in.

use std::path::{Path, PathBuf};

use super::archive_names::ArchiveNames;
use super::walk::Cutter;

/// Where pages come from.
///
/// A path is a directory, a `.tar`, `.tar.gz`, `.tar.zst` or `.zip` archive (recognised by its
/// content first, by its name second), or one `.md` file. Pages in memory are pairs of a path with
/// `/` and bytes.
///
/// ```
/// use eventstore::Archive;
///
/// let archive = Archive::from("news.tar.gz");
/// assert_eq!(archive, Archive::from(std::path::Path::new("news.tar.gz")));
/// let pages = Archive::from(vec![("news/2017/03/2/a-title.md".to_owned(), b"### ...".to_vec())]);
/// assert_ne!(archive, pages);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Archive {
    /// A directory, an archive or a page on disk.
    Path(PathBuf),
    /// Pages in memory.
    Pages(Vec<(String, Vec<u8>)>),
}

impl Archive {
    /// The names of its files, where they are at hand; none of a path.
    pub(super) fn names(&self) -> Option<ArchiveNames> {
        let Self::Pages(pages) = self else {
            return None;
        };
        let mut names = ArchiveNames::default();
        pages.iter().for_each(|(path, _)| names.see(path));
        Some(names)
    }

    /// The same path; of pages in memory an archive of none.
    #[cfg(feature = "arrow")]
    pub(super) fn clone_of_path(&self) -> Self {
        match self {
            Self::Path(path) => Self::Path(path.clone()),
            Self::Pages(_) => Self::Pages(Vec::new()),
        }
    }

    /// What errors name it by.
    pub(crate) fn name(&self) -> PathBuf {
        match self {
            Self::Path(path) => path.clone(),
            Self::Pages(_) => PathBuf::from("<pages>"),
        }
    }

    /// Whether it is known beforehand that no name comes twice.
    pub(crate) fn has_names_once(&self) -> bool {
        match self {
            Self::Path(path) => path.is_dir(),
            Self::Pages(_) => false,
        }
    }

    /// The bytes to be read, where they are known beforehand, in the same measure as the positions
    /// that a walk reports.
    pub(crate) fn total_bytes(&self) -> Option<u64> {
        match self {
            Self::Path(path) => {
                let metadata = path.metadata().ok()?;
                metadata.is_file().then_some(metadata.len())
            }
            Self::Pages(pages) => Some(pages.iter().map(|(_, bytes)| bytes.len() as u64).sum()),
        }
    }
}

impl From<PathBuf> for Archive {
    fn from(path: PathBuf) -> Self {
        Self::Path(path)
    }
}

impl From<&PathBuf> for Archive {
    fn from(path: &PathBuf) -> Self {
        Self::Path(path.clone())
    }
}

impl From<&Path> for Archive {
    fn from(path: &Path) -> Self {
        Self::Path(path.to_path_buf())
    }
}

impl From<&str> for Archive {
    fn from(path: &str) -> Self {
        Self::Path(path.into())
    }
}

impl From<String> for Archive {
    fn from(path: String) -> Self {
        Self::Path(path.into())
    }
}

impl From<&String> for Archive {
    fn from(path: &String) -> Self {
        Self::Path(path.into())
    }
}

impl From<Vec<(String, Vec<u8>)>> for Archive {
    fn from(pages: Vec<(String, Vec<u8>)>) -> Self {
        Self::Pages(pages)
    }
}

/// Collects pages in memory, whatever their paths and bytes are given as.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use eventstore::Archive;
///
/// let pages = BTreeMap::from([("news/2017/03/2/a-title.md", "### ...")]);
/// let archive: Archive = pages.into_iter().collect();
/// ```
impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Archive {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(pages: I) -> Self {
        let pages = pages.into_iter();
        Self::Pages(
            pages
                .map(|(path, bytes)| (path.into(), bytes.into()))
                .collect(),
        )
    }
}

/// A file of an archive. Its path has `/` between its parts, none of them empty, `.` or `..`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A `.md` file with its content.
    File { path: String, bytes: Vec<u8> },
    /// A `.md` file over `Limits::page_bytes`; not read. The page is there, and fails.
    TooLarge { path: String, size: u64 },
    /// Any other file; not read. The note says why, where it is no plain file.
    Other { path: String, note: Option<String> },
    /// A file below a folder whose name begins with a dot; not read.
    Hidden { path: String },
    /// A page that is there but is not taken: a link, a device, a name that leads elsewhere or
    /// cannot be read. The path is shown as well as it can be. It fails, as a page that is too
    /// large does.
    Refused { path: String, reason: String },
    /// No file: nothing came for a while, and the consumer may stop the walk.
    Waiting,
}

impl Entry {
    /// Its path, if it is a file.
    pub(super) fn path(&self) -> Option<&str> {
        match self {
            Self::File { path, .. }
            | Self::TooLarge { path, .. }
            | Self::Other { path, .. }
            | Self::Hidden { path }
            | Self::Refused { path, .. } => Some(path),
            Self::Waiting => None,
        }
    }

    /// Bytes that it holds in memory, about.
    pub(super) fn held_bytes(&self) -> usize {
        match self {
            Self::File { path, bytes } => path.len() + bytes.len(),
            Self::TooLarge { path, .. } | Self::Hidden { path } => path.len(),
            Self::Other { path, note } => path.len() + note.as_ref().map_or(0, String::len),
            Self::Refused { path, reason } => path.len() + reason.len(),
            Self::Waiting => 0,
        }
    }
}

/// How a walk ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// At the archive's end.
    Whole,
    /// The archive is cut short or damaged. Everything before that point was handed over; what
    /// follows is unknown.
    Truncated { message: String },
    /// The consumer asked for it.
    Stopped,
}

/// What a walk knows at its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Walked {
    pub end: End,
    /// The part of the tree that a directory stands for, such as `news/2017`; it stands before each
    /// path. Else empty.
    pub prefix: String,
    /// Whether the source is a single page, which stands for no part of the tree.
    pub one_page: bool,
    /// Files handed over, of every kind but the hidden ones.
    pub files: u64,
    /// What a person may want to know about the archive.
    pub notes: Vec<String>,
    /// The archive has bytes that were not read as files; the notes say so. It may hold more pages.
    pub unread: bool,
    /// Of a walk over names: where the source can be cut.
    pub cuts: Option<Cutter>,
}
