//! What a value of a query asks of the words of a text.

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
    /// What a text asks for; `prefix`: its last word is the beginning of one.
    pub fn new(text: &str, prefix: bool) -> Self {
        let mut parts = Vec::new();
        Analyzer::default().tokens(text, |term, position| {
            parts.push(PatternPart {
                offset: position,
                term: term.to_owned(),
                prefix: false,
            });
        });
        if let Some(last) = parts.last_mut() {
            last.prefix = prefix;
        }
        Self { parts }
    }
}
