//! Where in a text a pattern stands.

use std::ops::Range;

use super::pattern::WordPattern;
use super::script::{CharClass, is_unspaced};
use super::span::SpannedToken;

/// The bytes of each place where the pattern stands in a text of these tokens, in order of their
/// beginnings. They may overlap, as those of `aa` in `aaa` written without spaces.
pub(crate) fn occurrences_in(tokens: &[SpannedToken], pattern: &WordPattern) -> Vec<Range<usize>> {
    let spans = pattern.places(tokens).into_iter().filter_map(|place| {
        let start = tokens.get(*place.first()?)?.start;
        let parts = pattern.parts.iter().zip(&place);
        let end = parts
            .map(|(part, &index)| end_of(tokens, index, &part.term))
            .max()?;
        Some(start..end)
    });
    spans.collect()
}

/// Where the part of a token ends that was asked for. Of a pair that was asked for by its first
/// character that is where the next token begins, that of its second.
fn end_of(tokens: &[SpannedToken], index: usize, asked: &str) -> usize {
    let Some(token) = tokens.get(index) else {
        return 0;
    };
    let rest = token.term.strip_prefix(asked).unwrap_or_default();
    let rest = rest.trim_start_matches(|c| CharClass::of(c) == CharClass::Mark);
    if rest.is_empty() || !asked.starts_with(is_unspaced) {
        return token.end;
    }
    let behind = tokens[index..].iter().find(|behind| {
        behind.position == token.position + 1
            && behind.term.starts_with(rest)
            && (token.start + 1..token.end).contains(&behind.start)
    });
    behind.map_or(token.end, |behind| behind.start)
}
