//! Removing the chunks of a segment that a merge replaced, once the last snapshot that reads it is
//! dropped.
//!
//! This is I/O in a `Drop`, and its error is lost: a drop has nobody to return it to. Nothing is
//! lost but room. Chunks that stay are named by no manifest, and the next open removes them before
//! its first commit.

use std::sync::atomic::Ordering;

use super::block::key_of_number;
use super::segment::Segment;
use crate::storage::StorageBatch;

impl Segment {
    /// Has the chunks removed from storage when the segment is dropped.
    pub fn delete_on_drop(&self) {
        self.deleted_on_drop.store(true, Ordering::Relaxed);
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        if *self.deleted_on_drop.get_mut() {
            let chunks = self
                .meta
                .chunks
                .iter()
                .flat_map(|&(part, chunks)| (0..chunks).map(move |chunk| (part, chunk)));
            let remove = chunks.map(|(part, chunk)| key_of_number(self.meta.id, part, chunk));
            // The error is dropped on purpose: see the module's documentation.
            let _ = self.storage.write(StorageBatch {
                set: Vec::new(),
                remove: remove.collect(),
            });
        }
    }
}
