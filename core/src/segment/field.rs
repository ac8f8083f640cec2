//! The fields that have a term dictionary and postings.

use super::part::Part;

/// A field with a sorted dictionary of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TermField {
    Tag,
    Category,
    Source,
    Domain,
    /// Not stored: made from the rows of opinions.
    Author,
}

impl TermField {
    /// Number of fields: the length of arrays that are indexed by one.
    pub const COUNT: usize = 5;

    /// Number of fields that have parts.
    pub(super) const STORED: usize = 4;

    /// The parts that hold the field's dictionary and its postings, if it is stored.
    pub(super) fn parts(self) -> Option<(Part, Part)> {
        let parts = match self {
            Self::Tag => (Part::TagTerms, Part::TagPostings),
            Self::Category => (Part::CategoryTerms, Part::CategoryPostings),
            Self::Source => (Part::SourceTerms, Part::SourcePostings),
            Self::Domain => (Part::DomainTerms, Part::DomainPostings),
            Self::Author => return None,
        };
        Some(parts)
    }
}
