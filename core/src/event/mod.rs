//! The model: what an event is. No I/O.

mod date;
pub(crate) mod domain;
pub(crate) mod id;
mod model;
mod path;
pub(crate) mod text;

pub use date::Date;
pub use id::EventId;
pub use model::{Change, ChangeKind, Event, Kind, Lang, Related, Source};
pub(crate) use path::{canonical_path, is_canonical_path};
