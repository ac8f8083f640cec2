//! The rows that the links of a segment lead to, and writing links by them.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::collect_terms::SegmentTerms;
use super::ids::IdInterner;
use super::pending_links::LinkText;
use super::pending_row::PendingRow;
use crate::segment::block::{BlockWriter, WrittenBlock};
use crate::segment::link::{
    Backlinks, LinkTarget, StoredLink, day_of_external_id, encode_external_ids, encode_link,
};
use crate::segment::row::{encode_external, external_title};

/// Of an id that no row of the segment has, and that no link leads to.
const NO_ROW: u32 = u32::MAX;

/// External ids whose headers one core writes at a time.
const IDS_PER_TASK: usize = 2048;

/// The rows and the titles of link targets.
pub(super) struct LinkTargets<'a> {
    /// Number of an id → row of its event (of a twin only where no event has the id), or row of the
    /// external id.
    row_of: Vec<u32>,
    /// Day and number of each external id, in order of day and id.
    external: Vec<(u32, u32)>,
    /// Row → title, of targets whose title is not the usual one of their id.
    own_titles: FxHashMap<u32, Box<str>>,
    ids: &'a IdInterner,
}

impl<'a> LinkTargets<'a> {
    /// The targets of all links of sorted rows.
    pub fn new(rows: &[Box<PendingRow>], backlinks: &Backlinks, ids: &'a IdInterner) -> Self {
        let mut row_of = vec![NO_ROW; ids.len()];
        let mut own_titles = FxHashMap::default();
        for (i, row) in (0u32..).zip(rows) {
            let (Some(number), Some(title)) = (row.number(), row.title()) else {
                continue;
            };
            let target = &mut row_of[number as usize];
            if *target == NO_ROW || !row.twin {
                *target = i;
            }
            if !row.title_is_usual {
                own_titles.insert(i, title.into());
            }
        }
        let numbers = (0..ids.len() as u32).into_par_iter();
        let is_external =
            |&number: &u32| row_of[number as usize] == NO_ROW && backlinks.has(number);
        let mut external: Vec<(u32, u32)> = numbers
            .filter(is_external)
            .map(|number| (day_of_external_id(ids.id(number)), number))
            .collect();
        // The numbers of ids depend on the order in which pages came. This order does not.
        external.par_sort_unstable_by(|a, b| {
            let by_id = || ids.id(a.1).cmp(ids.id(b.1));
            a.0.cmp(&b.0).then_with(by_id)
        });
        for (row, &(day, number)) in (rows.len() as u32..).zip(&external) {
            row_of[number as usize] = row;
            if external_title(ids.id(number), ids.title(number), day).is_none() {
                own_titles.insert(row, Box::default());
            }
        }
        Self {
            row_of,
            external,
            own_titles,
            ids,
        }
    }

    /// For each row, then for each external id, the number of its id. None for a row that links do
    /// not lead to.
    pub fn id_numbers(&self, rows: &[Box<PendingRow>]) -> Vec<Option<u32>> {
        let is_target = |row: u32, number: u32| self.row_of[number as usize] == row;
        let of_rows = (0u32..)
            .zip(rows)
            .map(|(i, row)| row.number().filter(|&number| is_target(i, number)));
        let external = self.external.iter().map(|&(_, number)| Some(number));
        of_rows.chain(external).collect()
    }

    /// The blocks of the external ids' headers.
    pub fn external_headers(&self, block_bytes: usize) -> Vec<WrittenBlock> {
        let tasks = self.external.par_chunks(IDS_PER_TASK).map(|ids| {
            let mut headers = BlockWriter::new(block_bytes);
            for &(day, number) in ids {
                let (id, title) = (self.ids.id(number), self.ids.title(number));
                headers.push(&encode_external(id, title, day));
            }
            headers.finish()
        });
        let blocks: Vec<_> = tasks.collect();
        blocks.into_iter().flatten().collect()
    }

    /// The parts of external ids: days and fingerprints.
    pub fn external_ids(&self) -> (Vec<u8>, Vec<u8>) {
        let ids = self.external.iter();
        encode_external_ids(ids.map(|&(day, number)| (day, self.ids.id(number))))
    }

    /// The title of the target that an id has.
    fn title_of(&self, number: u32) -> Option<&str> {
        match self.own_titles.get(&self.row_of[number as usize]) {
            Some(own) => Some(own),
            None => self.ids.title(number),
        }
    }

    /// Appends the links of a row. A title is left out if it is that of the target.
    pub fn encode_links(&self, row: &PendingRow, terms: &SegmentTerms, out: &mut Vec<u8>) {
        for (i, link) in row.links.list.iter().enumerate() {
            let target = self.row_of[link.target as usize];
            let title = if link.title == LinkText::USUAL {
                let is_targets = !self.own_titles.contains_key(&target);
                self.ids.title(link.target).filter(|_| !is_targets)
            } else {
                let written = row.links.written(link.title);
                written.filter(|_| written != self.title_of(link.target))
            };
            let tags = row.links.tags_of(i).iter();
            let link = StoredLink {
                target: LinkTarget::Row(target),
                title,
                tags: (link.context != LinkText::NONE)
                    .then(|| tags.map(|&tag| terms.tag(tag)).collect()),
                context: row.links.written(link.context),
            };
            encode_link(out, &link);
        }
    }
}
