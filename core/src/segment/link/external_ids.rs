//! External ids: those that links of a segment lead to and that no event of it has. They have row
//! numbers after the last row, in order of day and id.
//!
//! An external id has a header and backlinks as a row has. A link is therefore always a number, and
//! a title is stored once for all links. Where an archive has several segments, two of five links
//! lead out of theirs.

use crate::error::Result;
use crate::segment::block::{ByteReader, LazyBytes, Malformed};
use crate::segment::lookup::{DayList, DayRanges, Fingerprints, encode_days, fingerprint};
use crate::segment::row::id_day;

/// The day and the fingerprint of each external id: which of them may be a given id. Numbers count from 0.
pub(in crate::segment) struct ExternalIds {
    days: DayRanges,
    fingerprints: Fingerprints,
}

/// The day under which an external id is sorted, packed.
pub(in crate::segment) fn day_of(id: &str) -> u32 {
    id_day(id).unwrap_or_default()
}

/// The bytes of both parts, days and fingerprints, from (day, id) in ascending order.
pub(in crate::segment) fn encode_external_ids<'a>(
    ids: impl Iterator<Item = (u32, &'a str)> + Clone,
) -> (Vec<u8>, Vec<u8>) {
    let fingerprints = ids
        .clone()
        .flat_map(|(_, id)| fingerprint(id).to_le_bytes());
    let mut days: Vec<(u32, u32)> = Vec::new();
    for (day, _) in ids.clone() {
        match days.last_mut() {
            Some(last) if last.0 == day => last.1 += 1,
            _ => days.push((day, 1)),
        }
    }
    (encode_days(days.into_iter()), fingerprints.collect())
}

impl ExternalIds {
    /// Of a segment with a part of days, and one of fingerprints that is not read yet.
    pub fn new(days: DayRanges, fingerprints: LazyBytes) -> Self {
        let fingerprints = Fingerprints::new(fingerprints, days.count());
        Self { days, fingerprints }
    }

    /// Reads the one part of versions 3 to 8: of each id its day minus the one before, and its fingerprint.
    pub fn read_joined(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let (mut days, mut fingerprints) = (DayList::default(), Vec::new());
        while !reader.is_empty() {
            days.push(reader.u32()?, 1)?;
            fingerprints.push(u16::from_le_bytes([reader.u8()?, reader.u8()?]));
        }
        Ok(Self {
            days: days.finish(),
            fingerprints: Fingerprints::made(&fingerprints),
        })
    }

    /// How many of the first bytes of a part of days that was cut off are whole days.
    pub fn whole_bytes(bytes: &[u8]) -> usize {
        let mut reader = ByteReader::new(bytes);
        let mut whole = 0;
        while reader.u32().is_ok() && reader.u32().is_ok() {
            whole = reader.position();
        }
        whole
    }

    /// The same of the one part of versions 3 to 8.
    pub fn whole_joined_bytes(bytes: &[u8]) -> usize {
        let mut reader = ByteReader::new(bytes);
        let mut whole = 0;
        while reader.u32().is_ok() && reader.slice(2).is_ok() {
            whole = reader.position();
        }
        whole
    }

    /// The day of an external id, packed.
    pub fn day(&self, number: u32) -> Option<u32> {
        self.days.day_of(number)
    }

    /// Number of ids.
    pub fn len(&self) -> u32 {
        self.days.count()
    }

    /// The numbers of those that may be this id.
    pub fn like(&self, id: &str) -> Result<Vec<u32>> {
        let within = self.days.numbers_of(day_of(id));
        self.fingerprints.like(id, within)
    }

    /// Both parts of today, of a segment that has the joined one.
    pub fn encode(&self) -> Result<(Vec<u8>, Vec<u8>)> {
        let days = self.days.list().windows(2);
        let days = days.map(|pair| (pair[0].0, pair[1].1 - pair[0].1));
        Ok((encode_days(days), self.fingerprints.all()?))
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.days.size() + self.fingerprints.size()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::page::Edition;
    use crate::page::guess_slug;
    use crate::segment::block::put_u32;
    use crate::segment::row::{compare_name, encode_external, external_title, read_header};

    fn named() -> impl Strategy<Value = (String, Option<String>)> {
        let day = (1000u32..=9999, 1u32..=12, 1u32..=28);
        let title = "[a-cA-C 2.,—é甲乙（]{0,90}";
        (day, any::<bool>(), title, "[a-c2甲-]{0,4}", 0..6u8).prop_map(
            |((year, month, day), opinion, title, other, way)| {
                let slug = match way {
                    0 => guess_slug(&title, Edition::En),
                    1 => guess_slug(&title, Edition::Zh),
                    2 => guess_slug(&title, Edition::En) + &other,
                    3 => "2/".to_owned() + &guess_slug(&title, Edition::En),
                    _ => other,
                };
                let folder = if opinion { "opinion/" } else { "" };
                let zero = if way == 5 { "0" } else { "" };
                let id = format!("{folder}{year:04}/{month:02}/{zero}{day}/{slug}");
                (id, (way != 4 || year % 2 == 0).then_some(title))
            },
        )
    }

    proptest! {
        #[test]
        fn ids_and_titles_come_back_and_are_found(
            mut ids in prop::collection::btree_map("[a-c]{0,2}", named(), 1..12),
        ) {
            ids.insert(String::new(), ("no place".to_owned(), Some("A".to_owned())));
            let mut ids: Vec<_> = ids.into_values().map(|(id, title)| (day_of(&id), id, title)).collect();
            ids.sort();
            ids.dedup_by(|a, b| a.1 == b.1);
            let of_ids = ids.iter().map(|(day, id, _)| (*day, id.as_str()));
            let parts = encode_external_ids(of_ids.clone());
            let days = DayRanges::read(&parts.0).unwrap();
            let external = ExternalIds::new(days, LazyBytes::Made(parts.1.clone()));
            prop_assert_eq!(external.day(ids.len() as u32), None);
            let (mut joined, mut last) = (Vec::new(), 0);
            for (day, id) in of_ids {
                put_u32(&mut joined, day - last);
                joined.extend(fingerprint(id).to_le_bytes());
                last = day;
            }
            let joined = ExternalIds::read_joined(&joined).unwrap();
            prop_assert_eq!(joined.encode().unwrap(), parts);
            for (i, (day, id, title)) in (0u32..).zip(&ids) {
                prop_assert_eq!(external.day(i), Some(*day));
                prop_assert!(external.like(id).unwrap().contains(&i));
                let header = encode_external(id, title.as_deref(), *day);
                let mut name = String::new();
                let (_, _, read) = read_header(&header, *day, &mut name).unwrap();
                prop_assert_eq!(&name, id);
                let kept = external_title(id, title.as_deref(), *day).unwrap_or_default();
                prop_assert_eq!(read, kept);
                for (_, other, _) in &ids {
                    prop_assert_eq!(compare_name(&header, *day, other).unwrap(), id.cmp(other));
                }
            }
        }
    }
}
