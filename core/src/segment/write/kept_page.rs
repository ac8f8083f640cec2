//! The bytes of a page that is kept verbatim, packed as soon as the page was read.

use std::borrow::Cow;

use crate::segment::block::{BlockWriter, Codec, WrittenBlock};

/// Pages of this size or more have a block of their own: reading one decodes no other, and they wait
/// for their commit compressed, by the core that read them.
const ALONE: usize = 1024;

/// A page's bytes, which wait for a commit.
pub(crate) struct KeptPage(Bytes);

enum Bytes {
    Plain(Vec<u8>),
    Packed(WrittenBlock),
}

impl KeptPage {
    /// Takes a page. Compressing it takes some 4 µs a KB.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(match bytes.len() < ALONE {
            true => Bytes::Plain(bytes),
            false => Bytes::Packed(WrittenBlock::of_entry(&bytes, Codec::FastZstd)),
        })
    }

    /// The page's bytes, unpacked.
    pub(crate) fn unpacked(&self) -> Cow<'_, [u8]> {
        match &self.0 {
            Bytes::Plain(bytes) => Cow::Borrowed(bytes),
            Bytes::Packed(block) => Cow::Owned(block.only_entry()),
        }
    }

    /// Bytes of the page, unpacked.
    pub fn unpacked_bytes(&self) -> usize {
        match &self.0 {
            Bytes::Plain(bytes) => bytes.len(),
            Bytes::Packed(block) => block.unpacked_bytes(),
        }
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        match &self.0 {
            Bytes::Plain(bytes) => bytes.len(),
            Bytes::Packed(block) => block.bytes(),
        }
    }

    /// Appends the page to a part.
    pub(super) fn push_to(self, blocks: &mut BlockWriter) {
        match self.0 {
            Bytes::Plain(bytes) => blocks.push(&bytes),
            Bytes::Packed(block) => blocks.push_block(block),
        }
    }
}
