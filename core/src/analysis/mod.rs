//! Text → the words by which it is found.
//!
//! | question | answer |
//! | --- | --- |
//! | the tokens of a text, for the index | [`Analyzer::tokens`] |
//! | the same with their places in the text, for highlighting | [`spanned_tokens`] |
//! | what a value of a query asks for | [`WordPattern::new`] |
//!
//! It may touch nothing but texts. [`ANALYSIS`] is its version: a segment says by which one its words
//! were made, and rows of another one are read with this one. So another analysis (with stemming, say)
//! is another number here.

mod pattern;
mod tokens;

pub(crate) use pattern::{PatternPart, WordPattern};
pub(crate) use tokens::{Analyzer, SpannedToken, spanned_tokens};

/// The version of the analysis. It rises with each change after which some text has other tokens.
pub(crate) const ANALYSIS: u32 = 1;
