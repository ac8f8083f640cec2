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
    output.aside(&format!(
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
