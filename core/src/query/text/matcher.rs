//! One value of a clause, as it is compared with stored values.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::diagnostic::Diagnostic;
use super::field::QueryField;
use super::hint;
use super::value::{Value, ValueForm};
use super::year_day::YearDay;
use crate::analysis::WordPattern;
use crate::event::{
    EventId, Kind, Lang, domain_of_value, domain_prefix_of_value, fold, meta_key, meta_term, nfc,
};

/// Which part of a stored value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum MatchMode {
    Exact,
    Prefix,
    Any,
}

/// A value of a clause, checked and brought into the form in which its field is compared.
///
/// Two matchers are equal if they match the same values, that is by mode and folded form; those of
/// words if their patterns are equal. `text` keeps the spelling in which the value was given, for
/// printing.
#[derive(Debug, Clone)]
pub(crate) struct Matcher {
    pub mode: MatchMode,
    pub text: String,
    /// The folded form, if it differs from `text`.
    folded: Option<String>,
    /// What is asked of the words of a text; only in fields of words, and not of [`MatchMode::Any`].
    pub pattern: Option<WordPattern>,
}

impl Matcher {
    /// Checks a value and folds it as its field needs.
    pub fn new(field: &QueryField, value: Value) -> Result<Self, Diagnostic> {
        let (mode, text) = match value.0 {
            ValueForm::Exact(text) => (MatchMode::Exact, collapse_spaces(&text, false)),
            ValueForm::Prefix(text) => (MatchMode::Prefix, collapse_spaces(&text, true)),
            ValueForm::Any => (MatchMode::Any, String::new()),
        };
        if field.has_words() {
            return Self::of_words(field, mode, text);
        }
        if mode != MatchMode::Exact && field.terms().is_none() {
            let asked = if mode == MatchMode::Any {
                "*"
            } else {
                "a prefix"
            };
            return Err(
                Diagnostic::new(format!("{field} takes whole values, not {asked}"))
                    .hint(hint::values_of(field)),
            );
        }
        if mode != MatchMode::Any && text.is_empty() {
            let diagnostic = Diagnostic::new(format!("an empty value of {field} matches nothing"));
            return Err(match field.terms() {
                Some(_) => diagnostic.hint(format!(
                    "{field}:* asks for any {field}, -{field}:* for none"
                )),
                None => diagnostic.hint(hint::values_of(field)),
            });
        }
        let text = match field {
            QueryField::Related | QueryField::Refers => id_text(&text)?,
            QueryField::Kind => word::<Kind>(field, &text)?,
            QueryField::Lang => word::<Lang>(field, &text)?,
            QueryField::Has => meta_key(&text).into_owned(),
            QueryField::On => YearDay::read(&text)?.to_string(),
            _ => text,
        };
        let compared = match (field, mode) {
            (QueryField::Domain, MatchMode::Exact) => domain_of_value(&text),
            (QueryField::Domain, MatchMode::Prefix) => domain_prefix_of_value(&text),
            _ => text.clone(),
        };
        let folded = match (field, field.terms()) {
            (QueryField::Meta(key), _) => meta_term(key, &fold(&compared)),
            (_, Some(_)) => fold(&compared).into_owned(),
            (_, None) => compared,
        };
        Ok(Self {
            mode,
            folded: (folded != text).then_some(folded),
            text,
            pattern: None,
        })
    }

    /// Checks a value that asks for words.
    fn of_words(field: &QueryField, mode: MatchMode, text: String) -> Result<Self, Diagnostic> {
        if mode == MatchMode::Any {
            if *field == QueryField::Text {
                return Err(Diagnostic::new("a * stands for no word").hint(hint::ANY_WORD));
            }
            return Ok(Self {
                mode,
                text,
                folded: None,
                pattern: None,
            });
        }
        let pattern = WordPattern::new(&text, mode == MatchMode::Prefix);
        if pattern.is_empty() {
            let message = if text.is_empty() {
                "an empty text has no word".to_owned()
            } else {
                format!("{text:?} has no word")
            };
            return Err(Diagnostic::new(message).hint(hint::no_word(&text)));
        }
        let folded = pattern.key();
        Ok(Self {
            mode,
            folded: (folded != text).then_some(folded),
            text,
            pattern: Some(pattern),
        })
    }

    /// A matcher of an id, which needs no check.
    pub fn id(id: &EventId) -> Self {
        Self {
            mode: MatchMode::Exact,
            text: id.as_str().to_owned(),
            folded: None,
            pattern: None,
        }
    }

    /// The text that is compared with the folded form of a stored value; of `meta` with that of a
    /// key and a value. Of words the key of their pattern.
    pub fn folded(&self) -> &str {
        self.folded.as_deref().unwrap_or(&self.text)
    }

    /// What it is compared by.
    pub fn key(&self) -> (&str, MatchMode) {
        match self.pattern {
            // The key of a pattern says itself what is a prefix.
            Some(_) => (self.folded(), MatchMode::Exact),
            None => (self.folded(), self.mode),
        }
    }
}

/// The canonical form of an id.
fn id_text(text: &str) -> Result<String, Diagnostic> {
    match text.parse::<EventId>() {
        Ok(id) => Ok(id.as_str().to_owned()),
        Err(error) => {
            let hint = error
                .hint
                .unwrap_or_else(|| "write an id such as 2017/03/2/slug".to_owned());
            Err(Diagnostic::new(error.message).hint(hint))
        }
    }
}

/// The canonical form of a kind or a language. No event need have it.
fn word<W: FromStr + ToString>(field: &QueryField, text: &str) -> Result<String, Diagnostic> {
    match fold(text).parse::<W>() {
        Ok(word) => Ok(word.to_string()),
        Err(_) => {
            let message = format!("{text:?} is no {field}");
            Err(Diagnostic::new(message).hint(hint::values_of(field)))
        }
    }
}

/// White space runs become one space, both ends are trimmed, and the text becomes NFC.
///
/// `keep_end` leaves one space at the end, where it counts in a prefix. Entities are not decoded: a
/// value is literal, and a tag that really holds `&amp;` must be found by its own spelling.
pub(in crate::query) fn collapse_spaces(text: &str, keep_end: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(part);
    }
    if keep_end && !out.is_empty() && text.ends_with(char::is_whitespace) {
        out.push(' ');
    }
    match nfc(&out) {
        Cow::Owned(composed) => composed,
        Cow::Borrowed(_) => out,
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Matcher {}

impl PartialOrd for Matcher {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Matcher {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for Matcher {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}
