//! The model: what an event is. No I/O.

mod date;
pub(crate) mod domain;
pub(crate) mod id;
mod model;
mod parse_error;
pub(crate) mod text;
mod words;

pub use date::Date;
pub use id::EventId;
pub use model::{Change, ChangeKind, Event, Kind, Lang, Related, Source};
pub use parse_error::ParseError;
pub(crate) use words::{closest, words};
