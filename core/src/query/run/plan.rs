//! A query on one snapshot → the matching rows of each segment.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use roaring::{MultiOps, RoaringBitmap};

use super::words::{check_indexed, count_terms, only_word, rows_with};
use crate::error::Result;
use crate::event::{Kind, Lang};
use crate::query::model::{AdmissionRule, Clause, Query};
use crate::query::text::{MatchMode, QueryField, Trait, YearDay, field_of_event};
use crate::segment::{Postings, Segment, TermField, count_postings};
use crate::store::{SegmentView, Snapshot};

/// A union of this many terms or more is gathered straight from the packed postings. Decoding and
/// keeping each of ten thousand postings would cost more than the union itself.
const MANY_TERMS: u32 = 64;

/// A query prepared for one snapshot: what spans segments has been looked up.
pub(in crate::query) struct QueryPlan<'a> {
    query: &'a Query,
    views: &'a [Arc<SegmentView>],
    /// By clause and by matcher of a `related:` clause: the ids that the page of the matcher's id
    /// links to, whichever segment that page is in. Empty if the query has no such clause.
    targets: Vec<Vec<Vec<String>>>,
    /// By clause and by matcher of a `related:` or `refers:` clause, and by view: the Markdown pages
    /// whose links lead to the matcher's id. Of an id that no Markdown page has there are no views.
    linking: Vec<Vec<Vec<RoaringBitmap>>>,
}

impl<'a> QueryPlan<'a> {
    /// # Errors
    /// `NotIndexed` if the query asks for words, and too many texts would be read for them.
    pub fn new(query: &'a Query, snapshot: &'a Snapshot) -> Result<Self> {
        if query.clauses.iter().any(|clause| clause.field.has_words()) {
            check_indexed(query, snapshot)?;
        }
        let mut targets = Vec::new();
        let both_ways = |clause: &Clause| clause.field == QueryField::Related;
        let clauses = if query.clauses.iter().any(both_ways) {
            query.clauses.as_slice()
        } else {
            &[]
        };
        for clause in clauses {
            let mut of_clause = Vec::new();
            if both_ways(clause) {
                for matcher in &clause.matchers {
                    of_clause.push(match snapshot.find(&matcher.text)? {
                        Some(at) => snapshot.linked_ids(at)?,
                        None => Vec::new(),
                    });
                }
            }
            targets.push(of_clause);
        }
        let mut linking = Vec::new();
        for clause in &query.clauses {
            let asks = matches!(clause.field, QueryField::Related | QueryField::Refers);
            let matchers = clause.matchers.iter().filter(|_| asks);
            let pages = matchers.map(|matcher| snapshot.linking_pages(&matcher.text));
            linking.push(pages.collect::<Result<_>>()?);
        }
        Ok(Self {
            query,
            views: &snapshot.views,
            targets,
            linking,
        })
    }

    /// Of a clause that asks for links the Markdown pages of a view that link to a matcher's id.
    fn linking(&self, clause: usize, matcher: usize, view: usize) -> Option<&RoaringBitmap> {
        self.linking.get(clause)?.get(matcher)?.get(view)
    }

