//! What a query means, event by event: slow and plain.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;

use super::stores::{AUTHORS, CATEGORIES, DAYS, META_VALUES, NOTES, NUMBERS, TAGS, id_of, note_id};
use crate::event::{Date, Event, EventId, MetaValue, fold};
use crate::query::model::Clause;
use crate::query::text::Trait;
use crate::query::text::{MatchMode, Matcher, QueryField};
use crate::query::{Facet, Include, Query, Value, prefix};
use crate::{Snapshot, Store};

/// Every event of a store by id, superseded ones included.
pub fn everything(snapshot: &Snapshot) -> BTreeMap<String, Event> {
    let ids = (0..NUMBERS).map(id_of).chain((0..NOTES).map(note_id));
    let found: BTreeMap<_, _> = ids
        .filter_map(|id| {
            snapshot
                .get(&id)
                .expect("an event")
                .map(|event| (id.as_str().to_owned(), event))
        })
        .collect();
    assert_eq!(found.len(), snapshot.len());
    found
}

pub fn all_of(store: &Store) -> BTreeMap<String, Event> {
    everything(&store.snapshot().expect("a snapshot"))
}

/// The texts of `meta` with their keys, folded and joined by dots.
fn texts_of_meta(event: &Event) -> Vec<(String, String)> {
    fn walk(key: &str, value: &MetaValue, out: &mut Vec<(String, String)>) {
        match value {
            MetaValue::Null => {}
            MetaValue::Text(text) => {
                let words: Vec<&str> = text.split_whitespace().collect();
                out.push((fold(key).into_owned(), words.join(" ")));
            }
            MetaValue::List(items) => items.iter().for_each(|item| walk(key, item, out)),
            MetaValue::Map(map) => {
                for (inner, value) in map.iter() {
                    walk(&format!("{key}.{inner}"), value, out);
                }
            }
        }
    }
    let mut out = Vec::new();
    event
        .meta
        .iter()
        .for_each(|(key, value)| walk(key, value, &mut out));
    out.retain(|(_, text)| !text.is_empty());
    out
}

fn has_key(event: &Event, key: &str) -> bool {
    let within = format!("{key}.");
    let mut texts = texts_of_meta(event).into_iter();
    texts.any(|(other, _)| other == key || other.starts_with(&within))
}

pub fn values(event: &Event, by: &Facet) -> Vec<String> {
    match by {
        Facet::Tag => event.tags.clone(),
        Facet::Category => event.categories.clone(),
        Facet::Author => event.authors.clone(),
        Facet::Source => event
            .sources
            .iter()
            .map(|source| source.name.clone())
            .collect(),
        Facet::Domain => event
            .sources
            .iter()
            .filter_map(|source| source.domain())
            .collect(),
        Facet::Kind => vec![event.kind.to_string()],
        Facet::Lang => vec![event.lang.to_string()],
        Facet::Meta(key) => {
            let texts = texts_of_meta(event).into_iter();
            let of_key = texts.filter(|(other, text)| *other == fold(key) && text.len() <= 256);
            of_key.map(|(_, text)| text).collect()
        }
        Facet::Word => {
            let words = texts(event).map(|text| fold(text).into_owned());
            let words = words
                .iter()
                .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
            words
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        }
    }
}

fn matches(matcher: &Matcher, values: &[String]) -> bool {
    values.iter().any(|value| match matcher.mode {
        MatchMode::Exact => fold(value) == matcher.folded(),
        MatchMode::Prefix => fold(value).starts_with(matcher.folded()),
        MatchMode::Any => true,
    })
}

fn texts(event: &Event) -> [&str; 3] {
    let summary = event.summary.as_deref();
    let body = event.body.as_deref();
    [
        &event.title,
        summary.unwrap_or_default(),
        body.unwrap_or_default(),
    ]
}

/// Whether a text has a value's words next to each other. All of them are of letters that ASCII has.
fn has_words(matcher: &Matcher, text: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let text = text.to_ascii_lowercase();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (asked, found) = (words(&matcher.text), words(text));
    let Some((last, before)) = asked.split_last() else {
        return matcher.mode == MatchMode::Any && !found.is_empty();
    };
    let mut places = found.windows(asked.len());
    places.any(|here| match matcher.mode {
        MatchMode::Prefix => here.starts_with(before) && here[before.len()].starts_with(last),
        _ => here == asked,
    })
}

