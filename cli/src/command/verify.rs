//! `verify`: whether a store is whole, and what is wrong with it.

use super::open::open;
use crate::args::VerifyArgs;
use crate::error::CommandError;
use crate::format::{self, Format, Records, counted};
use crate::terminal::Output;
use eventstore::VerifyDepth;

const COLUMNS: [&str; 4] = ["segment", "part", "path", "message"];

pub(super) fn run(args: &VerifyArgs, output: &mut Output) -> Result<(), CommandError> {
    let store = open(&args.store)?;
    let report = store.verify(match args.full {
        true => VerifyDepth::Full,
        false => VerifyDepth::Quick,
    })?;
    match args.answer.format {
        Format::Table => output.line(&report.to_string())?,
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
