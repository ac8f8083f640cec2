//! What a value of a query asks of the words of a text.

use std::fmt::Write;

use super::cut::TokenKind;
use super::span::SpannedToken;
use super::tokens::Analyzer;

/// Terms at distances from each other. A text has it if there is a position from which each part's
/// term, or a term that begins with it, stands at the part's offset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WordPattern {
    /// In order of offsets. Empty if the value has no word.
    pub parts: Vec<PatternPart>,
}

/// One term of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PatternPart {
    /// Positions behind the first part's.
    pub offset: u32,
    pub term: String,
    /// Whether it stands for all terms that begin with it.
    pub prefix: bool,
}

impl WordPattern {
    /// What a text asks for; `prefix`: its last word is the beginning of one. Where something stands
    /// behind that word, such as a space, the word is whole.
    ///
    /// Of a run of a script without spaces the pairs are asked for, which make the run; its last
    /// character begins a pair where a text goes on, so it is not. A character alone is the beginning
    /// of a pair or the end of a run, unless a letter or digit stands behind it.
    pub fn new(text: &str, prefix: bool) -> Self {
        let mut parts: Vec<PatternPart> = Vec::new();
        Analyzer::default().roles(text, |term, position, role| {
            let is_prefix = match role.kind {
                TokenKind::Last => return,
                TokenKind::Alone => true,
                TokenKind::Word | TokenKind::Signed => prefix && role.at_end,
                TokenKind::Pair | TokenKind::AloneBeforeWord => false,
            };
            if role.kind == TokenKind::Signed {
                // It stands for the word without its signs, which came before it.
                parts.pop();
            }
            parts.push(PatternPart {
                offset: position,
                term: term.to_owned(),
                prefix: is_prefix,
            });
        });
        Self { parts }
    }

    /// Whether the value has no word, so that nothing can be found by it.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The pattern as text, the same for equal patterns alone: `flood 0 warn* 1`. Page tokens hold it.
    pub fn key(&self) -> String {
        let mut key = String::new();
        for part in &self.parts {
            let space = if key.is_empty() { "" } else { " " };
            let star = if part.prefix { "*" } else { "" };
            // Writing to a String does not fail.
            let _ = write!(key, "{space}{}{star} {}", part.term, part.offset);
        }
        key
    }

    /// For each place where the pattern stands the tokens of its parts, as indices of `tokens`, which
    /// ascend by position.
    pub(super) fn places(&self, tokens: &[SpannedToken]) -> Vec<Vec<usize>> {
        let Some((first, rest)) = self.parts.split_first() else {
            return Vec::new();
        };
        let at = |part: &PatternPart, position: u32| {
            let from = tokens.partition_point(|token| token.position < position);
            let here = tokens[from..].iter();
            let mut here = here.take_while(|token| token.position == position);
            here.position(|token| part.is(&token.term))
                .map(|found| from + found)
        };
        let mut places: Vec<Vec<usize>> = Vec::new();
        let mut last_start = None;
        for (index, token) in tokens.iter().enumerate() {
            let start = token.position;
            if !first.is(&token.term) || last_start == Some(start) {
                continue;
            }
            let others = rest.iter().map(|part| at(part, start + part.offset));
            if let Some(place) = std::iter::once(Some(index)).chain(others).collect() {
                places.push(place);
                last_start = Some(start);
            }
        }
        places
    }
}

impl PatternPart {
    /// Whether the part stands for a term.
    pub fn is(&self, term: &str) -> bool {
        match self.prefix {
            true => term.starts_with(&self.term),
            false => term == self.term,
        }
    }
}
