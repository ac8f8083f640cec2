//! Any bytes as the parts of words: reading ends, nothing panics, and what is read keeps its promises. For
//! fuzzing, and for tests with random bytes.

use std::sync::Arc;

use super::frequencies::{FrequencyList, sum};
use super::index::Occurrences;
use super::lengths::FieldLengths;
use crate::error::Result;
use crate::segment::block::{ByteReader, PartBytes, read_packed, read_rows};
use crate::segment::term::{Postings, TermBlocks};

/// Reads bytes by the decoder that the first one chooses; the second one says how many rows there are.
///
/// # Panics
///
/// Where a decoder breaks a promise.
pub(crate) fn read_damaged_words(bytes: &[u8]) {
    let [decoder, rows, bytes @ ..] = bytes else {
        return;
    };
    let limit = u32::from(*rows) * 5;
    let mut numbers = Vec::new();
    match decoder % 7 {
        0 => {
            if read_rows(bytes, limit, &mut numbers).is_ok() {
                assert!(numbers.is_sorted_by(|a, b| a < b), "rows ascend");
                assert!(
                    numbers.last().is_none_or(|&last| last < limit),
                    "a row is one"
                );
            }
            assert!(
                numbers.capacity() <= room(limit as usize),
                "no more rows than there are"
            );
        }
        1 => {
            let mut reader = ByteReader::new(bytes);
            if read_packed(&mut reader, limit as usize, &mut numbers).is_ok() {
                assert_eq!(numbers.len(), limit as usize);
                assert!(reader.position() <= bytes.len());
            }
            assert!(
                numbers.capacity() <= room(limit as usize),
                "as many as asked for"
            );
        }
        2 => {
            if let Ok(lengths) = FieldLengths::read(bytes, limit) {
                assert!(lengths.size() <= bytes.len(), "as large as what was read");
                (0..limit + 2).for_each(|row| {
                    (0..super::FIELDS).for_each(|field| _ = lengths.of(row, field))
                });
            }
        }
        3 => {
            let mut of_rows = FrequencyList::default();
            if of_rows.read(bytes, limit as usize).is_ok() {
                assert_eq!(of_rows.codes().len(), limit as usize);
                for (at, frequencies) in of_rows.iter().enumerate() {
                    assert_eq!(of_rows.get(at), frequencies, "by position and in turn");
                }
            }
        }
        4 => {
            let [rows, frequencies, positions] = split(bytes);
            let mut read = Occurrences::default();
            if read.read(rows, frequencies, limit).is_ok() {
                assert_eq!(read.rows.len(), read.frequencies.codes().len());
                let walks = [read.distances(positions), read.distances(positions)];
                let [Ok(mut taken), Ok(mut skipped)] = walks else {
                    return;
                };
                for (row, frequencies) in read.rows.iter().zip(read.frequencies.iter()) {
                    let count = sum(&frequencies);
                    let is_there = match taken.take(count) {
                        Ok(distances) => distances.len() == count,
                        Err(_) => false,
                    };
                    // A width that cannot be is seen only by who reads the numbers.
                    assert!(skipped.skip(count).is_ok() || !is_there, "row {row}");
                    if !is_there {
                        break;
                    }
                }
            }
        }
        // The first bytes are an index, with the number of parts that terms have bytes in, and of one field.
        5 => {
            let [index, blocks, lists] = split(bytes);
            let index = [&[1, 1, 3], index].concat();
            read_terms(&index, blocks, lists, limit);
        }
        _ => {
            let [index, blocks, lists] = split(bytes);
            read_terms(index, blocks, lists, limit);
        }
    }
}

/// Capacity that a list of so many may have: it doubles.
fn room(count: usize) -> usize {
    2 * count + 256
}

/// Three pieces; the first two begin with their lengths.
fn split(bytes: &[u8]) -> [&[u8]; 3] {
    let cut = |bytes: &'_ [u8]| -> (usize, usize) {
        let length = bytes.first().map_or(0, |&length| usize::from(length));
        let start = bytes.len().min(1);
        (start, (start + length).min(bytes.len()))
    };
    let (start, end) = cut(bytes);
    let (first, rest) = (&bytes[start..end], &bytes[end..]);
    let (start, end) = cut(rest);
    [first, &rest[start..end], &rest[end..]]
}

