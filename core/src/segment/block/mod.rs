//! Entries in compressed, cached blocks: a part whose entries are read one at a time.
//!
//! | question | answer |
//! | --- | --- |
//! | how entries become blocks, and blocks chunks | [`BlockWriter`], [`write_blocks`] → [`Chunks`] |
//! | which block holds an entry | [`BlockIndex`], by a [`SparseIndex`] |
//! | a block, decoded, from the cache or from storage | [`BlockReader`] → [`Block`] |
//! | many blocks once each, without the cache | [`ScanBuffer`] |
//! | which decoded blocks stay in memory | [`BlockCache`] |
//! | a whole part, and the key of each of its chunks | [`read_range`], [`ChunkRange`], [`key`] |
//! | a part that is read by the byte | [`BytesWriter`], [`PartBytes`]; [`LazyBytes`] keeps what it has read |
//! | the index of blocks where it is lost | [`index_anew`] |
//! | lists of numbers, packed | [`put_packed`], [`put_rows`] |
//! | numbers and texts as bytes | [`put_u32`], [`put_str`], [`ByteReader`] |

mod bytes;
mod cache;
mod chunk;
mod codec;
mod decoded;
mod index;
mod index_anew;
mod lazy_bytes;
mod packed;
mod prefetch;
mod reader;
mod sparse_index;
mod varint;
mod writer;

pub(super) use bytes::{BytesWriter, PartBytes};
pub(crate) use cache::BlockCache;
pub(super) use chunk::read_prefix;
pub(crate) use chunk::{
    ChunkRange, Chunks, check_chunk, check_range, key, key_of_number, read_range,
};
pub(crate) use codec::{Codec, Compressed};
pub(crate) use decoded::Block;
pub(super) use index_anew::index_anew;
pub(super) use lazy_bytes::LazyBytes;
pub(super) use packed::{PackedReader, put_packed, put_rows, read_packed, read_rows};
pub(crate) use prefetch::touch_all;
pub(super) use reader::{BlockReader, IndexedBlocks, ScanBuffer};
pub(super) use sparse_index::SparseIndex;
pub(crate) use varint::Malformed;
pub(super) use varint::{ByteReader, put_str, put_u32};
pub(super) use writer::{BlockWriter, WrittenBlock, write_blocks};
