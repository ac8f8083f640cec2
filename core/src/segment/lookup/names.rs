//! A hash of each name → its rows.
//!
//! The name of a Markdown page says no day, so its row cannot be looked for among the rows of one. What
//! links may call it is found so, too. Eight bytes a name: 32 bits of a hash, sorted, and the row.

use rayon::prelude::*;
use twox_hash::XxHash3_64;

use crate::error::Result;
use crate::segment::block::{ByteReader, LazyBytes, Malformed};

/// Bytes of an entry.
const ENTRY: usize = 8;

/// How far from the first guess a search looks next: within the chunk of the guess.
const FIRST_STEP: usize = 32;

/// The high 32 bits of the name's XXH3-64. Part of the format.
pub(in crate::segment) fn hash_of(name: &str) -> u32 {
    (XxHash3_64::oneshot(name.as_bytes()) >> 32) as u32
}

/// The bytes of the part, from the names with their rows.
pub(in crate::segment) fn encode_names(
    names: impl Iterator<Item = (impl AsRef<str>, u32)>,
) -> Vec<u8> {
    let hashed = names.map(|(name, row)| (hash_of(name.as_ref()), row));
    encode_hashes(hashed.collect())
}

/// The bytes of the part, from the hashes of names with their rows.
pub(in crate::segment) fn encode_hashes(mut entries: Vec<(u32, u32)>) -> Vec<u8> {
    entries.par_sort_unstable();
    let bytes = entries.into_iter().flat_map(|(hash, row)| {
        let (hash, row) = (hash.to_le_bytes(), row.to_le_bytes());
        hash.into_iter().chain(row)
    });
    bytes.collect()
}

/// The part of versions 4 to 8 as it is encoded today. Those had numbers of variable length: the hash
/// minus the one before, and the row.
pub(in crate::segment) fn recode_names(bytes: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut reader = ByteReader::new(bytes);
    let mut hash = 0u32;
    let mut out = Vec::with_capacity(bytes.len() * 2);
    while !reader.is_empty() {
        hash = hash
            .checked_add(reader.u32()?)
            .ok_or("a hash is too large")?;
        out.extend_from_slice(&hash.to_le_bytes());
        out.extend_from_slice(&reader.u32()?.to_le_bytes());
    }
    Ok(out)
}

/// Names of a segment with their rows.
pub(in crate::segment) struct NameIndex {
    bytes: LazyBytes,
    /// Number of rows of the segment.
    rows: u32,
}

impl NameIndex {
    /// Of a part of a segment of some rows. Reads nothing yet.
    pub fn new(bytes: LazyBytes, rows: u32) -> Self {
        Self { bytes, rows }
    }

    /// The rows that may have a name: all that have it, and hardly another. Hashes are spread evenly, so
    /// the search begins where the wanted one should be: it reads two chunks of the part, or three.
    pub fn rows_like(&self, name: &str) -> Result<Vec<u32>> {
        if self.bytes.length_at_most() == 0 {
            return Ok(Vec::new());
        }
        let wanted = hash_of(name);
        let mut rows = Vec::new();
        for number in self.first_from(wanted)?.. {
            match self.entry(number)? {
                Some((hash, row)) if hash == wanted => rows.push(row),
                _ => break,
            }
        }
        Ok(rows)
    }

    /// The hash of each name and its row, ascending.
    pub fn all(&self) -> Result<Vec<(u32, u32)>> {
        let entries = (0..).map(|number| self.entry(number).transpose());
        entries.map_while(|entry| entry).collect()
    }

    /// An entry, none behind the last one.
    fn entry(&self, number: usize) -> Result<Option<(u32, u32)>> {
        let bytes = self.bytes.get(number * ENTRY..(number + 1) * ENTRY)?;
        let (Some(hash), Some(row)) = (bytes.first_chunk(), bytes.last_chunk()) else {
            return Ok(None);
        };
        if bytes.len() != ENTRY {
            return Err(self.bytes.malformed("ends within an entry"));
        }
        let (hash, row) = (u32::from_le_bytes(*hash), u32::from_le_bytes(*row));
        match row < self.rows {
            true => Ok(Some((hash, row))),
            false => Err(self.bytes.malformed("holds a row that is none")),
        }
    }

    /// The number of the first entry whose hash is at least this one.
    fn first_from(&self, wanted: u32) -> Result<usize> {
        // No entry is from `end` on; that some before it are none either is no harm: they count as large.
        let end = self.bytes.length_at_most() / ENTRY;
        let (mut low, mut high, mut step) = (0, end, FIRST_STEP);
        let mut probe = ((u64::from(wanted) * end as u64) >> u32::BITS) as usize;
        while low < high {
            let entry = self.entry(probe)?;
            match entry.is_some_and(|(hash, _)| hash < wanted) {
                true => low = probe + 1,
                false => high = probe,
            }
            // Away from the first guess in growing steps, until the hash lies between both ends.
            probe = match (low, high) {
                (0, _) => high.saturating_sub(step),
                (_, high) if high == end => (low + step).min(end.saturating_sub(1)),
                _ => low + (high - low) / 2,
            };
            step *= 2;
        }
        Ok(low)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.bytes.size()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::segment::block::put_u32;

    fn index(bytes: Vec<u8>, rows: u32) -> NameIndex {
        NameIndex::new(LazyBytes::Made(bytes), rows)
    }

    #[test]
    fn every_name_leads_to_its_rows() {
        let names = ["posts/a", "b", "posts/a", "", "c/d/e"];
        let bytes = encode_names(names.into_iter().zip(0..));
        let read = index(bytes.clone(), 5);
        for (row, name) in (0..).zip(names) {
            assert!(read.rows_like(name).unwrap().contains(&row), "{name}");
        }
        assert_eq!(read.rows_like("posts/a").unwrap(), [0, 2]);
        assert!(read.rows_like("none").unwrap().is_empty());
        assert!(index(Vec::new(), 0).rows_like("none").unwrap().is_empty());
        assert!(index(bytes, 4).rows_like("c/d/e").is_err());
    }

    proptest! {
        #[test]
        fn the_search_finds_what_a_scan_finds(
            hashes in prop::collection::vec(prop_oneof![any::<u32>(), 0u32..4, Just(u32::MAX)], 0..300),
            asked in any::<u32>(),
        ) {
            let mut entries: Vec<(u32, u32)> = hashes.iter().copied().zip(0..).collect();
            let read = index(encode_hashes(entries.clone()), 300);
            entries.sort_unstable();
            for wanted in hashes.iter().copied().chain([asked, 0, 1, u32::MAX]) {
                let scanned = entries.partition_point(|&(hash, _)| hash < wanted);
                prop_assert_eq!(read.first_from(wanted).unwrap(), scanned);
            }
        }

        #[test]
        fn the_part_of_older_versions_says_the_same(
            hashes in prop::collection::vec(any::<u32>(), 0..40),
        ) {
            let entries: Vec<(u32, u32)> = hashes.into_iter().zip(0..).collect();
            let mut sorted = entries.clone();
            sorted.sort_unstable();
            let (mut older, mut last) = (Vec::new(), 0);
            for (hash, row) in sorted {
                put_u32(&mut older, hash - last);
                put_u32(&mut older, row);
                last = hash;
            }
            prop_assert_eq!(recode_names(&older), Ok(encode_hashes(entries)));
        }
    }
}
