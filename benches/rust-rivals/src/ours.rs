//! eventstore through its Rust API, with its defaults. It alone reads and parses the pages.

use std::path::Path;

use eventstore::{By, Event, EventId, Facet, Hits, IngestOptions, Order, Store};

use crate::Result;
use crate::chosen::quoted;
use crate::engine::{Engine, Input, Opened, PAGE, PAGES, Whole};
use crate::model::of;

/// The engine.
pub struct Ours;

impl Engine for Ours {
    fn name(&self) -> &'static str {
        "eventstore (Rust)"
    }

    fn load(&self, input: &Input<'_>, folder: &Path) -> Result<()> {
        let store = Store::open(folder)?;
        let report = store.ingest(archive(input)?, IngestOptions::default())?;
        store.close()?;
        match report.added == input.events.len() as u64 {
            true => Ok(()),
            false => Err(format!(
                "the archive has {} events, the export {}",
                report.added,
                input.events.len()
            )
            .into()),
        }
    }

    fn open(&self, folder: &Path) -> Result<Box<dyn Opened>> {
        Ok(Box::new(Store::open(folder)?))
    }
}

fn archive<'a>(input: &Input<'a>) -> Result<&'a Path> {
    Ok(input.archive.ok_or("no archive was given")?)
}

/// Every string of an event, as [`crate::model::Event::letters`] counts them.
fn letters(event: &Event) -> u64 {
    let some = |text: &Option<String>| text.as_deref().map_or(0, of);
    let mut sum = event.date.map_or(0, |date| date.day() as u64) + u64::from(event.superseded);
    sum += of(event.id.as_str()) + of(&event.title);
    sum += of(event.kind.as_str()) + of(event.lang.as_str());
    sum += some(&event.summary) + some(&event.cover_image);
    for texts in [&event.categories, &event.authors, &event.tags] {
        sum += texts.iter().map(|text| of(text)).sum::<u64>();
    }
    for source in &event.sources {
        sum += of(&source.name) + of(&source.url) + some(&source.image) + some(&source.domain());
    }
    for related in &event.related {
        sum += of(related.id.as_str()) + of(&related.title);
        sum += related.tags.iter().map(|tag| of(tag)).sum::<u64>();
    }
    for change in &event.changes {
        sum += of(change.id.as_str()) + of(&change.title);
        sum += some(&change.at) + of(change.kind.as_str());
    }
    sum
}

fn whole(hits: &Hits) -> Result<Whole> {
    let mut whole = Whole::default();
    for event in hits {
        let event = event?;
        whole.push(event.id.as_str(), letters(&event));
    }
    Ok(whole)
}

fn tag(value: &str) -> String {
    format!("tag:{}", quoted(value))
}

fn any(values: &[String]) -> String {
    let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
    format!("tag:({})", values.join(","))
}

fn top(hits: &Hits) -> Result<Vec<(String, u64)>> {
    let facets = hits.facets(Facet::Tag, Some(20))?;
    let pairs = facets
        .iter()
        .map(|facet| (facet.value.clone(), facet.count));
    Ok(pairs.collect())
}

impl Opened for Store {
    fn gets(&mut self, ids: &[String]) -> Result<Whole> {
        let mut whole = Whole::default();
        for id in ids {
            let id: EventId = id.parse()?;
            let event = self.get(&id)?.ok_or("an event is gone")?;
            whole.push(event.id.as_str(), letters(&event));
        }
        Ok(whole)
    }

    fn month(&mut self, month: u32) -> Result<Whole> {
        whole(&self.query(format!("{:04}-{:02}", month / 100, month % 100).as_str())?)
    }

    fn count(&mut self, value: &str) -> Result<u64> {
        Ok(self.query(tag(value).as_str())?.count()?)
    }

    fn newest(&mut self, tags: [&str; 2], since: u32, year: u32) -> Result<Whole> {
        let query = format!("{} {} {since}..{year}", tag(tags[0]), tag(tags[1]));
        whole(
            &self
                .query(query.as_str())?
                .order(Order::NewestFirst)?
                .slice(..20),
        )
    }

    fn any_of(&mut self, some: &[String], none: &[String], year: u32) -> Result<u64> {
        let query = format!("{} -{} {year}", any(some), any(none));
        Ok(self.query(query.as_str())?.count()?)
    }

    fn timeline(&mut self, value: &str) -> Result<Vec<(String, u64)>> {
        let timeline = self.query(tag(value).as_str())?.timeline(By::Month)?;
        let pairs = timeline
            .into_iter()
            .map(|bucket| (bucket.label, bucket.count));
        Ok(pairs.collect())
    }

    fn facets_year(&mut self, year: u32) -> Result<Vec<(String, u64)>> {
        top(&self.query(format!("{year}").as_str())?)
    }

    fn facets_tag(&mut self, value: &str) -> Result<Vec<(String, u64)>> {
        top(&self.query(tag(value).as_str())?)
    }

    fn links(&mut self, ids: &[String]) -> Result<u64> {
        let mut sum = 0;
        for id in ids {
            sum += self.referring(&id.parse::<EventId>()?)?.count()?;
        }
        Ok(sum)
    }

    fn pages(&mut self, value: &str) -> Result<Whole> {
        let query = tag(value);
        let mut whole = Whole::default();
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            // A token is for another request: every page is a question of its own.
            let page = self.query(query.as_str())?.page(PAGE, token.as_deref())?;
            for event in &page.events {
                whole.push(event.id.as_str(), letters(event));
            }
            token = page.next;
            if token.is_none() {
                break;
            }
        }
        Ok(whole)
    }

    fn second(&mut self, input: &Input<'_>) -> Result<u64> {
        let report = self.ingest(archive(input)?, IngestOptions::default())?;
        Ok(report.parsed)
    }

    fn update(&mut self, input: &Input<'_>) -> Result<u64> {
        let report = self.ingest(input.pages.to_vec(), IngestOptions::default())?;
        Ok(report.changed)
    }
}
