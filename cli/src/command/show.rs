//! `show`: one event, as its page or as a record.

use super::listing::{EventList, Shown};
use super::open::{check, open, read_ids};
use crate::args::ShowArgs;
use crate::error::CommandError;
use crate::terminal::Output;
use eventstore::Error;

pub(super) fn run(args: &ShowArgs, output: &mut Output) -> Result<(), CommandError> {
    check(&args.store)?;
    let ids = read_ids(&args.ids, &args.store)?;
    let store = open(&args.store)?;
    match args.listing() {
        Some(listing) => {
            let mut listing = EventList::begin(&listing, &store, output, Shown::default())?;
            for id in &ids {
                let event = store.get(id)?;
                let event = event.ok_or_else(|| Error::NotFound { id: id.clone() })?;
                listing.print(&event, None)?;
            }
            listing.end(|| Ok(ids.len() as u64), None, None)?;
        }
        None => {
            for id in &ids {
                output.bytes(&store.raw(id)?)?;
            }
        }
    }
    output.finish()?;
    Ok(store.close()?)
}
