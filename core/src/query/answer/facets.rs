//! The values of a field, and how many of the matching events have each.

use std::collections::BTreeMap;
use std::ops::{Deref, Range};

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::event::{ParseError, closest, words};
use crate::query::run::{RowSets, union};
use crate::segment::{Postings, TermField};
use crate::store::{SegmentView, Snapshot};

/// An answer with at most this many rows for each term of the dictionary is counted row by row, a
/// larger one term by term. A row costs about four small steps, a term one intersection.
const ROWS_PER_TERM: u64 = 4;

/// A field whose values can be counted.
///
/// The name of a column is read as its field too: `tag` and `tags`, `category` and `categories`,
/// `author` and `authors`, `source` and `sources`, `domain` and `domains`.
///
/// # Examples
///
/// ```
/// use eventstore::Facet;
/// assert_eq!("domains".parse::<Facet>()?, Facet::Domain);
/// assert_eq!("sorce".parse::<Facet>().unwrap_err().hint.unwrap(), "did you mean source?");
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Facet {
    /// Tags. Its word is `tag`.
    Tag,
    /// Categories. Its word is `category`.
    Category,
    /// Authors of opinions. Its word is `author`. The first use reads every opinion of the store
    /// once, some 10 µs for each.
    Author,
    /// Publishers by name. Its word is `source`.
    Source,
    /// Publishers by host. Its word is `domain`.
    Domain,
}

words!(Facet, unknown_facet;
    Tag = "tag" | "tags",
    Category = "category" | "categories",
    Author = "author" | "authors",
    Source = "source" | "sources",
    Domain = "domain" | "domains",
);

fn unknown_facet(word: &str, words: &[&'static str]) -> ParseError {
    let hint = match closest(word, words.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => "by tag, category, author, source or domain".to_owned(),
    };
    let message = format!("{word:?} is no field that can be counted");
    ParseError::new(word, 0, message, Some(hint))
}

impl Facet {
    fn field(self) -> TermField {
        match self {
            Self::Tag => TermField::Tag,
            Self::Category => TermField::Category,
            Self::Author => TermField::Author,
            Self::Source => TermField::Source,
            Self::Domain => TermField::Domain,
        }
    }
}

/// A value, and the number of matching events that have it.
///
/// # Examples
///
/// ```
#[doc = include_str!("../example_store.txt")]
/// let tags = store.tags("sea", None)?;
/// let Some(tag) = tags.first() else { panic!("no tag") };
/// assert_eq!((tag.value.as_str(), tag.count), ("Sea", 2));
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Count {
    /// The spelling that most events of the store have, of those that differ in case alone.
    pub value: String,
    /// The number of matching events that have the value, in any spelling.
    pub count: u64,
}

/// The most frequent values of a field. It derefs to a slice of [`Count`]s.
///
/// The highest count comes first; values of the same count are in the order of their folded form.
///
/// Counting reads no event: some 0.2 ms for the tags of 10,000 matching events among 100,000, and
/// once for each field more, to build what it counts with. The value holds the counts that were
/// asked for, with their texts, and nothing of the store.
///
/// # Examples
///
/// ```
#[doc = include_str!("../example_store.txt")]
/// let tags = store.query("")?.facets(eventstore::Facet::Tag, None)?;
/// let found: Vec<_> = tags.iter().map(|tag| (tag.value.as_str(), tag.count)).collect();
/// assert_eq!(found, [("Sea", 2), ("Land", 1)]);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facets {
    /// The field that was counted.
    pub by: Facet,
    /// The values that were asked for.
    pub counts: Vec<Count>,
    /// The number of different values, whether or not they were asked for.
    pub distinct: usize,
}

impl Deref for Facets {
    type Target = [Count];

    fn deref(&self) -> &[Count] {
        &self.counts
    }
}

impl IntoIterator for Facets {
    type Item = Count;
    type IntoIter = std::vec::IntoIter<Count>;

    fn into_iter(self) -> Self::IntoIter {
        self.counts.into_iter()
    }
}

