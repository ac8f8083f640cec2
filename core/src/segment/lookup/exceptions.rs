//! Rows whose path or day does not follow from their name.

use rustc_hash::FxHashMap;

use crate::segment::block::{ByteReader, Malformed, put_str, put_u32};

/// The exceptions of a segment. Of most archives they are few.
#[derive(Debug, Default)]
pub(in crate::segment) struct Exceptions {
    /// Row → path, of events whose path is not the canonical one of their id.
    pub path_of: FxHashMap<u32, Box<str>>,
    /// The same by path.
    pub by_path: FxHashMap<Box<str>, u32>,
    /// Name → rows, where a row is sorted under another day than that in its name.
    pub by_name: FxHashMap<Box<str>, Vec<u32>>,
}

/// Appends a row to the part. `path` and `name` are empty where they are no exceptions.
pub(in crate::segment) fn put_exception(out: &mut Vec<u8>, row: u32, path: &str, name: &str) {
    put_u32(out, row);
    put_str(out, path);
    put_str(out, name);
}

impl Exceptions {
    /// Reads the part.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut exceptions = Self::default();
        let mut reader = ByteReader::new(bytes);
        while !reader.is_empty() {
            let (row, path, name) = (reader.u32()?, reader.str()?, reader.str()?);
            if !path.is_empty() {
                exceptions.path_of.insert(row, path.into());
                exceptions.by_path.insert(path.into(), row);
            }
            if !name.is_empty() {
                let rows = exceptions.by_name.entry(name.into()).or_default();
                rows.push(row);
            }
        }
        Ok(exceptions)
    }
}
