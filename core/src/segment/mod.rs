//! Pages ⇄ parts: the builder and the reader of one immutable segment.
//!
//! A row is a page; rows are sorted by (date, name), so a date range is a range of rows. Events are the rows of a
//! bitmap; day pages, front pages, twins and other files are rows too, which no question sees.
//!
//! | question | answer |
//! | --- | --- |
//! | rows of some days, day of a row | [`Segment::row_range`], [`Segment::date_of`], [`Segment::days`] |
//! | which terms has a field, which rows has a term | [`Segment::spellings`] → `Spellings`, [`Segment::terms`] → [`Terms`] |
//! | which terms has a row (facets) | [`Segment::row_terms`] → [`RowTerms`] |
//! | which rows are events, superseded, Chinese … | [`Segment::flags`] → [`Flags`] |
//! | the row of an id or of a path | [`Segment::rows_named`], [`Segment::row_of_path`] |
//! | who links to an id, whom a row links to | [`Segment::links_to`], [`Segment::referrers`], [`Segment::targets`] |
//! | id and title of a row; its whole event; its page | [`Segment::row_head`], [`Segment::event`], [`Segment::page`] |
//! | the same of many rows, field by field | `ColumnReader` |

mod block;
mod cursor;
mod delete_on_drop;
mod lazy;
mod link;
mod lookup;
mod read_counts;
mod row;
#[allow(clippy::module_inception)]
mod segment;
mod term;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use self::read_counts as reads;
pub(crate) use block::cache::BlockCache;
pub(crate) use block::chunk;
pub(crate) use block::chunk::{Part, key, segment_of};
#[cfg(feature = "arrow")]
pub(crate) use block::varint::Malformed;
#[cfg(feature = "arrow")]
pub(crate) use row::columns::{ColumnReader, Head, Title};
pub(crate) use row::header::{RowHead, RowKind, id_day};
pub(crate) use segment::{Field, Flags, Segment};
#[cfg(feature = "arrow")]
pub(crate) use term::dictionary::{Span, Spellings};
pub(crate) use term::postings::Terms;
#[cfg(feature = "arrow")]
pub(crate) use term::uninverted::RowTerms;
pub(crate) use write::builder::{SegmentMeta, build, canonical_path};
pub(crate) use write::ids::Names;
pub(crate) use write::pending_row::{NewRow, NewRows};
pub(crate) use write::tags::Vocabulary;
