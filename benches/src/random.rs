//! Random numbers that are the same everywhere and for ever: an archive is a function of its size and seed.
//!
//! Written here rather than taken from `rand` or `fastrand`: those promise good numbers, not the same numbers after an
//! update, and `rand_distr` changes how its Zipf samples. Instruction counts, figures and truths of archives hang on
//! every one of them.

/// SplitMix64: one multiplication deep, any seed is a good one.
pub struct Random(u64);

impl Random {
    /// A stream of its own for each (seed, purpose, number): what is random about one page does not depend on whether
    /// another was written before.
    pub fn of(seed: u64, purpose: u64, number: u64) -> Self {
        let mut random = Self(seed ^ purpose.wrapping_mul(0xd6e8_feb8_6659_fd93));
        let mixed = random.next() ^ number.wrapping_mul(0xa076_1d64_78bd_642f);
        let mut random = Self(mixed);
        random.next();
        random
    }

    /// 64 random bits.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In `0.0..1.0`.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// In `0..below`; `below` is not 0.
    pub fn below(&mut self, below: usize) -> usize {
        ((u128::from(self.next()) * below as u128) >> 64) as usize
    }

    /// In `from..to`.
    pub fn between(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from)
    }

    /// True in `share` of all cases.
    pub fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// One of them.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// A place in a table of shares that sum to 1.
    pub fn share(&mut self, shares: &[f64]) -> usize {
        let mut left = self.unit();
        for (place, share) in shares.iter().enumerate() {
            if left < *share {
                return place;
            }
            left -= share;
        }
        shares.len() - 1
    }
}

/// Ranks `0..n` with weights `1 / (rank + 1) ^ slope`.
pub struct Zipf {
    cumulative: Vec<f64>,
}

impl Zipf {
    pub fn new(n: usize, slope: f64) -> Self {
        let mut sum = 0.0;
        let cumulative = (1..=n)
            .map(|rank| {
                sum += (rank as f64).powf(-slope);
                sum
            })
            .collect();
        Self { cumulative }
    }

    pub fn sample(&self, random: &mut Random) -> usize {
        let all = self.cumulative.last().copied().unwrap_or_default();
        let at = random.unit() * all;
        self.cumulative
            .partition_point(|&sum| sum <= at)
            .min(self.cumulative.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Random, Zipf};

    #[test]
    fn a_stream_repeats_itself_and_differs_from_its_neighbours() {
        let stream = |seed, purpose, number| {
            let mut random = Random::of(seed, purpose, number);
            [random.next(), random.next()]
        };
        assert_eq!(stream(1, 2, 3), stream(1, 2, 3));
        assert_ne!(stream(1, 2, 3), stream(1, 2, 4));
        assert_ne!(stream(1, 2, 3), stream(1, 3, 3));
        assert_ne!(stream(1, 2, 3), stream(2, 2, 3));
    }

    #[test]
    fn ranks_follow_their_power_law() {
        let (zipf, mut random) = (Zipf::new(1_000, 0.8), Random::of(1, 0, 0));
        let mut counts = [0u32; 1_000];
        for _ in 0..200_000 {
            counts[zipf.sample(&mut random)] += 1;
        }
        let ratio = f64::from(counts[0]) / f64::from(counts[15]);
        assert!((ratio / 16f64.powf(0.8) - 1.0).abs() < 0.15, "{ratio}");
    }
}
