//! Which keys of front matter give a field, where an archive has words of its own.

use std::collections::BTreeMap;

use super::keys::folded;
use crate::event::{ParseError, unknown, words};

/// A field that [`KeyMap`] names keys for.
///
/// ```
/// use eventstore::MappedField;
/// assert_eq!("tags".parse::<MappedField>()?, MappedField::Tags);
/// assert!("tag".parse::<MappedField>().unwrap_err().to_string().contains("did you mean tags?"));
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MappedField {
    /// The day and the time: `date`.
    Date,
    /// The title: `title`.
    Title,
    /// The summary: `summary`.
    Summary,
    /// The tags: `tags`.
    Tags,
    /// The categories: `categories`.
    Categories,
    /// The authors: `authors`.
    Authors,
    /// The language: `lang`.
    Lang,
    /// The kind: `kind`.
    Kind,
    /// The flag of a draft: `draft`.
    Draft,
}

words!(
    MappedField, unknown;
    Date = "date", Title = "title", Summary = "summary", Tags = "tags", Categories = "categories",
    Authors = "authors", Lang = "lang", Kind = "kind", Draft = "draft",
);

/// The keys of front matter that give a field, beside those that are read anyway.
///
/// The keys that are named are read first, in their order; only where they give nothing the usual ones
/// are. They are found without case, and `-` and a space count as `_`, as all keys are.
///
/// ```
/// use eventstore::KeyMap;
/// let map = KeyMap::new().with("date", ["created"])?.with("tags", ["topic", "labels"])?;
/// assert!(KeyMap::new().with("tgas", ["topic"]).unwrap_err().to_string().contains("did you mean tags?"));
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct KeyMap(BTreeMap<MappedField, Vec<String>>);

impl KeyMap {
    /// No key beside the usual ones.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the keys of a field. Keys that were named for it before come first.
    ///
    /// # Errors
    /// [`ParseError`] for a field that is none, for a key that is empty or holds a control character,
    /// and where no key is given.
    pub fn with<K: AsRef<str>>(
        mut self,
        field: &str,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Self, ParseError> {
        let named = self.0.entry(field.parse()?).or_default();
        for key in keys {
            let key = folded(key.as_ref()).into_owned();
            if key.is_empty() || key.chars().any(char::is_control) {
                let message = format!("{key:?} is no key of front matter that gives {field}");
                let hint = "name a key as pages write it, such as created".to_owned();
                return Err(ParseError::new(&key, 0, message, Some(hint)));
            }
            if !named.contains(&key) {
                named.push(key);
            }
        }
        if named.is_empty() {
            let message = format!("no key is named that gives {field}");
            let hint = format!("name one key or more, or leave {field} out");
            return Err(ParseError::new("", 0, message, Some(hint)));
        }
        Ok(self)
    }

    /// This map, and behind its keys those of another.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (field, keys) in other.0 {
            let named = self.0.entry(field).or_default();
            for key in keys {
                if !named.contains(&key) {
                    named.push(key);
                }
            }
        }
        self
    }

    /// Each field with its keys, folded.
    pub fn iter(&self) -> impl Iterator<Item = (MappedField, &[String])> {
        self.0.iter().map(|(&field, keys)| (field, keys.as_slice()))
    }

    /// Whether no key is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys of a field, folded.
    pub(super) fn keys(&self, field: MappedField) -> &[String] {
        self.0.get(&field).map_or(&[], Vec::as_slice)
    }
}
