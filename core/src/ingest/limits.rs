//! How much of an archive is taken before it counts as a mistake or an attack.

use crate::page::PageLimits;
use crate::store::ROW_BYTES;

/// Bounds of an ingest. Each is far above what real archives hold, and each failure names the limit
/// that it exceeds.
///
/// | limit | default | beyond it | memory that it bounds |
/// | --- | --- | --- | --- |
/// | `page_bytes` | 1 MiB | the page fails alone | pages that are read but not yet parsed: up to 20 of this size |
/// | `page_items` | 100,000 | the page fails alone | a parsed page: 12 bytes an item |
/// | `path_bytes` | 4 KiB | the page fails alone, its path is shown cut | 1,000 failures and 1,000 notes in a report: some 10 MB |
/// | `entries` | 50 million | the ingest ends with an error | 40 bytes a file: every path is remembered by a hash; each path of folders before the `news/` or `opinion/` of a page takes its bytes and 40 once |
/// | `total_bytes` | 1 TiB | the ingest ends with an error | none; bounds time |
/// | `depth` | 64 | the ingest ends with an error | none |
/// | `commit_bytes` | 672 MiB | what was read so far is committed | pages that wait for a commit, with the folders before them |
///
/// ```
/// use eventstore::Limits;
///
/// let limits = Limits::default().page_bytes(4 << 20);
/// assert_eq!((limits.page_bytes, limits.depth), (4 << 20, 64));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Largest page in bytes; 1 MiB. A larger one fails alone and is never held in memory. (The
    /// largest page of the complete Chinese edition has 7,628 bytes.)
    pub page_bytes: u64,
    /// Most sources, related entries, changes or listed items of one page; 100,000. A page with
    /// more fails alone.
    pub page_items: usize,
    /// Longest path of a file in bytes; 4 KiB, the limit of Linux. A page with a longer one fails
    /// alone.
    pub path_bytes: usize,
    /// Most files in an archive, those that are no pages included; 50 million.
    pub entries: u64,
    /// Most bytes of an archive after decompression; 1 TiB. Stops archives that unpack without end.
    pub total_bytes: u64,
    /// Most folders above each other; 64.
    pub depth: usize,
    /// Most bytes of memory that the pages of one commit take while they wait for it; 672 MiB,
    /// which some 550,000 pages fit into. A larger archive is committed in steps, and an ingest
    /// that was stopped goes on after the last one. The process takes at most about twice
    /// as much, 200 MB, and half a KB for each page of the store. (Of 1,500 pages of 1 MB, 301 MB were
    /// measured with 64 MiB and 1,243 MB with the default; of a million small pages 1,984 MB.)
    pub commit_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page_bytes: 1 << 20,
            page_items: 100_000,
            path_bytes: 4 << 10,
            entries: 50_000_000,
            total_bytes: 1 << 40,
            depth: 64,
            commit_bytes: ROW_BYTES,
        }
    }
}

impl Limits {
    /// Sets [`page_bytes`](Self::page_bytes).
    #[must_use]
    pub fn page_bytes(self, page_bytes: u64) -> Self {
        Self { page_bytes, ..self }
    }

    /// Sets [`page_items`](Self::page_items).
    #[must_use]
    pub fn page_items(self, page_items: usize) -> Self {
        Self { page_items, ..self }
    }

    /// Sets [`path_bytes`](Self::path_bytes).
    #[must_use]
    pub fn path_bytes(self, path_bytes: usize) -> Self {
        Self { path_bytes, ..self }
    }

    /// Sets [`entries`](Self::entries).
    #[must_use]
    pub fn entries(self, entries: u64) -> Self {
        Self { entries, ..self }
    }

    /// Sets [`total_bytes`](Self::total_bytes).
    #[must_use]
    pub fn total_bytes(self, total_bytes: u64) -> Self {
        Self {
            total_bytes,
            ..self
        }
    }

    /// Sets [`depth`](Self::depth).
    #[must_use]
    pub fn depth(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// Sets [`commit_bytes`](Self::commit_bytes).
    #[must_use]
    pub fn commit_bytes(self, commit_bytes: u64) -> Self {
        Self {
            commit_bytes,
            ..self
        }
    }

    /// What a page may hold.
    pub(crate) fn of_page(&self) -> PageLimits {
        PageLimits {
            bytes: usize::try_from(self.page_bytes).unwrap_or(usize::MAX),
            items: self.page_items,
        }
    }
}
