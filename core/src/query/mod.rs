//! Questions: a [`Query`] is a value with a text form; asked of a snapshot it gives [`Hits`].
//!
//! | noun | what it answers |
//! | --- | --- |
//! | [`Query`] | what is asked: a time range and clauses, the same built by calls or read from text |
//! | [`Days`] | which days `2017`, `2017-03` and `2017-03-02` stand for |
//! | [`Value`], [`prefix`] | one value of a clause |
//! | [`Hits`], [`Page`], [`Order`] | which events answer, how many they are, in which order |
//! | `RecordBatches` | the same events column by column, in Arrow |
//! | [`Timeline`], [`Bucket`], [`By`] | how the answer lies in time |
//! | [`Facets`], [`Count`], [`Facet`] | which values the answer has, and how often |
//!
//! A query knows no store, and `parse` and `print` are each other's inverse. `plan` turns it into rows of each segment,
//! `walk` puts these in order; everything else is counting.

mod ask;
mod atom;
#[cfg(feature = "arrow")]
mod batches;
mod builder;
mod days;
mod events;
mod explain;
mod facets;
mod fault;
mod hint;
mod hits;
mod model;
mod parse;
mod plan;
mod print;
mod timeline;
mod token;
mod walk;

#[cfg(test)]
mod tests;

pub use atom::{Value, Values, prefix};
#[cfg(feature = "arrow")]
pub use batches::RecordBatches;
pub use days::Days;
pub use events::Events;
pub use facets::{Count, Facet, Facets};
pub use hits::{Hits, Page};
pub use model::{Query, Superseded};
pub use timeline::{Bucket, By, Timeline};
pub use walk::Order;
