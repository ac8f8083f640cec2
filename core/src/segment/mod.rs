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

mod blocks;
mod builder;
mod bytes;
mod cache;
pub(crate) mod chunk;
#[cfg(feature = "arrow")]
mod columns;
mod cursor;
mod events;
mod fields;
mod fingerprints;
mod hashes;
mod head;
mod lazy;
mod lexicon;
mod linked;
mod links;
mod marks;
mod names;
mod new_row;
mod outside;
mod reader;
pub(crate) mod reads;
mod referrers;
mod row;
mod row_terms;
mod rows;
mod spellings;
mod stored;
mod term;
mod terms;
#[cfg(test)]
mod tests;
mod vocabulary;

pub(crate) use builder::{SegmentMeta, build, canonical_path};
#[cfg(feature = "arrow")]
pub(crate) use bytes::Malformed;
pub(crate) use cache::BlockCache;
pub(crate) use chunk::{Part, key, segment_of};
#[cfg(feature = "arrow")]
pub(crate) use columns::{ColumnReader, Head, Title};
pub(crate) use head::{RowHead, RowKind, id_day};
pub(crate) use names::Names;
pub(crate) use new_row::{NewRow, NewRows};
pub(crate) use reader::{Field, Flags, Segment};
#[cfg(feature = "arrow")]
pub(crate) use row_terms::RowTerms;
#[cfg(feature = "arrow")]
pub(crate) use spellings::{Span, Spellings};
pub(crate) use terms::Terms;
pub(crate) use vocabulary::Vocabulary;
