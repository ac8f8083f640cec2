//! Looking up a key by its names.

use rustc_hash::FxHashMap;

use super::super::front_matter::{KeyValue, Map, RawValue, Scalar};
use super::model::PageNote;

/// Tables that are looked into after the top level: Zola, Hugo and RustSec keep keys there.
const TABLES: [&str; 4] = ["advisory", "taxonomies", "params", "extra"];

/// Most notes about one page.
const NOTES_MAX: usize = 20;

/// The keys of a page, found without case; `-` and a space count as `_`.
#[derive(Default)]
pub(super) struct Keys<'m> {
    /// Folded key → entry. The top level comes before the tables, the last entry of a level before
    /// the others.
    entries: FxHashMap<String, &'m KeyValue>,
}

impl<'m> Keys<'m> {
    /// The keys of a map. A key that stands twice on one level is noted.
    pub fn of(map: &'m Map, notes: &mut Vec<PageNote>) -> Self {
        let mut keys = Self::default();
        keys.add_level(map, notes);
        for table in TABLES {
            if let Some(KeyValue {
                value: RawValue::Map(inner),
                ..
            }) = keys.get(table)
            {
                keys.add_level(inner, notes);
            }
        }
        keys
    }

    fn add_level(&mut self, map: &'m Map, notes: &mut Vec<PageNote>) {
        let mut of_level: FxHashMap<String, &'m KeyValue> = FxHashMap::default();
        for entry in map.0.iter().rev() {
            let last = of_level.entry(folded(&entry.key)).or_insert(entry);
            if !std::ptr::eq(*last, entry) && notes.len() < NOTES_MAX {
                notes.push(PageNote {
                    offset: entry.offset,
                    message: format!("the key {:?} is there twice; the last one counts", last.key),
                });
            }
        }
        for (key, entry) in of_level {
            self.entries.entry(key).or_insert(entry);
        }
    }

    /// The entry of a name.
    pub fn get(&self, name: &str) -> Option<&'m KeyValue> {
        self.entries.get(name).copied()
    }

    /// The scalar of a name, if it has one.
    pub fn scalar(&self, name: &str) -> Option<&'m Scalar> {
        match &self.get(name)?.value {
            RawValue::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }
}

/// The form in which keys are compared.
pub(super) fn folded(key: &str) -> String {
    let letters = key.trim().chars().flat_map(char::to_lowercase);
    letters
        .map(|c| if matches!(c, '-' | ' ') { '_' } else { c })
        .collect()
}
