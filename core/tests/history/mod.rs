//! Histories of operations on a store and what it must hold after each of them, for tests that kill, damage or look
//! on.
//!
//! A history is a function of its seed: two processes that count its operations agree about the state after each.
//! What a store holds is kept here as a plain map, and answers come from looking at every event of it.

#![allow(dead_code, unused_imports, reason = "each test file uses a part")]

mod operation;
mod processes;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use eventstore::{Date, Event, Facet, Result, Snapshot};

pub use operation::{History, HistoryOptions, Operation, backup_of, export_of};
pub use processes::{ReaderProcess, Sightings, lines_of, serve_reader};

pub const TAGS: [&str; 7] = ["Ice", "Ports", "Rain", "Roads", "Ships", "Storms", "Tides"];
pub const WORDS: [&str; 8] = [
    "flood", "harbour", "ferry", "bridge", "storm", "letter", "lantern", "quay",
];

/// An event as the model keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlainEvent {
    pub title: String,
    pub summary: Option<String>,
    pub tags: BTreeSet<&'static str>,
}

impl PlainEvent {
    /// Whether a word stands in its texts.
    pub fn has_word(&self, word: &str) -> bool {
        let summary = self.summary.as_deref().unwrap_or_default();
        let words = self.title.split(' ').chain(summary.split(' '));
        words.into_iter().any(|own| own.eq_ignore_ascii_case(word))
    }
}

/// What identifies an event: day of March 2017 and number of the page. In this order events are listed.
pub type Key = (i8, usize);

/// The id of an event.
pub fn id_of((day, page): Key) -> String {
    format!("2017/03/{day}/page-{page:03}")
}

/// The day of an event.
pub fn date_of((day, _): Key) -> Date {
    Date::new(2017, 3, day).unwrap()
}

/// What a store must hold.
#[derive(Debug, Clone, Default)]
pub struct EventModel {
    pub events: BTreeMap<Key, PlainEvent>,
}

impl EventModel {
    /// A number that stands for all answers that [`digest`] asks a store for.
    pub fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (&key, event) in &self.events {
            (id_of(key), event).hash(&mut hasher);
        }
        for tag in TAGS {
            self.count(|event| event.tags.contains(tag))
                .hash(&mut hasher);
        }
        for word in &WORDS[..3] {
            self.count(|event| event.has_word(word)).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// How many events have a property.
    pub fn count(&self, has: impl Fn(&PlainEvent) -> bool) -> u64 {
        self.events.values().filter(|event| has(event)).count() as u64
    }
}

/// What a state of a store says: its events, how often each tag counts, and how many events have some words. Each comes
/// from other parts of the store.
pub fn digest(snapshot: &Arc<Snapshot>) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for event in snapshot.query("")?.iter() {
        let event = event?;
        (event.id.to_string(), plain(&event)).hash(&mut hasher);
    }
    let counts = snapshot.query("")?.facets(Facet::Tag, None)?;
    for tag in TAGS {
        let found = counts.iter().find(|count| count.value == tag);
        found.map_or(0, |count| count.count).hash(&mut hasher);
    }
    for word in &WORDS[..3] {
        snapshot.query(*word)?.count()?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// An event of a store as the model keeps it. A tag that no history states is none of the model.
pub fn plain(event: &Event) -> PlainEvent {
    let known = |tag: &String| TAGS.into_iter().find(|known| known == tag);
    PlainEvent {
        title: event.title.clone(),
        summary: event.summary.clone(),
        tags: event
            .tags
            .iter()
            .map(|tag| known(tag).unwrap_or("?"))
            .collect(),
    }
}

/// Whether no operation had anything to write so far. `digests` are those of the states after each.
pub fn is_unwritten(digests: &[u64]) -> bool {
    digests.iter().all(|digest| *digest == digests[0])
}
