//! How much of an archive is taken before it counts as a mistake or an attack.

/// Bounds of an ingest. Each is far above what real archives hold, and each failure says how to raise it.
///
/// ```
/// use eventstore::Limits;
///
/// let limits = Limits { page_bytes: 4 << 20, ..Limits::default() };
/// assert_eq!(limits.depth, 64);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Largest page in bytes; 1 MiB. A larger one fails alone and is never held in memory. (The largest page of the
    /// complete Chinese edition has 7,628 bytes.)
    pub page_bytes: u64,
    /// Most sources, related entries, changes or listed items of one page; 10,000. A page with more fails alone.
    pub page_items: usize,
    /// Most files in an archive, those that are no pages included; 50 million.
    pub entries: u64,
    /// Most bytes of an archive after decompression; 1 TiB. Stops archives that unpack without end.
    pub total_bytes: u64,
    /// Most folders above each other; 64.
    pub depth: usize,
    /// About how many bytes of memory the pages of one commit may take while they wait for it; 672 MiB, which some
    /// 550,000 pages fit into. Bounds memory: an ingest takes about twice as much. Larger archives are committed in
    /// steps, and an ingest that was stopped goes on after the last one.
    pub commit_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page_bytes: 1 << 20,
            page_items: 10_000,
            entries: 50_000_000,
            total_bytes: 1 << 40,
            depth: 64,
            commit_bytes: 672 << 20,
        }
    }
}
