//! A block of terms: their texts, and where their bytes lie in the other parts.
//!
//! The folded forms, by which a block is searched, are made on first use: reading events needs the
//! texts alone.

use std::sync::OnceLock;

use super::blocks::{STREAMS_MAX, StreamLengths};
use crate::event::fold_into;
use crate::segment::block::{ByteReader, Malformed};

/// The terms of a block.
pub(super) struct TermBlock {
    text: String,
    /// The end of each term in `text`, and the end of its bytes in the other parts, from the block's.
    ends: Vec<(u32, StreamLengths)>,
    forms: OnceLock<FoldedTexts>,
}

/// The folded forms of a block's terms, one behind the other.
struct FoldedTexts {
    text: String,
    /// Where each begins, and the last one ends.
    bounds: Vec<u32>,
}

impl TermBlock {
    /// Reads the block of so many terms that have bytes in so many other parts.
    pub fn read(bytes: &[u8], terms: u32, streams: usize) -> Result<Self, Malformed> {
        debug_assert!(streams <= STREAMS_MAX);
        let mut reader = ByteReader::new(bytes);
        let mut text = String::with_capacity(bytes.len() * 2);
        let mut ends: Vec<(u32, StreamLengths)> = Vec::with_capacity(terms as usize);
        let (mut start, mut lengths) = (0, StreamLengths::default());
        for _ in 0..terms {
            let shared = start..start + reader.u32()? as usize;
            let end = text.len();
            if text.get(shared.clone()).is_none() {
                return Err("a term shares more than the one before has");
            }
            // Bounded: a term is no longer than the block and what it shares.
            text.extend_from_within(shared);
            text.push_str(reader.str()?);
            start = end;
            for sum in lengths.iter_mut().take(streams) {
                *sum = sum
                    .checked_add(reader.u32()?)
                    .ok_or("a length is too large")?;
            }
            ends.push((text.len() as u32, lengths));
        }
        if !reader.is_empty() {
            return Err("a block of terms is too long");
        }
        Ok(Self {
            text,
            ends,
            forms: OnceLock::new(),
        })
    }

    /// Number of terms.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes that all terms have in each of the other parts.
    pub fn lengths(&self) -> StreamLengths {
        self.ends
            .last()
            .map_or_else(StreamLengths::default, |last| last.1)
    }

    /// Where the bytes of a term begin in one of the other parts, from those of the block; of the term
    /// behind the last one: where they end.
    pub fn start(&self, within: usize, stream: usize) -> u32 {
        let before = within.checked_sub(1);
        before.map_or(0, |before| self.ends[before].1[stream])
    }

    /// The text of a term.
    pub fn term(&self, within: usize) -> &str {
        let start = within
            .checked_sub(1)
            .map_or(0, |before| self.ends[before].0);
        &self.text[start as usize..self.ends[within].0 as usize]
    }

    /// The folded form of a term.
    #[inline]
    pub fn form(&self, within: usize) -> &[u8] {
        let forms = self.forms.get_or_init(|| self.fold());
        let (start, end) = (forms.bounds[within], forms.bounds[within + 1]);
        &forms.text.as_bytes()[start as usize..end as usize]
    }

    #[cold]
    fn fold(&self) -> FoldedTexts {
        let mut forms = FoldedTexts {
            text: String::with_capacity(self.text.len()),
            bounds: Vec::with_capacity(self.ends.len() + 1),
        };
        forms.bounds.push(0);
        for within in 0..self.len() {
            fold_into(self.term(within), &mut forms.text);
            forms.bounds.push(forms.text.len() as u32);
        }
        forms
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        let forms = self.forms.get();
        let forms = forms.map_or(0, |forms| forms.text.len() + forms.bounds.len() * 4);
        self.text.len() + self.ends.len() * size_of::<(u32, StreamLengths)>() + forms
    }
}
