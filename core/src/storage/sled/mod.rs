//! The storage on disk, in sled.
//!
//! | question | file |
//! | --- | --- |
//! | how a store on disk is opened or made, also after a crash | `open` |
//! | how values and the root are read and written | `sled` |
//! | how a storage ends, and what its files are then | `shutdown` |
//! | which storages of one store are in use, and which is replaced | `siblings` |
//! | how the engine is started and called, and what its failures become | `engine` |
//! | whether the files are what they were at the last shutdown (`CLEAN`) | `clean_shutdown` |
//! | the checksum of a file | `file_checksum` |
//! | how a process reads a store without the engine and without a lock | `reader` |
//! | where values lie in the engine's file, so that they are read without it | `locations` |
//! | what of that is kept in a file (`PLACES`) | `location_list` |
//! | how they are found there | `search`, `data_file` |

mod clean_shutdown;
mod data_file;
mod engine;
mod file_checksum;
mod location_list;
mod locations;
mod open;
mod reader;
mod search;
mod shutdown;
mod siblings;
#[expect(clippy::module_inception, reason = "the file of the type SledStorage")]
mod sled;

#[cfg(test)]
pub(super) use engine::system_error;
pub(super) use location_list::listed_ranges;
#[cfg(test)]
pub(super) use locations::Locations;
pub(crate) use open::open_directory;
pub(crate) use reader::open_reader;
#[cfg(test)]
pub(super) use search::{LOG_START, LocationSearch};
#[cfg(test)]
pub(super) use sled::{Role, SledStorage};
