//! Random questions, as values of their own and as texts of the query language.

use std::fmt::Write;

use eventstore::Date;

use super::cut::{Part, is_han, parts};
use super::reader::{Document, Reader};
use crate::support::Dice;

/// A condition of words.
#[derive(Debug, Clone)]
pub struct Condition {
    /// What stands before the value: nothing, `title:` and so on.
    pub name: &'static str,
    /// Title, summary and body.
    pub fields: [bool; 3],
    pub negated: bool,
    /// Any of these; of none: any word.
    pub values: Vec<Asked>,
}

/// A value.
#[derive(Debug, Clone)]
pub struct Asked {
    pub kind: &'static str,
    pub text: String,
    pub prefix: bool,
    pub parts: Vec<Part>,
}

/// A question.
#[derive(Debug, Clone, Default)]
pub struct Question {
    pub conditions: Vec<Condition>,
    pub tag: Option<(String, bool)>,
    pub since: Option<Date>,
    pub until: Option<Date>,
    /// `no`, `yes` or `only`, of superseded events, drafts and undated pages.
    pub traits: [&'static str; 3],
}

/// Where values may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// Texts that `cut` cuts.
    Plain,
    /// Any texts: values are ASCII letters, digits, spaces and ideographs.
    Any,
}

const FIELDS: [(&str, [bool; 3]); 4] = [
    ("", [true; 3]),
    ("title:", [true, false, false]),
    ("summary:", [false, true, false]),
    ("body:", [false, false, true]),
];

/// Names of runs of ideographs by their length.
const RUNS: [&str; 6] = [
    "run of 1", "run of 2", "run of 3", "run of 4", "run of 5", "run of 6",
];

impl Question {
    pub fn random(reader: &Reader, alphabet: Alphabet, dice: &mut Dice) -> Self {
        let mut question = Self {
            traits: ["no"; 3],
            ..Self::default()
        };
        let wanted = 1 + dice.below(3) * dice.below(2);
        for _ in 0..wanted {
            let (name, fields) = FIELDS[[0, 0, 0, 1, 1, 2, 3][dice.below(7)]];
            let negated = dice.chance(20);
            let any = !name.is_empty() && dice.chance(12);
            let count = if any {
                0
            } else {
                1 + dice.below(3) * usize::from(dice.chance(25))
            };
            let mut values: Vec<Asked> = Vec::new();
            for _ in 0..count {
                let value = Asked::random(reader, alphabet, dice);
                if values.iter().all(|other| other.parts != value.parts) {
                    values.push(value);
                }
            }
            let condition = Condition {
                name,
                fields,
                negated,
                values,
            };
            // A query has each condition once.
            if question
                .conditions
                .iter()
                .all(|other| other.key() != condition.key())
            {
                question.conditions.push(condition);
            }
        }
        let some = |dice: &mut Dice| -> &Document { dice.pick(&reader.documents) };
        if dice.chance(20) {
            let tags: Vec<&String> = some(dice).tags.iter().collect();
            if !tags.is_empty() {
                let tag = (*dice.pick(&tags)).clone();
                question.tag = Some((tag, dice.chance(25)));
            }
        }
        if dice.chance(25) {
            let days = (some(dice).day, some(dice).day);
            (question.since, question.until) = match dice.below(3) {
                0 => (days.0, None),
                1 => (None, days.1),
                _ => (days.0.min(days.1), days.0.max(days.1)),
            };
        }
        for admitted in &mut question.traits {
            if dice.chance(15) {
                *admitted = dice.one(&["yes", "only"]);
            }
        }
        question
    }

    /// A question for one value in any field, or for events without it. `superseded`: `no`, `yes` or `only`.
    pub fn of(
        kind: &'static str,
        text: &str,
        prefix: bool,
        negated: bool,
        superseded: &'static str,
    ) -> Self {
        let (name, fields) = FIELDS[0];
        let value = Asked {
            kind,
            text: text.to_owned(),
            prefix,
            parts: parts(text, prefix),
        };
        Self {
            conditions: vec![Condition {
                name,
                fields,
                negated,
                values: vec![value],
            }],
            traits: [superseded, "no", "no"],
            ..Self::default()
        }
    }

