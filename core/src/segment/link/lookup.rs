//! Who links to an id, and whom a row links to.

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::segment::block::chunk::Part;
use crate::segment::cursor::Cursor;
use crate::segment::link::encode::{self as links, Inside, Referrers, Target};
use crate::segment::segment::{Field, Segment};

/// Links of a block: targets in this segment, and others with the row that links to them.
#[derive(Default)]
struct Found {
    inside: Inside,
    outside: Vec<(u32, Box<str>)>,
    /// Rows, and targets behind the rows.
    behind: Vec<(u32, u32)>,
}

impl Segment {
    fn referrers_loaded(&self) -> Result<&Referrers> {
        self.referrers.get_or(|| {
            let blocks = self.map_blocks(Part::Links, |first, block| {
                let mut found = Found::default();
                for (row, entry) in (first..).zip(block.entries()) {
                    let before = found.inside.targets.len();
                    for link in links::decode(entry) {
                        let link = link?;
                        match link.target {
                            Target::Row(target) if target < self.rows() => {
                                found.inside.targets.push(target)
                            }
                            Target::Row(target) => found.behind.push((row, target)),
                            Target::Id(id) => found.outside.push((row, id.into())),
                        }
                    }
                    let links = found.inside.targets.len() - before;
                    found.inside.links.push(links as u32);
                }
                Ok(found)
            })?;
            let mut inside = Vec::with_capacity(blocks.len());
            let mut outside: FxHashMap<Box<str>, Vec<u32>> = FxHashMap::default();
            for found in blocks {
                inside.push(found.inside);
                for (row, id) in found.outside {
                    outside.entry(id).or_default().push(row);
                }
                for (row, target) in found.behind {
                    let id = self.row_head(target)?.name.into();
                    outside.entry(id).or_default().push(row);
                }
            }
            Ok(Referrers::build(self.rows(), &inside, outside))
        })
    }

    /// Of the rows of one name the event's, or the first twin's.
    fn event_of(&self, named: &[u32]) -> Result<Option<u32>> {
        let events = &self.flags()?.events;
        let event = named.iter().find(|&&row| events.contains(row));
        // As the builder did: without an event the first row, which need not lie on the day of the name.
        Ok(event.or(named.iter().min()).copied())
    }

    /// Which target the links to an id have: the row of its event, live or deleted (a twin's if the segment has only
    /// that), or its number behind the rows.
    fn target_of(&self, id: &str, named: &[u32]) -> Result<Option<u32>> {
        let event = self.event_of(named)?;
        if !self.has_referrers() {
            return Ok(event);
        }
        let flags = self.flags()?;
        let is_event = |row: &u32| flags.events.contains(*row) || flags.twins.contains(*row);
        if let Some(row) = event.filter(is_event) {
            return Ok(Some(row));
        }
        for number in self.outside()?.like(id) {
            let target = self.rows() + number;
            if self.is_named(target, self.packed_date_of(target)?, id)? {
                return Ok(Some(target));
            }
        }
        Ok(None)
    }

    /// All rows that link to an id, events, twins and listings, live and deleted, ascending; and its target as links have
    /// it, if it has one.
    pub fn links_to(&self, id: &str) -> Result<(Vec<u32>, Option<u32>)> {
        let named = self.rows_named(id)?;
        let target = self.target_of(id, &named)?;
        Ok((self.linking_rows(id, &named, target)?, target))
    }

    fn linking_rows_of(&self, id: &str, named: &[u32]) -> Result<Vec<u32>> {
        self.linking_rows(id, named, self.target_of(id, named)?)
    }

    fn linking_rows(&self, id: &str, named: &[u32], target: Option<u32>) -> Result<Vec<u32>> {
        if !self.has_referrers() {
            return self.turned_rows_of(id, named);
        }
        target.map_or(Ok(Vec::new()), |target| self.rows_linking_to(target))
    }

    /// As [`Segment::linking_rows_of`], from all links turned around in memory: what a segment of versions 1 and 2 needs,
    /// and what a test holds the parts on disk to.
    pub(in crate::segment) fn turned_rows_of(&self, id: &str, named: &[u32]) -> Result<Vec<u32>> {
        let referrers = self.referrers_loaded()?;
        let mut rows = referrers.of_id(id).to_vec();
        if let Some(row) = self.event_of(named)? {
            rows.extend_from_slice(referrers.of_row(row));
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }

    /// Rows that link to the id, the id's own not among them: events, twins and listings, live and deleted. Ascending.
    pub fn referring_rows(&self, id: &str) -> Result<Vec<u32>> {
        let named = self.rows_named(id)?;
        let mut rows = self.linking_rows_of(id, &named)?;
        rows.retain(|row| !named.contains(row));
        Ok(rows)
    }

    /// Events whose related list links to the id, the id's own rows not among them, deleted ones included.
    pub fn referrers(&self, id: &str) -> Result<RoaringBitmap> {
        let rows = self.referring_rows(id)?;
        let rows = RoaringBitmap::from_sorted_iter(rows).unwrap_or_default();
        Ok(rows & &self.flags()?.events)
    }

    /// Canonical ids that a row links to, in page order.
    pub fn targets(&self, row: u32) -> Result<Vec<String>> {
        let stored = self.with_entry(Part::Links, row, |entry| {
            let target = |link: links::Link<'_>| match link.target {
                Target::Row(row) => Err(row),
                Target::Id(id) => Ok(id.to_owned()),
            };
            links::decode(entry)
                .map(|found| found.map(target))
                .collect::<Result<Vec<_>, _>>()
        })?;
        stored
            .into_iter()
            .map(|target| target.or_else(|row| Ok(self.row_head(row)?.name)))
            .collect()
    }

    /// For each (row, an event's target as links have it, its id): the tags beside each link of the row
    /// to the event. Rows are best ascending: a block is looked for once for all its rows that follow each other.
    pub fn tags_beside<'a>(
        &self,
        asked: impl Iterator<Item = (u32, Option<u32>, &'a str)>,
    ) -> Result<Vec<Vec<Vec<u32>>>> {
        let terms = self.spellings(Field::Tag)?.len();
        let mut links = Cursor::new(self, Part::Links);
        let beside = |(row, own, id): (u32, Option<u32>, &str)| {
            links.with(row, |entry| {
                let mut found = Vec::new();
                for link in links::decode(entry) {
                    let link = link?;
                    let here = match link.target {
                        Target::Row(row) => Some(row) == own,
                        Target::Id(target) => target == id,
                    };
                    if here {
                        let tags = link.tags.unwrap_or_default();
                        if tags.iter().any(|&tag| tag >= terms) {
                            return Err("an unknown tag");
                        }
                        found.push(tags);
                    }
                }
                Ok(found)
            })
        };
        asked.map(beside).collect()
    }
}
