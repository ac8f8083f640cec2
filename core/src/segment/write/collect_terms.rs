//! The terms of a segment: collected from its rows, then numbered in dictionary order.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::interner::Interner;
use super::pending_row::PendingRow;
use super::tags::TagInterner;
use crate::event::{MetaTerms, clean, clean_url, domain_of};
use crate::page::{Layout, MarkdownPage};
use crate::segment::TermField;
use crate::segment::row::BodyTerms;
use crate::segment::term::{EncodedTerms, encode_terms};

/// Rows whose terms one core collects at a time.
const ROWS_PER_TASK: usize = 4096;

/// The rank of a tag number that is no term of the segment.
const NO_TERM: u32 = u32::MAX;

/// Terms under provisional numbers, with their rows, while rows are read.
#[derive(Default)]
struct TermCollector {
    terms: Interner,
    /// Ascending rows by provisional number.
    rows: Vec<Vec<u32>>,
}

impl TermCollector {
    /// The provisional number of a term.
    fn number(&mut self, spelling: &str) -> u32 {
        let number = self.terms.number(spelling);
        if number as usize == self.rows.len() {
            self.rows.push(Vec::new());
        }
        number
    }

    /// Adds a term of a row, unless its text is empty. Rows come in ascending order.
    fn add(&mut self, row: u32, spelling: &str) {
        if spelling.is_empty() {
            return;
        }
        let number = self.number(spelling);
        let rows = &mut self.rows[number as usize];
        if rows.last() != Some(&row) {
            rows.push(row);
        }
    }

    /// Adds what another collector has of later rows.
    fn append(&mut self, other: Self) {
        for (number, rows) in other.rows.into_iter().enumerate() {
            let number = self.number(other.terms.text(number as u32));
            self.rows[number as usize].extend(rows);
        }
    }

    /// Orders and encodes the terms.
    fn finish(self, field: TermField) -> CollectedTerms {
        let texts = (0..self.rows.len() as u32).map(|number| self.terms.text(number));
        CollectedTerms {
            encoded: encode_terms(field, texts, &self.rows),
            terms: self.terms,
        }
    }
}

/// The encoded terms of a field, and the number of each spelling.
struct CollectedTerms {
    encoded: EncodedTerms,
    terms: Interner,
}

impl CollectedTerms {
    /// The number of a term.
    fn find(&self, spelling: &str) -> Option<u32> {
        let number = self.terms.find(spelling)?;
        self.encoded.ranks.get(number as usize).copied()
    }
}

/// What some rows have, under numbers of their own.
#[derive(Default)]
struct TermsOfRows {
    categories: TermCollector,
    sources: TermCollector,
    domains: TermCollector,
    authors: TermCollector,
    kinds: TermCollector,
    langs: TermCollector,
    archives: TermCollector,
    meta: TermCollector,
    layouts: Vec<Layout>,
}

impl TermsOfRows {
    fn collect(first: u32, rows: &[Box<PendingRow>]) -> Self {
        let mut found = Self::default();
        for (i, row) in (first..).zip(rows) {
            if let Some(page) = row.markdown() {
                found.add_markdown(i, page);
            }
            let Some(page) = row.event() else { continue };
            if !found.layouts.contains(&page.layout) {
                found.layouts.push(page.layout.clone());
            }
            if let Some(category) = page.category {
                found.categories.add(i, &clean(page.get(category)));
            }
            if let Some(author) = page.author {
                found.authors.add(i, &clean(page.get(author)));
            }
            for source in &page.sources {
                found.sources.add(i, &clean(page.get(source.name)));
                if let Some(domain) = domain_of(&clean_url(page.get(source.url))) {
                    found.domains.add(i, &domain);
                }
            }
        }
        found
    }

    fn add_markdown(&mut self, row: u32, page: &MarkdownPage) {
        for category in &page.categories {
            self.categories.add(row, category);
        }
        for author in &page.authors {
            self.authors.add(row, author);
        }
        self.kinds.add(row, page.kind().as_str());
        self.langs.add(row, page.lang().as_str());
        self.archives.add(row, &page.archive);
        for source in &page.sources {
            self.sources.add(row, &source.name);
            if let Some(domain) = domain_of(&source.url) {
                self.domains.add(row, &domain);
            }
        }
        for term in MetaTerms::of(&page.meta).terms {
            self.meta.add(row, &term);
        }
    }

    /// Adds what was found in later rows.
    fn append(&mut self, other: Self) {
        self.categories.append(other.categories);
        self.sources.append(other.sources);
        self.domains.append(other.domains);
        self.authors.append(other.authors);
        self.kinds.append(other.kinds);
        self.langs.append(other.langs);
        self.archives.append(other.archives);
        self.meta.append(other.meta);
        for layout in other.layouts {
            if !self.layouts.contains(&layout) {
                self.layouts.push(layout);
            }
        }
    }
}

