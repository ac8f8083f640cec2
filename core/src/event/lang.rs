//! The language of a page.

use std::borrow::Cow;

use super::ParseError;
use super::words::open_word;

/// RFC 5646 recommends room for this many characters; longer tags are not in use.
const LENGTH_MAX: usize = 35;

/// The language of an event: a tag of the shape that BCP 47 gives, such as `en` or `zh-Hant`.
///
/// Case does not matter: the text is kept in the usual case (`ZH-hant-tw` becomes `zh-Hant-TW`).
/// Whether a subtag is registered is not looked up. The languages of the Context's editions,
/// [`Lang::EN`] and [`Lang::ZH`], need no allocation.
///
/// ```
/// use eventstore::Lang;
/// assert_eq!("EN".parse::<Lang>()?, Lang::EN);
/// assert_eq!(Lang::new("zh-hant-tw")?.as_str(), "zh-Hant-TW");
/// assert!(Lang::new("english language").is_err());
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(Cow<'static, str>);

impl Lang {
    /// English.
    pub const EN: Self = Self(Cow::Borrowed("en"));
    /// Chinese.
    pub const ZH: Self = Self(Cow::Borrowed("zh"));

    /// No known language: the tag `und`.
    pub const UNKNOWN: Self = Self(Cow::Borrowed("und"));

    /// The language of this tag.
    ///
    /// # Errors
    /// A [`ParseError`] if the text does not have the shape of a tag: 2 to 8 letters, then
    /// subtags of 1 to 8 letters or digits behind hyphens, at most 35 characters in all.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        if let Some(known) = [Self::EN, Self::ZH, Self::UNKNOWN]
            .into_iter()
            .find(|known| known.0.eq_ignore_ascii_case(text))
        {
            return Ok(known);
        }
        let mut offset = 0;
        let mut tag = String::with_capacity(text.len());
        let mut after_singleton = false;
        for (i, part) in text.split('-').enumerate() {
            let letters = part.bytes().all(|b| b.is_ascii_alphabetic());
            let valid = match i {
                0 => letters && (2..=8).contains(&part.len()),
                _ => {
                    part.bytes().all(|b| b.is_ascii_alphanumeric()) && (1..=8).contains(&part.len())
                }
            };
            if !valid || text.len() > LENGTH_MAX {
                return Err(ParseError::new(
                    text,
                    offset,
                    format!("{text:?} is no language tag"),
                    Some("write a language as en, zh or zh-Hant".to_owned()),
                ));
            }
            offset += part.len() + 1;
            // The case that RFC 5646 recommends: Hant, TW, and all else in lower case.
            let lower = part.to_ascii_lowercase();
            if i > 0 {
                tag.push('-');
            }
            match lower.len() {
                2 if i > 0 && !after_singleton => tag.push_str(&lower.to_ascii_uppercase()),
                4 if i > 0 && letters && !after_singleton => {
                    tag.push_str(&lower[..1].to_ascii_uppercase());
                    tag.push_str(&lower[1..]);
                }
                _ => tag.push_str(&lower),
            }
            after_singleton |= i > 0 && lower.len() == 1;
        }
        Ok(Self(Cow::Owned(tag)))
    }
}

open_word!(Lang);

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn a_language_is_a_tag_in_its_usual_case() {
        for (text, tag) in [
            ("en", "en"),
            ("ZH", "zh"),
            ("Fr", "fr"),
            ("zh-HANT-tw", "zh-Hant-TW"),
            ("DE-1996", "de-1996"),
            ("en-X-AB-Test", "en-x-ab-test"),
            ("es-419", "es-419"),
        ] {
            assert_eq!(Lang::new(text).unwrap().as_str(), tag);
            assert_eq!(Lang::new(text).unwrap(), Lang::new(tag).unwrap());
        }
        for (text, offset) in [
            ("", 0),
            ("e", 0),
            ("e1", 0),
            ("en_GB", 0),
            ("en-", 3),
            ("en--gb", 3),
            ("en gb", 0),
            ("中文", 0),
            ("en-toolongpart", 3),
            (&*format!("en{}", "-abcdefgh".repeat(4)), 0),
        ] {
            assert_eq!(Lang::new(text).unwrap_err().offset, offset, "{text:?}");
        }
    }
}
