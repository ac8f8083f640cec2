//! The fields that a clause can name, and the traits that a query may ask for.

use std::fmt;

use crate::segment::TermField;

/// A field of a clause.
///
/// The order of the variants is the order in which clauses are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum QueryField {
    Tag,
    Category,
    Author,
    Source,
    Domain,
    Related,
    Refers,
    Kind,
    Lang,
}

impl QueryField {
    pub const ALL: [Self; 9] = [
        Self::Tag,
        Self::Category,
        Self::Author,
        Self::Source,
        Self::Domain,
        Self::Related,
        Self::Refers,
        Self::Kind,
        Self::Lang,
    ];

    /// The field's name in the text of a query.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Category => "category",
            Self::Author => "author",
            Self::Source => "source",
            Self::Domain => "domain",
            Self::Related => "related",
            Self::Refers => "refers",
            Self::Kind => "kind",
            Self::Lang => "lang",
        }
    }

    /// The term dictionary of a segment that the field is looked up in. `None` for a field whose
    /// values are matched whole, without a dictionary.
    pub fn terms(self) -> Option<TermField> {
        match self {
            Self::Tag => Some(TermField::Tag),
            Self::Category => Some(TermField::Category),
            Self::Author => Some(TermField::Author),
            Self::Source => Some(TermField::Source),
            Self::Domain => Some(TermField::Domain),
            Self::Related | Self::Refers | Self::Kind | Self::Lang => None,
        }
    }
}

impl fmt::Display for QueryField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
