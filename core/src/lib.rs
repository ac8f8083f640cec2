//! An embedded store for archives of dated, tagged event pages.

#[cfg(feature = "cli")]
pub mod cli;
mod error;
mod event;
mod ingest;
mod page;
mod query;
mod segment;
mod stop;
mod storage;
mod store;

pub use error::{Error, PageError, QueryError, Result};
pub use event::{Change, ChangeKind, Date, Event, EventId, Kind, Lang, Related, Source};
pub use ingest::{Archive, IngestOptions, Limits, OnError, OnProgress, Progress, Report};
pub use query::{
    Bucket, By, Count, Days, Events, Facet, Facets, Hits, Order, Page, Query, Superseded, Timeline,
    Value, Values, prefix,
};
pub use storage::Durability;
pub use store::{OpenOptions, Snapshot, Stats, Store};
