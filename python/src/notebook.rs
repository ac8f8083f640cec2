//! Answers as HTML of a notebook: tables and divs with inline styles alone, since JupyterLab drops style
//! sheets and pictures of a notebook that is not trusted. No background is set and borders are
//! translucent, so that light and dark themes can both be read. Everything is escaped.

use std::fmt::{Display, Write as _};
use std::ops::Range;

use eventstore::{Event, Stats};
use eventstore_cli::text::{OTHERS, columns_of, cut};
use pyo3::prelude::*;

use crate::convert::shown;
use crate::display::{Escaped, visible};

/// Rows of events that are shown, here and in a terminal.
pub const EVENTS_SHOWN: usize = 10;
/// Counts that are shown, the first of more.
const COUNTS_SHOWN: usize = 50;
/// Notes and failed pages that are shown of a report.
const NOTES_SHOWN: usize = 5;
/// Columns of a title, of the other texts of a table. A text that is cut stands whole in its tooltip.
pub const TITLE_COLUMNS: usize = 72;
pub const TEXT_COLUMNS: usize = 40;

/// The colours of the values, again from the first on where there are more. Neighbours differ in lightness too. What
/// has no value is grey.
const VALUE_COLOURS: [&str; 8] = [
    "rgba(66,114,180,0.85)",
    "rgba(240,160,70,0.85)",
    "rgba(60,140,85,0.85)",
    "rgba(235,125,125,0.85)",
    "rgba(115,85,165,0.85)",
    "rgba(225,200,85,0.85)",
    "rgba(45,130,150,0.85)",
    "rgba(215,160,200,0.85)",
];
const OTHERS_COLOUR: &str = "rgba(150,150,150,0.6)";

const TABLE: &str = "<table style=\"border-collapse:collapse;text-align:left\">";
const BORDER: &str = "border-bottom:1px solid rgba(128,128,128,0.35)";
const CELL: &str = "padding:2px 12px 2px 0;text-align:left;vertical-align:baseline";

/// A table that grows by rows.
pub struct HtmlTable(String);

impl HtmlTable {
    pub fn new(headers: &[&str]) -> Self {
        Self::below(
            headers
                .iter()
                .map(|header| Escaped(visible(header)).to_string()),
        )
    }

    /// A table below headers that are HTML.
    fn below(headers: impl Iterator<Item = String>) -> Self {
        let mut html = String::from(TABLE);
        html += "<thead><tr>";
        for header in headers {
            let _ = write!(html, "<th style=\"{CELL};{BORDER}\">{header}</th>");
        }
        html += "</tr></thead><tbody>";
        Self(html)
    }

    /// A row of cells that are HTML.
    pub fn row(&mut self, cells: &[String]) {
        self.0 += "<tr>";
        for cell in cells {
            self.0 += cell;
        }
        self.0 += "</tr>";
    }

    pub fn finish(self) -> String {
        self.0 + "</tbody></table>"
    }
}

/// A cell with a text, cut to some columns and then whole in its tooltip.
pub fn text_cell(text: &str, columns: usize) -> String {
    let text = visible(text);
    if columns_of(&text) <= columns {
        return format!("<td style=\"{CELL}\">{}</td>", Escaped(text));
    }
    let short = cut(&text, columns);
    let (whole, short) = (Escaped(&text), Escaped(short));
    format!("<td style=\"{CELL}\" title=\"{whole}\">{short}</td>")
}

/// A cell with a short value that is never broken.
pub fn plain_cell(value: impl Display) -> String {
    format!(
        "<td style=\"{CELL};white-space:nowrap\">{}</td>",
        Escaped(value)
    )
}

/// A cell with what is HTML already.
pub fn html_cell(html: &str) -> String {
    format!("<td style=\"{CELL}\">{html}</td>")
}

fn number_cell(count: u64) -> String {
    format!("<td style=\"{CELL};text-align:right\">{count}</td>")
}

fn bar_cell(count: u64, most: u64) -> String {
    let percent = 100.0 * count as f64 / most.max(1) as f64;
    let bar = part(percent, "%", "rgba(86,140,200,0.75)");
    format!("<td style=\"{CELL};width:200px\">{bar}</td>")
}

/// A small line below a table or in its place.
pub fn line(text: impl Display) -> String {
    format!("<small>{}</small>", Escaped(text))
}

/// What there is to say of an answer beside its events, on a line of its own.
pub fn remark(text: &str) -> String {
    format!("<div>{}</div>", line(text))
}