    /// Whether the question's rules of traits admit a document.
    pub fn admits(&self, document: &Document) -> bool {
        let has = [document.superseded, document.draft, document.day.is_none()];
        self.traits.iter().zip(has).all(|(said, has)| match *said {
            "no" => !has,
            "only" => has,
            _ => true,
        })
    }

    /// Whether a document is of the question's time.
    pub fn is_in_time(&self, document: &Document) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        document.day.is_some_and(|day| {
            self.since.is_none_or(|since| since <= day)
                && self.until.is_none_or(|until| day <= until)
        })
    }

    /// The documents that answer, in their order.
    pub fn answer(&self, reader: &Reader) -> Vec<usize> {
        let conditions: Vec<(&Condition, Vec<Vec<[u32; 3]>>)> = self
            .conditions
            .iter()
            .map(|one| {
                (
                    one,
                    one.values
                        .iter()
                        .map(|value| reader.frequencies(&value.parts))
                        .collect(),
                )
            })
            .collect();
        let matches = |&number: &usize| {
            let document = &reader.documents[number];
            let tagged = self
                .tag
                .as_ref()
                .is_none_or(|(tag, negated)| document.tags.contains(tag) != *negated);
            tagged
                && self.admits(document)
                && self.is_in_time(document)
                && conditions.iter().all(|(condition, found)| {
                    let stands = |numbers: &[u32; 3]| {
                        (0..3).any(|field| condition.fields[field] && numbers[field] > 0)
                    };
                    let has = match condition.values.is_empty() {
                        true => stands(&reader.lengths[number]),
                        false => found.iter().any(|value| stands(&value[number])),
                    };
                    has != condition.negated
                })
        };
        (0..reader.documents.len()).filter(matches).collect()
    }

    /// How often each value that counts for relevance stands in each field of each document.
    pub fn units(&self, reader: &Reader) -> Vec<Vec<[u32; 3]>> {
        let mut units = Vec::new();
        for condition in self.conditions.iter().filter(|one| !one.negated) {
            for value in &condition.values {
                let mut found = reader.frequencies(&value.parts);
                for numbers in &mut found {
                    (0..3)
                        .filter(|&field| !condition.fields[field])
                        .for_each(|field| numbers[field] = 0);
                }
                units.push(found);
            }
        }
        units
    }

    /// What it asks for, for a tally.
    pub fn kinds(&self) -> Vec<&'static str> {
        let mut kinds = Vec::new();
        for condition in &self.conditions {
            kinds.extend(condition.values.iter().map(|value| value.kind));
            kinds.push(match (condition.negated, condition.values.len()) {
                (true, _) => "negation",
                (false, 0) => "any word",
                (false, 1) => "one value",
                (false, _) => "group",
            });
        }
        kinds.extend(self.tag.iter().map(|_| "with a tag"));
        kinds.extend((self.since.is_some() || self.until.is_some()).then_some("with a time"));
        for (said, kind) in self
            .traits
            .iter()
            .zip(["superseded events", "drafts", "undated pages"])
        {
            kinds.extend((*said != "no").then_some(kind));
        }
        kinds
    }

    /// As text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for Condition {
            name,
            negated,
            values,
            ..
        } in &self.conditions
        {
            let texts = values.iter().map(|value| {
                let star = if value.prefix { "*" } else { "" };
                format!(
                    "\"{}\"{star}",
                    value.text.replace('\\', "\\\\").replace('"', "\\\"")
                )
            });
            let texts: Vec<String> = texts.collect();
            let value = match texts.as_slice() {
                [] => "*".to_owned(),
                [one] => one.clone(),
                _ => format!("({})", texts.join(", ")),
            };
            write!(out, "{}{name}{value} ", if *negated { "-" } else { "" }).unwrap();
        }
        if let Some((tag, negated)) = &self.tag {
            write!(out, "{}tag:\"{tag}\" ", if *negated { "-" } else { "" }).unwrap();
        }
        let day = |day: Option<Date>| day.map_or(String::new(), |day| day.to_string());
        if self.since.is_some() || self.until.is_some() {
            write!(out, "{}..{} ", day(self.since), day(self.until)).unwrap();
        }
        for (said, name) in self.traits.iter().zip(["superseded", "draft", "undated"]) {
            write!(out, "{name}:{said} ").unwrap();
        }
        out
    }
}

