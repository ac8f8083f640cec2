//! The tokens of a text.

use super::cut::{Piece, TokenKind, cut};
use super::normalize::{normalize, small_letter};
use super::stretch::{Shape, Stretches};
use super::variant::VariantReading;

/// Cuts texts into tokens. It keeps its buffers from one text to the next.
#[derive(Default)]
pub(crate) struct Analyzer {
    /// A stretch in the form that is cut.
    normal: String,
}

/// What a token is beside its term and position.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenRole {
    pub kind: TokenKind,
    /// Whether the text ends with it.
    pub at_end: bool,
}

impl Analyzer {
    /// Hands each token of a text on: its term and its position, which ascend. Costs one pass; nothing
    /// is allocated for ASCII.
    pub fn tokens(&mut self, text: &str, mut take: impl FnMut(&str, u32)) {
        self.roles(text, |term, position, _| take(term, position));
    }

    /// As [`Analyzer::tokens`], with what each token is of the text.
    #[inline]
    pub(super) fn roles(&mut self, text: &str, mut take: impl FnMut(&str, u32, TokenRole)) {
        let mut position = 0;
        for (range, shape) in Stretches::new(text) {
            let is_last = range.end == text.len();
            let word = TokenRole {
                kind: TokenKind::Word,
                at_end: is_last,
            };
            let stretch = &text[range.clone()];
            position = match shape {
                Shape::Token => {
                    take(stretch, position, word);
                    position + 1
                }
                Shape::Normal => cut_roles(stretch, position, is_last, &mut take),
                Shape::Capitals => {
                    self.normal.clear();
                    if stretch.is_ascii() {
                        self.normal.push_str(stretch);
                        self.normal.make_ascii_lowercase();
                    } else {
                        let small = |c: char| small_letter(c).unwrap_or(c.to_ascii_lowercase());
                        self.normal.extend(stretch.chars().map(small));
                    }
                    cut_roles(&self.normal, position, is_last, &mut take)
                }
                Shape::Wide => {
                    self.normal.clear();
                    normalize(stretch, &mut self.normal);
                    cut_roles(&self.normal, position, is_last, &mut take)
                }
                Shape::Variants => {
                    let mut found = Vec::new();
                    let mut end = position;
                    for reading in VariantReading::all(text, range) {
                        self.normal.clear();
                        normalize(&reading.text, &mut self.normal);
                        let mut keep = |term: &str, position, role| {
                            found.push((position, term.to_owned(), role));
                        };
                        end = end.max(cut_roles(&self.normal, position, is_last, &mut keep));
                    }
                    for (position, term, role) in once_each(found) {
                        take(&term, position, role);
                    }
                    end
                }
            };
        }
    }
}

#[inline]
fn cut_roles(
    normal: &str,
    position: u32,
    is_last: bool,
    take: &mut impl FnMut(&str, u32, TokenRole),
) -> u32 {
    cut(normal, position, |piece: Piece| {
        let role = TokenRole {
            kind: piece.kind,
            at_end: is_last && piece.end == normal.len(),
        };
        take(&normal[piece.start..piece.end], piece.position, role);
    })
}

/// Tokens of several readings in order, each position and term once.
pub(super) fn once_each<T>(mut tokens: Vec<(u32, String, T)>) -> Vec<(u32, String, T)> {
    tokens.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    tokens.dedup_by(|a, b| (a.0, &a.1) == (b.0, &b.1));
    tokens
}