    /// The rows of a view that match.
    pub fn rows(&self, view: usize) -> Result<RoaringBitmap> {
        let number = view;
        let view = &self.views[number];
        let base = admitted(view, self.query.rule());
        let range = view.segment.row_range(self.query.since, self.query.until)?;
        let empty = |set: &RoaringBitmap| set.range_cardinality(range.clone()) == 0;
        if range.is_empty() || empty(&base) {
            return Ok(RoaringBitmap::new());
        }
        let mut wanted = Vec::new();
        // Words last: where a segment does not store them, all its texts are read.
        let clauses = self.query.clauses.iter().enumerate();
        let (others, words): (Vec<_>, Vec<_>) =
            clauses.partition(|(_, clause)| !clause.field.has_words());
        for (i, clause) in others.into_iter().chain(words) {
            if !clause.negated {
                let rows = self.clause(number, i, clause)?;
                if rows.is_empty() {
                    return Ok(RoaringBitmap::new());
                }
                wanted.push(rows);
            }
        }
        // The smallest set comes first, since each later intersection costs no more than it.
        wanted.sort_by_key(|rows| rows.len());
        let mut wanted = wanted.into_iter();
        let cut = |mut rows: RoaringBitmap| {
            rows.remove_range(..range.start);
            rows.remove_range(range.end..);
            rows
        };
        let mut rows = match wanted.next() {
            Some(first) if range == (0..view.segment.rows()) => &*first & &*base,
            // Cut to the time before it is intersected: the copy costs less than intersecting the
            // rows outside the time.
            Some(first) => cut(first.into_owned()) & &*base,
            None => cut(base.into_owned()),
        };
        for other in wanted {
            rows &= &*other;
        }
        for (i, clause) in self.query.clauses.iter().enumerate() {
            if clause.negated && !rows.is_empty() {
                rows -= &*self.clause(number, i, clause)?;
            }
        }
        Ok(rows)
    }

    /// How many rows of a view match. The most common shapes of a query build no row set.
    pub fn count(&self, view: usize) -> Result<u64> {
        let number = view;
        let view = &self.views[number];
        let timeless = self.query.since.is_none() && self.query.until.is_none();
        match self.query.clauses.as_slice() {
            [] => {
                let range = view.segment.row_range(self.query.since, self.query.until)?;
                Ok(admitted(view, self.query.rule()).range_cardinality(range))
            }
            [clause]
                if timeless
                    && !clause.negated
                    && clause.field == QueryField::Refers
                    && clause.matchers.len() == 1 =>
            {
                let admitted = admitted(view, self.query.rule());
                let rows = view.segment.referring_rows(&clause.matchers[0].text)?;
                let count = rows.iter().filter(|&&row| admitted.contains(row)).count() as u64;
                let pages = self.linking(0, 0, number);
                Ok(count + pages.map_or(0, |pages| pages.intersection_len(&admitted)))
            }
            [clause] if timeless && !clause.negated => {
                if let Some(field) = clause.field.terms()
                    && self.query.rule().is_default()
                {
                    let terms = view.segment.postings(field)?;
                    // Most queries ask for one value that has one spelling.
                    match terms_of(terms, clause)?.as_slice() {
                        [] => return Ok(0),
                        [one] if one.len() == 1 => return view.current_with(field, one.start),
                        _ => {}
                    }
                }
                if self.query.rule().is_default()
                    && let Some(term) = only_word(view, clause)?
                {
                    return match term {
                        Some(term) => view.current_with(TermField::Word, term),
                        None => Ok(0),
                    };
                }
                let rows = self.clause(number, 0, clause)?;
                Ok(rows.intersection_len(&admitted(view, self.query.rule())))
            }
            _ => Ok(self.rows(number)?.len()),
        }
    }

