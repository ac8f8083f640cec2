//! Where the links of Markdown pages lead today, and which pages link to one.
//!
//! A link is kept as it is written. What it leads to follows from the names of all pages of its
//! archive, so it is looked up when it is asked: a page that comes, moves or goes changes answers
//! without a row being written anew.
//!
//! Who wins, of several pages: the one of the exact path; then file names, aliases, addresses, in this
//! order. Among pages of one kind of name the one with the most folders in common with the linking
//! page, then the one in the fewest folders, then the first path by code points.

use std::cmp::Reverse;

use roaring::RoaringBitmap;
use rustc_hash::FxHashSet;

use super::snapshot::{RowRef, Snapshot};
use crate::error::Result;
use crate::event::{Event, EventId, Related, fold};
use crate::page::{
    LinkKey, LinkKeyKind, MarkdownPage, NO_PREFIX, PageLink, PageName, PageNameKind,
};
use crate::segment::TermField;

/// A page that a link leads to.
struct LinkedPage {
    at: RowRef,
    id: String,
}

impl Snapshot {
    /// The event of a row, with the pages that its links lead to.
    pub(crate) fn event(&self, at: RowRef) -> Result<Event> {
        let segment = &self.views[at.segment_index].segment;
        if !segment.is_markdown(at.row)? {
            return segment.event(at.row);
        }
        let (mut event, links) = segment.markdown_event(at.row)?;
        event.related = self.related_pages(event.id.as_str(), links)?;
        Ok(event)
    }

    /// The pages that a page's links lead to, as its related list.
    pub(crate) fn related_pages(&self, from: &str, links: Vec<PageLink>) -> Result<Vec<Related>> {
        let entry = |(link, target): (PageLink, LinkedPage)| {
            let segment = &self.views[target.at.segment_index].segment;
            let title = match link.text.is_empty() {
                true => segment.row_header(target.at.row)?.title,
                false => link.text,
            };
            Ok(Related::new(EventId::from_canonical(&target.id), title))
        };
        self.resolved(from, links)?.into_iter().map(entry).collect()
    }

    /// The ids that an event's page links to, in its order, each once.
    pub(crate) fn linked_ids(&self, at: RowRef) -> Result<Vec<String>> {
        let segment = &self.views[at.segment_index].segment;
        if !segment.is_markdown(at.row)? {
            return segment.targets(at.row);
        }
        let page = segment.markdown_page(at.row)?;
        let resolved = self.resolved(&page.id, page.links)?;
        Ok(resolved.into_iter().map(|(_, target)| target.id).collect())
    }

    /// The links of a page that lead to a page which is there, without the page itself, and of several
    /// to one page the first.
    fn resolved(&self, from: &str, links: Vec<PageLink>) -> Result<Vec<(PageLink, LinkedPage)>> {
        let mut found = Vec::with_capacity(links.len());
        let mut seen = FxHashSet::default();
        for link in links {
            if let Some(target) = self.target_of(from, &link)?
                && target.id != from
                && seen.insert(target.at)
            {
                found.push((link, target));
            }
        }
        Ok(found)
    }

