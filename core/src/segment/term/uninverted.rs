//! The terms of each row of a field, for facets and columns: postings turned around.
//!
//! Every row has the same number of lanes, one for each of its terms; what it does not need is filled with numbers behind
//! the last term. So counting the terms of scattered rows touches one line of memory a row, where a list with a
//! beginning for each row takes two, and has no loop whose end the processor guesses wrong once a row: 20,000 rows are
//! counted in six tenths of the time. The few rows with more terms than lanes lie apart.

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use crate::segment::term::postings::Terms;

/// Numbers of lanes that there are loops for.
const WIDTHS: [usize; 4] = [1, 2, 4, 8];
/// One row in so many may have more terms than lanes.
const APART: u32 = 16;
/// Rows whose numbers are taken out of a set at once.
const AT_ONCE: usize = 256;

/// See the file's head.
pub(crate) struct RowTerms {
    /// Number of terms: from here on numbers are no terms, one for each lane, so that no counter is everyone's.
    terms: u32,
    width: usize,
    lanes: Lanes,
    /// The terms of rows that have more of them than lanes; such a row's last lane says so.
    apart: FxHashMap<u32, Box<[u32]>>,
    /// (row, term) where a term is a second spelling of a form that the row has already. Rare; rows ascend.
    again: Vec<(u32, u32)>,
}

/// Lane by lane, row by row: two bytes each where the dictionary is small enough.
enum Lanes {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

/// A lane's number.
trait Lane: Copy + Eq + Into<u32> {
    /// In a row's last lane: its terms lie apart.
    const APART: Self;
    /// `number` fits: it is at most that of the last filling.
    fn of(number: u32) -> Self;
}

impl Lane for u16 {
    const APART: Self = Self::MAX;
    fn of(number: u32) -> Self {
        number as Self
    }
}

impl Lane for u32 {
    const APART: Self = Self::MAX;
    fn of(number: u32) -> Self {
        number
    }
}

impl RowTerms {
    /// One pass to count, one to fill.
    pub fn invert(terms: &Terms, rows: u32) -> Self {
        let mut counts = vec![0u32; rows as usize];
        for term in 0..terms.len() {
            for row in terms.iter_rows(term) {
                counts[row as usize] += 1;
            }
        }
        let fits = |width: &usize| {
            let more = counts.iter().filter(|&&count| count as usize > *width);
            more.count() as u32 <= rows / APART
        };
        let width = WIDTHS
            .into_iter()
            .find(fits)
            .unwrap_or(WIDTHS[WIDTHS.len() - 1]);
        let highest = terms.len() + width as u32;
        let narrow = highest < u32::from(u16::MAX);
        let (lanes, apart) = if narrow {
            let (lanes, apart) = fill::<u16>(terms, &counts, width);
            (Lanes::Narrow(lanes), apart)
        } else {
            let (lanes, apart) = fill::<u32>(terms, &counts, width);
            (Lanes::Wide(lanes), apart)
        };
        let mut inverted = Self {
            terms: terms.len(),
            width,
            lanes,
            apart,
            again: Vec::new(),
        };
        for row in (0..rows).filter(|_| terms.has_variants()) {
            let mut before = None;
            for term in inverted.of(row).collect::<Vec<_>>() {
                if before.is_some_and(|before| terms.same_form(before, term)) {
                    inverted.again.push((row, term));
                }
                before = Some(term);
            }
        }
        inverted
    }

    /// The terms of a row, ascending.
    pub fn of(&self, row: u32) -> impl Iterator<Item = u32> + '_ {
        let lane = move |lane: usize| {
            let at = row as usize * self.width + lane;
            match &self.lanes {
                Lanes::Narrow(lanes) => u32::from(lanes[at]),
                Lanes::Wide(lanes) => lanes[at],
            }
        };
        let lanes = (0..self.width)
            .map(lane)
            .take_while(|&term| term < self.terms);
        let apart = self.apart.get(&row).into_iter().flatten().copied();
        // A row that lies apart has nothing in its lanes.
        lanes.chain(apart)
    }

    /// For each term how many of some rows have it; a row counts once, also where two terms of it are spellings of one
    /// form: then for the first of them.
    pub fn count(&self, rows: &RoaringBitmap) -> Vec<u32> {
        let mut counts = match &self.lanes {
            Lanes::Narrow(lanes) => self.count_lanes(lanes, rows),
            Lanes::Wide(lanes) => self.count_lanes(lanes, rows),
        };
        counts.truncate(self.terms as usize);
        for &(row, term) in &self.again {
            counts[term as usize] -= u32::from(rows.contains(row));
        }
        counts
    }

    fn count_lanes<L: Lane>(&self, lanes: &[L], rows: &RoaringBitmap) -> Vec<u32> {
        match self.width {
            1 => self.tally(lanes.as_chunks::<1>().0, rows),
            2 => self.tally(lanes.as_chunks::<2>().0, rows),
            4 => self.tally(lanes.as_chunks::<4>().0, rows),
            _ => self.tally(lanes.as_chunks::<8>().0, rows),
        }
    }

