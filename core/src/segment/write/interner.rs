//! Texts ↔ numbers from 0, in the order in which the texts come.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Each text once, one behind the other: a text costs its bytes and some 40 more.
#[derive(Default)]
pub(crate) struct Lexicon {
    texts: String,
    spans: Vec<Span>,
    /// A span beside the number saves the look into `spans`, which is a cache miss of four in a large table.
    table: HashTable<(Span, u32)>,
}

#[derive(Clone, Copy)]
struct Span {
    start: usize,
    length: u32,
}

impl Span {
    fn of(self, texts: &str) -> &str {
        &texts[self.start..self.start + self.length as usize]
    }
}

impl Lexicon {
    /// The number of a text, a new one if it has none.
    pub fn number(&mut self, text: &str) -> u32 {
        let hash = FxBuildHasher.hash_one(text);
        let same = |(span, _): &(Span, u32)| span.of(&self.texts) == text;
        if let Some(&(_, number)) = self.table.find(hash, same) {
            return number;
        }
        let number = self.spans.len() as u32;
        let span = Span {
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

    /// The number of a text that has one.
    pub fn find(&self, text: &str) -> Option<u32> {
        let hash = FxBuildHasher.hash_one(text);
        let same = |(span, _): &(Span, u32)| span.of(&self.texts) == text;
        self.table.find(hash, same).map(|&(_, number)| number)
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> &str {
        self.spans[number as usize].of(&self.texts)
    }

    /// Bytes in memory, about.
    pub fn bytes(&self) -> usize {
        self.texts.len() + self.spans.len() * (size_of::<Span>() + 2 * size_of::<(Span, u32)>())
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number_and_a_number_its_text() {
        let mut lexicon = Lexicon::default();
        let texts: Vec<String> = (0..1000).map(|i| format!("text {}", i % 700)).collect();
        let numbers: Vec<u32> = texts.iter().map(|text| lexicon.number(text)).collect();
        assert_eq!(lexicon.len(), 700);
        for (text, &number) in texts.iter().zip(&numbers) {
            assert_eq!(lexicon.text(number), text);
            assert_eq!(lexicon.find(text), Some(number));
        }
        assert_eq!(lexicon.find("text"), None);
        assert_eq!(lexicon.number(""), 700);
        assert_eq!(lexicon.text(700), "");
    }
}
