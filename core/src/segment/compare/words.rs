//! The words of texts with their rows, frequencies, positions and lengths.

use std::sync::Arc;

use super::parts::rows_differ;
use super::terms::dictionaries_differ;
use super::{Flaw, FlawSink};
use crate::error::Result;
use crate::segment::block::PartBytes;
use crate::segment::words::{FIELDS, WordIndex};
use crate::segment::write::IndexParts;
use crate::segment::{Part, Segment, TermField};

impl Segment {
    /// The words, where the segment stores those of today's analysis.
    pub(super) fn compare_words(&self, made: &IndexParts, found: &mut FlawSink<'_>) -> Result<()> {
        let Some((index, parts)) = &made.words else {
            return Ok(());
        };
        let mut differing =
            (self.part(Part::WordTermsIndex)? != *index).then_some(Part::WordTermsIndex);
        let parts = parts.clone();
        for (part, bytes) in parts.iter() {
            if self.part_bytes(*part).read_all()? != *bytes {
                differing = differing.or(Some(*part));
            }
        }
        let Some(differing) = differing else {
            return Ok(());
        };
        let parts = parts.map(|bytes| PartBytes::Made(Arc::new(bytes)));
        let expected = self.word_index(index, parts)?;
        let mut said = false;
        let mut say = |flaw| {
            said = true;
            found(flaw);
        };
        self.compare_word_lists(&expected, &mut say)?;
        if !said {
            found(Flaw::new(
                differing,
                None,
                "it does not say what the texts say",
            ));
        }
        Ok(())
    }

    fn compare_word_lists(&self, expected: &WordIndex, found: &mut FlawSink<'_>) -> Result<()> {
        let stored = self.words()?;
        let (lengths, of_texts) = (stored.lengths()?, expected.lengths()?);
        for row in 0..self.rows() {
            if (0..FIELDS).any(|field| lengths.of(row, field) != of_texts.of(row, field)) {
                let message = "its texts have another number of words";
                found(Flaw::new(Part::WordLengths, Some(row), message));
            }
        }
        let (has, should) = (&stored.postings, &expected.postings);
        if let Some(message) = dictionaries_differ(TermField::Word, has, should)? {
            found(Flaw::new(Part::WordTerms, None, message));
            return Ok(());
        }
        for word in 0..should.len() {
            self.compare_word(word, stored, expected, found)?;
        }
        Ok(())
    }

    fn compare_word(
        &self,
        word: u32,
        stored: &WordIndex,
        expected: &WordIndex,
        found: &mut FlawSink<'_>,
    ) -> Result<()> {
        let spelling = expected.postings.spelling(word)?.escape_debug();
        let (has, should) = (stored.positions(word)?, expected.positions(word)?);
        if has.occurrences.rows != should.occurrences.rows {
            let of = format!("“{spelling}”: ");
            let message = rows_differ(&of, &has.occurrences.rows, &should.occurrences.rows);
            found(Flaw::new(Part::WordRows, None, message));
            return Ok(());
        }
        let frequencies = has.occurrences.frequencies.iter();
        let differs = frequencies.zip(should.occurrences.frequencies.iter());
        for (&row, (has, should)) in should.occurrences.rows.iter().zip(differs) {
            if has != should {
                let message = format!("“{spelling}” stands {has:?} times there, not {should:?}");
                found(Flaw::new(Part::WordFrequencies, Some(row), message));
                return Ok(());
            }
        }
        let (mut walk, mut expected_walk) = (has.walk()?, should.walk()?);
        let (mut keys, mut expected_keys) = (Vec::new(), Vec::new());
        for &row in &should.occurrences.rows {
            keys.clear();
            expected_keys.clear();
            walk.push_keys(row, 0, &mut keys)?;
            expected_walk.push_keys(row, 0, &mut expected_keys)?;
            if keys != expected_keys {
                let message = format!("“{spelling}” stands at other places there");
                found(Flaw::new(Part::WordPositions, Some(row), message));
            }
        }
        Ok(())
    }
}