    fn tally<L: Lane, const WIDTH: usize>(
        &self,
        lanes: &[[L; WIDTH]],
        rows: &RoaringBitmap,
    ) -> Vec<u32> {
        let mut counts = vec![0; self.terms as usize + WIDTH];
        let mut rows = rows.iter();
        let mut some = [0; AT_ONCE];
        loop {
            let some = rows.next_many(&mut some);
            if some.is_empty() {
                return counts;
            }
            for &mut row in some {
                let lanes = &lanes[row as usize];
                if lanes[WIDTH - 1] == L::APART {
                    for &term in self.apart.get(&row).into_iter().flatten() {
                        counts[term as usize] += 1;
                    }
                    continue;
                }
                for &lane in lanes {
                    counts[lane.into() as usize] += 1;
                }
            }
        }
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        let lanes = match &self.lanes {
            Lanes::Narrow(lanes) => lanes.len() * 2,
            Lanes::Wide(lanes) => lanes.len() * 4,
        };
        let apart = self.apart.values().map(|terms| 32 + terms.len() * 4);
        lanes + apart.sum::<usize>() + self.again.len() * 8
    }
}

fn fill<L: Lane>(
    terms: &Terms,
    counts: &[u32],
    width: usize,
) -> (Vec<L>, FxHashMap<u32, Box<[u32]>>) {
    let fillings: Vec<L> = (0..width as u32)
        .map(|lane| L::of(terms.len() + lane))
        .collect();
    let mut lanes = fillings.repeat(counts.len());
    let mut apart: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let mut next = vec![0u8; counts.len()];
    for term in 0..terms.len() {
        for row in terms.iter_rows(term) {
            let row_at = row as usize;
            if counts[row_at] as usize > width {
                lanes[row_at * width + width - 1] = L::APART;
                apart.entry(row).or_default().push(term);
            } else {
                lanes[row_at * width + usize::from(next[row_at])] = L::of(term);
                next[row_at] += 1;
            }
        }
    }
    let apart = apart.into_iter();
    (
        lanes,
        apart.map(|(row, terms)| (row, terms.into())).collect(),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use proptest::prelude::*;
    use roaring::RoaringBitmap;

    use super::{Lanes, RowTerms};
    use crate::segment::term::dictionary::Spellings;
    use crate::segment::term::postings::{self as terms, Terms};

    /// Terms of which each two that follow each other are spellings of one form, if `variants`.
    fn terms_of(rows: &[BTreeSet<u32>], count: u32, variants: bool) -> Terms {
        let texts = (0..count).map(|term| match (variants, term % 2) {
            (true, 0) => format!("A{:06}", term / 2),
            (true, _) => format!("a{:06}", term / 2),
            (false, _) => format!("a{term:06}"),
        });
        let texts: Vec<String> = texts.collect();
        let mut postings = vec![Vec::new(); count as usize];
        for (row, terms) in (0..).zip(rows) {
            for &term in terms {
                postings[term as usize].push(row);
            }
        }
        let (dictionary, packed, _) = terms::write(texts.iter().map(String::as_str), &postings);
        let spellings = Arc::new(Spellings::read(&dictionary).unwrap());
        Terms::read(spellings, packed, rows.len() as u32).unwrap()
    }

    fn check(
        rows: &[BTreeSet<u32>],
        asked: &RoaringBitmap,
        count: u32,
        variants: bool,
    ) -> Result<RowTerms, TestCaseError> {
        let terms = terms_of(rows, count, variants);
        let row_terms = RowTerms::invert(&terms, rows.len() as u32);
        let mut expected = vec![0; count as usize];
        for (row, of_row) in (0..).zip(rows) {
            prop_assert!(row_terms.of(row).eq(of_row.iter().copied()));
            let mut forms = BTreeSet::new();
            for &term in of_row.iter().filter(|_| asked.contains(row)) {
                let form = if variants { term / 2 } else { term };
                expected[term as usize] += u32::from(forms.insert(form));
            }
        }
        prop_assert_eq!(row_terms.count(asked), expected);
        Ok(row_terms)
    }

    fn rows() -> impl Strategy<Value = (Vec<BTreeSet<u32>>, BTreeSet<u32>)> {
        (0usize..12).prop_flat_map(|most| {
            let row = prop::collection::btree_set(0u32..40, 0..=most);
            let rows = prop::collection::vec(row, 1..600);
            (rows, prop::collection::btree_set(0u32..600, 0..600))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn lanes_hold_and_count_what_the_postings_say(
            (rows, asked) in rows(),
            variants in any::<bool>(),
        ) {
            let asked = asked.into_iter().filter(|&row| (row as usize) < rows.len()).collect();
            check(&rows, &asked, 40, variants)?;
        }
    }

    #[test]
    fn numbers_of_a_large_dictionary_do_not_fit_two_bytes_and_have_four() {
        for (count, wide) in [
            (65_526, false),
            (65_530, false),
            (65_531, true),
            (70_000, true),
        ] {
            let last = BTreeSet::from([0, 65_000, count - 1]);
            let rows: Vec<_> = (0..100)
                .map(|row| match row {
                    // One that lies apart, of which a hundred may be six.
                    7 => (0..20).chain([count - 1]).collect(),
                    row if row % 3 == 0 => last.clone(),
                    row => BTreeSet::from([row]),
                })
                .collect();
            let row_terms = check(&rows, &(0..100).collect(), count, false).unwrap();
            // Three terms in a row: four lanes, and the number behind the last of them must not be the mark.
            assert_eq!((row_terms.width, row_terms.apart.len()), (4, 1));
            let is_wide = matches!(row_terms.lanes, Lanes::Wide(_));
            assert_eq!(is_wide, wide, "{count}");
        }
    }
}
