//! Lists of words, in all the ways in which pages write them: tags, categories, authors.

use rustc_hash::FxHashSet;

use super::super::front_matter::{RawValue, Scalar};
use crate::event::{fold, tidy};

/// How a text that is not a list is split into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Split {
    /// It is one word.
    Whole,
    /// At `;` if there is one, else at `,`.
    Signs,
    /// As `Signs`; where it has neither, at white space.
    Words,
    /// At all of these.
    Everywhere,
}

/// Appends the words of a value that are not there yet. Null and empty items are no words. Of a list
/// each item is whole; lists inside lists are flat; of a map in a list its `name`, `title` or `id` is
/// the word.
pub(super) fn push(node: &RawValue, split: Split, out: &mut WordList) {
    match node {
        RawValue::Null | RawValue::Map(_) => {}
        RawValue::Scalar(scalar) => push_text(scalar, split, out),
        RawValue::List(items) => {
            for item in items {
                match item {
                    RawValue::Map(map) => {
                        let named = ["name", "title", "id"].iter().find_map(|name| {
                            let entry = map.0.iter().find(|entry| entry.key == *name)?;
                            match &entry.value {
                                RawValue::Scalar(scalar) => Some(scalar),
                                _ => None,
                            }
                        });
                        if let Some(scalar) = named {
                            push_text(scalar, Split::Whole, out);
                        }
                    }
                    item => push(item, Split::Whole, out),
                }
            }
        }
    }
}

fn push_text(scalar: &Scalar, split: Split, out: &mut WordList) {
    let text = scalar.text.trim();
    let hashes = text.starts_with('#') && text.split_whitespace().all(|word| word.starts_with('#'));
    match split {
        _ if hashes => text
            .split_whitespace()
            .for_each(|word| push_word(word, out)),
        Split::Whole => push_word(text, out),
        Split::Everywhere => text
            .split(|c: char| matches!(c, ',' | ';') || c.is_whitespace())
            .for_each(|word| push_word(word, out)),
        _ if text.contains(';') => text.split(';').for_each(|word| push_word(word, out)),
        _ if text.contains(',') => text.split(',').for_each(|word| push_word(word, out)),
        Split::Signs => push_word(text, out),
        Split::Words => text
            .split_whitespace()
            .for_each(|word| push_word(word, out)),
    }
}

/// Words, each once in whatever case, in the spelling that came first.
#[derive(Default)]
pub(super) struct WordList {
    pub list: Vec<String>,
    folded: FxHashSet<String>,
}

/// Appends a word without the `#` before it, unless it is there.
pub(super) fn push_word(word: &str, out: &mut WordList) {
    let word = word.trim();
    let word = word
        .strip_prefix('#')
        .filter(|rest| !rest.is_empty())
        .unwrap_or(word);
    let word = tidy(word);
    if !word.is_empty() && out.folded.insert(fold(&word).into_owned()) {
        out.list.push(word.into_owned());
    }
}
