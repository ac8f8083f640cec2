//! The fields that a clause can name, and the traits that a query may ask for.

use std::fmt;

use super::diagnostic::Diagnostic;
use super::quote::write_quoted;
use crate::event::meta_key;
use crate::segment::TermField;

/// The hint where a key of `meta` is missing.
pub(super) const NAME_A_KEY: &str =
    "write meta.KEY:value, such as meta.series:ferries; has:series asks for any value";

/// A field of a clause.
///
/// The order of the variants is the order in which clauses are printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum QueryField {
    /// The words of title, summary and body. In a text it has no name.
    Text,
    Title,
    Summary,
    Body,
    Tag,
    Category,
    Author,
    Source,
    Domain,
    Related,
    Refers,
    Kind,
    Lang,
    /// A day of any year.
    On,
    /// A key of `meta`, in the form in which keys are compared.
    Meta(String),
    /// The keys of `meta` and the fields that an event has a value of.
    Has,
}

impl QueryField {
    /// The fields that a name stands for: all but `Text`, which has none, and `Meta`, which needs a key.
    pub const NAMED: [Self; 14] = [
        Self::Title,
        Self::Summary,
        Self::Body,
        Self::Tag,
        Self::Category,
        Self::Author,
        Self::Source,
        Self::Domain,
        Self::Related,
        Self::Refers,
        Self::Kind,
        Self::Lang,
        Self::On,
        Self::Has,
    ];

    /// A key of `meta`.
    pub fn meta(key: &str) -> Result<Self, Diagnostic> {
        match &*meta_key(key) {
            "" => Err(Diagnostic::new("a key of meta is missing").hint(NAME_A_KEY)),
            key => Ok(Self::Meta(key.to_owned())),
        }
    }

    /// The field's name in the text of a query, without the key of `meta`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Body => "body",
            Self::Tag => "tag",
            Self::Category => "category",
            Self::Author => "author",
            Self::Source => "source",
            Self::Domain => "domain",
            Self::Related => "related",
            Self::Refers => "refers",
            Self::Kind => "kind",
            Self::Lang => "lang",
            Self::On => "on",
            Self::Meta(_) => "meta",
            Self::Has => "has",
        }
    }

    /// The term dictionary of a segment that the field is looked up in. `None` for a field whose
    /// values are matched whole, without a dictionary.
    pub fn terms(&self) -> Option<TermField> {
        match self {
            Self::Tag => Some(TermField::Tag),
            Self::Category => Some(TermField::Category),
            Self::Author => Some(TermField::Author),
            Self::Source => Some(TermField::Source),
            Self::Domain => Some(TermField::Domain),
            Self::Meta(_) => Some(TermField::Meta),
            Self::Related | Self::Refers | Self::Kind | Self::Lang | Self::On | Self::Has => None,
            Self::Text | Self::Title | Self::Summary | Self::Body => None,
        }
    }

    /// Whether its values ask for words.
    pub fn has_words(&self) -> bool {
        matches!(self, Self::Text | Self::Title | Self::Summary | Self::Body)
    }
}

/// The field that `has:` asks for by its name. Every other name is a key of `meta`.
pub(in crate::query) fn field_of_event(name: &str) -> Option<TermField> {
    let named = QueryField::NAMED.into_iter();
    named
        .filter(|field| field.as_str() == name)
        .find_map(|field| field.terms())
}

impl fmt::Display for QueryField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        if let Self::Meta(key) = self {
            f.write_str(".")?;
            write_quoted(key, f)?;
        }
        Ok(())
    }
}

/// What an event may be that answers leave out unless they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Trait {
    Superseded,
    Draft,
    Undated,
}

impl Trait {
    pub const ALL: [Self; 3] = [Self::Superseded, Self::Draft, Self::Undated];

    /// Its name in the text of a query.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::Draft => "draft",
            Self::Undated => "undated",
        }
    }
}
