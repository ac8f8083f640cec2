//! From a query to rows: no row is decoded to filter or to count, except where words are asked for.
//!
//! | question | file |
//! | --- | --- |
//! | which rows of each segment match? | `plan`; by their words: `words` |
//! | in which order do they come, over all segments? | `cursor`, `order` |

mod cursor;
mod order;
mod plan;
mod words;

pub use order::Order;

pub(crate) use cursor::RowCursor;
pub(super) use cursor::{RowSets, WithinDay};
pub(super) use plan::{QueryPlan, admitted, union};
