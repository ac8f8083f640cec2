//! Archive → pages: walk, parse in parallel, report.
//!
//! | file | question |
//! | --- | --- |
//! | `source`, `walk` | which files does an archive hold, of whatever kind it is |
//! | `limits` | how much is too much |
//! | `progress` | how far is it, and shall it go on |
//! | `report` | what was done |
//! | `examine` | one file: unchanged, or which page, and what kind of change |
//! | `collect` | what a run has found so far |
//! | `run`, `add` | an archive, or a program's events, into the store |

mod add;
mod buffers;
mod collect;
mod examine;
mod limits;
mod progress;
mod report;
mod run;
mod source;
mod walk;

pub use limits::Limits;
pub use progress::{OnProgress, Progress};
pub use report::{Report, grouped};
pub use source::Archive;

use progress::Throttle;
use source::{End, Entry};
use walk::walk;

use crate::error::Result;
use crate::event::Event;
use crate::store::Store;

/// What a page that cannot be read does to an ingest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// It is counted and described in the report; the others go in.
    #[default]
    Collect,
    /// The first one ends the ingest with its error, and nothing is committed.
    Raise,
}

/// How an archive is ingested.
#[derive(Default)]
pub struct IngestOptions<'a> {
    /// Removes events that the archive does not have any more: those below the part of the tree that the given root
    /// stands for, and only if the archive was read to its end and held an event. A single page prunes nothing; an
    /// archive that lies in no `news` or `opinion` folder stands for the whole tree.
    pub prune: bool,
    /// What a page that cannot be read does.
    pub on_error: OnError,
    /// How much is too much.
    pub limits: Limits,
    /// Told of progress at most ten times a second; may end the run.
    pub progress: Option<Box<OnProgress<'a>>>,
}

impl Store {
    /// Reads an archive: a directory, `.tar`, `.tar.gz`, `.tar.zst` or `.zip`, one `.md` file, or pages in memory.
    ///
    /// Pages that the store holds unchanged are told by path and hash and are not parsed again. One commit; archives
    /// beyond [`Limits::commit_bytes`] take one for each so many, and running it again skips what is in.
    ///
    /// ```
    /// use eventstore::{IngestOptions, Store};
    ///
    /// let store = Store::memory()?;
    /// let page = "### [2017-03-2](/news/2017/03/2/index.md)\n\n# A lighthouse is lit. \n\n\n\n";
    /// let pages = vec![("news/2017/03/2/a-lighthouse-is-lit.md".to_owned(), page.as_bytes().to_vec())];
    /// let report = store.ingest(pages.clone(), IngestOptions::default())?;
    /// assert_eq!((report.added, report.unchanged), (1, 0));
    /// let report = store.ingest(pages, IngestOptions::default())?;
    /// assert_eq!((report.added, report.unchanged, report.parsed), (0, 1, 0));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::PathNotFound`](crate::Error::PathNotFound); [`Error::Archive`](crate::Error::Archive) when it is no
    /// archive, holds nothing, is cut short or exceeds a limit; [`Error::Page`](crate::Error::Page) with
    /// [`OnError::Raise`]; [`Error::Interrupted`](crate::Error::Interrupted) when progress says so; and as reading and
    /// writing. After an error nothing of the commit that was under way is in the store.
    pub fn ingest(&self, source: impl Into<Archive>, options: IngestOptions<'_>) -> Result<Report> {
        run::run(self.shared()?, source.into(), options)
    }

    /// Puts events that a program made. One whose id the store holds takes that one's place; of two with one id the
    /// later stays.
    ///
    /// Each becomes the page that [`Event::to_markdown`] renders, with its tags stated beside it. Pruning leaves it.
    ///
    /// # Errors
    /// [`Error::InvalidEvent`](crate::Error::InvalidEvent) names the event and what is wrong with it; then none is put.
    pub fn add(&self, events: impl IntoIterator<Item = Event>) -> Result<Report> {
        add::add(self.shared()?, events.into_iter().collect())
    }
}
