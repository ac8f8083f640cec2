//! Segments → store: which pages are stored, how they change, and what holds whatever the changes.
//!
//! | question | file |
//! | --- | --- |
//! | what a program can ask a store, and where each method is | `store` |
//! | how a store is opened, once for a path and process | `options` |
//! | whether a store keeps words, and what an opening wishes | `words_setting` |
//! | what all handles on one store share | `shared` |
//! | what a write asks for, and what it did | `change` |
//! | how a change is written so that a crash at any step loses nothing acknowledged | `commit` |
//! | which segments a commit merges; how rows are merged and copied | `merge_policy`, `merge` |
//! | the chunks of a state into another storage, each verified | `copied_chunks` |
//! | which segments are there | `manifest` |
//! | several stores that are read as one | `many/` |
//! | when what a commit has replaced is removed | `replaced` |
//! | what a reader sees: a state, and its segments without deleted rows | `snapshot`, `segment_view` |
//! | where links of Markdown pages lead today, and who links to one | `page_links` |
//! | which of those links lead nowhere | `link_check` |
//! | what tags, owners of ids and superseded events follow from the pages | `derive/` |
//! | which archives the pages came from | `archives` |
//! | sizes and counts | `stats` |

mod archives;
mod change;
mod commit;
mod copied_chunks;
mod derive;
mod legacy_manifest;
mod link_check;
mod manifest;
mod many;
mod merge;
mod merge_policy;
mod options;
mod page_links;
mod replaced;
mod segment_view;
mod shared;
mod snapshot;
mod stats;
#[expect(clippy::module_inception, reason = "the file of the type Store")]
mod store;
#[cfg(test)]
mod tests;
mod words_setting;

pub(crate) use change::{GivenOutcome, PutPage, ROW_BYTES, RemovedRows, WriteBatch, WriteOutcome};
pub(crate) use copied_chunks::copy_chunks;
pub(crate) use derive::resolve;
pub(crate) use manifest::{Manifest, SegmentEntry};
pub(crate) use segment_view::{SegmentView, rows_before_days};
pub(crate) use shared::{Shared, Writer};
pub(crate) use snapshot::RowRef;
#[cfg(test)]
pub(crate) use tests::{open_on, try_open_on};

pub use archives::ArchiveInfo;
pub use link_check::{LinkCheck, LinkProblem};
pub use many::{commit_stores, listed_stores};
pub use options::OpenOptions;
pub use snapshot::Snapshot;
pub use stats::Stats;
pub use store::Store;
pub use words_setting::Words;
