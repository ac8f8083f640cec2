//! Events that a program made → store: each is the page that renders it.

use std::time::Instant;

use rustc_hash::FxHashMap;

use super::commit_thread::not_compacted;
use super::examine::{PageChange, event_change};
use super::hashes::added_hash;
use super::held_rows::held_rows;
use super::{Limits, Report};
use crate::error::{Error, PageError, Result};
use crate::event::{Event, Kind, canonical_path};
use crate::page::{self, EventPage, LogicalPath, Page};
use crate::segment::{Interners, PendingRow};
use crate::store::{PutPage, ROW_BYTES, RemovedRows, RowRef, Shared, Snapshot, WriteBatch};

/// Puts events; of two with one id the later one stays.
pub(super) fn add(shared: &Shared, events: Vec<Event>) -> Result<Report> {
    add_with(shared, |_| Ok(events))
}

/// Puts the events that `make` makes of the state that they change.
pub(crate) fn add_with(
    shared: &Shared,
    make: impl FnOnce(&Snapshot) -> Result<Vec<Event>>,
) -> Result<Report> {
    let started = Instant::now();
    let writer = shared.page_writer()?;
    let snapshot = shared.snapshot()?;
    let events = make(&snapshot)?;
    let mut latest: FxHashMap<&str, usize> = FxHashMap::default();
    for (i, event) in events.iter().enumerate() {
        latest.insert(event.id.as_str(), i);
    }
    let mut report = Report {
        files: events.len() as u64,
        ..Report::default()
    };
    let mut write_batch = WriteBatch {
        puts: Vec::new(),
        removed: RemovedRows::new(&snapshot),
        interners: Interners::default(),
        strict: true,
        row_bytes: ROW_BYTES,
        stop: Default::default(),
    };
    let mut kinds = Vec::new();
    for (i, event) in events.iter().enumerate() {
        if latest[event.id.as_str()] != i {
            report.twins += 1;
            continue;
        }
        let added = match event.is_of_context() {
            true => context_page(&snapshot, event)?,
            false => markdown_page(&snapshot, event)?,
        };
        report.bytes += added.bytes;
        report.events += 1;
        if added.unchanged {
            report.unchanged += 1;
            continue;
        }
        added.note.into_iter().for_each(|note| report.note(note));
        report.count(added.change);
        kinds.push(added.change);
        let interners = &mut write_batch.interners;
        let mut row = PendingRow::new(added.path, added.page, added.hash, interners);
        row.added = true;
        let replaces = added.replaces;
        write_batch.puts.push(PutPage {
            row,
            replaces,
            given: None,
        });
    }
    let outcome = shared
        .commit(&writer, write_batch)
        .map_err(|error| match error {
            Error::Page(error) => refused(&events, error),
            other => other,
        })?;
    for twin in outcome.twins {
        report.uncount(kinds[twin]);
        report.twins += 1;
    }
    report.retagged = outcome.retagged as u64;
    if let Some(error) = &outcome.not_compacted {
        report.note(not_compacted(error));
    }
    report.count_superseded(snapshot.superseded_events(), shared);
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// The page of an event that is added, and what it is to the store.
struct AddedPage {
    path: String,
    page: Page,
    hash: u64,
    bytes: u64,
    change: PageChange,
    replaces: Vec<RowRef>,
    unchanged: bool,
    note: Option<String>,
}

/// The page of an event of the Context.
fn context_page(snapshot: &Snapshot, event: &Event) -> Result<AddedPage> {
    let path = canonical_path(event.id.as_str());
    let whole = with_stored_body(snapshot, &path, event)?;
    let page = page::from_event(whole.as_ref().unwrap_or(event))?;
    let rendered = page::render(&page);
    check_limits(event, &page, &rendered)?;
    let hash = added_hash(rendered.as_bytes(), &event.tags);
    let mut change = PageChange::Added;
    let mut unchanged = false;
    let mut replaces = Vec::new();
    for old in held_rows(snapshot, &path, Some(&event.id))? {
        let segment = &snapshot.views[old.at.segment_index].segment;
        if segment.is_markdown(old.at.row)? {
            change = PageChange::Changed;
            replaces.push(old.at);
        } else if old.gives_way_to_event(page.lang) {
            unchanged |= segment.hash_of(old.at.row)? == hash;
            change = event_change(&segment.event_page(old.at.row)?.0, &page);
            replaces.push(old.at);
        }
    }
    let day = LogicalPath::of(&path).day.filter(|&day| day != page.date);
    let note = day.map(|day| {
        let (id, date) = (&event.id, page.date);
        format!("{id}: the event says {date}, its id {day}")
    });
    Ok(AddedPage {
        path,
        page: Page::Event(page),
        hash,
        bytes: rendered.len() as u64,
        change,
        replaces,
        unchanged,
        note,
    })
}

/// The Markdown page of any other event. It takes the path and the prefix of the page that it replaces.
fn markdown_page(snapshot: &Snapshot, event: &Event) -> Result<AddedPage> {
    let old = snapshot.find(event.id.as_str())?;
    let mut path = page::markdown_path(&event.id);
    let mut prefix = String::new();
    // What is there already stays as its archive has it.
    let mut unchanged = false;
    if let Some(at) = old {
        let segment = &snapshot.views[at.segment_index].segment;
        path = segment.path_of(at.row)?;
        if segment.is_markdown(at.row)? {
            prefix = segment.markdown_page(at.row)?.prefix().to_owned();
            unchanged = snapshot.event(at)? == *event;
        }
    }
    let page = page::markdown_page(event, &prefix)?;
    check_size(event, page.text.len())?;
    let hash = added_hash(page.text.as_bytes(), &event.tags);
    let change = match old {
        Some(_) => PageChange::Changed,
        None if page.moment.is_none() => PageChange::Undated,
        None => PageChange::Added,
    };
    Ok(AddedPage {
        path,
        hash,
        bytes: page.text.len() as u64,
        page: Page::Markdown(Box::new(page)),
        change,
        replaces: old.into_iter().collect(),
        unchanged,
        note: None,
    })
}

/// An opinion that is given without its text, and whose summary is that of the stored opinion,
/// keeps the stored text: a summary is only the first paragraph. None for any other event.
fn with_stored_body(snapshot: &Snapshot, path: &str, event: &Event) -> Result<Option<Event>> {
    if event.kind != Kind::OPINION || event.body.is_some() {
        return Ok(None);
    }
    for old in held_rows(snapshot, path, Some(&event.id))? {
        let stored = snapshot.views[old.at.segment_index]
            .segment
            .event(old.at.row)?;
        let same = stored.kind == event.kind && stored.lang == event.lang;
        if same && stored.id == event.id && stored.summary == event.summary {
            let mut whole = event.clone();
            whole.body = stored.body;
            return Ok(Some(whole));
        }
    }
    Ok(None)
}

/// The error of an event whose id belongs to an event of the other language.
fn refused(events: &[Event], error: PageError) -> Error {
    let of_path = |event: &&Event| canonical_path(event.id.as_str()) == error.path;
    match events.iter().find(of_path) {
        Some(event) => Error::InvalidEvent {
            id: event.id.clone(),
            field: "lang",
            message: error.message,
        },
        None => Error::Page(error),
    }
}

/// Refuses an event whose page an ingest would refuse at its default limits: what a store gives
/// back can be ingested.
fn check_limits(event: &Event, page: &EventPage, rendered: &str) -> Result<()> {
    check_size(event, rendered.len())?;
    let most = Limits::default().page_items;
    let items = page.sources.len() + page.changes.len() + page.related.len();
    match items > most {
        true => refuse_page(
            event,
            format!(
                "its page lists {items} sources, changes and related events; an ingest reads {most} at \
                 most (limits.page_items)"
            ),
        ),
        false => Ok(()),
    }
}

fn check_size(event: &Event, size: usize) -> Result<()> {
    let most = Limits::default().page_bytes;
    match size as u64 > most {
        true => refuse_page(
            event,
            format!(
                "its page has {size} bytes; an ingest reads {most} at most (limits.page_bytes)"
            ),
        ),
        false => Ok(()),
    }
}

fn refuse_page(event: &Event, message: String) -> Result<()> {
    Err(Error::InvalidEvent {
        id: event.id.clone(),
        field: "page",
        message,
    })
}
