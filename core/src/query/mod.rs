//! Questions: a [`Query`] is a value with a text form; asked of a snapshot it gives [`Hits`].
//!
//! | noun | what it answers |
//! | --- | --- |
//! | [`Query`] | what is asked: a time range and clauses, the same built in Rust, in Python or read from a string |
//! | [`Days`] | which days `2017`, `2017-03` and `2017-03-02` stand for |
//! | [`Value`], [`prefix`] | one value of a clause |
//!
//! A query knows no store. `parse` and `print` are each other's inverse; everything else reads bitmaps of segments.

mod atom;
mod builder;
mod days;
mod fault;
mod hint;
mod model;
mod parse;
mod print;

pub use atom::{Value, Values, prefix};
pub use days::Days;
pub use model::{Query, Superseded};
