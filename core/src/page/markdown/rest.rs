//! What no field of an event takes: `meta`.

use rustc_hash::FxHashSet;

use super::super::front_matter::{Map, RawValue};
use super::keys::address_of;
use super::model::PageNote;
use crate::event::{META_BYTES_MAX, META_TERMS_MAX, Meta, MetaTerms, MetaValue};

/// The keys that no field has taken, with their values. Of a key that stands twice the last counts.
pub(super) fn rest(map: &Map, used: &[usize]) -> Meta {
    let mut seen = FxHashSet::default();
    let last = map.0.iter().rev().filter(|entry| seen.insert(&entry.key));
    let mut left: Vec<_> = last
        .filter(|entry| !used.contains(&address_of(entry)))
        .filter_map(|entry| {
            let value = meta_value(&entry.value, used);
            // A table whose keys were all taken says nothing more.
            let taken = matches!((&entry.value, &value), (RawValue::Map(before), MetaValue::Map(after))
                if after.is_empty() && !before.0.is_empty());
            (!taken).then(|| (entry.key.clone(), value))
        })
        .collect();
    left.reverse();
    left.into_iter().collect()
}

fn meta_value(node: &RawValue, used: &[usize]) -> MetaValue {
    match node {
        RawValue::Null => MetaValue::Null,
        RawValue::Scalar(scalar) => MetaValue::Text(scalar.text.clone()),
        RawValue::List(items) => {
            MetaValue::List(items.iter().map(|item| meta_value(item, used)).collect())
        }
        RawValue::Map(map) => MetaValue::Map(rest(map, used)),
    }
}

/// A note of the values that no question finds, if there are any.
pub(super) fn note_of_cut(meta: &Meta) -> Option<PageNote> {
    let cut = MetaTerms::of(meta).cut;
    let values = if cut == 1 { "value" } else { "values" };
    let message = format!(
        "no question finds {cut} {values} of meta: a page has at most {META_TERMS_MAX}, under keys of \
         at most {META_BYTES_MAX} bytes"
    );
    (cut > 0).then_some(PageNote { offset: 0, message })
}
