//! What a person probably meant.

use super::days::Days;
use super::model::{Field, Query};
use super::print;
use crate::event::Date;

pub(super) const FIELDS: &str =
    "fields are tag, category, source, domain, related, refers, kind, lang, superseded";
pub(super) const SUPERSEDED: &str = "superseded is yes, no or only";

/// How the values of a field are written.
pub(super) fn values_of(field: Field) -> String {
    match field {
        Field::Kind => "kind is a word such as news or opinion".to_owned(),
        Field::Lang => "lang is a language such as en or zh".to_owned(),
        Field::Related | Field::Refers => format!("write an id: {field}:2017/03/2/slug"),
        _ => format!("write {field}:value, {field}:\"two words\" or {field}:(one, other)"),
    }
}

/// A date as it should have been written, if the text looks like one.
pub(super) fn date(text: &str) -> Option<String> {
    if let Some((day, _)) = text.split_once(['T', 't', ' ']) {
        let days = Days::strict(day).ok()?;
        return Some(format!("questions know days only: write {days}"));
    }
    if let Some(week) = week(text) {
        return Some(week);
    }
    let parts: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let year = |part: &&str| part.len() == 4;
    let days = match parts.as_slice() {
        [one] if one.len() == 8 && one.is_ascii() => {
            Days::strict(&format!("{}-{}-{}", &one[..4], &one[4..6], &one[6..]))
        }
        [one] if one.len() == 6 && one.is_ascii() => {
            Days::strict(&format!("{}-{}", &one[..4], &one[4..]))
        }
        [one] if year(one) => Days::strict(one),
        [a, b] if year(a) && year(b) => {
            return Some(format!("did you mean {a}..{b}?"));
        }
        [a, rest @ ..] if year(a) && rest.len() <= 2 => Days::strict(&parts.join("-")),
        [.., last] if year(last) && parts.len() == 3 => {
            return Some(format!("write the year first: {last}-MM-DD"));
        }
        [month, last] if year(last) => Days::strict(&format!("{last}-{month}")),
        _ => return None,
    };
    days.ok().map(|days| format!("did you mean {days}?"))
}

/// The days of a week such as `2017-W09`.
fn week(text: &str) -> Option<String> {
    let (year, week) = text.split_once(['W', 'w'])?;
    let year: i16 = year.trim_end_matches('-').parse().ok()?;
    let week: i8 = week.parse().ok()?;
    // January the 4th lies in week 1 by definition.
    let monday = Date::new(year, 1, 4)?
        .week_start()
        .plus_days(7 * (i64::from(week) - 1));
    let right = monday.iso_week() == (year, week);
    right.then(|| {
        format!(
            "write the days of the week: {monday}..{}",
            monday.plus_days(6)
        )
    })
}

