//! A query on one snapshot → rows of each segment. No row is decoded to filter or to count.

use std::borrow::Cow;
use std::ops::Range;

use roaring::{MultiOps, RoaringBitmap};

use super::atom::{Atom, Mode};
use super::model::{Clause, Field, Query, Rule};
use crate::error::Result;
use crate::event::{Kind, Lang};
use crate::segment::{Segment, Terms, reads};
use crate::store::{Snapshot, View};

/// From this many terms on a union is gathered straight from the packed postings: to decode and keep each of ten
/// thousand postings would cost more than the union itself.
const MANY_TERMS: u32 = 64;

/// A query made ready for one snapshot: what spans segments has been looked up.
pub(super) struct Plan<'a> {
    query: &'a Query,
    views: &'a [View],
    /// For each clause, for each id of a clause on links in either direction: whom the id's own page links to, wherever
    /// that page lies. Empty if there is no such clause.
    targets: Vec<Vec<Vec<String>>>,
}

impl<'a> Plan<'a> {
    pub fn new(query: &'a Query, snapshot: &'a Snapshot) -> Result<Self> {
        let mut targets = Vec::new();
        let both_ways = |clause: &Clause| clause.field == Field::Related;
        let clauses = match query.clauses.iter().any(both_ways) {
            true => query.clauses.as_slice(),
            false => &[],
        };
        for clause in clauses {
            let mut of_clause = Vec::new();
            if both_ways(clause) {
                for atom in &clause.atoms {
                    of_clause.push(match snapshot.find(&atom.text)? {
                        Some(at) => snapshot.views[at.view].segment.targets(at.row)?,
                        None => Vec::new(),
                    });
                }
            }
            targets.push(of_clause);
        }
        Ok(Self {
            query,
            views: &snapshot.views,
            targets,
        })
    }

    /// The rows of a view that answer.
    pub fn rows(&self, view: usize) -> Result<RoaringBitmap> {
        let seen = &self.views[view];
        let base = admitted(seen, self.query.rule());
        let range = seen.segment.row_range(self.query.since, self.query.until)?;
        let empty = |set: &RoaringBitmap| set.range_cardinality(range.clone()) == 0;
        if range.is_empty() || empty(&base) {
            return Ok(RoaringBitmap::new());
        }
        let mut wanted = Vec::new();
        for (i, clause) in self.query.clauses.iter().enumerate() {
            if !clause.negated {
                let rows = self.clause(seen, i, clause)?;
                if rows.is_empty() {
                    return Ok(RoaringBitmap::new());
                }
                wanted.push(rows);
            }
        }
        // The smallest set first: every later step costs no more than that one.
        wanted.sort_by_key(|rows| rows.len());
        let mut wanted = wanted.into_iter();
        let cut = |mut rows: RoaringBitmap| {
            rows.remove_range(..range.start);
            rows.remove_range(range.end..);
            rows
        };
        let mut rows = match wanted.next() {
            Some(first) if range == (0..seen.segment.rows()) => &*first & &*base,
            // Cut before it is intersected: a copy costs less than what lies outside.
            Some(first) => cut(first.into_owned()) & &*base,
            None => cut(base.into_owned()),
        };
        for other in wanted {
            rows &= &*other;
        }
        for (i, clause) in self.query.clauses.iter().enumerate() {
            if clause.negated && !rows.is_empty() {
                rows -= &*self.clause(seen, i, clause)?;
            }
        }
        Ok(rows)
    }

    /// How many rows of a view answer; the two commonest shapes make no set of their own.
    pub fn count(&self, view: usize) -> Result<u64> {
        let seen = &self.views[view];
        let timeless = self.query.since.is_none() && self.query.until.is_none();
        match self.query.clauses.as_slice() {
            [] => {
                let range = seen.segment.row_range(self.query.since, self.query.until)?;
                Ok(admitted(seen, self.query.rule()).range_cardinality(range))
            }
            [clause]
                if timeless
                    && !clause.negated
                    && clause.field == Field::Refers
                    && clause.atoms.len() == 1 =>
            {
                let admitted = admitted(seen, self.query.rule());
                let rows = seen.segment.referring_rows(&clause.atoms[0].text)?;
                Ok(rows.iter().filter(|&&row| admitted.contains(row)).count() as u64)
            }
            [clause] if timeless && !clause.negated => {
                if let Some(field) = clause.field.terms()
                    && self.query.rule() == Rule::CURRENT
                {
                    let terms = seen.segment.terms(field)?;
                    // As after most questions: one value, of one spelling.
                    match terms_of(terms, &clause.atoms).as_slice() {
                        [] => return Ok(0),
                        [one] if one.len() == 1 => return seen.current_with(field, one.start),
                        _ => {}
                    }
                }
                let rows = self.clause(seen, 0, clause)?;
                Ok(rows.intersection_len(&admitted(seen, self.query.rule())))
            }
            _ => Ok(self.rows(view)?.len()),
        }
    }

