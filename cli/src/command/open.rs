//! Opening a store that is there, asking it, and reading ids.

use std::io;
use std::path::Path;

use super::standard_input::say_what_is_awaited;
use crate::args::{LockArgs, Question};
use crate::error::CommandError;
use crate::path;
use eventstore::{Error, EventId, Hits, OpenOptions, ParseError, Query, Store};

/// Opens a store that must exist, for a command that only reads: beside other processes. A directory of
/// stores is read as one.
pub(super) fn open(store: &Path) -> Result<Store, CommandError> {
    check(store)?;
    let options = OpenOptions::new();
    match options.clone().read_only(true).open(store) {
        Err(error @ Error::NotAStore { .. }) => match options.open_many([store]) {
            Err(Error::NotAStore { .. }) => Err(error.into()),
            opened => Ok(opened?),
        },
        opened => Ok(opened?),
    }
}

/// Opens a store that must exist, for a command that writes.
pub(super) fn open_to_write(store: &Path, lock: &LockArgs) -> Result<Store, CommandError> {
    check(store)?;
    Ok(lock.options().create(false).open(store)?)
}

/// Refuses a store that is not there. In its place a query may stand, such as `tag:syri*`, which is
/// no pattern of files.
pub(super) fn check(store: &Path) -> Result<(), CommandError> {
    if !path::is_condition(store) {
        path::check(store)?;
    }
    match store.exists() {
        true => Ok(()),
        false => Err(Error::PathNotFound {
            path: store.to_owned(),
        }
        .into()),
    }
}

/// Opens a store and asks it. A missing store is reported before a query that cannot be read: the
/// query may stand in its place.
pub(super) fn ask(question: &Question) -> Result<(Store, Hits), CommandError> {
    check(&question.store)?;
    let text = question.text();
    let query: Query = text
        .parse()
        .map_err(|error| unreadable(error, &text, &question.store))?;
    let store = open(&question.store)?;
    let hits = store.query(query)?;
    Ok((store, hits))
}

/// The error of a query that cannot be read. Its hint names tags of the store, if the store can be
/// opened.
fn unreadable(error: ParseError, text: &str, store: &Path) -> ParseError {
    let asked = open(store).and_then(|store| Ok(store.query(text)?));
    match asked {
        Err(CommandError::Store(Error::Parse(error))) => error,
        _ => error,
    }
}

/// Reads an id. A day alone is answered with how to list its events.
pub(super) fn read_id(word: &str, store: &Path) -> Result<EventId, ParseError> {
    word.parse().map_err(|mut error: ParseError| {
        if let Some(day) = path::day(word) {
            error.message = format!("{word:?} is a day: the slug of an event is missing");
            error.offset = word.len();
            error.hint = Some(format!(
                "`eventstore query {} {day} --ids` lists the ids of that day",
                store.display()
            ));
        }
        error
    })
}

/// Reads ids, those of standard input in place of `-`. All are read before the first is used: a
/// mistake in the last one should not come behind the answer for the others.
pub(super) fn read_ids(words: &[String], store: &Path) -> Result<Vec<EventId>, CommandError> {
    let mut ids = Vec::new();
    for word in words {
        match word.as_str() {
            "-" => {
                say_what_is_awaited("ids, one a line,");
                for line in io::stdin().lines() {
                    let line = line.map_err(|error| CommandError::Refused {
                        message: format!("standard input: {error}"),
                        hint: None,
                    })?;
                    if !line.trim().is_empty() {
                        ids.push(read_id(line.trim(), store)?);
                    }
                }
            }
            word => ids.push(read_id(word, store)?),
        }
    }
    Ok(ids)
}
