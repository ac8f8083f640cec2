//! How events, counts and numbers look as text.
//!
//! | question | answer |
//! | --- | --- |
//! | how do records look in any format but the table? | [`Records`], and [`Format`] |
//! | how is an event, a bucket, … an object of JSON? | `json` |
//! | how is an event read from JSON? | [`read_event`] |
//! | how long is a bar? | [`bar`] |
//! | how do counts by two things look? | [`crosstab`] |
//! | how are numbers and sizes written? | [`counted`], [`grouped`], [`bytes`] |

mod bar;
mod crosstab;
mod json;
mod json_event;
mod markdown;
mod records;

pub use bar::bar;
pub use crosstab::{OTHERS, crosstab, repeated_counts};
pub use eventstore::number::counted;
pub(crate) use eventstore::number::{bytes, grouped};
pub(crate) use json::{answered, facets, line, pretty, split_timeline, timeline};
pub(crate) use json_event::read_event;
pub(crate) use records::{Format, Records};
