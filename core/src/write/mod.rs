//! Answers → files that other programs read.
//!
//! | question | answer |
//! | --- | --- |
//! | which formats there are, and which a path means | [`TableFormat`] |
//! | how an answer is written | [`WriteOptions`]; `write` of hits, selections, timelines and facets, `write_into`, in `answer` |
//! | how its rows are texts for people | [`TextRows`] |
//! | how a file gets its name only when it is whole | `partial_file` |
//! | how batches become bytes | `encoder`, and `delimited`, `objects`, `columnar` |
//! | how a value is text | `cells` |
//!
//! One batch after the other goes into the file, so that memory does not grow with the answer.

mod answer;
mod cells;
#[cfg(feature = "parquet")]
mod columnar;
mod delimited;
mod encoder;
mod format;
mod objects;
mod options;
mod partial_file;
mod text_rows;

pub use format::TableFormat;
pub use options::WriteOptions;
pub use text_rows::TextRows;
