//! Reads the text of a query. Its grammar stands at [`Query`].
//!
//! One pass without backtracking or nesting: time and memory are linear in the text.

use std::borrow::Cow;
use std::str::FromStr;

use super::bare_word::{
    WordPlace, as_word, check_in_group, check_value, in_quotes, misread, not_a_time,
};
use super::days::{Days, is_time};
use super::diagnostic::{Diagnostic, UnknownField};
use super::field::{QueryField, Trait};
use super::hint;
use super::matcher::Matcher;
use super::quote::{is_plain, plain_form, quoted};
use super::scanner::Scanner;
use super::unreadable::unclosed;
use super::value::{ParsedValue, Value, ValueForm};
use crate::event::ParseError;
use crate::query::model::{Admission, Clause, Include, Query};

impl FromStr for Query {
    type Err = ParseError;

    /// Reads the text form. Takes time linear in the text; 1 MB of it is no problem.
    ///
    /// # Errors
    /// A [`ParseError`] with the byte offset at which reading failed, what is wrong there, and what
    /// was probably meant.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        read(text).map_err(|diagnostic| diagnostic.within(text))
    }
}

/// The name of an error that a store may explain.
pub(in crate::query) fn unknown(error: &ParseError) -> Option<UnknownField> {
    let diagnostic = read(&error.text).err()?;
    let same = diagnostic.message == error.message && diagnostic.offset == error.offset;
    diagnostic.unknown.filter(|_| same)
}

/// The text that a text in quotes stands for; any other text as it is.
pub(in crate::query) fn literal(text: &str) -> Result<String, ParseError> {
    if !text.starts_with('"') {
        return Ok(text.to_owned());
    }
    let mut scanner = Scanner::new(text);
    let literal = scanner.quoted_text();
    let literal = literal.map_err(|diagnostic| diagnostic.within(text))?;
    match scanner.peek() {
        None => Ok(literal),
        Some(_) => Err(scanner.stray().within(text)),
    }
}

fn read(text: &str) -> Result<Query, Diagnostic> {
    Parser::new(text).query()
}

impl TryFrom<&str> for Query {
    type Error = ParseError;

    fn try_from(text: &str) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl TryFrom<String> for Query {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl TryFrom<&String> for Query {
    type Error = ParseError;

    fn try_from(text: &String) -> Result<Self, ParseError> {
        text.parse()
    }
}

struct Parser<'q> {
    scan: Scanner<'q>,
    /// What was read so far.
    query: Query,
    /// Where the value of the condition just read begins, if that is with a single quote that it does
    /// not close.
    single_quote: Option<usize>,
}

/// A name before a colon: of a field, or of a trait that events may have.
#[derive(PartialEq, Eq)]
enum FieldName {
    Field(QueryField),
    Trait(Trait),
}

impl<'q> Parser<'q> {
    fn new(text: &'q str) -> Self {
        Self {
            scan: Scanner::new(text),
            query: Query::default(),
            single_quote: None,
        }
    }

    fn query(mut self) -> Result<Query, Diagnostic> {
        self.scan.space();
        while self.scan.at < self.scan.text.len() {
            let start = self.scan.at;
            self.condition()?;
            let read = &self.scan.text[start..self.scan.at];
            if self.scan.at < self.scan.text.len() && !self.scan.space() {
                let words = self.scan.peek() == Some(',') && !read.contains(':') && !is_time(read);
                return Err(match words {
                    true => self.scan.stray().hint(hint::SEVERAL_WORDS),
                    false => self.scan.stray(),
                });
            }
        }
        Ok(self.query)
    }

    /// A time or a clause.
    fn condition(&mut self) -> Result<(), Diagnostic> {
        let single_quote = self.single_quote.take();
        let negated = self.scan.eat('-');
        let start = self.scan.at;
        match self.scan.peek() {
            None => {
                return Err(self
                    .scan
                    .diagnostic("a - with nothing behind it")
                    .shift_back(1));
            }
            Some(c) if c.is_whitespace() => {
                return Err(self
                    .scan
                    .diagnostic("a - with nothing behind it")
                    .shift_back(1)
                    .hint("write - directly before a condition: -tag:value"));
            }
            Some('"' | '(' | '*') => {
                return self.clause(FieldName::Field(QueryField::Text), negated);
            }
            _ => {}
        }
        let run = self.scan.run();
        if run.is_empty() {
            return Err(self.scan.stray());
        }
        if let Some(key) = run.strip_prefix("meta.") {
            let field = FieldName::Field(self.meta_field(key)?);
            return self.clause(field, negated);
        }
        if self.scan.eat(':') {
            let field = self.field(start, run, negated)?;
            return self.clause(field, negated);
        }
        if self.scan.peek().and_then(plain_form) == Some(':') {
            return Err(self.scan.stray());
        }
        if is_time(run) {
            if negated {
                return Err(Diagnostic::new("a time cannot be negated")
                    .shift(start)
                    .hint(not_a_time(run)));
            }
            if self.scan.peek() == Some('*') {
                let hint = format!("words that begin so: {}*", in_quotes(run));
                return Err(self.scan.diagnostic("a time takes no *").hint(hint));
            }
            return self.time(start, run);
        }
        if let Some(open) = single_quote
            && let Some(hint) = hint::single_quotes(self.scan.text, open, start)
        {
            return Err(Diagnostic::new("single quotes hold nothing together")
                .shift(start)
                .hint(hint));
        }
        if let Some(error) = misread(run, negated, WordPlace::Condition) {
            return Err(error.shift(start));
        }
        self.scan.at = start;
        self.clause(FieldName::Field(QueryField::Text), negated)
    }