/// How many events of how many are shown, and of which query.
pub fn of_events(shown: usize, all: u64, query: &str) -> String {
    let about = match (shown, all) {
        (_, 1) => format!("1 event: {query}"),
        (shown, all) if all == shown as u64 => format!("{all} events: {query}"),
        (shown, all) => format!("{shown} of {all} events: {query}"),
    };
    line(about.trim_end_matches([':', ' ']))
}

/// Rows of events: their day, title and tags.
pub fn events<'a>(events: impl Iterator<Item = &'a Event>) -> String {
    let mut table = HtmlTable::new(&["date", "title", "tags"]);
    for event in events {
        table.row(&[
            plain_cell(shown(event.date)),
            text_cell(&event.title, TITLE_COLUMNS),
            text_cell(&event.tags.join(", "), TEXT_COLUMNS),
        ]);
    }
    table.finish()
}

/// Rows below the names of their columns.
pub fn rows(names: &[String], rows: &[Vec<String>]) -> String {
    let headers: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut table = HtmlTable::new(&headers);
    for row in rows {
        let cells = names
            .iter()
            .zip(row)
            .map(|(name, text)| match name.as_str() {
                "title" => text_cell(text, TITLE_COLUMNS),
                _ => text_cell(text, TEXT_COLUMNS),
            });
        table.row(&cells.collect::<Vec<_>>());
    }
    table.finish()
}

/// Which rows of a long table are left out.
#[derive(Clone, Copy)]
pub enum Shown {
    /// Those behind the first ones, of so many in all.
    First(usize),
    /// Those in the middle: of units of time the last are as good as the first.
    BothEnds,
}

impl Shown {
    /// The rows that are left out of some that are at hand.
    fn left_out(self, rows: usize) -> Range<usize> {
        match self {
            _ if rows <= COUNTS_SHOWN => rows..rows,
            Self::First(_) => COUNTS_SHOWN..rows,
            Self::BothEnds => COUNTS_SHOWN / 2..rows - COUNTS_SHOWN / 2,
        }
    }

    /// Makes rows, one of dots in place of those in the middle, and says how many there are in all.
    fn rows<T>(
        self,
        mut table: HtmlTable,
        rows: impl ExactSizeIterator<Item = T>,
        cells: impl Fn(T) -> Vec<String>,
    ) -> String {
        let count = rows.len();
        let left_out = self.left_out(count);
        for (at, row) in rows.enumerate() {
            if !left_out.contains(&at) {
                table.row(&cells(row));
            } else if at == left_out.start && left_out.end < count {
                table.row(&[text_cell("…", 1)]);
            }
        }
        let all = match self {
            Self::First(all) => all.max(count),
            Self::BothEnds => count,
        };
        let shown = count - left_out.len();
        let html = table.finish();
        match shown < all {
            true => format!("<div>{html}{}</div>", line(format!("{shown} of {all}"))),
            false => format!("<div>{html}</div>"),
        }
    }
}

/// Counts with their bars: a name, of a timeline also the count of all events, below `headers`.
pub fn counts<'a>(
    headers: &[&str],
    counts: impl ExactSizeIterator<Item = (&'a str, u64, Option<u64>)> + Clone,
    shown: Shown,
) -> String {
    let most = counts.clone().map(|(_, count, _)| count).max().unwrap_or(0);
    shown.rows(HtmlTable::new(headers), counts, |(name, count, total)| {
        let mut cells = vec![text_cell(name, TEXT_COLUMNS), number_cell(count)];
        cells.extend(total.map(number_cell));
        cells.push(bar_cell(count, most));
        cells
    })
}

/// Counts of some values, a row for each unit of time, with a bar in which each value has its part.
pub fn split_counts(by: &str, values: &[Option<&str>], rows: &[(&str, Vec<u64>)]) -> String {
    let of_value = VALUE_COLOURS.into_iter().cycle();
    let colours = values.iter().zip(of_value);
    let colours = colours.map(|(value, colour)| value.map_or(OTHERS_COLOUR, |_| colour));
    let colours: Vec<_> = colours.collect();
    let named = values.iter().zip(&colours).map(|(value, colour)| {
        let name = visible(value.unwrap_or(OTHERS));
        let (whole, short) = (Escaped(&name), Escaped(cut(&name, TEXT_COLUMNS)));
        format!(
            "{}<div title=\"{whole}\">{short}</div>",
            part(12.0, "px", colour)
        )
    });
    let headers = [Escaped(by).to_string()].into_iter().chain(named);
    let table = HtmlTable::below(headers.chain([String::new()]));
    let sums = rows.iter().map(|(_, counts)| counts.iter().sum::<u64>());
    let most = sums.max().unwrap_or(0).max(1);
    Shown::BothEnds.rows(table, rows.iter(), |(name, counts)| {
        let mut cells = vec![text_cell(name, TEXT_COLUMNS)];
        cells.extend(counts.iter().map(|&count| number_cell(count)));
        let parts = counts.iter().zip(&colours).filter(|(count, _)| **count > 0);
        let parts =
            parts.map(|(&count, colour)| part(100.0 * count as f64 / most as f64, "%", colour));
        let bar: String = parts.collect();
        cells.push(format!(
            "<td style=\"{CELL};width:200px\"><div style=\"display:flex\">{bar}</div></td>"
        ));
        cells
    })
}

