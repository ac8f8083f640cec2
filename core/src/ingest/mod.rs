//! Archive → pages: walk, parse in parallel, report.
//!
//! | file | question |
//! | --- | --- |
//! | `source`, `walk` | which files does an archive hold, of whatever kind it is |
//! | `limits` | how much is too much |
//! | `progress` | how far is it, and shall it go on |
//! | `report` | what was done |

mod limits;
mod progress;
mod report;
mod source;
mod walk;

pub use limits::Limits;
pub use progress::{OnProgress, Progress};
pub use report::Report;
pub use source::Archive;

pub(crate) use progress::Throttle;
pub(crate) use source::{End, Entry, Walked};
pub(crate) use walk::walk;

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
    /// stands for, and only if the archive was read to its end and held an event.
    pub prune: bool,
    /// What a page that cannot be read does.
    pub on_error: OnError,
    /// How much is too much.
    pub limits: Limits,
    /// Told of progress at most ten times a second; may end the run.
    pub progress: Option<Box<OnProgress<'a>>>,
}
