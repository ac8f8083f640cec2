//! One job on a small archive, for `scripts/check-instructions` to count the instructions of.
//!
//! ```sh
//! cargo run --release -p eventstore-benches --bin generate -- --pages 1000 --seed 1 --out target/small
//! RAYON_NUM_THREADS=1 valgrind --tool=callgrind target/release/instructions get target/small
//! ```
//!
//! Everything lies in memory: with no disk, no background thread of sled and one core, the same program does the same
//! steps each time. What a job needs before it begins is a job of its own (`nothing`, `loaded`, `loaded-words`), to be subtracted.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use eventstore::{
    By, Event, EventId, Facet, IngestOptions, OnError, OpenOptions, Order, Store, Words,
};

/// Whole events by id.
const EVENTS: usize = 400;
/// How often each question is asked: enough that its count is not lost in what the load before it varies by.
const COUNTS: usize = 1_000;
const NEWEST: usize = 40;
const TIMELINES: usize = 1_000;
const WORDS: usize = 40;
/// Events of a page of the newest.
const SIZE: u64 = 20;

type Failure = Box<dyn Error>;
type Pages = Vec<(String, Vec<u8>)>;

/// Do one job on the pages of a directory, and print what came out.
#[derive(Parser)]
struct Arguments {
    job: Job,
    /// A directory that `generate` has written
    archive: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Job {
    /// Read the files into memory; what `parse`, `ingest` and `loaded` begin with
    Nothing,
    /// Read every page, render it back to compare, and lay its row out
    Parse,
    /// All of that, and evidence, indexes, blocks, and a commit
    Ingest,
    /// Ingest, and ask each question once; what the jobs below begin with
    Loaded,
    /// Whole events by id, every string read
    Get,
    /// The count of a tag, and of any of ten tags and none of two in a year
    Count,
    /// The newest 20 events of two tags, every string read
    Newest,
    /// The timeline of a tag by day
    Timeline,
    /// As `ingest`, with the words of all texts; the jobs above have none
    IngestWords,
    /// As `loaded`, with words and the question for them; what `words` begins with
    LoadedWords,
    /// The newest 20 and the best 20 events of a word, and the count of two words next to each other
    Words,
}

fn main() -> ExitCode {
    let Arguments { job, archive } = Arguments::parse();
    match run(job, &archive) {
        Ok(answer) => {
            println!("{answer}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", archive.display());
            ExitCode::FAILURE
        }
    }
}

/// The answer says that the work was done, and keeps the compiler from leaving it out.
fn run(job: Job, archive: &Path) -> Result<u64, Failure> {
    let mut pages = Pages::new();
    read(archive, "", &mut pages)?;
    let found = pages.len() as u64;
    match job {
        Job::Nothing => return Ok(found),
        Job::Parse => return parse(pages),
        _ => {}
    }
    let with_words = [Job::IngestWords, Job::LoadedWords, Job::Words].contains(&job);
    let words = if with_words { Words::On } else { Words::Off };
    let store = OpenOptions::new().words(words).memory()?;
    let report = store.ingest(pages, strict())?;
    if matches!(job, Job::Ingest | Job::IngestWords) {
        return Ok(report.added);
    }
    if with_words {
        let times = if job == Job::Words { WORDS } else { 1 };
        return (0..times).try_fold(0, |sum, _| Ok(sum + ask_words(&store)?));
    }
    let questions = Questions::of(&store)?;
    // Once before: what a question loads on first use is no part of its count.
    let warm = [Job::Get, Job::Count, Job::Newest, Job::Timeline]
        .into_iter()
        .try_fold(0, |sum, each| {
            Ok::<_, Failure>(sum + questions.ask(&store, each)?)
        })?;
    let times = match job {
        Job::Get => 1,
        Job::Count => COUNTS,
        Job::Newest => NEWEST,
        Job::Timeline => TIMELINES,
        _ => return Ok(warm),
    };
    (0..times).try_fold(0, |sum, _| Ok(sum + questions.ask(&store, job)?))
}

fn strict<'a>() -> IngestOptions<'a> {
    IngestOptions::new().on_error(OnError::Raise)
}

/// The files of a folder in the order of their names, which is the same everywhere.
fn read(folder: &Path, prefix: &str, pages: &mut Pages) -> Result<(), Failure> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read(&entry.path(), &format!("{path}/"), pages)?;
        } else {
            pages.push((path, fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// An ingest that a last, bad page ends before anything is resolved or built.
fn parse(mut pages: Pages) -> Result<u64, Failure> {
    let good = pages.len() as u64;
    let bad = "zz/not-an-event.md";
    pages.push((bad.to_owned(), b"\0".to_vec()));
    let store = Store::memory()?;
    match store.ingest(pages, strict()) {
        Err(eventstore::Error::Page(error)) if error.path == bad => Ok(good),
        Err(error) => Err(error.into()),
        Ok(_) => Err("the bad page was read".into()),
    }
}

/// Asks for words that every archive of `generate` has.
fn ask_words(store: &Store) -> Result<u64, Failure> {
    let hits = store.query("people")?;
    let mut sum = store.query("\"of the\"")?.count()?;
    for order in [Order::NewestFirst, Order::Relevance] {
        let some = hits.order(order)?.slice(..SIZE);
        sum = some
            .iter()
            .try_fold(sum, |sum, event| Ok::<_, Failure>(sum + letters(&event?)))?;
    }
    Ok(sum)
}

/// The questions, about the most frequent tags and the year with most events: the hardest that the archive has.
struct Questions {
    ids: Vec<EventId>,
    counts: [String; 2],
    newest: String,
    timeline: String,
}

impl Questions {
    fn of(store: &Store) -> Result<Self, Failure> {
        let hits = store.query("")?;
        let ids = hits.ids()?;
        let tags = hits.facets(Facet::Tag, Some(12))?;
        let tags: Vec<String> = tags.iter().map(|tag| format!("{:?}", tag.value)).collect();
        let [first, second, others @ ..] = tags.as_slice() else {
            return Err("the archive has too few tags".into());
        };
        let timeline = hits.timeline(By::Year)?;
        let year = timeline
            .iter()
            .max_by_key(|year| year.count)
            .ok_or("the archive has no event")?;
        Ok(Self {
            ids: ids
                .iter()
                .step_by((ids.len() / EVENTS).max(1))
                .take(EVENTS)
                .cloned()
                .collect(),
            counts: [
                format!("tag:{first}"),
                format!(
                    "tag:({}) -tag:({first},{second}) {}",
                    others.join(","),
                    year.label
                ),
            ],
            newest: format!("tag:({first},{second}) ..{}", year.label),
            timeline: format!("tag:{first}"),
        })
    }

    /// Asks one question, from its text to its answer.
    fn ask(&self, store: &Store, job: Job) -> Result<u64, Failure> {
        match job {
            Job::Count => self.counts.iter().try_fold(0, |sum, query| {
                Ok(sum + store.query(query.as_str())?.count()?)
            }),
            Job::Newest => {
                let hits = store.query(self.newest.as_str())?;
                let newest = hits.order(Order::NewestFirst)?.slice(..SIZE);
                newest
                    .iter()
                    .try_fold(0, |sum, event| Ok(sum + letters(&event?)))
            }
            Job::Timeline => {
                let timeline = store.query(self.timeline.as_str())?.timeline(By::Day)?;
                Ok(timeline.iter().map(|day| day.count).sum())
            }
            _ => self.ids.iter().try_fold(0, |sum, id| {
                let event = store.get(id)?.ok_or("an event is gone")?;
                Ok(sum + letters(&event))
            }),
        }
    }
}

/// Reads the strings that every event has, and those that most have.
fn letters(event: &Event) -> u64 {
    let mut sum = event.id.as_str().len() + event.title.len();
    sum += event.summary.as_ref().map_or(0, String::len);
    sum += event.tags.iter().map(String::len).sum::<usize>();
    for source in &event.sources {
        sum += source.name.len() + source.url.len();
    }
    for related in &event.related {
        sum += related.id.as_str().len() + related.title.len();
        sum += related.tags.iter().map(String::len).sum::<usize>();
    }
    sum as u64
}
