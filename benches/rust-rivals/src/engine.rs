//! What every engine is asked, and what it answers.

use std::hash::Hasher;
use std::path::Path;

use serde_json::{Value, json};
use twox_hash::XxHash3_64;

use crate::Result;
use crate::chosen::Chosen;
use crate::model::Event;

/// Events a page.
pub const PAGE: usize = 100;
/// Pages that are read one after the other.
pub const PAGES: usize = 20;

/// What engines are loaded with.
pub struct Input<'a> {
    /// All events, in order of date and id.
    pub events: &'a [Event],
    /// One in a hundred of them, changed.
    pub changed: &'a [Event],
    /// The archive that the events come from, and the pages of the changed ones: for the engine that parses.
    pub archive: Option<&'a Path>,
    /// Path and bytes.
    pub pages: &'a [(String, Vec<u8>)],
}

/// An engine.
pub trait Engine {
    /// Its name in tables.
    fn name(&self) -> &'static str;

    /// From the events in memory to a closed store in which every byte is synced and every index built.
    fn load(&self, input: &Input<'_>, folder: &Path) -> Result<()>;

    /// Opens what was loaded.
    fn open(&self, folder: &Path) -> Result<Box<dyn Opened>>;
}

/// An open store of an engine. Superseded events are left out of all answers but those by id.
pub trait Opened {
    /// Whole events by id.
    fn gets(&mut self, ids: &[String]) -> Result<Whole>;
    /// Whole events of a month such as 201703, by date and id.
    fn month(&mut self, month: u32) -> Result<Whole>;
    /// How many have a tag.
    fn count(&mut self, tag: &str) -> Result<u64>;
    /// The newest 20 of those with both tags in some years, whole.
    fn newest(&mut self, tags: [&str; 2], since: u32, year: u32) -> Result<Whole>;
    /// How many of a year have any of some tags and none of others.
    fn any_of(&mut self, any: &[String], none: &[String], year: u32) -> Result<u64>;
    /// How many a month have a tag: every month between the first and the last event of the store.
    fn timeline(&mut self, tag: &str) -> Result<Vec<(String, u64)>>;
    /// The 20 commonest tags of a year, ties by value.
    fn facets_year(&mut self, year: u32) -> Result<Vec<(String, u64)>>;
    /// The 20 tags that occur most with a tag, ties by value.
    fn facets_tag(&mut self, tag: &str) -> Result<Vec<(String, u64)>>;
    /// How many link to each of some events, in all.
    fn links(&mut self, ids: &[String]) -> Result<u64>;
    /// The first [`PAGES`] pages of whole events with a tag, each by a question of its own.
    fn pages(&mut self, tag: &str) -> Result<Whole>;
    /// Loads the same data again; how many events it had to write.
    fn second(&mut self, input: &Input<'_>) -> Result<u64>;
    /// Replaces the changed events and syncs; how many it had to write.
    fn update(&mut self, input: &Input<'_>) -> Result<u64>;
}

/// What reading whole events found: sums over every string, and which events they were.
#[derive(Default)]
pub struct Whole {
    letters: u64,
    ids: Ids,
}

impl Whole {
    /// Takes an event in.
    pub fn push(&mut self, id: &str, letters: u64) {
        self.letters += letters;
        self.ids.push(id);
    }
}

/// Ids in their order: how many, and a fingerprint that tells other ids and another order.
#[derive(Default)]
struct Ids {
    number: u64,
    hasher: XxHash3_64,
}

impl Ids {
    fn push(&mut self, id: &str) {
        self.number += 1;
        self.hasher.write(id.as_bytes());
        self.hasher.write_u8(0);
    }
}

/// An answer as it is written down, and a fingerprint beside it that only engines of one run compare.
#[derive(Clone, PartialEq)]
pub struct Answer {
    /// What goes into the file.
    pub value: Value,
    /// Of the ids, where there are some.
    pub ids: u64,
}

impl From<Whole> for Answer {
    fn from(whole: Whole) -> Self {
        Self {
            value: json!([whole.letters, whole.ids.number]),
            ids: whole.ids.hasher.finish(),
        }
    }
}

impl From<u64> for Answer {
    fn from(number: u64) -> Self {
        Self {
            value: json!(number),
            ids: 0,
        }
    }
}

impl From<Vec<(String, u64)>> for Answer {
    fn from(pairs: Vec<(String, u64)>) -> Self {
        Self {
            value: json!(pairs),
            ids: 0,
        }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.ids {
            0 => write!(f, "{}", self.value),
            ids => write!(f, "{} with ids {ids:016x}", self.value),
        }
    }
}

/// A question that is measured, by the key of its row.
pub type Question = (&'static str, fn(&mut dyn Opened, &Chosen) -> Result<Answer>);

/// The questions about a store that is open.
pub const QUESTIONS: [Question; 10] = [
    ("count", |store, of| Ok(store.count(&of.tags[0])?.into())),
    ("newest", |store, of| {
        let tags = [of.tags[0].as_str(), of.tags[1].as_str()];
        Ok(store.newest(tags, of.since, of.year)?.into())
    }),
    ("any_of", |store, of| {
        Ok(store.any_of(&of.tags[2..], &of.tags[..2], of.year)?.into())
    }),
    ("timeline", |store, of| {
        Ok(store.timeline(&of.tags[0])?.into())
    }),
    ("facets_year", |store, of| {
        Ok(store.facets_year(of.year)?.into())
    }),
    ("facets_tag", |store, of| {
        Ok(store.facets_tag(&of.tags[0])?.into())
    }),
    ("links", |store, of| Ok(store.links(&of.ids)?.into())),
    ("pages", |store, of| Ok(store.pages(&of.tags[0])?.into())),
    ("month", |store, of| Ok(store.month(of.month)?.into())),
    ("gets", |store, of| Ok(store.gets(&of.ids)?.into())),
];
