//! Loading: everything in one transaction, every table in the order of its key.

use std::fs::File;
use std::path::Path;

use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;

use super::put::{Names, insert_event};
use crate::Result;
use crate::model::{Event, folded};
use crate::settings;

/// Tags with their keys, by spelling and by folded form.
#[derive(Default)]
struct Tags<'a> {
    spellings: Vec<Spelling<'a>>,
    by_spelling: FxHashMap<&'a str, usize>,
    folds: FxHashMap<String, i64>,
}

struct Spelling<'a> {
    text: &'a str,
    fold: i64,
    events: u64,
}

impl<'a> Tags<'a> {
    /// Counts an event for a spelling; returns keys of the fold and the spelling.
    fn take(&mut self, tag: &'a str) -> (i64, i64) {
        let at = match self.by_spelling.get(tag) {
            Some(&at) => at,
            None => {
                let next = self.folds.len() as i64 + 1;
                let fold = *self.folds.entry(folded(tag)).or_insert(next);
                self.spellings.push(Spelling {
                    text: tag,
                    fold,
                    events: 0,
                });
                self.by_spelling.insert(tag, self.spellings.len() - 1);
                self.spellings.len() - 1
            }
        };
        self.spellings[at].events += 1;
        (self.spellings[at].fold, at as i64 + 1)
    }

    /// Writes them; a fold shows the spelling of most events, the first by code point where several have as many.
    fn write(&self, connection: &Connection) -> Result<()> {
        let mut tags = connection.prepare("INSERT INTO tags VALUES (?1, ?2, ?3)")?;
        let mut shown: FxHashMap<i64, &Spelling<'_>> = FxHashMap::default();
        for (at, spelling) in self.spellings.iter().enumerate() {
            tags.execute(params![at as i64 + 1, spelling.text, spelling.fold])?;
            let best = shown.entry(spelling.fold).or_insert(spelling);
            if (best.events, spelling.text) < (spelling.events, best.text) {
                *best = spelling;
            }
        }
        let mut folds = connection.prepare("INSERT INTO folds VALUES (?1, ?2, ?3)")?;
        for (text, key) in &self.folds {
            folds.execute(params![key, text, shown[key].text])?;
        }
        Ok(())
    }
}

/// Loads events, in order of date and id, into a new file.
pub(super) fn load(events: &[Event], file: &Path) -> Result<()> {
    let connection = Connection::open(file)?;
    connection.execute_batch(settings::SQLITE_LOADING)?;
    connection.set_prepared_statement_cache_capacity(settings::SQLITE_STATEMENTS);
    connection.execute_batch("BEGIN")?;
    connection.execute_batch(settings::SQLITE_TABLES)?;

    let mut ids = Names::loading("ids", "id");
    let mut publishers = Names::loading("publishers", "name");
    let mut tags = Tags::default();
    let mut event_tags = Vec::new();
    let mut links = Vec::new();
    // Events first: their keys are in the order of date and id, those of ids that are only linked to come behind.
    for event in events {
        let key = ids.key(&connection, &event.id)?;
        for tag in &event.tags {
            let (fold, tag) = tags.take(tag);
            event_tags.push((event.superseded, event.day, key, fold, tag));
        }
    }
    for (event, key) in events.iter().zip(1..) {
        insert_event(
            &connection,
            event,
            key,
            &mut ids,
            &mut publishers,
            |target| {
                links.push((target, event.superseded, key));
                Ok(())
            },
        )?;
    }
    tags.write(&connection)?;

    index(&connection, event_tags, links)?;
    connection.execute_batch("COMMIT")?;
    connection.execute_batch(settings::SQLITE_INDEXES)?;
    connection.flush_prepared_statement_cache();
    connection.close().map_err(|(_, error)| error)?;
    File::options().write(true).open(file)?.sync_all()?;
    Ok(())
}

/// Superseded, day, event, fold, tag.
type EventTag = (bool, u32, i64, i64, i64);
/// Target, superseded, event.
type Link = (i64, bool, i64);

/// Writes the tables that are indexes, each in the order of its key.
fn index(
    connection: &Connection,
    mut event_tags: Vec<EventTag>,
    mut links: Vec<Link>,
) -> Result<()> {
    event_tags.sort_unstable();
    let mut tag_events: Vec<_> = event_tags
        .iter()
        .map(|&(superseded, day, event, fold, _)| (fold, superseded, day, event))
        .collect();
    tag_events.sort_unstable();
    links.sort_unstable();
    links.dedup();
    let mut insert = connection.prepare("INSERT INTO event_tags VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for row in event_tags {
        insert.execute(row)?;
    }
    let mut insert = connection.prepare("INSERT INTO tag_events VALUES (?1, ?2, ?3, ?4)")?;
    for row in tag_events {
        insert.execute(row)?;
    }
    let mut insert = connection.prepare("INSERT INTO links VALUES (?1, ?2, ?3)")?;
    for row in links {
        insert.execute(row)?;
    }
    Ok(())
}
