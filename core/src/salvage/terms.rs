//! The terms of a segment, where the index is lost that says where a field ends.
//!
//! The fields follow one another in a fixed order, and each has its terms in order. So a term that comes before
//! the one before it begins a field. Which fields there are, the hashes of pages tell.

use crate::event::fold;
use crate::ingest::page_hash;
use crate::page;
use crate::segment::{Segment, TermField};

/// The fields whose terms pages are made from, in their order.
const FIELDS: [TermField; 3] = [TermField::Tag, TermField::Category, TermField::Source];

/// Rows whose pages tell whether terms are right.
const ROWS: usize = 64;

/// The terms of the fields that pages are made from.
pub(super) type FoundTerms = [Vec<String>; FIELDS.len()];

/// The terms of a segment. `new` makes it anew, with nothing loaded.
pub(super) fn terms_by_order(new: impl Fn() -> Segment) -> Option<FoundTerms> {
    let terms = new().unsorted_terms()?;
    let mut keyed: Vec<(String, String)> = Vec::with_capacity(terms.len());
    keyed.extend(
        terms
            .into_iter()
            .map(|term| (fold(&term).into_owned(), term)),
    );
    let fields = keyed.chunk_by(|a, b| a < b);
    let fields: Vec<Vec<String>> = fields
        .map(|field| field.iter().map(|(_, term)| term.clone()).collect())
        .collect();
    let mut best: Option<(usize, FoundTerms)> = None;
    // Each of the fields may be without terms. All three are there mostly.
    for absent in 0..1 << FIELDS.len() {
        let mut rest = fields.iter();
        let found: FoundTerms = std::array::from_fn(|field| match absent >> field & 1 {
            0 => rest.next().cloned().unwrap_or_default(),
            _ => Vec::new(),
        });
        let segment = new();
        set(&segment, &found);
        let right = right_pages(&segment);
        if best.as_ref().is_none_or(|(most, _)| right > *most) {
            best = Some((right, found));
        }
    }
    best.map(|(_, found)| found)
}

/// Loads these terms.
pub(super) fn set(segment: &Segment, terms: &FoundTerms) {
    for (field, terms) in FIELDS.into_iter().zip(terms) {
        segment.set_terms(field, terms);
    }
}

/// How many of some pages have their hashes.
fn right_pages(segment: &Segment) -> usize {
    let is_right = |row: &u32| {
        let page = segment.event_page(*row).ok()?.0;
        let (path, hash) = (segment.path_of(*row).ok()?, segment.hash_of(*row).ok()?);
        Some(page_hash(&path, page::render(&page).as_bytes()) == hash)
    };
    let step = (segment.rows() as usize / ROWS).max(1);
    let rows = (0..segment.rows()).step_by(step);
    rows.filter(|row| is_right(row) == Some(true)).count()
}
