//! How many words each field of each row has, in a part of its own.
//!
//! For each field a byte with the width of its numbers (0, 1, 2 or 4 bytes; 0 where no row has a word
//! in it), then the numbers of all rows, little-endian.

use super::{FIELDS, Frequencies};
use crate::segment::block::Malformed;

/// The numbers of one field.
enum Numbers {
    None,
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// Number of words in each field of each row.
pub(crate) struct FieldLengths([Numbers; FIELDS]);

impl FieldLengths {
    /// Reads the part of a segment of some rows.
    pub(super) fn read(bytes: &[u8], rows: u32) -> Result<Self, Malformed> {
        let mut rest = bytes;
        let mut read = || -> Result<Numbers, Malformed> {
            let (&width, behind) = rest.split_first().ok_or("the lengths end too early")?;
            let size = usize::from(width) * rows as usize;
            let numbers = behind.get(..size).ok_or("the lengths end too early")?;
            rest = &behind[size..];
            Ok(match width {
                0 => Numbers::None,
                1 => Numbers::One(numbers.to_vec()),
                2 => {
                    let (pairs, _) = numbers.as_chunks::<2>();
                    Numbers::Two(pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect())
                }
                4 => {
                    let (fours, _) = numbers.as_chunks::<4>();
                    Numbers::Four(fours.iter().map(|four| u32::from_le_bytes(*four)).collect())
                }
                _ => return Err("lengths have another width than 0, 1, 2 or 4"),
            })
        };
        let fields = [read()?, read()?, read()?];
        match rest.is_empty() {
            true => Ok(Self(fields)),
            false => Err("the lengths are too long"),
        }
    }

    /// The length of one field of a row, 0 of a row that is not there.
    #[inline]
    pub fn of(&self, row: u32, field: usize) -> u32 {
        let at = row as usize;
        match &self.0[field] {
            Numbers::None => 0,
            Numbers::One(numbers) => numbers.get(at).map_or(0, |&number| number.into()),
            Numbers::Two(numbers) => numbers.get(at).map_or(0, |&number| number.into()),
            Numbers::Four(numbers) => numbers.get(at).copied().unwrap_or_default(),
        }
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        let sizes = self.0.iter().map(|numbers| match numbers {
            Numbers::None => 0,
            Numbers::One(numbers) => numbers.len(),
            Numbers::Two(numbers) => numbers.len() * 2,
            Numbers::Four(numbers) => numbers.len() * 4,
        });
        sizes.sum()
    }
}

/// The bytes of the part, from the lengths of each row.
pub(super) fn encode(of_rows: &[Frequencies]) -> Vec<u8> {
    let mut out = Vec::new();
    for field in 0..FIELDS {
        let numbers = of_rows.iter().map(|lengths| lengths[field]);
        match numbers.clone().max().unwrap_or_default() {
            0 => out.push(0),
            1..=0xff => {
                out.push(1);
                out.extend(numbers.map(|number| number as u8));
            }
            0x100..=0xffff => {
                out.push(2);
                out.extend(numbers.flat_map(|number| (number as u16).to_le_bytes()));
            }
            _ => {
                out.push(4);
                out.extend(numbers.flat_map(u32::to_le_bytes));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lengths_come_back(of_rows in prop::collection::vec([0u32..300, 0u32..70_000, 0u32..2], 0..50)) {
            let bytes = encode(&of_rows);
            let read = FieldLengths::read(&bytes, of_rows.len() as u32).unwrap();
            for (row, lengths) in (0..).zip(&of_rows) {
                for (field, &length) in lengths.iter().enumerate() {
                    prop_assert_eq!(read.of(row, field), length);
                }
            }
            prop_assert!(FieldLengths::read(&bytes[..bytes.len() - 1], of_rows.len() as u32).is_err());
            let longer = [&bytes[..], &[0]].concat();
            prop_assert!(FieldLengths::read(&longer, of_rows.len() as u32).is_err());
        }
    }
}
