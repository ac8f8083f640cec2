//! Whole events: a row of the event, then the rows of what belongs to it. SQLite answers many small questions as fast
//! as a large one: <https://www.sqlite.org/np1queryprob.html>.

use rusqlite::{CachedStatement, Connection, Row};

use crate::Result;
use crate::model::{Change, Event, Related, Source};
use crate::settings::SEPARATOR;

const COLUMNS: &str = "e.key, i.id, e.day, e.lang, e.kind, e.category, e.title, e.summary, e.author, e.cover_image, \
                       e.superseded";

/// Reads whole events.
pub(super) struct Reader<'a> {
    by_id: CachedStatement<'a>,
    by_key: CachedStatement<'a>,
    tags: CachedStatement<'a>,
    sources: CachedStatement<'a>,
    related: CachedStatement<'a>,
    changes: CachedStatement<'a>,
}

impl<'a> Reader<'a> {
    pub fn new(connection: &'a Connection) -> Result<Self> {
        let events = |place: &str| {
            connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM ids i CROSS JOIN events e ON e.key = i.key WHERE {place} = ?1"
            ))
        };
        Ok(Self {
            by_id: events("i.id")?,
            by_key: events("i.key")?,
            tags: connection.prepare_cached(
                "SELECT t.spelling FROM event_tags e CROSS JOIN tags t ON t.key = e.tag
                 WHERE e.superseded = ?1 AND e.day = ?2 AND e.event = ?3",
            )?,
            sources: connection.prepare_cached(
                "SELECT p.name, s.url, s.domain, s.image FROM sources s CROSS JOIN publishers p ON p.key = s.publisher
                 WHERE s.event = ?1 ORDER BY s.place",
            )?,
            related: connection.prepare_cached(
                "SELECT i.id, r.title, r.tags FROM related r CROSS JOIN ids i ON i.key = r.target
                 WHERE r.event = ?1 ORDER BY r.place",
            )?,
            changes: connection.prepare_cached(
                "SELECT i.id, c.title, c.at, c.kind FROM changes c CROSS JOIN ids i ON i.key = c.target
                 WHERE c.event = ?1 ORDER BY c.place",
            )?,
        })
    }

    pub fn by_id(&mut self, id: &str) -> Result<Event> {
        let (key, event) = self.by_id.query_row([id], head)?;
        self.fill(key, event)
    }

    pub fn by_key(&mut self, key: i64) -> Result<Event> {
        let (key, event) = self.by_key.query_row([key], head)?;
        self.fill(key, event)
    }

    fn fill(&mut self, key: i64, mut event: Event) -> Result<Event> {
        let mut rows = self.tags.query((event.superseded, event.day, key))?;
        while let Some(row) = rows.next()? {
            event.tags.push(row.get(0)?);
        }
        let mut rows = self.sources.query([key])?;
        while let Some(row) = rows.next()? {
            event.sources.push(Source {
                name: row.get(0)?,
                url: row.get(1)?,
                domain: row.get(2)?,
                image: row.get(3)?,
            });
        }
        let mut rows = self.related.query([key])?;
        while let Some(row) = rows.next()? {
            let tags = row.get_ref(2)?.as_str()?;
            event.related.push(Related {
                id: row.get(0)?,
                title: row.get(1)?,
                tags: match tags.is_empty() {
                    true => Vec::new(),
                    false => tags.split(SEPARATOR).map(str::to_owned).collect(),
                },
            });
        }
        let mut rows = self.changes.query([key])?;
        while let Some(row) = rows.next()? {
            event.changes.push(Change {
                id: row.get(0)?,
                title: row.get(1)?,
                at: row.get(2)?,
                kind: row.get(3)?,
            });
        }
        Ok(event)
    }
}

fn head(row: &Row<'_>) -> rusqlite::Result<(i64, Event)> {
    let event = Event {
        id: row.get(1)?,
        day: row.get(2)?,
        lang: row.get(3)?,
        kind: row.get(4)?,
        category: row.get(5)?,
        title: row.get(6)?,
        summary: row.get(7)?,
        author: row.get(8)?,
        cover_image: row.get(9)?,
        tags: Vec::new(),
        sources: Vec::new(),
        related: Vec::new(),
        changes: Vec::new(),
        superseded: row.get(10)?,
    };
    Ok((row.get(0)?, event))
}
