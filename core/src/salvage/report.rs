//! What a salvage gave, and what is lost.

use std::fmt;

use crate::event::{unknown, words};

/// What told a salvage which chunks are those of the newest state.
///
/// ```
/// assert_eq!(eventstore::SalvageBasis::Places.to_string(), "places");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[non_exhaustive]
pub enum SalvageBasis {
    /// `CURRENT`, the root record: what is lost is known.
    #[default]
    Current,
    /// `PLACES`, which was written at the last clean close: `CURRENT` cannot be read. Pages that were removed
    /// since may be given, and it is not known how many are missing.
    Places,
    /// The chunks alone: neither can be read. Pages that were removed or replaced may be given, and it is not
    /// known how many are missing.
    Chunks,
}

words!(SalvageBasis, unknown; Current = "current", Places = "places", Chunks = "chunks");

/// A page that is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LostPage {
    /// The number of the segment.
    pub segment: u32,
    /// The number of the row in it.
    pub row: u32,
    /// The path of the page, where that is not lost too.
    pub path: Option<String>,
    /// What is damaged.
    pub message: String,
}

impl fmt::Display for LostPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            segment,
            row,
            path,
            message,
        } = self;
        match path {
            Some(path) => write!(f, "{path}")?,
            None => f.write_str("a page of unknown path")?,
        }
        write!(f, " (segment {segment}, row {row}): {message}")
    }
}

/// What [`salvage`](crate::salvage) gave, and what is lost.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let at = |name| folder.path().join(name);
/// use eventstore::{ExportOptions, SalvageBasis, Store, salvage};
///
/// Store::open(at("news.store"))?.close()?;
/// let error = salvage(at("news.store"), at("news.tar.zst"), ExportOptions::new()).unwrap_err();
/// assert!(error.to_string().contains("nothing was ever committed"), "{error}");
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SalvageReport {
    /// Pages that were given, listings and twins included.
    pub pages: u64,
    /// Events among them, without twins.
    pub events: u64,
    /// Bytes of these pages.
    pub bytes: u64,
    /// Bytes of the archive.
    pub written: u64,
    /// Pages that are lost.
    pub lost: u64,
    /// The first thousand of these.
    pub losses: Vec<LostPage>,
    /// Pages among the given ones that are lost as they were, and are given in an older state; where of a lost
    /// page nothing is known, all that may be it, also if they were removed.
    pub older: u64,
    /// The paths of the first thousand of these.
    pub older_paths: Vec<String>,
    /// What told which chunks are live.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_word"))]
    pub basis: SalvageBasis,
    /// Chunks that are named and were found nowhere.
    pub damaged_chunks: u64,
    /// Segments of which it is not known which pages were removed: all are given.
    pub without_deletes: u64,
    /// Markdown pages of which it is not known what was chosen for their archive: they are given without a
    /// prefix, profile and map.
    pub without_choice: u64,
    /// Whether it is a resolved store: its pages are given, and not the tags, twins and superseded events that were
    /// given with them. An import derives these from the pages that it has.
    pub is_resolved: bool,
    /// Bytes of the files that were searched.
    pub searched: u64,
    /// Bytes of the files that the system could not read.
    pub unreadable: u64,
    /// Seconds that it took.
    pub seconds: f64,
}

impl SalvageReport {
    /// Whether the archive is an export of the store as it was.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.basis == SalvageBasis::Current
            && !self.is_resolved
            && (self.lost, self.older) == (0, 0)
            && (self.without_deletes, self.without_choice) == (0, 0)
    }
}

#[cfg(feature = "serde")]
fn as_word<S: serde::Serializer>(basis: &SalvageBasis, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(basis)
}
