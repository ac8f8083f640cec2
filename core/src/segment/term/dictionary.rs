//! The term dictionary of a field.
//!
//! A term is a spelling. Terms are numbered from 0 in order of (folded form, spelling), so all
//! spellings of a folded form, and all terms whose folded form has a prefix, are a range of
//! numbers. Reading events needs only the texts. What searches and facets need too is made on first
//! use.

use std::ops::Range;
use std::sync::OnceLock;

use crate::event::fold;
use crate::segment::block::{ByteReader, Malformed};

/// The terms of a field: their texts, one after another.
pub(crate) struct TermDictionary {
    text: String,
    /// Where each term starts, and the end of the last one.
    bounds: Vec<u32>,
    /// Terms whose texts cannot be read; none but in a salvage.
    lost: Vec<Range<u32>>,
    forms: OnceLock<FoldedForms>,
}

/// Texts in the order in which they come.
#[derive(Default)]
pub(super) struct TermTexts {
    text: String,
    ends: Vec<u32>,
}

impl TermTexts {
    pub fn push(&mut self, term: &str) {
        self.text.push_str(term);
        self.ends.push(self.text.len() as u32);
    }
}

/// The bytes of a term within the texts of its dictionary.
#[derive(Clone, Copy)]
pub(crate) struct TermSpan(u32, u32);

/// The folded forms of all terms, by which they are searched.
struct FoldedForms {
    /// The folded form of each term, where it differs from the spelling.
    folded: Vec<Option<Box<str>>>,
    /// The number of each term's form, ascending. Empty if no two terms have the same form.
    numbers: Vec<u32>,
}

impl TermDictionary {
    /// From the terms in their order.
    pub(super) fn new(terms: TermTexts) -> Self {
        let mut bounds = Vec::with_capacity(terms.ends.len() + 1);
        bounds.push(0);
        bounds.extend(terms.ends);
        Self {
            text: terms.text,
            bounds,
            lost: Vec::new(),
            forms: OnceLock::new(),
        }
    }

    /// Without a term.
    pub(in crate::segment) fn empty() -> Self {
        Self::new(TermTexts::default())
    }

    /// Of these terms.
    pub(in crate::segment) fn of(terms: &[String]) -> Self {
        let mut texts = TermTexts::default();
        terms.iter().for_each(|term| texts.push(term));
        Self::new(texts)
    }

    /// The same where the texts of some terms are lost, and empty.
    pub(super) fn with_lost(terms: TermTexts, lost: Vec<Range<u32>>) -> Self {
        Self {
            lost,
            ..Self::new(terms)
        }
    }

    /// Reads the part of a segment of versions 1 to 6, which holds all terms.
    pub fn read(dictionary: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(dictionary);
        let count = reader.u32()? as usize;
        let mut texts = TermTexts::default();
        for _ in 0..count {
            texts.push(reader.str()?);
        }
        Ok(Self::new(texts))
    }

    fn forms(&self) -> &FoldedForms {
        self.forms.get_or_init(|| {
            let spellings = (0..self.len()).map(|term| self.spelling(term));
            let folded: Vec<Option<Box<str>>> = spellings
                .map(|spelling| {
                    let form = fold(spelling);
                    (form != spelling).then(|| form.into())
                })
                .collect();
            let form = |term: u32| {
                folded[term as usize]
                    .as_deref()
                    .unwrap_or(self.spelling(term))
            };
            let mut number = 0;
            let numbers = (0..self.len()).map(|term| {
                number += u32::from(term > 0 && form(term) != form(term - 1));
                number
            });
            let mut numbers: Vec<u32> = numbers.collect();
            if numbers.last().is_none_or(|&last| last + 1 == self.len()) {
                numbers = Vec::new();
            }
            FoldedForms { folded, numbers }
        })
    }

    /// Number of terms.
    pub fn len(&self) -> u32 {
        self.bounds.len() as u32 - 1
    }

    /// The text of a term, if the dictionary has its number and its text is not lost.
    pub fn get(&self, term: u32) -> Option<&str> {
        let is_lost = || self.lost.iter().any(|lost| lost.contains(&term));
        (term < self.len() && !is_lost()).then(|| self.spelling(term))
    }

    /// The text of a term of this dictionary.
    pub fn spelling(&self, term: u32) -> &str {
        let span = self.span(term);
        &self.text[span.0 as usize..span.1 as usize]
    }

    /// The bytes of a term within the texts, for [`TermDictionary::at`].
    pub fn span(&self, term: u32) -> TermSpan {
        TermSpan(self.bounds[term as usize], self.bounds[term as usize + 1])
    }

    /// The folded form of a term.
    pub fn folded(&self, term: u32) -> &str {
        let own = self.forms().folded[term as usize].as_deref();
        own.unwrap_or_else(|| self.spelling(term))
    }

    /// Whether some terms are spellings of one form.
    pub fn has_variants(&self) -> bool {
        !self.forms().numbers.is_empty()
    }

    /// Whether two terms are spellings of one form.
    pub fn same_form(&self, a: u32, b: u32) -> bool {
        match self.forms().numbers.as_slice() {
            [] => a == b,
            numbers => numbers[a as usize] == numbers[b as usize],
        }
    }

    /// The first spelling of a term's form.
    pub fn first_of_form(&self, term: u32) -> u32 {
        let mut first = term;
        while first > 0 && self.same_form(first - 1, term) {
            first -= 1;
        }
        first
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        let forms = self.forms.get().map_or(0, |forms| {
            let own = forms.folded.iter().flatten().map(|form| form.len());
            own.sum::<usize>() + forms.folded.len() * 16 + forms.numbers.len() * 4
        });
        self.text.len() + self.bounds.len() * 4 + forms
    }
}

#[cfg_attr(
    not(feature = "arrow"),
    expect(dead_code, reason = "only arrow/ looks up many texts at once")
)]
impl TermDictionary {
    /// The text of a span.
    pub fn at(&self, span: TermSpan) -> &str {
        &self.text[span.0 as usize..span.1 as usize]
    }

    /// The first byte of a term and the one after its last, for
    /// [`touch_all`](crate::segment::touch_all).
    pub fn touch(&self, span: TermSpan) -> u8 {
        let byte = |at: u32| self.text.as_bytes().get(at as usize).copied();
        byte(span.0).unwrap_or_default() ^ byte(span.1).unwrap_or_default()
    }
}