/// The terms and layouts of a segment, numbered.
pub(super) struct SegmentTerms {
    /// The layouts of its pages, each once.
    pub layouts: Vec<Layout>,
    layout_of: FxHashMap<Layout, u32>,
    tags: EncodedTerms,
    /// Tag number of the interner → tag term.
    tag_ranks: Vec<u32>,
    categories: CollectedTerms,
    sources: CollectedTerms,
    domains: CollectedTerms,
    authors: CollectedTerms,
    kinds: CollectedTerms,
    langs: CollectedTerms,
    archives: CollectedTerms,
    meta: CollectedTerms,
}

impl SegmentTerms {
    /// Collects the terms of all rows, in order.
    pub fn collect(rows: &[Box<PendingRow>], tags: &TagInterner) -> Self {
        let parts: Vec<TermsOfRows> = rows
            .par_chunks(ROWS_PER_TASK)
            .enumerate()
            .map(|(i, rows)| TermsOfRows::collect((i * ROWS_PER_TASK) as u32, rows))
            .collect();
        let mut all = TermsOfRows::default();
        for part in parts {
            all.append(part);
        }
        let (tags, tag_ranks) = collect_tags(rows, tags);
        let numbered = all.layouts.iter().cloned().zip(0..);
        Self {
            layout_of: numbered.collect(),
            layouts: all.layouts,
            tags,
            tag_ranks,
            categories: all.categories.finish(TermField::Category),
            sources: all.sources.finish(TermField::Source),
            domains: all.domains.finish(TermField::Domain),
            authors: all.authors.finish(TermField::Author),
            kinds: all.kinds.finish(TermField::Kind),
            langs: all.langs.finish(TermField::Lang),
            archives: all.archives.finish(TermField::Archive),
            meta: all.meta.finish(TermField::Meta),
        }
    }

    /// The term of a tag number.
    pub fn tag(&self, number: u32) -> u32 {
        self.tag_ranks[number as usize]
    }

    /// The numbers that stand for the texts of an event.
    pub fn of_event(&self, row: &PendingRow) -> BodyTerms {
        let Some(page) = row.event() else {
            return BodyTerms::default();
        };
        let term = |terms: &CollectedTerms, written: &str| {
            terms.find(&clean(written)).map_or(0, |term| term + 1)
        };
        let layout = self.layout_of.get(&page.layout).copied();
        let sources = page.sources.iter();
        BodyTerms {
            // All layouts of the rows were collected.
            layout: layout.unwrap_or_default(),
            category: page
                .category
                .map_or(0, |span| term(&self.categories, page.get(span))),
            sources: sources
                .map(|source| term(&self.sources, page.get(source.name)))
                .collect(),
            tags: self.tags_of(row),
        }
    }

    /// The tags of a row, ascending.
    pub fn tags_of(&self, row: &PendingRow) -> Vec<u32> {
        let mut tags: Vec<u32> = row.tags.iter().map(|&tag| self.tag(tag)).collect();
        tags.sort_unstable();
        tags
    }

    /// The fields with their encoded terms, in the order of the format.
    pub fn into_fields(self) -> [EncodedTerms; TermField::PLAIN.len()] {
        [
            self.tags,
            self.categories.encoded,
            self.sources.encoded,
            self.domains.encoded,
            self.authors.encoded,
            self.kinds.encoded,
            self.langs.encoded,
            self.archives.encoded,
            self.meta.encoded,
        ]
    }
}

/// Encodes the tags of a segment, and gives the term of each tag number. Tags that stand only
/// beside links are terms too, without rows.
fn collect_tags(rows: &[Box<PendingRow>], tags: &TagInterner) -> (EncodedTerms, Vec<u32>) {
    let mut occurs = vec![false; tags.len()];
    let mut postings = vec![Vec::new(); tags.len()];
    for (i, row) in (0u32..).zip(rows) {
        for &tag in &row.links.tags {
            occurs[tag as usize] = true;
        }
        for &tag in &row.tags {
            occurs[tag as usize] = true;
            postings[tag as usize].push(i);
        }
    }
    let numbers: Vec<u32> = (0..tags.len() as u32)
        .filter(|&number| occurs[number as usize])
        .collect();
    let postings: Vec<Vec<u32>> = numbers
        .iter()
        .map(|&number| std::mem::take(&mut postings[number as usize]))
        .collect();
    let texts = numbers.iter().map(|&number| tags.text(number));
    let encoded = encode_terms(TermField::Tag, texts, &postings);
    let mut tag_ranks = vec![NO_TERM; tags.len()];
    for (number, &rank) in numbers.into_iter().zip(&encoded.ranks) {
        tag_ranks[number as usize] = rank;
    }
    (encoded, tag_ranks)
}
