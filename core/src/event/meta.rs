//! What a page says beside the fields of an event.

use std::fmt;

/// The keys of a page's front matter that are no field of an event, in the order of the page.
///
/// Keys keep their spelling and are found without case. Numbers, flags and dates are text, as the
/// page writes them.
///
/// ```
/// use eventstore::{Meta, MetaValue};
/// let cover = Meta::from_iter([("alt", MetaValue::from("A pier"))]);
/// let meta = Meta::from_iter([("Weight", MetaValue::from("3")), ("cover", MetaValue::Map(cover))]);
/// assert_eq!(meta.get("weight").and_then(MetaValue::as_str), Some("3"));
/// assert_eq!(meta.get("cover.alt").and_then(MetaValue::as_str), Some("A pier"));
/// assert_eq!(meta.to_string(), r#"{"Weight":"3","cover":{"alt":"A pier"}}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta(Vec<(String, MetaValue)>);

/// A value of a page's front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetaValue {
    /// The key is there, and no value.
    Null,
    /// Text, a number, a flag or a date, as the page writes it.
    Text(String),
    /// A list.
    List(Vec<MetaValue>),
    /// Keys with values.
    Map(Meta),
}

impl Meta {
    /// The value of a key, without case; `a.b` is the key `b` of the map at the key `a`. Costs a
    /// comparison for each key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&MetaValue> {
        let same = |name: &str, key: &str| name.to_lowercase() == key.to_lowercase();
        if let Some((_, value)) = self.0.iter().find(|(name, _)| same(name, key)) {
            return Some(value);
        }
        let dots = key.match_indices('.');
        dots.into_iter().find_map(|(at, _)| {
            let (name, rest) = (&key[..at], &key[at + 1..]);
            match self.0.iter().find(|(other, _)| same(other, name)) {
                Some((_, MetaValue::Map(map))) => map.get(rest),
                _ => None,
            }
        })
    }

    /// Bytes in memory, estimated.
    pub(crate) fn bytes(&self) -> usize {
        fn of(value: &MetaValue) -> usize {
            let own = match value {
                MetaValue::Null => 0,
                MetaValue::Text(text) => text.len(),
                MetaValue::List(items) => items.iter().map(of).sum(),
                MetaValue::Map(map) => map.bytes(),
            };
            own + 48
        }
        let entries = self.0.iter();
        entries.map(|(key, value)| key.len() + 40 + of(value)).sum()
    }

    /// The keys with their values, in the order of the page.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &MetaValue)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Number of keys, without those inside maps.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<String>> FromIterator<(K, MetaValue)> for Meta {
    fn from_iter<I: IntoIterator<Item = (K, MetaValue)>>(entries: I) -> Self {
        Self(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }
}

impl MetaValue {
    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl From<&str> for MetaValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// JSON without white space.
impl fmt::Display for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, (key, value)) in self.iter().enumerate() {
            f.write_str(if i > 0 { "," } else { "" })?;
            write_text(key, f)?;
            write!(f, ":{value}")?;
        }
        f.write_str("}")
    }
}

/// JSON without white space.
impl fmt::Display for MetaValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Text(text) => write_text(text, f),
            Self::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Map(map) => map.fmt(f),
        }
    }
}

fn write_text(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c < ' ' => write!(f, "\\u{:04x}", c as u32)?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}

#[cfg(feature = "serde")]
mod with_serde {
    use std::fmt;

    use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
    use serde::ser::{Serialize, Serializer};

    use super::{Meta, MetaValue};

    impl Serialize for Meta {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.iter())
        }
    }

    impl Serialize for MetaValue {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Self::Null => serializer.serialize_unit(),
                Self::Text(text) => serializer.serialize_str(text),
                Self::List(items) => serializer.collect_seq(items),
                Self::Map(map) => map.serialize(serializer),
            }
        }
    }

    impl<'de> Deserialize<'de> for Meta {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            match MetaValue::deserialize(deserializer)? {
                MetaValue::Map(map) => Ok(map),
                // As columns have it where there is nothing.
                MetaValue::Null => Ok(Meta::default()),
                _ => Err(D::Error::custom("meta is an object")),
            }
        }
    }

    impl<'de> Deserialize<'de> for MetaValue {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(ValueVisitor)
        }
    }

    struct ValueVisitor;

    /// Numbers and flags become their text.
    impl<'de> Visitor<'de> for ValueVisitor {
        type Value = MetaValue;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text, a number, a flag, a list or a map")
        }

        fn visit_unit<E: Error>(self) -> Result<MetaValue, E> {
            Ok(MetaValue::Null)
        }

        fn visit_bool<E: Error>(self, flag: bool) -> Result<MetaValue, E> {
            Ok(MetaValue::Text(flag.to_string()))
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<MetaValue, E> {
            Ok(MetaValue::Text(number.to_string()))
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<MetaValue, E> {
            Ok(MetaValue::Text(number.to_string()))
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<MetaValue, E> {
            Ok(MetaValue::Text(number.to_string()))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<MetaValue, E> {
            Ok(MetaValue::Text(text.to_owned()))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<MetaValue, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = items.next_element()? {
                list.push(item);
            }
            Ok(MetaValue::List(list))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<MetaValue, A::Error> {
            let mut map = Vec::new();
            while let Some((key, value)) = entries.next_entry()? {
                map.push((key, value));
            }
            Ok(MetaValue::Map(Meta(map)))
        }
    }
}
