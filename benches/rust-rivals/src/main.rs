//! eventstore against SQLite and a plain sled design, all in Rust: the same questions about the same events.
//!
//! ```sh
//! eventstore query STORE superseded:yes --format ndjson > target/bench/events.ndjson
//! python benches/measures.py choose STORE > target/bench/chosen.json
//! cargo build --release --manifest-path benches/rust-rivals/Cargo.toml --target-dir target/rust-rivals
//! target/rust-rivals/release/rust-rivals target/bench/events.ndjson target/bench/chosen.json \
//!     target/bench/rust-rivals.json --archive target/bench/archive-100000.tar
//! ```
//!
//! | file | question |
//! | --- | --- |
//! | `model`, `chosen`, `changed` | the events, what is asked about, what an update changes |
//! | `engine`, `calendar` | what every engine is asked, and what an answer is |
//! | `sqlite`, `plain`, `ours` | the engines |
//! | `settings` | how the rivals are set up, and who advises it |
//! | `measure`, `table` | what is timed, how answers are compared and times shown |

mod calendar;
mod changed;
mod chosen;
mod engine;
mod measure;
mod model;
mod ours;
mod plain;
mod settings;
mod sqlite;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use chosen::Chosen;
use engine::{Engine, Input};

/// Whatever went wrong ends the program with a message.
type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// The allocator of eventstore's command and Python module, for every engine.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Load and ask engines, compare their answers, and write their times as JSON.
#[derive(Parser)]
struct Arguments {
    /// All events of a store: `eventstore query STORE superseded:yes --format ndjson`
    events: PathBuf,
    /// What is asked about: `python benches/measures.py choose STORE`
    chosen: PathBuf,
    /// Where the times and answers go
    out: PathBuf,
    /// The .tar that the events come from; without it, eventstore itself is left out
    #[arg(long)]
    archive: Option<PathBuf>,
    /// A folder for the engines' stores; they are removed in the end
    #[arg(long, default_value = "target/bench/rust-rivals")]
    work: PathBuf,
    /// Loads of each engine
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..))]
    loads: u8,
    /// Only engines whose name holds this text; nothing is compared where only one is left
    #[arg(long, default_value = "")]
    only: String,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rust-rivals: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let chosen = Chosen::read(&arguments.chosen)?;
    let events = model::read(&arguments.events)?;
    let changed = changed::events(&events);
    let archive = arguments.archive.as_deref();
    let pages = match archive {
        Some(archive) => changed::pages(archive, &changed)?,
        None => Vec::new(),
    };
    let input = Input {
        events: &events,
        changed: &changed,
        archive,
        pages: &pages,
    };
    let mut engines: Vec<&dyn Engine> = vec![&sqlite::Sqlite, &plain::Plain];
    match archive {
        Some(_) => engines.push(&ours::Ours),
        None => eprintln!("rust-rivals: SKIPPED: eventstore itself: no --archive"),
    }
    engines.retain(|engine| engine.name().contains(&arguments.only));
    let mut found = Vec::new();
    for engine in engines {
        let work = arguments.work.join("store");
        std::fs::create_dir_all(&arguments.work)?;
        let rows = measure::measure(engine, &input, &chosen, &work, arguments.loads.into())?;
        found.push((engine.name(), rows));
        // At once: who disagrees is told before the next engine takes its minutes.
        table::compare(&found)?;
    }
    let file = table::json(&found, events.len());
    std::fs::write(&arguments.out, serde_json::to_string_pretty(&file)? + "\n")?;
    print!("{}", table::draw(&found));
    Ok(())
}
