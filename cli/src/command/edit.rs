//! `add` and `remove`: single events into a store and out of it.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::new_store::NewStore;
use super::open::{check, open_to_write, read_ids};
use crate::args::{AddArgs, RemoveArgs};
use crate::error::{CommandError, say};
use crate::format::{self, counted, read_event};
use crate::path;
use crate::terminal::{Output, visible};
use eventstore::{Error, Event};

pub(super) fn add(args: &AddArgs, output: &mut Output) -> Result<(), CommandError> {
    path::check(&args.store)?;
    // Before the store is made: a line that cannot be read should leave nothing behind.
    let events = read_events(&args.file)?;
    let new = NewStore::at(&args.store);
    let store = args.lock.options().open(&args.store)?;
    let added = store.add(events);
    let is_empty = store.is_empty()?;
    new.remove_if(is_empty)?;
    store.close()?;
    let report = added?;
    output.insist();
    match args.json {
        true => output.line(&format::pretty(&report))?,
        false => output.line(&visible(&report.to_string()))?,
    }
    output.finish()
}

/// The events of a file, or of standard input for `-`.
fn read_events(file: &Path) -> Result<Vec<Event>, CommandError> {
    let (name, lines): (_, Box<dyn BufRead>) = match file == Path::new("-") {
        true => ("standard input".into(), Box::new(io::stdin().lock())),
        false => {
            path::check(file)?;
            let opened = File::open(file).map_err(|source| match source.kind() {
                io::ErrorKind::NotFound => Error::PathNotFound {
                    path: file.to_owned(),
                },
                _ => Error::Storage {
                    operation: "open",
                    path: file.to_owned(),
                    source,
                },
            })?;
            (file.to_string_lossy(), Box::new(BufReader::new(opened)))
        }
    };
    let refused = |number: usize, message: String| CommandError::Refused {
        message: format!("{name}:{number}: {message}"),
        hint: Some("each line is a JSON object as `query --format ndjson` writes it".to_owned()),
    };
    let mut events = Vec::new();
    for (number, line) in (1..).zip(lines.lines()) {
        let line = line.map_err(|error| refused(number, error.to_string()))?;
        if !line.trim().is_empty() {
            events.push(read_event(&line).map_err(|message| refused(number, message))?);
        }
    }
    match events.is_empty() {
        true => Err(refused(1, "no event".to_owned())),
        false => Ok(events),
    }
}

pub(super) fn remove(args: &RemoveArgs, output: &mut Output) -> Result<(), CommandError> {
    check(&args.store)?;
    let (store, removed) = match &args.prefix {
        Some(prefix) => {
            let store = open_to_write(&args.store, &args.lock)?;
            let removed = store.remove_archive(prefix)?;
            (store, removed)
        }
        None => {
            let ids = read_ids(&args.ids, &args.store)?;
            let store = open_to_write(&args.store, &args.lock)?;
            for id in &ids {
                if !store.contains(id)? {
                    say(&format!("eventstore: no event {id} in the store"));
                }
            }
            let removed = store.remove(&ids)?;
            (store, removed)
        }
    };
    store.close()?;
    output.insist();
    output.line(&format!(
        "{} removed",
        counted(removed as u64, "event", "events")
    ))?;
    output.finish()?;
    match removed {
        0 => Err(CommandError::Refused {
            message: format!("{}: nothing was removed", args.store.display()),
            hint: args.prefix.as_ref().map(|_| {
                let store = args.store.display();
                format!("`eventstore archives {store}` lists the prefixes of the store")
            }),
        }),
        _ => Ok(()),
    }
}
