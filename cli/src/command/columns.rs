//! `--columns`: named columns of events, in every format. Machine formats are written as `--output`
//! writes files.

use super::query::print_hint;
use super::table::{file_format, options};
use super::write::first;
use crate::args::{Amount, QueryArgs};
use crate::error::{CommandError, say};
use crate::format::{Format, Records, grouped};
use crate::terminal::{Marked, Output, columns_of, fit};
use eventstore::{Error, Event, EventId, Hits, Query, Selection};

/// Rows by which the columns of a table are made wide enough.
const MEASURED: usize = 1000;
/// Between two columns.
const GAP: usize = 2;

pub(super) fn print(
    hits: &Hits,
    args: &QueryArgs,
    output: &mut Output,
) -> Result<(), CommandError> {
    let answer = args.listing.answer;
    let is_table = answer.format == Format::Table;
    let limit = Amount::or_screen(args.listing.limit, is_table && output.is_terminal());
    let selection = first(hits, limit).select(&args.columns)?;
    let shown = match (answer.format, file_format(answer.format)) {
        (Format::Table, _) => {
            // Brackets would take room in the columns.
            let marks = output.has_colors() && !args.no_highlight;
            let marked = marks.then_some(hits.query());
            table(&selection, marked, output)?
        }
        (_, Some(format)) => {
            let written = selection.write_into(&mut *output, format, options(answer));
            written.map_err(CommandError::of_output)?
        }
        (_, None) => {
            let names: Vec<&str> = selection.columns().collect();
            let mut records = Records::begin(output, Format::Md, &names, answer.raw_cells)?;
            for row in selection.text_rows()? {
                let row = row?;
                let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                records.write(&cells, &())?;
            }
            records.end()?;
            selection.hits().count()?
        }
    };
    output.finish()?;
    if is_table {
        say(&format!("{} of {}", grouped(shown), grouped(hits.count()?)));
        if let Some(left_out) = hits.left_out()?.filter(|_| shown > 0) {
            say(&left_out);
        }
    }
    match shown {
        0 => print_hint(hits),
        _ => Ok(()),
    }
}

/// Prints rows under the names of their columns, which a terminal alone has: a program counts lines.
fn table(
    selection: &Selection,
    query: Option<&Query>,
    output: &mut Output,
) -> Result<u64, CommandError> {
    let names: Vec<String> = selection.columns().map(str::to_owned).collect();
    let mut rows = selection.text_rows()?;
    let cells = |row: Vec<String>| -> Vec<Marked> {
        let named = names.iter().zip(&row);
        named.map(|(name, text)| cell(name, text, query)).collect()
    };
    let mut measured = Vec::new();
    for row in rows.by_ref().take(MEASURED) {
        measured.push(cells(row?));
    }
    let has_head = output.is_terminal();
    let widest = |at: usize| {
        let widths = measured.iter().map(|row| row[at].columns());
        let head = if has_head { columns_of(&names[at]) } else { 0 };
        widths.max().unwrap_or(0).max(head)
    };
    let mut widths: Vec<usize> = (0..names.len()).map(widest).collect();
    if let Some(room) = output.columns() {
        fit(&mut widths, room.saturating_sub(GAP * (names.len() - 1)));
    }
    if has_head {
        let head = names.iter().map(|name| Marked::new(name, &[])).collect();
        output.aside(line(head, &widths, true).text())?;
    }
    let mut shown = 0;
    let measured = measured.into_iter().map(Ok::<_, Error>);
    for row in measured.chain(rows.map(|row| Ok(cells(row?)))) {
        output.marked(&line(row?, &widths, has_head))?;
        shown += 1;
    }
    Ok(shown)
}

/// A cell, with the words marked that were asked for in that column.
fn cell(column: &str, text: &str, query: Option<&Query>) -> Marked {
    let Some((query, id)) = query.zip("0001/01/1/a".parse::<EventId>().ok()) else {
        return Marked::new(text, &[]);
    };
    let mut event = Event::new(id, None, "");
    let spans = match column {
        "title" => {
            event.title = text.to_owned();
            event.highlight(query).title
        }
        "summary" => {
            event.summary = Some(text.to_owned());
            event.highlight(query).summary
        }
        _ => Vec::new(),
    };
    Marked::new(text, &spans)
}

/// Cells beside each other, the last not filled up.
fn line(cells: Vec<Marked>, widths: &[usize], cuts: bool) -> Marked {
    let mut line = Marked::new("", &[]);
    for (at, (cell, &width)) in cells.into_iter().zip(widths).enumerate() {
        let cell = if cuts { cell.cut(width) } else { cell };
        if at > 0 {
            let column: usize = widths[..at].iter().map(|width| width + GAP).sum();
            let column = column.max(line.columns() + GAP);
            line = line.filled(column);
        }
        line = line.before(cell);
    }
    line.trimmed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_in_the_cell_that_they_are_of() {
        let query: Query = "flood".parse().unwrap();
        let row = || {
            vec![
                cell("date", "2017-03-02", Some(&query)),
                cell("title", "A flood of mail", Some(&query)),
                cell("tags", "flood", Some(&query)),
            ]
        };
        let shown = line(row(), &[10, 15, 5], true).with("<", ">");
        assert_eq!(shown, "2017-03-02  A <flood> of mail  flood");
        let shown = line(row(), &[10, 6, 5], true).with("<", ">");
        assert_eq!(shown, "2017-03-02  A <flo>…  flood");
        let shown = line(row(), &[4, 4, 5], false).with("<", ">");
        assert_eq!(shown, "2017-03-02  A <flood> of mail  flood");
    }
}
