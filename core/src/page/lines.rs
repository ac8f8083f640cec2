//! The lines of a page, and where in it a mistake is.

use memchr::memchr;

use crate::error::PageError;

/// Why a page cannot be read: a reason and a byte offset. Line and column are worked out only for
/// pages that fail.
#[derive(Debug)]
pub(super) struct Fail {
    pub kind: &'static str,
    pub offset: usize,
    pub message: String,
}

pub(super) type Step<T> = Result<T, Fail>;

/// A failure with its reason.
pub(super) fn fail<T>(kind: &'static str, offset: usize, message: impl Into<String>) -> Step<T> {
    Err(Fail {
        kind,
        offset,
        message: message.into(),
    })
}

impl Fail {
    /// The error of a page. Columns count characters; each byte that is no UTF-8 counts as one.
    pub fn on(self, path: &str, bytes: &[u8]) -> PageError {
        let before = &bytes[..self.offset.min(bytes.len())];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        PageError {
            path: path.to_owned(),
            line: line as u32,
            column: column as u32,
            offset: self.offset,
            kind: self.kind,
            message: self.message,
        }
    }
}

/// A cursor over the lines of a text. Lines end at `\n`; the last may lack it.
#[derive(Clone)]
pub(super) struct Lines<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str) -> Self {
        let mut lines = Self {
            text,
            start: 0,
            end: 0,
        };
        lines.measure();
        lines
    }

    fn measure(&mut self) {
        let rest = &self.text.as_bytes()[self.start..];
        self.end = self.start + memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// The line at the cursor; none after the last.
    pub fn line(&self) -> Option<&'t str> {
        (self.start < self.text.len()).then(|| &self.text[self.start..self.end])
    }

    /// The offset of the line at the cursor.
    pub fn at(&self) -> usize {
        self.start
    }

    pub fn advance(&mut self) {
        self.start = (self.end + 1).min(self.text.len());
        self.measure();
    }

    /// Skips lines that are empty or have only spaces and tabs. Returns how many there were.
    pub fn skip_blank(&mut self) -> usize {
        let mut count = 0;
        while self.line().is_some_and(is_blank) {
            self.advance();
            count += 1;
        }
        count
    }
}

pub(super) fn is_blank(line: &str) -> bool {
    line.bytes().all(|b| matches!(b, b' ' | b'\t'))
}