impl Condition {
    fn key(&self) -> (&str, bool, Vec<&[Part]>) {
        let mut values: Vec<&[Part]> = self.values.iter().map(|value| &value.parts[..]).collect();
        values.sort();
        (self.name, self.negated, values)
    }
}

impl Asked {
    fn random(reader: &Reader, alphabet: Alphabet, dice: &mut Dice) -> Self {
        loop {
            let document = dice.pick(&reader.documents);
            // Many events have no body: one of the fields that have words.
            let with: Vec<usize> = (0..3)
                .filter(|&field| !document.cells[field].is_empty())
                .collect();
            let Some(&field) = with.get(dice.below(with.len())) else {
                continue;
            };
            let Some((kind, text, prefix)) = value(document, field, alphabet, dice) else {
                continue;
            };
            let parts = parts(&text, prefix);
            if !parts.is_empty() {
                return Self {
                    kind,
                    text,
                    prefix,
                    parts,
                };
            }
        }
    }
}

/// A value out of a text, or nearly so.
fn value(
    document: &Document,
    field: usize,
    alphabet: Alphabet,
    dice: &mut Dice,
) -> Option<(&'static str, String, bool)> {
    let (cells, (chars, longest)) = (&document.cells[field], &document.chars[field]);
    let at = dice.below(cells.len());
    let is_word =
        |cell: &Vec<String>| cell.len() == 1 && cell[0].bytes().all(|b| b.is_ascii_alphanumeric());
    let as_written = |dice: &mut Dice, text: String| match dice.below(4) {
        0 => text.to_uppercase(),
        _ => text,
    };
    match dice.below(12) {
        0..=2 if is_word(&cells[at]) => {
            Some(("word", as_written(dice, cells[at][0].clone()), false))
        }
        3 | 4 => {
            let words = cells[at..].iter().take_while(|cell| is_word(cell));
            let words: Vec<&str> = words
                .take(2 + dice.below(3))
                .map(|cell| cell[0].as_str())
                .collect();
            let prefix = dice.chance(25);
            (words.len() > 1).then(|| {
                let kind = if prefix {
                    "phrase with a beginning"
                } else {
                    "phrase"
                };
                (kind, as_written(dice, words.join(" ")), prefix)
            })
        }
        5 if is_word(&cells[at]) => {
            let length = 1 + dice.below(cells[at][0].len());
            Some(("beginning", cells[at][0][..length].to_owned(), true))
        }
        6..=8 => {
            let length = 1 + dice.below(6);
            let run = (length <= *longest).then(|| run_of(chars, length, dice))?;
            Some((RUNS[length - 1], run, false))
        }
        9 | 10 => {
            let from = dice.below(chars.len());
            let slice = &chars[from..chars.len().min(from + 1 + dice.below(16))];
            let known = |c: &char| c.is_ascii_alphanumeric() || is_han(*c) || *c == ' ';
            if alphabet == Alphabet::Any && !slice.iter().all(known) {
                return None;
            }
            // A value is trimmed and its spaces are made one, which cuts the same words.
            let text: String = slice.iter().collect();
            let prefix = text.ends_with(|c: char| c.is_ascii_alphanumeric()) && dice.chance(20);
            Some(("piece of a text", text, prefix))
        }
        11 => Some((
            "strange word",
            format!("q{}", dice.below(9)),
            dice.chance(30),
        )),
        _ => None,
    }
}

/// Ideographs that stand next to each other, beginning anywhere in a text that has so many.
fn run_of(chars: &[char], length: usize, dice: &mut Dice) -> String {
    let stands = |at: &usize| chars[*at..*at + length].iter().all(|&c| is_han(c));
    let last = chars.len() - length;
    let from = dice.below(last + 1);
    let at = (from..=last)
        .find(stands)
        .or_else(|| (0..from).find(stands));
    let at = at.expect("so many stand there");
    chars[at..at + length].iter().collect()
}
