//! Pieces of the text of a query: runs of plain characters, quoted texts, white space.

use memchr::memchr2;

use super::diagnostic::Diagnostic;
use super::quote::is_plain;

/// A text, and how far it was read.
pub(super) struct Scanner<'q> {
    pub text: &'q str,
    /// The byte offset that is read next.
    pub at: usize,
}

impl<'q> Scanner<'q> {
    pub fn new(text: &'q str) -> Self {
        Self { text, at: 0 }
    }

    /// Reads a text in quotes and gives what it stands for.
    pub fn quoted_text(&mut self) -> Result<String, Diagnostic> {
        let open = self.at;
        self.eat('"');
        let mut text = String::new();
        loop {
            // What needs no look, in one step.
            let rest = &self.text[self.at..];
            let plain = memchr2(b'"', b'\\', rest.as_bytes()).unwrap_or(rest.len());
            text.push_str(&rest[..plain]);
            self.at += plain;
            let at = self.at;
            match self.next() {
                None => {
                    return Err(Diagnostic::new("the quote is not closed").shift(open).hint(
                        "close it with \"; within quotes \\\" is a quote and \\\\ a backslash",
                    ));
                }
                Some('"') => return Ok(text),
                Some('\\') => match self.next() {
                    Some(c @ ('"' | '\\')) => text.push(c),
                    _ => {
                        return Err(Diagnostic::new("a backslash stands before \" or \\ only")
                            .shift(at)
                            .hint("write \\\\ for a backslash"));
                    }
                },
                Some(c) => text.push(c),
            }
        }
    }

    /// An error at what is read next.
    pub fn diagnostic(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message).shift(self.at)
    }

    /// The next character, which stays.
    pub fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// The next character.
    pub fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Skips a character, if it is the next one. Returns whether it was.
    pub fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// Skips white space. Returns whether there was any.
    pub fn space(&mut self) -> bool {
        let from = self.at;
        let rest = &self.text[from..];
        self.at += rest.len() - rest.trim_start().len();
        self.at > from
    }

    /// Skips plain characters and returns them.
    pub fn run(&mut self) -> &'q str {
        let rest = &self.text[self.at..];
        let mut end = rest.len();
        for (at, c) in rest.char_indices() {
            if !is_plain(c) && !is_apostrophe(rest, at, c) {
                end = at;
                break;
            }
        }
        self.at += end;
        &rest[..end]
    }
}

/// Whether a character is an apostrophe, as in `d’Ivoire`, and no quote: it stands between letters.
fn is_apostrophe(text: &str, at: usize, c: char) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + c.len_utf8()..].chars().next();
    let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    c == '’' && letter(before) && letter(after)
}
