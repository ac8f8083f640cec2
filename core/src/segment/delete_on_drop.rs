//! A segment's chunks in storage: whether they are there, and their end.

use std::sync::atomic::Ordering;

use crate::error::{Error, Result};
use crate::segment::block::chunk::{self, Part};
use crate::segment::segment::Segment;
use crate::storage::{Batch, Storage};

impl Segment {
    /// The storage that holds it.
    pub fn storage(&self) -> &dyn Storage {
        &*self.storage
    }

    /// Checks that the first and the last chunk of each part are there: a rolled-back or half-written store is seen at once.
    pub fn check_ends(&self) -> Result<()> {
        for &(part, chunks) in self.meta.chunks.iter().filter(|(_, chunks)| *chunks > 0) {
            for chunk in [0, chunks - 1] {
                let key = chunk::key_of(self.meta.id, part, chunk);
                if !self.storage.has(&key)? {
                    return Err(Error::Corrupt {
                        path: self.storage.path().to_owned(),
                        part: format!("segment {} part {part}", self.meta.id),
                        chunk,
                        message: chunk::missing(&*self.storage),
                    });
                }
            }
        }
        Ok(())
    }

    /// Reads and checks every chunk.
    pub fn check_all(&self) -> Result<()> {
        for &(number, chunks) in &self.meta.chunks {
            if let Some(part) = Part::of(number) {
                let place = chunk::Place {
                    segment: self.meta.id,
                    part,
                    first: 0,
                    chunks,
                };
                chunk::check(&*self.storage, place)?;
            }
        }
        Ok(())
    }

    /// Has its chunks removed from storage when the last reader lets go of it.
    pub fn doom(&self) {
        self.doomed.store(true, Ordering::Relaxed);
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        if *self.doomed.get_mut() {
            let chunks = self
                .meta
                .chunks
                .iter()
                .flat_map(|&(part, chunks)| (0..chunks).map(move |chunk| (part, chunk)));
            let remove = chunks.map(|(part, chunk)| chunk::key_of(self.meta.id, part, chunk));
            // What cannot be removed now is found and removed before the first commit of the next open.
            let _ = self.storage.write(Batch {
                set: Vec::new(),
                remove: remove.collect(),
            });
        }
    }
}
