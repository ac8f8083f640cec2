//! Rows → record batches: events column by column, as Arrow has them.
//!
//! | question | answer |
//! | --- | --- |
//! | which columns are there, of which types | [`Column`], [`Columns`] |
//! | some rows of a snapshot as batches | [`Plan::gather`] |
//!
//! No event is made in between: texts go from decoded blocks into the buffers of their column.

mod column;
mod gather;
mod lists;
mod records;
mod texts;

pub use column::Column;
pub(crate) use column::Columns;
pub(crate) use gather::Plan;

/// Rows of a batch. Less than what is promised (65,536), so that all cores have work to the end of an answer of some
/// size, and few rows are in memory at a time: 8,192 whole events are some 20 MB.
pub(crate) const BATCH_ROWS: usize = 8_192;

/// Batches that are made at a time for each core: one that takes longer keeps nobody waiting.
pub(crate) const BATCHES_A_CORE: usize = 4;

/// Bytes of the texts of a column beyond which a batch ends early: offsets count up to 2 GiB, and one page is at most
/// some tens of megabytes.
const BATCH_BYTES: usize = 512 << 20;

/// Rows whose terms are looked up before the first text of one is copied: a text's length is what the next step waits for,
/// so that one by one each lookup is waited for.
const AHEAD: usize = 64;
