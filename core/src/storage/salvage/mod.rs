//! The chunks of a store that may be damaged, without its engine.
//!
//! | question | file |
//! | --- | --- |
//! | what do the small files say, which whole chunks do the files hold | `raw_store` |
//! | which opening wrote a chunk that nothing names | `nonce_checksum` |
//! | the chunks of one segment as a storage | `segment_chunks` |

mod nonce_checksum;
mod raw_store;
mod segment_chunks;

pub(crate) use raw_store::{RawRoot, RawStore};
