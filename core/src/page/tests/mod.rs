//! Tests of reading and rendering pages.

mod added;
mod moved;
mod properties;
mod round_trips;
mod second_opinion;
mod second_reader;
pub(crate) mod spec;

// For the tests of what is made of pages.
pub(crate) use properties::archive;
pub(crate) use spec::specified;

use super::{LogicalPath, Page, PageLimits, Reading, read_free};
use crate::error::PageError;

/// Reads a page as one of the Context's site, whatever it begins with.
pub(crate) fn read(
    name: &str,
    path: &LogicalPath,
    bytes: Vec<u8>,
    limits: &PageLimits,
) -> Result<Page, PageError> {
    match super::read(name, path, bytes, limits)? {
        Reading::Page(page) => Ok(page),
        Reading::Foreign {
            is_claimed: true, ..
        } => Err(PageError::of_whole_page(
            name,
            "front_matter",
            "front matter",
        )),
        Reading::Foreign { bytes, .. } => read_free(name, path, bytes, limits),
        Reading::NoPage => Ok(Page::Other),
    }
}
