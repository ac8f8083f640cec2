//! What is timed of an engine, and in which order.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use serde_json::json;

use crate::Result;
use crate::chosen::Chosen;
use crate::engine::{Answer, Engine, Input, Opened, QUESTIONS};

/// Runs of a question that takes less than `QUICK_MS`, and of others; the first, which fills the caches, is not
/// among them.
const QUICK_RUNS: usize = 51;
const RUNS: usize = 7;
const QUICK_MS: f64 = 20.0;
/// Runs of a question that is the first thing asked of a store just opened.
const FIRST_RUNS: usize = 5;

/// Times in milliseconds, in the order of the runs, and what all runs answered.
pub struct Row {
    /// None where the row is a size.
    pub ms: Vec<f64>,
    /// None where there is nothing to compare.
    pub answer: Option<Answer>,
}

/// Rows by their keys.
pub type Rows = BTreeMap<&'static str, Row>;

fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
    let start = Instant::now();
    let value = work()?;
    Ok((start.elapsed().as_secs_f64() * 1e3, value))
}

/// Runs a question some times. That it always answers the same is checked here, outside of the timed section.
fn asked(
    key: &str,
    runs: impl Fn(f64) -> usize,
    mut ask: impl FnMut() -> Result<(f64, Answer)>,
) -> Result<(f64, Row)> {
    let (first, answer) = ask()?;
    let mut ms = Vec::new();
    for _ in 0..runs(first) {
        let (time, again) = ask()?;
        if again != answer {
            return Err(format!("{key}: answered {answer} and then {again}").into());
        }
        ms.push(time);
    }
    let answer = Some(answer);
    Ok((first, Row { ms, answer }))
}

/// Loads an engine some times; asks the last store; loads every store again and updates it.
pub fn measure(
    engine: &dyn Engine,
    input: &Input<'_>,
    chosen: &Chosen,
    work: &Path,
    loads: usize,
) -> Result<Rows> {
    let mut rows = Rows::new();
    let (mut load, mut second, mut update) = (Vec::new(), Vec::new(), Vec::new());
    let changed: Vec<String> = input.changed.iter().map(|event| event.id.clone()).collect();
    let (mut again, mut updated) = (None, None);
    for run in 1..=loads {
        if work.exists() {
            std::fs::remove_dir_all(work)?;
        }
        eprintln!("{}: load {run} of {loads}", engine.name());
        load.push(timed(|| engine.load(input, work))?.0);
        if run == loads {
            let bytes = disk(work)?;
            rows.insert("disk", size(bytes, input));
            eprintln!("{}: questions", engine.name());
            ask(engine, chosen, work, &mut rows)?;
        }
        let mut store = engine.open(work)?;
        let (ms, written) = timed(|| store.second(input))?;
        second.push(ms);
        again = Some(Answer::from(written));
        let (ms, written) = timed(|| store.update(input))?;
        update.push(ms);
        if written != changed.len() as u64 {
            return Err(format!(
                "{}: an update of {} events wrote {written}",
                engine.name(),
                changed.len()
            )
            .into());
        }
        drop(store);
        // What was written is read from a store opened anew.
        updated = Some(Answer::from(engine.open(work)?.gets(&changed)?));
    }
    std::fs::remove_dir_all(work)?;
    let mut row = |key, ms, answer| rows.insert(key, Row { ms, answer });
    row("load", load, None);
    row("second", second, again);
    row("update", update, updated);
    Ok(rows)
}

fn ask(engine: &dyn Engine, chosen: &Chosen, work: &Path, rows: &mut Rows) -> Result<()> {
    let mut ms = Vec::new();
    for _ in 0..RUNS {
        let (time, store) = timed(|| engine.open(work))?;
        drop(store);
        ms.push(time);
    }
    rows.insert("open", Row { ms, answer: None });
    let cold = |ask: fn(&mut dyn Opened, &Chosen) -> Result<Answer>| {
        let mut store = engine.open(work)?;
        timed(|| ask(&mut *store, chosen))
    };
    for (key, ask) in QUESTIONS {
        let first = match key {
            "gets" => "gets_first",
            "month" => "month_first",
            _ => continue,
        };
        rows.insert(first, asked(first, |_| FIRST_RUNS, || cold(ask))?.1);
    }
    let mut store = engine.open(work)?;
    let runs = |first: f64| if first < QUICK_MS { QUICK_RUNS } else { RUNS };
    for (key, ask) in QUESTIONS {
        rows.insert(
            key,
            asked(key, runs, || timed(|| ask(&mut *store, chosen)))?.1,
        );
    }
    Ok(())
}

/// Bytes on disk, all of them and for an event.
fn size(bytes: u64, input: &Input<'_>) -> Row {
    Row {
        ms: Vec::new(),
        answer: Some(Answer {
            value: json!([bytes, bytes / input.events.len() as u64]),
            ids: 0,
        }),
    }
}

fn disk(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        bytes += match entry.file_type()?.is_dir() {
            true => disk(&entry.path())?,
            false => entry.metadata()?.len(),
        };
    }
    Ok(bytes)
}
