//! The questions: one statement each, and what is faster done with its rows.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Params, params, params_from_iter};
use rustc_hash::FxHashMap;

use super::Open;
use super::put::put;
use super::whole::Reader;
use crate::Result;
use crate::calendar;
use crate::engine::{Input, Opened, PAGE, PAGES, Whole};
use crate::model::folded;

/// Values of the commonest.
const TOP: usize = 20;

impl Open {
    /// The key of a tag in any spelling; 0, which no tag has, if there is none.
    fn fold(&self, tag: &str) -> Result<i64> {
        let key = self
            .connection
            .prepare_cached("SELECT key FROM folds WHERE folded = ?1")?
            .query_row([folded(tag)], |row| row.get(0))
            .optional()?;
        Ok(key.unwrap_or(0))
    }

    fn folds(&self, tags: &[String]) -> Result<Vec<i64>> {
        tags.iter().map(|tag| self.fold(tag)).collect()
    }

    fn number(&self, sql: &str, params: impl Params) -> Result<u64> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params, |row| row.get(0))?)
    }

    /// The commonest of the tags that a statement gives, one a row and event. Counted here: `GROUP BY` sorts the rows
    /// and takes four times as long.
    fn top(&self, sql: &str, params: impl Params) -> Result<Vec<(String, u64)>> {
        let mut counts: FxHashMap<i64, u64> = FxHashMap::default();
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            *counts.entry(row.get(0)?).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_unstable_by_key(|(_, count)| Reverse(*count));
        let least = counts.get(TOP - 1).map_or(0, |(_, count)| *count);
        let mut shown = self
            .connection
            .prepare_cached("SELECT shown FROM folds WHERE key = ?1")?;
        let mut pairs = Vec::new();
        for (fold, count) in counts.into_iter().take_while(|(_, count)| *count >= least) {
            pairs.push((shown.query_row([fold], |row| row.get(0))?, count));
        }
        pairs.sort_unstable_by(|(a, m): &(String, u64), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        pairs.truncate(TOP);
        Ok(pairs)
    }

    /// The whole events of a statement that gives their keys.
    fn whole(&self, sql: &str, params: impl Params) -> Result<Whole> {
        let mut reader = Reader::new(&self.connection)?;
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut whole = Whole::default();
        while let Some(row) = rows.next()? {
            let event = reader.by_key(row.get(0)?)?;
            whole.push(&event.id, event.letters());
        }
        Ok(whole)
    }
}

impl Opened for Open {
    fn gets(&mut self, ids: &[String]) -> Result<Whole> {
        let mut reader = Reader::new(&self.connection)?;
        let mut whole = Whole::default();
        for id in ids {
            let event = reader.by_id(id)?;
            whole.push(&event.id, event.letters());
        }
        Ok(whole)
    }

    fn month(&mut self, month: u32) -> Result<Whole> {
        self.whole(
            "SELECT key FROM events WHERE superseded = 0 AND day BETWEEN ?1 AND ?2 ORDER BY day, key",
            [month * 100, month * 100 + 99],
        )
    }

    fn count(&mut self, tag: &str) -> Result<u64> {
        self.number(
            "SELECT count(*) FROM tag_events WHERE fold = ?1 AND superseded = 0",
            [self.fold(tag)?],
        )
    }

    fn newest(&mut self, tags: [&str; 2], since: u32, year: u32) -> Result<Whole> {
        // The rarer tag is walked, the commoner one looked up.
        let (common, rare) = (self.fold(tags[0])?, self.fold(tags[1])?);
        let (first, last) = (calendar::year(since).0, calendar::year(year).1);
        self.whole(
            "SELECT a.event FROM tag_events a CROSS JOIN tag_events b
             ON b.fold = ?2 AND b.superseded = 0 AND b.day = a.day AND b.event = a.event
             WHERE a.fold = ?1 AND a.superseded = 0 AND a.day BETWEEN ?3 AND ?4
             ORDER BY a.day DESC, a.event DESC LIMIT 20",
            params![rare, common, first, last],
        )
    }

