//! How pages are read without a store.

use super::options::page_options;
use super::part::ArchivePart;
use super::{Limits, PageFormat};
use crate::page::{KeyMap, Profile};

/// How pages are read without a store: as [`IngestOptions`](crate::IngestOptions) of the same names say, and what of
/// them.
///
/// ```
/// use eventstore::{PageFormat, ReadOptions};
/// let options = ReadOptions::new().format(PageFormat::Context).columns(["id", "tags", "error"]);
/// assert_eq!(options.columns.len(), 3);
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    /// How much is too much.
    pub limits: Limits,
    /// How pages are read.
    pub format: PageFormat,
    /// What stands before the id of each Markdown page.
    pub prefix: String,
    /// The tool that Markdown pages were written for.
    pub profile: Profile,
    /// Keys that give the fields of Markdown pages, beside the usual ones.
    pub map: KeyMap,
    /// Names of columns; none for all but `page`.
    pub columns: Vec<String>,
    /// The part of the archive that is read; none for all of it.
    pub part: Option<ArchivePart>,
}

impl ReadOptions {
    /// The defaults: everything, in all columns but `page`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    page_options!();

    /// Sets [`columns`](Self::columns).
    #[must_use]
    pub fn columns(self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            columns: columns.into_iter().map(Into::into).collect(),
            ..self
        }
    }

    /// Sets [`part`](Self::part).
    #[must_use]
    pub fn part(self, part: ArchivePart) -> Self {
        Self {
            part: Some(part),
            ..self
        }
    }
}
