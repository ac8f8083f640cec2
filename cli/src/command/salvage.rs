//! `salvage`: what a damaged store still holds, into a file that `import` reads.

use super::ingest::ProgressLine;
use super::moving::watch;
use super::open::check;
use crate::args::SalvageArgs;
use crate::error::CommandError;
use crate::format::{self, bytes, counted, grouped};
use crate::terminal::{Output, visible};
use eventstore::{ExportOptions, SalvageBasis, SalvageReport};

/// Losses that are shown, of those that the report lists.
const SHOWN: usize = 20;

pub(super) fn run(args: &SalvageArgs, output: &mut Output) -> Result<(), CommandError> {
    check(&args.store)?;
    let mut line = ProgressLine::of_terminal();
    let options = ExportOptions::new().progress(watch(&mut line));
    let salvaged = eventstore::salvage(&args.store, &args.file, options);
    line.clear();
    let report = salvaged?;
    // The file is there: a Ctrl-C that came too late must not keep that back.
    output.insist();
    match args.json {
        true => output.line(&format::pretty(&report))?,
        false => tell(&report, output)?,
    }
    output.finish()?;
    if report.is_whole() {
        return Ok(());
    }
    let store = args.store.display();
    let message = match (report.lost, report.older) {
        (0, 0) => format!("{store}: it is not known whether pages are missing"),
        (0, older) => format!("{store}: {} in an older state", pages_are(older)),
        (lost, _) => format!("{store}: {} lost", pages_are(lost)),
    };
    Err(CommandError::Refused {
        message,
        hint: Some(
            "import the file into a new store, and ingest the archive into that: it adds what is missing"
                .to_owned(),
        ),
    })
}

fn pages_are(count: u64) -> String {
    counted(count, "page is", "pages are")
}

fn tell(report: &SalvageReport, output: &mut Output) -> Result<(), CommandError> {
    output.line(&format!(
        "{} with {} given, {} in {}",
        counted(report.pages, "page", "pages"),
        counted(report.events, "event", "events"),
        bytes(report.bytes),
        bytes(report.written)
    ))?;
    let basis = match report.basis {
        SalvageBasis::Places => {
            "CURRENT cannot be read: what is live was taken from the list of the last clean close"
        }
        SalvageBasis::Chunks => {
            "CURRENT cannot be read, nor a list of what is live: all that was found is given, also what was removed"
        }
        _ => "",
    };
    let counts = [
        (
            report.damaged_chunks,
            "chunk is damaged or missing",
            "chunks are damaged or missing",
        ),
        (
            report.unreadable,
            "byte cannot be read",
            "bytes cannot be read",
        ),
        (
            report.without_deletes,
            "segment has lost which pages were removed: all are given",
            "segments have lost which pages were removed: all are given",
        ),
        (
            report.without_choice,
            "page has lost the prefix, profile and map of its archive",
            "pages have lost the prefix, profile and map of their archive",
        ),
    ];
    if !basis.is_empty() {
        output.line(basis)?;
    }
    if report.is_resolved {
        output.line(
            "a resolved store: what was given with its pages is not given back; an import derives it from \
             these pages alone",
        )?;
    }
    for (count, one, many) in counts.into_iter().filter(|(count, ..)| *count > 0) {
        output.line(&counted(count, one, many))?;
    }
    let lost = report.losses.iter().map(|lost| format!("lost: {lost}"));
    list(lost, report.lost, output)?;
    let older = report.older_paths.iter();
    let older = older.map(|path| format!("in an older state: {path}"));
    list(older, report.older, output)?;
    if report.is_whole() {
        output.line("nothing is lost")?;
    }
    Ok(())
}

/// The first of some lines, and how many more there are.
fn list(
    lines: impl Iterator<Item = String>,
    count: u64,
    output: &mut Output,
) -> Result<(), CommandError> {
    for line in lines.take(SHOWN) {
        output.line(&visible(&line))?;
    }
    match count.saturating_sub(SHOWN as u64) {
        0 => Ok(()),
        more => Ok(output.line(&format!("… and {} more", grouped(more)))?),
    }
}
