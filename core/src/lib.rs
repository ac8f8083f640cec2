//! An embedded store for archives of dated, tagged event pages.
//!
//! An archive of Markdown pages goes in ([`Store::ingest`]), a small store of immutable segments
//! comes out, and questions by word, date, tag, category, publisher and link ([`Store::query`]) are
//! answered by operations on sets of rows, without decoding a page. Every page is given back byte
//! for byte ([`Store::raw`]).
//!
//! ```
//! use eventstore::{Date, Event, Facet, Store};
//!
//! let store = Store::memory()?; // or Store::open("news.store")?
//! let mut flood = Event::new("2017/03/2/flood".parse()?, Date::new(2017, 3, 2), "A river floods");
//! flood.tags = vec!["Weather".to_owned()];
//! store.add([flood])?; // or store.ingest("archive.tar.gz", IngestOptions::default())?
//!
//! let hits = store.query("tag:weather 2017")?;
//! assert_eq!(hits.count()?, 1);
//! assert_eq!(hits.first()?.unwrap().title, "A river floods");
//! assert_eq!(hits.facets(Facet::Tag, None)?[0].value, "Weather");
//! # Ok::<(), eventstore::Error>(())
//! ```
//!
//! # Where to begin
//!
//! | you want to | see |
//! | --- | --- |
//! | open or make a store | [`Store::open`], [`Store::memory`], [`OpenOptions`] |
//! | read an archive into it | [`Store::ingest`], [`IngestOptions`], [`Report`] |
//! | move a store to another machine or version | [`Store::export`], [`Store::import`] |
//! | add events of your own | [`Event`], [`Store::add`] |
//! | ask | [`Store::query`], [`Query`], [`Hits`] |
//! | count by value or by time | [`Hits::facets`], [`Hits::timeline`] |
//! | search for words, the best first | [`Order::Relevance`], [`Hits::by_relevance`], [`Hits::scores`] |
//! | show why an event was found | [`Event::highlight`], [`mark_spans`], [`Hits::snippets`] |
//! | complete a word that is being typed | [`Store::words`] |
//! | read events, links and pages | [`Hits::iter`], [`Store::get`], [`Store::related`], [`Store::raw`] |
//! | get the pages of an archive as columns, without a store | `read_pages`, with the feature `arrow` |
//! | get columns for Arrow | `Hits::select`, `Hits::record_batches`, with the feature `arrow` |
//! | write an answer into a file for other programs | `Hits::write`, `Selection::write`, with the feature `arrow` |
//! | copy a store while it is in use | [`Store::backup`] |
//! | get the pages out of a damaged store | [`salvage`], [`SalvageReport`] |
//! | look whether a store is whole | [`Store::verify`], [`VerifyReport`] |
//! | know what can go wrong | [`Error`], [`ParseError`], [`PageError`] |
//!
//! # Queries as text
//!
//! [`Query`] has a method for each condition, and reads the same conditions from text. Conditions
//! are separated by spaces and all have to hold:
//!
//! | text | meaning |
//! | --- | --- |
//! | `flood storm`, `flood -storm` | both words, in title, summary or body; one without the other |
//! | `"flood warning"`, `flood*` | words next to each other, words that begin so |
//! | `(flood, storm)`, `title:flood` | one of them, in that field alone |
//! | `tag:Syria tag:"New York"` | both tags |
//! | `tag:(Syria,Iraq)` | one of them |
//! | `-category:Sport` | not in this category |
//! | `source:syri*` | a publisher whose name begins with this |
//! | `tag:*`, `-tag:*` | any tag, no tag |
//! | `2017`, `2017-03`, `2017-03-02` | a year, a month, a day |
//! | `2014..2016-06`, `..2016` | from, until |
//! | `related:2017/03/2/a`, `refers:2017/03/2/a` | linked with an event, linking to it |
//! | `kind:opinion`, `lang:zh` | kind, language |
//! | `superseded:yes` | also events that their day page no longer lists |
//!
//! Letters match without regard to case. [`Query`] has the whole grammar.
//!
//! # What it is not
//!
//! - **No server.** One process at a time has a store open. Within it, a store may be
//!   used by any number of threads: one writes at a time, the others read what was committed when
//!   they asked.
//! - **No database for any data.** It holds events and the pages that they come from, and its
//!   queries are those above.
//! - **No search engine for human language.** Words of titles, summaries and bodies are found exactly as
//!   they are written, in any case: no word is taken for another form of it, for a similar one, or for
//!   one that means the same.
//!
//! # Limits
//!
//! Days lie between the years 1 and 9999. A page has at most 1 MiB and 100,000 items unless
//! [`Limits`] says otherwise, and never more than 1 GiB. A store is made for archives of up to some
//! millions of pages. Memory during an ingest is at most about twice
//! [`Limits::commit_bytes`], 200 MB, and half a KB for each page of the store.
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | adds |
//! | --- | --- |
//! | `arrow` | `Hits::select`, `Hits::record_batches`, `Column`: answers as Arrow record batches |
//! | `parquet` | `arrow`, and files of Parquet and Arrow from `Hits::write` |
//! | `serde` | [`Event::to_json`]; `Serialize` and `Deserialize` of [`Event`] and its parts, [`Date`], [`EventId`], [`Kind`], [`Lang`]; `Serialize` of [`Report`], [`PassedOver`], [`Stats`], [`VerifyReport`], [`Bucket`], [`Count`] |
//! | `jiff` | `From` and `TryFrom` between [`Date`] and `jiff::civil::Date` |

