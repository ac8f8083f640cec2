//! Words without quotes that would be taken for something else.
//!
//! One rule serves both ways: what it refuses cannot be read without quotes, and prints in quotes.

use std::fmt;

use super::days::{self, is_time};
use super::diagnostic::Diagnostic;
use super::hint;
use super::quote::{is_plain, write_in_quotes};
use super::value::{ParsedValue, ValueForm};

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordPlace {
    /// Without a field: by itself, or in parentheses.
    Condition,
    /// Behind the name of a field.
    Value,
}

/// The error for a word without quotes that other query languages read as an operator, or that is
/// nearly something that this one has. `None` if it is a word.
pub(super) fn misread(word: &str, negated: bool, place: WordPlace) -> Option<Diagnostic> {
    let operator = operator(word, place);
    if place == WordPlace::Value {
        return operator;
    }
    operator
        .or_else(|| connective(word))
        .or_else(|| nearly_a_time(word, negated))
        .or_else(|| {
            let hint = hint::comparison(word, negated)?;
            Some(Diagnostic::new("there are no comparisons").hint(hint))
        })
}

/// Fails for a value without quotes behind a field of words. `next` is the character behind it.
pub(super) fn check_value(value: &ParsedValue, next: Option<char>) -> Result<(), Diagnostic> {
    let text = value.value.text();
    if let Some(error) = misread(text, false, WordPlace::Value) {
        return Err(error.shift(value.at));
    }
    let starred = matches!(value.value.0, ValueForm::Prefix(_));
    if starred && next.is_some_and(|c| is_plain(c) || c == '"') {
        let hint = format!("{}* finds words that begin so", as_word(text));
        let error = Diagnostic::new("a * stands at the end of a word");
        return Err(error.shift(value.at + text.len()).hint(hint));
    }
    Ok(())
}

/// Fails for a value without quotes that is no word, in parentheses without a field. They begin at
/// `open`.
pub(super) fn check_in_group(
    value: &ParsedValue,
    open: usize,
    next: Option<char>,
) -> Result<(), Diagnostic> {
    if next == Some(':') {
        return Err(Diagnostic::new("conditions cannot be grouped")
            .shift(open)
            .hint("values of one field can: tag:(one, other)"));
    }
    let text = value.value.text();
    if is_time(text) {
        let hint = format!("in quotes it is text: {}", in_quotes(text));
        let error = Diagnostic::new("a time cannot stand in parentheses");
        return Err(error.shift(value.at).hint(hint));
    }
    match misread(text, false, WordPlace::Condition) {
        Some(error) => Err(error.shift(value.at)),
        None => Ok(()),
    }
}

/// Characters around a word or in it that are no part of it elsewhere.
fn operator(word: &str, place: WordPlace) -> Option<Diagnostic> {
    // What has no word is told as that: nothing that is suggested for it could be read.
    if !has_letter(word) {
        return None;
    }
    let error = |message: &str, hint: String| Some(Diagnostic::new(message).hint(hint));
    let in_quotes = format!("in quotes it is text: {}", in_quotes(word));
    if let Some(rest) = word.strip_prefix('+') {
        let hint = format!("every word has to be there: write {}", as_word(rest));
        return error("a + before a word says nothing", hint);
    }
    if let Some(rest) = word.strip_prefix(['!', '-']) {
        let rest = as_word(rest.trim_start_matches(['!', '-']));
        let hint = match place {
            WordPlace::Condition => format!("did you mean -{rest}?"),
            WordPlace::Value => format!("- stands before a whole condition: -title:{rest}"),
        };
        return error("no word begins with such a sign", hint);
    }
    if word.len() > 2 && word.starts_with('/') && word.ends_with('/') {
        return error("there are no regular expressions", in_quotes);
    }
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let (stem, distance) = word.rsplit_once('~').unwrap_or_default();
    if has_letter(stem) && is_number(distance) {
        let stem = as_word(stem);
        let hint =
            format!("words are found as they are written; {stem}* finds those that begin so");
        return error("a ~ finds nothing near", hint);
    }
    let (stem, weight) = word.rsplit_once('^').unwrap_or_default();
    if has_letter(stem) && !weight.is_empty() && is_number(weight) {
        let hint = format!("{}; {in_quotes}", hint::WEIGHTS);
        return error("a ^ gives no weight", hint);
    }
    if let Some(at) = word.find('|') {
        let words = word.split('|').filter(|part| has_letter(part));
        let words: Vec<String> = words.map(as_word).collect();
        let hint = match words.len() {
            1 => in_quotes,
            _ => format!("any of several: ({}); {in_quotes}", words.join(", ")),
        };
        return error("a | joins no words", hint).map(|error| error.shift(at));
    }
    let mut within = word.char_indices().filter(|&(_, c)| c == '?');
    let joker = within.find(|(at, _)| word[at + 1..].starts_with(char::is_alphanumeric));
    if let Some((at, _)) = joker {
        let hint = match as_word(&word[..at]) {
            stem if has_letter(&stem) => format!("{stem}* finds words that begin so; {in_quotes}"),
            _ => in_quotes,
        };
        return error("a ? stands for no letter", hint).map(|error| error.shift(at));
    }
    None
}

