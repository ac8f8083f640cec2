//! Some events of an answer, drawn at random.

use std::collections::BTreeSet;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::hits::{CachedAnswer, Hits, SliceBounds};
use crate::error::Result;

impl Hits {
    /// `count` of these events drawn at random, or all if there are no more: hits of their own, in the
    /// same order. Each event has the same chance. The same seed gives the same events as long as the
    /// answer is the same.
    ///
    /// Costs some 20 ns for each event before the last one drawn, and reads no event. Like a slice, a
    /// sample cannot be narrowed, ordered anew or read page by page: do that first.
    ///
    /// # Errors
    /// As [`Hits::count`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// let hits = store.query("")?;
    /// let sample = hits.sample(2, 7)?;
    /// assert_eq!(sample.count()?, 2);
    /// assert_eq!(sample.ids()?, hits.sample(2, 7)?.ids()?);
    /// assert_eq!(hits.sample(100, 7)?.ids()?, hits.ids()?);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn sample(&self, count: u64, seed: u64) -> Result<Self> {
        let all = self.count()?;
        if count >= all {
            return Ok(self.slice(..all));
        }
        let mut rows = vec![RoaringBitmap::new(); self.snapshot.views.len()];
        let mut cursor = self.cursor()?;
        let mut position = 0;
        for drawn in draw(count, all, seed) {
            while position < drawn && cursor.next()?.is_some() {
                position += 1;
            }
            if let Some(at) = cursor.next()? {
                rows[at.segment_index].insert(at.row);
                position += 1;
            }
        }
        Ok(Self {
            slice: Some(SliceBounds {
                start: 0,
                end: count,
            }),
            cached: Arc::new(CachedAnswer::of(rows)),
            ..self.clone()
        })
    }
}

/// `count` numbers below `all`, ascending, each set of them with the same chance: the algorithm of Robert
/// Floyd (Bentley, "A sample of brilliance", Communications of the ACM 30, 9, 1987).
fn draw(count: u64, all: u64, seed: u64) -> BTreeSet<u64> {
    let mut random = SplitMix(seed);
    let mut drawn = BTreeSet::new();
    for last in all - count..all {
        let number = random.below(last + 1);
        if !drawn.insert(number) {
            drawn.insert(last);
        }
    }
    drawn
}

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): the same numbers
/// on each machine and in each version.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another. The bias is below 2^-32 for the numbers of rows that a store can have.
    fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_are_those_of_the_published_generator() {
        let mut random = SplitMix(1_234_567);
        let first = [random.next(), random.next(), random.next()];
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(first, published);
    }

    #[test]
    fn each_number_is_drawn_as_often_as_another() {
        let mut times = [0; 10];
        for seed in 0..10_000 {
            let drawn = draw(3, 10, seed);
            assert_eq!(drawn.len(), 3);
            drawn
                .into_iter()
                .for_each(|number| times[number as usize] += 1);
        }
        // 3,000 times each; the bound is six standard deviations.
        for (number, times) in times.into_iter().enumerate() {
            assert!((2_725..3_275).contains(&times), "{number}: {times}");
        }
    }
}
