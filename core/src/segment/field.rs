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
}

impl TermField {
    /// Number of fields: the length of arrays that are indexed by one.
    pub const COUNT: usize = 9;

    /// The parts that hold the field's dictionary and its postings. A segment without a value of the
    /// last five fields lacks theirs, but for `Meta`, which each segment has that has a Markdown page.
    pub(super) fn parts(self) -> (Part, Part) {
        match self {
            Self::Tag => (Part::TagTerms, Part::TagPostings),
            Self::Category => (Part::CategoryTerms, Part::CategoryPostings),
            Self::Source => (Part::SourceTerms, Part::SourcePostings),
            Self::Domain => (Part::DomainTerms, Part::DomainPostings),
            Self::Author => (Part::AuthorTerms, Part::AuthorPostings),
            Self::Kind => (Part::KindTerms, Part::KindPostings),
            Self::Lang => (Part::LangTerms, Part::LangPostings),
            Self::Archive => (Part::ArchiveTerms, Part::ArchivePostings),
            Self::Meta => (Part::MetaTerms, Part::MetaPostings),
        }
    }
}
