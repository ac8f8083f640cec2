//! From a query to rows: no row is decoded to filter or to count.
//!
//! | question | file |
//! | --- | --- |
//! | which rows of each segment match? | `plan`; by their words: `words`, `phrase` |
//! | in which order do they come, over all segments? | `cursor`, `order`; by relevance: `relevance`, `best` |

mod best;
mod cursor;
mod order;
mod phrase;
mod plan;
mod relevance;
mod share_table;
mod words;

pub use order::Order;
pub use relevance::Weights;

pub(super) use best::{ScoredRow, best};
pub(crate) use cursor::RowCursor;
pub(super) use cursor::{RowSets, WithinDay};
pub(super) use order::DateOrder;
pub(super) use plan::{QueryPlan, admitted, having, union};
pub(super) use relevance::Scorer;
pub(super) use words::check_indexed;
