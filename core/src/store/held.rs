//! What the held pages that stay say of events.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::resolve::Gone;
use super::snapshot::{RowRef, Snapshot};
use crate::error::Result;
use crate::page::Edition;
use crate::pool;
use crate::segment::{Interners, TermField, id_day};
use crate::stop::Stop;

/// What is said of one event.
#[derive(Default)]
pub(super) struct Said {
    /// Tags beside links on events' pages.
    pub tags: Vec<u32>,
    /// The context lines of listings, in pieces.
    pub lines: Vec<Vec<u32>>,
    /// Whether there is a day page of its language for the day of its place, and whether one of them lists it.
    pub has_day_page: bool,
    pub is_listed: bool,
}

/// The day whose pages can supersede an event: day pages list the day's news, so that an opinion is missing there says
/// nothing.
pub(super) fn superseding_day(id: &str) -> Option<u32> {
    id_day(id).filter(|_| !id.starts_with("opinion/"))
}

/// The held pages that stay.
pub(super) struct Held<'a> {
    pub snapshot: &'a Snapshot,
    pub gone: &'a Gone,
    /// Whether there are day pages of a language and day.
    days: FxHashMap<(Edition, u32), bool>,
}

/// Links that one core reads in one go, in the order of rows.
const RUN: usize = 4096;

/// A held row that links to an event which is asked for.
struct Link {
    at: RowRef,
    /// Which of the events.
    asked: usize,
    /// What the links of the linking one's segment have for it.
    target: Option<u32>,
    on_event: bool,
}

impl<'a> Held<'a> {
    pub fn new(snapshot: &'a Snapshot, gone: &'a Gone) -> Self {
        Self {
            snapshot,
            gone,
            days: FxHashMap::default(),
        }
    }

    /// What is said of each of some events (number of the name, and language; nothing of `None`).
    ///
    /// Who links to them is looked up first. Then the linking rows are read in their order, so that each block is read
    /// once, on all cores: with a million pages, the third commit's weighing took 12 seconds where it read them as
    /// they came, and 1.3 so.
    pub fn say_of(
        &mut self,
        events: &[Option<(u32, Edition)>],
        vocabulary: &mut Interners,
        stop: &Stop,
    ) -> Result<Vec<Said>> {
        if self.snapshot.views.is_empty() {
            return Ok(events.iter().map(|_| Said::default()).collect());
        }
        let names = &vocabulary.ids;
        let find = |(asked, event): (usize, &Option<(u32, Edition)>)| {
            stop.check()?;
            event.map_or(Ok(Vec::new()), |(name, lang)| {
                self.links_to(asked, names.id(name), lang)
            })
        };
        let found: Result<Vec<Vec<Link>>> =
            pool::run(|| events.par_iter().enumerate().map(find).collect());
        let (mut said, mut links) = (Vec::with_capacity(events.len()), Vec::new());
        let mut days = Vec::with_capacity(events.len());
        for (event, found) in events.iter().zip(found?) {
            let mut of_this = Said::default();
            let day = event.and_then(|(name, _)| superseding_day(names.id(name)));
            if let &Some((_, lang)) = event
                && let Some(day) = day
            {
                of_this.has_day_page = self.has_day_page(lang, day)?;
            }
            links.extend(found);
            said.push(of_this);
            days.push(day);
        }
        let read = |links: &[Link]| {
            stop.check()?;
            let mut beside = Vec::with_capacity(links.len());
            for links in links.chunk_by(|a, b| a.at.view == b.at.view) {
                let segment = &self.snapshot.views[links[0].at.view].segment;
                let asked = links.iter().map(|link| {
                    let id = events[link.asked].map_or("", |(name, _)| names.id(name));
                    (link.at.row, link.target, id)
                });
                beside.extend(segment.tags_beside(asked)?);
            }
            Ok(beside)
        };
        let contexts: Result<Vec<Vec<Vec<Vec<u32>>>>> = pool::run(|| {
            links.par_sort_unstable_by_key(|link| (link.at, link.asked));
            links.par_chunks(RUN).map(read).collect()
        });
        let contexts = contexts?.into_iter().flatten();
        // Of each segment the number of each term that was met, so that no text is looked up twice.
        let mut known: Vec<Vec<Option<u32>>> = vec![Vec::new(); self.snapshot.views.len()];
        for (link, contexts) in links.iter().zip(contexts) {
            let terms = self.snapshot.views[link.at.view]
                .segment
                .dictionary(TermField::Tag)?;
            let known = &mut known[link.at.view];
            known.resize(terms.len() as usize, None);
            let is_listed = match days[link.asked] {
                Some(day) if !contexts.is_empty() => self.is_day_page(link.at, day)?,
                _ => false,
            };
            let said = &mut said[link.asked];
            said.is_listed |= is_listed;
            for context in contexts {
                let numbers = context.iter().map(|&term| {
                    *known[term as usize]
                        .get_or_insert_with(|| vocabulary.tags.number(terms.spelling(term)))
                });
                match link.on_event {
                    true => said.tags.extend(numbers),
                    false => said.lines.push(numbers.collect()),
                }
            }
        }
        Ok(said)
    }

    /// The held rows whose links to an event count: events' and, in its language, listings'.
    fn links_to(&self, asked: usize, id: &str, lang: Edition) -> Result<Vec<Link>> {
        let mut links = Vec::new();
        for (view, seen) in self.snapshot.views.iter().enumerate() {
            let (linking, target) = seen.segment.links_to(id)?;
            let flags = seen.segment.flags()?;
            for row in linking {
                let at = RowRef { view, row };
                if seen.deleted.contains(row) || self.gone.contains(at) || flags.twins.contains(row)
                {
                    continue;
                }
                let on_event = flags.events.contains(row);
                if on_event || flags.zh.contains(row) == (lang == Edition::Zh) {
                    links.push(Link {
                        at,
                        asked,
                        target,
                        on_event,
                    });
                }
            }
        }
        Ok(links)
    }

    /// Whether a row is a day page of a day.
    fn is_day_page(&self, at: RowRef, day: u32) -> Result<bool> {
        let segment = &self.snapshot.views[at.view].segment;
        Ok(segment.flags()?.day_pages.contains(at.row) && segment.packed_date_of(at.row)? == day)
    }

    fn has_day_page(&mut self, lang: Edition, day: u32) -> Result<bool> {
        if let Some(&known) = self.days.get(&(lang, day)) {
            return Ok(known);
        }
        let mut found = false;
        for (view, seen) in self.snapshot.views.iter().enumerate() {
            let flags = seen.segment.flags()?;
            found |= seen.segment.rows_of_day(day)?.any(|row| {
                let right = flags.day_pages.contains(row)
                    && flags.zh.contains(row) == (lang == Edition::Zh);
                right && !seen.deleted.contains(row) && !self.gone.contains(RowRef { view, row })
            });
        }
        self.days.insert((lang, day), found);
        Ok(found)
    }
}
