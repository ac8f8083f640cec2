//! Texts ↔ numbers while one commit is gathered, resolved and built, so that evidence is sets of numbers, not of strings.

use crate::event::fold;
use crate::segment::write::ids::Names;
use crate::segment::write::interner::Lexicon;

/// Tags, and the names that pages link to. Numbers mean nothing outside one commit.
#[derive(Default)]
pub(crate) struct Vocabulary {
    tags: Lexicon,
    /// The number of the folded form, by tag number.
    classes: Vec<u32>,
    folded: Lexicon,
    pub names: Names,
}

impl Vocabulary {
    /// The number of a clean text.
    pub fn number(&mut self, text: &str) -> u32 {
        let number = self.tags.number(text);
        if number as usize == self.classes.len() {
            self.classes.push(self.folded.number(&fold(text)));
        }
        number
    }

    pub fn text(&self, number: u32) -> &str {
        self.tags.text(number)
    }

    /// How many tags there are.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// Bytes in memory, about.
    pub fn bytes(&self) -> usize {
        self.tags.bytes() + self.folded.bytes() + self.classes.len() * 4 + self.names.bytes()
    }

    /// Reduces evidence to a set by folded form; of several spellings the first by code point stays. Ascending by number.
    pub fn distinct(&self, tags: &mut Vec<u32>) {
        tags.sort_unstable();
        tags.dedup();
        tags.sort_unstable_by(|&a, &b| {
            let class = |number: u32| self.classes[number as usize];
            class(a)
                .cmp(&class(b))
                .then_with(|| self.text(a).cmp(self.text(b)))
        });
        tags.dedup_by_key(|tag| self.classes[*tag as usize]);
        tags.sort_unstable();
    }

    /// The one of `known` whose folded form is that of a text.
    pub fn find_folded(&self, text: &str, known: &[u32]) -> Option<u32> {
        let class = self.folded.find(&fold(text))?;
        known
            .iter()
            .copied()
            .find(|&number| self.classes[number as usize] == class)
    }
}
