//! Tests of the layer through its gate.

mod guide;
mod patterns;
mod properties;
mod words;

use std::ops::Range;

use super::{WordPattern, occurrences_in, spanned_tokens};

/// The bytes of each place where the pattern stands in the text.
fn occurrences(text: &str, pattern: &WordPattern) -> Vec<Range<usize>> {
    occurrences_in(&spanned_tokens(text), pattern)
}
