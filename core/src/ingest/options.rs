//! How an archive is ingested.

use std::ops::ControlFlow;

use super::{Limits, OnProgress, Progress};
use crate::event::{unknown, words};

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
    /// Removes events that the archive does not have any more: those below the part of the tree
    /// that the given root stands for, and only if the archive was read to its end and held an
    /// event. A single page prunes nothing; an archive that lies in no `news` or `opinion` folder
    /// stands for the whole tree.
    pub prune: bool,
    /// What a page that cannot be read does.
    pub on_error: OnError,
    /// How much is too much.
    pub limits: Limits,
    /// How pages are read.
    pub format: PageFormat,
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

    /// Sets [`progress`](Self::progress).
    #[must_use]
    pub fn progress(self, progress: impl FnMut(&Progress) -> ControlFlow<()> + 'a) -> Self {
        Self {
            progress: Some(Box::new(progress)),
            ..self
        }
    }
}
