//! Page hash → rows.

use crate::segment::link::Adjacency;

/// The rows of each page hash.
///
/// Hashes are spread evenly, so rows are grouped by the first bits of their hash, about one row in
/// a group. An ingest that finds 200,000 pages unchanged took a fifth longer with a binary search
/// over all hashes.
pub(in crate::segment) struct RowsByHash {
    /// First bits → (hash, row), rows ascending.
    groups: Adjacency<(u64, u32)>,
    /// Number of bits of a hash after the first bits.
    shift: u32,
}

impl RowsByHash {
    /// From the hash of each row.
    pub fn new(hashes: Vec<u64>) -> Self {
        // About one row for each group. At least one bit: no shift by all 64 is possible.
        let bits = hashes.len().max(2).ilog2();
        let shift = u64::BITS - bits;
        let groups = Adjacency::new(1 << bits, || {
            let rows = hashes.iter().zip(0..);
            rows.map(|(&hash, row)| ((hash >> shift) as u32, (hash, row)))
        });
        Self { groups, shift }
    }

    /// The rows of a hash, ascending.
    pub fn of(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let group = self.groups.get((hash >> self.shift) as u32);
        let same = group.iter().filter(move |&&(other, _)| other == hash);
        same.map(|&(_, row)| row)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.groups.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_hash_and_no_other() {
        let spread = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for hashes in [
            vec![],
            vec![0],
            vec![u64::MAX, 0, u64::MAX],
            (0..1000).map(|i| spread(i % 700)).collect::<Vec<u64>>(),
        ] {
            let rows = RowsByHash::new(hashes.clone());
            for &hash in hashes.iter().chain(&[1, 1 << 63]) {
                let expected: Vec<u32> = (0..hashes.len() as u32)
                    .filter(|&row| hashes[row as usize] == hash)
                    .collect();
                assert_eq!(rows.of(hash).collect::<Vec<u32>>(), expected);
            }
        }
    }
}
