//! The parts of a segment: their numbers on disk and their names in errors.

use super::block::Codec;

/// Declares [`Part`] with the number and the name of each part, so that no list repeats them.
macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident = $number:literal, $name:literal;)*) => {
        /// A part of a segment. The numbers are part of the format.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub(crate) enum Part {
            $($(#[$doc])* $part = $number,)*
        }

        impl Part {
            /// The name that errors and `stats` show.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$part => $name,)*
                }
            }

            /// The part that has this number in the format.
            pub fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$part),)*
                    _ => None,
                }
            }
        }
    };
}

impl Part {
    /// Number of parts that are stored in blocks.
    pub const IN_BLOCKS: usize = 5;

    /// Of a part that is stored in blocks: its position among those, and the part that has the
    /// index of its blocks.
    pub fn in_blocks(self) -> Option<(usize, Self)> {
        match self {
            Self::Headers => Some((0, Self::HeadersIndex)),
            Self::Bodies => Some((1, Self::BodiesIndex)),
            Self::Links => Some((2, Self::LinksIndex)),
            Self::Backlinks => Some((3, Self::BacklinksIndex)),
            Self::Raw => Some((4, Self::RawIndex)),
            _ => None,
        }
    }

    /// How it is written where it is one blob. What is stored as it is can be read by the byte.
    pub fn codec(self) -> Codec {
        match self {
            Self::Hashes
            | Self::Fingerprints
            | Self::ExternalFingerprints
            | Self::Names
            | Self::PageNames
            | Self::LinkTargets => Codec::Stored,
            _ => Codec::Zstd,
        }
    }
}

parts! {
    /// Days, each with its number of rows.
    Days = 1, "days";
    /// Row sets: events, superseded, opinions and so on.
    Flags = 2, "flags";
    /// The hash of each row's page.
    Hashes = 3, "hashes";
    /// Distinct page layouts.
    Layouts = 4, "layouts";
    /// Rows whose path or day does not follow from their name.
    Exceptions = 5, "odd";
    /// A 16-bit fingerprint of each row's name.
    Fingerprints = 6, "fingerprints";
    /// Of versions 4 to 8: see `Names`.
    LegacyNames = 7, "names of an older version";
    /// Of version 5 alone, and not read: names of Markdown pages.
    PageNameTerms = 8, "page name terms";
    PageNamePostings = 9, "page name postings";
    /// The header of each row: kind, name and title.
    Headers = 10, "heads";
    HeadersIndex = 11, "heads index";
    /// The body of each row: all other fields of an event.
    Bodies = 12, "rows";
    BodiesIndex = 13, "rows index";
    /// The links of each row, with their contexts.
    Links = 14, "links";
    LinksIndex = 15, "links index";
    /// Verbatim pages: those that rendering does not give back.
    Raw = 16, "raw";
    RawIndex = 17, "raw index";
    /// For each link target the rows that link to it.
    Backlinks = 18, "referrers";
    BacklinksIndex = 19, "referrers index";
    TagTerms = 20, "tag terms";
    TagPostings = 21, "tag postings";
    CategoryTerms = 22, "category terms";
    CategoryPostings = 23, "category postings";
    SourceTerms = 24, "source terms";
    SourcePostings = 25, "source postings";
    DomainTerms = 26, "domain terms";
    DomainPostings = 27, "domain postings";
    AuthorTerms = 28, "author terms";
    AuthorPostings = 29, "author postings";
    /// Of versions 3 to 8: see `ExternalDays`.
    LegacyExternalIds = 30, "outside";
    /// Of versions 6 to 8: see `PageNames`.
    LegacyPageNames = 31, "page names of an older version";
    KindTerms = 32, "kind terms";
    KindPostings = 33, "kind postings";
    LangTerms = 34, "lang terms";
    LangPostings = 35, "lang postings";
    /// What was chosen for the archives of Markdown pages.
    ArchiveTerms = 36, "archive terms";
    ArchivePostings = 37, "archive postings";
    /// Of version 5 alone, and not read: links of Markdown pages.
    LinkTerms = 38, "link terms";
    LinkPostings = 39, "link postings";
    /// Deleted rows, behind all other parts of the segment. The first chunk's number holds the generation.
    Deletes = 40, "deletes";
    /// Of versions 6 to 8: see `LinkTargets`.
    LegacyLinkTargets = 41, "link targets of an older version";
    /// What the front matter of Markdown pages says beside the fields of an event.
    MetaTerms = 42, "meta terms";
    MetaPostings = 43, "meta postings";
    /// The dictionaries of all fields but words, in blocks; the sparse index of these; the rows of each
    /// term. Segments of versions 1 to 6 have parts 20 to 29, 32 to 37, 42 and 43 instead.
    Terms = 44, "terms";
    TermsIndex = 45, "terms index";
    TermRows = 46, "term rows";
    /// The same of words, and for each word and row how often it stands there, and where.
    WordTerms = 47, "words";
    WordTermsIndex = 48, "words index";
    WordRows = 49, "word rows";
    WordFrequencies = 50, "word frequencies";
    WordPositions = 51, "word positions";
    /// How many words each field of a row has.
    WordLengths = 52, "word lengths";
    /// Ids that links lead to and that no event of the segment has: how many are of each day.
    ExternalDays = 53, "outside days";
    /// A 16-bit fingerprint of each of these ids.
    ExternalFingerprints = 54, "outside fingerprints";
    /// The rows of names that no day leads to, by a hash of the name.
    Names = 55, "names";
    /// The rows of Markdown pages, by a hash of what they can be called.
    PageNames = 56, "page names";
    /// The rows of Markdown pages, by a hash of what their links call their targets.
    LinkTargets = 57, "link targets";
}
