//! Answers → files that other programs read.
//!
//! | question | answer |
//! | --- | --- |
//! | which formats there are, and which a path means | [`TableFormat`] |
//! | how an answer is written | [`WriteOptions`]; `write` and `write_into` of hits and selections, in `answer` |
//! | how timelines, facets and similar events are | [`Table`] |
//! | how its rows are texts for people | [`TextRows`] |
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
mod table;
mod text_rows;

pub use delimited::delimited_row;
pub use format::TableFormat;
pub use options::WriteOptions;
pub use table::Table;
pub use text_rows::TextRows;
