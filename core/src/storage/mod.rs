//! Where the bytes of a store lie: small values under keys, and one root record.
//!
//! Storage keeps chunks of numbered parts of numbered segments. It knows their keys and their
//! headers, and nothing of what stands in them.
//!
//! | question | file |
//! | --- | --- |
//! | what a storage does: the trait, its batches and ranges of keys | `storage` |
//! | how a store lies on disk and survives a crash | `sled/` |
//! | what lies in a store's directory: who has it open, what is live | `directory/` |
//! | the same without a disk | `memory` |
//! | reading successive values with few system calls | `readahead` |
//! | which key and which header a chunk has | `chunk_key` |
//! | small records ⇄ bytes: the one place that calls bincode | `bincode` |
//! | what a damaged store still holds, without the engine | `salvage/` |
//! | what a crash at any step leaves (tests) | `faulty` |

mod bincode;
mod chunk_key;
mod directory;
#[cfg(test)]
mod faulty;
mod memory;
mod readahead;
mod salvage;
mod sled;
#[expect(clippy::module_inception, reason = "the file of the trait Storage")]
mod storage;
#[cfg(test)]
mod tests;

pub(crate) use bincode::{decode_record, encode_record};
pub(crate) use chunk_key::{
    CHUNK_HEADER, ChunkContent, PAYLOAD_MAX, chunk_key, chunk_numbers, open_chunk, seal_chunk,
};
#[cfg(test)]
pub(crate) use directory::WatchedFiles;
pub(crate) use directory::{CURRENT, lies_in, sync_directory};
#[cfg(test)]
pub(crate) use faulty::{Break, FaultyStorage};
pub(crate) use memory::open_memory;
pub(crate) use readahead::Readahead;
pub(crate) use salvage::{RawRoot, RawStore};
pub(crate) use sled::{open_directory, open_reader};
pub use storage::Durability;
pub(crate) use storage::{KeyRange, Storage, StorageBatch, StorageOptions, VALUE_MAX, check_open};
