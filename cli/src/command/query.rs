//! `query`: the events that answer.

use super::columns;
use super::listing::{EventList, Shown};
use super::open::ask;
use super::write;
use crate::args::QueryArgs;
use crate::error::{CommandError, say_hint};
use crate::format::Format;
use crate::terminal::{Output, visible};
use eventstore::{Hits, Order, Store};

/// Events read at once: bounds memory whatever the answer's size.
const EVENTS_AT_ONCE: usize = 1000;

pub(super) fn run(args: &QueryArgs, output: &mut Output) -> Result<(), CommandError> {
    let (store, hits) = ask(&args.question)?;
    if args.listing.count {
        output.line(&hits.count()?.to_string())?;
        print_hint(&hits)?;
    } else {
        let mut hits = hits.order(args.order())?;
        if let Some(count) = args.sample {
            hits = hits.sample(count, args.seed)?;
        }
        match (args.explain, &args.output) {
            (true, _) => output.line(&visible(&hits.explain()?))?,
            (false, Some(path)) => write::events(&hits, path, args, output)?,
            (false, None) if !args.columns.is_empty() => columns::print(&hits, args, output)?,
            (false, None) => list(&hits, args, &store, output)?,
        }
    }
    output.finish()?;
    Ok(store.close()?)
}

fn list(
    hits: &Hits,
    args: &QueryArgs,
    store: &Store,
    output: &mut Output,
) -> Result<(), CommandError> {
    let next = args.after.clone();
    let is_long = args.listing.long && args.listing.answer.format == Format::Table;
    let shown = Shown {
        marked: (!args.no_highlight).then_some(hits.query()),
        snippets: (args.snippets || is_long).then_some(hits.query()),
        scores: args.order() == Order::Relevance,
    };
    let listing = EventList::begin(&args.listing, store, output, shown)?;
    match args.sample {
        Some(_) => print_sample(hits, shown.scores, listing),
        None => print_hits(hits, next, listing),
    }
}

/// Prints events that were drawn from an answer.
fn print_sample(
    hits: &Hits,
    is_ranked: bool,
    mut listing: EventList<'_>,
) -> Result<(), CommandError> {
    let count = hits.count()?;
    let scores = match is_ranked {
        true => hits.scores()?,
        false => Vec::new(),
    };
    let mut scores = each(scores);
    for event in hits.iter().take(listing.room()) {
        listing.print(&event?, scores.next().flatten())?;
    }
    let is_empty = listing.is_empty();
    listing.end(|| Ok(count), None, None)?;
    match is_empty {
        true => print_hint(hits),
        false => Ok(()),
    }
}

/// Prints hits, from behind a page of results on.
pub(super) fn print_hits(
    hits: &Hits,
    mut next: Option<String>,
    mut listing: EventList<'_>,
) -> Result<(), CommandError> {
    let is_first = next.is_none();
    while listing.room() > 0 {
        let size = EVENTS_AT_ONCE.min(listing.room());
        if listing.takes_headings() {
            let page = hits.headings(size, next.as_deref())?;
            next = page.next;
            for (heading, score) in page.events.iter().zip(each(page.scores)) {
                listing.print_heading(heading, score)?;
            }
        } else {
            let page = hits.page(size, next.as_deref())?;
            next = page.next;
            for (event, score) in page.events.iter().zip(each(page.scores)) {
                listing.print(event, score)?;
            }
        }
        if next.is_none() {
            break;
        }
    }
    let is_empty = listing.is_empty();
    let left_out = match is_first && !is_empty && listing.is_table() {
        true => hits.left_out()?,
        false => None,
    };
    listing.end(|| Ok(hits.count()?), next, left_out)?;
    match is_empty {
        true => print_hint(hits),
        false => Ok(()),
    }
}

/// The score of each event, none where they have none.
fn each(scores: Vec<f64>) -> impl Iterator<Item = Option<f64>> {
    let mut scores = scores.into_iter();
    std::iter::repeat_with(move || scores.next())
}

/// Prints on standard error what may be wrong with a query that matches nothing.
pub(super) fn print_hint(hits: &Hits) -> Result<(), CommandError> {
    if let Some(hint) = hits.hint()? {
        say_hint(&hint);
    }
    Ok(())
}
