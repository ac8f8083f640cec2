//! A list of events, in every format.

use crate::args::{Amount, ListingArgs};
use crate::error::{CommandError, say};
use crate::format::{Format, Records, grouped};
use crate::terminal::{Output, cut, visible};
use eventstore::{Event, Store};

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
    "sources",
    "superseded",
];

/// A list that is printed event by event.
pub(super) struct Listing<'a> {
    args: &'a ListingArgs,
    store: &'a Store,
    lines: Lines<'a>,
    shown: usize,
}

/// What is printed of each event.
enum Lines<'a> {
    /// A line of a table, an id or a page.
    Plain(&'a mut Output),
    Records(Records<'a>),
}

impl<'a> Listing<'a> {
    /// Prints what stands before the first event.
    pub(super) fn begin(
        args: &'a ListingArgs,
        store: &'a Store,
        output: &'a mut Output,
    ) -> Result<Self, CommandError> {
        let format = args.answer.format;
        let lines = match args.ids || args.pages || format == Format::Table {
            true => Lines::Plain(output),
            false => Lines::Records(Records::begin(
                output,
                format,
                &COLUMNS,
                args.answer.raw_cells,
            )?),
        };
        Ok(Self {
            args,
            store,
            lines,
            shown: 0,
        })
    }

    /// How many events more it takes.
    pub(super) fn room(&self) -> usize {
        let is_for_screen = match &self.lines {
            Lines::Plain(output) => output.is_terminal() && self.is_table(),
            Lines::Records(_) => false,
        };
        Amount::or_screen(self.args.limit, is_for_screen)
            .unwrap_or(usize::MAX)
            .saturating_sub(self.shown)
    }

    /// Whether no event was printed.
    pub(super) fn is_empty(&self) -> bool {
        self.shown == 0
    }

    fn is_table(&self) -> bool {
        !self.args.ids && !self.args.pages && self.args.answer.format == Format::Table
    }

    /// Prints an event.
    pub(super) fn print(&mut self, event: &Event) -> Result<(), CommandError> {
        self.shown += 1;
        match &mut self.lines {
            Lines::Records(records) => {
                let cells = cells(event);
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                records.write(&cells, &crate::format::event(event))
            }
            Lines::Plain(output) if self.args.ids => output.line(event.id.as_str()),
            Lines::Plain(output) if self.args.pages => page(event, self.store, output),
            Lines::Plain(output) if self.args.long => long(event, output),
            Lines::Plain(output) => output.line(&row(event, output.columns())),
        }
    }

    /// Prints what stands behind the last event, and on standard error how many of all were shown,
    /// and how to go on.
    pub(super) fn end(
        self,
        total: impl FnOnce() -> Result<u64, CommandError>,
        next: Option<String>,
    ) -> Result<(), CommandError> {
        let is_table = self.is_table();
        // Before standard error, so that the two do not mix on a terminal.
        match self.lines {
            Lines::Plain(output) => output.finish()?,
            Lines::Records(mut records) => {
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
        if let Some(token) = next {
            say(&format!("more: --after {token}"));
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

/// The title, with a word before it where the event is not what its day page lists.
fn title(event: &Event) -> String {
    let mark = if event.superseded {
        "[superseded] "
    } else {
        ""
    };
    format!("{mark}{}", visible(&event.title))
}

/// The day in ten columns, blank if there is none.
fn day(event: &Event) -> String {
    match event.date {
        Some(date) => date.to_string(),
        None => " ".repeat(10),
    }
}

fn row(event: &Event, columns: Option<usize>) -> String {
    let date = day(event);
    let title = title(event);
    match columns {
        None => format!("{date}  {title}"),
        Some(columns) => {
            let room = columns.saturating_sub(date.len() + 2);
            format!("{date}  {}", cut(&title, room))
        }
    }
}

fn long(event: &Event, output: &mut Output) -> Result<(), CommandError> {
    let tags: Vec<_> = event.tags.iter().map(|tag| visible(tag)).collect();
    output.line(&format!("{}  {}", day(event), title(event)))?;
    output.line(&format!("            {}", visible(event.id.as_str())))?;
    match tags.is_empty() {
        true => Ok(()),
        false => output.line(&format!("            {}", tags.join("; "))),
    }
}

/// The cells of csv, tsv and md, in the order of [`COLUMNS`].
fn cells(event: &Event) -> [String; COLUMNS.len()] {
    let urls: Vec<_> = event
        .sources
        .iter()
        .map(|source| source.url.as_str())
        .collect();
    [
        event.id.to_string(),
        event.date.map_or_else(String::new, |date| date.to_string()),
        event.lang.to_string(),
        event.kind.to_string(),
        event.categories.join("; "),
        event.title.clone(),
        event.summary.clone().unwrap_or_default(),
        event.tags.join("; "),
        urls.join("; "),
        event.superseded.to_string(),
    ]
}