/// For a name before a colon that is no field; `rest` is the value behind it.
pub(super) fn field(name: &str, negated: bool, rest: &str) -> String {
    let lower = name.to_lowercase();
    let lower = lower.trim_start_matches('-');
    let minus = if negated || name.starts_with('-') {
        "-"
    } else {
        ""
    };
    let range = match lower {
        "since" | "from" | "after" | "start" => Some((true, false)),
        "until" | "to" | "before" | "end" => Some((false, true)),
        "date" | "day" | "month" | "year" | "on" | "in" | "time" => Some((true, true)),
        _ => None,
    };
    if let Some((since, until)) = range {
        let days = Days::strict(rest)
            .unwrap_or_else(|_| Date::new(2017, 3, 2).map_or_else(|| Date::MIN.into(), Days::from));
        return match (since, until) {
            (true, false) => format!("a time stands by itself: write {days}.."),
            (false, true) => format!("a time stands by itself: write ..{days}"),
            _ => format!("a time stands by itself: write {days}"),
        };
    }
    let known = match lower {
        "tags" | "topic" | "topics" | "keyword" | "keywords" | "label" | "context" | "消息"
        | "上下文" => Some("tag"),
        "categories" | "cat" | "section" => Some("category"),
        "sources" | "publisher" | "publishers" | "name" => Some("source"),
        "domains" | "host" | "site" | "url" => Some("domain"),
        "related_to" | "link" | "links" | "linked" => Some("related"),
        "referring" | "refers_to" | "referrers" | "links_to" => Some("refers"),
        "type" | "kinds" => Some("kind"),
        "language" | "locale" | "langs" => Some("lang"),
        "stale" | "old" | "current" => Some("superseded"),
        "title" | "summary" | "text" | "body" | "word" | "words" => {
            return format!("text cannot be searched yet; {FIELDS}");
        }
        "id" => return "ask the store for one event by its id".to_owned(),
        _ => Field::ALL
            .into_iter()
            .map(Field::as_str)
            .chain(["superseded"])
            .map(|field| (distance(lower, field), field))
            .min()
            .filter(|&(far, field)| far <= 2 && far < field.len() / 2 + 1)
            .map(|(_, field)| field),
    };
    match known {
        Some(known) => format!("did you mean {minus}{known}:?"),
        None => FIELDS.to_owned(),
    }
}

/// For a word that stands by itself. `before` is the tag that stands before it without quotes, if one does.
pub(super) fn word(word: &str, negated: bool, before: Option<&str>) -> String {
    match word {
        "AND" | "and" | "&" | "&&" | "+" => {
            return "conditions stand side by side and all hold: leave the word out, or write tag:and"
                .replace("tag:and", &format!("tag:{}", print::value(word)));
        }
        "OR" | "or" | "|" | "||" => {
            return "any of several values of one field: tag:(one, other)".to_owned();
        }
        "NOT" | "not" | "!" => return "put - before a condition: -tag:value".to_owned(),
        _ => {}
    }
    if word.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && !negated
        && let Some(date) = date(word)
    {
        return date;
    }
    let minus = if negated { "-" } else { "" };
    let tag = print::value(word);
    match before {
        Some(before) if !negated => {
            let both = print::value(&format!("{before} {word}"));
            format!("did you mean tag:{both} or tag:{tag}?")
        }
        _ => format!("did you mean {minus}tag:{tag}?"),
    }
}

/// The plain relative of a typographic or full-width character.
pub(super) fn plain(c: char) -> Option<char> {
    Some(match c {
        '“' | '”' | '„' | '‘' | '’' => '"',
        '：' => ':',
        '（' => '(',
        '）' => ')',
        '，' => ',',
        '＊' => '*',
        _ => return None,
    })
}

/// Edits between two short words.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(24).collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let up = row[j + 1];
            row[j + 1] = (diagonal + usize::from(x != y)).min(up + 1).min(row[j] + 1);
            diagonal = up;
        }
    }
    row[b.len()]
}

/// A query that swaps the ends of a range.
pub(super) fn swapped(query: &Query) -> Option<String> {
    let swapped = print::time(
        query.until.map(|day| first_of(query, day)),
        query.since.map(|day| last_of(query, day)),
    )?;
    Some(format!("did you mean {swapped}?"))
}

fn first_of(query: &Query, until: Date) -> Date {
    let whole = query.since.is_some_and(|since| since.day() == 1);
    let year = Days::year(until.year()).filter(|year| year.last() == until);
    let month = Days::month(until.year(), until.month()).filter(|month| month.last() == until);
    year.or(month)
        .filter(|_| whole)
        .map_or(until, |days| days.first())
}

fn last_of(query: &Query, since: Date) -> Date {
    let whole = query
        .until
        .is_some_and(|until| until.plus_days(1).day() == 1);
    let year = Days::year(since.year()).filter(|year| year.first() == since);
    let month = Days::month(since.year(), since.month()).filter(|month| month.first() == since);
    year.or(month)
        .filter(|_| whole)
        .map_or(since, |days| days.last())
}
