//! The links of the new rows by their target: who links to a name.

use rustc_hash::FxHashSet;

use crate::page::{Edition, ListingKind, Page};
use crate::segment::{Adjacency, Interners, PendingRow, id_day};

/// See the file's head. Twins say nothing.
pub(super) struct Incoming {
    /// Target → (row, link of the row), in order of rows.
    links: Adjacency<(u32, u32)>,
    /// (target, language) of links on day pages of the target's own day.
    listed: FxHashSet<(u32, Edition)>,
    /// Days of the new day pages.
    pub days: FxHashSet<(Edition, u32)>,
}

fn links_of(row: &PendingRow) -> impl Iterator<Item = u32> {
    let speaks = !(row.twin && row.event().is_some());
    let links = row.links.list.iter().filter(move |_| speaks);
    links.map(|link| link.target)
}

impl Incoming {
    pub fn index(rows: &[Box<PendingRow>], vocabulary: &Interners) -> Self {
        let names = &vocabulary.ids;
        let links = Adjacency::new(names.len(), || {
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
                    && id_day(names.id(target)) == Some(day)
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

    /// The links to a name, as (row, link of the row). Names that came after the index have none.
    pub fn to(&self, name: u32) -> &[(u32, u32)] {
        self.links.get(name)
    }

    /// Whether a new day page of the language lists the name on its own day.
    pub fn lists(&self, name: u32, lang: Edition) -> bool {
        self.listed.contains(&(name, lang))
    }

    /// All names that are linked to.
    pub fn targets(&self) -> impl Iterator<Item = u32> {
        self.links.keys()
    }
}
