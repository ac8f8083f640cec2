//! `verify`: whether a store is whole, and what is wrong with it.

use super::open::open;
use crate::args::VerifyArgs;
use crate::error::CommandError;
use crate::format::{self, Format, Records, bytes, counted, grouped};
use crate::terminal::{Output, visible};
use eventstore::{VerifyDepth, VerifyReport};

const COLUMNS: [&str; 4] = ["segment", "part", "path", "message"];

pub(super) fn run(args: &VerifyArgs, output: &mut Output) -> Result<(), CommandError> {
    let store = open(&args.store)?;
    let report = store.verify(match args.full {
        true => VerifyDepth::Full,
        false => VerifyDepth::Quick,
    })?;
    match args.answer.format {
        Format::Table => table(&report, output)?,
        Format::Json => output.line(&format::pretty(&report))?,
        format => {
            let mut records = Records::begin(output, format, &COLUMNS, args.answer.raw_cells)?;
            for finding in &report.findings {
                let segment = finding.segment.map(|number| number.to_string());
                let cells = [
                    segment.as_deref().unwrap_or_default(),
                    &finding.part,
                    finding.path.as_deref().unwrap_or_default(),
                    &finding.message,
                ];
                records.write(&cells, finding)?;
            }
            records.end()?;
        }
    }
    output.finish()?;
    store.close()?;
    match report.is_sound() {
        true => Ok(()),
        false => Err(CommandError::Refused {
            message: format!(
                "{}: {} wrong",
                args.store.display(),
                counted(report.found, "thing is", "things are")
            ),
            hint: Some(
                "restore the store from a backup, or ingest the archive into a new one; `eventstore \
                 salvage` gives back the pages that are whole"
                    .to_owned(),
            ),
        }),
    }
}

fn table(report: &VerifyReport, output: &mut Output) -> Result<(), CommandError> {
    for step in &report.steps {
        let size = match step.name {
            "chunks" => bytes(report.bytes),
            _ => String::new(),
        };
        let (name, seconds) = (step.name, step.seconds);
        let line = format!(
            "{name:<8} {:>12} {seconds:>9.3} s  {size}",
            grouped(step.count)
        );
        output.line(line.trim_end())?;
    }
    for finding in &report.findings {
        output.line(&visible(&finding.to_string()))?;
    }
    let more = report.found - report.findings.len() as u64;
    if more > 0 {
        output.line(&format!("… and {} more", grouped(more)))?;
    }
    if report.is_resolved {
        output
            .line("a resolved store: tags, twins and superseded events are as they were given")?;
    }
    if !report.is_complete {
        output.line("what hangs on damaged bytes was not looked at")?;
    }
    if report.is_sound() {
        output.line("nothing is wrong")?;
    }
    Ok(())
}