    /// The rows of a view that have any of a clause's values, whether or not the clause is negated.
    /// Deleted rows may be among them.
    pub fn clause(
        &self,
        view: usize,
        number: usize,
        clause: &Clause,
    ) -> Result<Cow<'a, RoaringBitmap>> {
        let (view_index, view) = (view, &self.views[view]);
        let segment = &view.segment;
        if let Some(field) = clause.field.terms() {
            let terms = segment.postings(field)?;
            let found = terms_of(terms, clause)?;
            return union(terms, &found, segment.rows());
        }
        let asks = |word: &str| clause.matchers.iter().any(|matcher| matcher.text == word);
        match clause.field {
            _ if clause.field.has_words() => match clause.matchers.as_slice() {
                [one] => rows_with(view, &clause.field, one),
                several => {
                    let mut rows = RoaringBitmap::new();
                    for matcher in several {
                        rows |= &*rows_with(view, &clause.field, matcher)?;
                    }
                    Ok(Cow::Owned(rows))
                }
            },
            // Events of the Context have two kinds and two languages; those of Markdown pages any.
            QueryField::Kind => {
                let set = &segment.flags()?.opinions;
                let (opinion, news) = (asks(Kind::OPINION.as_str()), asks(Kind::NEWS.as_str()));
                let rows = inside_or_outside(view, set, opinion, news)?;
                let pages = segment.postings(TermField::Kind)?;
                let asked = clause.matchers.iter();
                let found = asked.map(|matcher| pages.find(&matcher.text));
                with_markdown(segment, pages, &found.collect::<Result<Vec<_>>>()?, rows)
            }
            QueryField::Lang => {
                let set = &segment.flags()?.zh;
                let (zh, en) = (asks(Lang::ZH.as_str()), asks(Lang::EN.as_str()));
                let rows = inside_or_outside(view, set, zh, en)?;
                let pages = segment.postings(TermField::Lang)?;
                let asked = clause.matchers.iter();
                let found = asked.map(|matcher| pages.lang(&matcher.text));
                let found: Vec<_> = found.collect::<Result<_>>()?;
                with_markdown(segment, pages, found.as_flattened(), rows)
            }
            QueryField::On => {
                let days: Vec<YearDay> = clause
                    .matchers
                    .iter()
                    .filter_map(|matcher| YearDay::read(&matcher.text).ok())
                    .collect();
                let mut rows = RoaringBitmap::new();
                for day in segment.days()?.windows(2) {
                    if days.iter().any(|asked| asked.is_on(day[0].0)) {
                        rows.insert_range(day[0].1..day[1].1);
                    }
                }
                Ok(Cow::Owned(rows))
            }
            QueryField::Has => {
                let mut rows = RoaringBitmap::new();
                for matcher in &clause.matchers {
                    let name = matcher.text.as_str();
                    let field = field_of_event(name);
                    let terms = segment.postings(field.unwrap_or(TermField::Meta))?;
                    let found = match field {
                        Some(_) => [0..terms.len(), 0..0],
                        None => terms.meta_key(name)?,
                    };
                    rows |= &*union(terms, &found, segment.rows())?;
                }
                Ok(Cow::Owned(rows))
            }
            _ => {
                let mut rows = RoaringBitmap::new();
                for (i, matcher) in clause.matchers.iter().enumerate() {
                    let of_clause = self.targets.get(number);
                    let targets = of_clause.and_then(|targets| targets.get(i));
                    let targets = targets.map_or(&[][..], Vec::as_slice);
                    rows |= linked(segment, &matcher.text, targets)?;
                    if let Some(pages) = self.linking(number, i, view_index) {
                        rows |= pages;
                    }
                }
                Ok(Cow::Owned(rows))
            }
        }
    }

    /// How many terms of a view a clause matches, for `explain`. `None` for a field without a
    /// dictionary.
    pub fn terms(&self, view: &SegmentView, clause: &Clause) -> Result<Option<u32>> {
        if clause.field.has_words() {
            let counts = clause.matchers.iter();
            let counts = counts.map(|matcher| count_terms(view, matcher));
            return counts.sum::<Result<u32>>().map(Some);
        }
        let Some(field) = clause.field.terms() else {
            return Ok(None);
        };
        let found = terms_of(view.segment.postings(field)?, clause)?;
        Ok(Some(
            found.iter().map(|range| range.end - range.start).sum(),
        ))
    }
}

/// The live events of a view that a rule admits.
pub(in crate::query) fn admitted(
    view: &SegmentView,
    rule: AdmissionRule,
) -> Cow<'_, RoaringBitmap> {
    if rule.is_default() {
        return Cow::Borrowed(&*view.current);
    }
    let mut rows = Cow::Borrowed(&*view.live);
    for of in Trait::ALL {
        let (admission, having) = (rule.of(of), having(view, of));
        if !admission.with && !having.is_empty() {
            *rows.to_mut() -= having;
        }
        if !admission.without {
            *rows.to_mut() &= having;
        }
    }
    rows
}

