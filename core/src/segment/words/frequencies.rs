//! How often a word stands in each field of a row.

use super::FIELDS;
use crate::segment::block::{ByteReader, Malformed, put_packed, put_u32, read_packed};

/// Occurrences of a word in title, summary and body of a row.
pub(crate) type Frequencies = [u32; FIELDS];

/// In the place of a title's or a summary's number: the number is that and more, and stands behind the
/// codes.
const MORE: u32 = 3;

/// Most occurrences in a body whose number fits a code.
const BODY_MAX: u32 = u32::MAX >> 4;

/// Two bits for the title, two for the summary, the rest for the body: short titles and summaries take
/// four bits.
fn code(frequencies: &Frequencies) -> u32 {
    let [title, summary, body] = *frequencies;
    title.min(MORE) | summary.min(MORE) << 2 | body.min(BODY_MAX) << 4
}

/// Appends the frequencies of a word in each of its rows.
pub(super) fn put_frequencies(out: &mut Vec<u8>, of_rows: &[Frequencies], codes: &mut Vec<u32>) {
    codes.clear();
    codes.extend(of_rows.iter().map(code));
    put_packed(out, codes);
    for frequencies in of_rows {
        for &number in &frequencies[..2] {
            if number >= MORE {
                put_u32(out, number - MORE);
            }
        }
    }
}

/// Reads what [`put_frequencies`] wrote for so many rows.
pub(super) fn read_frequencies(
    bytes: &[u8],
    rows: usize,
    codes: &mut Vec<u32>,
    out: &mut Vec<Frequencies>,
) -> Result<(), Malformed> {
    let mut reader = ByteReader::new(bytes);
    codes.clear();
    read_packed(&mut reader, rows, codes)?;
    out.reserve(rows);
    for &code in codes.iter() {
        let mut frequencies = [code & MORE, code >> 2 & MORE, code >> 4];
        for number in &mut frequencies[..2] {
            if *number == MORE {
                *number = reader.u32()?.saturating_add(MORE);
            }
        }
        out.push(frequencies);
    }
    match reader.is_empty() {
        true => Ok(()),
        false => Err("a list of frequencies is too long"),
    }
}

/// Occurrences in all fields.
pub(super) fn sum(frequencies: &Frequencies) -> u64 {
    frequencies.iter().map(|&number| u64::from(number)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn frequencies_come_back(of_rows in prop::collection::vec([0u32..9, 0u32..9, 0u32..3000], 0..300)) {
            let mut bytes = Vec::new();
            let mut codes = Vec::new();
            put_frequencies(&mut bytes, &of_rows, &mut codes);
            let mut read = Vec::new();
            read_frequencies(&bytes, of_rows.len(), &mut codes, &mut read).unwrap();
            prop_assert_eq!(&read, &of_rows);
            bytes.push(0);
            prop_assert!(read_frequencies(&bytes, of_rows.len(), &mut codes, &mut read).is_err());
        }
    }
}
