//! A list of events, in every format.

use crate::args::{Amount, ListingArgs};
use crate::error::{CommandError, say};
use crate::format::{Format, Records, grouped};
use crate::terminal::{Marked, Output};
use eventstore::{Event, Heading, Query, Snippet, Store, TextField};

/// The columns of csv, tsv and md.
const COLUMNS: [&str; 10] = [
    "id",
    "date",
    "lang",
    "kind",
    "categories",
    "title",
    "summary",
    "tags",
    "sources.url",
    "superseded",
];
/// The columns behind them in an answer by relevance, and in one with snippets.
const SCORE: &str = "score";
const SNIPPET: &str = "snippet";

/// Characters of a snippet where no terminal has to fit it, and columns that stand free before it.
const SNIPPET_CHARS: usize = 160;
const INDENT: usize = 12;

/// What is shown of the events of an answer beside their fields.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shown<'a> {
    /// The query whose words are marked in the table.
    pub marked: Option<&'a Query>,
    /// The query of which snippets are shown.
    pub snippets: Option<&'a Query>,
    /// Whether each event has a score.
    pub scores: bool,
}

/// A list that is printed event by event.
pub(super) struct EventList<'a> {
    args: &'a ListingArgs,
    store: &'a Store,
    lines: Printed<'a>,
    beside: Shown<'a>,
    shown: usize,
}

