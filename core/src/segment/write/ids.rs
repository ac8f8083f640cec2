//! The ids that the pages of one commit name, each with the title that a page gave it first.
//!
//! Nearly every link repeats its target's title, and an archive has some seven links a page: so that a link waits for
//! its commit as a few numbers, its text is compared with the first one for its target and then let go.

use crate::segment::write::interner::Lexicon;

/// See the file's head. Numbers mean nothing outside one commit.
#[derive(Default)]
pub(crate) struct Names {
    ids: Lexicon,
    titles: String,
    /// Where the title of each number lies in `titles`, if it has one; shorter than `ids` where the last ones have none.
    spans: Vec<Option<(usize, u32)>>,
}

impl Names {
    /// The number of an id.
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

    /// How many ids there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Bytes in memory, about.
    pub fn bytes(&self) -> usize {
        self.ids.bytes() + self.titles.len() + self.spans.len() * size_of::<Option<(usize, u32)>>()
    }

    /// Whether a title is the usual one of an id: the first that was offered.
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

    /// The usual title of an id, if one was offered.
    pub fn title(&self, number: u32) -> Option<&str> {
        let (start, length) = (*self.spans.get(number as usize)?)?;
        Some(&self.titles[start..start + length as usize])
    }
}
