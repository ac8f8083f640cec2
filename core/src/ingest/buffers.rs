//! Buffers of pages that are done with, for pages to come.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Buffers that wait at most, and bytes of the largest that does: a little more than is on its way
/// at a time.
const BUFFERS: usize = 4096;
const BYTES: usize = 64 << 10;

/// The parser puts ids that a page does not hold literally behind its text; with room for them it
/// need not move the page.
const ROOM: usize = 128;

/// Where the bytes of unchanged pages go once they are hashed, and where the next pages' come from.
///
/// A new buffer has to be cleared before a reader may fill it, and is memory that no cache holds;
/// one that was full before is neither. An ingest that finds everything unchanged takes a fifth
/// less of the processor's time.
#[derive(Default)]
pub(super) struct Buffers(Mutex<Vec<Vec<u8>>>);

impl Buffers {
    fn waiting(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn roomy(&self, size: usize) -> Option<Vec<u8>> {
        let waiting = self.waiting().pop();
        waiting.filter(|buffer| buffer.capacity() >= size + ROOM)
    }

    /// An empty buffer with room for a page of so many bytes.
    pub fn empty(&self, size: u64) -> Vec<u8> {
        let size = size as usize;
        let mut buffer = self
            .roomy(size)
            .unwrap_or_else(|| Vec::with_capacity(size + ROOM));
        buffer.clear();
        buffer
    }

    /// A buffer of so many bytes, whatever they are, to be overwritten.
    pub fn filled(&self, size: u64) -> Vec<u8> {
        let size = size as usize;
        let mut buffer = self
            .roomy(size)
            .unwrap_or_else(|| Vec::with_capacity(size + ROOM));
        buffer.resize(size, 0);
        buffer
    }

    /// Takes back the buffer of a page that nobody needs any more.
    pub fn give(&self, buffer: Vec<u8>) {
        if buffer.capacity() <= BYTES {
            let mut waiting = self.waiting();
            if waiting.len() < BUFFERS {
                waiting.push(buffer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_if_it_has_room() {
        let buffers = Buffers::default();
        let mut first = buffers.filled(1000);
        assert_eq!(first, vec![0; 1000]);
        first.fill(7);
        let place = first.as_ptr();
        buffers.give(first);
        let again = buffers.filled(900);
        assert_eq!((again.as_ptr(), again.len()), (place, 900));
        buffers.give(again);
        assert_eq!(buffers.filled(2000).len(), 2000);
        assert!(buffers.waiting().is_empty(), "too small, so it is gone");
        let empty = buffers.empty(500);
        assert!(empty.is_empty() && empty.capacity() >= 500 + ROOM);
    }

    #[test]
    fn few_wait_and_none_that_is_large() {
        let buffers = Buffers::default();
        for _ in 0..BUFFERS + 10 {
            buffers.give(vec![0; 10]);
        }
        assert_eq!(buffers.waiting().len(), BUFFERS);
        buffers.waiting().clear();
        buffers.give(vec![0; BYTES + 1]);
        assert!(buffers.waiting().is_empty());
    }
}
