//! The tokens of a text with their places in it.

use std::ops::Range;

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{IsNormalized, is_nfc_quick};

use super::cut::{Piece, cut};
use super::normalize::normalize;
use super::script::is_ignorable;
use super::stretch::{Shape, Stretches};
use super::tokens::once_each;
use super::variant::VariantReading;

/// A token with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpannedToken {
    pub term: String,
    pub position: u32,
    /// Its bytes in the text. A token that is made of a part of a character, such as `1` of `½`, has the
    /// whole character.
    pub start: usize,
    pub end: usize,
}

/// The tokens of a text with their places in it: those of [`Analyzer::tokens`](super::Analyzer::tokens),
/// in their order. Costs one pass and an allocation a token.
pub(crate) fn spanned_tokens(text: &str) -> Vec<SpannedToken> {
    let mut tokens = Vec::new();
    let mut position = 0;
    for (range, shape) in Stretches::new(text) {
        let mut push = |term: &str, position, span: Range<usize>| {
            tokens.push(SpannedToken {
                term: term.to_owned(),
                position,
                start: span.start,
                end: span.end,
            });
        };
        if shape != Shape::Variants {
            let mapped = Mapped::new(&text[range.clone()]);
            position = cut(&mapped.normal, position, |piece: Piece| {
                let span = mapped.source(piece.start..piece.end);
                let span = range.start + span.start..range.start + span.end;
                push(&mapped.normal[piece.start..piece.end], piece.position, span);
            });
            continue;
        }
        let mut found = Vec::new();
        let mut end = position;
        for reading in VariantReading::all(text, range) {
            let mapped = Mapped::new(&reading.text);
            let behind = cut(&mapped.normal, position, |piece: Piece| {
                let term = mapped.normal[piece.start..piece.end].to_owned();
                let span = reading.source(mapped.source(piece.start..piece.end));
                found.push((piece.position, term, span));
            });
            end = end.max(behind);
        }
        for (position, term, span) in once_each(found) {
            push(&term, position, span);
        }
        position = end;
    }
    tokens
}

/// A text in its normalized form, which remembers where its characters came from.
struct Mapped {
    normal: String,
    /// For each part that is normalized for itself where it ends, in `normal` and in the source.
    parts: Vec<(usize, usize)>,
}

impl Mapped {
    fn new(text: &str) -> Self {
        let mut normal = String::with_capacity(text.len());
        let mut parts = Vec::new();
        let mut start = 0;
        let inner = text.char_indices().skip(1);
        let ends = inner.filter(|&(_, c)| begins_part(c)).map(|(at, _)| at);
        for end in ends.chain([text.len()]) {
            normalize(&text[start..end], &mut normal);
            parts.push((normal.len(), end));
            start = end;
        }
        Self { normal, parts }
    }

    /// The source of a part of the normalized text.
    fn source(&self, part: Range<usize>) -> Range<usize> {
        let found = |at: usize| self.parts.partition_point(|&(end, _)| end <= at);
        let first = found(part.start);
        let before = first
            .checked_sub(1)
            .and_then(|before| self.parts.get(before));
        let last = self.parts.get(found(part.end.saturating_sub(1)));
        before.map_or(0, |&(_, end)| end)..last.map_or(0, |&(_, end)| end)
    }
}

/// Whether normalization never joins a character to one before it.
fn begins_part(c: char) -> bool {
    if c.is_ascii() {
        return true;
    }
    if is_ignorable(c) {
        return false;
    }
    let mut first = None;
    decompose_compatible(c, |c| {
        first.get_or_insert(c);
    });
    let first = first.unwrap_or(c);
    canonical_combining_class(first) == 0
        && is_nfc_quick(std::iter::once(first)) == IsNormalized::Yes
}
