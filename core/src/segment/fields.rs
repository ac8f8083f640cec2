//! The terms of a segment's rows: collected while rows come by, then numbered in their final order.

use rustc_hash::FxHashMap;

use super::builder::NewRow;
use super::row::{RowNumbers, Texts};
use super::terms::{BuiltTerms, TermsBuilder};
use super::vocabulary::Vocabulary;
use crate::event::domain::domain_of;
use crate::event::text::clean;
use crate::page::Layout;

/// The dictionaries of a segment while its rows come by.
#[derive(Default)]
pub(super) struct Fields {
    tags: TermsBuilder,
    /// Vocabulary number → provisional tag term.
    tag_terms: FxHashMap<u32, u32>,
    categories: TermsBuilder,
    sources: TermsBuilder,
    domains: TermsBuilder,
    layouts: Vec<Layout>,
    layout_of: FxHashMap<Layout, u32>,
}

pub(super) struct FinishedFields {
    /// Tag, category, source, domain.
    pub terms: [BuiltTerms; 4],
    /// Vocabulary number → tag term.
    pub tag_ranks: Vec<u32>,
    pub layouts: Vec<Layout>,
}

impl Fields {
    fn tag(&mut self, number: u32, vocabulary: &Vocabulary) -> u32 {
        *self
            .tag_terms
            .entry(number)
            .or_insert_with(|| self.tags.term(vocabulary.text(number)))
    }

    /// Notes the terms of a row. The numbers it returns are provisional; its tags are the vocabulary's.
    pub fn collect(&mut self, i: u32, row: &NewRow, vocabulary: &Vocabulary) -> RowNumbers {
        for &number in &row.contexts.numbers {
            self.tag(number, vocabulary);
        }
        let Some(page) = row.event() else {
            return RowNumbers::default();
        };
        for &number in &row.tags {
            let term = self.tag(number, vocabulary);
            self.tags.add(term, i);
        }
        let layout = match self.layout_of.get(&page.layout) {
            Some(&layout) => layout,
            None => {
                let layout = self.layouts.len() as u32;
                self.layouts.push(page.layout.clone());
                self.layout_of.insert(page.layout.clone(), layout);
                layout
            }
        };
        let term = |terms: &mut TermsBuilder, written: &str| {
            let text = clean(written);
            if text.is_empty() {
                return 0;
            }
            let term = terms.term(&text);
            terms.add(term, i);
            term + 1
        };
        let category = page
            .category
            .map_or(0, |span| term(&mut self.categories, page.get(span)));
        let sources = page
            .sources
            .iter()
            .map(|source| term(&mut self.sources, page.get(source.name)))
            .collect();
        for source in &page.sources {
            if let Some(domain) = domain_of(&clean(page.get(source.url))) {
                let term = self.domains.term(&domain);
                self.domains.add(term, i);
            }
        }
        RowNumbers {
            layout,
            category,
            sources,
            tags: row.tags.clone(),
        }
    }

    pub fn finish(self) -> FinishedFields {
        let tags = self.tags.finish();
        let length = self
            .tag_terms
            .keys()
            .max()
            .map_or(0, |&number| number as usize + 1);
        let mut tag_ranks = vec![u32::MAX; length];
        for (&number, &term) in &self.tag_terms {
            tag_ranks[number as usize] = tags.ranks[term as usize];
        }
        let terms = [
            tags,
            self.categories.finish(),
            self.sources.finish(),
            self.domains.finish(),
        ];
        FinishedFields {
            terms,
            tag_ranks,
            layouts: self.layouts,
        }
    }
}

impl FinishedFields {
    /// Provisional numbers → final ones.
    pub fn rank(&self, mut numbers: RowNumbers) -> RowNumbers {
        let rank = |terms: &BuiltTerms, number: u32| {
            number
                .checked_sub(1)
                .map_or(0, |n| terms.ranks[n as usize] + 1)
        };
        numbers.category = rank(&self.terms[1], numbers.category);
        numbers
            .sources
            .iter_mut()
            .for_each(|source| *source = rank(&self.terms[2], *source));
        numbers
            .tags
            .iter_mut()
            .for_each(|tag| *tag = self.tag_ranks[*tag as usize]);
        numbers.tags.sort_unstable();
        numbers
    }
}

impl Texts for FinishedFields {
    fn category(&self, term: u32) -> Option<&str> {
        self.terms[1]
            .spellings
            .get(term as usize)
            .map(AsRef::as_ref)
    }

    fn source(&self, term: u32) -> Option<&str> {
        self.terms[2]
            .spellings
            .get(term as usize)
            .map(AsRef::as_ref)
    }
}
