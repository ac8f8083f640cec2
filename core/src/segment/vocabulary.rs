//! Tag texts ↔ numbers while one commit is resolved and built, so that evidence is sets of numbers, not of strings.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::event::text::fold;

/// See the file's head. Numbers are provisional: they mean nothing outside one commit.
#[derive(Default)]
pub(crate) struct Vocabulary {
    numbers: FxHashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    /// The number of the folded form's class, by text number.
    classes: Vec<u32>,
    class_of: FxHashMap<Box<str>, u32>,
}

impl Vocabulary {
    /// The number of a clean text.
    pub fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let shared: Arc<str> = text.into();
        let number = self.texts.len() as u32;
        let next = self.class_of.len() as u32;
        self.classes
            .push(*self.class_of.entry(fold(text).into()).or_insert(next));
        self.texts.push(shared.clone());
        self.numbers.insert(shared, number);
        number
    }

    pub fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }

    /// Reduces evidence to a set by folded form; of several spellings the first by code point stays. Ascending by number.
    pub fn distinct(&self, tags: &mut Vec<u32>) {
        tags.sort_unstable_by(|&a, &b| {
            let class = |number: u32| self.classes[number as usize];
            class(a)
                .cmp(&class(b))
                .then_with(|| self.text(a).cmp(self.text(b)))
        });
        tags.dedup_by_key(|tag| self.classes[*tag as usize]);
        tags.sort_unstable();
    }
}

impl Vocabulary {
    /// The one of `known` whose folded form is that of a text.
    pub fn find_folded(&self, text: &str, known: &[u32]) -> Option<u32> {
        let class = *self.class_of.get(&*fold(text))?;
        known
            .iter()
            .copied()
            .find(|&number| self.classes[number as usize] == class)
    }
}