/// The live events of a view that have a trait.
pub(in crate::query) fn having(view: &SegmentView, of: Trait) -> &RoaringBitmap {
    match of {
        Trait::Superseded => &view.superseded,
        Trait::Draft => &view.drafts,
        Trait::Undated => &view.undated,
    }
}

/// Of the events of the Context the rows of a set, those outside it, or both.
fn inside_or_outside<'v>(
    view: &'v SegmentView,
    set: &'v RoaringBitmap,
    inside: bool,
    outside: bool,
) -> Result<Cow<'v, RoaringBitmap>> {
    let markdown = &view.segment.flags()?.markdown;
    let mut rows = match (inside, outside) {
        (true, true) => Cow::Borrowed(&*view.live),
        (true, false) => Cow::Borrowed(set),
        (false, true) => Cow::Owned(&*view.live - set),
        (false, false) => Cow::Owned(RoaringBitmap::new()),
    };
    if outside && !markdown.is_empty() {
        *rows.to_mut() -= markdown;
    }
    Ok(rows)
}

/// Some rows, and the Markdown pages that have any of some terms.
fn with_markdown<'v>(
    segment: &'v Segment,
    terms: &Postings,
    found: &[Range<u32>],
    rows: Cow<'v, RoaringBitmap>,
) -> Result<Cow<'v, RoaringBitmap>> {
    if found.iter().all(Range::is_empty) {
        return Ok(rows);
    }
    let pages = union(terms, found, segment.rows())?;
    Ok(Cow::Owned(&*rows | &*pages))
}

/// The rows that link to an id or that the id's page links to, without the rows of the id itself.
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

/// The terms that any of a clause's values matches: ascending ranges with gaps between them.
fn terms_of(terms: &Postings, clause: &Clause) -> Result<Vec<Range<u32>>> {
    let mut found: Vec<Range<u32>> = Vec::with_capacity(clause.matchers.len());
    for matcher in &clause.matchers {
        match (matcher.mode, &clause.field) {
            (MatchMode::Exact, _) => found.push(terms.find(matcher.folded())?),
            (MatchMode::Prefix, _) => found.push(terms.prefix(matcher.folded())?),
            (MatchMode::Any, QueryField::Meta(key)) => found.extend(terms.meta_key(key)?),
            (MatchMode::Any, _) => found.push(0..terms.len()),
        }
    }
    found.retain(|range| !range.is_empty());
    found.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<u32>> = Vec::with_capacity(found.len());
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    Ok(merged)
}

/// The rows that have any of some terms.
pub(in crate::query) fn union<'t>(
    terms: &'t Postings,
    ranges: &[Range<u32>],
    rows: u32,
) -> Result<Cow<'t, RoaringBitmap>> {
    let count: u32 = ranges.iter().map(|range| range.end - range.start).sum();
    let mut numbers = ranges.iter().cloned().flatten();
    Ok(match count {
        0 => Cow::Owned(RoaringBitmap::new()),
        1 => Cow::Borrowed(&**terms.rows(numbers.next().unwrap_or_default())?),
        2..MANY_TERMS => {
            let sets = numbers.map(|term| terms.rows(term).map(|rows| &**rows));
            Cow::Owned(sets.union()?)
        }
        _ => {
            let mut words = vec![0u64; (rows as usize).div_ceil(64)];
            for range in ranges {
                terms.each_list(range.clone(), |_, rows| {
                    count_postings();
                    for &row in rows {
                        words[row as usize / 64] |= 1 << (row % 64);
                    }
                })?;
            }
            let set = words.iter().enumerate().flat_map(|(i, &word)| {
                (0..64u32)
                    .filter(move |bit| word >> bit & 1 == 1)
                    .map(move |bit| i as u32 * 64 + bit)
            });
            Cow::Owned(RoaringBitmap::from_sorted_iter(set).unwrap_or_default())
        }
    })
}