/// What is printed of each event.
enum Printed<'a> {
    /// A line of a table, an id or a page.
    Plain(&'a mut Output),
    Records(Records<'a>),
}

impl<'a> EventList<'a> {
    /// Prints what stands before the first event.
    pub(super) fn begin(
        args: &'a ListingArgs,
        store: &'a Store,
        output: &'a mut Output,
        beside: Shown<'a>,
    ) -> Result<Self, CommandError> {
        let format = args.answer.format;
        let columns = COLUMNS.iter().chain(beside.scores.then_some(&SCORE));
        let columns = columns.chain(beside.snippets.map(|_| &SNIPPET));
        let columns: Vec<&str> = columns.copied().collect();
        let lines = match args.ids || args.pages || format == Format::Table {
            true => Printed::Plain(output),
            false => Printed::Records(Records::begin(
                output,
                format,
                &columns,
                args.answer.raw_cells,
            )?),
        };
        Ok(Self {
            args,
            store,
            lines,
            beside,
            shown: 0,
        })
    }

    /// How many events more it takes.
    pub(super) fn room(&self) -> usize {
        let is_for_screen = match &self.lines {
            Printed::Plain(output) => output.is_terminal() && self.is_table(),
            Printed::Records(_) => false,
        };
        Amount::or_screen(self.args.limit, is_for_screen)
            .unwrap_or(usize::MAX)
            .saturating_sub(self.shown)
    }

    /// Whether no event was printed.
    pub(super) fn is_empty(&self) -> bool {
        self.shown == 0
    }

    /// Whether it is a table, which people read.
    pub(super) fn is_table(&self) -> bool {
        !self.args.ids && !self.args.pages && self.args.answer.format == Format::Table
    }

    /// Whether an event's heading is all that it shows.
    pub(super) fn takes_headings(&self) -> bool {
        self.args.ids || self.is_table() && !self.args.long && self.beside.snippets.is_none()
    }

    /// Prints an event of which the heading is all that is shown.
    pub(super) fn print_heading(
        &mut self,
        heading: &Heading,
        score: Option<f64>,
    ) -> Result<(), CommandError> {
        let Printed::Plain(output) = &mut self.lines else {
            return Ok(());
        };
        self.shown += 1;
        if self.args.ids {
            return output.line(heading.id.as_str());
        }
        let columns = output.columns();
        output.marked(&row(heading, score, self.beside.marked, columns))
    }

    /// Prints an event, with its score in an answer by relevance.
    pub(super) fn print(&mut self, event: &Event, score: Option<f64>) -> Result<(), CommandError> {
        if self.takes_headings() {
            return self.print_heading(&event.heading(), score);
        }
        self.shown += 1;
        match &mut self.lines {
            Printed::Records(records) => {
                let mut cells = Vec::from(cells(event, self.args.answer.format));
                cells.extend(score.map(|score| score.to_string()));
                let found = self
                    .beside
                    .snippets
                    .map(|query| snippet(event, query, SNIPPET_CHARS).map(|found| found.text));
                cells.extend(found.clone().map(Option::unwrap_or_default));
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                let found = found.as_ref().map(Option::as_deref);
                records.write(&cells, &crate::format::answered(event, score, found))
            }
            Printed::Plain(output) if self.args.pages => page(event, self.store, output),
            Printed::Plain(output) => {
                let columns = output.columns().filter(|_| !self.args.long);
                output.marked(&row(&event.heading(), score, self.beside.marked, columns))?;
                if let Some(line) = snippet_line(event, &self.beside, columns) {
                    output.marked(&line)?;
                }
                match self.args.long {
                    true => id_and_tags(event, output),
                    false => Ok(()),
                }
            }
        }
    }

    /// Prints what stands behind the last event, and on standard error how many of all were shown, what
    /// was left out, and how to go on: by a token where pages of a size were asked for.
    pub(super) fn end(
        self,
        total: impl FnOnce() -> Result<u64, CommandError>,
        next: Option<String>,
        left_out: Option<String>,
    ) -> Result<(), CommandError> {
        let is_table = self.is_table();
        let is_paged = self.args.limit.is_some();
        // Before standard error, so that the two do not mix on a terminal.
        match self.lines {
            Printed::Plain(output) => output.finish()?,
            Printed::Records(mut records) => {
                records.flush()?;
                records.end()?;
            }
        }
        if is_table || next.is_some() {
            let total = total()?;
            say(&format!(
                "{} of {}",
                grouped(self.shown as u64),
                grouped(total)
            ));
        }
        if let Some(left_out) = left_out.filter(|_| is_table) {
            say(&left_out);
        }
        match next {
            Some(token) if is_paged => say(&format!("more: --after {token}")),
            Some(_) => {
                say("more: --limit all, or a number; a number also gives a token to go on by")
            }
            None => {}
        }
        Ok(())
    }
}

/// The page as it was read; the next one begins on a line of its own.
fn page(event: &Event, store: &Store, output: &mut Output) -> Result<(), CommandError> {
    let page = store.raw(&event.id)?;
    output.bytes(&page)?;
    match page.ends_with(b"\n") {
        true => Ok(()),
        false => output.line(""),
    }
}

/// Day, score and title, cut to some columns. A word stands before the title where the event is not
/// what its day page lists.
fn row(
    heading: &Heading,
    score: Option<f64>,
    marked: Option<&Query>,
    columns: Option<usize>,
) -> Marked {
    let day = heading.date.map(|date| date.to_string());
    let mut before = format!("{:10}  ", day.unwrap_or_default());
    if let Some(score) = score {
        before += &format!("{score:>6.2}  ");
    }
    if heading.superseded {
        before += "[superseded] ";
    }
    // The title alone: reading the words of a body takes longer than printing the line.
    let title = Event::new(heading.id.clone(), None, &*heading.title);
    let spans = marked.map(|query| title.highlight(query).title);
    let line = Marked::new(&heading.title, &spans.unwrap_or_default()).behind(&before);
    match columns {
        None => line,
        Some(columns) => line.cut(columns),
    }
}

/// The part of the text with the words that were asked for, if it is not the title, which is shown anyway.
fn snippet(event: &Event, query: &Query, chars: usize) -> Option<Snippet> {
    let snippet = event.snippet(query, chars);
    (snippet.field != TextField::Title && !snippet.spans.is_empty()).then_some(snippet)
}

/// The line below the title.
fn snippet_line(event: &Event, beside: &Shown<'_>, columns: Option<usize>) -> Option<Marked> {
    let room = columns.map(|columns| columns.saturating_sub(INDENT));
    let snippet = snippet(event, beside.snippets?, room.unwrap_or(SNIPPET_CHARS))?;
    let spans: &[_] = match beside.marked {
        Some(_) => &snippet.spans,
        None => &[],
    };
    let line = Marked::new(&snippet.text, spans);
    let line = match room {
        None => line,
        Some(room) => line.cut(room),
    };
    Some(line.behind(&" ".repeat(INDENT)))
}

fn id_and_tags(event: &Event, output: &mut Output) -> Result<(), CommandError> {
    let tags = &event.tags;
    let indent = " ".repeat(INDENT);
    output.aside(&format!("{indent}{}", event.id))?;
    match tags.is_empty() {
        true => Ok(()),
        false => output.aside(&format!("{indent}{}", tags.join("; "))),
    }
}

/// The cells of csv, tsv and md, in the order of [`COLUMNS`].
fn cells(event: &Event, format: Format) -> [String; COLUMNS.len()] {
    let urls = event.sources.iter().map(|source| &source.url);
    let urls: Vec<&String> = urls.collect();
    [
        event.id.to_string(),
        event.date.map_or_else(String::new, |date| date.to_string()),
        event.lang.to_string(),
        event.kind.to_string(),
        format.list(&event.categories),
        event.title.clone(),
        event.summary.clone().unwrap_or_default(),
        format.list(&event.tags),
        format.list(&urls),
        event.superseded.to_string(),
    ]
}
