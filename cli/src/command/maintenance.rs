//! `stats`, `compact`, `reindex` and `commit-stores`: stores as things on disk.

use std::path::{Path, PathBuf};

use super::open::{open, open_to_write};
use crate::args::{CommitStoresArgs, CompactArgs, LockArgs, ReindexArgs, StatsArgs};
use crate::error::CommandError;
use crate::format::{self, Format, Records, bytes, counted};
use crate::terminal::Output;
use eventstore::{Error, Stats, Store, listed_stores};

pub(super) fn stats(args: &StatsArgs, output: &mut Output) -> Result<(), CommandError> {
    let store = open(&args.store)?;
    let stats = store.stats()?;
    match args.answer.format {
        Format::Table => output.line(&stats.to_string())?,
        Format::Json => output.line(&format::pretty(&stats))?,
        Format::Ndjson => output.line(&format::line(&stats))?,
        format => rows(&stats, format, args, output)?,
    }
    output.finish()?;
    Ok(store.close()?)
}

/// A row for each number, exact, under the names that JSON has.
fn rows(
    stats: &Stats,
    format: Format,
    args: &StatsArgs,
    output: &mut Output,
) -> Result<(), CommandError> {
    let object = serde_json::to_value(stats).unwrap_or_default();
    let raw = args.answer.raw_cells;
    let mut records = Records::begin(output, format, &["name", "value"], raw)?;
    for (name, value) in object.as_object().into_iter().flatten() {
        let value = match value {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        records.write(&[name, &value], &())?;
    }
    records.end()
}

pub(super) fn compact(args: &CompactArgs, output: &mut Output) -> Result<(), CommandError> {
    rewrite(&args.store, &args.lock, output, Store::compact)
}

pub(super) fn reindex(args: &ReindexArgs, output: &mut Output) -> Result<(), CommandError> {
    rewrite(&args.store, &args.lock, output, |store| {
        store.reindex(args.words)
    })
}

/// Lists the stores of a directory, and says how many events and stores it has.
pub(super) fn commit_stores(
    args: &CommitStoresArgs,
    output: &mut Output,
) -> Result<(), CommandError> {
    let directory = &args.directory;
    if !directory.exists() {
        return Err(Error::PathNotFound {
            path: directory.clone(),
        }
        .into());
    }
    let listed = listed_stores(directory)?;
    let stores: Vec<PathBuf> = match args.stores.is_empty() {
        true => listed.into_iter().map(PathBuf::from).collect(),
        false => {
            let stores = args.stores.iter().map(|store| place_in(directory, store));
            stores.collect::<Result<_, _>>()?
        }
    };
    if stores.is_empty() {
        let directory = directory.display();
        return Err(CommandError::Refused {
            message: format!("{directory}: lists no store"),
            hint: Some(format!(
                "name them: eventstore commit-stores {directory} {directory}/STORE …"
            )),
        });
    }
    eventstore::commit_stores(directory, &stores, None)?;
    output.insist();
    let opened = Store::open_many([directory])?;
    let events = counted(opened.len()? as u64, "event", "events");
    let stores = counted(stores.len() as u64, "store", "stores");
    opened.close()?;
    output.line(&format!("{events} in {stores}"))?;
    output.finish()
}

/// Where a store lies in a directory. Its path may begin with the directory, as a shell completes it, or there.
fn place_in(directory: &Path, store: &Path) -> Result<PathBuf, CommandError> {
    let (whole, given) = (directory.canonicalize(), store.canonicalize());
    if let (Ok(whole), Ok(given)) = (&whole, &given)
        && let Ok(place) = given.strip_prefix(whole)
        && place != Path::new("")
    {
        return Ok(place.to_owned());
    }
    if store.is_relative() && directory.join(store).exists() {
        return Ok(store.to_owned());
    }
    Err(match given {
        Ok(_) => CommandError::Refused {
            message: format!(
                "{}: is no store within {}",
                store.display(),
                directory.display()
            ),
            hint: None,
        },
        Err(_) => Error::PathNotFound {
            path: store.to_owned(),
        }
        .into(),
    })
}

/// Rewrites a store, and says how large it was and is.
fn rewrite(
    path: &Path,
    lock: &LockArgs,
    output: &mut Output,
    rewrite: impl FnOnce(&Store) -> Result<(), Error>,
) -> Result<(), CommandError> {
    let store = open_to_write(path, lock)?;
    let before = store.stats()?.disk_bytes;
    rewrite(&store)?;
    // It is done: a Ctrl-C that came too late must not keep that back.
    output.insist();
    let open_size = store.stats()?.disk_bytes;
    store.close()?;
    // Closing fills the file up to a whole piece. Another process may have the store by now, which
    // makes the rewriting no failure.
    let after = closed_size(path).unwrap_or(open_size);
    output.line(&format!("{} before, {} after", bytes(before), bytes(after)))?;
    output.finish()
}

fn closed_size(path: &Path) -> Result<u64, CommandError> {
    let store = open(path)?;
    let size = store.stats()?.disk_bytes;
    store.close()?;
    Ok(size)
}
