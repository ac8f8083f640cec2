//! The ids that links of a segment lead to and that no event of it has: numbered behind the rows, in order of day and id.
//!
//! Such an id has a head, as a row has, and those who link to it are listed as those of a row are. So its title is kept
//! once for all links, and a link is a number wherever it leads: of an archive in several segments two links in five lead
//! out of theirs.

use crate::segment::block::varint::{Malformed, Reader, put_u32};
use crate::segment::lookup::fingerprints::{Fingerprints, fingerprint};
use crate::segment::row::header::id_day;

/// The day of each id, 0 for one that has none, and its fingerprint: which of them an id may be. Six bytes each.
pub(in crate::segment) struct Outside {
    days: Vec<u32>,
    marks: Fingerprints,
}

/// The day under which an id stands, packed.
pub(in crate::segment) fn day_of(id: &str) -> u32 {
    id_day(id).unwrap_or_default()
}

/// Writes the part. Days ascend.
pub(in crate::segment) fn write<'a>(ids: impl Iterator<Item = (u32, &'a str)>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut previous = 0;
    for (day, id) in ids {
        put_u32(&mut out, day - previous);
        out.extend_from_slice(&fingerprint(id).to_le_bytes());
        previous = day;
    }
    out
}

impl Outside {
    /// Reads what [`write`] wrote.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let (mut days, mut marks, mut day) = (Vec::new(), Vec::new(), 0u32);
        while !reader.is_empty() {
            day = day.checked_add(reader.u32()?).ok_or("a day is too large")?;
            days.push(day);
            marks.push(u16::from_le_bytes([reader.u8()?, reader.u8()?]));
        }
        Ok(Self {
            days,
            marks: Fingerprints::new(marks),
        })
    }

    /// The day of the id of a number, counted from 0.
    pub fn day(&self, number: u32) -> Option<u32> {
        self.days.get(number as usize).copied()
    }

    /// The numbers of those that may be an id.
    pub fn like(&self, id: &str) -> impl Iterator<Item = u32> + '_ {
        let day = day_of(id);
        let first = self.days.partition_point(|&other| other < day);
        let end = first + self.days[first..].partition_point(|&other| other == day);
        self.marks.rows_like(id, first as u32..end as u32)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.days.len() * 4 + self.marks.size()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::page::Edition;
    use crate::page::guess_slug;
    use crate::segment::row::header::{self as head, compare_name};

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
            let part = write(ids.iter().map(|(day, id, _)| (*day, id.as_str())));
            let outside = Outside::read(&part).unwrap();
            prop_assert_eq!(outside.day(ids.len() as u32), None);
            for (i, (day, id, title)) in (0u32..).zip(&ids) {
                prop_assert_eq!(outside.day(i), Some(*day));
                prop_assert!(outside.like(id).any(|number| number == i));
                let head = head::encode_outside(id, title.as_deref(), *day);
                let read = head::decode(&head, *day).unwrap();
                prop_assert_eq!(&read.name, id);
                let kept = head::outside_title(id, title.as_deref(), *day).unwrap_or_default();
                prop_assert_eq!(read.title, kept);
                for (_, other, _) in &ids {
                    prop_assert_eq!(compare_name(&head, *day, other).unwrap(), id.cmp(other));
                }
            }
        }
    }
}