/// A part of a bar.
fn part(width: f64, unit: &str, colour: &str) -> String {
    format!("<div style=\"width:{width:.1}{unit};height:12px;background-color:{colour}\"></div>")
}

/// Names and values of an object of fields. What is nothing (0, `None`, empty) is left out where
/// `leave_out` says so.
pub fn fields<T>(value: &Bound<'_, T>, names: &[&str], leave_out: bool) -> PyResult<String> {
    let mut table = HtmlTable::new(&["", ""]);
    for name in names {
        let field = value.as_any().getattr(*name)?;
        if leave_out && !field.is_truthy()? {
            continue;
        }
        let text = match field.is_none() {
            true => String::new(),
            false => field.str()?.to_string(),
        };
        table.row(&[plain_cell(name), text_cell(&text, TITLE_COLUMNS)]);
    }
    Ok(format!("<div>{}</div>", table.finish()))
}

/// The first of some lines of a report, and how many there are.
pub fn notes<'a>(about: &str, notes: impl ExactSizeIterator<Item = &'a str>) -> String {
    let all = notes.len();
    if all == 0 {
        return String::new();
    }
    let mut html = format!("<div><b>{}</b></div>", Escaped(about));
    for note in notes.take(NOTES_SHOWN) {
        let note = visible(note);
        let _ = write!(html, "<div>{}</div>", Escaped(note));
    }
    if all > NOTES_SHOWN {
        html += &line(format!("{NOTES_SHOWN} of {all}"));
    }
    html
}

/// A link where the address is of http or https, else its text. It has the colour of the text, since
/// the blue of a browser cannot be read on a dark page.
fn link(url: &str, text: &str) -> String {
    let text = Escaped(visible(text));
    let is_web = ["http://", "https://"].iter().any(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    match is_web {
        true => format!(
            "<a href=\"{}\" rel=\"noopener noreferrer\" style=\"color:inherit;text-decoration:underline\">{text}</a>",
            Escaped(url)
        ),
        false => text.to_string(),
    }
}

/// An event with its summary, its tags and where it was reported.
pub fn event(event: &Event) -> String {
    let mut about = vec![shown(event.date), event.id.as_str().to_owned()];
    about.extend(event.categories.iter().cloned());
    about.retain(|text| !text.is_empty());
    let title = Escaped(visible(&event.title));
    let mut html = format!(
        "<div><b>{title}</b><br>{}",
        line(visible(&about.join(" · ")))
    );
    // Rendered anew and harmless.
    html += &visible(&event.summary_html().unwrap_or_default());
    if !event.sources.is_empty() {
        let sources: Vec<_> = event
            .sources
            .iter()
            .map(|source| link(&source.url, &source.name))
            .collect();
        let _ = write!(html, "<div>{}</div>", sources.join(" · "));
    }
    if !event.tags.is_empty() {
        let _ = write!(
            html,
            "<div>{}</div>",
            line(visible(&event.tags.join(" · ")))
        );
    }
    html + "</div>"
}

/// A store or a snapshot by its text, and below it what is in it if that can be read.
pub fn store(text: &str, stats: Option<Stats>) -> String {
    let text = line(visible(text));
    let Some(stats) = stats else {
        return text;
    };
    let days = match (stats.first, stats.last) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => String::new(),
    };
    let mut table = HtmlTable::new(&["", ""]);
    for (name, value) in [
        ("events", stats.events.to_string()),
        ("days", days),
        ("tags", stats.tags.to_string()),
        ("categories", stats.categories.to_string()),
        ("domains", stats.domains.to_string()),
    ] {
        table.row(&[plain_cell(name), plain_cell(value)]);
    }
    format!("<div>{text}{}</div>", table.finish())
}
