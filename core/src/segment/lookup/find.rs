//! The rows of a name, a path or a hash.

use super::by_hash::RowsByHash;
use super::exceptions::Exceptions;
use super::fingerprints::{Fingerprints, fingerprint};
use super::names::NameIndex;
use crate::error::Result;
use crate::event::canonical_path;
use crate::segment::row::{MarkdownHeader, compare_name, day_of_name, id_day, read_header};
use crate::segment::{Part, Segment};

impl Segment {
    pub(in crate::segment) fn exceptions(&self) -> Result<&Exceptions> {
        self.exceptions
            .get_or(|| self.parsed(Part::Exceptions, Exceptions::read))
    }

    fn names(&self) -> Result<&NameIndex> {
        self.names.get_or(|| self.name_index(Part::Names))
    }

    pub(in crate::segment) fn fingerprints(&self) -> Result<&Fingerprints> {
        self.fingerprints.get_or(|| {
            if self.meta.chunks_of(Part::Fingerprints) > 0 {
                let bytes = self.lazy_bytes(Part::Fingerprints);
                return Ok(Fingerprints::new(bytes, self.meta.rows));
            }
            self.legacy_fingerprints()
        })
    }

    /// The fingerprints of a segment of version 1, which does not have the part, from its headers.
    fn legacy_fingerprints(&self) -> Result<Fingerprints> {
        let days = self.days()?;
        let fingerprints = self.map_blocks(Part::Headers, |first, block| {
            let mut name = String::new();
            let of_row = |(row, entry): (u32, &[u8])| {
                // Days begin with row 0, and the last of them is the end.
                let next = days.partition_point(|&(_, first)| first <= row);
                let (day, _) = days[..days.len() - 1]
                    .get(next - 1)
                    .ok_or("holds another number of rows")?;
                name.clear();
                read_header(entry, *day, &mut name)?;
                Ok(fingerprint(&name))
            };
            let of_rows = (first..).zip(block.entries()).map(of_row);
            of_rows.collect::<Result<Vec<_>, _>>()
        })?;
        let fingerprints = fingerprints.concat();
        if fingerprints.len() == self.meta.rows as usize {
            Ok(Fingerprints::made(&fingerprints))
        } else {
            Err(self.malformed(Part::Headers, "holds another number of rows"))
        }
    }

    /// The hash of a row's page.
    pub fn hash_of(&self, row: u32) -> Result<u64> {
        let hashes = self.hashes.get_or(|| self.part(Part::Hashes))?;
        let bytes = hashes.get(row as usize * 8..);
        let bytes = bytes.and_then(|bytes| bytes.first_chunk());
        bytes
            .map(|bytes| u64::from_le_bytes(*bytes))
            .ok_or_else(|| self.malformed(Part::Hashes, "ends too early"))
    }

