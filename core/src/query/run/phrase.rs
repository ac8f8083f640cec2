//! Where words stand next to each other.
//!
//! A pattern begins at a place of a field: there its first part stands, and each other part as far behind
//! as its offset says. So for each part the places from which the whole would begin are made, and those
//! that all parts have in common are counted. Most fields are short: places below 128 are the bits of a
//! numbers, and all parts of a field are compared in a step or two.

use rayon::prelude::*;

use super::words::terms_of;
use crate::analysis::PatternPart;
use crate::error::Result;
use crate::pool;
use crate::segment::{Frequencies, PlacesWalk, WORD_FIELDS, WordIndex, WordPlaces};

/// Places that are bits.
const BITS: u32 = 128;

/// From this many rows on they are looked at on all cores: each takes some 50 ns.
const PARALLEL_MIN: usize = 4096;

/// The field of a place stands above it.
const FIELD_SHIFT: u32 = 30;

/// How often some parts stand next to each other in each field of some rows, which have them all.
pub(super) fn rows(
    index: &WordIndex,
    parts: &[PatternPart],
    rows: &[u32],
) -> Result<Vec<(u32, Frequencies)>> {
    let mut words: Vec<Vec<WordPlaces<'_>>> = Vec::with_capacity(parts.len());
    for part in parts {
        let terms = terms_of(&index.postings, part)?;
        words.push(
            terms
                .map(|term| index.places(term))
                .collect::<Result<_>>()?,
        );
    }
    if rows.len() < PARALLEL_MIN {
        return some_rows(parts, &words, rows);
    }
    let tasks: Vec<Result<Vec<_>>> = pool::run(|| {
        let size = rows.len().div_ceil(rayon::current_num_threads());
        let tasks = rows.par_chunks(size);
        tasks.map(|rows| some_rows(parts, &words, rows)).collect()
    });
    let mut found = Vec::new();
    for task in tasks {
        found.extend(task?);
    }
    Ok(found)
}

/// [`rows`] of rows that one core looks at.
fn some_rows(
    parts: &[PatternPart],
    words: &[Vec<WordPlaces<'_>>],
    rows: &[u32],
) -> Result<Vec<(u32, Frequencies)>> {
    let mut walks: Vec<Vec<PlacesWalk<'_>>> = Vec::with_capacity(parts.len());
    for places in words {
        walks.push(places.iter().map(WordPlaces::walk).collect::<Result<_>>()?);
    }
    let mut found = Vec::new();
    let (mut common, mut own) = (Starts::default(), Starts::default());
    for &row in rows {
        for (i, (part, walks)) in parts.iter().zip(&mut walks).enumerate() {
            let starts = if i == 0 { &mut common } else { &mut own };
            starts.clear();
            for walk in walks.iter_mut() {
                if let Some((frequencies, distances)) = walk.row(row)? {
                    starts.add(&frequencies, distances, part.offset);
                }
            }
            if walks.len() > 1 {
                starts.sort();
            }
            if i > 0 {
                common.keep_common(&own);
            }
        }
        let counts = common.counts();
        if counts != Frequencies::default() {
            found.push((row, counts));
        }
    }
    Ok(found)
}

/// Places of a row from which a pattern may begin.
#[derive(Default)]
struct Starts {
    /// Those below [`BITS`], by field.
    bits: [[u64; 2]; WORD_FIELDS],
    /// All others, the field above the place, ascending.
    others: Vec<u32>,
}

impl Starts {
    fn clear(&mut self) {
        self.bits = Default::default();
        self.others.clear();
    }

    /// Adds the places from which a pattern begins if its part is at each of some positions.
    #[inline]
    fn add(&mut self, frequencies: &Frequencies, distances: &[u32], offset: u32) {
        let mut rest = distances;
        for (field, &count) in frequencies.iter().enumerate() {
            let (own, behind) = rest.split_at((count as usize).min(rest.len()));
            rest = behind;
            let mut position = 0u32;
            for &distance in own {
                position = position.wrapping_add(distance);
                let start = position.wrapping_sub(offset);
                if start < BITS {
                    self.bits[field][start as usize / 64] |= 1 << (start % 64);
                } else if position >= offset {
                    self.others.push((field as u32) << FIELD_SHIFT | start);
                }
            }
        }
    }

    /// Of several words: their places are mixed.
    fn sort(&mut self) {
        self.others.sort_unstable();
        self.others.dedup();
    }

    fn keep_common(&mut self, other: &Self) {
        let own = self.bits.as_flattened_mut().iter_mut();
        for (bits, other) in own.zip(other.bits.as_flattened()) {
            *bits &= other;
        }
        if self.others.is_empty() {
            return;
        }
        let mut others = other.others.as_slice();
        self.others.retain(|&start| {
            let before = others.iter().take_while(|&&other| other < start).count();
            others = &others[before..];
            others.first() == Some(&start)
        });
    }

    fn counts(&self) -> Frequencies {
        let mut counts = self
            .bits
            .map(|[low, high]| low.count_ones() + high.count_ones());
        for start in &self.others {
            // A field is one of three, whatever a damaged position says.
            let field = (start >> FIELD_SHIFT) as usize;
            if let Some(count) = counts.get_mut(field) {
                *count += 1;
            }
        }
        counts
    }
}
