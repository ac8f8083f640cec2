//! `--output`: an answer into a file instead of onto standard output.

use std::path::Path;

use super::ingest::ProgressLine;
use super::moving::watch;
use super::query::print_hint;
use crate::args::{Amount, QueryArgs};
use crate::error::CommandError;
use crate::format::counted;
use crate::terminal::Output;
use eventstore::{Column, Hits, Result, WriteOptions};

/// Writes the events of a query, with the columns that were asked for.
pub(super) fn events(
    hits: &Hits,
    path: &Path,
    args: &QueryArgs,
    output: &mut Output,
) -> Result<(), CommandError> {
    let hits = first(hits, Amount::or_screen(args.listing.limit, false));
    let selection = match args.columns.is_empty() {
        true => hits.select(Column::DEFAULT)?,
        false => hits.select(&args.columns)?,
    };
    let is_raw = args.listing.answer.raw_cells;
    let rows = write(path, is_raw, output, |path, options| {
        selection.write(path, options)
    })?;
    match rows {
        0 => print_hint(&hits),
        _ => Ok(()),
    }
}

/// The first of some events; `None` for all.
pub(super) fn first(hits: &Hits, limit: Option<usize>) -> Hits {
    hits.slice(..limit.map_or(u64::MAX, |limit| limit as u64))
}

/// Writes an answer by `call`, and says how many rows it has.
pub(super) fn write(
    path: &Path,
    is_raw: bool,
    output: &mut Output,
    call: impl FnOnce(&Path, WriteOptions<'_>) -> Result<u64>,
) -> Result<u64, CommandError> {
    let mut line = ProgressLine::of_terminal();
    let options = WriteOptions::new().raw_cells(is_raw);
    let written = call(path, options.progress(watch(&mut line)));
    line.clear();
    let rows = written?;
    // The file is there: a Ctrl-C that came too late must not keep that back.
    output.insist();
    output.line(&counted(rows, "row", "rows"))?;
    Ok(rows)
}
