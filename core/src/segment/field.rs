//! The fields that have a term dictionary and postings.

use super::part::Part;

/// A field with a sorted dictionary of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TermField {
    Tag,
    Category,
    Source,
    Domain,
    /// Segments of versions 1 to 3 do not store it: it is made from the rows of opinions.
    Author,
    /// Of Markdown pages alone: news and opinions are row sets.
    Kind,
    /// Of Markdown pages alone: English and Chinese pages of the Context are row sets.
    Lang,
    /// What was chosen for the archive of a Markdown page, where something was.
    Archive,
    /// Keys of `meta` with their values. Segments of versions 4 and 5 do not store it: it is made from
    /// the rows of Markdown pages.
    Meta,
    /// Words of titles, summaries and bodies: in parts of its own ([`words`](super::words)).
    Word,
}

impl TermField {
    /// Number of fields: the length of arrays that are indexed by one.
    pub const COUNT: usize = 10;

    /// Those that have no parts of their own, in the order of the format.
    pub(super) const PLAIN: [Self; 9] = [
        Self::Tag,
        Self::Category,
        Self::Source,
        Self::Domain,
        Self::Author,
        Self::Kind,
        Self::Lang,
        Self::Archive,
        Self::Meta,
    ];

    /// Its number in the format.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Tag => 1,
            Self::Category => 2,
            Self::Source => 3,
            Self::Domain => 4,
            Self::Author => 5,
            Self::Kind => 6,
            Self::Lang => 7,
            Self::Archive => 8,
            Self::Meta => 9,
            Self::Word => 10,
        }
    }

    /// The parts that hold dictionary and postings in a segment of versions 1 to 6. One without a value of
    /// the fields from `Author` on lacks theirs, but for `Meta`, which each segment has that has a
    /// Markdown page.
    pub(super) fn legacy_parts(self) -> Option<(Part, Part)> {
        Some(match self {
            Self::Tag => (Part::TagTerms, Part::TagPostings),
            Self::Category => (Part::CategoryTerms, Part::CategoryPostings),
            Self::Source => (Part::SourceTerms, Part::SourcePostings),
            Self::Domain => (Part::DomainTerms, Part::DomainPostings),
            Self::Author => (Part::AuthorTerms, Part::AuthorPostings),
            Self::Kind => (Part::KindTerms, Part::KindPostings),
            Self::Lang => (Part::LangTerms, Part::LangPostings),
            Self::Archive => (Part::ArchiveTerms, Part::ArchivePostings),
            Self::Meta => (Part::MetaTerms, Part::MetaPostings),
            Self::Word => return None,
        })
    }
}
