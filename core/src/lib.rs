//! An embedded store for archives of dated, tagged event pages.

mod error;
mod event;
mod page;
mod query;
mod segment;
mod storage;
mod store;

pub use error::{Error, PageError, QueryError, Result};
pub use event::{Change, ChangeKind, Date, Event, EventId, Kind, Lang, Related, Source};
pub use query::{Days, Query, Superseded, Value, Values, prefix};
pub use storage::Durability;
pub use store::{OpenOptions, Snapshot, Stats, Store};
