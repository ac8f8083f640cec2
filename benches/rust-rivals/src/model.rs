//! The events that the rivals are loaded with, as eventstore exports them: tags resolved, superseded events flagged.

use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;
use unicode_normalization::UnicodeNormalization;

use crate::Result;

/// An event. The order of the fields is that of the plain design's bytes.
#[derive(Debug, Clone, Hash, Serialize, Deserialize)]
pub struct Event {
    pub id: String,
    /// `20170302`: in the order of days, and the day of the month is at hand.
    pub day: u32,
    pub lang: String,
    pub kind: String,
    pub category: Option<String>,
    pub title: String,
    pub summary: Option<String>,
    pub author: Option<String>,
    pub cover_image: Option<String>,
    pub tags: Vec<String>,
    pub sources: Vec<Source>,
    pub related: Vec<Related>,
    pub changes: Vec<Change>,
    pub superseded: bool,
}

/// Where an event was reported.
#[derive(Debug, Clone, Hash, Serialize, Deserialize)]
pub struct Source {
    pub name: String,
    pub url: String,
    pub domain: Option<String>,
    pub image: Option<String>,
}

/// A link to another event.
#[derive(Debug, Clone, Hash, Serialize, Deserialize)]
pub struct Related {
    pub id: String,
    pub title: String,
    pub tags: Vec<String>,
}

/// Another version of an event.
#[derive(Debug, Clone, Hash, Serialize, Deserialize)]
pub struct Change {
    pub id: String,
    pub title: String,
    pub at: Option<String>,
    pub kind: String,
}

/// A line of the export.
#[derive(Deserialize)]
struct Line {
    id: String,
    date: String,
    lang: String,
    kind: String,
    categories: Vec<String>,
    title: String,
    summary: Option<String>,
    authors: Vec<String>,
    tags: Vec<String>,
    sources: Vec<Source>,
    related: Vec<Related>,
    changes: Vec<Change>,
    cover_image: Option<String>,
    superseded: bool,
}

/// Reads the export: in order of date and id.
pub fn read(path: &Path) -> Result<Vec<Event>> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut events: Vec<Event> = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let at =
            |what: &dyn std::fmt::Display| format!("{}:{}: {what}", path.display(), number + 1);
        let line: Line = serde_json::from_str(&line?).map_err(|error| at(&error))?;
        let event = Event::try_from(line).map_err(|error| at(&error))?;
        // Engines give their keys in this order and rely on it for the newest.
        if let Some(last) = events.last()
            && (last.day, last.id.as_str()) >= (event.day, event.id.as_str())
        {
            return Err(at(&"not in order of date and id, or twice").into());
        }
        events.push(event);
    }
    match events.is_empty() {
        true => Err(format!("{}: no event", path.display()).into()),
        false => Ok(events),
    }
}

impl TryFrom<Line> for Event {
    type Error = String;

    fn try_from(line: Line) -> Result<Self, String> {
        Ok(Self {
            day: day(&line.date).ok_or_else(|| format!("{} is no date", line.date))?,
            id: line.id,
            lang: line.lang,
            kind: line.kind,
            // No event of the Context has two.
            category: line.categories.into_iter().next(),
            title: line.title,
            summary: line.summary,
            author: line.authors.into_iter().next(),
            cover_image: line.cover_image,
            tags: line.tags,
            sources: line.sources,
            related: line.related,
            changes: line.changes,
            superseded: line.superseded,
        })
    }
}

/// `2017-03-02` → 20170302.
fn day(date: &str) -> Option<u32> {
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    Some(year * 10_000 + month * 100 + day)
}

impl Event {
    /// Tells whether an event that comes again has changed; every engine that must know keeps it.
    pub fn fingerprint(&self) -> i64 {
        let mut hasher = XxHash3_64::default();
        self.hash(&mut hasher);
        hasher.finish() as i64
    }

    /// Reads every field down to its last string and adds their lengths up, in characters.
    pub fn letters(&self) -> u64 {
        let mut sum = u64::from(self.day % 100) + u64::from(self.superseded);
        sum += of(&self.id) + of(&self.title) + of(&self.kind) + of(&self.lang);
        for text in [
            &self.category,
            &self.summary,
            &self.cover_image,
            &self.author,
        ] {
            sum += text.as_deref().map_or(0, of);
        }
        sum += self.tags.iter().map(|tag| of(tag)).sum::<u64>();
        for source in &self.sources {
            sum += of(&source.name) + of(&source.url);
            sum += source.image.as_deref().map_or(0, of) + source.domain.as_deref().map_or(0, of);
        }
        for related in &self.related {
            sum += of(&related.id) + of(&related.title);
            sum += related.tags.iter().map(|tag| of(tag)).sum::<u64>();
        }
        for change in &self.changes {
            sum += of(&change.id) + of(&change.title) + of(&change.kind);
            sum += change.at.as_deref().map_or(0, of);
        }
        sum
    }
}

/// The characters of a text.
pub fn of(text: &str) -> u64 {
    text.chars().count() as u64
}

/// The form in which tags are compared: full case fold, then NFC.
pub fn folded(tag: &str) -> String {
    match tag.is_ascii() {
        true => tag.to_ascii_lowercase(),
        false => caseless::default_case_fold_str(tag).nfc().collect(),
    }
}