    /// The page that a link leads to.
    fn target_of(&self, from: &str, link: &PageLink) -> Result<Option<LinkedPage>> {
        for key in &link.keys {
            if let Some(found) = self.page_of_key(from, key)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn page_of_key(&self, from: &str, key: &LinkKey) -> Result<Option<LinkedPage>> {
        match key.kind {
            LinkKeyKind::Path => self.page_of_path(&key.text),
            LinkKeyKind::Address => self.best_named(from, PageNameKind::Address, &key.text),
            LinkKeyKind::Name => {
                for kind in [
                    PageNameKind::File,
                    PageNameKind::Alias,
                    PageNameKind::Address,
                ] {
                    if let Some(found) = self.best_named(from, kind, &key.text)? {
                        return Ok(Some(found));
                    }
                }
                Ok(None)
            }
        }
    }

    fn page_of_path(&self, path: &str) -> Result<Option<LinkedPage>> {
        let Some(at) = self.find(path)? else {
            return Ok(None);
        };
        let is_page = self.views[at.segment_index].segment.is_markdown(at.row)?;
        Ok(is_page.then(|| LinkedPage {
            at,
            id: path.to_owned(),
        }))
    }

    /// Of the pages that have a name the one that counts for a linking page. A file's name may have
    /// folders before it.
    fn best_named(&self, from: &str, kind: PageNameKind, name: &str) -> Result<Option<LinkedPage>> {
        let last = match kind {
            PageNameKind::File => name.rsplit('/').next().unwrap_or(name),
            _ => name,
        };
        let term = PageName {
            kind,
            text: last.to_owned(),
        };
        let term = term.term(NO_PREFIX);
        let mut best: Option<(_, LinkedPage)> = None;
        for (segment_index, view) in self.views.iter().enumerate() {
            for row in view.rows_with(TermField::PageName, &term)? {
                let id = view.segment.row_header(row)?.name;
                if kind == PageNameKind::File && !ends_in_path(&id, name) {
                    continue;
                }
                let rank = (Reverse(common_folders(from, &id)), id.matches('/').count());
                let at = RowRef { segment_index, row };
                let is_better = best
                    .as_ref()
                    .is_none_or(|(known, page)| (rank, id.as_str()) < (*known, page.id.as_str()));
                if is_better {
                    best = Some((rank, LinkedPage { at, id }));
                }
            }
        }
        Ok(best.map(|(_, page)| page))
    }

    /// Of each view the Markdown pages whose links lead to an id, without that page itself. Empty if
    /// the id is none of a Markdown page.
    pub(crate) fn linking_pages(&self, id: &str) -> Result<Vec<RoaringBitmap>> {
        let Some(target) = self.find(id)? else {
            return Ok(Vec::new());
        };
        let segment = &self.views[target.segment_index].segment;
        if !segment.is_markdown(target.row)? {
            return Ok(Vec::new());
        }
        let keys = keys_to(&segment.markdown_page(target.row)?);
        let terms: Vec<String> = keys.iter().map(|key| key.term(NO_PREFIX)).collect();
        let mut found = Vec::with_capacity(self.views.len());
        for (segment_index, view) in self.views.iter().enumerate() {
            let mut asked = RoaringBitmap::new();
            for term in &terms {
                asked |= view.rows_with(TermField::Link, term)?;
            }
            let mut linking = RoaringBitmap::new();
            for row in asked {
                let at = RowRef { segment_index, row };
                if at != target && self.links_lead_to(at, &keys, target)? {
                    linking.insert(row);
                }
            }
            found.push(linking);
        }
        Ok(found)
    }

    /// Whether one of a page's links that has one of some keys leads to a page.
    fn links_lead_to(&self, at: RowRef, keys: &FxHashSet<LinkKey>, target: RowRef) -> Result<bool> {
        let page = self.views[at.segment_index].segment.markdown_page(at.row)?;
        for link in &page.links {
            if link.keys.iter().any(|key| keys.contains(key))
                && let Some(found) = self.target_of(&page.id, link)?
                && found.at == target
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The keys of links that may lead to a page.
fn keys_to(page: &MarkdownPage) -> FxHashSet<LinkKey> {
    let key = |kind: LinkKeyKind, text: &str| LinkKey {
        kind,
        text: text.to_owned(),
    };
    let mut keys = FxHashSet::default();
    keys.insert(key(LinkKeyKind::Path, &page.id));
    let id = fold(&page.id);
    keys.insert(key(LinkKeyKind::Name, &id));
    let behind = id.match_indices('/').map(|(at, _)| &id[at + 1..]);
    keys.extend(behind.map(|name| key(LinkKeyKind::Name, name)));
    for name in &page.names {
        if name.kind == PageNameKind::Address {
            keys.insert(key(LinkKeyKind::Address, &name.text));
        }
        keys.insert(key(LinkKeyKind::Name, &name.text));
    }
    keys
}

/// Whether a folded path is an id's last parts.
fn ends_in_path(id: &str, path: &str) -> bool {
    let id = fold(id);
    match id.strip_suffix(path) {
        Some(before) => before.is_empty() || before.ends_with('/'),
        None => false,
    }
}

/// The number of folders that two paths have in common, from the top.
fn common_folders(one: &str, other: &str) -> usize {
    let folders = |id: &str| id.rsplit_once('/').map(|(folders, _)| folders.to_owned());
    let (Some(one), Some(other)) = (folders(one), folders(other)) else {
        return 0;
    };
    let pairs = one.split('/').zip(other.split('/'));
    pairs.take_while(|(one, other)| one == other).count()
}
