//! The terms of a segment's rows: collected from its rows, then numbered in their final order.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::event::{clean, clean_url, domain_of};
use crate::page::Layout;
use crate::segment::row::body::RowNumbers;
use crate::segment::term::postings::{self as terms, BuiltTerms, TermsBuilder};
use crate::segment::write::pending_row::NewRow;
use crate::segment::write::tags::Vocabulary;

/// Rows whose texts are looked up in one go on one core.
const RUN: usize = 4096;

/// A number of the vocabulary that is no tag of the segment.
const NO_TAG: u32 = u32::MAX;

/// The dictionaries of a segment, finished.
pub(in crate::segment) struct Fields {
    pub tags: (Vec<u8>, Vec<u8>),
    pub categories: BuiltTerms,
    pub sources: BuiltTerms,
    pub domains: BuiltTerms,
    /// Vocabulary number → tag term.
    tag_ranks: Vec<u32>,
    pub layouts: Vec<Layout>,
    layout_of: FxHashMap<Layout, u32>,
}

/// What a run of rows says, with terms of its own.
#[derive(Default)]
struct Run {
    categories: TermsBuilder,
    sources: TermsBuilder,
    domains: TermsBuilder,
    layouts: Vec<Layout>,
}

impl Run {
    fn of(first: u32, rows: &[Box<NewRow>]) -> Self {
        let mut run = Self::default();
        let add = |terms: &mut TermsBuilder, row: u32, text: &str| {
            if !text.is_empty() {
                let term = terms.term(text);
                terms.add(term, row);
            }
        };
        for (i, row) in (first..).zip(rows) {
            let Some(page) = row.event() else { continue };
            if !run.layouts.contains(&page.layout) {
                run.layouts.push(page.layout.clone());
            }
            if let Some(category) = page.category {
                add(&mut run.categories, i, &clean(page.get(category)));
            }
            for source in &page.sources {
                add(&mut run.sources, i, &clean(page.get(source.name)));
                if let Some(domain) = domain_of(&clean_url(page.get(source.url))) {
                    add(&mut run.domains, i, &domain);
                }
            }
        }
        run
    }
}

impl Fields {
    /// Collects the terms of all rows, in their order.
    pub fn collect(rows: &[Box<NewRow>], vocabulary: &Vocabulary) -> Self {
        let runs: Vec<Run> = rows
            .par_chunks(RUN)
            .enumerate()
            .map(|(i, rows)| Run::of((i * RUN) as u32, rows))
            .collect();
        let mut all = Run::default();
        for run in runs {
            all.categories.append(run.categories);
            all.sources.append(run.sources);
            all.domains.append(run.domains);
            for layout in run.layouts {
                if !all.layouts.contains(&layout) {
                    all.layouts.push(layout);
                }
            }
        }
        let (tags, tag_ranks) = tags(rows, vocabulary);
        let numbered = all.layouts.iter().cloned().zip(0..);
        Self {
            tags,
            tag_ranks,
            categories: all.categories.finish(),
            sources: all.sources.finish(),
            domains: all.domains.finish(),
            layout_of: numbered.collect(),
            layouts: all.layouts,
        }
    }

    /// The term of a tag.
    pub fn tag(&self, number: u32) -> u32 {
        self.tag_ranks[number as usize]
    }

    /// The numbers that stand for an event's texts.
    pub fn numbers_of(&self, row: &NewRow) -> RowNumbers {
        let Some(page) = row.event() else {
            return RowNumbers::default();
        };
        let term = |terms: &BuiltTerms, written: &str| {
            terms.find(&clean(written)).map_or(0, |term| term + 1)
        };
        let mut tags: Vec<u32> = row.tags.iter().map(|&tag| self.tag(tag)).collect();
        tags.sort_unstable();
        RowNumbers {
            layout: self
                .layout_of
                .get(&page.layout)
                .copied()
                .unwrap_or_default(),
            category: page
                .category
                .map_or(0, |span| term(&self.categories, page.get(span))),
            sources: page
                .sources
                .iter()
                .map(|source| term(&self.sources, page.get(source.name)))
                .collect(),
            tags,
        }
    }
}

/// Dictionary and postings of tags, and the term of each number of the vocabulary. Tags that stand only beside links
/// are terms too, without rows.
fn tags(rows: &[Box<NewRow>], vocabulary: &Vocabulary) -> ((Vec<u8>, Vec<u8>), Vec<u32>) {
    let mut occurs = vec![false; vocabulary.len()];
    let mut postings = vec![Vec::new(); vocabulary.len()];
    for (i, row) in (0u32..).zip(rows) {
        for &tag in &row.links.tags {
            occurs[tag as usize] = true;
        }
        for &tag in &row.tags {
            occurs[tag as usize] = true;
            postings[tag as usize].push(i);
        }
    }
    let numbers: Vec<u32> = (0..vocabulary.len() as u32)
        .filter(|&number| occurs[number as usize])
        .collect();
    let postings: Vec<Vec<u32>> = numbers
        .iter()
        .map(|&number| std::mem::take(&mut postings[number as usize]))
        .collect();
    let texts = numbers.iter().map(|&number| vocabulary.text(number));
    let (dictionary, packed, ranks) = terms::write(texts, &postings);
    let mut tag_ranks = vec![NO_TAG; vocabulary.len()];
    for (number, rank) in numbers.into_iter().zip(ranks) {
        tag_ranks[number as usize] = rank;
    }
    ((dictionary, packed), tag_ranks)
}
