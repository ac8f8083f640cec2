//! `show`: one event, as its page or as JSON.

use super::args::ShowArgs;
use super::failure::Failure;
use super::json;
use super::output::Output;
use eventstore::Error;
use eventstore::{EventId, OpenOptions};

pub(super) fn run(args: &ShowArgs, output: &mut Output) -> Result<(), Failure> {
    // All ids are read first: a mistake in the last one should not come behind the pages of the others.
    let ids = args.ids.iter().map(|id| id.parse());
    let ids: Vec<EventId> = ids.collect::<Result<_, _>>()?;
    let store = OpenOptions::new().create(false).open(&args.store)?;
    for id in ids {
        match args.json {
            true => {
                let event = store.get(&id)?.ok_or(Error::NotFound { id })?;
                output.line(&json::pretty(&json::event(&event)))?;
            }
            false => output.bytes(&store.raw(&id)?)?,
        }
    }
    output.finish()?;
    Ok(store.close()?)
}
