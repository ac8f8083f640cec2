//! The terms of fields with their rows.

use std::sync::Arc;

use super::parts::rows_differ;
use super::{Flaw, FlawSink};
use crate::error::Result;
use crate::segment::block::PartBytes;
use crate::segment::term::{EncodedTerms, Postings, TermBlocks, join_indexes};
use crate::segment::write::IndexParts;
use crate::segment::{Part, Segment, TermField};

impl Segment {
    /// Dictionaries and rows of all fields but words.
    pub(super) fn compare_terms(&self, made: &IndexParts, found: &mut FlawSink<'_>) -> Result<()> {
        let mut differing = None;
        if !self.lacks_parts() {
            for (part, bytes) in made.terms() {
                let stored = match part {
                    Part::TermsIndex => self.part(part)?,
                    _ => self.part_bytes(part).read_all()?,
                };
                if stored != bytes {
                    differing = differing.or(Some(part));
                }
            }
            if differing.is_none() {
                return Ok(());
            }
        }
        let mut said = false;
        for (field, encoded) in TermField::PLAIN.into_iter().zip(&made.fields) {
            let expected = self.made_field(encoded)?;
            let mut say = |flaw| {
                said = true;
                found(flaw);
            };
            self.compare_field(field, &expected, &mut say)?;
        }
        if let Some(part) = differing.filter(|_| !said) {
            found(Flaw::new(part, None, "it does not say what the rows say"));
        }
        Ok(())
    }

    fn made_field(&self, encoded: &EncodedTerms) -> Result<Postings> {
        let index = join_indexes(1, std::iter::once(&*encoded.dictionary.index));
        let blocks = PartBytes::Made(Arc::new(encoded.dictionary.blocks.clone()));
        let fields = TermBlocks::read(&blocks, &index)
            .map_err(|message| self.malformed(Part::TermsIndex, message))?;
        let terms = fields.into_iter().next();
        let terms = terms.map_or_else(TermBlocks::empty, |(_, terms)| terms);
        let rows = PartBytes::Made(Arc::new(encoded.rows.clone()));
        Ok(Postings::new(terms, rows, self.meta.rows))
    }

    fn compare_field(
        &self,
        field: TermField,
        expected: &Postings,
        found: &mut FlawSink<'_>,
    ) -> Result<()> {
        let stored = self.postings(field)?;
        let (terms_part, rows_part) = match field.legacy_parts() {
            Some(parts) if self.lacks_parts() => parts,
            _ => (Part::Terms, Part::TermRows),
        };
        if let Some(message) = dictionaries_differ(field, stored, expected)? {
            found(Flaw::new(terms_part, None, message));
            return Ok(());
        }
        let (mut of_stored, mut of_expected) = (Vec::new(), Vec::new());
        for term in 0..expected.len() {
            of_stored.clear();
            of_expected.clear();
            stored.append_rows(term, &mut of_stored)?;
            expected.append_rows(term, &mut of_expected)?;
            if of_stored != of_expected {
                let of = format!("{field:?} “{}”: ", stored.spelling(term)?.escape_debug());
                let message = rows_differ(&of, &of_stored, &of_expected);
                found(Flaw::new(rows_part, None, message));
            }
        }
        Ok(())
    }
}

/// The first term that two dictionaries do not share.
pub(super) fn dictionaries_differ(
    field: TermField,
    stored: &TermBlocks,
    expected: &TermBlocks,
) -> Result<Option<String>> {
    for term in 0..stored.len().min(expected.len()) {
        let (has, should) = (stored.spelling(term)?, expected.spelling(term)?);
        if has != should {
            let (has, should) = (has.escape_debug(), should.escape_debug());
            let message = format!("{field:?} “{has}” stands where “{should}” belongs");
            return Ok(Some(message));
        }
    }
    Ok((stored.len() != expected.len()).then(|| {
        let (has, should) = (stored.len(), expected.len());
        format!("{field:?} has {has} terms, and the rows have {should}")
    }))
}
