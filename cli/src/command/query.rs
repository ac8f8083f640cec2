//! `query`: the events that answer.

use super::listing::{Listing, Shown};
use super::open::ask;
use super::write;
use crate::args::QueryArgs;
use crate::error::{CommandError, say};
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
        let hits = hits.order(args.order())?;
        match (args.explain, &args.output) {
            (true, _) => output.line(&visible(&hits.explain()?))?,
            (false, Some(path)) => write::events(&hits, path, args, output)?,
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
    print_hits(
        hits,
        next,
        Listing::begin(&args.listing, store, output, shown)?,
    )
}

/// Prints hits, from behind a page of results on.
pub(super) fn print_hits(
    hits: &Hits,
    mut next: Option<String>,
    mut listing: Listing<'_>,
) -> Result<(), CommandError> {
    while listing.room() > 0 {
        let page = hits.page(EVENTS_AT_ONCE.min(listing.room()), next.as_deref())?;
        let mut scores = page.scores.into_iter();
        for event in &page.events {
            listing.print(event, scores.next())?;
        }
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let is_empty = listing.is_empty();
    listing.end(|| Ok(hits.count()?), next)?;
    match is_empty {
        true => print_hint(hits),
        false => Ok(()),
    }
}

/// Prints on standard error what may be wrong with a query that matches nothing.
pub(super) fn print_hint(hits: &Hits) -> Result<(), CommandError> {
    if let Some(hint) = hits.hint()? {
        say(&format!("hint: {hint}"));
    }
    Ok(())
}
