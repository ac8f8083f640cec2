//! `bench`: how fast the store answers, with questions made of what it holds.

use std::path::Path;
use std::time::Instant;

use serde::Serialize;

use super::bench_questions::{Ask, Row, rows};
use super::open::open;
use crate::args::BenchArgs;
use crate::error::{CommandError, say};
use crate::format::{Format, Records, counted, grouped};
use crate::terminal::{Output, check_interrupt, columns_of, cut, pad, visible};

/// What was measured of a row.
struct Measured {
    /// The first run, in milliseconds, on a store just opened.
    first_ms: f64,
    /// The median of the runs behind it.
    median_ms: f64,
    answer: u64,
    unit: &'static str,
}

/// The columns of csv, tsv and md, and the names in JSON.
const COLUMNS: [&str; 7] = [
    "row",
    "query",
    "first_ms",
    "median_ms",
    "answer",
    "unit",
    "not_asked",
];

/// A row with its times and answer, or why it was not asked, for JSON.
#[derive(Serialize)]
struct RowObject<'a> {
    row: &'a str,
    query: Option<&'a str>,
    first_ms: Option<f64>,
    median_ms: Option<f64>,
    answer: Option<u64>,
    unit: Option<&'a str>,
    not_asked: Option<&'a str>,
}

impl<'a> RowObject<'a> {
    fn new(row: &'a str, query: &'a str, measured: &'a Result<Measured, &'a str>) -> Self {
        let found = measured.as_ref().ok();
        Self {
            row,
            query: Some(query).filter(|query| !query.is_empty()),
            first_ms: found.map(|found| found.first_ms),
            median_ms: found.map(|found| found.median_ms),
            answer: found.map(|found| found.answer),
            unit: found.map(|found| found.unit),
            not_asked: measured.as_ref().err().copied(),
        }
    }

    fn cells(&self) -> [String; COLUMNS.len()] {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let time = |time: Option<f64>| time.map_or(String::new(), ms);
        [
            self.row.to_owned(),
            text(self.query),
            time(self.first_ms),
            time(self.median_ms),
            self.answer
                .map_or(String::new(), |answer| answer.to_string()),
            text(self.unit),
            text(self.not_asked),
        ]
    }
}

pub(super) fn run(args: &BenchArgs, output: &mut Output) -> Result<(), CommandError> {
    let store = open(&args.store)?;
    let rows = rows(&store)?;
    store.close()?;
    match args.answer.format {
        Format::Table => table(&rows, args, output),
        format => {
            let raw = args.answer.raw_cells;
            let mut records = Records::begin(output, format, &COLUMNS, raw)?;
            for row in &rows {
                let (asked, measured) = row.measure(args)?;
                let object = RowObject::new(&row.name, &asked, &measured);
                let cells = object.cells();
                records.write(&cells.each_ref().map(String::as_str), &object)?;
                // A row may take a while: each is shown when it is there.
                records.flush()?;
            }
            records.end()
        }
    }
}

fn table(rows: &[Row], args: &BenchArgs, output: &mut Output) -> Result<(), CommandError> {
    let name_columns = rows.iter().map(|row| columns_of(&row.name)).max();
    let name_columns = name_columns.unwrap_or(0);
    let head = pad("", name_columns);
    output.line(&format!(
        "{head}  {:>9}  {:>9}  answer",
        "first, ms", "median"
    ))?;
    for row in rows {
        let (asked, measured) = row.measure(args)?;
        draw(&row.name, name_columns, &asked, &measured, output)?;
        output.finish()?;
    }
    let runs = counted(args.runs.into(), "run", "runs");
    say(&format!(
        "first: asked of a store just opened; median: of the {runs} after it"
    ));
    Ok(())
}

impl Row {
    /// The query that is asked, and what was measured or why it was not asked.
    fn measure(&self, args: &BenchArgs) -> Result<(String, Result<Measured, &str>), CommandError> {
        let asked = self.ask.as_ref().map_or(String::new(), Ask::text);
        let measured = match &self.ask {
            Ok(ask) => Ok(measure(ask, &args.store, args.runs)?),
            Err(why) => Err(why.as_str()),
        };
        Ok((asked, measured))
    }
}

<<<<<<< HEAD
/// The questions, about the most frequent tags, the busiest year and its busiest month: no store has harder ones.
fn rows(store: &Store) -> Result<Vec<Row>, CommandError> {
    let hits = store.query("")?;
    let tags = hits.facets(Facet::Tags, Some(TAGS))?;
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

/// All of some tags, or any of ten and none of the two before them, within a year and some years before it.
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
    fn text(&self) -> String {
        match self {
            Self::Open | Self::Gets(_) | Self::Links(_) => String::new(),
            Self::Query(_, query) => query.clone(),
        }
    }

    fn unit(&self) -> &'static str {
        match self {
            Self::Links(_) => "links",
            Self::Query(Form::Months, _) => "months",
            Self::Query(Form::Tags, _) => "tags",
            _ => "events",
        }
    }

    /// From the text of a question to all of its answer, and how much that is. Events come with every string made.
    fn answer(&self, store: &Store) -> Result<u64, CommandError> {
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
            Form::Tags => Ok(black_box(hits.facets(Facet::Tags, Some(TOP))?).len() as u64),
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

=======
>>>>>>> refs/heads/cli
/// Asks a question of a store just opened, then some times more of the warm one.
fn measure(ask: &Ask, path: &Path, runs: u32) -> Result<Measured, CommandError> {
    let mut store = open(path)?;
    let mut times = Vec::new();
    let mut answer = 0;
    for _ in 0..=runs {
        check_interrupt()?;
        if let Ask::Open = ask {
            store.close()?;
        }
        let start = Instant::now();
        if let Ask::Open = ask {
            store = open(path)?;
        }
        answer = ask.answer(&store)?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    store.close()?;
    let first_ms = times.remove(0);
    times.sort_by(f64::total_cmp);
    let (low, high) = (times[(times.len() - 1) / 2], times[times.len() / 2]);
    Ok(Measured {
        first_ms,
        median_ms: (low + high) / 2.0,
        answer,
        unit: ask.unit(),
    })
}

fn draw(
    name: &str,
    name_columns: usize,
    asked: &str,
    measured: &Result<Measured, &str>,
    output: &mut Output,
) -> Result<(), CommandError> {
    let name = pad(name, name_columns);
    match measured {
        Ok(found) => {
            let line = format!(
                "{name}  {:>9}  {:>9}  {} {}",
                ms(found.first_ms),
                ms(found.median_ms),
                grouped(found.answer),
                found.unit,
            );
            output.line(&line)?;
        }
        Err(why) => output.line(&format!("{name}  {:>9}  {:>9}  not asked: {why}", "-", "-"))?,
    }
    if asked.is_empty() {
        return Ok(());
    }
    let asked = visible(asked);
    let asked = match output.columns() {
        Some(columns) => cut(&asked, columns.saturating_sub(2)),
        None => asked,
    };
    output.line(&format!("  {asked}"))
}

/// Milliseconds with three digits that say something, and never finer than the clock.
fn ms(value: f64) -> String {
    let digits = match value {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 4,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::ms;

    #[test]
    fn milliseconds_have_about_three_digits() {
        assert_eq!(ms(1234.5), "1234");
        assert_eq!(ms(12.345), "12.3");
        assert_eq!(ms(1.2345), "1.23");
        assert_eq!(ms(0.012_34), "0.0123");
    }
}
