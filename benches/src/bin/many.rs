//! Many stores read as one, beside one store of the same pages: warm questions, and a day in a fresh process.
//!
//! ```sh
//! cargo run --release -p eventstore-benches --bin many -- make target/bench/store target/bench/stores
//! cargo run --release -p eventstore-benches --bin many -- measure target/bench/store target/bench/stores
//! ```

use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use clap::Parser;
use eventstore::{
    By, Date, Facet, IngestOptions, OpenOptions, Order, ResolvedPage, Result, Store, commit_stores,
};

type Failure = Box<dyn Error>;

const ALL: &str = "superseded:yes";

/// Measure many stores that are read as one.
#[derive(Parser)]
enum Arguments {
    /// Cut a store by its days into resolved stores of about as many events each, and list them
    Make {
        store: PathBuf,
        directory: PathBuf,
        #[arg(long, default_value_t = 20)]
        parts: usize,
    },
    /// Ask one store and many the same, warm, in turns; and a day in fresh processes, in turns
    Measure {
        store: PathBuf,
        directory: PathBuf,
        #[arg(long, default_value_t = 41)]
        times: usize,
    },
    /// Open and list the events of a day; print the milliseconds
    Day { path: PathBuf, day: String },
}

fn main() -> ExitCode {
    let done = match Arguments::parse() {
        Arguments::Make {
            store,
            directory,
            parts,
        } => make(&store, &directory, parts),
        Arguments::Measure {
            store,
            directory,
            times,
        } => measure(&store, &directory, times),
        Arguments::Day { path, day } => print_day(&path, &day),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn make(store: &Path, directory: &Path, parts: usize) -> Result<(), Failure> {
    let store = OpenOptions::new().read_only(true).open(store)?;
    let days = store.query(ALL)?.timeline(By::Day)?;
    let all: u64 = days.iter().map(|day| day.count).sum();
    std::fs::create_dir_all(directory)?;
    let (mut names, mut first, mut before) = (Vec::new(), None, 0u64);
    for day in days.iter() {
        before += day.count;
        let since = *first.get_or_insert(day.start);
        if before * parts as u64 >= all * (names.len() as u64 + 1) {
            let name = format!("part-{:02}", names.len());
            let made = make_part(&store, &directory.join(&name), since, day.end)?;
            println!("{name}: {made} pages, {since} to {}", day.end);
            names.push(name);
            first = None;
        }
    }
    commit_stores(directory, &names, None)?;
    Ok(())
}

fn make_part(store: &Store, path: &Path, since: Date, until: Date) -> Result<u64, Failure> {
    let hits = store.query(format!("{since}..{until} {ALL}").as_str())?;
    let made = OpenOptions::new().resolved(true).open(path)?;
    let mut pages = Vec::new();
    for event in &hits {
        let event = event?;
        let path = match event.id.as_str() {
            id if id.starts_with("opinion/") => format!("{id}.md"),
            id => format!("news/{id}.md"),
        };
        let page = ResolvedPage::new(path, store.raw(&event.id)?);
        pages.push(page.tags(event.tags).superseded(event.superseded));
    }
    Ok(made.put_resolved(pages, IngestOptions::new())?)
}

/// A question, by its name.
type Question = (&'static str, fn(&Store, &Known) -> Result<u64>);

/// Values that the stores have.
struct Known {
    tag: String,
    rare: String,
    id: String,
    year: i16,
    word: String,
}

const QUESTIONS: [Question; 14] = [
    ("count of all", |store, _| store.query("")?.count()),
    ("count of a tag", |store, known| {
        store.query(known.tag.as_str())?.count()
    }),
    ("count of a rare tag", |store, known| {
        store.query(known.rare.as_str())?.count()
    }),
    ("count of a tag in a year", |store, known| {
        let query = format!("{} {}", known.tag, known.year);
        store.query(query.as_str())?.count()
    }),
    ("newest 20 of a tag", |store, known| {
        let hits = store.query(known.tag.as_str())?.order(Order::NewestFirst)?;
        read(hits.slice(..20).iter())
    }),
    ("positions 5,000 to 5,020", |store, known| {
        read(store.query(known.tag.as_str())?.slice(5_000..5_020).iter())
    }),
    ("second page of 20", |store, known| {
        let hits = store.query(known.tag.as_str())?;
        let first = hits.page(20, None)?;
        Ok(hits.page(20, first.next.as_deref())?.events.len() as u64)
    }),
    ("tags of all, top 20", |store, _| {
        Ok(store.query("")?.facets(Facet::Tag, Some(20))?.len() as u64)
    }),
    ("tags of a tag in a year", |store, known| {
        let query = format!("{} {}", known.tag, known.year);
        let facets = store.query(query.as_str())?.facets(Facet::Tag, Some(20))?;
        Ok(facets.len() as u64)
    }),
    ("months of a tag", |store, known| {
        Ok(store.query(known.tag.as_str())?.timeline(By::Month)?.len() as u64)
    }),
    ("count of a word", |store, known| {
        store.query(known.word.as_str())?.count()
    }),
    ("best 10 of a word", |store, known| {
        let hits = store.query(known.word.as_str())?.order(Order::Relevance)?;
        read(hits.slice(..10).iter())
    }),
    ("event of an id", |store, known| {
        Ok(u64::from(store.get(known.id.as_str())?.is_some()))
    }),
    ("who links to an id", |store, known| {
        store.referring(known.id.as_str())?.count()
    }),
];

fn read(events: impl Iterator<Item = Result<eventstore::Event>>) -> Result<u64> {
    let mut count = 0;
    for event in events {
        black_box(event?);
        count += 1;
    }
    Ok(count)
}

fn measure(store: &Path, directory: &Path, times: usize) -> Result<(), Failure> {
    let one = OpenOptions::new().read_only(true).open(store)?;
    let many = Store::open_many([directory])?;
    let known = known(&one)?;
    println!("median of {times}, milliseconds: one store, many, times as long, more");
    for (name, ask) in QUESTIONS {
        let (expected, found) = (ask(&one, &known)?, ask(&many, &known)?);
        if expected != found {
            return Err(format!("{name}: one store says {expected}, many say {found}").into());
        }
        let timed = |store: &Store| -> Result<f64> {
            let started = Instant::now();
            black_box(ask(store, &known)?);
            Ok(started.elapsed().as_secs_f64() * 1e3)
        };
        let (mut of_one, mut of_many) = (Vec::new(), Vec::new());
        for _ in 0..times {
            of_one.push(timed(&one)?);
            of_many.push(timed(&many)?);
        }
        report(name, &mut of_one, &mut of_many);
    }
    let day = one.query(known.tag.as_str())?.slice(7_000..7_001).first()?;
    let day = day
        .and_then(|event| event.date)
        .ok_or("no event has a day")?;
    let (mut of_one, mut of_many) = (Vec::new(), Vec::new());
    for _ in 0..times {
        of_one.push(in_a_process(store, day)?);
        of_many.push(in_a_process(directory, day)?);
    }
    report("a day, fresh process", &mut of_one, &mut of_many);
    Ok(())
}

fn report(name: &str, of_one: &mut [f64], of_many: &mut [f64]) {
    let (one, many) = (median(of_one), median(of_many));
    println!(
        "{name:26} {one:9.4} {many:9.4} {:7.2} {:+9.4}",
        many / one,
        many - one
    );
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn known(store: &Store) -> Result<Known, Failure> {
    let tags = store.query("")?.facets(Facet::Tag, None)?;
    let named = |at: usize| format!("tag:{:?}", tags[at.min(tags.len() - 1)].value);
    let middle = store.query("")?.slice(500..501).first()?;
    let middle = middle.ok_or("the store has too few events")?;
    let words = store.words("", Some(200))?;
    let word = words.iter().rev().find(|word| word.value.len() > 3);
    Ok(Known {
        tag: named(0),
        rare: named(tags.len() / 2),
        id: middle.id.to_string(),
        year: middle.date.ok_or("no event has a day")?.year(),
        word: format!("{:?}", word.ok_or("no word")?.value),
    })
}

fn in_a_process(path: &Path, day: Date) -> Result<f64, Failure> {
    let program = std::env::current_exe()?;
    let output = Command::new(program)
        .arg("day")
        .args([path, Path::new(&day.to_string())])
        .output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn print_day(path: &Path, day: &str) -> Result<(), Failure> {
    let started = Instant::now();
    let store = match path.join("STORES").exists() {
        true => Store::open_many([path])?,
        false => OpenOptions::new().read_only(true).open(path)?,
    };
    read(store.query(day)?.iter())?;
    println!("{:.6}", started.elapsed().as_secs_f64() * 1e3);
    Ok(())
}