/// Counts the values whose folded form begins with `prefix` (folded) among some rows.
pub(in crate::query) fn count_values(
    snapshot: &Snapshot,
    rows: &RowSets,
    by: Facet,
    prefix: &str,
    top: Option<usize>,
) -> Result<Facets> {
    if top == Some(0) {
        return Err(Error::InvalidArgument {
            what: "top",
            message: "top must be 1 or more, or None for all, not 0".to_owned(),
        });
    }
    let field = by.field();
    let mut by_view: Vec<(&Postings, Vec<(u32, u64)>)> = Vec::new();
    for (view, rows) in snapshot.views.iter().zip(rows.iter()) {
        if rows.is_empty() {
            continue;
        }
        let terms = view.segment.postings(field)?;
        let wanted = if prefix.is_empty() {
            0..terms.len()
        } else {
            terms.prefix(prefix)
        };
        let span = u64::from(wanted.end - wanted.start);
        let found = if rows.len() <= ROWS_PER_TERM * span {
            count_by_row(view, field, rows, wanted)?
        } else {
            count_by_term(terms, view.segment.rows(), rows, wanted)
        };
        by_view.push((terms, found));
    }
    let distinct;
    let counts: Vec<(&str, u64)> = match by_view.as_slice() {
        // One segment alone, as after a first load. Its terms are numbered in the order of their
        // folded forms, so numbers can be compared and only the terms that are given become text.
        // All of 20,000 terms as text took 0.5 ms.
        [(terms, found)] => {
            distinct = found.len();
            let counts = most_frequent(found.iter().copied(), top).into_iter();
            counts
                .map(|(term, count)| (terms.folded(term), count))
                .collect()
        }
        several => {
            let mut sums: FxHashMap<&str, u64> = FxHashMap::default();
            for (terms, found) in several {
                for &(term, count) in found {
                    *sums.entry(terms.folded(term)).or_default() += count;
                }
            }
            distinct = sums.len();
            most_frequent(sums.into_iter(), top)
        }
    };
    let counts = counts
        .into_iter()
        .map(|(folded, count)| {
            Ok(Count {
                value: common_spelling(snapshot, field, folded)?,
                count,
            })
        })
        .collect::<Result<_>>()?;
    Ok(Facets {
        by,
        counts,
        distinct,
    })
}

/// The highest counts first, and of equal counts the lowest value: `top` of them, or all.
fn most_frequent<T: Ord + Copy>(
    counts: impl Iterator<Item = (T, u64)>,
    top: Option<usize>,
) -> Vec<(T, u64)> {
    let order = |a: &(T, u64), b: &(T, u64)| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0));
    let top = top.unwrap_or(usize::MAX);
    let mut best: Vec<(T, u64)> = Vec::new();
    let mut least = 0;
    for found in counts {
        // Most counts are lower than the last of the best ones.
        if found.1 < least {
            continue;
        }
        best.push(found);
        if best.len() >= top.saturating_mul(2) {
            best.select_nth_unstable_by(top - 1, order);
            best.truncate(top);
            least = best[top - 1].1;
        }
    }
    best.sort_unstable_by(order);
    best.truncate(top);
    best
}

/// Counts row by row. A row that has two spellings of one value counts once.
///
/// Each value comes once, as the number of its first spelling.
pub(in crate::query) fn count_by_row(
    view: &SegmentView,
    field: TermField,
    rows: &RoaringBitmap,
    wanted: Range<u32>,
) -> Result<Vec<(u32, u64)>> {
    let terms = view.segment.postings(field)?;
    let counts = view.segment.uninverted(field)?.count(rows);
    let counts = &counts[wanted.start as usize..wanted.end as usize];
    let mut found: Vec<(u32, u64)> = Vec::new();
    for (term, count) in wanted.zip(counts.iter().copied()) {
        if count == 0 {
            continue;
        }
        match found.last_mut() {
            Some((first, sum)) if terms.same_form(*first, term) => *sum += u64::from(count),
            _ => found.push((terms.first_of_form(term), u64::from(count))),
        }
    }
    Ok(found)
}

/// Counts term by term, the spellings of one folded form together.
pub(in crate::query) fn count_by_term(
    terms: &Postings,
    all_rows: u32,
    rows: &RoaringBitmap,
    wanted: Range<u32>,
) -> Vec<(u32, u64)> {
    let mut found = Vec::new();
    let mut term = wanted.start;
    while term < wanted.end {
        let mut end = term + 1;
        while end < wanted.end && terms.same_form(end, term) {
            end += 1;
        }
        let count = match end - term {
            1 => terms.rows(term).intersection_len(rows),
            _ => union(terms, std::slice::from_ref(&(term..end)), all_rows).intersection_len(rows),
        };
        if count > 0 {
            found.push((term, count));
        }
        term = end;
    }
    found
}

/// The spelling of a folded form that most live events have. If several have as many, the first by
/// code point.
pub(super) fn common_spelling(
    snapshot: &Snapshot,
    field: TermField,
    folded: &str,
) -> Result<String> {
    let mut spellings: BTreeMap<&str, Vec<(&SegmentView, u32)>> = BTreeMap::new();
    for view in &snapshot.views {
        let terms = view.segment.postings(field)?;
        for term in terms.find(folded) {
            spellings
                .entry(terms.spelling(term))
                .or_default()
                .push((view, term));
        }
    }
    // Most values have one spelling, and then there is nothing to count.
    let mut best = ("", 0);
    let only = spellings.len() == 1;
    for (spelling, places) in spellings {
        if only {
            return Ok(spelling.to_owned());
        }
        let mut live = 0;
        for (view, term) in places {
            live += view
                .segment
                .postings(field)?
                .rows(term)
                .intersection_len(&view.live);
        }
        if live > best.1 {
            best = (spelling, live);
        }
    }
    Ok(best.0.to_owned())
}

impl<'a> IntoIterator for &'a Facets {
    type Item = &'a Count;
    type IntoIter = std::slice::Iter<'a, Count>;

    fn into_iter(self) -> Self::IntoIter {
        self.counts.iter()
    }
}
