//! Text → query. The grammar, as `docs/design.md` has it:
//!
//! ```ebnf
//! query  = [ ws ] [ term { ws term } ] [ ws ] .
//! term   = time | [ "-" ] filter | [ "-" ] word .
//! time   = date [ ".." [ date ] ] | ".." date .
//! date   = digit digit digit digit [ "-" d12 [ "-" d12 ] ] .        d12 = digit [ digit ] .
//! filter = field ":" ( atom | "(" [ws] [ atom { [ws] "," [ws] atom } ] [ws] ")" ) .
//! field  = "tag" | "category" | "source" | "domain" | "related" | "refers" | "kind" | "lang" | "superseded" .
//! atom   = value [ "*" ] | "*" .
//! value  = bare | quoted .
//! word   = bare | quoted .
//! bare   = plain { plain } .
//! quoted = '"' { character except " and \ | '\"' | '\\' } '"' .
//! ```
//!
//! One pass, no backing up, no nesting: time and memory are linear in the text.

use std::str::FromStr;

use super::atom::{Atom, Given, Value};
use super::days::Days;
use super::fault::Fault;
use super::model::{Clause, Field, Query, Rule, Superseded};
use super::{hint, print};
use crate::event::ParseError;

impl FromStr for Query {
    type Err = ParseError;

    /// Reads the text form.
    ///
    /// # Errors
    ///
    /// The byte offset at which reading failed, what is wrong there, and what was probably meant.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let reader = Reader {
            text,
            at: 0,
            query: Query::default(),
            tag_before: None,
        };
        reader.query().map_err(|fault| fault.within(text))
    }
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

impl From<&Query> for Query {
    fn from(query: &Query) -> Self {
        query.clone()
    }
}

struct Reader<'q> {
    text: &'q str,
    at: usize,
    query: Query,
    /// The value of the term just read, if that was `tag:bare`: a word behind it probably belongs to it.
    tag_before: Option<&'q str>,
}

/// A field's name in the text: one with clauses, or the rule of superseded events.
#[derive(Clone, Copy)]
enum Name {
    Field(Field),
    Superseded,
}

/// A value as it stands in the text.
struct Written {
    at: usize,
    value: Value,
    bare: bool,
}

impl<'q> Reader<'q> {
    fn query(mut self) -> Result<Query, Fault> {
        self.space();
        while self.at < self.text.len() {
            self.term()?;
            if self.at < self.text.len() && !self.space() {
                return Err(self.stray());
            }
        }
        Ok(self.query)
    }

    fn term(&mut self) -> Result<(), Fault> {
        let tag_before = self.tag_before.take();
        let negated = self.eat('-');
        let start = self.at;
        match self.peek() {
            None => return Err(self.fault("a - with nothing behind it").shift_back(1)),
            Some(c) if c.is_whitespace() => {
                return Err(self
                    .fault("a - with nothing behind it")
                    .shift_back(1)
                    .hint("write - directly before a condition: -tag:value"));
            }
            Some('"') => {
                let (word, _) = self.value_text()?;
                return Err(Fault::new("a word by itself is no condition")
                    .shift(start)
                    .hint(hint::word(&word, negated, tag_before)));
            }
            Some('(') => {
                return Err(self
                    .fault("conditions cannot be grouped")
                    .hint("values of one field can: tag:(one, other)"));
            }
            _ => {}
        }
        let run = self.run();
        if run.is_empty() {
            return Err(self.stray());
        }
        if self.eat(':') {
            return self.filter(start, run, negated);
        }
        if self.peek().and_then(hint::plain) == Some(':') {
            return Err(self.stray());
        }
        if is_time(run) {
            if negated {
                return Err(Fault::new("a time cannot be negated")
                    .shift(start)
                    .hint("ask for the time before and the time after it"));
            }
            return self.time(start, run);
        }
        let message = match hint::date(run) {
            Some(_) if run.starts_with(|c: char| c.is_ascii_digit()) && !negated => {
                format!("{run:?} is no date")
            }
            _ => "a word by itself is no condition".to_owned(),
        };
        Err(Fault::new(message)
            .shift(start)
            .hint(hint::word(run, negated, tag_before)))
    }

