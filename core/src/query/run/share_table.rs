//! What rows of a segment score by a unit of a query, looked up instead of computed.
//!
//! Most rows have a word once or twice in one short field. So few numbers are made, on first use.

use super::relevance::{Scorer, Unit};
use crate::segment::{FieldLengths, Frequencies, WORD_FIELDS, least_frequencies};

/// Scores of a unit by frequencies and lengths of fields.
pub(super) struct ShareTable<'v> {
    lengths: &'v FieldLengths,
    /// The shortest length of each field in the segment.
    shortest: &'v Frequencies,
    /// By code of frequencies.
    codes: Vec<CodeShares>,
    /// By field, frequency and length; negative where it is not known yet.
    shares: Vec<f64>,
}

/// What is known of the rows with a code of frequencies.
#[derive(Clone, Copy)]
struct CodeShares {
    /// The most that one of them can score; negative if it is not known yet.
    bound: f64,
    /// If they have the unit in one field only, and a few times: which, and where its shares begin.
    only: Option<(u8, u16)>,
}

impl<'v> ShareTable<'v> {
    const CODES: usize = 1024;
    const FREQUENCIES: usize = 4;
    const LENGTHS: usize = 256;

    pub fn new(lengths: &'v FieldLengths, shortest: &'v Frequencies) -> Self {
        let unknown = CodeShares {
            bound: -1.0,
            only: None,
        };
        Self {
            lengths,
            shortest,
            codes: vec![unknown; Self::CODES],
            shares: vec![-1.0; WORD_FIELDS * Self::FREQUENCIES * Self::LENGTHS],
        }
    }

    /// The most that a row with a code can score.
    #[inline]
    pub fn bound(&mut self, code: u32, scorer: &Scorer<'_>, unit: &Unit) -> f64 {
        match self.codes.get(code as usize) {
            Some(known) if known.bound >= 0.0 => known.bound,
            _ => self.make_bound(code, scorer, unit),
        }
    }

    #[cold]
    fn make_bound(&mut self, code: u32, scorer: &Scorer<'_>, unit: &Unit) -> f64 {
        let bound = scorer.bound(unit, code, self.shortest);
        if let Some(kept) = self.codes.get_mut(code as usize) {
            let mut there = (0..WORD_FIELDS)
                .zip(least_frequencies(code))
                .filter(|&(_, f)| f > 0);
            let only = match (there.next(), there.next()) {
                (Some((field, f)), None) if f < 3 && unit.fields.has(field) => {
                    Some((field as u8, Self::start(field, f as usize) as u16))
                }
                _ => None,
            };
            *kept = CodeShares { bound, only };
        }
        bound
    }

    fn start(field: usize, frequency: usize) -> usize {
        (field * Self::FREQUENCIES + frequency) * Self::LENGTHS
    }

    /// What a row with a code scores, where that was computed already. Its bound was asked for before.
    #[inline]
    pub fn known(&self, code: u32, row: u32) -> Option<f64> {
        let (field, start) = self.codes.get(code as usize)?.only?;
        let length = self.lengths.of(row, field.into()) as usize;
        let share = *self.shares.get(usize::from(start) + length)?;
        (length < Self::LENGTHS && share >= 0.0).then_some(share)
    }

    /// What a row with some frequencies scores.
    pub fn make_share(
        &mut self,
        scorer: &Scorer<'_>,
        unit: &Unit,
        frequencies: &Frequencies,
        row: u32,
    ) -> f64 {
        let mut sum = 0.0;
        for (field, &frequency) in frequencies.iter().enumerate() {
            if frequency == 0 || !unit.fields.has(field) {
                continue;
            }
            let length = self.lengths.of(row, field);
            let (f, l) = (frequency as usize, length as usize);
            let kept = match f < Self::FREQUENCIES && l < Self::LENGTHS {
                true => self.shares.get_mut(Self::start(field, f) + l),
                false => None,
            };
            sum += match kept {
                Some(kept) => {
                    if *kept < 0.0 {
                        *kept = scorer.share_of_field(unit, field, frequency, length);
                    }
                    *kept
                }
                None => scorer.share_of_field(unit, field, frequency, length),
            };
        }
        sum
    }
}
