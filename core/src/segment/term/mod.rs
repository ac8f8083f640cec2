//! Which rows have a value.
//!
//! | question | file |
//! | --- | --- |
//! | which authors are there, and which opinions have each? | `author` |

mod author;
pub(super) mod dictionary;
pub(super) mod postings;
pub(super) mod uninverted;
