//! `add` and `remove`: single events into a store and out of it.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::ingest::{nothing_found, print};
use super::new_store::NewStore;
use super::open::{check, open_to_write, read_ids};
use super::standard_input::{STANDARD_INPUT, is_standard, say_what_is_awaited};
use crate::args::{AddArgs, RemoveArgs};
use crate::error::{CommandError, say_error};
use crate::format::{counted, read_event};
use crate::path;
use crate::terminal::Output;
use eventstore::{Archive, Error, Event, IngestOptions, Limits, OnError};

pub(super) fn add(args: &AddArgs, output: &mut Output) -> Result<(), CommandError> {
    path::check(&args.store)?;
    // Before the store is made: a line that cannot be read should leave nothing behind.
    let added = match &args.path {
        Some(path) => Added::Page(path.clone(), read_page(&args.file)?),
        None => Added::Events(read_events(&args.file)?),
    };
    let new = NewStore::at(&args.store);
    let store = args.lock.options().open(&args.store)?;
    let added = match added {
        Added::Events(events) => store.add(events),
        Added::Page(path, page) => {
            let options = IngestOptions::new().on_error(OnError::Raise);
            store.ingest(Archive::from(vec![(path, page)]), options)
        }
    };
    let is_empty = store.is_empty()?;
    new.remove_if(is_empty)?;
    store.close()?;
    let report = added?;
    output.insist();
    let nothing = args
        .path
        .as_ref()
        .and_then(|path| nothing_found(&report, is_empty, path));
    print(report, args.json, true, output)?;
    match nothing {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// What a file holds that is added.
enum Added {
    Events(Vec<Event>),
    /// With the path at which it lies.
    Page(String, Vec<u8>),
}

/// Opens a file, or standard input for `-`, on which `what` is awaited. Gives what messages call it, too.
fn open_file<'a>(
    file: &'a Path,
    what: &str,
) -> Result<(Cow<'a, str>, Box<dyn BufRead>), CommandError> {
    if is_standard(file) {
        say_what_is_awaited(what);
        return Ok((STANDARD_INPUT.into(), Box::new(io::stdin().lock())));
    }
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
    Ok((file.to_string_lossy(), Box::new(BufReader::new(opened))))
}

/// The bytes of a page, one more than a page may have at most.
fn read_page(file: &Path) -> Result<Vec<u8>, CommandError> {
    let (name, page) = open_file(file, "a page")?;
    let mut bytes = Vec::new();
    let most = Limits::default().page_bytes + 1;
    page.take(most)
        .read_to_end(&mut bytes)
        .map_err(|error| CommandError::Refused {
            message: format!("{name}: {error}"),
            hint: None,
        })?;
    Ok(bytes)
}

/// The events of a file, an object a line.
fn read_events(file: &Path) -> Result<Vec<Event>, CommandError> {
    let (name, lines) = open_file(file, "events as lines of JSON")?;
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
                    say_error(&format!("no event {id} in the store"));
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
