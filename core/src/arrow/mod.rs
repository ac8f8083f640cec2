//! Events as Arrow record batches: rows → columns.
//!
//! | question | answer |
//! | --- | --- |
//! | which columns there are, of which types | [`Column`] |
//! | which of them a stream has, and fields of which | `columns`, `column_path` |
//! | some columns of some hits | [`Selection`], by `Hits::select` |
//! | the hits of a query as a stream of batches | [`RecordBatches`], by `Hits::record_batches` |
//! | the way back: batches as events, and into a store | `event_columns`, `add` |
//! | pages with what follows from them, into a resolved store | `resolved` |
//! | the pages of an archive, without a store | [`read_pages`]; `page_columns`, `page_rows` |
//! | the store's error in an error of a stream | `store_error` |
//! | some rows of a snapshot as batches | [`ColumnPlan`](gather::ColumnPlan) |
//!
//! No event is made in between: texts are copied from decoded blocks into the buffers of their
//! column.

mod add;
mod batch;
mod batches;
mod column;
mod column_path;
mod columns;
mod event_columns;
mod gather;
mod lists;
mod page_batches;
mod page_columns;
mod page_evidence;
mod page_rows;
mod records;
mod resolved;
mod selection;
mod store_error;
#[cfg(all(test, feature = "serde"))]
mod tests;
mod texts;

pub use batches::RecordBatches;
pub use column::Column;
pub(crate) use column::is_json;
pub use page_batches::{PageBatches, read_pages};
pub use selection::Selection;
pub(crate) use store_error::store_error;

/// Rows of a batch. Fewer than the 65,536 that are promised, so that all cores have work until the
/// end of an answer, and few rows are in memory at a time: 8,192 whole events take about 20 MB.
const BATCH_ROWS: usize = 8_192;

/// Rows of a batch at least, where an answer has them: smaller ones cost their readers more.
const LEAST_ROWS: usize = 2_048;

/// Batches that are made at a time for each core, so that one slow batch does not leave the other
/// cores idle.
const BATCHES_PER_CORE: usize = 4;

/// Bytes of the texts of a column after which a batch ends early. Arrow's offsets reach to 2 GiB,
/// and a page has at most some tens of megabytes.
const BATCH_BYTES: usize = 512 << 20;

/// Rows whose terms are looked up before the first text is copied. Copying a text needs its length
/// first. Looking up 64 lengths before the first copy lets those CPU cache misses overlap.
const ROWS_AHEAD: usize = 64;
