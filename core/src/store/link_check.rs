//! Which links of Markdown pages lead nowhere, and which may lead to several pages.

use rayon::prelude::*;

use super::snapshot::Snapshot;
use super::store::Store;
use crate::error::Result;
use crate::event::EventId;
use crate::pool;

/// Most problems that a check describes; beyond, they are only counted.
const KEPT: usize = 1000;

/// What a look at every link between Markdown pages found.
///
/// # Examples
/// ```
/// # use eventstore::{IngestOptions, Store};
/// let store = Store::memory()?;
/// let pages = [("a.md", "See [[b]] and [[gone]]."), ("b.md", "B")];
/// let pages = pages.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
/// store.ingest(pages.to_vec(), IngestOptions::new())?;
/// let check = store.check_links()?;
/// assert_eq!((check.links, check.dead, check.ambiguous), (2, 1, 0));
/// assert_eq!(check.problems[0].target, "gone");
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LinkCheck {
    /// Links from one Markdown page to another, each target once a page as it is written.
    pub links: u64,
    /// Links that lead to no page of their archive: to a page that is missing, or to one that only the
    /// tool makes, such as a list of tags.
    pub dead: u64,
    /// Links for which several pages have the name. The nearest counts.
    pub ambiguous: u64,
    /// The dead and the ambiguous ones, in order of the linking pages' ids; the first thousand.
    pub problems: Vec<LinkProblem>,
}

/// A link that leads nowhere, or may lead to several pages.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LinkProblem {
    /// The page that has the link.
    pub page: EventId,
    /// The target as it is written.
    pub target: String,
    /// The pages that it may lead to, the one that counts first; none if the link is dead.
    pub candidates: Vec<EventId>,
}

impl LinkCheck {
    fn add(&mut self, other: Self) {
        self.links += other.links;
        self.dead += other.dead;
        self.ambiguous += other.ambiguous;
        self.problems.extend(other.problems);
    }
}

impl Snapshot {
    /// Looks up every link between Markdown pages. Reads each Markdown page's row on all cores: some 10 µs a
    /// page and 1 µs a link.
    ///
    /// # Errors
    /// [`Corrupt`](crate::Error::Corrupt) and [`Storage`](crate::Error::Storage) when stored bytes
    /// cannot be read; [`Closed`](crate::Error::Closed), [`Forked`](crate::Error::Forked).
    pub fn check_links(&self) -> Result<LinkCheck> {
        self.check()?;
        let mut all = LinkCheck::default();
        for (segment_index, view) in self.views.iter().enumerate() {
            let rows: Vec<u32> = (&*view.live & &view.segment.flags()?.markdown)
                .iter()
                .collect();
            let checks: Vec<LinkCheck> = pool::run(|| {
                let checks = rows
                    .par_iter()
                    .map(|&row| self.links_of(segment_index, row));
                checks.collect::<Result<_>>()
            })?;
            checks.into_iter().for_each(|check| all.add(check));
        }
        all.problems.sort_by(|a, b| a.page.cmp(&b.page));
        all.problems.truncate(KEPT);
        Ok(all)
    }

    fn links_of(&self, segment_index: usize, row: u32) -> Result<LinkCheck> {
        let from = self.views[segment_index].segment.page_at_path(row)?;
        let mut check = LinkCheck::default();
        for link in &from.page.links {
            let pages = self.candidates(&from, &from.page.keys_of(link, &from.path))?;
            check.links += 1;
            check.dead += u64::from(pages.is_empty());
            check.ambiguous += u64::from(pages.len() > 1);
            if pages.len() != 1 {
                let ids = pages.iter().map(|page| EventId::from_canonical(&page.id));
                check.problems.push(LinkProblem {
                    page: EventId::from_canonical(&from.page.id),
                    target: link.target.clone(),
                    candidates: ids.collect(),
                });
            }
        }
        Ok(check)
    }
}

impl Store {
    /// Looks up every link between Markdown pages of the newest state: [`Snapshot::check_links`].
    ///
    /// # Errors
    /// As [`Snapshot::check_links`].
    pub fn check_links(&self) -> Result<LinkCheck> {
        self.snapshot()?.check_links()
    }
}
