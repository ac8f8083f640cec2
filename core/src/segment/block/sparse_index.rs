//! Where to begin in an ascending list of first numbers: which block holds a row, which day has it.
//!
//! A related list asks both for each of its targets. A binary search among ten thousand blocks waits for memory several
//! times; from a mark for every 32 numbers it is a step or two. 4 bytes for 32 numbers.

const NUMBERS: u32 = 32;

/// See the file's head.
pub(in crate::segment) struct Marks(Vec<u32>);

impl Marks {
    /// Of the places of a list that begins with 0: `first` gives the number at a place, `last` is the place of the end.
    pub fn new(last: usize, first: impl Fn(usize) -> u32) -> Self {
        let mut place = 0;
        let mark = |number: u32| {
            while place < last && first(place + 1) <= number {
                place += 1;
            }
            place as u32
        };
        let numbers = (0..first(last)).step_by(NUMBERS as usize);
        Self(numbers.map(mark).collect())
    }

    /// The last place whose number is not above this one; `None` for the numbers from the end on.
    pub fn find(&self, number: u32, first: impl Fn(usize) -> Option<u32>) -> Option<usize> {
        let mut place = *self.0.get((number / NUMBERS) as usize)? as usize;
        loop {
            match first(place + 1) {
                Some(next) if next <= number => place += 1,
                Some(_) => return Some(place),
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

    use super::Marks;

    proptest! {
        #[test]
        fn a_mark_leads_to_the_place_that_a_search_finds(
            lengths in prop::collection::vec(prop_oneof![0u32..4, 0u32..100], 0..60),
        ) {
            let mut firsts = vec![0];
            for length in lengths {
                firsts.push(firsts[firsts.len() - 1] + length);
            }
            let last = firsts.len() - 1;
            let marks = Marks::new(last, |place| firsts[place]);
            for number in 0..firsts[last] + 70 {
                let searched = firsts.partition_point(|&first| first <= number) - 1;
                let found = marks.find(number, |place| firsts.get(place).copied());
                prop_assert_eq!(found, Some(searched).filter(|&place| place < last), "{}", number);
            }
        }
    }
}
