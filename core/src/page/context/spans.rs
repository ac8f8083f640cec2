//! Spans of a page's text, and of the ids that are put behind it.

use super::super::model::Span;
use super::link::{Id, Target};

/// Makes the spans of one page while it is read.
pub(super) struct Spans<'t> {
    /// The page.
    pub text: &'t str,
    /// Ids that the page does not hold literally. They go behind its text, and their spans are
    /// there.
    pub behind: String,
}

impl<'t> Spans<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            behind: String::new(),
        }
    }

    /// The span of a slice of the page.
    pub fn of(&self, slice: &str) -> Span {
        let start = slice.as_ptr() as usize - self.text.as_ptr() as usize;
        Span {
            start: start as u32,
            end: (start + slice.len()) as u32,
        }
    }

    /// The span of an id that the page does not hold literally.
    pub fn push(&mut self, id: &str) -> Span {
        let start = (self.text.len() + self.behind.len()) as u32;
        self.behind.push_str(id);
        Span {
            start,
            end: start + id.len() as u32,
        }
    }

    /// The span of a link's id.
    pub fn target(&mut self, target: &Target<'_>) -> Span {
        match &target.id {
            Id::Literal(id) => self.of(id),
            Id::Made(id) => self.push(id.as_str()),
        }
    }

    /// The text of a span of the page itself.
    pub fn get(&self, span: Span) -> &'t str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }
}
