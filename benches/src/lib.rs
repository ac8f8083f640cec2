//! Synthetic archives in the format of the Context, with a known truth, for tests and measurements of eventstore.
//!
//! An archive is a function of its number of pages and its seed. It is written page by page; nothing of its text is
//! kept in memory, so that its size is bounded by the disk alone.
//!
//! | file | question |
//! | --- | --- |
//! | `plan` | which days, events, tags, links |
//! | `words`, `text` | which words, names, titles, summaries, addresses |
//! | `page`, `listing` | how they stand on a page |
//! | `archive`, `output` | how pages become an archive |
//! | `blog` | Markdown pages with front matter, another kind of archive |
//! | `evidence`, `truth` | what a store must say of it |
//!
//! The statistics and where they come from are in `docs/benchmarks.md`.

// A tool of this tree: its face is the command line and what the documents say of it.
#![allow(missing_docs)]

mod archive;
mod blog;
mod calendar;
mod evidence;
mod listing;
mod output;
mod page;
mod plan;
mod random;
mod text;
mod truth;
mod words;

pub use archive::{Wanted, write};
pub use blog::{BlogTruth, write_blog};
pub use output::Format;
pub use truth::{TagCount, Truth};
