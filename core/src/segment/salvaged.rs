//! Reading a segment of which chunks are lost: what stands in for parts that all rows hang on.

use std::sync::Arc;

use super::block::{index_anew, read_prefix};
use super::field::TermField;
use super::link::ExternalIds;
use super::lookup::encode_days;
use super::part::Part;
use super::row::{RowHeader, decode_body, decode_header};
use super::segment::Segment;
use super::term::{TermBlocks, TermDictionary, read_all_terms};
use crate::error::Result;
use crate::event::Date;
use crate::page::{Edition, EventPage, Layout, PageKind};
use crate::storage::encode_record;

impl Segment {
    /// Loads the dictionaries of which pages are made: those of their terms that can be read, without their
    /// postings.
    pub(crate) fn load_salvaged_terms(&self) {
        for field in [TermField::Tag, TermField::Category, TermField::Source] {
            let salvaged = || Ok(Arc::new(self.salvaged_terms(field)));
            // It is loaded: there is no error.
            let _ = self.dictionaries[field as usize].get_or(salvaged);
        }
    }

    fn salvaged_terms(&self, field: TermField) -> TermDictionary {
        if self.meta.chunks_of(Part::TermsIndex) > 0 {
            let blocks = self.part_bytes(Part::Terms);
            let read = self.parsed(Part::TermsIndex, |index| TermBlocks::read(&blocks, index));
            let fields = read.unwrap_or_default();
            let own = fields.iter().find(|(number, _)| *number == field.number());
            return own.map_or_else(TermDictionary::empty, |(_, terms)| terms.salvaged());
        }
        let part = field.legacy_parts().map(|(terms, _)| terms);
        let part = part.filter(|part| self.meta.chunks_of(*part) > 0);
        let whole = part.and_then(|part| self.parsed(part, TermDictionary::read).ok());
        whole.unwrap_or_else(TermDictionary::empty)
    }

    /// Numbers of entries and of chunks of a part that is stored in blocks, if its index can be read.
    pub(crate) fn indexed(&self, part: Part) -> Option<(u32, u32)> {
        self.block_ends(part).ok()
    }

    /// The index of such a part made from its chunks, with the number of its entries if that is known.
    pub(crate) fn index_anew(&self, part: Part, entries: Option<u32>) -> Vec<u8> {
        index_anew(&*self.storage, self.range_of(part), entries)
    }

    /// Number of rows by the parts that have something of each row.
    pub(crate) fn counted_rows(&self) -> Option<u32> {
        let whole = |part: Part, bytes: usize| match self.part(part) {
            Ok(found) if !found.is_empty() => Some((found.len() / bytes) as u32),
            _ => None,
        };
        whole(Part::Hashes, 8)
            .or_else(|| whole(Part::Fingerprints, 2))
            .or_else(|| Some(self.indexed(Part::Bodies)?.0))
            .or_else(|| Some(self.indexed(Part::Links)?.0))
    }

    /// Number of ids that links lead to and no row has.
    pub(crate) fn counted_external_ids(&self) -> Option<u32> {
        let counted = self.external_ids().map(|ids| ids.len());
        counted.ok().or_else(|| {
            let fingerprints = self.part(Part::ExternalFingerprints).ok()?;
            (!fingerprints.is_empty()).then_some(fingerprints.len() as u32 / 2)
        })
    }

    /// The header of a row if its day were this one, packed.
    pub(crate) fn header_on(&self, row: u32, day: u32) -> Result<RowHeader> {
        self.with_entry(Part::Headers, row, |entry| decode_header(entry, day))
    }

    /// Whether a row may have a name: all that have it, and one in 65,536 of the others.
    pub(crate) fn may_be_named(&self, row: u32, name: &str) -> Result<bool> {
        let fingerprints = self.fingerprints()?;
        fingerprints.is_like(row, name)
    }

    /// All terms of the part that has them, one field behind the other, if it can be read: without its index
    /// it is not known where a field ends.
    pub(crate) fn unsorted_terms(&self) -> Option<Vec<String>> {
        let bytes = self.part_bytes(Part::Terms).read_all().ok()?;
        read_all_terms(&bytes).ok()
    }

    /// Sets the dictionary of a field, before it is read.
    pub(crate) fn set_terms(&self, field: TermField, terms: &[String]) {
        let made = || Ok(Arc::new(TermDictionary::of(terms)));
        // It is made: there is no error.
        let _ = self.dictionaries[field as usize].get_or(made);
    }

    /// The number of the layout of an event of the Context.
    pub(crate) fn layout_of(&self, row: u32) -> Result<u32> {
        let dictionaries = self.body_dictionaries()?;
        let mut page = EventPage::blank(Date::MIN, Edition::En, PageKind::News);
        let decoded = self.with_entry(Part::Bodies, row, |entry| {
            Ok(decode_body(entry, &mut page, &dictionaries)?.layout)
        });
        dictionaries.checked(decoded)
    }

    /// The part by which external ids have their days, and its beginning, as far as its chunks can be read.
    pub(crate) fn external_ids_prefix(&self) -> (Part, Vec<u8>) {
        let (part, whole): (_, fn(&[u8]) -> usize) =
            match self.meta.chunks_of(Part::LegacyExternalIds) {
                0 => (Part::ExternalDays, ExternalIds::whole_bytes),
                _ => (Part::LegacyExternalIds, ExternalIds::whole_joined_bytes),
            };
        let mut bytes = read_prefix(&*self.storage, self.range_of(part));
        bytes.truncate(whole(&bytes));
        (part, bytes)
    }

    /// Whether the days of external ids can be read.
    pub(crate) fn has_days_of_external_ids(&self) -> bool {
        self.external_ids().is_ok()
    }

    /// What was chosen for the archive of a Markdown row, as it is stored.
    pub(crate) fn stored_choice(&self, row: u32) -> Result<String> {
        Ok(self.markdown_page(row)?.archive)
    }

    /// Whether a part that all rows hang on can be read.
    pub(crate) fn can_read(&self, part: Part) -> bool {
        match part {
            Part::Days => self.days().is_ok(),
            Part::Flags => self.flags().is_ok(),
            Part::Layouts => self.layouts().is_ok(),
            Part::Exceptions => self.exceptions().is_ok(),
            _ => self.part(part).is_ok(),
        }
    }
}

/// The bytes of the part of days, from the packed day of each row, ascending.
pub(crate) fn encode_days_of(days: &[u32]) -> Vec<u8> {
    let of_day = days.chunk_by(|a, b| a == b);
    encode_days(of_day.map(|rows| (rows[0], rows.len() as u32)))
}

/// The bytes of the part of layouts.
pub(crate) fn encode_layouts(layouts: &[Layout]) -> Vec<u8> {
    encode_record(&layouts)
}
