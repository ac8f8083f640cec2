//! The numbers of a commit.

use super::ids::IdInterner;
use super::tags::TagInterner;

/// Texts ↔ numbers while one commit is gathered, resolved and built, so that tags and links are
/// compared as numbers. The numbers mean nothing outside the commit.
#[derive(Default)]
pub(crate) struct Interners {
    pub tags: TagInterner,
    /// Ids of events, and of what pages link to.
    pub ids: IdInterner,
}

impl Interners {
    /// Bytes in memory, estimated.
    pub fn bytes(&self) -> usize {
        self.tags.bytes() + self.ids.bytes()
    }
}
