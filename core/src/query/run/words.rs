//! Which rows have the words that a value asks for, and how often in which field.
//!
//! A value is a word, the beginning of one, or several next to each other (`WordPattern`). Rows of a
//! word are a set of the segment's postings. Only where words must stand next to each other, or in one
//! field, are their frequencies and positions read.

use std::borrow::Cow;
use std::ops::Range;

use roaring::RoaringBitmap;

use super::phrase;
use super::plan::union;
use crate::analysis::{PatternPart, WordPattern};
use crate::error::{Error, Result};
use crate::query::model::{Clause, Query};
use crate::query::text::{Matcher, QueryField};
use crate::segment::{Frequencies, FrequencyList, Occurrences, Postings, WORD_FIELDS, WordIndex};
use crate::store::{SegmentView, Snapshot};

/// The fields that a condition means: title, summary, body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WordFields([bool; WORD_FIELDS]);

impl WordFields {
    /// Of a field of words.
    pub fn of(field: &QueryField) -> Self {
        let fields = [QueryField::Title, QueryField::Summary, QueryField::Body];
        Self(fields.map(|one| *field == one || *field == QueryField::Text))
    }

    /// Whether all are meant.
    pub fn all(self) -> bool {
        self.0.iter().all(|&meant| meant)
    }

    /// Whether one field is meant, by its number.
    pub fn has(self, field: usize) -> bool {
        self.0[field]
    }

    fn keep(self, frequencies: &Frequencies) -> Frequencies {
        std::array::from_fn(|field| match self.0[field] {
            true => frequencies[field],
            false => 0,
        })
    }
}

/// Rows with the frequencies of what was asked for, in ascending order.
#[derive(Default)]
pub(super) struct FoundRows {
    pub rows: Vec<u32>,
    pub frequencies: FrequencyList,
}

impl FoundRows {
    fn push(&mut self, row: u32, frequencies: Frequencies) {
        if frequencies != Frequencies::default() {
            self.rows.push(row);
            self.frequencies.push(frequencies);
        }
    }
}

/// How many events without stored words a question reads.
const UNINDEXED_MAX: u64 = 20_000;

/// Fails if a query would cut the texts of too many events: of all segments without words that have
/// events of its time.
pub(in crate::query) fn check_indexed(query: &Query, snapshot: &Snapshot) -> Result<()> {
    let mut events = 0;
    for view in snapshot
        .views
        .iter()
        .filter(|view| !view.segment.has_words())
    {
        if !view
            .segment
            .row_range(query.first_day(), query.last_day())?
            .is_empty()
        {
            events += view.live.len();
        }
    }
    match events > UNINDEXED_MAX {
        true => Err(Error::NotIndexed {
            path: snapshot.storage.path().to_owned(),
            events,
            most: UNINDEXED_MAX,
        }),
        false => Ok(()),
    }
}

fn is_whole_word(pattern: &WordPattern) -> bool {
    matches!(pattern.parts.as_slice(), [one] if !one.prefix)
}

/// The word that a pattern is, if it is a whole one and there.
pub(super) fn whole_word(index: &WordIndex, pattern: &WordPattern) -> Result<Option<u32>> {
    match pattern.parts.as_slice() {
        [one] if !one.prefix => Ok(index.postings.find(&one.term)?.next()),
        _ => Ok(None),
    }
}

/// The word that a condition asks for, if it is a whole word in any field: none if the view has it not.
pub(super) fn only_word(view: &SegmentView, clause: &Clause) -> Result<Option<Option<u32>>> {
    let [matcher] = clause.matchers.as_slice() else {
        return Ok(None);
    };
    match &matcher.pattern {
        Some(pattern) if clause.field == QueryField::Text && is_whole_word(pattern) => {
            whole_word(view.segment.words()?, pattern).map(Some)
        }
        _ => Ok(None),
    }
}

