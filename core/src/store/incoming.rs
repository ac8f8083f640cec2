//! The links of the new rows turned around: who links to a name.

use rustc_hash::FxHashSet;

use crate::page::{Edition, ListingKind, Page};
use crate::segment::{NewRow, Vocabulary, id_day};

/// See the file's head. Twins say nothing.
pub(super) struct Incoming {
    /// Where the links to each name begin in `links`, and the end of the last.
    starts: Vec<u32>,
    /// (row, link of the row), by target, then in order of rows.
    links: Vec<(u32, u32)>,
    /// (target, language) of links on day pages of the target's own day.
    listed: FxHashSet<(u32, Edition)>,
    /// Days of the new day pages.
    pub days: FxHashSet<(Edition, u32)>,
}

fn links_of(row: &NewRow) -> impl Iterator<Item = u32> {
    let speaks = !(row.twin && row.event().is_some());
    let links = row.links.list.iter().filter(move |_| speaks);
    links.map(|link| link.target)
}

impl Incoming {
    pub fn index(rows: &[Box<NewRow>], vocabulary: &Vocabulary) -> Self {
        let names = &vocabulary.names;
        let mut starts = vec![0u32; names.len() + 1];
        for target in rows.iter().flat_map(|row| links_of(row)) {
            starts[target as usize + 1] += 1;
        }
        for name in 0..names.len() {
            starts[name + 1] += starts[name];
        }
        let mut next = starts.clone();
        let mut links = vec![(0, 0); starts[names.len()] as usize];
        let (mut listed, mut days) = (FxHashSet::default(), FxHashSet::default());
        for (r, row) in rows.iter().enumerate() {
            let day_page = match &row.page {
                Page::Listing(page) => match page.kind {
                    ListingKind::Day(day) => Some((page.lang, day.packed())),
                    _ => None,
                },
                _ => None,
            };
            days.extend(day_page);
            for (i, target) in links_of(row).enumerate() {
                links[next[target as usize] as usize] = (r as u32, i as u32);
                next[target as usize] += 1;
                if let Some((lang, day)) = day_page
                    && id_day(names.id(target)) == Some(day)
                {
                    listed.insert((target, lang));
                }
            }
        }
        Self {
            starts,
            links,
            listed,
            days,
        }
    }

    /// The links to a name, as (row, link of the row). Names that came after the index have none.
    pub fn to(&self, name: u32) -> &[(u32, u32)] {
        match self.starts.get(name as usize..name as usize + 2) {
            Some(&[start, end]) => &self.links[start as usize..end as usize],
            _ => &[],
        }
    }

    /// Whether a new day page of the language lists the name on its own day.
    pub fn lists(&self, name: u32, lang: Edition) -> bool {
        self.listed.contains(&(name, lang))
    }

    /// All names that are linked to.
    pub fn targets(&self) -> impl Iterator<Item = u32> {
        let names = 0..self.starts.len() as u32 - 1;
        names.filter(|&name| !self.to(name).is_empty())
    }
}
