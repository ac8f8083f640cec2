//! Terms with their rows → the two parts of a field.

use std::borrow::Cow;

use rayon::prelude::*;

use super::{dictionary, postings};
use crate::event::fold;

/// The parts of a field, and the final number of each term.
pub(in crate::segment) struct EncodedTerms {
    pub dictionary: Vec<u8>,
    pub postings: Vec<u8>,
    /// By provisional number: the term's number in the dictionary.
    pub ranks: Vec<u32>,
}

/// Orders terms and encodes them. The position of a term is its provisional number; `rows` has its
/// ascending rows at the same position.
pub(in crate::segment) fn encode_terms<'a>(
    terms: impl Iterator<Item = &'a str>,
    rows: &[Vec<u32>],
) -> EncodedTerms {
    let mut order: Vec<(Cow<'_, str>, &str, usize)> = terms
        .enumerate()
        .map(|(number, spelling)| (fold(spelling), spelling, number))
        .collect();
    order.par_sort_unstable();
    let mut ranks = vec![0; order.len()];
    for (rank, (_, _, number)) in order.iter().enumerate() {
        ranks[*number] = rank as u32;
    }
    let spellings = order.iter().map(|&(_, spelling, _)| spelling);
    let rows = order.iter().map(|&(_, _, number)| rows[number].as_slice());
    EncodedTerms {
        dictionary: dictionary::encode(spellings),
        postings: postings::encode(rows),
        ranks,
    }
}
