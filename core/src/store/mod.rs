//! Segments → store: what is held, how it changes, and what stays the same while it does.
//!
//! | question | file |
//! | --- | --- |
//! | which segments are there | `manifest` |
//! | what does a reader see | `snapshot`, `view` |
//! | what follows from the pages (the law) | `resolve`, with `claims` (whose id) and `evidence` (which tags) |
//! | how does a change become the new state | `commit`, `merge` |
//! | opening, closing, the calls of a user | `open`, `store` |

mod claims;
mod commit;
mod evidence;
mod held;
mod incoming;
mod manifest;
mod merge;
mod open;
mod resolve;
mod snapshot;
mod stats;
#[expect(clippy::module_inception, reason = "the file of the type Store")]
mod store;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use commit::{Change, Outcome, ROW_BYTES};
pub(crate) use open::{Inner, Writer};
pub(crate) use resolve::{Gone, Put};
pub(crate) use snapshot::RowRef;
pub(crate) use view::{View, before};

pub use open::OpenOptions;
pub use snapshot::Snapshot;
pub use stats::Stats;
pub use store::Store;