fn links(from: &Event, to: &str) -> bool {
    from.related.iter().any(|related| related.id.as_str() == to)
}

fn holds(clause: &Clause, event: &Event, all: &BTreeMap<String, Event>) -> bool {
    let any = clause.matchers.iter().any(|matcher| match &clause.field {
        QueryField::Text => texts(event)
            .into_iter()
            .any(|text| has_words(matcher, text)),
        QueryField::Title => has_words(matcher, texts(event)[0]),
        QueryField::Summary => has_words(matcher, texts(event)[1]),
        QueryField::Body => has_words(matcher, texts(event)[2]),
        QueryField::Tag => matches(matcher, &values(event, &Facet::Tag)),
        QueryField::Category => matches(matcher, &values(event, &Facet::Category)),
        QueryField::Author => matches(matcher, &values(event, &Facet::Author)),
        QueryField::Source => matches(matcher, &values(event, &Facet::Source)),
        QueryField::Domain => matches(matcher, &values(event, &Facet::Domain)),
        QueryField::Kind => event.kind.as_str() == matcher.text,
        QueryField::Lang => {
            let lang = event.lang.as_str();
            lang == matcher.text || lang.starts_with(&format!("{}-", matcher.text))
        }
        QueryField::Meta(key) => match matcher.mode {
            MatchMode::Any => has_key(event, key),
            mode => {
                let asked = fold(&matcher.text);
                let mut values = values(event, &Facet::Meta(key.clone())).into_iter();
                values.any(|value| match mode {
                    MatchMode::Exact => fold(&value) == asked,
                    _ => fold(&value).starts_with(&*asked),
                })
            }
        },
        QueryField::On => event
            .date
            .is_some_and(|date| format!("{:02}-{:02}", date.month(), date.day()) == matcher.text),
        QueryField::Has => match matcher.text.as_str() {
            "tag" => !event.tags.is_empty(),
            "category" => !event.categories.is_empty(),
            "author" => !event.authors.is_empty(),
            "source" => !event.sources.is_empty(),
            "domain" => event.sources.iter().any(|source| source.domain().is_some()),
            key => has_key(event, key),
        },
        QueryField::Refers => event.id.as_str() != matcher.text && links(event, &matcher.text),
        QueryField::Related => {
            let back = all
                .get(&matcher.text)
                .is_some_and(|other| links(other, event.id.as_str()));
            event.id.as_str() != matcher.text && (back || links(event, &matcher.text))
        }
    });
    any != clause.negated
}

/// The ids that answer, oldest first.
pub fn answer(query: &Query, all: &BTreeMap<String, Event>) -> Vec<EventId> {
    let rule = query.rule();
    let mut found: Vec<&Event> = all
        .values()
        .filter(|event| {
            let of = |of: Trait, has| rule.of(of).admits(has);
            of(Trait::Superseded, event.superseded)
                && of(Trait::Draft, event.draft)
                && of(Trait::Undated, event.date.is_none())
        })
        .filter(|event| query.since.is_none_or(|since| event.date >= Some(since)))
        .filter(|event| query.until.is_none_or(|until| event.date <= Some(until)))
        .filter(|event| query.clauses.iter().all(|clause| holds(clause, event, all)))
        .collect();
    found.sort_by(|a, b| (a.date, a.id.as_str()).cmp(&(b.date, b.id.as_str())));
    found.into_iter().map(|event| event.id.clone()).collect()
}

/// Folded value → number of events.
pub fn counts<'e>(events: impl Iterator<Item = &'e Event>, by: &Facet) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for event in events {
        let mut folded: Vec<String> = values(event, by)
            .iter()
            .map(|value| fold(value).into_owned())
            .collect();
        folded.sort();
        folded.dedup();
        folded
            .into_iter()
            .for_each(|value| *counts.entry(value).or_default() += 1);
    }
    counts
}

fn day() -> impl Strategy<Value = Date> {
    (select(DAYS), -1i64..=1).prop_map(|((year, month, day), by)| {
        Date::new(year, month, day).expect("a day").plus_days(by)
    })
}

fn value(of: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => select(of).prop_map(Value::from),
        1 => select(of).prop_map(|text| prefix(text.chars().take(2).collect::<String>())),
        1 => Just(Value::any()),
        1 => Just(Value::from("nobody has this")),
    ]
}

