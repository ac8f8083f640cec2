//! The Markdown pages that may be called something, and those that may link to what is called so.
//!
//! A name is looked up by the last part of its path, within one archive.

use super::names::{NameIndex, recode_names};
use crate::error::Result;
use crate::segment::block::LazyBytes;
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
        if !self.has_page_names() {
            return Ok(self.flags()?.markdown.iter().collect());
        }
        let index = index.get_or(|| self.name_index(part))?;
        index.rows_like(&called(prefix, last_part))
    }

    /// Whether it has the parts by which links of Markdown pages are looked up. A segment of version 4 or 5
    /// has none: each of its Markdown pages may be the one.
    pub(crate) fn has_page_names(&self) -> bool {
        self.meta.chunks_of(Part::PageNames) > 0 || self.meta.chunks_of(Part::LegacyPageNames) > 0
    }

    /// A part of names; of a segment of an older version recoded in memory.
    pub(super) fn name_index(&self, part: Part) -> Result<NameIndex> {
        let bytes = match legacy_names(part) {
            Some(legacy) if self.meta.chunks_of(legacy) > 0 => {
                LazyBytes::Made(self.parsed(legacy, recode_names)?)
            }
            _ => self.lazy_bytes(part),
        };
        Ok(NameIndex::new(bytes, self.meta.rows))
    }
}

/// The part that versions before 9 had in the place of a part of names.
pub(in crate::segment) fn legacy_names(part: Part) -> Option<Part> {
    match part {
        Part::Names => Some(Part::LegacyNames),
        Part::PageNames => Some(Part::LegacyPageNames),
        Part::LinkTargets => Some(Part::LegacyLinkTargets),
        _ => None,
    }
}
