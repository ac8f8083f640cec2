//! Tests of reading and rendering pages.

mod added;
mod archives;
mod moved;
mod properties;
mod second_opinion;
mod second_reader;
mod spec;
