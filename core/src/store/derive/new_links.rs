//! The links of the new rows by their target: who of them links to an id.

use rustc_hash::FxHashSet;

use crate::page::{Edition, ListingKind, Page};
use crate::segment::{Adjacency, Interners, PendingRow, id_day};

/// The links of new rows by their target. Links of twins are left out.
pub(super) struct NewLinks {
    /// Number of the target → (row, link of the row), by row.
    links: Adjacency<(u32, u32)>,
    /// (target, language) of links on day pages of the day that the target's path has.
    listed: FxHashSet<(u32, Edition)>,
    /// Languages and days of the new day pages.
    pub days: FxHashSet<(Edition, u32)>,
}

/// The targets of a row's links.
fn links_of(row: &PendingRow) -> impl Iterator<Item = u32> {
    let counts = !(row.twin && row.event().is_some());
    let links = row.links.list.iter().filter(move |_| counts);
    links.map(|link| link.target)
}

impl NewLinks {
    /// Indexes the links of some rows.
    pub fn new(rows: &[Box<PendingRow>], interners: &Interners) -> Self {
        let ids = &interners.ids;
        let links = Adjacency::new(ids.len(), || {
            (0u32..).zip(rows).flat_map(|(r, row)| {
                let links = (0u32..).zip(links_of(row));
                links.map(move |(i, target)| (target, (r, i)))
            })
        });
        let (mut listed, mut days) = (FxHashSet::default(), FxHashSet::default());
        for row in rows {
            let day_page = match &row.page {
                Page::Listing(page) => match page.kind {
                    ListingKind::Day(day) => Some((page.lang, day.packed())),
                    _ => None,
                },
                _ => None,
            };
            days.extend(day_page);
            for target in links_of(row) {
                if let Some((lang, day)) = day_page
                    && id_day(ids.id(target)) == Some(day)
                {
                    listed.insert((target, lang));
                }
            }
        }
        Self {
            links,
            listed,
            days,
        }
    }

    /// The links to an id, as (row, link of the row). An id that was numbered after the index was
    /// made has none.
    pub fn to(&self, id: u32) -> &[(u32, u32)] {
        self.links.get(id)
    }

    /// Whether a new day page of the language and of the id's own day lists it.
    pub fn lists(&self, id: u32, lang: Edition) -> bool {
        self.listed.contains(&(id, lang))
    }

    /// All ids that are linked to.
    pub fn targets(&self) -> impl Iterator<Item = u32> {
        self.links.keys()
    }
}
