//! Words that events have, near to words that none has.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::hits::Hits;
use super::suggest::{CHARS_MAX, any_in, edits_max, exists};
use crate::analysis::{PatternPart, spanned_tokens};
use crate::error::Result;
use crate::query::model::{AdmissionRule, Clause, Query};
use crate::query::run::admitted;
use crate::query::text::{MatchMode, Matcher, QueryField, Value};
use crate::store::{SegmentView, Snapshot};

/// How many words of a segment, and of all segments, a question is compared with: those in whose midst
/// its word would stand. Each takes at most some 0.5 µs.
const WORDS_MAX: u32 = 20_000;
const ALL_WORDS_MAX: u32 = 40_000;

/// How many equally near words are looked up, and how many of them are tried, the most frequent first.
const EQUALS_MAX: usize = 200;
const TRIED_MAX: usize = 5;

/// The conditions that were probably meant by one of words that no event fulfils, as they are written
/// in a query: each word that no event has gives way to the nearest one that some event has. Where all
/// words are there, but not next to each other, each becomes a condition of its own.
///
/// Some event fulfils what is suggested.
pub(super) fn near_words(
    snapshot: &Arc<Snapshot>,
    rule: AdmissionRule,
    field: &QueryField,
    matcher: &Matcher,
) -> Result<Option<String>> {
    let text = matcher.text.as_str();
    let Some(pattern) = &matcher.pattern else {
        return Ok(None);
    };
    if text.chars().nth(CHARS_MAX).is_some() || matcher.mode != MatchMode::Exact {
        return Ok(None);
    }
    let mut missing = Vec::new();
    for part in &pattern.parts {
        if !is_there(snapshot, rule, part)? {
            missing.push(part);
        }
    }
    if missing.is_empty() {
        return apart(snapshot, rule, field, text);
    }
    let tokens = spanned_tokens(text);
    let place = |part: &PatternPart| {
        let mut tokens = tokens.iter();
        let token = tokens.find(|token| token.position == part.offset && token.term == part.term);
        token.map_or(0..0, |token| token.start..token.end)
    };
    let work = ALL_WORDS_MAX / missing.len() as u32;
    let mut near = Vec::new();
    for part in missing {
        let span = place(part);
        // The pairs of a longer run have characters in common: none can give way by itself.
        let shares = pattern
            .parts
            .iter()
            .map(place)
            .any(|other| other != span && other.start < span.end && span.start < other.end);
        let words = nearest_words(snapshot, rule, &part.term, work)?;
        if shares || words.is_empty() {
            return Ok(None);
        }
        near.push((span, words));
    }
    near.sort_by_key(|(span, _)| Reverse(span.start));
    // Of several words the best of each, or there would be too many ways to put them together.
    let tries = if near.len() == 1 { TRIED_MAX } else { 1 };
    for attempt in 0..tries {
        let mut meant = text.to_owned();
        for (span, words) in &near {
            let Some(word) = words.get(attempt) else {
                return Ok(None);
            };
            meant.replace_range(span.clone(), word);
        }
        if let Some(near) =
            words_of(field, &meant).filter(|near| near.matchers != [matcher.clone()])
            && exists(snapshot, field, &near.matchers[0])?
        {
            return Ok(Some(near.to_string()));
        }
    }
    Ok(None)
}

/// The condition that asks for a text's words next to each other, if it has any.
fn words_of(field: &QueryField, text: &str) -> Option<Clause> {
    let matcher = Matcher::new(field, Value::from(text)).ok()?;
    Some(Clause {
        field: field.clone(),
        negated: false,
        matchers: vec![matcher],
    })
}

