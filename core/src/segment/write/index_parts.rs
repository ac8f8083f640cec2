//! The indexes of a segment as its rows give them, for a check of those that are stored.
//!
//! They are made by what builds a segment, without its blocks: nothing is compressed.

use rayon::prelude::*;

use super::builder::{LookupParts, links, order};
use super::collect_terms::SegmentTerms;
use super::interners::Interners;
use super::link_targets::LinkTargets;
use super::new_words::NewWords;
use super::page_names::PageNameParts;
use super::pending_row::PendingRow;
use crate::error::Result;
use crate::pool;
use crate::segment::link::Backlinks;
use crate::segment::term::{EncodedTerms, join_indexes};
use crate::segment::words::WordParts;
use crate::segment::{Part, TermField};
use crate::stop::Stop;

/// What the indexes of a segment hold by its rows.
pub(in crate::segment) struct IndexParts {
    /// The first row that does not stand behind the one before it.
    pub misplaced: Option<u32>,
    /// Whole parts; empty where a segment lacks the part.
    pub whole: Vec<(Part, Vec<u8>)>,
    /// The fields with their terms, in the order of [`TermField::PLAIN`].
    pub fields: [EncodedTerms; TermField::PLAIN.len()],
    /// Number of a tag in the interner → its term.
    pub tag_terms: Vec<u32>,
    /// The index of the words, and their parts, if they were asked for.
    pub words: Option<(Vec<u8>, WordParts<Vec<u8>>)>,
    links: Backlinks,
    /// For each row, then for each external id, the number of its id.
    targets: Vec<Option<u32>>,
}

impl IndexParts {
    /// Makes them from the rows of a segment, which are in their order.
    pub fn of(rows: &[Box<PendingRow>], interners: &Interners, words: bool) -> Result<Self> {
        pool::run(|| {
            let (words, mut parts) = rayon::join(
                || words.then(|| words_of(rows, interners)).transpose(),
                || Self::without_words(rows, interners),
            );
            parts.words = words?;
            Ok(parts)
        })
    }

    fn without_words(rows: &[Box<PendingRow>], interners: &Interners) -> Self {
        let ids = &interners.ids;
        let misplaced = rows
            .par_windows(2)
            .position_first(|pair| order(&pair[0], &pair[1], ids).is_ge());
        let lookup = LookupParts::new(rows, ids);
        let page_names = PageNameParts::new(rows, ids);
        let terms = SegmentTerms::collect(rows, &interners.tags);
        let tags = 0..interners.tags.len() as u32;
        let tag_terms = tags.map(|number| terms.tag(number)).collect();
        let links = Backlinks::new(ids.len(), || links(rows));
        let targets = LinkTargets::new(rows, &links, ids);
        let (external_days, external_fingerprints) = targets.external_ids();
        let whole = vec![
            (Part::Days, lookup.days),
            (Part::Flags, lookup.flags),
            (Part::Fingerprints, lookup.fingerprints),
            (Part::Exceptions, lookup.exceptions),
            (Part::Names, lookup.names),
            (Part::PageNames, page_names.names),
            (Part::LinkTargets, page_names.link_targets),
            (Part::ExternalDays, external_days),
            (Part::ExternalFingerprints, external_fingerprints),
        ];
        Self {
            misplaced: misplaced.map(|before| before as u32 + 1),
            whole,
            targets: targets.id_numbers(rows),
            fields: terms.into_fields(),
            tag_terms,
            words: None,
            links,
        }
    }

    /// The parts of the terms of all fields: dictionaries, their index, and rows.
    pub fn terms(&self) -> [(Part, Vec<u8>); 3] {
        let fields = self.fields.iter();
        let index = join_indexes(1, fields.clone().map(|field| &*field.dictionary.index));
        let blocks = fields.clone().map(|field| &*field.dictionary.blocks);
        let blocks = blocks.collect::<Vec<_>>().concat();
        let rows = fields.map(|field| &*field.rows).collect::<Vec<_>>();
        [
            (Part::Terms, blocks),
            (Part::TermsIndex, index),
            (Part::TermRows, rows.concat()),
        ]
    }

    /// Number of rows and of external ids.
    pub fn targets(&self) -> u32 {
        self.targets.len() as u32
    }

    /// Appends the entry of a row, or of an external id, in the part of referrers.
    pub fn put_referrers(&self, target: u32, out: &mut Vec<u8>) {
        let number = self.targets.get(target as usize).copied().flatten();
        self.links.put_entry(number, out);
    }
}

fn words_of(
    rows: &[Box<PendingRow>],
    interners: &Interners,
) -> Result<(Vec<u8>, WordParts<Vec<u8>>)> {
    let stop = Stop::default();
    let mut parts = WordParts::new(|_| Vec::new());
    let words = NewWords::cut(rows, &interners.ids, &[], &stop)?;
    let index = words.merge(&stop, &mut |part, bytes| parts.push(part, bytes))?;
    Ok((index, parts))
}
