//! Tests of reading and rendering pages.

mod archives;
