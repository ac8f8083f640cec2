//! Queries as text.
//!
//! | question | file |
//! | --- | --- |
//! | how is a query read, and how is it written? | `parse` over `scanner`, `print` |
//! | which fields can a clause name? | `field` |
//! | which values can a caller give, and how are they compared? | `value`, `matcher` |
//! | which days are a year, a month, a day, a day of any year? | `days`, `time_range`, `year_day` |
//! | which characters need quotes? | `quote` |
//! | which words need quotes, since they would be taken for something else? | `bare_word` |
//! | what is wrong with a part of a text, and what was meant? | `unreadable`, `diagnostic`, `hint` |

mod bare_word;
mod days;
mod diagnostic;
mod field;
mod hint;
mod matcher;
mod parse;
mod print;
mod quote;
mod scanner;
mod time_range;
mod unreadable;
mod value;
mod year_day;

pub use days::Days;
pub use value::{Value, Values, prefix};

pub(super) use bare_word::{as_word, in_quotes};
pub(super) use days::is_time;
pub(super) use diagnostic::Diagnostic;
pub(super) use field::{QueryField, Trait, field_of_event};
pub(super) use hint::NO_WORD_GIVEN;
pub(super) use matcher::{MatchMode, Matcher, collapse_spaces};
pub(super) use parse::{literal, unknown};
pub(super) use quote::quoted;
pub(super) use time_range::{apart, meant_end, written};
pub(super) use year_day::YearDay;
