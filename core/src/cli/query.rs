//! `query`: the events that answer.

use super::args::{QueryArgs, Question};
use super::choice::{Amount, EventFormat};
use super::csv;
use super::failure::{Failure, say};
use super::json;
use super::output::Output;
use super::width::{self, grouped, visible};
use crate::{Event, Hits, OpenOptions, Order, Query, Store};

/// Events read at once: bounds memory whatever the answer's size.
const PAGE: usize = 1000;

/// The columns of `--format csv`.
const COLUMNS: [&str; 10] = [
    "id",
    "date",
    "lang",
    "kind",
    "category",
    "title",
    "summary",
    "tags",
    "sources",
    "superseded",
];

/// Opens a store and asks it. A query that cannot be read is told before a store that is missing.
pub(super) fn ask(question: &Question) -> Result<(Store, Hits), Failure> {
    let query: Query = question.text().parse()?;
    let store = OpenOptions::new().create(false).open(&question.store)?;
    let hits = store.query(query)?;
    Ok((store, hits))
}

pub(super) fn run(args: &QueryArgs, output: &mut Output) -> Result<(), Failure> {
    let (store, hits) = ask(&args.question)?;
    if args.count {
        output.line(&hits.count()?.to_string())?;
    } else {
        let order = if args.reverse {
            Order::NewestFirst
        } else {
            Order::OldestFirst
        };
        let hits = hits.order(order)?;
        match args.explain {
            true => output.line(&visible(&hits.explain()?))?,
            false => list(args, &store, &hits, output)?,
        }
    }
    output.finish()?;
    Ok(store.close()?)
}

fn list(args: &QueryArgs, store: &Store, hits: &Hits, output: &mut Output) -> Result<(), Failure> {
    let table = args.format == EventFormat::Table && !args.ids;
    let limit = Amount::of(args.limit, table).unwrap_or(usize::MAX);
    if args.format == EventFormat::Csv {
        output.bytes(csv::row(COLUMNS).as_bytes())?;
    }
    let columns = output.columns();
    let mut shown = 0;
    let mut next = args.after.clone();
    while shown < limit {
        let page = hits.page(PAGE.min(limit - shown), next.as_deref())?;
        for event in &page.events {
            if args.ids {
                output.line(event.id.as_str())?;
                continue;
            }
            match args.format {
                EventFormat::Table if args.long => long(event, output)?,
                EventFormat::Table => output.line(&row(event, columns))?,
                EventFormat::Ndjson => output.line(&json::line(&json::event(event)))?,
                EventFormat::Csv => output.bytes(record(event).as_bytes())?,
                EventFormat::Md => page_of(event, store, output)?,
            }
        }
        shown += page.events.len();
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    // Before what is said on standard error, so that the two do not mix on a terminal.
    output.finish()?;
    if table || next.is_some() {
        let total = hits.count()?;
        say(&format!("{} of {}", grouped(shown as u64), grouped(total)));
    }
    if let Some(token) = next {
        say(&format!("more: --after {token}"));
    }
    Ok(())
}

/// The page as it was read; the next one begins on a line of its own.
fn page_of(event: &Event, store: &Store, output: &mut Output) -> Result<(), Failure> {
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

fn row(event: &Event, columns: usize) -> String {
    let date = event.date.to_string();
    let room = columns.saturating_sub(date.len() + 2);
    format!("{date}  {}", width::cut(&title(event), room))
}

fn long(event: &Event, output: &mut Output) -> Result<(), Failure> {
    let tags: Vec<_> = event.tags.iter().map(|tag| visible(tag)).collect();
    output.line(&format!("{}  {}", event.date, title(event)))?;
    output.line(&format!("            {}", visible(event.id.as_str())))?;
    match tags.is_empty() {
        true => Ok(()),
        false => output.line(&format!("            {}", tags.join("; "))),
    }
}

fn record(event: &Event) -> String {
    let urls: Vec<_> = event
        .sources
        .iter()
        .map(|source| source.url.as_str())
        .collect();
    csv::row([
        event.id.as_str(),
        &event.date.to_string(),
        event.lang.as_str(),
        event.kind.as_str(),
        event.category.as_deref().unwrap_or_default(),
        &event.title,
        event.summary.as_deref().unwrap_or_default(),
        &event.tags.join("; "),
        &urls.join("; "),
        if event.superseded { "true" } else { "false" },
    ])
}
