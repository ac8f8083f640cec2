//! Looking up a key by its names.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::super::front_matter::{KeyValue, Map, RawValue, Scalar};
use super::model::PageNote;

/// Tables that are looked into after the top level: Zola, Hugo and RustSec keep keys there.
const TABLES: [&str; 4] = ["advisory", "taxonomies", "params", "extra"];

/// Keys that give the date, the best first. `published` is a flag in Jekyll and a date in Hugo.
pub(super) const DATE_KEYS: [&str; 12] = [
    "date",
    "publishdate",
    "pubdate",
    "published",
    "publish_date",
    "pubdatetime",
    "published_at",
    "date_published",
    "created",
    "created_at",
    "date_created",
    "creation_date",
];
/// Most notes about one page.
const NOTES_MAX: usize = 20;

/// Keys up to which a look at each is fastest; pages have some ten.
const FEW: usize = 64;

/// The keys of a page, found without case; `-` and a space count as `_`.
#[derive(Default)]
pub(super) struct Keys<'m> {
    /// Folded key and entry, each key once.
    entries: Vec<(Cow<'m, str>, &'m KeyValue)>,
    /// Places among the entries by folded key, where there are many.
    places: FxHashMap<Cow<'m, str>, usize>,
}

impl<'m> Keys<'m> {
    /// The keys of a map: those of the top level before those of tables, of a key that stands twice on
    /// one level the last. It is noted.
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
        let above = self.entries.len();
        for entry in map.0.iter().rev() {
            let key = folded(&entry.key);
            match self.position(&key) {
                Some(at) if at >= above && notes.len() < NOTES_MAX => {
                    let last = &self.entries[at].1.key;
                    notes.push(PageNote {
                        offset: entry.offset,
                        message: format!("the key {last:?} is there twice; the last one counts"),
                    });
                }
                Some(_) => {}
                None => self.push(key, entry),
            }
        }
    }

    fn push(&mut self, key: Cow<'m, str>, entry: &'m KeyValue) {
        self.entries.push((key, entry));
        if self.entries.len() > FEW {
            let known = self.places.len();
            let new = self.entries.iter().enumerate().skip(known);
            self.places
                .extend(new.map(|(place, (key, _))| (key.clone(), place)));
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        match self.entries.len() > FEW {
            true => self.places.get(name).copied(),
            false => self.entries.iter().position(|(key, _)| key == name),
        }
    }

    /// The entry of a name.
    pub fn get(&self, name: &str) -> Option<&'m KeyValue> {
        Some(self.entries[self.position(name)?].1)
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
pub(super) fn folded(key: &str) -> Cow<'_, str> {
    let key = key.trim();
    if key
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    {
        return key.into();
    }
    let letters = key.chars().flat_map(char::to_lowercase);
    let folded: String = letters
        .map(|c| if matches!(c, '-' | ' ') { '_' } else { c })
        .collect();
    folded.into()
}

/// What tells an entry from every other: a place in memory, since an alias has the offset of its anchor.
pub(super) fn address_of(entry: &KeyValue) -> usize {
    std::ptr::from_ref(entry).addr()
}
