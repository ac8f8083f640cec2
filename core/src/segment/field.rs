//! The fields that have a term dictionary and postings.

use super::part::Part;

/// A field with a sorted dictionary of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TermField {
    Tag,
    Category,
    Source,
    Domain,
}

impl TermField {
    /// Number of fields: the length of arrays that are indexed by one.
    pub const COUNT: usize = 4;

    /// The parts that hold the field's dictionary and its postings.
    pub(super) fn parts(self) -> (Part, Part) {
        match self {
            Self::Tag => (Part::TagTerms, Part::TagPostings),
            Self::Category => (Part::CategoryTerms, Part::CategoryPostings),
            Self::Source => (Part::SourceTerms, Part::SourcePostings),
            Self::Domain => (Part::DomainTerms, Part::DomainPostings),
        }
    }
}
