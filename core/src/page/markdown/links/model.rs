//! Links and names, and how they stand in a term dictionary.
//!
//! Both are terms of a segment: a letter for the kind, the prefix of the archive, a NUL, and the text.
//! Names are looked up within one archive, so its prefix is part of each.

/// The prefix of an archive that was ingested without one.
pub(crate) const NO_PREFIX: &str = "";

/// A link to a page of the same archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageLink {
    /// What its target may be called, the best first.
    pub keys: Vec<LinkKey>,
    /// Its text, clean; empty if it has none of its own.
    pub text: String,
}

/// A link that leaves the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExternalLink {
    /// Its text, clean; its host if it has none of its own.
    pub name: String,
    pub url: String,
}

/// Declares a kind with the letter that stands for it in a term.
macro_rules! kinds {
    ($(#[$doc:meta])* $kind:ident; $($(#[$of:meta])* $name:ident = $letter:literal,)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum $kind {
            $($(#[$of])* $name,)*
        }

        impl $kind {
            fn letter(self) -> char {
                match self {
                    $(Self::$name => $letter,)*
                }
            }

            fn of_letter(letter: char) -> Option<Self> {
                match letter {
                    $($letter => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// How a link names its target.
    LinkKeyKind;
    /// By its path within the archive, as an id: exact.
    Path = 'p',
    /// By its name, with folders before it or without; folded.
    Name = 'n',
    /// By the address that the site gives it; folded.
    Address = 'a',
}

kinds! {
    /// What a name of a page is.
    PageNameKind;
    /// The last part of its id.
    File = 'f',
    /// A further name that the page gives itself.
    Alias = 'l',
    /// An address of its site.
    Address = 'a',
}

/// What a link calls its target.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct LinkKey {
    pub kind: LinkKeyKind,
    pub text: String,
}

/// What a page can be called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PageName {
    pub kind: PageNameKind,
    pub text: String,
}

impl LinkKey {
    /// The term of the key.
    pub fn term(&self, prefix: &str) -> String {
        term(self.kind.letter(), prefix, &self.text)
    }

    /// The key as a row keeps it.
    pub fn stored(&self) -> String {
        format!("{}{}", self.kind.letter(), self.text)
    }

    /// Reads what [`LinkKey::stored`] gave.
    pub fn of_stored(stored: &str) -> Option<Self> {
        let mut letters = stored.chars();
        let kind = LinkKeyKind::of_letter(letters.next()?)?;
        let text = letters.as_str().to_owned();
        Some(Self { kind, text })
    }
}

impl PageName {
    /// The term of the name.
    pub fn term(&self, prefix: &str) -> String {
        term(self.kind.letter(), prefix, &self.text)
    }

    /// The name as a row keeps it.
    pub fn stored(&self) -> String {
        format!("{}{}", self.kind.letter(), self.text)
    }

    /// Reads what [`PageName::stored`] gave.
    pub fn of_stored(stored: &str) -> Option<Self> {
        let mut letters = stored.chars();
        let kind = PageNameKind::of_letter(letters.next()?)?;
        let text = letters.as_str().to_owned();
        Some(Self { kind, text })
    }
}

fn term(letter: char, prefix: &str, text: &str) -> String {
    format!("{letter}{prefix}\0{text}")
}
