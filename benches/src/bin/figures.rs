//! The questions of `questions.json` asked in Rust: what the same figures are without Python, and what to profile.
//!
//! ```sh
//! cargo run --release -p eventstore-benches --bin figures -- load target/bench/archive-100000.tar target/bench/store
//! cargo run --release -p eventstore-benches --bin figures -- ask target/bench/store
//! cargo run --release -p eventstore-benches --bin figures -- ask target/bench/store --only "whole events" --times 200
//! ```

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use eventstore::{By, Column, Event, EventId, Facet, IngestOptions, Order, Store};
use serde::Deserialize;

const QUESTIONS: &str = include_str!("../../questions.json");
const SAMPLE: usize = 2_000;

type Failure = Box<dyn Error>;

/// Ask the questions of the figures in Rust.
#[derive(Parser)]
enum Command {
    /// Ingest an archive into a new store; timed until it is closed
    Load { archive: PathBuf, store: PathBuf },
    /// Ask every question of a store several times; the first time apart
    Ask {
        store: PathBuf,
        /// Only rows that hold this text
        #[arg(long, default_value = "")]
        only: String,
        /// Runs after the first
        #[arg(long, default_value_t = 7)]
        times: usize,
    },
}

#[derive(Deserialize)]
struct Question {
    row: String,
    ask: String,
    query: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    size: u64,
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Load { archive, store } => load(&archive, &store),
        Command::Ask { store, only, times } => ask(&store, &only, times),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn load(archive: &Path, path: &Path) -> Result<(), Failure> {
    let store = Store::open(path)?;
    let start = Instant::now();
    let report = store.ingest(archive, IngestOptions::default())?;
    let ingested = start.elapsed();
    store.close()?;
    let all = start.elapsed();
    println!(
        "{:.3} s, {:.3} s of them closing: {report:?}",
        all.as_secs_f64(),
        (all - ingested).as_secs_f64()
    );
    Ok(())
}

/// Reads every string of an event.
fn letters(event: &Event) -> usize {
    let some = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let mut sum = event.id.as_str().len()
        + event.title.len()
        + event.tags.iter().map(String::len).sum::<usize>();
    sum += some(&event.summary) + some(&event.cover_image);
    for text in event.categories.iter().chain(&event.authors) {
        sum += text.len();
    }
    for source in &event.sources {
        sum += source.name.len()
            + source.url.len()
            + some(&source.image)
            + source.domain().map_or(0, |host| host.len());
    }
    for related in &event.related {
        sum += related.id.as_str().len()
            + related.title.len()
            + related.tags.iter().map(String::len).sum::<usize>();
    }
    for change in &event.changes {
        sum += change.id.as_str().len() + change.title.len() + some(&change.at);
    }
    sum
}

fn ask(path: &Path, only: &str, times: usize) -> Result<(), Failure> {
    let start = Instant::now();
    let store = Store::open(path)?;
    println!("{:9.3} ms  open", start.elapsed().as_secs_f64() * 1e3);
    let chosen = Chosen::of(&store)?;
    for question in serde_json::from_str::<Vec<Question>>(QUESTIONS)? {
        let query = chosen.fill(&question.query);
        time(&question.row, only, times, || {
            answer(&store, &question, &query)
        })?;
    }
    let sample = &chosen.sample;
    time("How many link to it", only, times, || {
        sample
            .iter()
            .try_fold(0, |sum, id| Ok(sum + store.referring(id)?.count()?))
    })?;
    time("A month of whole events", only, times, || {
        let hits = store.query(chosen.month.as_str())?;
        hits.iter()
            .try_fold(0, |sum, event| Ok(sum + letters(&event?) as u64))
    })?;
    time("All events, five columns to Arrow", only, times, || {
        let five = ["id", "date", "title", "category", "tags"];
        let columns: Vec<Column> = five
            .iter()
            .map(|name| name.parse())
            .collect::<Result<_, _>>()?;
        let batches = store.query("superseded:yes")?.record_batches(&columns)?;
        batches
            .into_iter()
            .try_fold(0, |rows, batch| Ok(rows + batch?.num_rows() as u64))
    })?;
    time(
        &format!("{} whole events by id", sample.len()),
        only,
        times,
        || {
            sample.iter().try_fold(0, |sum, id| {
                let event = store.get(id)?.ok_or_else(|| format!("{id} is gone"))?;
                Ok(sum + letters(&event) as u64)
            })
        },
    )?;
    Ok(())
}

fn answer(store: &Store, question: &Question, query: &str) -> Result<u64, Failure> {
    let hits = store.query(query)?;
    Ok(match question.ask.as_str() {
        "count" => hits.count()?,
        "newest" => {
            let newest = hits.order(Order::NewestFirst)?.slice(..question.size);
            newest.iter().try_fold(0, |sum, event| {
                event.map(|event| sum + letters(&event) as u64)
            })?
        }
        "timeline" => hits
            .timeline(question.by.parse::<By>()?)?
            .iter()
            .map(|bucket| bucket.count)
            .sum(),
        "facets" => {
            let facets =
                hits.facets(question.by.parse::<Facet>()?, Some(question.size as usize))?;
            facets.iter().map(|facet| facet.count).sum()
        }
        other => return Err(format!("no such way to ask: {other}").into()),
    })
}

fn time(
    row: &str,
    only: &str,
    times: usize,
    mut work: impl FnMut() -> Result<u64, Failure>,
) -> Result<(), Failure> {
    if !row.contains(only) {
        return Ok(());
    }
    let mut run = || -> Result<(f64, u64), Failure> {
        let start = Instant::now();
        let answer = work()?;
        Ok((start.elapsed().as_secs_f64() * 1e3, answer))
    };
    let (first, answer) = run()?;
    let mut later = (0..times)
        .map(|_| run().map(|(ms, _)| ms))
        .collect::<Result<Vec<f64>, Failure>>()?;
    later.sort_by(f64::total_cmp);
    let middle = later.get(later.len() / 2).copied().unwrap_or(first);
    println!("{middle:9.3} ms  {row} (first {first:.3} ms, answer {answer})");
    Ok(())
}

/// Which tags, year, month and events the questions are about.
struct Chosen {
    tags: Vec<String>,
    year: i64,
    month: String,
    sample: Vec<EventId>,
}

impl Chosen {
    fn of(store: &Store) -> Result<Self, Failure> {
        let hits = store.query("")?;
        let tags = hits.facets(Facet::Tag, Some(12))?;
        let tags = tags.iter().map(|tag| format!("{:?}", tag.value)).collect();
        let busiest = |hits: &eventstore::Hits, by: By| -> Result<String, Failure> {
            let timeline = hits.timeline(by)?;
            let bucket = timeline
                .iter()
                .rev()
                .max_by_key(|bucket| bucket.count)
                .ok_or("the store is empty")?;
            Ok(bucket.label.clone())
        };
        let year = busiest(&hits, By::Year)?;
        let month = busiest(&store.query(year.as_str())?, By::Month)?;
        let ids = hits.ids()?;
        let sample = ids
            .iter()
            .step_by((ids.len() / SAMPLE).max(1))
            .take(SAMPLE)
            .cloned()
            .collect();
        Ok(Self {
            tags,
            year: year.parse()?,
            month,
            sample,
        })
    }

    fn fill(&self, query: &str) -> String {
        let mut query = query
            .replace("{year}", &self.year.to_string())
            .replace("{since}", &(self.year - 3).to_string());
        for (number, tag) in self.tags.iter().enumerate() {
            query = query.replace(&format!("{{tag{number}}}"), tag);
        }
        query.replace("{month}", &self.month)
    }
}
