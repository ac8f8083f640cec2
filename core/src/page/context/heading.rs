//! Headings that are one link to a day.

use super::super::lines::{Step, fail};
use super::{item, link};
use crate::event::Date;

/// A heading `### [2017-03-2](/news/2017/03/2/index.md)`, or with `##` in front.
pub(super) struct HeadingLine<'t> {
    pub text: &'t str,
    /// Offset of the text in the line.
    pub text_at: usize,
    /// Number of the edition and day that the link names; none if it leads elsewhere.
    pub day: Option<(u8, Date)>,
    /// Offset of the link in the line.
    pub link_at: usize,
}

/// Reads a heading that is one link.
pub(super) fn heading<'t>(line: &'t str, mark: &str) -> Option<HeadingLine<'t>> {
    let body = line.strip_prefix(mark)?.strip_prefix(" [")?;
    let text_at = mark.len() + 2;
    let close = item::find(body, "](")?;
    let link_at = text_at + close + 2;
    let day = line[link_at..].strip_suffix(')').and_then(link::day);
    Some(HeadingLine {
        text: &body[..close],
        text_at,
        day,
        link_at,
    })
}

impl HeadingLine<'_> {
    /// Whether the text begins like a date, valid or not.
    pub fn looks_dated(&self) -> bool {
        let bytes = self.text.as_bytes();
        bytes.len() > 4 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-'
    }

    /// The date that the text is; `at` is the offset of the line.
    pub fn date(&self, at: usize) -> Step<Date> {
        self.text.parse().or_else(|_| {
            fail(
                "bad_date",
                at + self.text_at,
                format!(
                    "{:?} is no day of the calendar; days are written like 2017-03-2",
                    self.text
                ),
            )
        })
    }

    /// The number of the edition that the link names; `at` is the offset of the line.
    pub fn edition(&self, at: usize) -> Step<u8> {
        match self.day {
            Some((edition, _)) => Ok(edition),
            None => fail(
                "bad_link",
                at + self.link_at,
                "expected the link to the day, `(/news/YYYY/MM/D/index.md)`, to end the heading",
            ),
        }
    }
}
