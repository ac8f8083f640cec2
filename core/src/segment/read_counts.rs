//! Counts what a question reads, for `explain()`. Per thread: a question runs on the thread that asks.

use std::cell::Cell;

use crate::segment::block::chunk::Part;

/// What was read since the last [`take`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    /// Blocks of ids and titles, from the cache or not.
    pub head_blocks: u32,
    /// Blocks of ids and titles for the events that an event links to.
    pub target_blocks: u32,
    /// Blocks of whole rows, from the cache or not.
    pub row_blocks: u32,
    /// Blocks of links, from the cache or not.
    pub link_blocks: u32,
    /// Postings that were looked at.
    pub postings: u32,
    /// Chunks that came from storage.
    pub chunks: u32,
}

thread_local!(static READS: Cell<Reads> = const { Cell::new(Reads { head_blocks: 0, target_blocks: 0, row_blocks: 0, link_blocks: 0, postings: 0, chunks: 0 }) });

fn bump(change: impl FnOnce(&mut Reads)) {
    READS.with(|cell| {
        let mut reads = cell.get();
        change(&mut reads);
        cell.set(reads);
    });
}

/// Counted where blocks are handed out, so that none is read unseen.
pub(super) fn blocks(part: Part, blocks: u32) {
    bump(|reads| match part {
        Part::Heads => reads.head_blocks += blocks,
        Part::Rows => reads.row_blocks += blocks,
        Part::Links => reads.link_blocks += blocks,
        _ => {}
    });
}

/// Does `read`, and counts its blocks of ids and titles as those of events that an event links to.
pub(super) fn of_targets<T>(read: impl FnOnce() -> T) -> T {
    let before = READS.with(Cell::get).head_blocks;
    let value = read();
    bump(|reads| {
        reads.target_blocks += reads.head_blocks - before;
        reads.head_blocks = before;
    });
    value
}

pub(crate) fn postings() {
    bump(|reads| reads.postings += 1);
}

pub(crate) fn chunk() {
    bump(|reads| reads.chunks += 1);
}

/// Does `work`, which another thread may do for the one that asks, and tells what it read.
pub(crate) fn apart<T>(work: impl FnOnce() -> T) -> (T, Reads) {
    let before = READS.with(Cell::take);
    let value = work();
    (value, READS.with(|cell| cell.replace(before)))
}

/// Counts what was read for this thread elsewhere.
pub(crate) fn add(other: Reads) {
    bump(|reads| {
        reads.head_blocks += other.head_blocks;
        reads.target_blocks += other.target_blocks;
        reads.row_blocks += other.row_blocks;
        reads.link_blocks += other.link_blocks;
        reads.postings += other.postings;
        reads.chunks += other.chunks;
    });
}

/// What was read since the last call, and starts anew.
pub(crate) fn take() -> Reads {
    READS.with(Cell::take)
}
