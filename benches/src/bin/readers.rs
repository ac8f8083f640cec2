//! Readers of other processes beside a writer: answers a second, and what they cost the writer. Linux.
//!
//! ```sh
//! cargo run --release -p eventstore-benches --bin readers -- measure target/bench/store
//! cargo run --release -p eventstore-benches --bin readers -- open target/bench/store --times 41
//! ```
//!
//! `measure` and `open` write to the store: events of their own, which they take away again.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use eventstore::{Date, Event, Facet, OpenOptions, Order, Store};

/// Commits of each run of the writer, and events of each commit.
const COMMITS: i64 = 200;
const EVENTS: i64 = 20;

type Failure = Box<dyn Error>;

/// Measure readers beside a writer, and openings.
#[derive(Parser)]
enum Arguments {
    /// One reader, two readers, a writer alone, beside one and beside two
    Measure {
        store: PathBuf,
        /// Seconds for readers without a writer
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// Ask without pause for some seconds, or until the file is there; print how often
    Read {
        store: PathBuf,
        #[arg(long, default_value_t = 3600)]
        seconds: u64,
        #[arg(long)]
        until: PathBuf,
    },
    /// Open the store again and again in one process: read-only, for writing, with a first answer, with a
    /// first commit
    Open {
        store: PathBuf,
        #[arg(long, default_value_t = 41)]
        times: usize,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse() {
        Arguments::Measure { store, seconds } => measure(&store, seconds),
        Arguments::Read {
            store,
            seconds,
            until,
        } => read(&store, Duration::from_secs(seconds), &until),
        Arguments::Open { store, times } => open(&store, times),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(store: &Path, seconds: u64) -> Result<(), Failure> {
    let one = answers(vec![start(store, seconds)?])?;
    let two = answers(vec![start(store, seconds)?, start(store, seconds)?])?;
    let a_second = |answers: u64| answers as f64 / seconds as f64;
    println!("{:9.0} answers a second of one reader", a_second(one));
    println!(
        "{:9.0} of two, {:.2} times",
        a_second(two),
        two as f64 / one as f64
    );
    let alone = write(store)?;
    println!("{alone} alone");
    for readers in 1..=2 {
        let stop = store.with_extension("stop");
        let started: Vec<Child> = (0..readers)
            .map(|_| start(store, 3600))
            .collect::<Result<_, _>>()?;
        let beside = write(store)?;
        fs::write(&stop, "")?;
        let answered = answers(started)?;
        fs::remove_file(&stop)?;
        println!(
            "{beside} beside {readers} (speed {:.2}, processor {:.2} times), {answered} answers meanwhile",
            alone.wall / beside.wall,
            beside.processor / alone.processor
        );
    }
    Ok(())
}

/// Starts another process that reads.
fn start(store: &Path, seconds: u64) -> Result<Child, Failure> {
    let program = std::env::current_exe()?;
    let child = Command::new(program)
        .arg("read")
        .arg(store)
        .args(["--seconds", &seconds.to_string(), "--until"])
        .arg(store.with_extension("stop"))
        .stdout(Stdio::piped())
        .spawn()?;
    Ok(child)
}

/// Waits for readers. Gives how many answers all of them had.
fn answers(readers: Vec<Child>) -> Result<u64, Failure> {
    let mut sum = 0;
    for reader in readers {
        let output = reader.wait_with_output()?;
        sum += String::from_utf8(output.stdout)?.trim().parse::<u64>()?;
    }
    Ok(sum)
}

fn read(store: &Path, time: Duration, until: &Path) -> Result<(), Failure> {
    let store = OpenOptions::new().read_only(true).open(store)?;
    let tags = store.query("")?.facets(Facet::Tag, Some(50))?;
    let queries: Vec<String> = tags
        .iter()
        .map(|count| format!("tag:{:?}", count.value))
        .collect();
    let (started, mut answered) = (Instant::now(), 0u64);
    while started.elapsed() < time && !until.exists() {
        store.refresh()?;
        for query in &queries {
            let hits = store.query(query.as_str())?;
            let newest = hits.order(Order::NewestFirst)?.slice(..20);
            newest.iter().try_for_each(|event| event.map(drop))?;
            answered += 1;
        }
    }
    println!("{answered}");
    Ok(())
}

/// Seconds of a run of the writer.
struct Written {
    wall: f64,
    processor: f64,
}

impl std::fmt::Display for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:9.3} s, {:.2} s of the processor, {:.2} ms a commit: a writer",
            self.wall,
            self.processor,
            self.wall / COMMITS as f64 * 1e3
        )
    }
}

