//! Records under named columns, in every format but the table.

use clap::ValueEnum;
use serde::Serialize;

use super::{json, markdown};
use crate::error::CommandError;
use crate::terminal::Output;
use eventstore::delimited_row;

/// How an answer is printed: one list for every command that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Ndjson,
    Csv,
    Tsv,
    Md,
}

impl Format {
    /// A list in a cell: as JSON for programs, since any separator may stand in a text too.
    pub(crate) fn list<T: AsRef<str> + Serialize>(self, texts: &[T]) -> String {
        match self {
            Self::Csv | Self::Tsv => json::line(&texts),
            _ => {
                let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
                texts.join("; ")
            }
        }
    }
}

/// Writes records one after the other.
///
/// In JSON they are the elements of an array. Not for [`Format::Table`], which each command draws.
pub(crate) struct Records<'a> {
    output: &'a mut Output,
    format: Format,
    /// Whether cells stand as they are, also where a spreadsheet would run them.
    is_raw: bool,
    written: u64,
}

impl<'a> Records<'a> {
    /// Writes what stands before the first record.
    pub(crate) fn begin(
        output: &'a mut Output,
        format: Format,
        columns: &[&str],
        is_raw: bool,
    ) -> Result<Self, CommandError> {
        let mut records = Self {
            output,
            format,
            is_raw,
            written: 0,
        };
        match format {
            Format::Table | Format::Ndjson => {}
            Format::Json => records.output.bytes(b"[")?,
            Format::Csv | Format::Tsv => records.cells(columns)?,
            Format::Md => {
                records.cells(columns)?;
                let rule = markdown::rule(columns.len());
                records.output.bytes(rule.as_bytes())?;
            }
        }
        Ok(records)
    }

    /// Writes a record: its cells in the order of the columns, or its object.
    pub(crate) fn write(
        &mut self,
        cells: &[&str],
        object: &impl Serialize,
    ) -> Result<(), CommandError> {
        match self.format {
            Format::Ndjson => self.output.line(&json::line(object))?,
            Format::Json => {
                let separator = if self.written == 0 { "\n" } else { ",\n" };
                let text = format!("{separator}{}", json::line(object));
                self.output.bytes(text.as_bytes())?;
            }
            Format::Table | Format::Csv | Format::Tsv | Format::Md => self.cells(cells)?,
        }
        self.written += 1;
        Ok(())
    }

    /// Writes what stands behind the last record.
    pub(crate) fn end(self) -> Result<(), CommandError> {
        match (self.format, self.written) {
            (Format::Json, 0) => self.output.line("]"),
            (Format::Json, _) => self.output.line("\n]"),
            _ => Ok(()),
        }
    }

    /// Hands on what was written.
    pub(crate) fn flush(&mut self) -> Result<(), CommandError> {
        self.output.finish()
    }

    fn cells(&mut self, cells: &[&str]) -> Result<(), CommandError> {
        let delimiter = match self.format {
            Format::Csv => b',',
            Format::Tsv => b'\t',
            _ => return self.output.bytes(markdown::row(cells).as_bytes()),
        };
        let cells = cells
            .iter()
            .map(|cell| Some(*cell).filter(|cell| !cell.is_empty()));
        let row = delimited_row(cells, delimiter, self.is_raw);
        self.output.bytes(&row)
    }
}