/// Words that stand in some texts, or nearly.
const ASKED: &[&str] = &[
    "flood",
    "FLOODS",
    "Flood warning",
    "storm",
    "covid-19",
    "covid 19",
    "2017",
    "note",
];

fn clause() -> impl Strategy<Value = Query> {
    let tags = prop::collection::vec(value(TAGS), 0..4);
    let categories = prop::collection::vec(value(CATEGORIES), 0..3);
    let sources = prop::collection::vec(
        value(&[
            "BBC",
            "reuters",
            "新华社",
            "bbc.co.uk",
            "reuters.com",
            "news.cn",
        ]),
        0..3,
    );
    let authors = prop::collection::vec(value(AUTHORS.split_last().unwrap().1), 0..3);
    let ids = prop::collection::vec((0..NUMBERS).prop_map(id_of), 1..3);
    let langs = select(&["en", "pt", "zh", "pt-BR", "zh-Hant", "und"][..]);
    let kinds = select(&["opinion", "news", "recipe"][..]);
    let keys = select(
        &[
            "series",
            "MY KEY",
            "cover",
            "cover.alt",
            "cover.series",
            "none",
        ][..],
    );
    let texts = prop::collection::vec(value(META_VALUES.split_at(7).0), 0..3);
    let names = select(&["tag", "category", "author", "source", "domain"][..]);
    let names = prop::collection::vec(prop_oneof![keys.clone(), names], 0..3);
    let asked = prop::collection::vec(
        prop_oneof![
            4 => select(ASKED).prop_map(Value::from),
            1 => select(&["flo", "flood wa", "1"][..]).prop_map(prefix),
            1 => Just(Value::from("nobody has this")),
        ],
        0..3,
    );
    let on = day().prop_map(|day| format!("{}-{}", day.month(), day.day()));
    let on = prop::collection::vec(on, 0..3);
    let words = (langs, kinds, keys, texts, names, asked, on);
    (0..28usize, tags, categories, authors, sources, ids, words)
        .prop_map(|(which, tags, categories, authors, sources, ids, words)| {
            let (lang, kind, key, texts, names, asked, on) = words;
            let q = Query::new();
            match which {
                0 => q.tags_all(tags.into_iter().take(2).collect::<Vec<_>>()),
                1 | 2 => q.tags_any(tags),
                3 => q.tags_none(tags),
                4 => q.category(categories),
                5 => q.category_none(categories),
                6 => q.source(sources),
                7 => q.source_none(sources),
                8 => q.domain(sources),
                9 => q.domain_none(sources),
                10 => q.related_to(ids),
                11 => q.refers_to(ids),
                12 => q.kind(kind),
                13 => q.author(authors),
                14 => q.author_none(authors),
                15 | 16 => q.meta(key, texts),
                17 => q.meta_none(key, texts),
                18 => q.has(names),
                20 => q.phrase(asked),
                21 => q.words_any(asked),
                22 => q.words_none(asked),
                23 => q.title(asked),
                24 => q.title_none(asked),
                25 => q.summary(asked),
                26 => q.body([vec![Value::any()], asked].concat()),
                27 => q.on(on),
                _ => q.lang(lang),
            }
            .expect("a clause")
        })
        .prop_flat_map(|q| (Just(q), any::<bool>()))
        .prop_map(|(q, turned)| match q.to_string().strip_prefix('-') {
            // Phrases, links, kinds, languages and days of a year have no call of their own for "none of".
            None if turned && q.clauses.len() == 1 => format!("-{q}").parse().expect("turned"),
            _ => q,
        })
}

pub fn query() -> impl Strategy<Value = Query> {
    let time = prop_oneof![
        3 => Just(Query::new()),
        1 => day().prop_map(|day| Query::new().since(day).expect("since")),
        1 => day().prop_map(|day| Query::new().until(day).expect("until")),
        2 => (day(), day()).prop_map(|(a, b)| format!("{a}.. ..{b}").parse().expect("a time")),
    ];
    let rule = prop_oneof![
        4 => Just(None),
        1 => select(&[Include::No, Include::Yes, Include::Only][..]).prop_map(Some),
    ];
    (time, prop::collection::vec(clause(), 0..3), rule).prop_map(|(time, clauses, rule)| {
        let query = clauses.into_iter().fold(time, |a, b| a & b);
        rule.map_or(query.clone(), |which| query.superseded(which))
    })
}