    /// The rows whose page has this hash. An ingest finds an unchanged page so, without looking up
    /// its name.
    pub fn rows_with_hash(&self, hash: u64) -> Result<impl Iterator<Item = u32> + '_> {
        let rows = self.by_hash.get_or(|| {
            let hashes = (0..self.meta.rows).map(|row| self.hash_of(row));
            Ok(RowsByHash::new(hashes.collect::<Result<_>>()?))
        })?;
        Ok(rows.of(hash))
    }

    /// Rows of one day that have a name: an event and its twins, or a page in both languages.
    fn named_within(&self, day: u32, name: &str) -> Result<Vec<u32>> {
        let mut found = Vec::new();
        let rows = self.rows_of_day(day)?;
        // Markdown rows without a day may be many, and are found by their names.
        let markdown = &self.flags()?.markdown;
        if day == 0 && markdown.range_cardinality(rows.clone()) == rows.len() as u64 {
            return Ok(found);
        }
        for row in self.fingerprints()?.like(name, rows)? {
            if self.is_named(row, day, name)? {
                found.push(row);
            }
        }
        Ok(found)
    }

    /// Whether the header of a row of some day, or of an external id, has this name.
    pub(in crate::segment) fn is_named(&self, row: u32, day: u32, name: &str) -> Result<bool> {
        let compare = |entry: &[u8]| compare_name(entry, day, name);
        Ok(self.with_entry(Part::Headers, row, compare)?.is_eq())
    }

    /// Rows whose name is this id or path, deleted rows and twins included.
    pub fn rows_named(&self, name: &str) -> Result<Vec<u32>> {
        let said = id_day(name);
        let day = said.unwrap_or_else(|| day_of_name(name));
        let mut found = self.named_within(day, name)?;
        if day != 0 && said.is_none() {
            // A page in a day's folder that is no day page has no day.
            found.extend(self.named_within(0, name)?);
        }
        found.extend(self.exceptions()?.by_name.get(name).into_iter().flatten());
        for row in self.names()?.rows_like(name)? {
            if self.is_named(row, self.packed_date_of(row)?, name)? && !found.contains(&row) {
                found.push(row);
            }
        }
        Ok(found)
    }

    /// Names that do not say the day of their row, with it.
    pub fn names_of_other_days(&self) -> Result<impl Iterator<Item = (&str, u32)>> {
        let names = self.exceptions()?.by_name.iter();
        Ok(names.flat_map(|(name, rows)| rows.iter().map(|&row| (&**name, row))))
    }

    /// The hash of each name that says no day, with its row.
    pub fn hashes_of_names(&self) -> Result<Vec<(u32, u32)>> {
        self.names()?.all()
    }

    /// Rows of Markdown pages of this id, deleted rows and twins included.
    pub fn markdown_rows_named(&self, id: &str) -> Result<Vec<u32>> {
        let mut found = Vec::new();
        for row in self.names()?.rows_like(id)? {
            if self.markdown_id(row, |own| own == id)?.is_some() {
                found.push(row);
            }
        }
        Ok(found)
    }

    /// The id of a Markdown page, if it is a wanted one.
    pub fn markdown_id(
        &self,
        row: u32,
        is_wanted: impl FnOnce(&str) -> bool,
    ) -> Result<Option<String>> {
        self.with_entry(Part::Headers, row, |entry| {
            let id = MarkdownHeader::read(entry)?.id;
            Ok(is_wanted(id).then(|| id.to_owned()))
        })
    }

    /// The rows that have this path: one, or a listing in each language. `id` is the id that the
    /// path gives, if it gives one.
    pub fn rows_of_path(&self, path: &str, id: Option<&str>) -> Result<Vec<u32>> {
        let exceptions = self.exceptions()?;
        let mut found: Vec<u32> = exceptions.by_path.get(path).copied().into_iter().collect();
        match id {
            // No page of another kind has such a path.
            Some(id) if canonical_path(id) == path => {
                let markdown = &self.flags()?.markdown;
                for row in self.rows_named(id)? {
                    let is_here = match markdown.contains(row) {
                        true => self.path_of(row)? == path,
                        false => !exceptions.path_of.contains_key(&row),
                    };
                    if is_here {
                        found.push(row);
                    }
                }
            }
            Some(id) => {
                for row in self.names()?.rows_like(id)? {
                    if self.path_of(row)? == path {
                        found.push(row);
                    }
                }
                found.dedup();
            }
            None => found.extend(self.rows_named(path)?),
        }
        Ok(found)
    }

    /// Rows of all kinds whose path or id lies in the folder of a day (packed), deleted ones
    /// included. The day in an event's heading may be another one.
    pub fn rows_placed_on(&self, day: u32) -> Result<Vec<u32>> {
        let exceptions = self.exceptions()?;
        let moved: Vec<u32> = exceptions.by_name.values().flatten().copied().collect();
        let mut rows: Vec<u32> = self
            .rows_of_day(day)?
            .filter(|row| !moved.contains(row))
            .collect();
        for (name, found) in &exceptions.by_name {
            if id_day(name) == Some(day) {
                rows.extend(found);
            }
        }
        Ok(rows)
    }
}
