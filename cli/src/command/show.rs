//! `show`: one event, as its page or as JSON.

use super::open::{check, open, read_ids};
use crate::args::ShowArgs;
use crate::error::CommandError;
use crate::format;
use crate::terminal::Output;
use eventstore::Error;

pub(super) fn run(args: &ShowArgs, output: &mut Output) -> Result<(), CommandError> {
    check(&args.store)?;
    let ids = read_ids(&args.ids, &args.store)?;
    let store = open(&args.store)?;
    for id in ids {
        match args.json {
            true => {
                let event = store.get(&id)?.ok_or(Error::NotFound { id })?;
                output.line(&format::pretty(&event.json_object()))?;
            }
            false => output.bytes(&store.raw(&id)?)?,
        }
    }
    output.finish()?;
    Ok(store.close()?)
}
