//! Text in several variants of Chinese, as a wiki writes it: `-{zh-hans:里氏; zh-hant:芮氏}-`.
//!
//! A stretch of text with such marks is read once for each form: the first time each mark stands for its
//! first form, the second time for its second. So all forms begin at one position, and a run of
//! characters that goes on from a form into the text around it is found.

use std::ops::Range;

use crate::event::variant_forms;

/// Longer marks and marks of more forms are text like any other, which bounds what a reading costs.
/// The longest of 3,248 marks that were seen has 172 bytes and 5 forms.
const MARK_BYTES_MAX: usize = 2048;
const FORMS_MAX: usize = 16;

/// A mark in a text.
pub(super) struct VariantMark {
    /// The whole of it.
    pub range: Range<usize>,
    /// Its forms; of `-{A}-` the one.
    forms: Vec<Range<usize>>,
}

impl VariantMark {
    /// The mark that begins with the hyphen at a byte of a text, if one does.
    ///
    /// A mark that names no variant, `-{A}-`, is one only within or around characters outside ASCII: in
    /// other text `-{` is mathematics or code.
    pub fn read(text: &str, at: usize) -> Option<Self> {
        if text.as_bytes().get(at + 1) != Some(&b'{') {
            return None;
        }
        let from = at + 2;
        let window = &text.as_bytes()[at..];
        let window = &window[..window.len().min(MARK_BYTES_MAX)];
        let end = at + memchr::memmem::find(window, b"}-")?;
        let inner = text.get(from..end)?;
        let range = at..end + 2;
        let place = |form: &str| {
            let start = form.as_ptr() as usize - text.as_ptr() as usize;
            start..start + form.len()
        };
        let forms = variant_forms(inner).map(|(_, form)| place(form));
        let mut forms: Vec<_> = forms.take(FORMS_MAX + 1).collect();
        if forms.len() > FORMS_MAX {
            return None;
        }
        if forms.is_empty() {
            let around = [at.checked_sub(1), Some(range.end)];
            let byte = |at: Option<usize>| text.as_bytes().get(at?);
            let is_wide = |&at: &Option<usize>| byte(at).is_some_and(|byte| !byte.is_ascii());
            if inner.is_ascii() && !around.iter().any(is_wide) {
                return None;
            }
            forms.push(from..end);
        }
        Some(Self { range, forms })
    }
}

/// One reading of a stretch: the parts of the text that it consists of, one behind the other.
pub(super) struct VariantReading {
    pub text: String,
    /// For each part where it ends in `text`, and where it stands in the source.
    parts: Vec<(usize, Range<usize>)>,
}

impl VariantReading {
    /// Each reading of a stretch of the text.
    pub fn all(text: &str, stretch: Range<usize>) -> Vec<Self> {
        let mut marks = Vec::new();
        let mut at = stretch.start;
        while let Some(found) = memchr::memmem::find(&text.as_bytes()[at..stretch.end], b"-{") {
            at += found;
            match VariantMark::read(text, at) {
                Some(mark) => {
                    at = mark.range.end;
                    marks.push(mark);
                }
                None => at += 2,
            }
        }
        let count = marks.iter().map(|mark| mark.forms.len()).max();
        (0..count.unwrap_or(1))
            .map(|number| Self::new(text, &stretch, &marks, number))
            .collect()
    }

    fn new(text: &str, stretch: &Range<usize>, marks: &[VariantMark], number: usize) -> Self {
        let mut reading = Self {
            text: String::with_capacity(stretch.len()),
            parts: Vec::with_capacity(2 * marks.len() + 1),
        };
        let mut at = stretch.start;
        for mark in marks {
            reading.push(text, at..mark.range.start);
            let form = mark.forms.get(number).or(mark.forms.first());
            reading.push(text, form.cloned().unwrap_or(at..at));
            at = mark.range.end;
        }
        reading.push(text, at..stretch.end);
        reading
    }

    fn push(&mut self, text: &str, part: Range<usize>) {
        if !part.is_empty() {
            self.text.push_str(&text[part.clone()]);
            self.parts.push((self.text.len(), part));
        }
    }

    /// Where a part of the reading stands in the source: from the place of its first byte to that of
    /// its last.
    pub fn source(&self, part: Range<usize>) -> Range<usize> {
        let place = |at: usize| {
            let found = self.parts.partition_point(|&(end, _)| end <= at);
            let part = self.parts.get(found);
            part.map_or(0, |(end, source)| source.end - (end - at))
        };
        let last = part.end.saturating_sub(1);
        place(part.start)..place(last) + 1
    }
}
