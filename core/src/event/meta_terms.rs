//! What the `meta` of a page can be asked for: each value as a term.

use std::borrow::Cow;

use super::text::{fold, tidy};
use super::{Meta, MetaValue};

/// Most bytes of a key, nested ones joined by dots, and of a value in a term.
pub(crate) const META_BYTES_MAX: usize = 256;

/// Most terms of a page.
pub(crate) const META_TERMS_MAX: usize = 256;

/// The terms of a page's `meta`: `key NUL value` for each text in it, those of lists and maps too.
/// A longer value than [`META_BYTES_MAX`] is left out of its term.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct MetaTerms {
    /// In the order of the page, each once.
    pub terms: Vec<String>,
    /// How many texts have no term, because the page has too many of them or their key is too long
    /// or holds a NUL.
    pub cut: usize,
}

impl MetaTerms {
    pub fn of(meta: &Meta) -> Self {
        let mut found = Self::default();
        for (key, value) in meta.iter() {
            found.add(key_in(None, key), value);
        }
        found
    }

    /// Adds what stands under a key; `None` if the key has no terms.
    fn add(&mut self, key: Option<String>, value: &MetaValue) {
        match value {
            MetaValue::Null => {}
            MetaValue::Text(text) => {
                let text = tidy(text);
                if !text.is_empty() {
                    self.add_text(key, &text);
                }
            }
            MetaValue::List(items) => {
                for item in items {
                    self.add(key.clone(), item);
                }
            }
            MetaValue::Map(map) => {
                for (inner, value) in map.iter() {
                    let inner = key.as_deref().and_then(|outer| key_in(Some(outer), inner));
                    self.add(inner, value);
                }
            }
        }
    }

    fn add_text(&mut self, key: Option<String>, text: &str) {
        let Some(key) = key else {
            self.cut += 1;
            return;
        };
        let value = if text.len() > META_BYTES_MAX {
            ""
        } else {
            text
        };
        let term = meta_term(&key, value);
        if self.terms.contains(&term) {
            return;
        }
        match self.terms.len() < META_TERMS_MAX {
            true => self.terms.push(term),
            false => self.cut += 1,
        }
    }
}

/// The key of a map, behind the key that the map has, in the form in which keys are compared. `None`
/// if it can have no terms.
fn key_in(outer: Option<&str>, key: &str) -> Option<String> {
    let key = meta_key(key);
    let key = match outer {
        Some(outer) => format!("{outer}.{key}").into(),
        None => key,
    };
    (key.len() <= META_BYTES_MAX && !key.contains('\0')).then(|| key.into_owned())
}

/// The form in which keys are compared: of `cover` in `Extra` it is `extra.cover`.
pub(crate) fn meta_key(key: &str) -> Cow<'_, str> {
    match tidy(key) {
        Cow::Borrowed(key) => fold(key),
        Cow::Owned(key) => Cow::Owned(fold(&key).into_owned()),
    }
}

/// The term of a value under a key, both in the form in which they are compared or shown. Without a
/// value it is where the terms of the key begin.
pub(crate) fn meta_term(key: &str, value: &str) -> String {
    format!("{key}\0{value}")
}

/// Key and value of a term.
pub(crate) fn split_meta_term(term: &str) -> (&str, &str) {
    term.split_once('\0').unwrap_or((term, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(meta: Meta) -> (Vec<String>, usize) {
        let found = MetaTerms::of(&meta);
        (found.terms, found.cut)
    }

    #[test]
    fn each_text_is_a_term_behind_its_key() {
        let cover = Meta::from_iter([("Alt Text", "A pier".into()), ("file", "a.jpg".into())]);
        let list = vec!["One  two".into(), MetaValue::Null, "x\0y".into(), "".into()];
        let meta = Meta::from_iter([
            ("Series", MetaValue::List(list)),
            ("cover", MetaValue::List(vec![MetaValue::Map(cover)])),
            ("SERIES", "One two".into()),
            ("empty", MetaValue::List(Vec::new())),
        ]);
        let expected = [
            "series\0One two",
            "series\0x\0y",
            "cover.alt text\0A pier",
            "cover.file\0a.jpg",
        ];
        assert_eq!(terms(meta), (expected.map(str::to_owned).to_vec(), 0));
    }

    #[test]
    fn long_values_have_their_key_alone_and_long_keys_nothing() {
        let (most, long) = ("x".repeat(META_BYTES_MAX), "x".repeat(META_BYTES_MAX + 1));
        let inner = |key: &str| MetaValue::Map(Meta::from_iter([(key.to_owned(), "v".into())]));
        let meta = Meta::from_iter([
            ("a", MetaValue::from(&*most)),
            ("b", MetaValue::from(&*long)),
            (&*long, "v".into()),
            ("nul\0", "v".into()),
            ("c", inner(&most[2..])),
            ("d", inner(&most[1..])),
        ]);
        let expected = vec![
            format!("a\0{most}"),
            "b\0".to_owned(),
            format!("c.{}\0v", &most[2..]),
        ];
        assert_eq!(terms(meta), (expected, 3));
    }

    #[test]
    fn a_page_has_so_many_terms_and_no_more() {
        let list = (0..META_TERMS_MAX + 3).map(|i| MetaValue::from(&*i.to_string()));
        let again = (0..META_TERMS_MAX).map(|i| MetaValue::from(&*i.to_string()));
        let list = list.chain(again).collect();
        let (found, cut) = terms(Meta::from_iter([("n", MetaValue::List(list))]));
        assert_eq!((found.len(), cut), (META_TERMS_MAX, 3));
    }
}
