//! An embedded store for archives of dated, tagged event pages.
//!
//! An archive of Markdown pages goes in ([`Store::ingest`]), a small store of immutable segments comes out, and questions
//! by date, tag, category, publisher and link ([`Store::query`]) are answered from row sets without decoding a page.
//! Every page is given back byte for byte ([`Store::raw`]).
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
//! assert_eq!(hits.facets(Facet::Tags, None)?[0].value, "Weather");
//! # Ok::<(), eventstore::Error>(())
//! ```
//!
//! A [`Store`] may be shared between threads: one writes at a time, many read, and a reader's [`Snapshot`] stays as it
//! is. One process at a time opens a store. `docs/guide.md` is the long way round, `docs/design.md` says why.

#[cfg(feature = "arrow")]
mod arrow;
mod error;
mod event;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod ingest;
mod page;
mod per_process;
mod pool;
mod query;
mod segment;
mod stop;
mod storage;
mod store;

#[cfg(feature = "arrow")]
pub use arrow::{Column, RecordBatches};
#[cfg(feature = "arrow")]
pub use arrow_array;
#[cfg(feature = "arrow")]
pub use arrow_schema;
pub use error::{Error, Forked, PageError, Result};
pub use event::{
    Change, ChangeKind, Date, Event, EventId, Kind, Lang, ParseError, Related, Source,
};
#[doc(hidden)]
pub use ingest::grouped;
pub use ingest::{Archive, IngestOptions, Limits, OnError, OnProgress, Progress, Report};
pub use query::{
    Bucket, By, Count, Days, Events, Facet, Facets, Hits, Order, Query, ResultPage, Superseded,
    Timeline, Value, Values, prefix,
};
pub use storage::Durability;
pub use store::{OpenOptions, Snapshot, Stats, Store};