/// The rows of a view whose texts have what a matcher of a field of words asks for. Deleted rows may be
/// among them.
pub(super) fn rows_with<'v>(
    view: &'v SegmentView,
    field: &QueryField,
    matcher: &Matcher,
) -> Result<Cow<'v, RoaringBitmap>> {
    let index = view.segment.words()?;
    let fields = WordFields::of(field);
    let Some(pattern) = &matcher.pattern else {
        return Ok(Cow::Owned(rows_with_any(view, index, fields)?));
    };
    match pattern.parts.as_slice() {
        [one] if fields.all() => {
            let terms = terms_of(&index.postings, one)?;
            union(&index.postings, &[terms], view.segment.rows())
        }
        _ => {
            let found = frequencies(index, fields, pattern)?;
            let set = RoaringBitmap::from_sorted_iter(found.rows);
            set.map(Cow::Owned).map_err(|_| index.malformed_positions())
        }
    }
}

/// The live rows of a view that have any word in some fields.
fn rows_with_any(
    view: &SegmentView,
    index: &WordIndex,
    fields: WordFields,
) -> Result<RoaringBitmap> {
    let lengths = index.lengths()?;
    let has_any =
        |&row: &u32| (0..WORD_FIELDS).any(|field| fields.has(field) && lengths.of(row, field) > 0);
    Ok(view.live.iter().filter(has_any).collect())
}

/// How many words of a view's vocabulary a matcher stands for.
pub(super) fn count_terms(view: &SegmentView, matcher: &Matcher) -> Result<u32> {
    let postings = &view.segment.words()?.postings;
    let parts = matcher.pattern.iter().flat_map(|pattern| &pattern.parts);
    let counts = parts.map(|part| Ok(terms_of(postings, part)?.len() as u32));
    counts.sum()
}

pub(super) fn terms_of(postings: &Postings, part: &PatternPart) -> Result<Range<u32>> {
    match part.prefix {
        true => postings.prefix(&part.term),
        false => postings.find(&part.term),
    }
}

/// The rows that have a pattern in some fields, and how often in each.
pub(super) fn frequencies(
    index: &WordIndex,
    fields: WordFields,
    pattern: &WordPattern,
) -> Result<FoundRows> {
    let mut found = FoundRows::default();
    match pattern.parts.as_slice() {
        [one] => {
            let terms = terms_of(&index.postings, one)?;
            if terms.len() == 1 {
                return frequencies_of_word(index, fields, terms.start);
            }
            let mut read = Occurrences::default();
            let mut all: Vec<(u32, Frequencies)> = Vec::new();
            for term in terms {
                index.occurrences(term, &mut read)?;
                all.extend(read.rows.iter().copied().zip(read.frequencies.iter()));
            }
            all.sort_unstable_by_key(|&(row, _)| row);
            for same in all.chunk_by(|one, next| one.0 == next.0) {
                let mut sum = Frequencies::default();
                for (_, frequencies) in same {
                    for (sum, count) in sum.iter_mut().zip(frequencies) {
                        *sum = sum.saturating_add(*count);
                    }
                }
                found.push(same[0].0, fields.keep(&sum));
            }
        }
        parts => {
            for (row, counts) in phrase::rows(index, parts, &rows_with_all(index, parts)?)? {
                found.push(row, fields.keep(&counts));
            }
        }
    }
    Ok(found)
}

/// The rows that have a word in some fields, and how often in each.
pub(super) fn frequencies_of_word(
    index: &WordIndex,
    fields: WordFields,
    word: u32,
) -> Result<FoundRows> {
    let mut read = Occurrences::default();
    index.occurrences(word, &mut read)?;
    if fields.all() {
        return Ok(FoundRows {
            rows: read.rows,
            frequencies: read.frequencies,
        });
    }
    let mut found = FoundRows::default();
    for (&row, frequencies) in read.rows.iter().zip(read.frequencies.iter()) {
        found.push(row, fields.keep(&frequencies));
    }
    Ok(found)
}

/// The rows that have each of some parts anywhere.
fn rows_with_all(index: &WordIndex, parts: &[PatternPart]) -> Result<Vec<u32>> {
    let postings = &index.postings;
    let mut sets = Vec::with_capacity(parts.len());
    for part in parts {
        let terms = terms_of(postings, part)?;
        sets.push(union(postings, &[terms], index.row_count())?);
    }
    sets.sort_by_key(|set| set.len());
    let mut sets = sets.into_iter();
    let mut rows = sets.next().unwrap_or_default();
    for set in sets {
        rows = Cow::Owned(&*rows & &*set);
    }
    Ok(rows.iter().collect())
}
