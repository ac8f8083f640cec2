//! External ids: those that links of a segment lead to and that no event of it has. They have row
//! numbers after the last row, in order of day and id.
//!
//! An external id has a header and backlinks as a row has. A link is therefore always a number, and
//! a title is stored once for all links. Where an archive has several segments, two of five links
//! lead out of theirs.

use crate::event::Date;
use crate::segment::block::{ByteReader, Malformed, put_u32};
use crate::segment::lookup::{Fingerprints, fingerprint};
use crate::segment::row::id_day;

/// The day and the fingerprint of each external id: which of them may be a given id. 6 bytes each.
pub(in crate::segment) struct ExternalIds {
    /// Packed; 0 for an id without a day.
    days: Vec<u32>,
    fingerprints: Fingerprints,
}

/// The day under which an external id is sorted, packed.
pub(in crate::segment) fn day_of(id: &str) -> u32 {
    id_day(id).unwrap_or_default()
}

/// The bytes of the part, from (day, id) in ascending order.
pub(in crate::segment) fn encode_external_ids<'a>(
    ids: impl Iterator<Item = (u32, &'a str)>,
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut previous = 0;
    for (day, id) in ids {
        put_u32(&mut out, day - previous);
        out.extend_from_slice(&fingerprint(id).to_le_bytes());
        previous = day;
    }
    out
}

impl ExternalIds {
    /// Reads what [`encode_external_ids`] wrote.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let (mut days, mut fingerprints, mut day) = (Vec::new(), Vec::new(), 0u32);
        while !reader.is_empty() {
            let difference = reader.u32()?;
            day = day.checked_add(difference).ok_or("a day is too large")?;
            if difference != 0 && Date::from_packed(day).is_none() {
                return Err("a day is not in the calendar");
            }
            days.push(day);
            fingerprints.push(u16::from_le_bytes([reader.u8()?, reader.u8()?]));
        }
        Ok(Self {
            days,
            fingerprints: Fingerprints::new(fingerprints),
        })
    }

    /// How many of the first bytes of a part that was cut off are whole ids.
    pub fn whole_bytes(bytes: &[u8]) -> usize {
        let mut reader = ByteReader::new(bytes);
        let mut whole = 0;
        while reader.u32().is_ok() && reader.slice(2).is_ok() {
            whole = reader.position();
        }
        whole
    }

    /// The day of an external id, packed. The first one has number 0.
    pub fn day(&self, number: u32) -> Option<u32> {
        self.days.get(number as usize).copied()
    }

    /// Number of ids.
    pub fn len(&self) -> u32 {
        self.days.len() as u32
    }

    /// The numbers of those that may be this id.
    pub fn like(&self, id: &str) -> impl Iterator<Item = u32> + '_ {
        let day = day_of(id);
        let first = self.days.partition_point(|&other| other < day);
        let end = first + self.days[first..].partition_point(|&other| other == day);
        self.fingerprints.rows_like(id, first as u32..end as u32)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.days.len() * 4 + self.fingerprints.size()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::page::Edition;
    use crate::page::guess_slug;
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
            let part = encode_external_ids(ids.iter().map(|(day, id, _)| (*day, id.as_str())));
            let external = ExternalIds::read(&part).unwrap();
            prop_assert_eq!(external.day(ids.len() as u32), None);
            for (i, (day, id, title)) in (0u32..).zip(&ids) {
                prop_assert_eq!(external.day(i), Some(*day));
                prop_assert!(external.like(id).any(|number| number == i));
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