    fn time(&mut self, start: usize, run: &str) -> Result<(), Diagnostic> {
        let mut asked = Query::default();
        match run.split_once("..") {
            None => {
                let days = Days::read(run).map_err(|diagnostic| diagnostic.shift(start))?;
                asked.restrict_time(Some(days.first()), Some(days.last()));
            }
            Some((from, to)) => {
                let end_at = start + from.len() + 2;
                if from.is_empty() && to.is_empty() {
                    return Err(Diagnostic::new("a range needs a date at one end")
                        .shift(start)
                        .hint("write 2017.., ..2017 or 2017..2018"));
                }
                if to.contains("..") || to.starts_with('.') {
                    return Err(Diagnostic::new("a range has two ends")
                        .shift(end_at)
                        .hint("write 2017.., ..2017 or 2017..2018"));
                }
                let read = |text: &str, at: usize| match text {
                    "" => Ok(None),
                    _ => Days::read(text)
                        .map(Some)
                        .map_err(|diagnostic| diagnostic.shift(at)),
                };
                let from = read(from, start)?;
                let to = read(to, end_at)?;
                if let (Some(from), Some(to)) = (from, to)
                    && from.first() > to.last()
                {
                    return Err(Diagnostic::new("the range ends before it begins")
                        .shift(end_at)
                        .hint(format!("did you mean {to}..{from}?")));
                }
                asked.restrict_time(from.map(Days::first), to.map(Days::last));
            }
        }
        self.query.restrict_time(asked.since, asked.until);
        Ok(())
    }

    /// The field or the trait that a name stands for.
    fn field(&mut self, start: usize, name: &str, negated: bool) -> Result<FieldName, Diagnostic> {
        let mut fields = QueryField::NAMED.into_iter();
        if let Some(field) = fields.find(|field| field.as_str() == name) {
            return Ok(FieldName::Field(field));
        }
        match Trait::ALL.into_iter().find(|of| of.as_str() == name) {
            Some(of) => Ok(FieldName::Trait(of)),
            None => Err(self.scan.no_field(start, name, negated)),
        }
    }

    /// The key of `meta.KEY:`, of which `first` was read, and the colon. Any part of it may stand in
    /// quotes.
    fn meta_field(&mut self, first: &str) -> Result<QueryField, Diagnostic> {
        let start = self.scan.at - first.len();
        let mut key = first.to_owned();
        loop {
            match self.scan.peek() {
                Some('"') => key += &self.scan.quoted_text()?,
                Some(c) if is_plain(c) => key += self.scan.run(),
                _ => break,
            }
        }
        let field = QueryField::meta(&key).map_err(|diagnostic| diagnostic.shift(start))?;
        if self.scan.eat(':') {
            return Ok(field);
        }
        Err(match self.scan.peek() {
            Some(c) if !c.is_whitespace() => self.scan.stray(),
            _ => self
                .scan
                .diagnostic(format!("a value of {field} is missing"))
                .hint(format!(
                    "write {field}:value, or has:{} for any value",
                    quoted(&key)
                )),
        })
    }

