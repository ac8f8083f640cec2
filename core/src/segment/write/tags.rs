//! Numbers for the tags of a commit.

use super::interner::Interner;
use crate::event::fold;

/// Brings numbers of tags into their order, each once: of a damaged dictionary two terms may be one text.
pub(crate) fn sort_tags(tags: &mut Vec<u32>) {
    tags.sort_unstable();
    tags.dedup();
}

/// Tags ↔ numbers, and the folded form of each tag as a number of its own.
#[derive(Default)]
pub(crate) struct TagInterner {
    texts: Interner,
    /// The number of the folded form, by tag number.
    forms: Vec<u32>,
    folded: Interner,
}

impl TagInterner {
    /// The number of a tag, whose text is clean. A new one if it has none yet.
    pub fn number(&mut self, text: &str) -> u32 {
        let number = self.texts.number(text);
        if number as usize == self.forms.len() {
            self.forms.push(self.folded.number(&fold(text)));
        }
        number
    }

    /// The numbers of the tags of a row, as a pending row has them: ascending, each once.
    pub fn numbers<'t>(&mut self, texts: impl Iterator<Item = &'t str>) -> Vec<u32> {
        let mut tags: Vec<u32> = texts.map(|text| self.number(text)).collect();
        sort_tags(&mut tags);
        tags
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> &str {
        self.texts.text(number)
    }

    /// Number of tags.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Bytes in memory, estimated.
    pub fn bytes(&self) -> usize {
        self.texts.bytes() + self.folded.bytes() + self.forms.len() * 4
    }

    /// Removes duplicates by folded form. Of several spellings the first by code point stays. The
    /// result ascends by number.
    pub fn distinct(&self, tags: &mut Vec<u32>) {
        sort_tags(tags);
        tags.sort_unstable_by(|&a, &b| {
            let form = |number: u32| self.forms[number as usize];
            form(a)
                .cmp(&form(b))
                .then_with(|| self.text(a).cmp(self.text(b)))
        });
        tags.dedup_by_key(|tag| self.forms[*tag as usize]);
        tags.sort_unstable();
    }

    /// The first of `known` that has the same folded form as a text.
    pub fn find_folded(&self, text: &str, known: &[u32]) -> Option<u32> {
        let form = self.folded.find(&fold(text))?;
        known
            .iter()
            .copied()
            .find(|&number| self.forms[number as usize] == form)
    }
}

#[cfg(test)]
mod tests {
    use super::TagInterner;

    #[test]
    fn the_tags_of_a_row_ascend_and_stand_there_once() {
        let mut tags = TagInterner::default();
        assert_eq!(tags.numbers(["Sea", "Land", "Sea"].into_iter()), [0, 1]);
        assert_eq!(
            tags.numbers(["land", "Land", "Sea", "land"].into_iter()),
            [0, 1, 2]
        );
        assert_eq!(tags.numbers([].into_iter()), [0; 0]);
    }
}
