//! Text → the words by which it is found.
//!
//! | question | answer |
//! | --- | --- |
//! | the tokens of a text, for the index | [`Analyzer::tokens`] |
//! | the same with their places in the text, for highlighting | [`spanned_tokens`] |
//! | what a value of a query asks for | [`WordPattern::new`] |
//! | where in a text it stands | [`occurrences_in`] |
//!
//! A text passes through four files. `stretch` finds the stretches between separators, and most of them
//! are plain ASCII words by now. `variant` reads the marks of a wiki for text in several variants.
//! `normalize` gives a stretch the form in which two spellings match. `cut` cuts that into tokens, with
//! `script` to say which characters belong to a script that is written without spaces.
//!
//! It may touch nothing but texts. [`ANALYSIS`] is its version: a segment says by which one its words
//! were made, and rows of another one are read with this one. So another analysis (with stemming, say)
//! is another number here.

mod cut;
mod normalize;
mod occurrence;
mod pattern;
mod script;
mod span;
mod stretch;
#[cfg(test)]
mod tests;
mod tokens;
mod variant;

pub(crate) use occurrence::occurrences_in;
pub(crate) use pattern::{PatternPart, WordPattern};
pub(crate) use span::spanned_tokens;
pub(crate) use tokens::Analyzer;

/// The version of the analysis. It rises with each change after which some text has other tokens.
pub(crate) const ANALYSIS: u32 = 1;
