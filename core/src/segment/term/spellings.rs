//! The texts of a field's terms, for whoever reads events.
//!
//! A few texts are read with the blocks that they lie in; whoever asks for many gets the whole dictionary,
//! which is faster to look into. So the first answer of a process reads no dictionary whole.

use std::cell::RefCell;

use super::blocks::TermBlocks;
use super::dictionary::TermDictionary;
use crate::error::{Error, Result};
use crate::segment::{Segment, TermField};

/// Blocks of a field's dictionary after which all of it is read: some 100 KB.
const BLOCKS_MAX: u32 = 64;

/// The texts of a field's terms.
pub(in crate::segment) struct Spellings<'s> {
    terms: Terms<'s>,
    /// What failed while a text was read. Those who decode rows have no room for such an error.
    failed: RefCell<Option<Error>>,
}

enum Terms<'s> {
    Whole(&'s TermDictionary),
    Blocks(&'s TermBlocks),
}

impl Segment {
    /// The texts of the terms of a field.
    pub(in crate::segment) fn spellings(&self, field: TermField) -> Result<Spellings<'_>> {
        let blocks = match self.dictionary_loaded(field) {
            None if !self.lacks_parts() => Some(self.postings(field)?),
            _ => None,
        };
        let terms = match blocks.filter(|blocks| blocks.loaded() < BLOCKS_MAX) {
            Some(blocks) => Terms::Blocks(blocks),
            None => Terms::Whole(self.dictionary(field)?),
        };
        Ok(Spellings {
            terms,
            failed: RefCell::default(),
        })
    }
}

impl<'s> Spellings<'s> {
    /// Number of terms.
    pub fn len(&self) -> u32 {
        match self.terms {
            Terms::Whole(dictionary) => dictionary.len(),
            Terms::Blocks(blocks) => blocks.len(),
        }
    }

    /// The text of a term; none if there is no such term, or if it cannot be read: [`Spellings::checked`]
    /// tells.
    pub fn get(&self, term: u32) -> Option<&'s str> {
        match self.terms {
            Terms::Whole(dictionary) => dictionary.get(term),
            Terms::Blocks(blocks) if term < blocks.len() => {
                let read = blocks.spelling(term);
                read.map_err(|error| self.failed.replace(Some(error))).ok()
            }
            Terms::Blocks(_) => None,
        }
    }

    /// A result that was made with these texts, or the error of reading one.
    pub fn checked<T>(&self, result: Result<T>) -> Result<T> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => result,
        }
    }
}