/// Whether some event that a query admits has a word.
fn is_there(snapshot: &Snapshot, rule: AdmissionRule, part: &PatternPart) -> Result<bool> {
    for view in &snapshot.views {
        let words = &view.segment.words()?.postings;
        let range = match part.prefix {
            true => words.prefix(&part.term)?,
            false => words.find(&part.term)?,
        };
        if any_in(words, range, &admitted(view, rule))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The words of a text as conditions of their own, if it has several and an event fulfils them all.
fn apart(
    snapshot: &Arc<Snapshot>,
    rule: AdmissionRule,
    field: &QueryField,
    text: &str,
) -> Result<Option<String>> {
    let mut query = Query {
        rule,
        ..Query::default()
    };
    text.split(' ')
        .filter_map(|word| words_of(field, word))
        .for_each(|clause| query.push(clause));
    if query.clauses.len() < 2 || Hits::new(snapshot.clone(), query.clone()).total()? == 0 {
        return Ok(None);
    }
    let conditions = query.clauses.iter().map(Clause::to_string);
    Ok(Some(conditions.collect::<Vec<_>>().join(" ")))
}

/// Marks that letters have: grave, acute, circumflex, tilde, macron, breve, dot above, two dots, ring, caron,
/// cedilla, ogonek.
const MARKS: [char; 12] = [
    '\u{300}', '\u{301}', '\u{302}', '\u{303}', '\u{304}', '\u{306}', '\u{307}', '\u{308}',
    '\u{30A}', '\u{30C}', '\u{327}', '\u{328}',
];

/// A word with another mark, or none, on its first letter: `über` for `uber` and the other way round.
fn otherwise_marked(word: &str) -> Vec<String> {
    let mut rest = word.chars();
    let Some(first) = rest.next() else {
        return Vec::new();
    };
    let Some(plain) = first.nfd().next() else {
        return Vec::new();
    };
    let marked = MARKS.iter().filter_map(|&mark| {
        let mut letters = [plain, mark].into_iter().nfc();
        letters.next().filter(|_| letters.next().is_none())
    });
    let letters = [plain].into_iter().chain(marked);
    letters
        .filter(|&letter| letter != first)
        .map(|letter| format!("{letter}{}", rest.as_str()))
        .collect()
}

/// The words that differ from one in the fewest letters, if these are few, the most frequent first. Only
/// words with the same first letter are compared, a range of the vocabulary, and those that have it with
/// another mark and are the same otherwise.
fn nearest_words(
    snapshot: &Snapshot,
    rule: AdmissionRule,
    word: &str,
    mut work: u32,
) -> Result<Vec<String>> {
    // Another number is another matter.
    if word.chars().all(char::is_numeric) {
        return Ok(Vec::new());
    }
    let length = word.chars().count();
    // Of two characters one is the first; and of scripts without spaces, all words are pairs.
    let most = if length <= 2 { 0 } else { edits_max(length) };
    let first = &word[..word.chars().next().map_or(0, char::len_utf8)];
    let mut views: Vec<&SegmentView> = snapshot.views.iter().map(|view| &**view).collect();
    views.sort_by_key(|view| Reverse(view.segment.rows()));
    let mut found: BTreeMap<usize, Vec<(&SegmentView, u32)>> = BTreeMap::new();
    for view in views {
        let words = &view.segment.words()?.postings;
        let range = words.prefix(first)?;
        let compared = WORDS_MAX.min(work);
        let place = words.prefix(word)?.start;
        let start = place
            .saturating_sub(compared / 2)
            .clamp(range.start, range.end);
        let end = start.saturating_add(compared).min(range.end);
        work -= end - start;
        for other in otherwise_marked(word) {
            let terms = words.find(&other)?;
            let near = found.entry(1).or_default();
            near.extend(terms.map(|term| (view, term)));
        }
        for term in start..end {
            let other = words.spelling(term)?;
            let difference = other.chars().count().abs_diff(length);
            if difference <= most {
                let edits = strsim::osa_distance(word, other);
                if edits <= edits_max(length) {
                    found.entry(edits).or_default().push((view, term));
                }
            }
        }
    }
    for equals in found.into_values() {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for (view, term) in equals.into_iter().take(EQUALS_MAX) {
            let words = &view.segment.words()?.postings;
            let count = words.rows(term)?.intersection_len(&admitted(view, rule));
            *counts.entry(words.spelling(term)?).or_default() += count;
        }
        let mut best: Vec<(u64, &str)> = counts
            .into_iter()
            .map(|(word, count)| (count, word))
            .collect();
        best.retain(|&(count, _)| count > 0);
        best.sort_by_key(|&(count, word)| (Reverse(count), word));
        if !best.is_empty() {
            best.truncate(TRIED_MAX);
            return Ok(best.into_iter().map(|(_, word)| word.to_owned()).collect());
        }
    }
    Ok(Vec::new())
}