    /// The values of a field or a trait.
    fn clause(&mut self, field: FieldName, negated: bool) -> Result<(), Diagnostic> {
        let name = match &field {
            FieldName::Field(field @ QueryField::Meta(_)) => Cow::Owned(field.to_string()),
            FieldName::Field(field) => Cow::Borrowed(field.as_str()),
            FieldName::Trait(of) => Cow::Borrowed(of.as_str()),
        };
        let mut written = Vec::new();
        if self.scan.peek() == Some('(') {
            self.group(&name, &field, &mut written)?;
        } else {
            let value = self.value(&name)?;
            let spelling = &self.scan.text[value.at..self.scan.at];
            if spelling.starts_with('\'') && (spelling.len() == 1 || !spelling.ends_with('\'')) {
                self.single_quote = Some(value.at);
            }
            self.check_words(&field, &value, None)?;
            written.push(value);
        }
        match field {
            FieldName::Field(field) => {
                let mut matchers = Vec::with_capacity(written.len());
                for ParsedValue { at, value, .. } in written {
                    matchers.push(
                        Matcher::new(&field, value).map_err(|diagnostic| diagnostic.shift(at))?,
                    );
                }
                self.query.push(Clause {
                    field,
                    negated,
                    matchers,
                });
            }
            FieldName::Trait(of) => {
                let mut admission = Admission::NONE;
                for ParsedValue { at, value, .. } in written {
                    let word = include(of, value).map_err(|diagnostic| diagnostic.shift(at))?;
                    admission = admission.or(word.into());
                }
                let admission = if negated { admission.not() } else { admission };
                self.query.admit(of, admission);
            }
        }
        Ok(())
    }

    /// Fails for a value just read that is of a field of words and would be taken for something else.
    /// `open` is where the parentheses begin that hold it.
    fn check_words(
        &self,
        field: &FieldName,
        value: &ParsedValue,
        open: Option<usize>,
    ) -> Result<(), Diagnostic> {
        match field {
            FieldName::Field(field) if field.has_words() && value.bare => {
                let next = self.scan.peek();
                if let Some(open) = open.filter(|_| *field == QueryField::Text) {
                    check_in_group(value, open, next)?;
                }
                check_value(value, next)
            }
            _ => Ok(()),
        }
    }

    /// `( value, value … )`
    fn group(
        &mut self,
        name: &str,
        field: &FieldName,
        out: &mut Vec<ParsedValue>,
    ) -> Result<(), Diagnostic> {
        let open = self.scan.at;
        self.scan.eat('(');
        self.scan.space();
        if self.scan.eat(')') {
            return Ok(());
        }
        loop {
            if self.scan.at == self.scan.text.len() {
                return Err(unclosed(open));
            }
            let value = self.value(name)?;
            self.check_words(field, &value, Some(open))?;
            out.push(value);
            let before = self.scan.at;
            let spaced = self.scan.space();
            if self.scan.eat(')') {
                return Ok(());
            }
            if self.scan.eat(',') {
                self.scan.space();
                continue;
            }
            return Err(match self.scan.peek() {
                None => unclosed(open),
                Some(c) if spaced && (is_plain(c) || c == '"') => self
                    .scan
                    .diagnostic("a comma is missing between two values")
                    .hint("write (one, other), or quotes around a value of two words"),
                Some(_) => {
                    if spaced {
                        self.scan.at = before;
                        self.scan.space();
                    }
                    self.scan.stray()
                }
            });
        }
    }

    fn value(&mut self, name: &str) -> Result<ParsedValue, Diagnostic> {
        let at = self.scan.at;
        if self.scan.eat('*') {
            if self
                .scan
                .peek()
                .is_some_and(|next| is_plain(next) || next == '"')
            {
                let word = self.scan.run().to_owned();
                self.scan.at = at;
                let error = self.scan.stray();
                return Err(match name {
                    "text" | "title" | "summary" | "body" if !word.is_empty() => {
                        error.hint(format!(
                            "a word is found by its beginning, not by its end: {}*",
                            as_word(&word)
                        ))
                    }
                    _ => error,
                });
            }
            return Ok(ParsedValue {
                at,
                value: Value::any(),
                bare: false,
            });
        }
        let bare = self.scan.peek() != Some('"');
        let (text, starred) = if bare {
            let run = self.scan.run();
            if run.is_empty() {
                return Err(self.scan.no_value(name));
            }
            (run.to_owned(), self.scan.eat('*'))
        } else {
            (self.scan.quoted_text()?, self.scan.eat('*'))
        };
        let value = if starred {
            Value(ValueForm::Prefix(text))
        } else {
            Value(ValueForm::Exact(text))
        };
        Ok(ParsedValue { at, value, bare })
    }
}

fn include(of: Trait, value: Value) -> Result<Include, Diagnostic> {
    match value.0 {
        ValueForm::Exact(word) => word.parse::<Include>().map_err(|error| {
            let hint = error
                .hint
                .as_deref()
                .and_then(|hint| hint.strip_prefix("did you mean "));
            let hint = match hint {
                Some(word) => format!("did you mean {}:{word}", of.as_str()),
                None => format!("{} is yes, no or only", of.as_str()),
            };
            Diagnostic::from(error).hint(hint)
        }),
        ValueForm::Prefix(_) | ValueForm::Any => {
            let name = of.as_str();
            let message = format!("{name} takes whole words");
            Err(Diagnostic::new(message).hint(format!("{name} is yes, no or only")))
        }
    }
}
