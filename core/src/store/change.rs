//! What a write asks for, and what it did.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::snapshot::{RowRef, Snapshot};
use crate::error::{Error, PageError};
use crate::segment::{Interners, PendingRow};
use crate::stop::Stop;

/// A page that is put into the store.
pub(crate) struct PutPage {
    /// Boxed, since rows are moved from list to list.
    pub row: Box<PendingRow>,
    /// Stored rows that it replaces.
    pub replaces: Vec<RowRef>,
    /// What follows from all pages, where that is not derived: in a resolved store.
    pub given: Option<Box<GivenOutcome>>,
}

/// What follows for a page from all pages of its archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenOutcome {
    pub tags: Vec<String>,
    pub superseded: bool,
    pub twin: bool,
}

/// Stored rows that a write removes: a set for each segment of the snapshot.
#[derive(Clone)]
pub(crate) struct RemovedRows {
    pub sets: Vec<RoaringBitmap>,
}

impl RemovedRows {
    /// No rows of a snapshot.
    pub fn new(snapshot: &Snapshot) -> Self {
        Self {
            sets: vec![RoaringBitmap::new(); snapshot.views.len()],
        }
    }

    /// Adds a row.
    pub fn insert(&mut self, at: RowRef) {
        self.sets[at.segment_index].insert(at.row);
    }

    /// Whether a row is among them.
    pub fn contains(&self, at: RowRef) -> bool {
        self.sets[at.segment_index].contains(at.row)
    }

    /// All of them, by segment, then by row.
    pub fn rows(&self) -> impl Iterator<Item = RowRef> + '_ {
        self.sets
            .iter()
            .enumerate()
            .flat_map(|(segment_index, set)| {
                set.iter().map(move |row| RowRef { segment_index, row })
            })
    }

    /// Whether no row is among them.
    pub fn is_empty(&self) -> bool {
        self.sets.iter().all(RoaringBitmap::is_empty)
    }
}

/// [`WriteBatch::row_bytes`] of calls that set no bound of their own.
pub(crate) const ROW_BYTES: u64 = 672 << 20;

/// A write: pages to put and rows to remove.
pub(crate) struct WriteBatch {
    pub puts: Vec<PutPage>,
    pub removed: RemovedRows,
    /// What the numbers of tags and ids in the puts stand for.
    pub interners: Interners,
    /// A refused page fails the write, and nothing is written.
    pub strict: bool,
    /// Most bytes of memory that rows take, those of merged segments included: small segments are
    /// merged only as far as they fit.
    pub row_bytes: u64,
    /// Ends the write early. Looked at until the manifest is about to be written.
    pub stop: Arc<Stop>,
}

impl WriteBatch {
    /// A write that removes rows and puts no page.
    pub fn removing(removed: RemovedRows) -> Self {
        Self {
            puts: Vec::new(),
            removed,
            strict: false,
            row_bytes: ROW_BYTES,
            interners: Interners::default(),
            stop: Arc::default(),
        }
    }
}

/// What a write did.
#[derive(Debug, Default)]
pub(crate) struct WriteOutcome {
    /// Stored events whose tags or supersession changed, although their pages did not.
    pub retagged: usize,
    /// Numbers of the puts that were refused, since an event of the other language owns their id.
    pub refused: Vec<(usize, PageError)>,
    /// Numbers of the puts whose id another page owns.
    pub twins: Vec<usize>,
    /// Path and id of each Markdown page among those.
    pub markdown_twins: Vec<(String, String)>,
    /// What kept the store from compacting itself behind the commit, which stands all the same.
    pub not_compacted: Option<Error>,
}
