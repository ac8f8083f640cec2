//! Numbers for the ids that the pages of a commit have or link to, each with its usual title: the
//! first one that a page gave it.
//!
//! Nearly every link repeats its target's title, and an archive has about seven links a page. So a
//! pending link keeps no title where it is the usual one.

use super::interner::Interner;

/// Ids ↔ numbers, with the usual title of each id.
#[derive(Default)]
pub(crate) struct IdInterner {
    ids: Interner,
    titles: String,
    /// The bytes of each number's usual title within `titles`, as start and length. Shorter than
    /// `ids` if the last ids have none.
    spans: Vec<Option<(usize, u32)>>,
}

impl IdInterner {
    /// The number of an id. A new one if it has none yet.
    pub fn number(&mut self, id: &str) -> u32 {
        self.ids.number(id)
    }

    /// The number of an id that has one.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.ids.find(id)
    }

    /// The id of a number.
    pub fn id(&self, number: u32) -> &str {
        self.ids.text(number)
    }

    /// Number of ids.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Bytes in memory, estimated.
    pub fn bytes(&self) -> usize {
        self.ids.bytes() + self.titles.len() + self.spans.len() * size_of::<Option<(usize, u32)>>()
    }

    /// Whether a title is the usual one of an id. The first title of an id becomes its usual one.
    pub fn is_usual(&mut self, number: u32, title: &str) -> bool {
        if let Some(usual) = self.title(number) {
            return usual == title;
        }
        let number = number as usize;
        if self.spans.len() <= number {
            self.spans.resize(number + 1, None);
        }
        self.spans[number] = Some((self.titles.len(), title.len() as u32));
        self.titles.push_str(title);
        true
    }

    /// The usual title of an id, if it has one.
    pub fn title(&self, number: u32) -> Option<&str> {
        let (start, length) = (*self.spans.get(number as usize)?)?;
        Some(&self.titles[start..start + length as usize])
    }
}
