//! `stats` and `compact`: the store as a thing on disk.

use super::args::{CompactArgs, StatsArgs};
use super::choice::StatsFormat;
use super::failure::Failure;
use super::json;
use super::output::Output;
use super::width::{bytes, grouped};
use eventstore::{OpenOptions, Stats};

pub(super) fn stats(args: &StatsArgs, output: &mut Output) -> Result<(), Failure> {
    let store = OpenOptions::new().create(false).open(&args.store)?;
    let stats = store.stats()?;
    match args.format {
        StatsFormat::Table => {
            for (name, value) in lines(&stats) {
                output.line(&format!("{name:<13} {value}"))?;
            }
        }
        StatsFormat::Json => output.line(&json::pretty(&json::stats(&stats)))?,
    }
    output.finish()?;
    Ok(store.close()?)
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
    ]
}

pub(super) fn compact(args: &CompactArgs, output: &mut Output) -> Result<(), Failure> {
    let store = OpenOptions::new().create(false).open(&args.store)?;
    let before = store.stats()?.disk_bytes;
    store.compact()?;
    // It is done: a Ctrl-C that came too late must not keep that back.
    output.insist();
    let after = store.stats()?.disk_bytes;
    output.line(&format!("{} before, {} after", bytes(before), bytes(after)))?;
    output.finish()?;
    Ok(store.close()?)
}
