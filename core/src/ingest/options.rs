//! How an archive is ingested.

use std::ops::ControlFlow;

use super::{Limits, OnProgress, Progress};
use crate::error::{Error, Result};
use crate::event::{nfc, unknown, words};
use crate::page::{ArchiveChoice, KeyMap, Profile};

/// What a page that cannot be read does to an ingest: `collect` or `raise` as a word.
///
/// ```
/// use eventstore::OnError;
/// assert_eq!("raise".parse::<OnError>()?, OnError::Raise);
/// assert_eq!(OnError::default().to_string(), "collect");
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnError {
    /// It is counted and described in the report; the others go in.
    #[default]
    Collect,
    /// The first one fails the ingest with its error, and nothing is committed: at once in a
    /// directory, else at the end, since an archive may hold a good file of the same name behind
    /// it, which is the page then. All pages wait in memory for one commit at the end, whatever [`Limits::commit_bytes`] says.
    Raise,
}

words!(OnError, unknown; Collect = "collect", Raise = "raise");

/// How the pages of an archive are read.
///
/// ```
/// use eventstore::PageFormat;
/// assert_eq!("markdown".parse::<PageFormat>()?, PageFormat::Markdown);
/// assert_eq!(PageFormat::default(), PageFormat::Auto);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PageFormat {
    /// Page by page: by its content a page of the Context or a page with front matter. Any other is
    /// Markdown without front matter, but beside a tree of the Context (`news/2017/03/2/…`), where it
    /// is a free page of that site and no event. Its word is `auto`.
    #[default]
    Auto,
    /// Pages of the Context alone; a page that begins with front matter fails. Its word is `context`.
    Context,
    /// Markdown pages alone, whatever they look like. Its word is `markdown`.
    Markdown,
}

words!(PageFormat, unknown; Auto = "auto", Context = "context", Markdown = "markdown");

/// The methods for what [`IngestOptions`] and `ReadOptions` both say: how pages are read.
macro_rules! page_options {
    () => {
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

        /// What is chosen for Markdown pages; options that contradict each other are refused.
        pub(crate) fn choice(&self) -> $crate::Result<$crate::page::ArchiveChoice> {
            super::options::checked_choice(self.format, &self.prefix, self.profile, &self.map)
        }
    };
}
#[cfg(feature = "arrow")]
pub(super) use page_options;

/// How an archive is ingested.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use eventstore::{IngestOptions, Limits, OnError};
///
/// let options = IngestOptions::new()
///     .prune(true)
///     .on_error(OnError::Raise)
///     .limits(Limits::default().page_bytes(4 << 20))
///     .progress(|progress| {
///         eprintln!("{}: {} files", progress.phase, progress.pages);
///         ControlFlow::Continue(())
///     });
/// assert!(options.prune);
/// ```
#[derive(Default)]
#[non_exhaustive]
pub struct IngestOptions<'a> {
    /// Removes events that the archive does not have any more, if it was read to its end and held an
    /// event: those of its format and its [`prefix`](Self::prefix) alone. An archive that holds events
    /// of the Context prunes only such, below the part of the tree that the given root stands for. A
    /// single page prunes nothing.
    pub prune: bool,
    /// What a page that cannot be read does.
    pub on_error: OnError,
    /// How much is too much.
    pub limits: Limits,
    /// How pages are read.
    pub format: PageFormat,
    /// What stands before the id of each Markdown page, such as `blog/`, so that several archives live
    /// in one store: links, pruning and removing stay within one prefix. Pages of the Context have ids
    /// of their own; with a prefix they fail.
    pub prefix: String,
    /// The tool that Markdown pages were written for.
    pub profile: Profile,
    /// Keys that give the fields of Markdown pages, beside the usual ones.
    pub map: KeyMap,
    /// Called with progress at most ten times a second; may end the run.
    pub progress: Option<Box<OnProgress<'a>>>,
}

impl<'a> IngestOptions<'a> {
    /// The defaults: nothing is pruned, pages that fail are collected, nobody is called.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`prune`](Self::prune).
    #[must_use]
    pub fn prune(self, prune: bool) -> Self {
        Self { prune, ..self }
    }

    /// Sets [`on_error`](Self::on_error).
    #[must_use]
    pub fn on_error(self, on_error: OnError) -> Self {
        Self { on_error, ..self }
    }

    page_options!();

    /// Sets [`progress`](Self::progress).
    #[must_use]
    pub fn progress(self, progress: impl FnMut(&Progress) -> ControlFlow<()> + 'a) -> Self {
        Self {
            progress: Some(Box::new(progress)),
            ..self
        }
    }
}

/// What is chosen for Markdown pages.
///
/// # Errors
/// [`Error::InvalidArgument`] where the choices contradict each other.
pub(super) fn checked_choice(
    format: PageFormat,
    prefix: &str,
    profile: Profile,
    map: &KeyMap,
) -> Result<ArchiveChoice> {
    let prefix = checked_prefix(prefix)?;
    let is_chosen = !prefix.is_empty() || profile != Profile::Auto || !map.is_empty();
    if format == PageFormat::Context && is_chosen {
        return Err(Error::InvalidArgument {
            what: "format",
            message: "prefix, profile and map are for Markdown pages; leave them out with the \
                      format context"
                .to_owned(),
        });
    }
    Ok(ArchiveChoice {
        prefix,
        profile,
        map: map.clone(),
    })
}

/// Most bytes of a prefix: an id has 1,024.
const PREFIX_MAX: usize = 256;

/// A prefix with its slash; empty if none is given.
///
/// # Errors
/// [`Error::InvalidArgument`] where ids could not begin so.
fn checked_prefix(given: &str) -> Result<String> {
    if given.is_empty() {
        return Ok(String::new());
    }
    let prefix = nfc(given.strip_suffix('/').unwrap_or(given));
    let is_part =
        |part: &str| !matches!(part, "" | "." | "..") && !part.chars().any(char::is_control);
    let first = prefix.split('/').next().unwrap_or_default();
    let of_context = matches!(first, "news" | "opinion" | "zh")
        || (first.len() == 4 && first.bytes().all(|byte| byte.is_ascii_digit()));
    let why = if !prefix.split('/').all(is_part) {
        "a part of it is empty, `.` or `..`, or holds a control character"
    } else if prefix.contains("://") || prefix.len() > PREFIX_MAX {
        "it is an address, or has more than 256 bytes"
    } else if of_context {
        "paths of the Context begin so"
    } else {
        return Ok(format!("{prefix}/"));
    };
    Err(Error::InvalidArgument {
        what: "prefix",
        message: format!(
            "{given:?} can be no prefix of ids: {why}; write one or more names, as in blog/"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::checked_prefix;

    #[test]
    fn a_prefix_is_one_name_or_more_and_ends_in_a_slash() {
        for (given, expected) in [
            ("", Some("")),
            ("blog", Some("blog/")),
            ("blog/", Some("blog/")),
            ("a b/2017/ü", Some("a b/2017/ü/")),
            ("u\u{308}", Some("ü/")),
            ("/", None),
            ("/blog", None),
            ("blog//", None),
            ("a//b", None),
            ("a/../b", None),
            (".", None),
            ("a\0", None),
            ("2017/", None),
            ("news/blog/", None),
            ("zh", None),
            ("http://a", None),
        ] {
            let found = checked_prefix(given);
            assert_eq!(found.as_deref().ok(), expected, "{given:?}");
            if let Err(error) = found {
                assert!(error.to_string().contains("as in blog/"), "{error}");
            }
        }
        assert!(checked_prefix(&"x".repeat(257)).is_err());
    }
}
