//! Who links to an id, and whom a row links to.

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::chunk::Part;
use super::cursor::Cursor;
use super::links::{self, Inside, Referrers, Target};
use super::reader::{Field, Segment};
use crate::error::Result;

/// Links of a block: targets in this segment, and others with the row that links to them.
#[derive(Default)]
struct Found {
    inside: Inside,
    outside: Vec<(u32, Box<str>)>,
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
                            Target::Row(_) => return Err("a link leads to no row"),
                            Target::Id(_) | Target::Guessed(_) => {
                                let mut id = String::new();
                                link.push_id(&mut id);
                                found.outside.push((row, id.into()));
                            }
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

    /// All rows that link to an id, whose rows are `named`: events, twins and listings, live and deleted. Ascending.
    pub(super) fn linking_rows_of(&self, id: &str, named: &[u32]) -> Result<Vec<u32>> {
        if self.has_referrers() {
            // Links to an id that has an event here are links to its row.
            let flags = self.flags()?;
            let is_event = |row: &u32| flags.events.contains(*row) || flags.twins.contains(*row);
            return match self.event_of(named)?.filter(is_event) {
                Some(row) => self.rows_linking_to(row),
                None => self.rows_linking_outside(id),
            };
        }
        self.turned_rows_of(id, named)
    }

    /// Whether the parts on disk say who links to whom.
    fn has_referrers(&self) -> bool {
        self.meta.chunks_of(Part::ReferrersIndex) > 0
    }

    /// As [`Segment::linking_rows_of`], from all links turned around in memory: what a segment of versions 1 and 2 needs,
    /// and what a test holds the parts on disk to.
    pub(super) fn turned_rows_of(&self, id: &str, named: &[u32]) -> Result<Vec<u32>> {
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
                Target::Id(_) | Target::Guessed(_) => {
                    let mut id = String::new();
                    link.push_id(&mut id);
                    Ok(id)
                }
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

    /// All rows that link to an id, ascending, and the row of its event, live or deleted (a twin's if the segment has only
    /// that). Some rows may link to another id only: for whoever reads the links themselves next
    /// ([`Segment::tags_beside`]), which tell.
    pub fn may_link_to(&self, id: &str) -> Result<(Vec<u32>, Option<u32>)> {
        let named = self.rows_named(id)?;
        let event = self.event_of(&named)?;
        if !self.has_referrers() || !named.is_empty() {
            return Ok((self.linking_rows_of(id, &named)?, event));
        }
        let mut rows = self.rows_alike(id)?.concat();
        rows.sort_unstable();
        rows.dedup();
        Ok((rows, event))
    }

    /// For each (row, the event's row in this segment if it has one, the event's id): the tags beside each link of the row
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
                        Target::Id(_) | Target::Guessed(_) => link.leads_outside_to(id),
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
