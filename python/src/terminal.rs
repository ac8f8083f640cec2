//! Answers as lines of a terminal: rows of events, and counts with bars, cut to its width.

use eventstore::Event;
use eventstore_cli::text::{OTHERS, bar, columns_of, crosstab, cut, fit, pad};
use pyo3::prelude::*;

use crate::convert::shown;
use crate::display::visible;

/// Columns of a terminal that does not say how many it has.
const USUAL_WIDTH: usize = 80;
/// The least columns that a table takes, however narrow the terminal says it is.
const LEAST_WIDTH: usize = 40;
/// Columns of a day.
const DAY: usize = 10;
/// The least columns of a terminal that a column of a table gets, if they are many.
const LEAST_COLUMN: usize = 8;
/// What stands between two columns.
const GAP: &str = "  ";
/// Counts that are shown, the first and the last half of more.
const COUNTS_SHOWN: usize = 20;

/// The columns of the terminal as `shutil.get_terminal_size` has them: those of `COLUMNS`, else of the
/// terminal, else 80.
pub fn width(py: Python<'_>) -> usize {
    let asked = || -> PyResult<usize> {
        let size = py.import("shutil")?.call_method0("get_terminal_size")?;
        size.get_item(0)?.extract()
    };
    asked().unwrap_or(USUAL_WIDTH).max(LEAST_WIDTH)
}

/// A text on one line that steers no terminal.
fn line(text: &str) -> String {
    visible(text).replace('\n', " ")
}

/// Rows of events with their day, title and tags, no line wider than `width`. Of a column that is wider
/// than its share the end is cut off.
pub fn events<'a>(events: impl Iterator<Item = &'a Event>, width: usize) -> Vec<String> {
    let mut rows = vec![["date".to_owned(), "title".to_owned(), "tags".to_owned()]];
    rows.extend(events.map(|event| {
        let tags = line(&event.tags.join(", "));
        [shown(event.date), line(&event.title), tags]
    }));
    let widest = |column: usize| rows.iter().map(|row| columns_of(&row[column])).max();
    let (titles, tags) = (widest(1).unwrap_or(0), widest(2).unwrap_or(0));
    let room = width.saturating_sub(DAY + 2 * GAP.len());
    // Titles take what tags leave, and tags at least a third.
    let tags = tags.min((room / 3).max(room.saturating_sub(titles)));
    let titles = titles.min(room.saturating_sub(tags));
    rows.iter()
        .map(|[day, title, tag]| {
            let title = pad(&cut(title, titles), titles);
            let text = [pad(day, DAY), title, cut(tag, tags).into_owned()].join(GAP);
            text.trim_end().to_owned()
        })
        .collect()
}

/// Rows below the names of their columns, no line wider than `width`. The widest columns are cut, and of very
/// many the last are left out.
pub fn rows(names: &[String], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let most = ((width + GAP.len()) / (LEAST_COLUMN + GAP.len())).max(1);
    let kept = names.len().min(most);
    let more = if kept < names.len() { "  …" } else { "" };
    let head = names.iter().take(kept).map(|name| line(name)).collect();
    let cells = rows
        .iter()
        .map(|row| row.iter().take(kept).map(|cell| line(cell)).collect());
    let lines: Vec<Vec<String>> = [head].into_iter().chain(cells).collect();
    let widest = |at: usize| lines.iter().map(|row| columns_of(&row[at])).max();
    let mut widths: Vec<usize> = (0..kept).map(|at| widest(at).unwrap_or(0)).collect();
    let gaps = GAP.len() * kept.saturating_sub(1) + columns_of(more);
    fit(&mut widths, width.saturating_sub(gaps));
    let text = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let cells: Vec<_> = cells
            .map(|(cell, &width)| pad(&cut(cell, width), width))
            .collect();
        let text = cells.join(GAP) + more;
        text.trim_end().to_owned()
    };
    lines.iter().map(text).collect()
}

/// Lines of names and counts, each with a bar, no line wider than `width`.
pub fn counts<'a>(
    counts: impl ExactSizeIterator<Item = (&'a str, u64)>,
    width: usize,
) -> Vec<String> {
    let counts: Vec<_> = counts.map(|(name, count)| (line(name), count)).collect();
    let (half, left_out) = ends(counts.len());
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let kept = || {
        counts
            .iter()
            .take(half)
            .chain(counts.iter().skip(half + left_out))
    };
    let names = kept().map(|(name, _)| columns_of(name)).max().unwrap_or(0);
    let names = names.min(width / 2);
    let digits = most.to_string().len();
    let bars = width.saturating_sub(names + digits + 2 * GAP.len());
    let mut lines: Vec<_> = kept()
        .map(|(name, count)| {
            let name = pad(&cut(name, names), names);
            let bar = bar(*count, most, Some(bars));
            let text = format!("{name}{GAP}{count:>digits$}{GAP}{bar}");
            text.trim_end().to_owned()
        })
        .collect();
    if left_out > 0 {
        lines.insert(half, format!("… {left_out} more"));
    }
    lines
}

/// How many of some counts are shown before those that are left out, and how many these are.
fn ends(counts: usize) -> (usize, usize) {
    match counts.saturating_sub(COUNTS_SHOWN) {
        0 => (counts, 0),
        left_out => (COUNTS_SHOWN / 2, left_out),
    }
}

/// A table of the counts of some values, a row for each unit of time, no line wider than `width`.
pub fn split_counts(
    by: &str,
    values: &[Option<&str>],
    rows: &[(&str, Vec<u64>)],
    width: usize,
) -> Vec<String> {
    let values: Vec<_> = values
        .iter()
        .map(|value| value.map_or(OTHERS.to_owned(), line))
        .collect();
    let (half, left_out) = ends(rows.len());
    let shown = rows
        .iter()
        .take(half)
        .chain(rows.iter().skip(half + left_out));
    let shown = shown.map(|(name, counts)| {
        let counts = counts.iter().map(ToString::to_string);
        ((*name).to_owned(), counts.collect())
    });
    let shown: Vec<_> = shown.collect();
    let mut lines = crosstab(by, &values, &shown, Some(width));
    if left_out > 0 {
        lines.insert(1 + half, format!("… {left_out} more"));
    }
    lines
}
