//! What the Markdown pages of a segment can be called, and what their links call their targets.

use rayon::prelude::*;

use super::ids::IdInterner;
use super::pending_row::PendingRow;
use crate::segment::lookup::{called, encode_hashes, hash_of};

/// The two parts by which links are looked up, encoded; empty if there is nothing to look up.
pub(super) struct PageNameParts {
    pub names: Vec<u8>,
    pub link_targets: Vec<u8>,
}

impl PageNameParts {
    /// Hashes the names and the targets of all rows, on all cores.
    pub fn new(rows: &[Box<PendingRow>], ids: &IdInterner) -> Self {
        let hashes = |parts: fn(&PendingRow, &IdInterner) -> Vec<u32>| {
            let all = rows.par_iter().enumerate().flat_map_iter(|(i, row)| {
                let hashes = parts(row, ids).into_iter();
                hashes.map(move |hash| (hash, i as u32))
            });
            encode_hashes(all.collect())
        };
        Self {
            names: hashes(names_of),
            link_targets: hashes(targets_of),
        }
    }
}

fn names_of(row: &PendingRow, _: &IdInterner) -> Vec<u32> {
    let Some(page) = row.markdown() else {
        return Vec::new();
    };
    let parts = page.last_parts();
    let hashes = parts
        .iter()
        .map(|part| hash_of(&called(page.prefix(), part)));
    hashes.collect()
}

fn targets_of(row: &PendingRow, ids: &IdInterner) -> Vec<u32> {
    let Some(page) = row.markdown().filter(|page| !page.links.is_empty()) else {
        return Vec::new();
    };
    let parts = page.last_parts_of_links(&row.path(ids));
    let hashes = parts
        .iter()
        .map(|part| hash_of(&called(page.prefix(), part)));
    hashes.collect()
}
