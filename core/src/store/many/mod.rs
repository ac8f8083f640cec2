//! Several stores that are read as one.
//!
//! | question | file |
//! | --- | --- |
//! | which stores there are, and the state of those that a question needs | `store_set` |
//! | which stores a directory lists (`STORES`), and how they become visible together | `stores_file` |
//! | whether two of them hold an event of one id | `distinct_ids` |

mod distinct_ids;
mod store_set;
mod stores_file;

pub(crate) use store_set::{DayBounds, StoreSet};
pub(super) use stores_file::lists_stores;

pub use stores_file::{commit_stores, listed_stores};
