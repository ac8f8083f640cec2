//! Counts what a question reads, for `explain()`. Per thread: a question runs on the thread that asks.

use std::cell::Cell;

/// What was read since the last [`take`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    /// Blocks of ids and titles, from the cache or not.
    pub head_blocks: u32,
    /// Blocks of whole rows, from the cache or not.
    pub row_blocks: u32,
    /// Blocks of links, from the cache or not.
    pub link_blocks: u32,
    /// Postings that were looked at.
    pub postings: u32,
    /// Chunks that came from storage.
    pub chunks: u32,
}

thread_local!(static READS: Cell<Reads> = const { Cell::new(Reads { head_blocks: 0, row_blocks: 0, link_blocks: 0, postings: 0, chunks: 0 }) });

fn bump(change: impl FnOnce(&mut Reads)) {
    READS.with(|cell| {
        let mut reads = cell.get();
        change(&mut reads);
        cell.set(reads);
    });
}

pub(crate) fn head_block() {
    bump(|reads| reads.head_blocks += 1);
}

pub(crate) fn row_block() {
    bump(|reads| reads.row_blocks += 1);
}

pub(crate) fn link_block() {
    bump(|reads| reads.link_blocks += 1);
}

pub(crate) fn postings() {
    bump(|reads| reads.postings += 1);
}

pub(crate) fn chunk() {
    bump(|reads| reads.chunks += 1);
}

/// What was read since the last call, and starts anew.
pub(crate) fn take() -> Reads {
    READS.with(Cell::take)
}
