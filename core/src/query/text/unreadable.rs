//! The errors of a text that cannot be read on, each with what was probably meant.

use super::days;
use super::diagnostic::{BareWord, Diagnostic, Unknown};
use super::field::QueryField;
use super::hint::{self, WordMeaning};
use super::quote::plain_form;
use super::scanner::Scanner;

const BARE_WORD: &str = "a word by itself is no condition";

impl Scanner<'_> {
    /// The error for a word that stands where a condition should.
    pub(super) fn no_condition(
        &self,
        start: usize,
        word: &str,
        negated: bool,
        before: Option<&str>,
    ) -> Diagnostic {
        match hint::single_quotes(self.text, start) {
            Some(hint) => Diagnostic::new(BARE_WORD).shift(start).hint(hint),
            None => no_condition(start, word, negated, before),
        }
    }

    /// The error for a character that cannot stand here.
    pub(super) fn stray(&self) -> Diagnostic {
        let Some(c) = self.peek() else {
            return self.diagnostic("the query ends too early");
        };
        let diagnostic = self.diagnostic(format!("{c:?} cannot stand here"));
        if let Some(plain) = plain_form(c) {
            return diagnostic.hint(format!(
                "write {plain} instead of {c}, or quotes around a value that holds it"
            ));
        }
        match c {
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
        if let Some(date) = days::meant(name)
            && name.contains(['T', 't'])
        {
            return diagnostic.hint(date);
        }
        let hint = hint::field(name, negated, rest);
        let mut diagnostic = diagnostic.hint(&hint);
        if hint == hint::FIELDS {
            diagnostic.unknown = Some(Unknown::Field {
                name: name.to_owned(),
                negated,
            });
        }
        diagnostic
    }

    pub(super) fn no_value(&mut self, name: &str) -> Diagnostic {
        let diagnostic = self.diagnostic(format!("a value of {name} is missing"));
        let usual = match name {
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

fn no_condition(start: usize, word: &str, negated: bool, before: Option<&str>) -> Diagnostic {
    match hint::word(word, negated) {
        WordMeaning::Syntax(hint) => {
            let is_date = !negated
                && word.starts_with(|c: char| c.is_ascii_digit())
                && days::meant(word).is_some();
            let message = if is_date {
                format!("{word:?} is no date")
            } else {
                BARE_WORD.to_owned()
            };
            Diagnostic::new(message).shift(start).hint(hint)
        }
        WordMeaning::Tag => {
            // `!word` means "not", as `-word` does.
            let bare = word.strip_prefix('!').unwrap_or(word);
            let negated = negated || bare.len() < word.len();
            let mut diagnostic = Diagnostic::new(BARE_WORD)
                .shift(start)
                .hint(hint::as_tag(bare, negated, before));
            diagnostic.unknown = Some(Unknown::Word(BareWord {
                word: bare.to_owned(),
                negated,
                before: before.filter(|_| !negated).map(str::to_owned),
            }));
            diagnostic
        }
    }
}

pub(super) fn unclosed(open: usize) -> Diagnostic {
    Diagnostic::new("the parenthesis is not closed")
        .shift(open)
        .hint("close it with )")
}
