//! Values that events really have, near to one that none has.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::facets::{Facet, common_spelling, count_values};
use crate::error::Result;
use crate::event::{ParseError, closest, fold, meta_key, meta_term, split_meta_term};
use crate::query::model::{AdmissionRule, Clause, Include, Query};
use crate::query::run::{QueryPlan, admitted};
use crate::query::text::{MatchMode, Matcher, QueryField, field_of_event, quoted, unknown};
use crate::segment::{Postings, TermField};
use crate::store::Snapshot;

/// How many terms of each segment a value is compared with. Each takes about 1 µs.
pub(super) const TERMS_MAX: u32 = 20_000;

/// Longer values are not compared: nobody types them.
pub(super) const CHARS_MAX: usize = 64;

/// What a query asks, for a message: cut where it is longer than a line.
pub(super) fn shortened(asked: &str) -> String {
    const ASKED_MAX: usize = 100;
    match asked.char_indices().nth(ASKED_MAX) {
        Some((end, _)) => format!("{}…", &asked[..end]),
        None => asked.to_owned(),
    }
}

/// Whether some event, superseded or not, has a value that the matcher matches. Links always
/// "exist": an id may be asked for that no event links to.
pub(super) fn exists(snapshot: &Snapshot, field: &QueryField, matcher: &Matcher) -> Result<bool> {
    let all = Query::new().superseded(Include::Yes).draft(Include::Yes);
    let mut query = all.undated(Include::Yes);
    query.push(Clause {
        field: field.clone(),
        negated: false,
        matchers: vec![matcher.clone()],
    });
    let plan = QueryPlan::new(&query, snapshot)?;
    for view in 0..snapshot.views.len() {
        if plan.count(view)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The condition nearest to that of a field and a matcher, as it is written in a query.
pub(super) fn nearest(
    snapshot: &Snapshot,
    rule: AdmissionRule,
    field: &QueryField,
    matcher: &Matcher,
) -> Result<Option<String>> {
    let exact = matcher.mode == MatchMode::Exact;
    let near = match field {
        QueryField::Meta(key) => {
            let known = meta_keys(snapshot)?;
            if !known.contains(key) {
                let near = closest_word(key, &known).map(QueryField::Meta);
                return Ok(near.map(|near| format!("{near}:{matcher}")));
            }
            let scope = meta_term(key, "");
            let value = matcher.folded().strip_prefix(&scope).filter(|_| exact);
            value.map(|value| nearest_term(snapshot, rule, TermField::Meta, &scope, value))
        }
        // Each event has texts, and whether they have words is asked of these.
        QueryField::Has if matches!(&*matcher.text, "title" | "summary" | "body") => {
            return Ok(Some(format!("{}:*", matcher.text)));
        }
        QueryField::Has => Some(nearest_name(snapshot, &matcher.text)),
        QueryField::Kind => Some(Ok(closest_word(
            &matcher.text,
            &words(snapshot, Facet::Kind)?,
        ))),
        QueryField::Lang => Some(Ok(closest_word(
            &matcher.text,
            &words(snapshot, Facet::Lang)?,
        ))),
        _ => {
            let terms = field.terms().filter(|_| exact);
            terms.map(|terms| nearest_term(snapshot, rule, terms, "", matcher.folded()))
        }
    };
    let near = near.transpose()?.flatten();
    Ok(near.map(|near| format!("{field}:{near}")))
}

/// Whether any of some rows has any of some terms.
pub(super) fn any_in(
    terms: &Postings,
    mut range: Range<u32>,
    rows: &RoaringBitmap,
) -> Result<bool> {
    range.try_fold(false, |found, term| {
        Ok(found || !terms.rows(term)?.is_disjoint(rows))
    })
}

fn closest_word(word: &str, known: &BTreeSet<String>) -> Option<String> {
    closest(word, known.iter().map(String::as_str)).map(str::to_owned)
}

/// The kinds or the languages that live events have.
fn words(snapshot: &Snapshot, by: Facet) -> Result<BTreeSet<String>> {
    let rows = snapshot.views.iter().map(|view| (*view.live).clone());
    let found = count_values(snapshot, &Arc::new(rows.collect()), by, "", None)?;
    Ok(found.into_iter().map(|count| count.value).collect())
}

/// The keys of `meta` that live events have a value of, in the form in which they are compared.
fn meta_keys(snapshot: &Snapshot) -> Result<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    for view in &snapshot.views {
        let terms = view.segment.postings(TermField::Meta)?;
        let mut at = 0;
        while at < terms.len() {
            let (key, _) = split_meta_term(terms.spelling(at)?);
            let end = terms.prefix(&meta_term(key, ""))?.end.max(at + 1);
            if any_in(terms, at..end, &view.live)? {
                keys.insert(key.to_owned());
            }
            at = end;
        }
    }
    Ok(keys)
}

/// The name nearest to one that `has:` asks for: of a field, of a key or of a map of keys.
fn nearest_name(snapshot: &Snapshot, name: &str) -> Result<Option<String>> {
    let keys = meta_keys(snapshot)?;
    let maps = keys.iter().flat_map(|key| {
        let dots = key.match_indices('.');
        dots.map(|(dot, _)| key[..dot].to_owned())
    });
    let fields = QueryField::NAMED.iter().map(QueryField::as_str);
    let fields = fields.filter(|name| field_of_event(name).is_some());
    let mut known: BTreeSet<String> = maps.chain(fields.map(str::to_owned)).collect();
    known.extend(keys);
    let within = name.strip_prefix("meta.");
    let near = match within.filter(|key| known.contains(*key)) {
        Some(key) => Some(key.to_owned()),
        // A field that no event has a value of is near to nothing but itself.
        None => closest_word(name, &known).filter(|near| near != name),
    };
    Ok(near.map(|near| quoted(&near)))
}

/// In how many letters a slip may differ from what was meant: in one in a word of two to four letters, in
/// two up to seven, then in three.
pub(super) fn edits_max(length: usize) -> usize {
    ((length + 1) / 3).min(3)
}

/// The value of a dictionary that differs from a folded text in the fewest letters, if these are
/// few; of equally near ones the one that most events have. If none is near: the text as a prefix,
/// if a value begins with it. A text that ends with a star is a prefix first of all.
///
/// Only values with the same first letter are compared. They are one range of the dictionary. `scope`
/// is what all terms in question begin with and is no part of their values.
pub(super) fn nearest_term(
    snapshot: &Snapshot,
    rule: AdmissionRule,
    field: TermField,
    scope: &str,
    folded: &str,
) -> Result<Option<String>> {
    let Some(first) = folded.chars().next() else {
        return Ok(None);
    };
    let length = folded.chars().take(CHARS_MAX + 1).count();
    if length > CHARS_MAX {
        return Ok(None);
    }
    // In quotes a star is a part of the value; without them it asks for what begins so.
    if let Some(stem) = folded.strip_suffix('*')
        && begins(snapshot, rule, field, &format!("{scope}{stem}"))?
    {
        return Ok(Some(match stem {
            "" => "*".to_owned(),
            stem => format!("{}*", quoted(stem)),
        }));
    }
    let edits_max = edits_max(length);
    let mut best: Option<(usize, std::cmp::Reverse<u64>, String)> = None;
    for view in &snapshot.views {
        let terms = view.segment.postings(field)?;
        let base = admitted(view, rule);
        let range = terms.prefix(&format!("{scope}{first}"))?;
        let end = range.end.min(range.start.saturating_add(TERMS_MAX));
        for term in range.start..end {
            let candidate = fold(terms.spelling(term)?);
            let candidate = candidate.get(scope.len()..).unwrap_or_default();
            if candidate.chars().count().abs_diff(length) > edits_max {
                continue;
            }
            let edits = strsim::osa_distance(folded, candidate);
            if edits > edits_max || best.as_ref().is_some_and(|best| edits > best.0) {
                continue;
            }
            let count = terms.rows(term)?.intersection_len(&base);
            let found = (edits, std::cmp::Reverse(count), candidate.to_owned());
            if count > 0 && best.as_ref().is_none_or(|best| found < *best) {
                best = Some(found);
            }
        }
    }
    Ok(match best {
        Some((_, _, near)) => {
            let near = common_spelling(snapshot, field, &format!("{scope}{near}"))?;
            near.get(scope.len()..).map(quoted)
        }
        None if begins(snapshot, rule, field, &format!("{scope}{folded}"))? => {
            Some(format!("{}*", quoted(folded)))
        }
        None => None,
    })
}

/// Whether an event has a value that begins with a folded text.
fn begins(
    snapshot: &Snapshot,
    rule: AdmissionRule,
    field: TermField,
    folded: &str,
) -> Result<bool> {
    for view in &snapshot.views {
        let terms = view.segment.postings(field)?;
        if any_in(terms, terms.prefix(folded)?, &admitted(view, rule))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An error about a name that is no field: with a key that events have in its hint. Any other error as it
/// is.
pub(in crate::query) fn with_known_values(
    snapshot: &Snapshot,
    mut error: ParseError,
) -> ParseError {
    // A store that cannot be read must not hide that the query cannot be.
    if let Some(field) = unknown(&error)
        && snapshot.check().is_ok()
        && let Ok(Some(hint)) = known_key(snapshot, &field.name, field.negated)
    {
        error.hint = Some(hint);
    }
    error
}

/// The key of `meta` that a name before a colon stands for, which is no field.
fn known_key(snapshot: &Snapshot, name: &str, negated: bool) -> Result<Option<String>> {
    let keys = meta_keys(snapshot)?;
    let key = meta_key(name).into_owned();
    let near = match keys.contains(&key) {
        true => Some(key),
        false => closest_word(&key, &keys),
    };
    let minus = if negated { "-" } else { "" };
    Ok(near.map(|key| format!("did you mean {minus}{}:?", QueryField::Meta(key))))
}
