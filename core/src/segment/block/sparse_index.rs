//! A sparse index over an ascending list of first numbers: which block holds an entry, which day
//! has a row.
//!
//! A related list looks up both for each of its targets. A binary search among ten thousand blocks
//! misses the CPU cache several times. The index keeps the position of every 32nd number, 4 bytes
//! each, and a lookup takes a step or two from there.

const STRIDE: u32 = 32;

/// The position of every 32nd number in a list.
pub(in crate::segment) struct SparseIndex(Vec<u32>);

impl SparseIndex {
    /// An index of a list that begins with 0. `first` gives the number at a position, `last` is the
    /// position of the list's end.
    pub fn new(last: usize, first: impl Fn(usize) -> u32) -> Self {
        let mut position = 0;
        let mut position_of = |number: u32| {
            while position < last && first(position + 1) <= number {
                position += 1;
            }
            position as u32
        };
        let numbers = (0..first(last)).step_by(STRIDE as usize);
        Self(numbers.map(&mut position_of).collect())
    }

    /// The last position whose number is at most this one; `None` for numbers from the end on.
    pub fn find(&self, number: u32, first: impl Fn(usize) -> Option<u32>) -> Option<usize> {
        let mut position = *self.0.get((number / STRIDE) as usize)? as usize;
        loop {
            match first(position + 1) {
                Some(next) if next <= number => position += 1,
                Some(_) => return Some(position),
                None => return None,
            }
        }
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.0.len() * 4
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::SparseIndex;

    proptest! {
        #[test]
        fn the_index_finds_the_position_that_a_binary_search_finds(
            lengths in prop::collection::vec(prop_oneof![0u32..4, 0u32..100], 0..60),
        ) {
            let mut firsts = vec![0];
            for length in lengths {
                firsts.push(firsts[firsts.len() - 1] + length);
            }
            let last = firsts.len() - 1;
            let index = SparseIndex::new(last, |position| firsts[position]);
            for number in 0..firsts[last] + 70 {
                let searched = firsts.partition_point(|&first| first <= number) - 1;
                let found = index.find(number, |position| firsts.get(position).copied());
                prop_assert_eq!(found, Some(searched).filter(|&position| position < last), "{}", number);
            }
        }
    }
}
