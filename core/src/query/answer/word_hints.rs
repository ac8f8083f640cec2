//! What may be wrong with words of a query that matches nothing.

use std::sync::Arc;

use super::facets::common_spelling;
use super::hits::Hits;
use super::near_words::near_words;
use super::suggest::{TERMS_MAX, exists, nearest_term};
use crate::error::Result;
use crate::event::{fold, month_of};
use crate::query::model::{AdmissionRule, Clause, Query};
use crate::query::run::admitted;
use crate::query::text::{
    Days, MatchMode, Matcher, QueryField, Value, YearDay, as_word, in_quotes, is_time, quoted,
    written,
};
use crate::segment::TermField;
use crate::store::Snapshot;

/// The fields whose values a word may be, in the order in which they are suggested.
const NAMES: [QueryField; 4] = [
    QueryField::Tag,
    QueryField::Category,
    QueryField::Author,
    QueryField::Source,
];

impl Hits {
    /// What conditions of words may mean that match nothing together with the rest of the query.
    pub(super) fn words_meant(&self) -> Result<Option<String>> {
        let mut clauses = self.query.clauses.iter();
        if let Some(empty) = clauses.find(|one| !one.negated && one.matchers.is_empty()) {
            let hint = format!("{empty} holds no value, so that no event has one: leave it out");
            return Ok(Some(hint));
        }
        if let Some(value) = value_with_words(&self.snapshot, &self.query)? {
            return Ok(Some(format!("did you mean {value}?")));
        }
        if let Some(hint) = self.query.clauses.iter().find_map(connective) {
            return Ok((self.query.clauses.len() > 1).then(|| hint.to_owned()));
        }
        self.time_as_word()
    }

    /// The hint for a time that is meant as a word, or a word that is meant as a time: a period in quotes, or a
    /// day of any year.
    fn time_as_word(&self) -> Result<Option<String>> {
        let time = written(self.query.since, self.query.until).filter(|time| is_period(time));
        if let Some(time) = time {
            let mut timeless = (*self.query).clone();
            (timeless.since, timeless.until) = (None, None);
            if let Ok(query) = timeless.phrase(Value::from(&time))
                && self.matches_of(query)? > 0
            {
                let word = in_quotes(&time);
                return Ok(Some(format!(
                    "{time} is a time; did you mean the word {word}?"
                )));
            }
        }
        if let Some(hint) = self.month_as_word()? {
            return Ok(Some(hint));
        }
        for (i, clause) in self.query.clauses.iter().enumerate() {
            let Some(text) = single_text(clause) else {
                continue;
            };
            if let Ok(day) = YearDay::read(text) {
                let mut dated = (*self.query).clone();
                dated.clauses.remove(i);
                if self.matches_of(dated.on(day.to_string())?)? > 0 {
                    return Ok(Some(format!(
                        "{text} is a word; did you mean on:{day}, that day in any year?"
                    )));
                }
            }
            if !is_period(text) {
                continue;
            }
            let Ok(days) = text.parse::<Days>() else {
                continue;
            };
            let mut timed = (*self.query).clone();
            timed.clauses.remove(i);
            timed.restrict_time(Some(days.first()), Some(days.last()));
            if self.matches_of(timed)? > 0 {
                let word = in_quotes(text);
                return Ok(Some(format!(
                    "{word} is a word; did you mean the time {text}?"
                )));
            }
        }
        Ok(None)
    }

    /// The hint for a month that stands as a word beside its year, perhaps with a day: `2 March 2017`.
    fn month_as_word(&self) -> Result<Option<String>> {
        let time = written(self.query.since, self.query.until);
        let Some(year) = time.filter(|time| time.len() == 4) else {
            return Ok(None);
        };
        let mut dated = (*self.query).clone();
        let mut take = |read: fn(&str) -> Option<i8>| {
            let texts = || dated.clauses.iter().map(single_text);
            let at = texts().position(|text| text.and_then(read).is_some())?;
            let text = single_text(&dated.clauses.remove(at))?.to_owned();
            Some((read(&text)?, text))
        };
        let Some((month, name)) = take(month_of) else {
            return Ok(None);
        };
        let day = take(|text| text.trim_end_matches('.').parse().ok());
        let days = match &day {
            Some((day, _)) => format!("{year}-{month:02}-{day:02}"),
            None => format!("{year}-{month:02}"),
        };
        let Ok(time) = days.parse::<Days>() else {
            return Ok(None);
        };
        dated.restrict_time(Some(time.first()), Some(time.last()));
        Ok((self.matches_of(dated)? > 0)
            .then(|| format!("{name} is a word; did you mean the time {time}?")))
    }
}

/// Whether a text is a year, a month or a day by itself.
fn is_period(text: &str) -> bool {
    is_time(text) && !text.contains("..")
}

/// The text of a condition that asks for one text without a field.
fn single_text(clause: &Clause) -> Option<&str> {
    match clause.matchers.as_slice() {
        [one] if clause.field == QueryField::Text && !clause.negated => {
            (one.mode == MatchMode::Exact).then_some(one.text.as_str())
        }
        _ => None,
    }
}

/// The hint for a word by which people join conditions.
fn connective(clause: &Clause) -> Option<&'static str> {
    Some(match single_text(clause)? {
        "and" => "all conditions hold as they stand side by side; leave out the word and",
        "or" => "any of several words: (one, other); any of several values: tag:(one, other)",
        "not" => "put - before a condition: -flood, -tag:value",
        _ => return None,
    })
}

