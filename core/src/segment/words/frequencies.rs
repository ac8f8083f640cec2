//! How often a word stands in each field of a row.

use super::FIELDS;
use crate::segment::block::{ByteReader, Malformed, put_packed, put_u32, read_packed};

/// Occurrences of a word in title, summary and body of a row.
pub(crate) type Frequencies = [u32; FIELDS];

/// In the place of a title's or a summary's number: the number is that and more, and stands behind the
/// codes.
pub(crate) const MORE: u32 = 3;

/// Most occurrences in a body whose number fits a code.
const BODY_MAX: u32 = u32::MAX >> 4;

/// Frequencies of a list of rows. In memory as on disk, a number holds those of a row: two bits for the
/// title, two for the summary, the rest for the body. So short titles and summaries take four bits.
#[derive(Default)]
pub(crate) struct FrequencyList {
    codes: Vec<u32>,
    /// Title and summary of the rows of which one has [`MORE`] or more, by position.
    more: Vec<(u32, [u32; 2])>,
}

impl FrequencyList {
    pub fn clear(&mut self) {
        self.codes.clear();
        self.more.clear();
    }

    /// Occurrences in all fields of all rows.
    pub fn total(&self) -> u64 {
        self.iter().map(|one| sum(&one) as u64).sum()
    }

    pub fn push(&mut self, frequencies: Frequencies) {
        let [title, summary, _] = frequencies;
        let code = code(frequencies);
        if has_more(code) {
            self.more.push((self.codes.len() as u32, [title, summary]));
        }
        self.codes.push(code);
    }

    /// The codes, of which [`least`] says what they mean.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// Those of a row, by its position.
    #[inline]
    pub fn get(&self, at: usize) -> Frequencies {
        let code = self.codes[at];
        match has_more(code) {
            false => least(code),
            true => self.exact(at, code),
        }
    }

    #[cold]
    fn exact(&self, at: usize, code: u32) -> Frequencies {
        let mut frequencies = least(code);
        let found = self.more.binary_search_by_key(&(at as u32), |&(at, _)| at);
        if let Ok(found) = found {
            frequencies[..2].copy_from_slice(&self.more[found].1);
        }
        frequencies
    }

    /// All, in order.
    pub fn iter(&self) -> FrequencyIter<'_> {
        FrequencyIter {
            codes: self.codes.iter(),
            more: self.more.iter(),
        }
    }

    /// Appends the bytes.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        put_packed(out, &self.codes);
        for &(_, numbers) in &self.more {
            put_more(out, numbers);
        }
    }

    /// Reads what [`FrequencyList::put`] wrote for so many rows, in place of what was there.
    pub(super) fn read(&mut self, bytes: &[u8], rows: usize) -> Result<(), Malformed> {
        self.clear();
        let mut reader = ByteReader::new(bytes);
        read_packed(&mut reader, rows, &mut self.codes)?;
        for (at, &code) in (0..).zip(&self.codes) {
            if has_more(code) {
                self.more.push((at, read_more(&mut reader, code)?));
            }
        }
        match reader.is_empty() {
            true => Ok(()),
            false => Err("a list of frequencies is too long"),
        }
    }
}

/// The frequencies of a list, row by row.
pub(crate) struct FrequencyIter<'l> {
    codes: std::slice::Iter<'l, u32>,
    more: std::slice::Iter<'l, (u32, [u32; 2])>,
}

impl Iterator for FrequencyIter<'_> {
    type Item = Frequencies;

    #[inline]
    fn next(&mut self) -> Option<Frequencies> {
        let &code = self.codes.next()?;
        let mut frequencies = least(code);
        if has_more(code)
            && let Some((_, exact)) = self.more.next()
        {
            frequencies[..2].copy_from_slice(exact);
        }
        Some(frequencies)
    }
}

/// Appends the frequencies of one row.
#[inline]
pub(super) fn put_one(out: &mut Vec<u8>, frequencies: Frequencies) {
    let [title, summary, _] = frequencies;
    put_u32(out, code(frequencies));
    put_more(out, [title, summary]);
}

/// Reads what [`put_one`] wrote.
#[inline]
pub(super) fn read_one(reader: &mut ByteReader<'_>) -> Result<Frequencies, Malformed> {
    let code = reader.u32()?;
    let mut frequencies = least(code);
    if has_more(code) {
        frequencies[..2].copy_from_slice(&read_more(reader, code)?);
    }
    Ok(frequencies)
}

/// Appends the numbers of title and summary whose code says [`MORE`].
#[inline]
fn put_more(out: &mut Vec<u8>, numbers: [u32; 2]) {
    for number in numbers.into_iter().filter(|&number| number >= MORE) {
        put_u32(out, number - MORE);
    }
}

/// Title and summary of a row whose code says [`MORE`] of one of them.
#[cold]
fn read_more(reader: &mut ByteReader<'_>, code: u32) -> Result<[u32; 2], Malformed> {
    let mut numbers = [code & MORE, code >> 2 & MORE];
    for number in numbers.iter_mut().filter(|number| **number == MORE) {
        *number = reader.u32()?.saturating_add(MORE);
    }
    Ok(numbers)
}

/// The code of a row.
#[inline]
fn code([title, summary, body]: Frequencies) -> u32 {
    title.min(MORE) | summary.min(MORE) << 2 | body.min(BODY_MAX) << 4
}

/// Whether the code of a row says [`MORE`] of title or summary.
#[inline]
pub(crate) fn has_more(code: u32) -> bool {
    code & MORE == MORE || code >> 2 & MORE == MORE
}

/// The frequencies that a code says, at least.
#[inline]
pub(crate) fn least(code: u32) -> Frequencies {
    [code & MORE, code >> 2 & MORE, code >> 4]
}

/// Occurrences in all fields.
#[inline]
pub(crate) fn sum(frequencies: &Frequencies) -> usize {
    frequencies.iter().map(|&number| number as usize).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn frequencies_come_back(of_rows in prop::collection::vec([0u32..9, 0u32..9, 0u32..3000], 0..300)) {
            let mut list = FrequencyList::default();
            of_rows.iter().for_each(|&frequencies| list.push(frequencies));
            let mut bytes = Vec::new();
            list.put(&mut bytes);
            let mut read = FrequencyList::default();
            read.read(&bytes, of_rows.len()).unwrap();
            prop_assert_eq!(read.total(), list.total());
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), of_rows.clone());
            for (at, frequencies) in of_rows.iter().enumerate() {
                prop_assert_eq!(&read.get(at), frequencies);
            }
            bytes.push(0);
            prop_assert!(read.read(&bytes, of_rows.len()).is_err());
        }
    }
}