    /// The rows of a view for which a clause holds, were it not negated; deleted rows may be among them.
    pub fn clause<'v>(
        &self,
        view: &'v View,
        number: usize,
        clause: &Clause,
    ) -> Result<Cow<'v, RoaringBitmap>> {
        let segment = &view.segment;
        if let Some(field) = clause.field.terms() {
            let terms = segment.terms(field)?;
            let found = terms_of(terms, &clause.atoms);
            return Ok(union(terms, &found, segment.rows()));
        }
        let says = |word: &str| clause.atoms.iter().any(|atom| atom.text == word);
        match clause.field {
            Field::Kind => {
                let set = &segment.flags()?.opinions;
                let (opinion, news) = (says(Kind::OPINION.as_str()), says(Kind::NEWS.as_str()));
                Ok(split(view, set, opinion, news))
            }
            Field::Lang => {
                let set = &segment.flags()?.zh;
                let (zh, en) = (says(Lang::ZH.as_str()), says(Lang::EN.as_str()));
                Ok(split(view, set, zh, en))
            }
            _ => {
                let mut rows = RoaringBitmap::new();
                for (i, atom) in clause.atoms.iter().enumerate() {
                    let of_clause = self.targets.get(number);
                    let targets = of_clause.and_then(|targets| targets.get(i));
                    let targets = targets.map_or(&[][..], Vec::as_slice);
                    rows |= linked(segment, &atom.text, targets)?;
                }
                Ok(Cow::Owned(rows))
            }
        }
    }

    /// The terms of a view that a clause names, for `explain`; none for clauses that name no terms.
    pub fn terms(&self, view: &View, clause: &Clause) -> Result<Option<u32>> {
        let Some(field) = clause.field.terms() else {
            return Ok(None);
        };
        let found = terms_of(view.segment.terms(field)?, &clause.atoms);
        Ok(Some(
            found.iter().map(|range| range.end - range.start).sum(),
        ))
    }
}

/// The live events that the rule of superseded events admits.
pub(super) fn admitted(view: &View, rule: Rule) -> Cow<'_, RoaringBitmap> {
    match (rule.current, rule.superseded) {
        (true, true) => Cow::Borrowed(&*view.live),
        (true, false) => Cow::Borrowed(&*view.current),
        (false, true) => Cow::Borrowed(&*view.superseded),
        (false, false) => Cow::Owned(RoaringBitmap::new()),
    }
}

/// Rows of a set, of all live events outside it, or both.
fn split<'v>(
    view: &'v View,
    set: &'v RoaringBitmap,
    inside: bool,
    outside: bool,
) -> Cow<'v, RoaringBitmap> {
    match (inside, outside) {
        (true, true) => Cow::Borrowed(&*view.live),
        (true, false) => Cow::Borrowed(set),
        (false, true) => Cow::Owned(&*view.live - set),
        (false, false) => Cow::Owned(RoaringBitmap::new()),
    }
}

/// Rows that link to an id or that the id's page links to, never the id's own.
fn linked(segment: &Segment, id: &str, targets: &[String]) -> Result<RoaringBitmap> {
    let mut rows = segment.referrers(id)?;
    if !targets.is_empty() {
        for target in targets {
            rows.extend(segment.rows_named(target)?);
        }
        for own in segment.rows_named(id)? {
            rows.remove(own);
        }
    }
    Ok(rows)
}

/// The terms that any of the atoms names: ascending ranges that do not meet.
fn terms_of(terms: &Terms, atoms: &[Atom]) -> Vec<Range<u32>> {
    let mut found: Vec<Range<u32>> = atoms
        .iter()
        .map(|atom| match atom.mode {
            Mode::Exact => terms.find(atom.folded()),
            Mode::Prefix => terms.prefix(atom.folded()),
            Mode::Any => 0..terms.len(),
        })
        .filter(|range| !range.is_empty())
        .collect();
    found.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<u32>> = Vec::with_capacity(found.len());
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// The rows of some terms.
pub(super) fn union<'t>(
    terms: &'t Terms,
    ranges: &[Range<u32>],
    rows: u32,
) -> Cow<'t, RoaringBitmap> {
    let count: u32 = ranges.iter().map(|range| range.end - range.start).sum();
    let mut numbers = ranges.iter().cloned().flatten();
    match count {
        0 => Cow::Owned(RoaringBitmap::new()),
        1 => Cow::Borrowed(&**terms.rows(numbers.next().unwrap_or_default())),
        2..MANY_TERMS => Cow::Owned(numbers.map(|term| &**terms.rows(term)).union()),
        _ => {
            let mut words = vec![0u64; (rows as usize).div_ceil(64)];
            for term in numbers {
                reads::postings();
                for row in terms.iter_rows(term) {
                    words[row as usize / 64] |= 1 << (row % 64);
                }
            }
            let set = words.iter().enumerate().flat_map(|(i, &word)| {
                (0..64u32)
                    .filter(move |bit| word >> bit & 1 == 1)
                    .map(move |bit| i as u32 * 64 + bit)
            });
            Cow::Owned(RoaringBitmap::from_sorted_iter(set).unwrap_or_default())
        }
    }
}
