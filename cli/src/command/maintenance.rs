//! `stats`, `compact` and `reindex`: the store as a thing on disk.

use std::path::Path;

use super::open::{open, open_to_write};
use crate::args::{CompactArgs, LockArgs, ReindexArgs, StatsArgs};
use crate::error::CommandError;
use crate::format::{self, Format, Records, bytes, grouped};
use crate::terminal::Output;
use eventstore::{Error, Stats, Store};

pub(super) fn stats(args: &StatsArgs, output: &mut Output) -> Result<(), CommandError> {
    let store = open(&args.store)?;
    let stats = store.stats()?;
    match args.answer.format {
        Format::Table => {
            for (name, value) in lines(&stats) {
                output.line(&format!("{name:<15} {value}"))?;
            }
        }
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

/// What a person wants to know, the content before the machinery.
fn lines(stats: &Stats) -> Vec<(&'static str, String)> {
    let count = |name, number| (name, grouped(number));
    let days = match (stats.first, stats.last) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "none".to_owned(),
    };
    let an_event = match stats.disk_bytes.checked_div(stats.events) {
        Some(size) => format!("{} ({} an event)", bytes(stats.disk_bytes), bytes(size)),
        None => bytes(stats.disk_bytes),
    };
    vec![
        count("events", stats.events),
        count("  superseded", stats.superseded),
        count("  undated", stats.undated),
        count("  drafts", stats.drafts),
        count("  opinions", stats.opinions),
        count("  English", stats.english),
        count("  Chinese", stats.chinese),
        ("days", days),
        count("tags", stats.tags),
        count("categories", stats.categories),
        count("sources", stats.sources),
        count("domains", stats.domains),
        count("listings", stats.listings),
        count("twins", stats.twins),
        count("kept pages", stats.kept_pages),
        ("on disk", an_event),
        ("  live", bytes(stats.live_bytes)),
        count("segments", stats.segments),
        count("deleted rows", stats.deleted_rows),
        count("commit", stats.commit),
        ("words", stats.words.to_string()),
        count("  without", stats.without_words),
    ]
}

pub(super) fn compact(args: &CompactArgs, output: &mut Output) -> Result<(), CommandError> {
    rewrite(&args.store, &args.lock, output, Store::compact)
}

pub(super) fn reindex(args: &ReindexArgs, output: &mut Output) -> Result<(), CommandError> {
    rewrite(&args.store, &args.lock, output, |store| {
        store.reindex(args.words)
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
