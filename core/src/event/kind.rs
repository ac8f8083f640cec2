//! What kind of text a page is.

use std::borrow::Cow;

use super::ParseError;
use super::words::open_word;

const LENGTH_MAX: usize = 32;

/// The kind of an event: a word of 1 to 32 of the characters `a-z`, `0-9`, `_` and `-`.
///
/// Pages of the Context are [`Kind::NEWS`] or [`Kind::OPINION`]. Other words are valid too, so
/// that other page formats can have kinds of their own. The two known kinds need no allocation.
///
/// ```
/// use eventstore::Kind;
/// assert_eq!("opinion".parse::<Kind>()?, Kind::OPINION);
/// assert_eq!(Kind::new("press-release")?.as_str(), "press-release");
/// assert!(Kind::new("Press release").is_err());
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(Cow<'static, str>);

impl Kind {
    /// An item of the day's news.
    pub const NEWS: Self = Self(Cow::Borrowed("news"));
    /// An editorial.
    pub const OPINION: Self = Self(Cow::Borrowed("opinion"));

    /// A page that says nothing else.
    pub const PAGE: Self = Self(Cow::Borrowed("page"));

    /// The kind of this word.
    ///
    /// # Errors
    /// A [`ParseError`] if the text is empty, longer than 32 bytes, or holds another character
    /// than `a-z`, `0-9`, `_` and `-`.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        if let Some(known) = [Self::NEWS, Self::OPINION, Self::PAGE]
            .into_iter()
            .find(|known| known.0 == text)
        {
            return Ok(known);
        }
        let valid =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        let offset = text.find(|c| !valid(c));
        if offset.is_none() && (1..=LENGTH_MAX).contains(&text.len()) {
            return Ok(Self(Cow::Owned(text.to_owned())));
        }
        Err(ParseError::new(
            text,
            offset.unwrap_or_default(),
            format!("{text:?} is no kind"),
            Some(
                "a kind is a word such as news or opinion: 1 to 32 of a-z, 0-9, _ and -".to_owned(),
            ),
        ))
    }
}

open_word!(Kind);

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn a_kind_is_a_word_of_lower_case_letters_digits_and_dashes() {
        for word in ["news", "opinion", "a", "press-release_2", &"x".repeat(32)] {
            assert_eq!(Kind::new(word).unwrap().to_string(), word);
        }
        for (word, offset) in [
            ("", 0),
            ("News", 0),
            ("a b", 1),
            ("é", 0),
            (&*"x".repeat(33), 0),
        ] {
            assert_eq!(Kind::new(word).unwrap_err().offset, offset, "{word:?}");
        }
        assert_eq!(format!("{:?}", Kind::NEWS), "Kind(\"news\")");
    }
}
