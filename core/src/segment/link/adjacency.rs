//! Values by number, in two arrays: compressed sparse rows.

/// For each key from 0 its values: an array of where each key's values start, and an array of the
/// values of all keys. 4 bytes a key, and the size of a value for each.
pub(crate) struct Adjacency<T> {
    /// Where the values of each key start, and the end of the last.
    starts: Vec<u32>,
    values: Vec<T>,
}

impl<T: Copy + Default> Adjacency<T> {
    /// Sorts (key, value) pairs by key with a counting sort. Values of a key keep their order. Keys
    /// are less than `keys`. `pairs` is called twice, to count and to place, and must yield the
    /// same pairs both times.
    pub fn new<I: Iterator<Item = (u32, T)>>(keys: usize, pairs: impl Fn() -> I) -> Self {
        let mut starts = vec![0u32; keys + 1];
        for (key, _) in pairs() {
            starts[key as usize + 1] += 1;
        }
        for key in 0..keys {
            starts[key + 1] += starts[key];
        }
        let mut next = starts.clone();
        let mut values = vec![T::default(); starts[keys] as usize];
        for (key, value) in pairs() {
            let at = &mut next[key as usize];
            values[*at as usize] = value;
            *at += 1;
        }
        Self { starts, values }
    }

    /// The values of a key, none for a key that is not less than the number of keys.
    pub fn get(&self, key: u32) -> &[T] {
        match self.starts.get(key as usize..key as usize + 2) {
            Some(&[start, end]) => &self.values[start as usize..end as usize],
            _ => &[],
        }
    }

    /// The keys that have values, ascending.
    pub fn keys(&self) -> impl Iterator<Item = u32> + '_ {
        let keys = (0u32..).zip(self.starts.windows(2));
        keys.filter(|(_, bounds)| bounds[0] < bounds[1])
            .map(|(key, _)| key)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.starts.len() * 4 + self.values.len() * size_of::<T>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Adjacency;

    proptest! {
        #[test]
        fn each_key_has_its_values_in_their_order(
            pairs in prop::collection::vec((0u32..20, any::<u32>()), 0..100),
        ) {
            let grouped = Adjacency::new(20, || pairs.iter().copied());
            for key in 0..22 {
                let own = pairs.iter().filter(|pair| pair.0 == key).map(|pair| pair.1);
                prop_assert!(grouped.get(key).iter().copied().eq(own));
            }
            let mut keys: Vec<u32> = pairs.iter().map(|pair| pair.0).collect();
            keys.sort_unstable();
            keys.dedup();
            prop_assert!(grouped.keys().eq(keys));
        }
    }
}
