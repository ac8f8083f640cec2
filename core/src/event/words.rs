//! Types whose values are words: their text forms, and the word that was probably meant.

/// Gives an enum `ALL`, `as_str`, `Display` and `FromStr` over one table of words.
///
/// A word after `|` is read like the one before it and never printed. `$unknown` makes the error
/// for any other word; it gets that word and the words that are printed.
///
/// The table is `Variant = "word" | "alias", …`.
macro_rules! words {
    ($type:ident, $unknown:expr; $($variant:ident = $word:literal $(| $alias:literal)*),+ $(,)?) => {
        impl $type {
            /// Every value, in the order in which the words are listed.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The word that stands for it in queries, options and files.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::event::ParseError;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word $(| $alias)* => Ok(Self::$variant),)+
                    _ => Err($unknown(word, &[$($word),+])),
                }
            }
        }
    };
}

/// Gives a type that holds one word of an open set, as `Cow<'static, str>`, its text forms. Its `new`
/// reads the word.
macro_rules! open_word {
    ($type:ident) => {
        impl $type {
            /// The word, in its usual case.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({:?})", stringify!($type), self.0)
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::event::ParseError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }
    };
}

pub(crate) use {open_word, words};

use super::ParseError;

/// The error for a word that is none of a table's, for [`words`].
pub(crate) fn unknown(word: &str, words: &[&'static str]) -> ParseError {
    let hint = closest(word, words.iter().copied()).map(|near| format!("did you mean {near}?"));
    let message = format!("{word:?} is none of {}", words.join(", "));
    ParseError::new(word, 0, message, hint)
}

/// The known word that a person probably meant: the nearest one, if few letters differ.
pub(crate) fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody misspells a word into one that is twice as long; the bound keeps a hostile text cheap.
    const WORD_MAX: usize = 24;
    if word.chars().nth(WORD_MAX).is_some() {
        return None;
    }
    let lower = word.to_lowercase();
    let near = known
        .into_iter()
        .map(|known| (strsim::osa_distance(&lower, known), known))
        .min()?;
    // Two edits, and at most half of the letters.
    let (edits, known) = near;
    (edits <= 2 && edits < known.chars().count() / 2 + 1).then_some(known)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn the_closest_word_differs_in_few_letters() {
        let known = ["tag", "category", "source", "domain"];
        for (word, expected) in [
            ("tga", Some("tag")),
            ("TAG", Some("tag")),
            ("categry", Some("category")),
            ("sorces", Some("source")),
            ("x", None),
            ("weather", None),
            ("", None),
            ("a text that is far too long to be a misspelt word", None),
        ] {
            assert_eq!(closest(word, known), expected, "{word:?}");
        }
    }
}
