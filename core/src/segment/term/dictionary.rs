//! The dictionary of a field.
//!
//! One term per spelling, ordered by (folded, spelling) and numbered from 0: so all spellings of a folded form, and all
//! terms of a folded prefix, are a range of numbers. Events need no more than the texts; what searches and facets need
//! beside them is made when one is asked for.

use std::ops::Range;
use std::sync::OnceLock;

use crate::event::fold;
use crate::segment::block::varint::{Malformed, Reader};

/// The terms of a field as they are shown, one after another.
pub(crate) struct Spellings {
    text: String,
    /// Where each term begins, and where the last one ends.
    bounds: Vec<u32>,
    forms: OnceLock<Forms>,
}

/// Where a term's text lies among the others.
#[derive(Clone, Copy)]
pub(crate) struct Span(u32, u32);

/// How terms match.
struct Forms {
    /// Folded forms, only where they differ from the spelling.
    folded: Vec<Option<Box<str>>>,
    /// The number of each term's form, ascending; empty if each term has a form of its own.
    numbers: Vec<u32>,
}

impl Spellings {
    /// Reads the part.
    pub fn read(dictionary: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(dictionary);
        let count = reader.u32()? as usize;
        let mut text = String::with_capacity(dictionary.len());
        let mut bounds = vec![0];
        for _ in 0..count {
            text.push_str(reader.str()?);
            bounds.push(text.len() as u32);
        }
        Ok(Self {
            text,
            bounds,
            forms: OnceLock::new(),
        })
    }

    fn forms(&self) -> &Forms {
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
            Forms { folded, numbers }
        })
    }

    /// Number of terms.
    pub fn len(&self) -> u32 {
        self.bounds.len() as u32 - 1
    }

    /// The term as it is shown.
    pub fn spelling(&self, term: u32) -> &str {
        let span = self.span(term);
        &self.text[span.0 as usize..span.1 as usize]
    }

    /// Where the term lies among the texts, for [`Spellings::at`].
    pub fn span(&self, term: u32) -> Span {
        Span(self.bounds[term as usize], self.bounds[term as usize + 1])
    }

    /// The term that lies there.
    #[cfg(feature = "arrow")]
    pub fn at(&self, span: Span) -> &str {
        &self.text[span.0 as usize..span.1 as usize]
    }

    /// Some bytes of the term that lies there, whose memory is at hand then: the first, and the one behind the last.
    #[cfg(feature = "arrow")]
    pub fn touch(&self, span: Span) -> u8 {
        let byte = |at: u32| self.text.as_bytes().get(at as usize).copied();
        byte(span.0).unwrap_or_default() ^ byte(span.1).unwrap_or_default()
    }

    /// The term as it matches.
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

    /// The terms (spellings) whose folded form is exactly this.
    pub fn find(&self, folded: &str) -> Range<u32> {
        let start = self.lower(|term| term < folded);
        // A form has few spellings: to go through them takes less than to search for the end.
        let others = (start..self.len()).take_while(|&term| self.folded(term) == folded);
        start..start + others.count() as u32
    }

    /// The terms whose folded form begins with this.
    pub fn prefix(&self, folded: &str) -> Range<u32> {
        let start = self.lower(|term| term < folded);
        let end = self.lower(|term| term < folded || term.starts_with(folded));
        start..end
    }

    /// The first term for which `before` (true up to some term, then false) does not hold.
    fn lower(&self, before: impl Fn(&str) -> bool) -> u32 {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if before(self.folded(middle)) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        low
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