// Library code returns an error where it cannot go on; tests may stop at once.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod analysis;
#[cfg(feature = "arrow")]
mod arrow;
mod backup;
mod error;
mod event;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod ingest;
/// How reports write numbers, for the command line: no part of the interface.
#[doc(hidden)]
pub mod number;
mod page;
mod partial_file;
mod partial_path;
mod per_process;
mod pool;
mod query;
mod salvage;
mod segment;
mod stop;
mod storage;
mod store;
mod sync_directory;
mod verify;
#[cfg(feature = "arrow")]
mod write;

#[cfg(feature = "arrow")]
pub use arrow::{Column, PageBatches, RecordBatches, Selection, read_pages};
#[cfg(feature = "arrow")]
pub use arrow_array;
#[cfg(feature = "parquet")]
pub use arrow_ipc;
#[cfg(feature = "arrow")]
pub use arrow_schema;
pub use backup::{BackupOptions, BackupReport};
pub use error::{Error, Forked, LockHolder, PageError, Result};
pub use event::{
    AsId, Change, ChangeKind, Date, Event, EventId, Kind, Lang, Meta, MetaValue, ParseError,
    Related, Source, Time, steers_terminal,
};
pub use ingest::{
    Archive, ExportOptions, ExportReport, IngestOptions, Limits, OnError, OnProgress, PageFormat,
    PassedOver, Phase, Progress, Report, ResolvedPage,
};
#[cfg(feature = "arrow")]
pub use ingest::{ArchivePart, ReadOptions};
pub use page::{KeyMap, MappedField, Profile};
pub use query::{
    Bucket, By, Count, Days, Events, Facet, Facets, Heading, Highlights, Hits, Include, Order,
    Query, ResultPage, Similar, SimilarEvents, Snippet, SplitBucket, SplitTimeline, TextField,
    Timeline, Value, Values, Weights, mark_spans, prefix,
};
pub use salvage::{LostPage, SalvageBasis, SalvageReport, salvage};
pub use storage::Durability;
pub use store::{
    ArchiveInfo, LinkCheck, LinkProblem, OpenOptions, Snapshot, Stats, Store, Words, commit_stores,
    listed_stores,
};
pub use verify::{Finding, VerifyDepth, VerifyReport, VerifyStep};
#[cfg(feature = "arrow")]
pub use write::{Table, TableFormat, TextRows, WriteOptions, delimited_row};
