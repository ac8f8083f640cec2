//! Opening a store that is there, asking it, and reading ids.

use std::io;
use std::path::Path;

use crate::args::Question;
use crate::error::CommandError;
use crate::path;
use eventstore::{Error, EventId, Hits, OpenOptions, ParseError, Query, Store};

/// Opens a store that must exist.
pub(super) fn open(store: &Path) -> Result<Store, CommandError> {
    path::check(store)?;
    Ok(OpenOptions::new().create(false).open(store)?)
}

/// Opens a store and asks it. A query that cannot be read is reported before a missing store.
pub(super) fn ask(question: &Question) -> Result<(Store, Hits), CommandError> {
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

/// Reads ids, those of standard input in place of `-`. All are read before the first is used: a
/// mistake in the last one should not come behind the answer for the others.
pub(super) fn read_ids(words: &[String]) -> Result<Vec<EventId>, CommandError> {
    let mut ids = Vec::new();
    for word in words {
        match word.as_str() {
            "-" => {
                for line in io::stdin().lines() {
                    let line = line.map_err(|error| CommandError::Refused {
                        message: format!("standard input: {error}"),
                        hint: None,
                    })?;
                    if !line.trim().is_empty() {
                        ids.push(line.trim().parse()?);
                    }
                }
            }
            word => ids.push(word.parse()?),
        }
    }
    Ok(ids)
}
