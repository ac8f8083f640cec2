//! The values of a field and how many events of an answer have each.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, Range};
use std::str::FromStr;

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::fault::Fault;
use super::plan::union;
use super::walk::Rows;
use crate::error::Result;
use crate::event::ParseError;
use crate::segment::{self, Terms};
use crate::store::{Snapshot, View};

/// An answer of at most this many rows a term of the dictionary is counted row by row, a larger one term by term. A
/// row costs about four small steps, a term one intersection.
const ROWS_A_TERM: u64 = 4;

/// A field that facets count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Facet {
    /// Tags.
    Tags,
    /// Categories.
    Category,
    /// Publishers by name.
    Source,
    /// Publishers by host.
    Domain,
}

impl Facet {
    /// `tags`, `category`, `source` or `domain`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Category => "category",
            Self::Source => "source",
            Self::Domain => "domain",
        }
    }

    fn field(self) -> segment::Field {
        match self {
            Self::Tags => segment::Field::Tag,
            Self::Category => segment::Field::Category,
            Self::Source => segment::Field::Source,
            Self::Domain => segment::Field::Domain,
        }
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Facet {
    type Err = ParseError;

    fn from_str(word: &str) -> Result<Self, ParseError> {
        match word {
            "tags" | "tag" => Ok(Self::Tags),
            "category" => Ok(Self::Category),
            "source" => Ok(Self::Source),
            "domain" => Ok(Self::Domain),
            _ => Err(
                Fault::new(format!("{word:?} is no field that can be counted"))
                    .hint("by tags, category, source or domain")
                    .within(word),
            ),
        }
    }
}

/// A value and how many events have it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Count {
    /// The spelling that most events of the store have, of those that match each other.
    pub value: String,
    /// Events of the answer, whatever their spelling.
    pub count: u64,
}

/// The commonest values first; of equal counts by folded form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facets {
    /// What was counted.
    pub by: Facet,
    /// The values that were asked for.
    pub counts: Vec<Count>,
    /// How many values there are in all.
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
pub(super) fn facets(
    snapshot: &Snapshot,
    rows: &Rows,
    by: Facet,
    prefix: &str,
    top: Option<usize>,
) -> Result<Facets> {
    let field = by.field();
    let mut by_view: Vec<(&Terms, Vec<(u32, u64)>)> = Vec::new();
    for (view, rows) in snapshot.views.iter().zip(rows.iter()) {
        if rows.is_empty() {
            continue;
        }
        let terms = view.segment.terms(field)?;
        let wanted = if prefix.is_empty() {
            0..terms.len()
        } else {
            terms.prefix(prefix)
        };
        let span = u64::from(wanted.end - wanted.start);
        let found = if rows.len() <= ROWS_A_TERM * span {
            by_row(view, field, rows, wanted)?
        } else {
            by_term(terms, view.segment.rows(), rows, wanted)
        };
        by_view.push((terms, found));
    }
    let distinct;
    let counts: Vec<(&str, u64)> = match by_view.as_slice() {
        // One segment alone, as after a load: its terms are in the order of their folded forms, so that only those that
        // are told become text. All of 20,000 as text took 0.5 ms.
        [(terms, found)] => {
            distinct = found.len();
            let counts = commonest(found.iter().copied(), top).into_iter();
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
            commonest(sums.into_iter(), top)
        }
    };
    let counts = counts
        .into_iter()
        .map(|(folded, count)| {
            Ok(Count {
                value: spelling(snapshot, field, folded)?,
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

/// The highest counts first, of equal ones the first value: `top` of them, or all.
fn commonest<T: Ord + Copy>(
    counts: impl Iterator<Item = (T, u64)>,
    top: Option<usize>,
) -> Vec<(T, u64)> {
    let order = |a: &(T, u64), b: &(T, u64)| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0));
    let top = top.unwrap_or(usize::MAX);
    let mut best: Vec<(T, u64)> = Vec::new();
    let mut least = 0;
    for found in counts.filter(|_| top > 0) {
        // Most counts are lower than that of the last one that is told.
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

/// Goes through the rows; a row that has two spellings of one value is counted once.
///
/// Each value once, as the number of its first spelling.
pub(super) fn by_row(
    view: &View,
    field: segment::Field,
    rows: &RoaringBitmap,
    wanted: Range<u32>,
) -> Result<Vec<(u32, u64)>> {
    let terms = view.segment.terms(field)?;
    let counts = view.segment.row_terms(field)?.count(rows);
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

/// Goes through the terms, the spellings of one folded form together.
pub(super) fn by_term(
    terms: &Terms,
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

/// The spelling of a folded form that most live events have, the first by code point where several have as many.
fn spelling(snapshot: &Snapshot, field: segment::Field, folded: &str) -> Result<String> {
    let mut spellings: BTreeMap<&str, Vec<(&View, u32)>> = BTreeMap::new();
    for view in &snapshot.views {
        let terms = view.segment.terms(field)?;
        for term in terms.find(folded) {
            spellings
                .entry(terms.spelling(term))
                .or_default()
                .push((view, term));
        }
    }
    // Most values have one spelling; then there is nothing to count.
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
                .terms(field)?
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
