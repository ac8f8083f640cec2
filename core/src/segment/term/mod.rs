//! Which rows have a value.
//!
//! | question | file |
//! | --- | --- |
//! | which authors are there, and which opinions have each? | `author` |

mod author;
