//! Which row has a day, a name, a path or a hash.
//!
//! | question | answer |
//! | --- | --- |
//! | the rows of some days, and the day of a row | `Segment::row_range`, `Segment::date_of`, by [`DayRanges`] |
//! | the rows of an id or of a path | `Segment::rows_named`, `Segment::rows_of_path` |
//! | which rows of a day may have a name | [`Fingerprints`] |
//! | which rows have a name that says no day | [`NameIndex`] |
//! | which Markdown pages may be called so, and which may link to what is called so | `Segment::rows_called`, `Segment::rows_linking_to` |
//! | rows that their name alone does not lead to | [`Exceptions`] |
//! | the rows of a page hash | `Segment::rows_with_hash`, by [`RowsByHash`] |

mod by_hash;
mod days;
mod exceptions;
mod find;
mod fingerprints;
mod names;
mod page_names;

pub(super) use by_hash::RowsByHash;
pub(super) use days::{DayList, DayRanges, encode_days};
pub(super) use exceptions::{Exceptions, put_exception};
pub(super) use fingerprints::{Fingerprints, fingerprint};
pub(super) use names::{NameIndex, encode_hashes, encode_names, hash_of, recode_names};
pub(super) use page_names::{called, legacy_names};
