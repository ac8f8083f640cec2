//! How pages are read without a store.

use super::options::checked_prefix;
use super::part::ArchivePart;
use super::{Limits, PageFormat};
use crate::error::{Error, Result};
use crate::page::{ArchiveChoice, KeyMap, Profile};

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

    /// Sets [`limits`](Self::limits).
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Sets [`format`](Self::format).
    #[must_use]
    pub fn format(self, format: PageFormat) -> Self {
        Self { format, ..self }
    }

    /// Sets [`prefix`](Self::prefix).
    #[must_use]
    pub fn prefix(self, prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            ..self
        }
    }

    /// Sets [`profile`](Self::profile).
    #[must_use]
    pub fn profile(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }

    /// Sets [`map`](Self::map).
    #[must_use]
    pub fn map(self, map: KeyMap) -> Self {
        Self { map, ..self }
    }

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

    /// Refuses options that contradict each other.
    pub(crate) fn check(&self) -> Result<()> {
        self.choice().map(|_| ())
    }

    /// What is chosen for Markdown pages; options that contradict each other are refused.
    pub(super) fn choice(&self) -> Result<ArchiveChoice> {
        let choice = ArchiveChoice {
            prefix: checked_prefix(&self.prefix)?,
            profile: self.profile,
            map: self.map.clone(),
        };
        let is_chosen =
            !choice.prefix.is_empty() || choice.profile != Profile::Auto || !choice.map.is_empty();
        match self.format == PageFormat::Context && is_chosen {
            true => Err(Error::InvalidArgument {
                what: "format",
                message: "prefix, profile and map are for Markdown pages; leave them out with the format \
                          context"
                    .to_owned(),
            }),
            false => Ok(choice),
        }
    }
}
