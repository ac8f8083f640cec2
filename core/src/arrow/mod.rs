//! Rows → record batches: events column by column, as Arrow has them.
//!
//! | question | answer |
//! | --- | --- |
//! | which columns are there, of which types | [`Column`], [`Columns`] |
//! | some rows of a snapshot as a batch | [`gather()`] |
//!
//! No event is made in between: texts go from decoded blocks into the buffers of their column.

mod column;
mod gather;
mod lists;
mod records;

pub use column::Column;
pub(crate) use column::Columns;
pub(crate) use gather::gather;

/// Rows of a batch. Less than what is promised (65,536), so that an answer of some size keeps all cores busy and few
/// batches are in memory at a time: 16,384 whole events are some 40 MB.
pub(crate) const BATCH_ROWS: usize = 16_384;

/// Bytes of the texts of a column beyond which a batch ends early: offsets count up to 2 GiB, and one page is at most
/// some tens of megabytes.
const BATCH_BYTES: usize = 512 << 20;
