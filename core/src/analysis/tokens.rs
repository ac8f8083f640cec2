//! The tokens of a text.

/// A token with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpannedToken {
    pub term: String,
    pub position: u32,
    /// Its bytes in the text.
    pub start: usize,
    pub end: usize,
}

/// Cuts texts into tokens. It keeps its buffers from one text to the next.
#[derive(Default)]
pub(crate) struct Analyzer {
    folded: String,
}

impl Analyzer {
    /// Hands each token of a text on: its term and its position, which ascend.
    pub fn tokens(&mut self, text: &str, mut take: impl FnMut(&str, u32)) {
        self.folded.clear();
        self.folded.push_str(&text.to_lowercase());
        let words = self.folded.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        for (position, word) in (0..).zip(words) {
            take(word, position);
        }
    }
}

/// The tokens of a text with their places in it.
pub(crate) fn spanned_tokens(text: &str) -> Vec<SpannedToken> {
    let mut position = 0;
    let mut found = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        found.push(SpannedToken {
            term: word.to_lowercase(),
            position,
            start,
            end: start + word.len(),
        });
        position += 1;
    }
    found
}