/// Whether a text has a letter or a digit, so that it may have a word.
fn has_letter(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// A word as it is written in a query, so that it can be read: in quotes if it has any sign.
pub(in crate::query) fn as_word(text: &str) -> String {
    let bare = text.starts_with(char::is_alphanumeric)
        && text.chars().all(|c| c.is_alphanumeric() || c == '-')
        && !is_time(text)
        && connective(text).is_none()
        && nearly_a_time(text, false).is_none();
    match bare {
        true => text.to_owned(),
        false => in_quotes(text),
    }
}

/// Words by which other query languages join conditions.
fn connective(word: &str) -> Option<Diagnostic> {
    let hint = match word {
        "AND" => format!(
            "conditions stand side by side and all hold: leave it out, or write {} for the word",
            in_quotes(word)
        ),
        "OR" => format!(
            "any of several: (one, other) or tag:(one, other); {} is the word",
            in_quotes(word)
        ),
        "NOT" => format!(
            "put - before a condition: -tag:value; {} is the word",
            in_quotes(word)
        ),
        _ => return None,
    };
    Some(Diagnostic::new(format!("{word} joins no conditions")).hint(hint))
}

/// For a word that looks like a time and is none that can be read, such as `2017/03`.
fn nearly_a_time(word: &str, negated: bool) -> Option<Diagnostic> {
    let digits = |c: char| c.is_ascii_digit();
    // A year has four digits; a whole date may be written without anything between.
    let mut numbers = word.split(|c| !digits(c));
    let has_year = numbers.any(|number| matches!(number.len(), 4 | 6 | 8));
    let of_time =
        |c: char| digits(c) || matches!(c, '-' | '/' | '.' | '年' | '月' | '日' | 'W' | 'w');
    let with_hours =
        word.split_once(['T', 't'])
            .map_or(word, |(day, hours)| match hours.starts_with(digits) {
                true => day,
                false => word,
            });
    if !word.starts_with(digits) || !has_year || !with_hours.chars().all(of_time) {
        return None;
    }
    let meant = days::hint(word)?;
    Some(if negated {
        Diagnostic::new("a time cannot be negated").hint(not_a_time(word))
    } else {
        let link = if meant.ends_with('?') { " In" } else { "; in" };
        let hint = format!("{meant}{link} quotes it is text: {}", in_quotes(word));
        Diagnostic::new(format!("{word:?} is no date")).hint(hint)
    })
}

/// The hint for a time behind a `-`.
pub(super) fn not_a_time(word: &str) -> String {
    format!(
        "ask for the time before and the time after it; -{} is without that text",
        in_quotes(word)
    )
}

/// Writes a value that asks for words, with quotes where they are needed.
pub(super) fn write_word(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    let bare = text.chars().all(|c| is_plain(c) && !c.is_control())
        && !text.starts_with(['-', '\''])
        && !text.starts_with("meta.")
        && !is_time(text)
        && misread(text, false, WordPlace::Condition).is_none();
    match bare {
        true => out.write_str(text),
        false => write_in_quotes(text, out),
    }
}

/// A text in quotes, also where it needs none.
pub(in crate::query) fn in_quotes(text: &str) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_in_quotes(text, &mut out);
    out
}
