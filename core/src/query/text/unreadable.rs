//! The errors of a text that cannot be read on, each with what was probably meant.

use super::bare_word::in_quotes;
use super::days;
use super::diagnostic::{Diagnostic, UnknownField};
use super::field::QueryField;
use super::hint;
use super::quote::plain_form;
use super::scanner::Scanner;

impl Scanner<'_> {
    /// The error for a character that cannot stand here.
    pub(super) fn stray(&self) -> Diagnostic {
        let Some(c) = self.peek() else {
            return self.diagnostic("the query ends too early");
        };
        let diagnostic = self.diagnostic(format!("{c:?} cannot stand here"));
        if let Some(plain) = plain_form(c) {
            return diagnostic.hint(match plain {
                // Signs that text has of its own: quotes are what is meant most often.
                ':' | ',' => {
                    format!("text with {c} needs quotes; as a sign of the query write {plain}")
                }
                _ => {
                    format!("write {plain} instead of {c}, or quotes around a value that holds it")
                }
            });
        }
        let is_behind_quotes = self.text[..self.at].ends_with('"');
        match c {
            '~' if is_behind_quotes => Diagnostic::new("a ~ finds nothing near")
                .shift(self.at)
                .hint(
                    "words in quotes stand next to each other; without quotes they stand anywhere",
                ),
            '^' if is_behind_quotes => Diagnostic::new("a ^ gives no weight")
                .shift(self.at)
                .hint(hint::WEIGHTS),
            '"' => diagnostic
                .hint("put white space between conditions, and quotes around a whole value"),
            ',' => diagnostic
                .hint("several values of one field stand in parentheses: tag:(one, other)"),
            ')' => diagnostic.hint("there is no ( before it; a value that holds one needs quotes"),
            '(' => diagnostic.hint("a value that holds ( needs quotes: tag:\"…(…)\""),
            ':' => diagnostic.hint("a value that holds : needs quotes: tag:\"…:…\""),
            '*' => diagnostic.hint(
                "a * stands at the end of a value: tag:syri*; a value that holds one needs quotes",
            ),
            '\\' => diagnostic.hint("a value that holds \\ needs quotes, and \\\\ for each"),
            _ => diagnostic.hint("put white space between conditions"),
        }
    }

    pub(super) fn no_field(&mut self, start: usize, name: &str, negated: bool) -> Diagnostic {
        let rest = self.run();
        let diagnostic = Diagnostic::new(format!("there is no field {name:?}")).shift(start);
        if let Some(date) = days::hint(name)
            && name.contains(['T', 't'])
        {
            return diagnostic.hint(date);
        }
        let hint = hint::field(name, negated, rest);
        if hint != hint::FIELDS {
            return diagnostic.hint(hint);
        }
        // Text with a colon in it, such as a URL or an hour.
        let is_text = rest.starts_with("//") || name.starts_with(|c: char| c.is_ascii_digit());
        let whole = in_quotes(&format!("{name}:{rest}"));
        let is_alone = self.peek().is_none_or(char::is_whitespace);
        let mut diagnostic = diagnostic.hint(match (is_text, rest) {
            (true, _) => format!("text with a colon needs quotes: {whole}"),
            (false, "") if !is_alone => hint,
            (false, _) => format!("{hint}; text with a colon needs quotes: {whole}"),
        });
        if !is_text {
            diagnostic.unknown = Some(UnknownField {
                name: name.to_owned(),
                negated,
            });
        }
        diagnostic
    }

    pub(super) fn no_value(&mut self, name: &str) -> Diagnostic {
        let diagnostic = self.diagnostic(format!("a value of {name} is missing"));
        let usual = match name {
            "text" => "write (one, other), with text in quotes where it has spaces".to_owned(),
            "has" => hint::values_of(&QueryField::Has),
            _ => format!("write {name}:value"),
        };
        match self.peek() {
            Some(c) if c.is_whitespace() => {
                self.space();
                let next = self.run();
                if next.is_empty() || self.peek() == Some(':') {
                    diagnostic.hint(usual)
                } else {
                    diagnostic.hint(format!("no space behind the colon: {name}:{next}"))
                }
            }
            Some(c) if plain_form(c).is_some() => self.stray(),
            Some(':' | '\\') => self.stray(),
            _ => diagnostic.hint(usual),
        }
    }
}

pub(super) fn unclosed(open: usize) -> Diagnostic {
    Diagnostic::new("the parenthesis is not closed")
        .shift(open)
        .hint("close it with )")
}