    fn any_of(&mut self, any: &[String], none: &[String], year: u32) -> Result<u64> {
        let (first, last) = calendar::year(year);
        let marks = |from: usize, number: usize| {
            let marks = (from..from + number).map(|place| format!("?{place}"));
            marks.collect::<Vec<_>>().join(", ")
        };
        // Each half is a walk over neighbouring rows of every tag.
        let sql = format!(
            "SELECT count(DISTINCT event) FROM tag_events
             WHERE fold IN ({}) AND superseded = 0 AND day BETWEEN ?1 AND ?2 AND event NOT IN (
                SELECT event FROM tag_events WHERE fold IN ({}) AND superseded = 0 AND day BETWEEN ?1 AND ?2)",
            marks(3, any.len()),
            marks(3 + any.len(), none.len()),
        );
        let mut values = vec![i64::from(first), i64::from(last)];
        values.extend(self.folds(any)?);
        values.extend(self.folds(none)?);
        self.number(&sql, params_from_iter(values))
    }

    fn timeline(&mut self, tag: &str) -> Result<Vec<(String, u64)>> {
        let days = "SELECT (SELECT min(day) FROM events WHERE superseded = 0),
                           (SELECT max(day) FROM events WHERE superseded = 0)";
        let (first, last) = self
            .connection
            .prepare_cached(days)?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        // By day: that is the order of the table, so nothing is sorted. Grouping by `day / 100` sorts.
        let mut statement = self.connection.prepare_cached(
            "SELECT day, count(*) FROM tag_events WHERE fold = ?1 AND superseded = 0 GROUP BY day",
        )?;
        let mut rows = statement.query([self.fold(tag)?])?;
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            *counts.entry(row.get::<_, u32>(0)? / 100).or_default() += row.get::<_, u64>(1)?;
        }
        Ok(calendar::months(first, last, &counts))
    }

    fn facets_year(&mut self, year: u32) -> Result<Vec<(String, u64)>> {
        let (first, last) = calendar::year(year);
        self.top(
            "SELECT fold FROM event_tags WHERE superseded = 0 AND day BETWEEN ?1 AND ?2",
            [first, last],
        )
    }

    fn facets_tag(&mut self, tag: &str) -> Result<Vec<(String, u64)>> {
        self.top(
            "SELECT e.fold FROM tag_events t CROSS JOIN event_tags e
             ON e.superseded = 0 AND e.day = t.day AND e.event = t.event
             WHERE t.fold = ?1 AND t.superseded = 0",
            [self.fold(tag)?],
        )
    }

    fn links(&mut self, ids: &[String]) -> Result<u64> {
        let mut sum = 0;
        for id in ids {
            sum += self.number(
                "SELECT count(*) FROM ids CROSS JOIN links ON target = key WHERE id = ?1 AND superseded = 0",
                [id],
            )?;
        }
        Ok(sum)
    }

    fn pages(&mut self, tag: &str) -> Result<Whole> {
        let mut reader = Reader::new(&self.connection)?;
        let mut statement = self.connection.prepare_cached(
            "SELECT day, event FROM tag_events
             WHERE fold = ?1 AND superseded = 0 AND (day, event) > (?2, ?3) ORDER BY day, event LIMIT ?4",
        )?;
        let mut whole = Whole::default();
        let mut last = (0, 0);
        for _ in 0..PAGES {
            let mut rows = statement.query(params![self.fold(tag)?, last.0, last.1, PAGE])?;
            let mut found = 0;
            while let Some(row) = rows.next()? {
                last = (row.get::<_, u32>(0)?, row.get::<_, i64>(1)?);
                let event = reader.by_key(last.1)?;
                whole.push(&event.id, event.letters());
                found += 1;
            }
            if found < PAGE {
                break;
            }
        }
        Ok(whole)
    }

    fn second(&mut self, input: &Input<'_>) -> Result<u64> {
        put(&self.connection, input.events)
    }

    fn update(&mut self, input: &Input<'_>) -> Result<u64> {
        put(&self.connection, input.changed)
    }
}
