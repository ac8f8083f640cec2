//! Who links to an id, and whom a row links to.

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::backlinks;
use super::encode::{LinkTarget, StoredLink, decode};
use super::external_ids::ExternalIds;
use super::legacy::{BlockLinks, LegacyBacklinks};
use crate::error::Result;
use crate::segment::block::{Block, Malformed};
use crate::segment::cursor::EntryCursor;
use crate::segment::lookup::DayRanges;
use crate::segment::row::UNKNOWN_TAG;
use crate::segment::{Part, Segment, TermField};

/// The links of a block, by the kind of their target.
#[derive(Default)]
struct LinksOfBlock {
    to_rows: BlockLinks,
    /// (linking row, row of an external id).
    to_external: Vec<(u32, u32)>,
    /// (linking row, id), in segments of versions 1 and 2.
    to_ids: Vec<(u32, Box<str>)>,
}

impl LinksOfBlock {
    /// `first`: the row of the block's first entry. `rows`: number of rows of the segment.
    fn read(first: u32, block: &Block, rows: u32) -> Result<Self, Malformed> {
        let mut found = Self::default();
        for (row, entry) in (first..).zip(block.entries()) {
            let before = found.to_rows.targets.len();
            for link in decode(entry) {
                match link?.target {
                    LinkTarget::Row(target) if target < rows => found.to_rows.targets.push(target),
                    LinkTarget::Row(target) => found.to_external.push((row, target)),
                    LinkTarget::Id(id) => found.to_ids.push((row, id.into())),
                }
            }
            let links = found.to_rows.targets.len() - before;
            found.to_rows.counts.push(links as u32);
        }
        Ok(found)
    }
}

impl Segment {
    /// The external ids that its links lead to. Empty in a segment of versions 1 and 2.
    pub(in crate::segment) fn external_ids(&self) -> Result<&ExternalIds> {
        self.external_ids.get_or(|| {
            if self.meta.chunks_of(Part::ExternalDays) == 0 {
                return self.parsed(Part::LegacyExternalIds, ExternalIds::read_joined);
            }
            let days = self.parsed(Part::ExternalDays, DayRanges::read)?;
            let fingerprints = self.lazy_bytes(Part::ExternalFingerprints);
            Ok(ExternalIds::new(days, fingerprints))
        })
    }

    /// Whether links to ids that no row has lead to rows behind the last one: not in segments of versions
    /// 1 and 2.
    pub(in crate::segment) fn has_external_ids(&self) -> bool {
        self.meta.chunks_of(Part::ExternalDays) > 0
            || self.meta.chunks_of(Part::LegacyExternalIds) > 0
    }

    /// Whether backlinks are on disk: not in segments of versions 1 and 2.
    fn has_backlinks(&self) -> bool {
        self.meta.chunks_of(Part::BacklinksIndex) > 0
    }

    fn legacy_backlinks(&self) -> Result<&LegacyBacklinks> {
        self.legacy_backlinks.get_or(|| {
            let blocks = self.map_blocks(Part::Links, |first, block| {
                LinksOfBlock::read(first, block, self.rows())
            })?;
            let mut to_rows = Vec::with_capacity(blocks.len());
            let mut by_id: FxHashMap<Box<str>, Vec<u32>> = FxHashMap::default();
            for block in blocks {
                to_rows.push(block.to_rows);
                for (row, id) in block.to_ids {
                    by_id.entry(id).or_default().push(row);
                }
                for (row, target) in block.to_external {
                    let id = self.row_header(target)?.name.into();
                    by_id.entry(id).or_default().push(row);
                }
            }
            Ok(LegacyBacklinks::new(self.rows(), &to_rows, by_id))
        })
    }

    /// Of the rows of one name that of the event, or of the first twin.
    fn event_of(&self, named: &[u32]) -> Result<Option<u32>> {
        let events = &self.flags()?.events;
        let event = named.iter().find(|&&row| events.contains(row));
        // The builder chose the same one: without an event the first row, which may be on another
        // day than that of the name.
        Ok(event.or(named.iter().min()).copied())
    }

