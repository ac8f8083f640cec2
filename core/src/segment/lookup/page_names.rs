//! The Markdown pages that may be called something, and those that may link to what is called so.
//!
//! A name is looked up by the last part of its path, within one archive.

use super::names::NameIndex;
use crate::error::Result;
use crate::segment::lazy::Lazy;
use crate::segment::{Part, Segment};

/// The text that stands for a last part in the index of names: of an archive with some prefix.
pub(in crate::segment) fn called(prefix: &str, last_part: &str) -> String {
    format!("{prefix}\0{last_part}")
}

impl Segment {
    /// Rows that may have a name that ends in this part: all that have it, and hardly another.
    pub fn rows_called(&self, prefix: &str, last_part: &str) -> Result<Vec<u32>> {
        self.rows_like(Part::PageNames, &self.page_names, prefix, last_part)
    }

    /// Rows that may have a link whose target may be called something that ends in this part: all
    /// that have one, and hardly another.
    pub fn rows_linking_to(&self, prefix: &str, last_part: &str) -> Result<Vec<u32>> {
        self.rows_like(Part::LinkTargets, &self.link_targets, prefix, last_part)
    }

    fn rows_like(
        &self,
        part: Part,
        index: &Lazy<NameIndex>,
        prefix: &str,
        last_part: &str,
    ) -> Result<Vec<u32>> {
        // Before version 6 there are no such parts: each Markdown page may be the one.
        if self.meta.chunks_of(Part::PageNames) == 0 {
            return Ok(self.flags()?.markdown.iter().collect());
        }
        if self.meta.chunks_of(part) == 0 {
            return Ok(Vec::new());
        }
        let index =
            index.get_or(|| self.parsed(part, |bytes| NameIndex::read(bytes, self.meta.rows)))?;
        Ok(index.rows_like(&called(prefix, last_part)).collect())
    }
}
