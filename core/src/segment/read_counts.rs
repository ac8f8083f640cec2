//! Counts of what a query reads, for `explain()`. Each thread counts its own reads.

use std::cell::Cell;

use super::part::Part;

/// What a thread read since its last [`ReadCounts::take`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ReadCounts {
    /// Blocks of row headers (ids and titles), from the cache or not.
    pub head_blocks: u32,
    /// Blocks of row headers of the events that an event links to.
    pub target_blocks: u32,
    /// Blocks of row bodies, from the cache or not.
    pub row_blocks: u32,
    /// Blocks of links, from the cache or not.
    pub link_blocks: u32,
    /// Postings that were used.
    pub postings: u32,
    /// Chunks that were read from storage.
    pub chunks: u32,
    /// Bytes of these chunks.
    pub chunk_bytes: u64,
    /// Markdown pages whose rows were read because their segment does not store what `meta` says.
    pub meta_rows: u32,
    /// Events whose texts were cut into words because their segment does not store these.
    pub text_rows: u32,
}

thread_local! {
    static COUNTS: Cell<ReadCounts> = const {
        Cell::new(ReadCounts {
            head_blocks: 0,
            target_blocks: 0,
            row_blocks: 0,
            link_blocks: 0,
            postings: 0,
            chunks: 0,
            chunk_bytes: 0,
            meta_rows: 0,
            text_rows: 0,
        })
    };
}

impl ReadCounts {
    /// What this thread read since the last call. Counting starts again at 0.
    pub fn take() -> Self {
        COUNTS.with(Cell::take)
    }

    /// Runs work that another thread may do for the querying one, and returns what it read apart.
    pub fn of<T>(work: impl FnOnce() -> T) -> (T, Self) {
        let before = Self::take();
        let value = work();
        (value, COUNTS.with(|cell| cell.replace(before)))
    }

    /// Adds what another thread read for this one.
    pub fn add(self) {
        change(|counts| {
            counts.head_blocks += self.head_blocks;
            counts.target_blocks += self.target_blocks;
            counts.row_blocks += self.row_blocks;
            counts.link_blocks += self.link_blocks;
            counts.postings += self.postings;
            counts.chunks += self.chunks;
            counts.chunk_bytes += self.chunk_bytes;
            counts.meta_rows += self.meta_rows;
            counts.text_rows += self.text_rows;
        });
    }
}

fn change(change: impl FnOnce(&mut ReadCounts)) {
    COUNTS.with(|cell| {
        let mut counts = cell.get();
        change(&mut counts);
        cell.set(counts);
    });
}

/// Counts blocks where they are handed out, so that no read is missed.
pub(super) fn count_blocks(part: Part, blocks: u32) {
    change(|counts| match part {
        Part::Headers => counts.head_blocks += blocks,
        Part::Bodies => counts.row_blocks += blocks,
        Part::Links => counts.link_blocks += blocks,
        _ => {}
    });
}

/// Runs `read` and counts its blocks of headers as those of link targets.
pub(super) fn count_targets<T>(read: impl FnOnce() -> T) -> T {
    let before = COUNTS.with(Cell::get).head_blocks;
    let value = read();
    change(|counts| {
        counts.target_blocks += counts.head_blocks - before;
        counts.head_blocks = before;
    });
    value
}

pub(crate) fn count_postings() {
    change(|counts| counts.postings += 1);
}

/// Counts a chunk of so many bytes that was read from storage.
pub(super) fn count_chunk(bytes: usize) {
    change(|counts| {
        counts.chunks += 1;
        counts.chunk_bytes += bytes as u64;
    });
}

pub(super) fn count_meta_rows(rows: u32) {
    change(|counts| counts.meta_rows += rows);
}

pub(super) fn count_text_rows(rows: u32) {
    change(|counts| counts.text_rows += rows);
}
