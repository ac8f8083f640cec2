//! One value of a clause, as a caller gives it.

use crate::analysis::WordPattern;
use crate::event::{Event, EventId, Kind, Lang, Related};

/// A value of a clause: a whole text, the beginning of a text, or any text at all.
///
/// The text is literal: no character in it has a meaning, so a value may come from data. Case and
/// runs of white space do not matter. Strings, ids, [`Kind`] and [`Lang`] convert into a whole
/// text, an [`Event`] and a [`Related`] into their id; [`prefix`] and [`Value::any`] make the other
/// two.
///
/// # Examples
///
/// ```
/// use eventstore::{Query, Value, prefix};
/// let q = Query::new()
///     .tags_any([Value::from("a:b*"), prefix("New ")])?
///     .author(Value::any())?;
/// assert_eq!(q.to_string(), r#"tag:("a:b*","New "*) author:*"#);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Value(pub(in crate::query) ValueForm);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::query) enum ValueForm {
    Exact(String),
    Prefix(String),
    Any,
}

/// A value of a text, and where it begins there.
pub(super) struct ParsedValue {
    pub at: usize,
    pub value: Value,
    /// Written without quotes.
    pub bare: bool,
}

impl Value {
    /// Any value: the clause matches each event that has the field at all.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::{Query, Value};
    /// let q = Query::new().category_none(Value::any())?;
    /// assert_eq!(q.to_string(), "-category:*");
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    #[must_use]
    pub fn any() -> Self {
        Self(ValueForm::Any)
    }

    /// The text as it was given, for errors.
    pub(in crate::query) fn text(&self) -> &str {
        match &self.0 {
            ValueForm::Exact(text) | ValueForm::Prefix(text) => text,
            ValueForm::Any => "*",
        }
    }

    /// The parts between white space that have a word, as values of their own. The last part of a
    /// prefix is one, unless white space ends it.
    pub(in crate::query) fn words(&self) -> Vec<Self> {
        let (ValueForm::Exact(text) | ValueForm::Prefix(text)) = &self.0 else {
            return Vec::new();
        };
        let mut words: Vec<Self> = text
            .split_whitespace()
            .filter(|part| !WordPattern::new(part, false).is_empty())
            .map(Self::from)
            .collect();
        if let (ValueForm::Prefix(_), Some(last)) = (&self.0, words.last_mut())
            && text.ends_with(last.text())
        {
            *last = prefix(last.text());
        }
        words
    }
}

/// Every value that begins with `text`, in any case.
///
/// A space at the end counts: `prefix("New ")` matches `New York` and not `Newark`. An empty prefix
/// is an error in the call that takes it; use [`Value::any`] for any value.
///
/// # Examples
///
/// ```
/// use eventstore::{Query, prefix};
/// let q = Query::new().tags_any(prefix("syri"))?;
/// assert_eq!(q, "tag:syri*".parse()?);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[must_use]
pub fn prefix(text: impl Into<String>) -> Value {
    Value(ValueForm::Prefix(text.into()))
}

/// One value or several, for the calls that build a [`Query`](crate::Query).
///
/// Text, [`EventId`], [`Kind`], [`Lang`] and [`Value`] are one value, and so are an [`Event`] and a
/// [`Related`], which stand for their id; arrays, slices and `Vec`s of them are several.
///
/// # Examples
///
/// ```
/// use eventstore::{Event, Query, Value, prefix};
/// let one = Query::new().tags_any("Syria")?;
/// let several = Query::new().tags_any(["Syria", "New York"])?;
/// let mixed = Query::new().tags_any(vec![Value::from("Syria"), prefix("New ")])?;
///
/// let flood = Event::new("2017/03/2/flood".parse()?, None, "A flood");
/// assert_eq!(Query::new().related_to(&flood)?, "related:2017/03/2/flood".parse()?);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
pub trait Values {
    /// The values, in the order given.
    fn into_values(self) -> Vec<Value>;
}

macro_rules! single {
    ($($type:ty => $text:expr),+ $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                let text: fn($type) -> String = $text;
                Self(ValueForm::Exact(text(value)))
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
    Event => |event| event.id.as_str().to_owned(),
    &Event => |event| event.id.as_str().to_owned(),
    Related => |related| related.id.as_str().to_owned(),
    &Related => |related| related.id.as_str().to_owned(),
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
