//! The words of a segment's texts: which rows have a word, how often in which field, and where.
//!
//! | question | answer |
//! | --- | --- |
//! | rows of a word, their frequencies, lengths of fields | [`WordIndex`] |
//! | where a word stands | [`WordPositions`] |
//! | texts of some rows → words with their positions | [`Inverter`] → [`WordRun`] |
//! | those of new rows and of merged segments → parts | [`merge`] → [`PartSink`] |
//! | which parts words lie in | [`WordParts`] |
//! | which texts of a row have words | `texts` |
//! | any bytes as these parts, for tests | `damaged` |
//!
//! A text is cut into words once in a row's life: a merge maps the rows of what is there.

#[cfg(any(test, feature = "fuzzing"))]
mod damaged;
mod encode;
mod frequencies;
mod index;
mod invert;
mod lengths;
mod merge;
mod parts;
mod positions;
mod source;
mod texts;

#[cfg(feature = "fuzzing")]
pub(crate) use damaged::read_damaged_words;
pub(in crate::segment) use encode::PartSink;
pub(crate) use frequencies::{
    Frequencies, FrequencyList, MORE as MANY, least as least_frequencies,
};
pub(crate) use index::{Occurrences, WordIndex};
pub(in crate::segment) use invert::{Inverter, WordRun};
pub(crate) use lengths::FieldLengths;
pub(in crate::segment) use merge::merge;
pub(in crate::segment) use parts::WordParts;
pub(crate) use positions::{PositionKey, PositionKeys, WordPositions};
pub(in crate::segment) use source::MergedSegment;
pub(in crate::segment) use texts::RowTexts;

/// Fields that have words: title, summary and body, in this order.
pub(crate) const FIELDS: usize = 3;

/// Parts that have bytes for each word: rows, frequencies and positions, in this order.
pub(in crate::segment) const STREAMS: usize = 3;

/// Where a number holds the field of a word above its position. No text has as many words.
const FIELD_SHIFT: u32 = 30;
