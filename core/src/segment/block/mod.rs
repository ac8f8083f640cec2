pub(super) mod block;
pub(super) mod cache;
pub(super) mod chunk;
pub(super) mod sparse_index;
pub(super) mod varint;