fn write(store: &Path) -> Result<Written, Failure> {
    let store = Store::open(store)?;
    // Outside the time: what the first write does once.
    store.add([made_event(0)?])?;
    let (started, before) = (Instant::now(), processor_seconds()?);
    for commit in 0..COMMITS {
        let numbers = commit * EVENTS..(commit + 1) * EVENTS;
        store.add(numbers.map(made_event).collect::<Result<Vec<_>, _>>()?)?;
    }
    let written = Written {
        wall: started.elapsed().as_secs_f64(),
        processor: processor_seconds()? - before,
    };
    let ids = (0..COMMITS * EVENTS).map(|number| made_event(number).map(|event| event.id));
    store.remove(ids.collect::<Result<Vec<_>, _>>()?)?;
    store.close()?;
    Ok(written)
}

/// An event that no archive has.
fn made_event(number: i64) -> Result<Event, Failure> {
    let date = Date::new(2012, 1, 1)
        .ok_or("a date")?
        .plus_days(number % 300);
    let id = format!(
        "{}/{:02}/{}/bench-{number}",
        date.year(),
        date.month(),
        date.day()
    );
    Ok(Event::new(
        id.parse()?,
        date,
        format!("Number {number} of a bench"),
    ))
}

/// Seconds of the processor that this process has taken, from its line in `/proc`.
fn processor_seconds() -> Result<f64, Failure> {
    /// Ticks of a second.
    const TICKS: f64 = 100.0;
    let line = fs::read_to_string("/proc/self/stat")?;
    let fields = line.rsplit_once(')').ok_or("a line of another form")?.1;
    let mut times = fields.split_whitespace().skip(11).take(2);
    let mut next = || -> Result<f64, Failure> { Ok(times.next().ok_or("too short")?.parse()?) };
    Ok((next()? + next()?) / TICKS)
}

fn open(store: &Path, times: usize) -> Result<(), Failure> {
    let reader = || OpenOptions::new().read_only(true).open(store);
    let newest = |store: &Store| -> Result<(), eventstore::Error> {
        let hits = store.query("2017")?.order(Order::NewestFirst)?;
        hits.slice(..5).iter().try_for_each(|event| event.map(drop))
    };
    let month = |store: &Store| -> Result<(), eventstore::Error> {
        let mut events = store.query("2017-03")?.iter();
        while !events.next_batch(512)?.is_empty() {}
        Ok(())
    };
    median("open read-only", times, || Ok(reader()?))?;
    median("open", times, || Ok(Store::open(store)?))?;
    median("open exclusive", times, || {
        Ok(OpenOptions::new().exclusive(true).open(store)?)
    })?;
    median(
        "open read-only, and the newest five events of a year",
        times,
        || {
            let store = reader()?;
            newest(&store)?;
            Ok(store)
        },
    )?;
    median("open read-only, and all events of a month", times, || {
        let store = reader()?;
        month(&store)?;
        Ok(store)
    })?;
    let mut number = 0;
    median("open, and a first commit of one event", times, || {
        number += 1;
        let store = Store::open(store)?;
        store.add([made_event(number)?])?;
        Ok(store)
    })?;
    let store = Store::open(store)?;
    let ids = (1..=number).map(|number| made_event(number).map(|event| event.id));
    store.remove(ids.collect::<Result<Vec<_>, _>>()?)?;
    Ok(store.close()?)
}

/// Prints the median time. What a run gives is dropped, and closed, outside of its time.
fn median<T>(
    row: &str,
    times: usize,
    mut run: impl FnMut() -> Result<T, Failure>,
) -> Result<(), Failure> {
    let mut taken = Vec::new();
    for _ in 0..times {
        let started = Instant::now();
        let given = run()?;
        taken.push(started.elapsed().as_secs_f64() * 1e3);
        drop(given);
    }
    taken.sort_by(f64::total_cmp);
    println!("{:9.3} ms  {row}", taken[times / 2]);
    Ok(())
}
