//! A hash of each name → its rows.
//!
//! The name of a Markdown page says no day, so its row cannot be looked for among the rows of one. What
//! links may call it is found so, too. Eight bytes a name: 32 bits of a hash, sorted, and the row.

use twox_hash::XxHash3_64;

use crate::segment::block::{ByteReader, Malformed, put_u32};

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
    entries.sort_unstable();
    let mut out = Vec::with_capacity(entries.len() * 6);
    let mut last = 0;
    for (hash, row) in entries {
        put_u32(&mut out, hash - last);
        put_u32(&mut out, row);
        last = hash;
    }
    out
}

/// Names of a segment with their rows.
#[derive(Debug, Default)]
pub(in crate::segment) struct NameIndex(Vec<(u32, u32)>);

impl NameIndex {
    /// Reads the part of a segment of some rows.
    pub fn read(bytes: &[u8], rows: u32) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let mut hash = 0u32;
        let mut entries = Vec::new();
        while !reader.is_empty() {
            hash = hash
                .checked_add(reader.u32()?)
                .ok_or("a hash is too large")?;
            let row = reader.u32()?;
            if row >= rows {
                return Err("holds a row that is none");
            }
            entries.push((hash, row));
        }
        Ok(Self(entries))
    }

    /// The rows that may have a name: all that have it, and hardly another.
    pub fn rows_like(&self, name: &str) -> impl Iterator<Item = u32> + '_ {
        let wanted = hash_of(name);
        let first = self.0.partition_point(|&(hash, _)| hash < wanted);
        let same = self.0[first..]
            .iter()
            .take_while(move |&&(hash, _)| hash == wanted);
        same.map(|&(_, row)| row)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.0.len() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_its_rows() {
        let names = ["posts/a", "b", "posts/a", "", "c/d/e"];
        let bytes = encode_names(names.into_iter().zip(0..));
        let read = NameIndex::read(&bytes, 5).unwrap();
        for (row, name) in (0..).zip(names) {
            assert!(read.rows_like(name).any(|found| found == row), "{name}");
        }
        assert_eq!(read.rows_like("posts/a").count(), 2);
        assert_eq!(read.rows_like("none").count(), 0);
        assert!(NameIndex::read(&bytes, 4).is_err());
        assert!(NameIndex::read(&bytes[..bytes.len() - 1], 5).is_err());
    }
}