    fn time(&mut self, start: usize, run: &str) -> Result<(), Fault> {
        let mut asked = Query::default();
        let behind = match run.split_once("..") {
            None => {
                let days = Days::read(run).map_err(|fault| fault.shift(start))?;
                asked.narrow(Some(days.first()), Some(days.last()));
                start
            }
            Some((from, to)) => {
                let behind = start + from.len() + 2;
                if from.is_empty() && to.is_empty() {
                    return Err(Fault::new("a range needs a date at one end")
                        .shift(start)
                        .hint("write 2017.., ..2017 or 2017..2018"));
                }
                if to.contains("..") || to.starts_with('.') {
                    return Err(Fault::new("a range has two ends")
                        .shift(behind)
                        .hint("write 2017.., ..2017 or 2017..2018"));
                }
                let read = |text: &str, at: usize| match text {
                    "" => Ok(None),
                    _ => Days::read(text).map(Some).map_err(|fault| fault.shift(at)),
                };
                let from = read(from, start)?;
                let to = read(to, behind)?;
                asked.narrow(from.map(Days::first), to.map(Days::last));
                behind
            }
        };
        if let (Some(since), Some(until)) = (asked.since, asked.until)
            && since > until
        {
            let fault = Fault::new("the range ends before it begins").shift(behind);
            return Err(match hint::swapped(&asked) {
                Some(hint) => fault.hint(hint),
                None => fault,
            });
        }
        self.query.narrow(asked.since, asked.until);
        Ok(())
    }

    fn filter(&mut self, start: usize, name: &'q str, negated: bool) -> Result<(), Fault> {
        let field = match Field::ALL.into_iter().find(|field| field.as_str() == name) {
            Some(field) => Name::Field(field),
            None if name == "superseded" => Name::Superseded,
            None => return Err(self.no_field(start, name, negated)),
        };
        let mut written = Vec::new();
        if self.peek() == Some('(') {
            self.group(name, &mut written)?;
        } else {
            let value = self.atom(name)?;
            if let (Name::Field(Field::Tag), true, Given::Exact(_)) =
                (field, value.bare, &value.value.0)
            {
                self.tag_before = Some(&self.text[value.at..self.at]);
            }
            written.push(value);
        }
        match field {
            Name::Field(field) => {
                let mut atoms = Vec::with_capacity(written.len());
                for Written { at, value, .. } in written {
                    atoms.push(Atom::new(field, value).map_err(|fault| fault.shift(at))?);
                }
                self.query.push(Clause {
                    field,
                    negated,
                    atoms,
                });
            }
            Name::Superseded => {
                let mut rule = Rule::NONE;
                for Written { at, value, .. } in written {
                    rule = rule.or(superseded(value).map_err(|fault| fault.shift(at))?);
                }
                self.query.admit(if negated { rule.not() } else { rule });
            }
        }
        Ok(())
    }

    /// `( atom, atom … )`
    fn group(&mut self, name: &str, out: &mut Vec<Written>) -> Result<(), Fault> {
        let open = self.at;
        self.eat('(');
        self.space();
        if self.eat(')') {
            return Ok(());
        }
        loop {
            if self.at == self.text.len() {
                return Err(unclosed(open));
            }
            out.push(self.atom(name)?);
            let before = self.at;
            let spaced = self.space();
            if self.eat(')') {
                return Ok(());
            }
            if self.eat(',') {
                self.space();
                continue;
            }
            return Err(match self.peek() {
                None => unclosed(open),
                Some(c) if spaced && (print::is_plain(c) || c == '"') => self
                    .fault("a comma is missing between two values")
                    .hint("write (one, other), or quotes around a value of two words"),
                Some(_) => {
                    if spaced {
                        self.at = before;
                        self.space();
                    }
                    self.stray()
                }
            });
        }
    }

    fn atom(&mut self, name: &str) -> Result<Written, Fault> {
        let at = self.at;
        if self.eat('*') {
            return Ok(Written {
                at,
                value: Value::any(),
                bare: false,
            });
        }
        let bare = self.peek() != Some('"');
        let (text, starred) = if bare {
            let run = self.run();
            if run.is_empty() {
                return Err(self.no_value(name));
            }
            (run.to_owned(), self.eat('*'))
        } else {
            self.value_text()?
        };
        let value = if starred {
            Value(Given::Prefix(text))
        } else {
            Value(Given::Exact(text))
        };
        Ok(Written { at, value, bare })
    }

