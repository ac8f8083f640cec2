//! Which rows have a value.
//!
//! | question | answer |
//! | --- | --- |
//! | the terms of a field, and searching them, block by block | [`TermBlocks`] |
//! | the same in memory, for those who need most of them | [`TermDictionary`] |
//! | their texts, for those who read events | [`Spellings`] |
//! | the rows of a term | [`Postings`] |
//! | the terms of a row (facets, columns) | [`UninvertedField`] |
//! | fields of older segments | `legacy` |
//! | terms and their rows as bytes | [`encode_terms`] |

mod block;
mod blocks;
mod dictionary;
mod encode;
mod legacy;
mod postings;
mod spellings;
mod uninverted;

pub(crate) use blocks::TermBlocks;
pub(super) use blocks::{
    StreamLengths, TermBlocksWriter, WalkedBlock, join_indexes, read_all_terms,
};
pub(crate) use dictionary::TermDictionary;
#[cfg(feature = "arrow")]
pub(crate) use dictionary::TermSpan;
pub(super) use encode::{EncodedTerms, encode_terms};
pub(crate) use postings::Postings;
pub(super) use spellings::Spellings;
pub(crate) use uninverted::UninvertedField;
