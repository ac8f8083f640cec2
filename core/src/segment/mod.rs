//! One immutable segment: its parts, and reading them.
//!
//! A row is a page. Rows are sorted by (date, name), so a range of dates is a range of rows. Events
//! are the rows of a set; day pages, front pages, twins and other files are rows too, which no
//! query returns.
//!
//! | question | answer |
//! | --- | --- |
//! | rows of some days, day of a row | [`Segment::row_range`], [`Segment::date_of`] |
//! | which terms a field has | [`Segment::dictionary`] |
//! | which rows a term has | [`Segment::postings`] → [`Postings`] |
//! | which terms a row has (facets, columns) | [`Segment::uninverted`] |
//! | the words of texts, with frequencies and positions | [`Segment::words`] → [`WordIndex`] |
//! | which rows are events, superseded, Chinese … | [`Segment::flags`] → [`Flags`] |
//! | the rows of an id or of a path | [`Segment::rows_named`], [`Segment::rows_of_path`] |
//! | who links to an id | [`Segment::links_to`], [`Segment::referrers`] |
//! | whom a row links to | [`Segment::targets`] |
//! | id and title of a row | [`Segment::row_header`] |
//! | the event of a row, the page of a row | [`Segment::event`], [`Segment::page`] |
//! | the same of many rows, field by field | `ColumnReader` |
//! | pages → a segment | [`PendingRow`], [`build`] |
//!
//! | folder | purpose |
//! | --- | --- |
//! | `block` | entries in compressed, cached blocks |
//! | `row` | what is stored for one page, and reading it back |
//! | `term` | which rows have a value |
//! | `words` | which rows have a word, how often, and where |
//! | `link` | who points to whom |
//! | `lookup` | which row has this day, id, path or hash |
//! | `write` | pages in memory → parts |
//! | `compare` | whether the indexes are those that the rows give |

mod block;
mod check;
mod compare;
mod cursor;
mod entries;
mod field;
mod lazy;
mod link;
mod lookup;
mod meta;
mod part;
#[cfg(any(test, feature = "fuzzing"))]
mod part_content;
mod read_counts;
mod row;
mod salvaged;
#[expect(clippy::module_inception, reason = "named after the type it holds")]
mod segment;
mod term;
#[cfg(test)]
mod tests;
mod words;
mod write;

#[cfg(feature = "fuzzing")]
pub(crate) use block::Compressed;
pub(crate) use block::{
    BlockCache, ChunkRange, Chunks, Codec, check_chunk, key, key_of_number, read_range,
};
pub(crate) use compare::Flaw;
pub(crate) use field::TermField;
pub(crate) use link::Adjacency;
pub(crate) use meta::SegmentMeta;
pub(crate) use part::Part;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use part_content::PartContent;
#[cfg(test)]
pub(crate) use part_content::WrittenPart;
pub(crate) use read_counts::{ReadCounts, count_postings};
pub(crate) use row::{
    Flags, HeaderTable, PageAtPath, RowHeader, RowKind, day_of_name, id_day, superseding_day,
};
pub(crate) use salvaged::{encode_days_of, encode_layouts};
pub(crate) use segment::Segment;
pub(crate) use term::{Postings, TermDictionary};
#[cfg(feature = "fuzzing")]
pub(crate) use words::read_damaged_words;
pub(crate) use words::{
    FIELDS as WORD_FIELDS, FieldLengths, Frequencies, FrequencyList, MANY, Occurrences,
    PositionKey, PositionKeys, WordIndex, WordPositions, least_frequencies,
};
pub(crate) use write::{
    IdInterner, Interner, Interners, KeptPage, NewSegment, PendingRow, PendingRows, build,
    sort_tags,
};
#[cfg(feature = "arrow")]
pub(crate) use {
    block::{Malformed, touch_all},
    row::{ColumnHeader, ColumnReader, ColumnTitle, MarkdownHeader, MarkdownRow, UNKNOWN_TAG},
    term::{TermSpan, UninvertedField},
};
