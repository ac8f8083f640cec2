//! Text with marks around some of its words.

use std::ops::Range;

use eventstore::mark_spans;

use super::terminal_width::{columns_of, cut, pad};
use super::visible;

/// A line of text, parts of which are marked: red on a terminal, in brackets elsewhere. It has no
/// control characters and no ends of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marked {
    text: String,
    /// Bytes of the text, ascending.
    spans: Vec<Range<usize>>,
}

impl Marked {
    /// A text with its marked bytes, which ascend.
    pub(crate) fn new(text: &str, spans: &[Range<usize>]) -> Self {
        let mut marked = Self {
            text: String::with_capacity(text.len()),
            spans: Vec::with_capacity(spans.len()),
        };
        let mut at = 0;
        for span in spans {
            marked.push(text.get(at..span.start));
            let start = marked.text.len();
            marked.push(text.get(span.clone()));
            marked.spans.push(start..marked.text.len());
            at = span.end;
        }
        marked.push(text.get(at..));
        marked
    }

    fn push(&mut self, part: Option<&str>) {
        let part = visible(part.unwrap_or_default());
        let ends = |c: char| matches!(c, '\n' | '\t');
        self.text
            .extend(part.chars().map(|c| if ends(c) { ' ' } else { c }));
    }

    /// The same behind other text.
    pub(crate) fn behind(mut self, before: &str) -> Self {
        self.text.insert_str(0, before);
        for span in &mut self.spans {
            *span = span.start + before.len()..span.end + before.len();
        }
        self
    }

    /// The same, cut to some columns.
    pub(crate) fn cut(mut self, columns: usize) -> Self {
        let kept = cut(&self.text, columns).into_owned();
        let alike = kept
            .bytes()
            .zip(self.text.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        self.spans.retain_mut(|span| {
            span.end = span.end.min(alike);
            span.start < span.end
        });
        self.text = kept;
        self
    }

    /// The same before another.
    pub(crate) fn before(mut self, other: Self) -> Self {
        let at = self.text.len();
        self.text.push_str(&other.text);
        let spans = other.spans.into_iter();
        self.spans
            .extend(spans.map(|span| span.start + at..span.end + at));
        self
    }

    /// The same, with spaces behind it to fill some columns.
    pub(crate) fn filled(mut self, columns: usize) -> Self {
        self.text = pad(&self.text, columns);
        self
    }

    /// The same without spaces at its end.
    pub(crate) fn trimmed(mut self) -> Self {
        self.text.truncate(self.text.trim_end().len());
        let end = self.text.len();
        self.spans.retain(|span| span.end <= end);
        self
    }

    /// The columns that it takes, without marks.
    pub(crate) fn columns(&self) -> usize {
        columns_of(&self.text)
    }

    /// The text without marks.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text, with something before each marked part and behind it.
    pub(crate) fn with(&self, before: &str, behind: &str) -> String {
        mark_spans(&self.text, &self.spans, before, behind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stay_at_their_words_when_text_is_cut_and_made_harmless() {
        let text = "a\u{1b}b flood\nand storm";
        let marked = Marked::new(text, &[4..9, 14..19]);
        assert_eq!(marked.with("<", ">"), "a\u{FFFD}b <flood> and <storm>");
        let marked = marked.behind("[x] ");
        assert_eq!(marked.with("<", ">"), "[x] a\u{FFFD}b <flood> and <storm>");
        let cut = |columns| marked.clone().cut(columns).with("<", ">");
        assert_eq!(cut(20), "[x] a\u{FFFD}b <flood> and <s>…");
        assert_eq!(cut(12), "[x] a\u{FFFD}b <flo>…");
        assert_eq!(cut(8), "[x] a\u{FFFD}b…");
    }
}
