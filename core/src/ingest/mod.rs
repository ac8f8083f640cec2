//! Archive → pages: walk, parse in parallel, report.
//!
//! | file | question |
//! | --- | --- |
//! | `source`, `walk` | which files does an archive hold, of whatever kind it is |
//! | `archive_names` | what do the names of all its files say |
//! | `markers` | which tool was an archive written for |
//! | `page_names` | how are the Markdown pages of an archive named and read |
//! | `limits` | how much is too much |
//! | `options` | how is an archive ingested |
//! | `progress` | how far is it, and shall it go on |
//! | `report` | what was done |
//! | `examine` | one file: unchanged, or which page, and what kind of change |
//! | `hashes` | by which hash are pages and paths known again |
//! | `held_rows` | what does the store hold under a path |
//! | `batch`, `prune` | what a run has found so far; what the archive does not have any more |
//! | `passed_over` | which files are no pages, and why |
//! | `run`, `commit_thread` | an archive into the store |
//! | `resolved` | pages with what follows from them into a resolved store |
//! | `add` | a program's events into the store |
//! | `page_reader`, `read_options`, `part` | the pages of an archive, or of a part of it, without a store |
//! | `export/` | all of a store into an archive, and back |
//! | `entry` | the calls of `Store` |

mod add;
mod archive_names;
mod batch;
mod buffers;
mod commit_thread;
mod entry;
mod examine;
mod export;
mod hashes;
mod held_rows;
mod limits;
mod markers;
mod options;
mod page_names;
#[cfg(feature = "arrow")]
mod page_reader;
#[cfg(feature = "arrow")]
mod part;
mod passed_over;
mod progress;
mod prune;
#[cfg(feature = "arrow")]
mod read_options;
mod report;
mod resolved;
mod run;
mod source;
mod walk;

#[cfg(feature = "arrow")]
pub(crate) use add::add_with;
pub(crate) use export::{
    ExportContent, ExportedRow, MemberKind, SalvageNote, page_of, sort_rows, write_file,
};
pub use export::{ExportOptions, ExportReport};
pub(crate) use hashes::{added_hash, hash, page_hash};
pub use limits::Limits;
pub use options::{IngestOptions, OnError, PageFormat};
#[cfg(feature = "arrow")]
pub(crate) use page_reader::{FileReader, ReadFile, ReadOutcome};
#[cfg(feature = "arrow")]
pub use part::ArchivePart;
pub use passed_over::PassedOver;
pub(crate) use progress::Throttle;
pub use progress::{OnProgress, Phase, Progress};
#[cfg(feature = "arrow")]
pub use read_options::ReadOptions;
pub use report::Report;
#[cfg(feature = "arrow")]
pub(crate) use resolved::PageReading;
pub use resolved::ResolvedPage;
pub use source::Archive;

use source::{End, Entry, Walked};
use walk::walk;