    /// The row that links to an id have as their target: that of its event, live or deleted (a
    /// twin's if the segment has no other), or that of the external id.
    fn target_of(&self, id: &str, named: &[u32]) -> Result<Option<u32>> {
        let event = self.event_of(named)?;
        if !self.has_backlinks() {
            return Ok(event);
        }
        let flags = self.flags()?;
        let is_event = |row: &u32| flags.events.contains(*row) || flags.twins.contains(*row);
        if let Some(row) = event.filter(is_event) {
            return Ok(Some(row));
        }
        for number in self.external_ids()?.like(id)? {
            let target = self.rows() + number;
            if self.is_named(target, self.packed_date_of(target)?, id)? {
                return Ok(Some(target));
            }
        }
        Ok(None)
    }

    /// All rows that link to an id, ascending: events, twins and listings, deleted ones included.
    /// And the row that these links have as their target, if there is one.
    pub fn links_to(&self, id: &str) -> Result<(Vec<u32>, Option<u32>)> {
        let named = self.rows_named(id)?;
        let target = self.target_of(id, &named)?;
        Ok((self.linking_rows(id, &named, target)?, target))
    }

    fn linking_rows_of(&self, id: &str, named: &[u32]) -> Result<Vec<u32>> {
        self.linking_rows(id, named, self.target_of(id, named)?)
    }

    fn linking_rows(&self, id: &str, named: &[u32], target: Option<u32>) -> Result<Vec<u32>> {
        if !self.has_backlinks() {
            return self.legacy_linking_rows(id, named);
        }
        match target {
            Some(target) => self.with_entry(Part::Backlinks, target, |entry| {
                backlinks::decode(entry, self.rows())
            }),
            None => Ok(Vec::new()),
        }
    }

    /// Like [`Segment::linking_rows`], from all links inverted in memory. A segment of versions 1
    /// and 2 needs this, and a test compares the parts on disk with it.
    pub(in crate::segment) fn legacy_linking_rows(
        &self,
        id: &str,
        named: &[u32],
    ) -> Result<Vec<u32>> {
        let backlinks = self.legacy_backlinks()?;
        let mut rows = backlinks.of_id(id).to_vec();
        if let Some(row) = self.event_of(named)? {
            rows.extend_from_slice(backlinks.of_row(row));
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }

    /// Rows that link to an id, without the id's own rows, ascending: events, twins and listings,
    /// deleted ones included.
    pub fn referring_rows(&self, id: &str) -> Result<Vec<u32>> {
        let named = self.rows_named(id)?;
        let mut rows = self.linking_rows_of(id, &named)?;
        rows.retain(|row| !named.contains(row));
        Ok(rows)
    }

    /// Events whose related list links to an id, without the id's own rows, deleted ones included.
    pub fn referrers(&self, id: &str) -> Result<RoaringBitmap> {
        let rows = self.referring_rows(id)?;
        let rows = RoaringBitmap::from_sorted_iter(rows);
        let rows = rows.map_err(|_| self.malformed(Part::Backlinks, "its rows do not ascend"))?;
        Ok(rows & &self.flags()?.events)
    }

    /// The canonical ids that a row links to, in page order.
    pub fn targets(&self, row: u32) -> Result<Vec<String>> {
        let stored = self.with_entry(Part::Links, row, |entry| {
            let target = |link: StoredLink<'_>| match link.target {
                LinkTarget::Row(row) => Err(row),
                LinkTarget::Id(id) => Ok(id.to_owned()),
            };
            decode(entry)
                .map(|found| found.map(target))
                .collect::<Result<Vec<_>, _>>()
        })?;
        stored
            .into_iter()
            .map(|target| target.or_else(|row| Ok(self.row_header(row)?.name)))
            .collect()
    }

    /// For each (row, row of a link target, id of the same): the tags beside each link of the row
    /// to that target. Fastest for ascending rows: consecutive rows of a block look it up once.
    pub fn tags_beside<'a>(
        &self,
        asked: impl Iterator<Item = (u32, Option<u32>, &'a str)>,
    ) -> Result<Vec<Vec<Vec<u32>>>> {
        let terms = self.dictionary(TermField::Tag)?.len();
        let mut links = EntryCursor::new(self, Part::Links);
        let beside = |(row, own, id): (u32, Option<u32>, &str)| {
            links.with(row, |entry| {
                let mut found = Vec::new();
                for link in decode(entry) {
                    let link = link?;
                    let here = match link.target {
                        LinkTarget::Row(row) => Some(row) == own,
                        LinkTarget::Id(target) => target == id,
                    };
                    if here {
                        let tags = link.tags.unwrap_or_default();
                        if tags.iter().any(|&tag| tag >= terms) {
                            return Err(UNKNOWN_TAG);
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
