//! The questions of `bench`, made of what the store holds.

use std::hint::black_box;

use crate::error::CommandError;
use crate::format::grouped;
use eventstore::{By, EventId, Facet, Hits, Order, ParseError, Query, Store};

/// Events that are read one by one, spread evenly over the store in order of date.
const SAMPLE: usize = 2_000;
/// Tags that the questions name, the most frequent: two to leave out and ten to ask for.
const TAGS: usize = 12;
/// Years before the busiest one with which the range of a question begins.
const YEARS_BEFORE: i16 = 3;
/// Events of the newest, values of the most frequent.
const TOP: usize = 20;

/// A row of the table: a question, or why this store cannot be asked it.
pub(super) struct Row {
    pub name: String,
    pub ask: Result<Ask, String>,
}

/// One way to ask.
pub(super) enum Ask {
    Open,
    Gets(Vec<EventId>),
    Links(Vec<EventId>),
    Query(Form, String),
}

/// What is wanted of the events that answer a query.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Events,
    Newest,
    Count,
    Months,
    Tags,
}

/// The questions, about the most frequent tags, the busiest year and its busiest month: no store
/// has harder ones.
pub(super) fn rows(store: &Store) -> Result<Vec<Row>, CommandError> {
    let hits = store.query("")?;
    let tags = hits.facets(Facet::Tag, Some(TAGS))?;
    let tags: Vec<&str> = tags.iter().map(|tag| tag.value.as_str()).collect();
    let year = busiest(&hits, By::Year)?;
    let month = match &year {
        Some(year) => busiest(&store.query(year.as_str())?, By::Month)?,
        None => None,
    };
    let all = hits.ids()?;
    let step = (all.len() / SAMPLE).max(1);
    let ids: Vec<EventId> = all.into_iter().step_by(step).take(SAMPLE).collect();
    let many = grouped(ids.len() as u64);
    let no_event = || "the store has no event that a question could be about".to_owned();
    let some_ids = || match ids.is_empty() {
        true => Err(no_event()),
        false => Ok(ids.clone()),
    };
    let needs = |number: usize| match tags.get(..number) {
        Some(tags) => Ok(tags),
        None => Err(format!("needs {number} tags; the store has {}", tags.len())),
    };
    let asked =
        |form, query: Result<Query, String>| query.map(|query| Ask::Query(form, query.to_string()));
    let of_tag = |form| asked(form, needs(1).and_then(|tags| within(tags, &[], None, 0)));
    let of_year = |form| match &year {
        Some(year) => asked(form, within(&[], &[], Some(year), 0)),
        None => Err(no_event()),
    };
    let rows = [
        ("open", Ok(Ask::Open)),
        ("whole events by id", some_ids().map(Ask::Gets)),
        (
            "a month of whole events",
            month
                .map(|month| Ask::Query(Form::Events, month))
                .ok_or_else(no_event),
        ),
        ("count of a tag", of_tag(Form::Count)),
        (
            "two tags and a range, newest 20",
            asked(
                Form::Newest,
                needs(2).and_then(|tags| within(tags, &[], year.as_deref(), YEARS_BEFORE)),
            ),
        ),
        (
            "any of 10 tags, none of 2, a year: count",
            asked(
                Form::Count,
                needs(TAGS).and_then(|tags| within(&[], tags, year.as_deref(), 0)),
            ),
        ),
        ("timeline of a tag by month", of_tag(Form::Months)),
        ("top 20 tags of a year", of_year(Form::Tags)),
        ("tags that occur with a tag", of_tag(Form::Tags)),
        ("how many link to it", some_ids().map(Ask::Links)),
    ];
    let name = |name: &str, ask: &Result<Ask, String>| match ask {
        Ok(Ask::Gets(_)) => format!("{many} {name}"),
        Ok(Ask::Links(_)) => format!("{name}, {many} times"),
        _ => name.to_owned(),
    };
    let rows = rows.into_iter().map(|(row, ask)| Row {
        name: name(row, &ask),
        ask,
    });
    Ok(rows.collect())
}

/// All of some tags, or any of ten and none of the two before them, within a year and some years
/// before it.
fn within(all: &[&str], any: &[&str], year: Option<&str>, before: i16) -> Result<Query, String> {
    let made = || {
        let mut query = Query::new().tags_all(all)?;
        if let Some((none, any)) = any.split_at_checked(2) {
            query = query.tags_any(any)?.tags_none(none)?;
        }
        if let Some(year) = year {
            let first = year.parse::<i16>().unwrap_or(1).saturating_sub(before);
            let first = format!("{:04}", first.max(1));
            query = query.since(first.as_str())?.until(year)?;
        }
        Ok::<_, ParseError>(query)
    };
    made().map_err(|error| error.message)
}

/// The first of the buckets that hold most events.
fn busiest(hits: &Hits, by: By) -> Result<Option<String>, CommandError> {
    let timeline = hits.timeline(by)?;
    let buckets = timeline.iter().rev().filter(|bucket| bucket.count > 0);
    let busiest = buckets.max_by_key(|bucket| bucket.count);
    Ok(busiest.map(|bucket| bucket.label.clone()))
}

impl Ask {
    /// The query that is asked, if the row is about one.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Open | Self::Gets(_) | Self::Links(_) => String::new(),
            Self::Query(_, query) => query.clone(),
        }
    }

    pub(super) fn unit(&self) -> &'static str {
        match self {
            Self::Links(_) => "links",
            Self::Query(Form::Months, _) => "months",
            Self::Query(Form::Tags, _) => "tags",
            _ => "events",
        }
    }

    /// From the text of a question to all of its answer, and how much that is. Events come with
    /// every field.
    pub(super) fn answer(&self, store: &Store) -> Result<u64, CommandError> {
        let (form, query) = match self {
            Self::Open => return Ok(store.len()? as u64),
            Self::Gets(ids) => {
                let mut found = 0;
                for id in ids {
                    found += u64::from(black_box(store.get(id)?).is_some());
                }
                return Ok(found);
            }
            Self::Links(ids) => {
                let mut links = 0;
                for id in ids {
                    links += store.referring(id)?.count()?;
                }
                return Ok(links);
            }
            Self::Query(form, query) => (*form, query.as_str()),
        };
        let hits = store.query(query)?;
        match form {
            Form::Events => read(&hits),
            Form::Newest => read(&hits.order(Order::NewestFirst)?.slice(..TOP as u64)),
            Form::Count => Ok(hits.count()?),
            Form::Months => Ok(black_box(hits.timeline(By::Month)?).len() as u64),
            Form::Tags => Ok(black_box(hits.facets(Facet::Tag, Some(TOP))?).len() as u64),
        }
    }
}

fn read(hits: &Hits) -> Result<u64, CommandError> {
    let mut number = 0;
    for event in hits.iter() {
        black_box(event?);
        number += 1;
    }
    Ok(number)
}
