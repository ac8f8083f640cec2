//! Values that events really have, near to one that none has.

use super::facets::common_spelling;
use crate::error::Result;
use crate::event::{Kind, Lang, ParseError, closest, fold};
use crate::query::model::{AdmissionRule, Query};
use crate::query::run::admitted;
use crate::query::text::{
    BareWord, FIELDS, MatchMode, Matcher, QueryField, Value, bare_word, quoted,
};
use crate::segment::TermField;
use crate::store::Snapshot;

/// How many terms of each segment a value is compared with. Each takes about 1 µs.
const TERMS_MAX: u32 = 20_000;

/// Longer values are not compared: nobody types them.
const CHARS_MAX: usize = 64;

/// Whether some event, superseded or not, has a value that the matcher matches. Links always
/// "exist": an id may be asked for that no event links to.
pub(super) fn exists(snapshot: &Snapshot, field: QueryField, matcher: &Matcher) -> Result<bool> {
    let Some(terms) = field.terms() else {
        return Ok(match field {
            QueryField::Kind => kinds(snapshot)?.contains(&matcher.text),
            QueryField::Lang => langs(snapshot)?.contains(&matcher.text),
            _ => true,
        });
    };
    for view in &snapshot.views {
        let terms = view.segment.postings(terms)?;
        let mut range = match matcher.mode {
            MatchMode::Exact => terms.find(matcher.folded()),
            MatchMode::Prefix => terms.prefix(matcher.folded()),
            MatchMode::Any => 0..terms.len(),
        };
        if range.any(|term| !terms.rows(term).is_disjoint(&view.live)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The value nearest to a matcher's, as it is written in a query.
pub(super) fn nearest(
    snapshot: &Snapshot,
    rule: AdmissionRule,
    field: QueryField,
    matcher: &Matcher,
) -> Result<Option<String>> {
    if matcher.mode != MatchMode::Exact {
        return Ok(None);
    }
    match (field, field.terms()) {
        (_, Some(terms)) => nearest_term(snapshot, rule, terms, matcher.folded()),
        (QueryField::Kind, _) => Ok(closest_word(&matcher.text, &kinds(snapshot)?)),
        (QueryField::Lang, _) => Ok(closest_word(&matcher.text, &langs(snapshot)?)),
        _ => Ok(None),
    }
}

fn closest_word(word: &str, known: &[String]) -> Option<String> {
    closest(word, known.iter().map(String::as_str)).map(str::to_owned)
}

/// The kinds that live events have.
fn kinds(snapshot: &Snapshot) -> Result<Vec<String>> {
    let mut found = [false; 2];
    for view in &snapshot.views {
        let opinions = view.live.intersection_len(&view.segment.flags()?.opinions);
        found[0] |= opinions < view.live.len();
        found[1] |= opinions > 0;
    }
    let kinds = [Kind::NEWS, Kind::OPINION].map(|kind| kind.as_str().to_owned());
    Ok(present(kinds, found))
}

/// The languages that live events have.
fn langs(snapshot: &Snapshot) -> Result<Vec<String>> {
    let mut found = [false; 2];
    for view in &snapshot.views {
        let zh = view.live.intersection_len(&view.segment.flags()?.zh);
        found[0] |= zh < view.live.len();
        found[1] |= zh > 0;
    }
    let langs = [Lang::EN, Lang::ZH].map(|lang| lang.as_str().to_owned());
    Ok(present(langs, found))
}

fn present(words: [String; 2], found: [bool; 2]) -> Vec<String> {
    let words = words.into_iter().zip(found);
    words
        .filter_map(|(word, found)| found.then_some(word))
        .collect()
}

/// The value of a dictionary that differs from a folded text in the fewest letters, if these are
/// few; of equally near ones the one that most events have. If none is near: the text as a prefix,
/// if a value begins with it.
///
/// Only values with the same first letter are compared. They are one range of the dictionary.
fn nearest_term(
    snapshot: &Snapshot,
    rule: AdmissionRule,
    field: TermField,
    folded: &str,
) -> Result<Option<String>> {
    let Some(first) = folded.chars().next() else {
        return Ok(None);
    };
    let length = folded.chars().take(CHARS_MAX + 1).count();
    if length > CHARS_MAX {
        return Ok(None);
    }
    // One edit in a word of two to four letters, two up to seven, then three.
    let edits_max = ((length + 1) / 3).min(3);
    let mut best: Option<(usize, std::cmp::Reverse<u64>, &str)> = None;
    let mut begins = false;
    for view in &snapshot.views {
        let terms = view.segment.postings(field)?;
        let base = admitted(view, rule);
        let range = terms.prefix(first.encode_utf8(&mut [0; 4]));
        let end = range.end.min(range.start.saturating_add(TERMS_MAX));
        for term in range.start..end {
            let candidate = terms.folded(term);
            if candidate.chars().count().abs_diff(length) > edits_max {
                continue;
            }
            let edits = strsim::osa_distance(folded, candidate);
            if edits > edits_max || best.is_some_and(|best| edits > best.0) {
                continue;
            }
            let count = terms.rows(term).intersection_len(&base);
            let found = (edits, std::cmp::Reverse(count), candidate);
            if count > 0 && best.is_none_or(|best| found < best) {
                best = Some(found);
            }
        }
        begins = begins
            || terms
                .prefix(folded)
                .any(|term| !terms.rows(term).is_disjoint(&base));
    }
    Ok(match best {
        Some((_, _, near)) => Some(quoted(&common_spelling(snapshot, field, near)?)),
        None if begins => Some(format!("{}*", quoted(folded))),
        None => None,
    })
}

/// An error whose hint suggests tags: with tags that events have in the place of the words of the
/// query. Any other error as it is.
pub(in crate::query) fn with_known_tags(snapshot: &Snapshot, mut error: ParseError) -> ParseError {
    let Some(word) = bare_word(&error) else {
        return error;
    };
    // A store that cannot be read must not hide that the query cannot be.
    if snapshot.check().is_ok()
        && let Ok(hint) = known_tags(snapshot, &word)
    {
        error.hint = Some(hint);
    }
    error
}

fn known_tags(snapshot: &Snapshot, bare: &BareWord) -> Result<String> {
    let rule = Query::new().rule();
    let minus = if bare.negated { "-" } else { "" };
    let joined = bare
        .before
        .as_ref()
        .map(|before| format!("{before} {}", bare.word));
    let mut meant = Vec::new();
    for text in joined.iter().chain([&bare.word]) {
        let Ok(matcher) = Matcher::new(QueryField::Tag, Value::from(text)) else {
            continue;
        };
        if exists(snapshot, QueryField::Tag, &matcher)? {
            let spelling = common_spelling(snapshot, TermField::Tag, matcher.folded())?;
            meant.push(format!("{minus}tag:{}", quoted(&spelling)));
        }
    }
    if !meant.is_empty() {
        return Ok(format!("did you mean {}?", meant.join(" or ")));
    }
    let folded = fold(&bare.word);
    let near = nearest_term(snapshot, rule, TermField::Tag, &folded)?;
    Ok(match near {
        Some(near) => format!(
            "no event has tag:{}; did you mean {minus}tag:{near}?",
            quoted(&bare.word)
        ),
        None => format!("no tag is like it, and text cannot be searched yet; {FIELDS}"),
    })
}
