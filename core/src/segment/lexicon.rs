//! Texts ↔ numbers from 0, in the order in which the texts come.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Each text once, one behind the other: a text costs its bytes and some 16 more.
#[derive(Default)]
pub(crate) struct Lexicon {
    texts: String,
    ends: Vec<usize>,
    table: HashTable<u32>,
}

impl Lexicon {
    /// The number of a text, a new one if it has none.
    pub fn number(&mut self, text: &str) -> u32 {
        let hash = FxBuildHasher.hash_one(text);
        let get = |number: u32| slice(&self.texts, &self.ends, number);
        let found = self.table.find(hash, |&number| get(number) == text);
        if let Some(&number) = found {
            return number;
        }
        let number = self.ends.len() as u32;
        let rehash = |&number: &u32| FxBuildHasher.hash_one(get(number));
        self.table.insert_unique(hash, number, rehash);
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        number
    }

    /// The number of a text that has one.
    pub fn find(&self, text: &str) -> Option<u32> {
        let hash = FxBuildHasher.hash_one(text);
        let same = |&number: &u32| self.text(number) == text;
        self.table.find(hash, same).copied()
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> &str {
        slice(&self.texts, &self.ends, number)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
}

fn slice<'a>(texts: &'a str, ends: &[usize], number: u32) -> &'a str {
    let start = match number {
        0 => 0,
        after => ends[after as usize - 1],
    };
    &texts[start..ends[number as usize]]
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