/// A value that events have, whose beginning the query asks for in its field, and the rest as words: for
/// `tag:new york` the tag `New York`. Of several the one with the most words, then the most frequent.
fn value_with_words(snapshot: &Snapshot, query: &Query) -> Result<Option<String>> {
    let words: Vec<String> = query
        .clauses
        .iter()
        .filter_map(single_text)
        .flat_map(|text| fold(text).split(' ').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    if words.is_empty() {
        return Ok(None);
    }
    let mut best: Option<(usize, u64, String)> = None;
    for clause in &query.clauses {
        let [matcher] = clause.matchers.as_slice() else {
            continue;
        };
        let asked = NAMES.contains(&clause.field) && !clause.negated;
        let exact = matcher.mode == MatchMode::Exact;
        let Some(field) = clause.field.terms().filter(|_| asked && exact) else {
            continue;
        };
        let beginning = format!("{} ", matcher.folded());
        for view in &snapshot.views {
            let terms = view.segment.postings(field)?;
            let base = admitted(view, query.rule());
            let range = terms.prefix(&beginning)?;
            let end = range.end.min(range.start.saturating_add(TERMS_MAX));
            for term in range.start..end {
                let folded = fold(terms.spelling(term)?);
                let rest = &folded[beginning.len()..];
                if !rest
                    .split(' ')
                    .all(|word| words.iter().any(|one| one == word))
                {
                    continue;
                }
                let found = (
                    rest.split(' ').count(),
                    terms.rows(term)?.intersection_len(&base),
                );
                let better = |best: &(usize, u64, String)| found > (best.0, best.1);
                if found.1 > 0 && best.as_ref().is_none_or(better) {
                    let spelling = common_spelling(snapshot, field, &folded)?;
                    let value = format!("{}:{}", clause.field, quoted(&spelling));
                    best = Some((found.0, found.1, value));
                }
            }
        }
    }
    Ok(best.map(|(.., value)| value))
}

/// Conditions for a text in which a `*` stands behind a word, where it says nothing: with the `*` outside
/// of the quotes, or of several words each by itself. Some event fulfils them.
fn stars_in_quotes(
    snapshot: &Arc<Snapshot>,
    rule: AdmissionRule,
    field: &QueryField,
    text: &str,
) -> Result<Option<String>> {
    let stem = |part: &str| {
        let stem = part.strip_suffix('*')?;
        stem.ends_with(char::is_alphanumeric)
            .then(|| stem.to_owned())
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    if !words.iter().any(|word| stem(word).is_some()) {
        return Ok(None);
    }
    let name = match field {
        QueryField::Text => String::new(),
        field => format!("{field}:"),
    };
    let each = words.iter().map(|word| match stem(word) {
        Some(stem) => format!("{name}{}*", as_word(&stem)),
        None => format!("{name}{}", as_word(word)),
    });
    let behind = stem(text).map(|text| format!("{name}{}*", as_word(&text)));
    for meant in behind
        .into_iter()
        .chain([each.collect::<Vec<_>>().join(" ")])
    {
        let Ok(mut query) = meant.parse::<Query>() else {
            continue;
        };
        query.rule = rule;
        if Hits::new(snapshot.clone(), query).total()? > 0 {
            return Ok(Some(meant));
        }
    }
    Ok(None)
}

/// Conditions near to one of words that no event fulfils, as they are written in a query.
pub(super) fn nearest_to_words(
    snapshot: &Arc<Snapshot>,
    rule: AdmissionRule,
    field: &QueryField,
    matcher: &Matcher,
) -> Result<Vec<String>> {
    if matcher.mode != MatchMode::Exact {
        return Ok(Vec::new());
    }
    if let Some(near) = stars_in_quotes(snapshot, rule, field, &matcher.text)? {
        return Ok(vec![near]);
    }
    if *field != QueryField::Text && exists(snapshot, &QueryField::Text, matcher)? {
        return Ok(vec![matcher.to_string()]);
    }
    if let Some(near) = near_words(snapshot, rule, field, matcher)? {
        return Ok(vec![near]);
    }
    // Of one name the first field is enough: most categories are tags, too.
    for name in NAMES {
        let Some(terms) = name.terms() else { continue };
        let Ok(value) = Matcher::new(&name, Value::from(&matcher.text)) else {
            continue;
        };
        if exists(snapshot, &name, &value)? {
            let spelling = common_spelling(snapshot, terms, value.folded())?;
            return Ok(vec![format!("{name}:{}", quoted(&spelling))]);
        }
    }
    let near = nearest_term(snapshot, rule, TermField::Tag, "", &fold(&matcher.text))?;
    Ok(near.into_iter().map(|near| format!("tag:{near}")).collect())
}

#[cfg(test)]
mod tests {
    use crate::{Date, Event, Store};

    #[test]
    fn a_day_of_any_year_that_stands_as_a_word_is_told_how_it_is_asked() {
        let store = Store::memory().unwrap();
        let id = "2017/01/9/a".parse().unwrap();
        let event = Event::new(id, Date::new(2017, 1, 9), "A book is read");
        store.add([event]).unwrap();
        for (query, hint) in [
            (
                "1-9 book",
                "1-9 is a word; did you mean on:01-09, that day in any year?",
            ),
            ("01-10", "no event has 01-10"),
            ("Jan 2017", "Jan is a word; did you mean the time 2017-01?"),
            (
                "9. January 2017 book",
                "January is a word; did you mean the time 2017-01-09?",
            ),
            ("9 March 2017", "no event has 9"),
        ] {
            let found = store.query(query).unwrap().hint().unwrap();
            assert_eq!(found.as_deref(), Some(hint), "{query}");
        }
    }
}
