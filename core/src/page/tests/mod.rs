//! Tests of reading and rendering pages.

mod added;
mod moved;
mod properties;
mod round_trips;
mod second_opinion;
mod second_reader;
mod spec;

// For the tests of what is made of pages.
pub(crate) use properties::archive;
pub(crate) use spec::specified;
