//! Queries: a [`Query`] is a value with a text form; asked of a snapshot it gives [`Hits`].
//!
//! | noun | what it answers |
//! | --- | --- |
//! | [`Query`] | what is asked: a time range and clauses, built by calls or read from text |
//! | [`Days`] | which days `2017`, `2017-03` and `2017-03-02` stand for |
//! | [`Value`], [`prefix`] | one value of a clause |
//! | [`Hits`], [`ResultPage`], [`Heading`], [`Order`] | which events match, how many, in which order |
//! | `RecordBatches` | the same events column by column, in Arrow |
//! | [`Timeline`], [`Bucket`], [`By`] | how the matching events are spread over time |
//! | [`SplitTimeline`], [`SplitBucket`] | how the events of each value of a field are |
//! | [`Facets`], [`Count`], [`Facet`] | which values they have, and how often |
//! | [`Highlights`], [`Snippet`], [`TextField`] | where the words of a query stand in an event |
//!
//! | question | file or folder |
//! | --- | --- |
//! | which calls of a store take a query? | `entry` |
//! | what is a query, and how is it built? | `model`, `builder`; of words: `word_builder` |
//! | how is it read from text and printed? | `text` |
//! | which rows match, and in which order? | `run` |
//! | what does the caller get? | `answer` |
//!
//! A query knows no store. Reading and printing are each other's inverse.

mod answer;
mod builder;
mod entry;
mod model;
mod run;
mod text;
mod word_builder;

#[cfg(test)]
pub(crate) mod tests;

pub use answer::{
    Bucket, By, Count, Events, Facet, Facets, Heading, Highlights, Hits, ResultPage, Similar,
    SimilarEvents, Snippet, SplitBucket, SplitTimeline, TextField, Timeline, mark_spans,
};
pub use model::{Include, Query};
#[cfg(feature = "arrow")]
pub(crate) use run::RowCursor;
pub use run::{Order, Weights};
pub use text::{Days, Value, Values, prefix};
