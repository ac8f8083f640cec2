//! Which rows have a value.
//!
//! | question | answer |
//! | --- | --- |
//! | the terms of a field, in order, and searching them | [`TermDictionary`] |
//! | the rows of a term | [`Postings`] |
//! | the terms of a row (facets, columns) | [`UninvertedField`] |
//! | authors and `meta` of segments that have no part for them | `legacy` |
//! | terms and their rows as bytes | [`encode_terms`] |

mod dictionary;
mod encode;
mod legacy;
mod postings;
mod uninverted;

pub(crate) use dictionary::TermDictionary;
#[cfg(feature = "arrow")]
pub(crate) use dictionary::TermSpan;
pub(super) use encode::{EncodedTerms, encode_terms};
pub(crate) use postings::Postings;
pub(crate) use uninverted::UninvertedField;
