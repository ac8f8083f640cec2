//! Answers that are one table, in every format but that for people.

use std::ops::ControlFlow;

use crate::args::AnswerArgs;
use crate::error::CommandError;
use crate::format::{Format, Records};
use crate::terminal::{Output, is_interrupted};
use eventstore::{Table, TableFormat, WriteOptions};

/// Prints rows under the names of their columns, as a file has them.
pub(super) fn print(
    table: &impl Table,
    answer: AnswerArgs,
    output: &mut Output,
) -> Result<(), CommandError> {
    let Some(format) = file_format(answer.format) else {
        let schema = table.schema();
        let names: Vec<&str> = schema
            .fields()
            .iter()
            .map(|field| &**field.name())
            .collect();
        let mut records = Records::begin(output, Format::Md, &names, answer.raw_cells)?;
        for row in table.text_rows()? {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            records.write(&cells, &())?;
        }
        return records.end();
    };
    let written = table.write_into(output, format, options(answer));
    written.map(drop).map_err(CommandError::of_output)
}

/// The format of a file that is the same as one that is printed.
pub(super) fn file_format(format: Format) -> Option<TableFormat> {
    match format {
        Format::Csv => Some(TableFormat::Csv),
        Format::Tsv => Some(TableFormat::Tsv),
        Format::Json => Some(TableFormat::Json),
        Format::Ndjson => Some(TableFormat::Ndjson),
        Format::Table | Format::Md => None,
    }
}

/// How rows are written: until Ctrl-C.
pub(super) fn options(answer: AnswerArgs) -> WriteOptions<'static> {
    WriteOptions::new()
        .raw_cells(answer.raw_cells)
        .progress(|_| match is_interrupted() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })
}
