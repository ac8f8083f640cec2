//! Terms with their rows → the bytes of a field.

use std::borrow::Cow;

use rayon::prelude::*;

use super::blocks::{EncodedBlocks, TermBlocksWriter};
use crate::event::fold;
use crate::segment::TermField;
use crate::segment::block::put_rows;

/// A field as bytes, and the final number of each term.
pub(in crate::segment) struct EncodedTerms {
    pub dictionary: EncodedBlocks,
    /// The rows of each term, one list after another.
    pub rows: Vec<u8>,
    /// By provisional number: the term's number in the dictionary.
    pub ranks: Vec<u32>,
}

/// Orders terms and encodes them. The position of a term is its provisional number; `rows` has its
/// ascending rows at the same position.
pub(in crate::segment) fn encode_terms<'a>(
    field: TermField,
    terms: impl Iterator<Item = &'a str>,
    rows: &[Vec<u32>],
) -> EncodedTerms {
    let mut order: Vec<(Cow<'_, str>, &str, usize)> = terms
        .enumerate()
        .map(|(number, spelling)| (fold(spelling), spelling, number))
        .collect();
    order.par_sort_unstable();
    let mut ranks = vec![0; order.len()];
    let mut dictionary = TermBlocksWriter::new(field, 1);
    let mut encoded = Vec::new();
    for (rank, &(_, spelling, number)) in order.iter().enumerate() {
        ranks[number] = rank as u32;
        let start = encoded.len();
        put_rows(&mut encoded, &rows[number]);
        dictionary.push(spelling, [(encoded.len() - start) as u32, 0, 0]);
    }
    EncodedTerms {
        dictionary: dictionary.finish(),
        rows: encoded,
        ranks,
    }
}
