//! The storage on disk, in sled.
//!
//! | question | file |
//! | --- | --- |
//! | how a store on disk is opened or made, also after a crash | `open` |
//! | how values and the root are read and written | `sled` |
//! | how the engine is started and called, and what its failures become | `engine` |
//! | whether the files are what they were at the last shutdown (`CLEAN`) | `clean_shutdown` |
//! | how a process reads a store without the engine and without a lock | `reader` |
//! | where values lie in the engine's file, so that they are read without it (`PLACES`) | `locations` |
//! | how they are found there | `search`, `data_file` |

mod clean_shutdown;
mod data_file;
mod engine;
mod locations;
mod open;
mod reader;
mod search;
#[expect(clippy::module_inception, reason = "the file of the type SledStorage")]
mod sled;

#[cfg(test)]
pub(super) use engine::system_error;
pub(super) use locations::listed_ranges;
pub(crate) use open::open_directory;
pub(crate) use reader::open_reader;
#[cfg(test)]
pub(super) use sled::{Role, SledStorage};
