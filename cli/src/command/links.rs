//! `related` and `referring`: the events that an event is linked with.

use super::listing::{EventList, Shown};
use super::open::{check, open, read_id};
use super::query::print_hits;
use crate::args::LinksArgs;
use crate::error::CommandError;
use crate::terminal::Output;
use eventstore::Error;

/// What the event's page links to, in the order of the page.
pub(super) fn related(args: &LinksArgs, output: &mut Output) -> Result<(), CommandError> {
    check(&args.store)?;
    let id = read_id(&args.id, &args.store)?;
    let store = open(&args.store)?;
    let events = store.related(&id)?;
    if args.listing.count {
        output.line(&events.len().to_string())?;
    } else {
        let mut listing = EventList::begin(&args.listing, &store, output, Shown::default())?;
        for event in events.iter().take(listing.room()) {
            listing.print(event, None)?;
        }
        listing.end(|| Ok(events.len() as u64), None, None)?;
    }
    output.finish()?;
    Ok(store.close()?)
}

/// What links to the event.
pub(super) fn referring(args: &LinksArgs, output: &mut Output) -> Result<(), CommandError> {
    check(&args.store)?;
    let id = read_id(&args.id, &args.store)?;
    let store = open(&args.store)?;
    let hits = store.referring(&id)?;
    // Others may link to a page that is not in the store; without any link the id is a mistake.
    if hits.is_empty()? && !store.contains(&id)? {
        return Err(Error::NotFound { id }.into());
    }
    if args.listing.count {
        output.line(&hits.count()?.to_string())?;
    } else {
        let listing = EventList::begin(&args.listing, &store, output, Shown::default())?;
        print_hits(&hits, None, listing)?;
    }
    output.finish()?;
    Ok(store.close()?)
}
