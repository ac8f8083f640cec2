//! Texts ↔ numbers from 0, in the order in which the texts come.
//!
//! Written by hand on [`hashbrown`], although crates do it: a commit interns millions of ids, and
//! this keeps all texts in one allocation, numbers of 4 bytes, and the text's span in the hash
//! table.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Distinct texts in one string. A text takes its bytes and about 40 more.
#[derive(Default)]
pub(crate) struct Interner {
    texts: String,
    spans: Vec<InternedSpan>,
    /// The span beside the number saves a lookup in `spans`: one of four cache misses in a large
    /// table.
    table: HashTable<(InternedSpan, u32)>,
}

#[derive(Clone, Copy)]
struct InternedSpan {
    start: usize,
    length: u32,
}

impl InternedSpan {
    fn of(self, texts: &str) -> &str {
        &texts[self.start..self.start + self.length as usize]
    }
}

impl Interner {
    /// The number of a text. A new one if it has none yet.
    pub fn number(&mut self, text: &str) -> u32 {
        let hash = FxBuildHasher.hash_one(text);
        let same = |(span, _): &(InternedSpan, u32)| span.of(&self.texts) == text;
        if let Some(&(_, number)) = self.table.find(hash, same) {
            return number;
        }
        let number = self.spans.len() as u32;
        let span = InternedSpan {
            start: self.texts.len(),
            length: text.len() as u32,
        };
        self.texts.push_str(text);
        self.spans.push(span);
        self.table.insert_unique(hash, (span, number), |(span, _)| {
            FxBuildHasher.hash_one(span.of(&self.texts))
        });
        number
    }

    /// Forgets all texts, and keeps the memory for others.
    pub fn clear(&mut self) {
        self.texts.clear();
        self.spans.clear();
        self.table.clear();
    }

    /// The number of a text, if it has one.
    pub fn find(&self, text: &str) -> Option<u32> {
        let hash = FxBuildHasher.hash_one(text);
        let same = |(span, _): &(InternedSpan, u32)| span.of(&self.texts) == text;
        self.table.find(hash, same).map(|&(_, number)| number)
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> &str {
        self.spans[number as usize].of(&self.texts)
    }

    /// Bytes in memory, estimated.
    pub fn bytes(&self) -> usize {
        self.texts.len()
            + self.spans.len() * (size_of::<InternedSpan>() + 2 * size_of::<(InternedSpan, u32)>())
    }

    /// Bytes of all texts.
    pub fn text_bytes(&self) -> usize {
        self.texts.len()
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        self.spans.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number_and_a_number_its_text() {
        let mut interner = Interner::default();
        let texts: Vec<String> = (0..1000).map(|i| format!("text {}", i % 700)).collect();
        let numbers: Vec<u32> = texts.iter().map(|text| interner.number(text)).collect();
        assert_eq!(interner.len(), 700);
        for (text, &number) in texts.iter().zip(&numbers) {
            assert_eq!(interner.text(number), text);
            assert_eq!(interner.find(text), Some(number));
        }
        assert_eq!(interner.find("text"), None);
        assert_eq!(interner.number(""), 700);
        assert_eq!(interner.text(700), "");
    }
}
