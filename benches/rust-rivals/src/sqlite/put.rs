//! Writing events: the rows of one, and replacing what has changed.

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashMap;

use crate::Result;
use crate::model::{Event, folded};
use crate::settings::SEPARATOR;

/// The keys of texts in a table of two columns.
pub(super) struct Names {
    insert: String,
    find: String,
    keys: FxHashMap<String, i64>,
    /// Whether the table holds what is in the map and no more.
    all: bool,
}

impl Names {
    /// Of a table that is empty now.
    pub fn loading(table: &str, column: &str) -> Self {
        Self {
            all: true,
            ..Self::changing(table, column)
        }
    }

    /// Of a table that may hold anything.
    pub fn changing(table: &str, column: &str) -> Self {
        Self {
            insert: format!("INSERT INTO {table} ({column}) VALUES (?1)"),
            find: format!("SELECT key FROM {table} WHERE {column} = ?1"),
            keys: FxHashMap::default(),
            all: false,
        }
    }

    /// The key of a text, which is written if it is new.
    pub fn key(&mut self, connection: &Connection, text: &str) -> Result<i64> {
        if let Some(&key) = self.keys.get(text) {
            return Ok(key);
        }
        let known = match self.all {
            true => None,
            false => connection
                .prepare_cached(&self.find)?
                .query_row([text], |row| row.get(0))
                .optional()?,
        };
        let key = match known {
            Some(key) => key,
            None => connection.prepare_cached(&self.insert)?.insert([text])?,
        };
        self.keys.insert(text.to_owned(), key);
        Ok(key)
    }
}

/// Writes an event but for its tags; `link` is told the key of each other event that it links to.
pub(super) fn insert_event(
    connection: &Connection,
    event: &Event,
    key: i64,
    ids: &mut Names,
    publishers: &mut Names,
    mut link: impl FnMut(i64) -> Result<()>,
) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")?
        .execute(params![
            key,
            event.day,
            event.lang,
            event.kind,
            event.category,
            event.title,
            event.summary,
            event.author,
            event.cover_image,
            event.superseded,
            event.fingerprint(),
        ])?;
    for (place, source) in event.sources.iter().enumerate() {
        let publisher = publishers.key(connection, &source.name)?;
        connection
            .prepare_cached("INSERT INTO sources VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![
                key,
                place,
                publisher,
                source.url,
                source.domain,
                source.image
            ])?;
    }
    let mut tags = String::new();
    for (place, related) in event.related.iter().enumerate() {
        let target = ids.key(connection, &related.id)?;
        tags.clear();
        for tag in &related.tags {
            if !tags.is_empty() {
                tags.push(SEPARATOR);
            }
            tags.push_str(tag);
        }
        connection
            .prepare_cached("INSERT INTO related VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![key, place, target, related.title, tags])?;
        if target != key {
            link(target)?;
        }
    }
    for (place, change) in event.changes.iter().enumerate() {
        let target = ids.key(connection, &change.id)?;
        connection
            .prepare_cached("INSERT INTO changes VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![
                key,
                place,
                target,
                change.title,
                change.at,
                change.kind
            ])?;
    }
    Ok(())
}

/// Replaces events that differ from what is there, in one transaction; returns how many.
///
/// The spelling that a tag is shown in was settled by the load: the events that a measurement changes keep their tags.
pub(super) fn put(connection: &Connection, events: &[Event]) -> Result<u64> {
    let mut ids = Names::changing("ids", "id");
    let mut publishers = Names::changing("publishers", "name");
    let mut written = 0;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    for event in events {
        let known: Option<(i64, i64)> = connection
            .prepare_cached(
                "SELECT key, fingerprint FROM ids JOIN events USING (key) WHERE id = ?1",
            )?
            .query_row([&event.id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if known.is_some_and(|(_, fingerprint)| fingerprint == event.fingerprint()) {
            continue;
        }
        if let Some((key, _)) = known {
            remove(connection, key)?;
        }
        let key = ids.key(connection, &event.id)?;
        insert_event(
            connection,
            event,
            key,
            &mut ids,
            &mut publishers,
            |target| {
                connection
                    .prepare_cached("INSERT OR IGNORE INTO links VALUES (?1, ?2, ?3)")?
                    .execute(params![target, event.superseded, key])?;
                Ok(())
            },
        )?;
        for tag in &event.tags {
            let (tag, fold) = tag_keys(connection, tag)?;
            connection
                .prepare_cached("INSERT INTO event_tags VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![event.superseded, event.day, key, fold, tag])?;
            connection
                .prepare_cached("INSERT INTO tag_events VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![fold, event.superseded, event.day, key])?;
        }
        written += 1;
    }
    connection.execute_batch("COMMIT")?;
    Ok(written)
}

/// Keys of a spelling and its fold, which are written if they are new.
fn tag_keys(connection: &Connection, tag: &str) -> Result<(i64, i64)> {
    let known = connection
        .prepare_cached("SELECT key, fold FROM tags WHERE spelling = ?1")?
        .query_row([tag], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some(keys) = known {
        return Ok(keys);
    }
    let folded = folded(tag);
    let fold: Option<i64> = connection
        .prepare_cached("SELECT key FROM folds WHERE folded = ?1")?
        .query_row([&folded], |row| row.get(0))
        .optional()?;
    let fold = match fold {
        Some(fold) => fold,
        None => connection
            .prepare_cached("INSERT INTO folds (folded, shown) VALUES (?1, ?2)")?
            .insert([&folded, tag])?,
    };
    let key = connection
        .prepare_cached("INSERT INTO tags (spelling, fold) VALUES (?1, ?2)")?
        .insert(params![tag, fold])?;
    Ok((key, fold))
}

/// Takes all rows of an event away but that of its id, which others may link to.
fn remove(connection: &Connection, key: i64) -> Result<()> {
    let (superseded, day): (bool, u32) = connection
        .prepare_cached("SELECT superseded, day FROM events WHERE key = ?1")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    connection
        .prepare_cached(
            "DELETE FROM tag_events WHERE (fold, superseded, day, event) IN (
                SELECT fold, superseded, day, event FROM event_tags
                WHERE superseded = ?1 AND day = ?2 AND event = ?3)",
        )?
        .execute(params![superseded, day, key])?;
    connection
        .prepare_cached("DELETE FROM event_tags WHERE superseded = ?1 AND day = ?2 AND event = ?3")?
        .execute(params![superseded, day, key])?;
    connection
        .prepare_cached(
            "DELETE FROM links WHERE (target, superseded, event) IN (
                SELECT target, ?1, event FROM related WHERE event = ?2)",
        )?
        .execute(params![superseded, key])?;
    for delete in [
        "DELETE FROM sources WHERE event = ?1",
        "DELETE FROM related WHERE event = ?1",
        "DELETE FROM changes WHERE event = ?1",
        "DELETE FROM events WHERE key = ?1",
    ] {
        connection.prepare_cached(delete)?.execute([key])?;
    }
    Ok(())
}
