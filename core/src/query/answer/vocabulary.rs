//! The words of events, and how many events have each.
//!
//! A vocabulary has hundreds of thousands of words, and most of them stand in a handful of events. So each
//! list of rows is decoded and dropped again: neither sets of rows nor the whole dictionary are kept.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::facets::{Count, Facet, Facets, most_frequent};
use crate::analysis::WordPattern;
use crate::error::Result;
use crate::query::run::RowSets;
use crate::segment::Postings;
use crate::store::{SegmentView, Snapshot};

/// What the words begin with that a text is the beginning of: of no word at all `None`.
///
/// The text is folded as words are. One that consists of several words begins none.
pub(super) fn beginning(prefix: &str) -> Option<String> {
    let parts = WordPattern::new(prefix, true).parts;
    match <[_; 1]>::try_from(parts) {
        Ok([part]) => Some(part.term),
        Err(_) => prefix.trim().is_empty().then(String::new),
    }
}

/// Counts the words that begin with a term among some rows.
pub(super) fn count_words(
    snapshot: &Snapshot,
    rows: &RowSets,
    beginning: Option<&str>,
    top: Option<usize>,
) -> Result<Facets> {
    let mut by_view: Vec<(&Postings, Vec<(u32, u64)>)> = Vec::new();
    if let Some(beginning) = beginning {
        for (view, rows) in snapshot.views.iter().zip(rows.iter()) {
            if !rows.is_empty() {
                let words = &view.segment.words()?.postings;
                by_view.push((words, counts(view, words, rows, beginning)?));
            }
        }
    }
    let (counts, distinct) = match by_view.as_slice() {
        // Words are numbered in their order, so only those that are given become text.
        [(words, found)] => {
            let best = most_frequent(found.iter().copied(), top).into_iter();
            let best = best.map(|(word, count)| Ok((words.spelling(word)?, count)));
            (best.collect::<Result<Vec<_>>>()?, found.len())
        }
        several => {
            let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
            for (words, found) in several {
                for &(word, count) in found {
                    *sums.entry(words.spelling(word)?).or_default() += count;
                }
            }
            let distinct = sums.len();
            (most_frequent(sums.into_iter(), top), distinct)
        }
    };
    let counts = counts.into_iter().map(|(word, count)| Count {
        value: word.to_owned(),
        count,
    });
    Ok(Facets {
        by: Facet::Word,
        counts: counts.collect(),
        distinct,
    })
}

/// The words of a view that begin with a term and that some of the rows have, with how many.
fn counts(
    view: &SegmentView,
    words: &Postings,
    rows: &RoaringBitmap,
    beginning: &str,
) -> Result<Vec<(u32, u64)>> {
    let range = match beginning {
        "" => 0..words.len(),
        _ => words.prefix(beginning)?,
    };
    let is_all = rows.len() == view.segment.flags()?.events.len();
    // A bit for each row: a set takes several steps to look one up.
    let mut bits = vec![0u64; (view.segment.rows() as usize).div_ceil(64)];
    for row in rows {
        bits[row as usize / 64] |= 1 << (row % 64);
    }
    let mut found = Vec::new();
    words.each_list(range, |word, list| {
        let is_in = |&&row: &&u32| bits[row as usize / 64] >> (row % 64) & 1 == 1;
        let count = match is_all {
            true => list.len(),
            false => list.iter().filter(is_in).count(),
        };
        if count > 0 {
            found.push((word, count as u64));
        }
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_beginning_is_folded_as_words_are() {
        for (prefix, expected) in [
            ("", Some("")),
            (" ", Some("")),
            ("FLO", Some("flo")),
            ("ﬁ", Some("fi")),
            ("STRAẞ", Some("strass")),
            ("fl-", Some("fl")),
            ("c++", Some("c++")),
            ("洪", Some("洪")),
            ("洪水", Some("洪水")),
            ("洪水泛", None),
            ("dam br", None),
            ("...", None),
        ] {
            assert_eq!(beginning(prefix).as_deref(), expected, "{prefix:?}");
        }
    }
}