/// Asks a dictionary and its lists everything. What cannot be is an error.
fn read_terms(index: &[u8], blocks: &[u8], lists: &[u8], rows: u32) {
    let made = |bytes: &[u8]| PartBytes::Made(Arc::new(bytes.to_vec()));
    let Ok(fields) = TermBlocks::read(&made(blocks), index) else {
        return;
    };
    for (_, terms) in fields {
        // The bytes of a part that terms have bytes in, and one that they have none in.
        let streams = terms.streams();
        let postings = Postings::new(terms, made(lists), rows);
        let asked = |text: &str| -> Result<()> {
            for found in [postings.find(text)?, postings.prefix(text)?] {
                assert!(
                    found.start <= found.end && found.end <= postings.len(),
                    "a range of terms"
                );
            }
            Ok(())
        };
        for text in ["", "a", "m", "\u{6d2a}", "\u{10ffff}"] {
            let _ = asked(text);
        }
        let all = postings.len();
        for term in (0..all).take(200).chain(all.checked_sub(1)) {
            if let Ok(spelling) = postings.spelling(term) {
                let _ = asked(spelling);
            }
            if streams > 0 {
                let _ = postings.rows(term);
                for stream in 0..streams {
                    if let Ok(range) = postings.bytes_of(term, stream) {
                        assert!(range.start <= range.end, "bytes of a term");
                    }
                }
            }
        }
        if streams > 0 {
            let _ = postings.each_list(0..all, |term, list| {
                assert!(term < all && list.is_sorted_by(|a, b| a < b), "rows ascend");
            });
        }
        let _ = postings.whole();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::fold;
    use crate::segment::words::WordParts;
    use crate::segment::words::{Frequencies, Inverter, WordRun, merge};
    use crate::stop::Stop;

    /// The index and the parts of runs.
    fn merged(runs: &[WordRun], lengths: Vec<Frequencies>) -> (Vec<u8>, WordParts<Vec<u8>>) {
        let mut made = WordParts::new(|_| Vec::new());
        let index = merge(runs, &[], lengths, &Stop::default(), &mut |part, bytes| {
            made.push(part, bytes)
        });
        (index.unwrap(), made)
    }

    /// The parts of real words, behind each other as the decoders above take them.
    fn stored(texts: &[String]) -> Vec<Vec<u8>> {
        let mut inverter = Inverter::new();
        for (row, text) in (0..).zip(texts) {
            inverter.push(row, [text, "a b a", ""]);
        }
        let (runs, lengths) = inverter.finish();
        let lengths: Vec<_> = lengths.into_iter().map(|(_, of_row)| of_row).collect();
        let (index, made) = merged(&runs, lengths);
        let [dictionary, rows, frequencies, positions, lengths] = made.into_array();
        let joined = |first: &[u8], second: &[u8], third: &[u8]| {
            let cut = |bytes: &[u8]| bytes[..bytes.len().min(255)].to_vec();
            let (first, second) = (cut(first), cut(second));
            let (one, two) = (vec![first.len() as u8], vec![second.len() as u8]);
            [one, first, two, second, third.to_vec()].concat()
        };
        let whole = joined(&index, &dictionary, &rows);
        let of_word = joined(&rows, &frequencies, &positions);
        let decoders = [
            rows.clone(),
            rows,
            lengths,
            frequencies,
            of_word,
            whole.clone(),
            whole,
        ];
        let with_head = (0u8..)
            .zip(decoders)
            .map(|(decoder, bytes)| [vec![decoder, 9], bytes].concat());
        with_head.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn random_bytes_are_refused_or_keep_the_promises(bytes in prop::collection::vec(any::<u8>(), 0..300), decoder in 0u8..7) {
            read_damaged_words(&[&[decoder], &bytes[..]].concat());
        }

        #[test]
        fn damaged_words_are_refused_or_keep_the_promises(
            texts in prop::collection::vec("([a-d]{1,3} ){0,9}", 0..20),
            decoder in 0usize..7,
            changes in prop::collection::vec((any::<u16>(), any::<u8>()), 0..4),
            end in any::<u16>(),
        ) {
            let mut bytes = stored(&texts).swap_remove(decoder);
            for (at, byte) in changes {
                let at = 1 + usize::from(at) % (bytes.len() - 1);
                bytes[at] = byte;
            }
            if end < 20_000 {
                bytes.truncate(usize::from(end) % bytes.len());
            }
            read_damaged_words(&bytes);
        }

        #[test]
        fn every_word_is_its_own_folded_form(text in "\\PC{0,40}") {
            // The dictionary is searched by folded forms and written in the order of the words.
            crate::analysis::Analyzer::default().tokens(&text, |term, _| assert_eq!(fold(term), term, "{text:?}"));
        }
    }

    /// The same of every character, alone, behind a letter and between ideographs.
    #[test]
    fn every_character_makes_words_that_are_their_own_folded_forms() {
        let mut analyzer = crate::analysis::Analyzer::default();
        for c in '\0'..=char::MAX {
            analyzer.tokens(&format!("{c} a{c}b 洪{c}水"), |term, _| {
                assert!(term.is_ascii() || fold(term) == term, "{c:?} {term:?}");
            });
        }
    }

    /// A block whose terms have more bytes than the index says would give bytes of another term, or of none.
    #[test]
    fn a_block_that_differs_from_its_index_is_refused() {
        let texts: Vec<String> = (0..200).map(|number| format!("w{number}")).collect();
        let mut inverter = Inverter::new();
        for (row, text) in (0..).zip(&texts) {
            inverter.push(row, [text, "", ""]);
        }
        let (runs, _) = inverter.finish();
        let (index, made) = merged(&runs, vec![[1, 0, 0]; 200]);
        let [mut dictionary, rows, ..] = made.into_array();
        // The length of the first word's rows: behind the shared bytes, and its two letters and their length.
        assert_eq!(dictionary[..5], [0, 2, b'w', b'0', 2]);
        dictionary[4] = 120;
        let made = |bytes: Vec<u8>| PartBytes::Made(Arc::new(bytes));
        let mut fields = TermBlocks::read(&made(dictionary), &index).unwrap();
        let postings = Postings::new(fields.remove(0).1, made(rows), 200);
        assert!(postings.bytes_of(3, 0).is_err());
        assert!(postings.each_list(0..200, |_, _| ()).is_err());
        assert!(postings.whole().is_err());
        assert!(
            postings.spelling(150).is_ok(),
            "the other blocks can be read"
        );
    }

    /// The length of the block is four billion.
    #[test]
    fn a_block_that_ends_behind_its_part_is_refused() {
        let index = [1, 1, 3, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1, b'a'];
        let made = PartBytes::Made(Arc::new(vec![0; 10]));
        let mut fields = TermBlocks::read(&made, &index).unwrap();
        assert!(fields.remove(0).1.spelling(0).is_err());
    }
}
