//! Links and names of Markdown pages.
//!
//! A link is kept as written. What its target may be called, its keys, follows from where the linking
//! page lies. A key and every name of a page that it leads to end in the same part of a path, folded:
//! by that part both are found.

use crate::event::fold;

/// A link to a page of the same archive, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageLink {
    pub dialect: Dialect,
    pub target: String,
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

/// Declares a kind with the letter that stands for it in a row.
macro_rules! kinds {
    ($(#[$doc:meta])* $kind:ident; $($(#[$of:meta])* $name:ident = $letter:literal,)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum $kind {
            $($(#[$of])* $name,)*
        }

        impl $kind {
            pub fn letter(self) -> u8 {
                match self {
                    $(Self::$name => $letter,)*
                }
            }

            pub fn of_letter(letter: u8) -> Option<Self> {
                match letter {
                    $($letter => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// How a link is written.
    Dialect;
    /// `[text](target)` and its kin, and `href` of HTML.
    Url = b'u',
    /// `[[target]]`, `[[target|text]]`.
    Wiki = b'w',
    /// Jekyll's `{% post_url target %}`.
    PostUrl = b'p',
    /// Jekyll's `{% link target %}`.
    LinkTag = b'l',
    /// Hugo's `{{< ref "target" >}}` and `relref`.
    Ref = b'r',
}

kinds! {
    /// What a name of a page is, beside that of its file, which is the last part of its id.
    PageNameKind;
    /// A further name that the page gives itself.
    Alias = b'l',
    /// An address of its site.
    Address = b'a',
}

/// How a key names its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum LinkKeyKind {
    /// By its path within the archive, as an id: exact.
    Path,
    /// By its name, with folders before it or without; folded.
    Name,
    /// By the address that the site gives it; folded.
    Address,
}

/// What a link may call its target.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct LinkKey {
    pub kind: LinkKeyKind,
    pub text: String,
}

/// What a page can be called beside the name of its file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PageName {
    pub kind: PageNameKind,
    pub text: String,
}

/// The last part of a path or a name, folded.
pub(crate) fn last_part(path: &str) -> String {
    fold(path.rsplit('/').next().unwrap_or(path)).into_owned()
}
