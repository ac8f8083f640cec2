//! One value of a clause: as a caller gives it ([`Value`]), and as it is matched ([`Atom`]).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::fault::Fault;
use super::hint;
use super::model::Field;
use crate::event::{EventId, Kind, Lang, fold, nfc};

/// A value of a clause: literal text, the beginning of a text, or any text at all.
///
/// Text is literal: no character of it has a meaning, so values may come from data. Strings, ids, [`Kind`] and
/// [`Lang`] convert into it; [`prefix`] and [`Value::any`] make the other two.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Value(pub(super) Given);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Given {
    Exact(String),
    Prefix(String),
    Any,
}

impl Value {
    /// Any value: the clause holds where the event has the field at all.
    ///
    /// ```
    /// use eventstore::{Query, Value};
    /// let q = Query::new().category_none(Value::any())?;
    /// assert_eq!(q.to_string(), "-category:*");
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn any() -> Self {
        Self(Given::Any)
    }

    /// The text as it was given, for errors.
    pub(super) fn text(&self) -> &str {
        match &self.0 {
            Given::Exact(text) | Given::Prefix(text) => text,
            Given::Any => "*",
        }
    }
}

/// Every value that begins with `text`, without regard to case.
///
/// A space at its end counts: `prefix("New ")` finds `New York` and not `Newark`. Empty text is an error where the
/// value is used; [`Value::any`] asks for any value.
///
/// ```
/// use eventstore::{Query, prefix};
/// let q = Query::new().tags_any(prefix("syri"))?;
/// assert_eq!(q, "tag:syri*".parse()?);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
pub fn prefix(text: impl Into<String>) -> Value {
    Value(Given::Prefix(text.into()))
}

/// One value or several: text, ids, kinds, languages, and arrays, slices and `Vec`s of them.
pub trait Values {
    /// The values, in order.
    fn into_values(self) -> Vec<Value>;
}

macro_rules! single {
    ($($type:ty => $text:expr),+ $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                let text: fn($type) -> String = $text;
                Self(Given::Exact(text(value)))
            }
        }
        impl Values for $type {
            fn into_values(self) -> Vec<Value> {
                vec![self.into()]
            }
        }
    )+};
}

single! {
    &str => str::to_owned,
    String => |text| text,
    &String => String::clone,
    EventId => |id| id.as_str().to_owned(),
    &EventId => |id| id.as_str().to_owned(),
    Kind => |kind| kind.as_str().to_owned(),
    &Kind => |kind| kind.as_str().to_owned(),
    Lang => |lang| lang.as_str().to_owned(),
    &Lang => |lang| lang.as_str().to_owned(),
}

impl Values for Value {
    fn into_values(self) -> Vec<Value> {
        vec![self]
    }
}

impl<V: Into<Value>, const N: usize> Values for [V; N] {
    fn into_values(self) -> Vec<Value> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<V: Into<Value>> Values for Vec<V> {
    fn into_values(self) -> Vec<Value> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<V: Into<Value> + Clone> Values for &[V] {
    fn into_values(self) -> Vec<Value> {
        self.iter().cloned().map(Into::into).collect()
    }
}

/// How an atom matches a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Mode {
    Exact,
    Prefix,
    Any,
}

/// A value as it is matched.
///
/// Two atoms are equal if they match the same way, that is by mode and folded form; `text` is how the first one was
/// spelt, for printing.
#[derive(Debug, Clone)]
pub(crate) struct Atom {
    pub mode: Mode,
    pub text: String,
    /// Its folded form, where that is another text.
    form: Option<String>,
}

impl Atom {
    /// Brings a value into the form in which its field matches.
    pub fn new(field: Field, value: Value) -> Result<Self, Fault> {
        let (mode, text) = match value.0 {
            Given::Exact(text) => (Mode::Exact, spaced(&text, false)),
            Given::Prefix(text) => (Mode::Prefix, spaced(&text, true)),
            Given::Any => (Mode::Any, String::new()),
        };
        if mode != Mode::Exact && field.terms().is_none() {
            let asked = if mode == Mode::Any { "*" } else { "a prefix" };
            return Err(
                Fault::new(format!("{field} takes whole values, not {asked}"))
                    .hint(hint::values_of(field)),
            );
        }
        if mode != Mode::Any && text.is_empty() {
            let fault = Fault::new(format!("an empty value of {field} matches nothing"));
            return Err(match field.terms() {
                Some(_) => fault.hint(format!(
                    "{field}:* asks for any {field}, -{field}:* for none"
                )),
                None => fault.hint(hint::values_of(field)),
            });
        }
        let text = match field {
            Field::Related | Field::Refers => match text.parse::<EventId>() {
                Ok(id) => id.as_str().to_owned(),
                Err(error) => {
                    return Err(Fault::new(error.message).hint(
                        error
                            .hint
                            .unwrap_or_else(|| "write an id such as 2017/03/2/slug".to_owned()),
                    ));
                }
            },
            Field::Kind => word::<Kind>(field, &text)?.as_str().to_owned(),
            Field::Lang => word::<Lang>(field, &text)?.as_str().to_owned(),
            _ => text,
        };
        let form = match field.terms().map(|_| fold(&text)) {
            Some(Cow::Owned(form)) => Some(form),
            Some(Cow::Borrowed(_)) | None => None,
        };
        Ok(Self { mode, text, form })
    }

    /// An id, which is in its form already.
    pub fn id(id: &EventId) -> Self {
        Self {
            mode: Mode::Exact,
            text: id.as_str().to_owned(),
            form: None,
        }
    }

    /// The text as it matches.
    pub fn folded(&self) -> &str {
        self.form.as_deref().unwrap_or(&self.text)
    }

    fn key(&self) -> (&str, Mode) {
        (self.folded(), self.mode)
    }
}

fn word<W: std::str::FromStr>(field: Field, text: &str) -> Result<W, Fault> {
    fold(text)
        .parse()
        .map_err(|_| Fault::new(format!("{text:?} is no {field}")).hint(hint::values_of(field)))
}

/// White space runs to one space, trimmed, NFC: clean text stays as it is.
///
/// Entities are not decoded. A value is literal, and a tag that really holds `&amp;` must be found by its own spelling.
pub(super) fn spaced(text: &str, keep_end: bool) -> String {
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

impl PartialEq for Atom {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Atom {}

impl PartialOrd for Atom {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Atom {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for Atom {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}