    /// A quoted text, and whether a `*` follows it.
    fn value_text(&mut self) -> Result<(String, bool), Fault> {
        let open = self.at;
        self.eat('"');
        let mut text = String::new();
        loop {
            let at = self.at;
            match self.next() {
                None => {
                    return Err(Fault::new("the quote is not closed").shift(open).hint(
                        "close it with \"; within quotes \\\" is a quote and \\\\ a backslash",
                    ));
                }
                Some('"') => return Ok((text, self.eat('*'))),
                Some('\\') => match self.next() {
                    Some(c @ ('"' | '\\')) => text.push(c),
                    _ => {
                        return Err(Fault::new("a backslash stands before \" or \\ only")
                            .shift(at)
                            .hint("write \\\\ for a backslash"));
                    }
                },
                Some(c) => text.push(c),
            }
        }
    }

    /// What cannot stand where the reader is.
    fn stray(&self) -> Fault {
        let Some(c) = self.peek() else {
            return self.fault("the query ends too early");
        };
        let fault = self.fault(format!("{c:?} cannot stand here"));
        if let Some(plain) = hint::plain(c) {
            return fault.hint(format!(
                "write {plain} instead of {c}, or quotes around a value that holds it"
            ));
        }
        match c {
            '"' => {
                fault.hint("put white space between conditions, and quotes around a whole value")
            }
            ',' => fault.hint("several values of one field stand in parentheses: tag:(one, other)"),
            ')' => fault.hint("there is no ( before it; a value that holds one needs quotes"),
            '(' => fault.hint("a value that holds ( needs quotes: tag:\"…(…)\""),
            ':' => fault.hint("a value that holds : needs quotes: tag:\"…:…\""),
            '*' => fault.hint(
                "a * stands at the end of a value: tag:syri*; a value that holds one needs quotes",
            ),
            '\\' => fault.hint("a value that holds \\ needs quotes, and \\\\ for each"),
            _ => fault.hint("put white space between conditions"),
        }
    }

    fn no_field(&mut self, start: usize, name: &str, negated: bool) -> Fault {
        let rest = self.run();
        let fault = Fault::new(format!("there is no field {name:?}")).shift(start);
        if let Some(date) = hint::date(name)
            && name.contains(['T', 't'])
        {
            return fault.hint(date);
        }
        fault.hint(hint::field(name, negated, rest))
    }

    fn no_value(&mut self, name: &str) -> Fault {
        let fault = self.fault(format!("a value of {name} is missing"));
        match self.peek() {
            Some(c) if c.is_whitespace() => {
                self.space();
                let next = self.run();
                if next.is_empty() || self.peek() == Some(':') {
                    fault.hint(format!("write {name}:value"))
                } else {
                    fault.hint(format!("no space behind the colon: {name}:{next}"))
                }
            }
            Some(c) if hint::plain(c).is_some() => self.stray(),
            Some(':' | '\\') => self.stray(),
            _ => fault.hint(format!("write {name}:value")),
        }
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(message).shift(self.at)
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// Passes white space; whether there was any.
    fn space(&mut self) -> bool {
        let from = self.at;
        let rest = &self.text[from..];
        self.at += rest.len() - rest.trim_start().len();
        self.at > from
    }

    /// Passes plain characters.
    fn run(&mut self) -> &'q str {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !print::is_plain(c))
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }
}

/// Whether a word has the shape of a time: a date that does not exist is an error of the date, not of the word.
fn is_time(run: &str) -> bool {
    let date = |text: &str| {
        let mut parts = text.split('-');
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        parts
            .next()
            .is_some_and(|year| year.len() == 4 && digits(year))
            && text.split('-').count() <= 3
            && parts.all(|part| digits(part) && part.len() <= 2)
    };
    match run.split_once("..") {
        Some(_) if run.starts_with("..") => true,
        Some((from, _)) => date(from) || from.starts_with(|c: char| c.is_ascii_digit()),
        None => date(run),
    }
}

fn superseded(value: Value) -> Result<Rule, Fault> {
    match value.0 {
        Given::Exact(word) => Superseded::read(&word).map(Rule::from),
        Given::Prefix(_) | Given::Any => {
            Err(Fault::new("superseded takes whole words").hint(hint::SUPERSEDED))
        }
    }
}

fn unclosed(open: usize) -> Fault {
    Fault::new("the parenthesis is not closed")
        .shift(open)
        .hint("close it with )")
}
