//! Where the links of Markdown pages lead today, and which pages link to one.
//!
//! A link is kept as it is written. What it leads to follows from the names of all pages of its
//! archive, so it is looked up when it is asked: a page that comes, moves or goes changes answers
//! without a row being written anew.
//!
//! Who wins, of several pages: the one of the exact path; then file names, aliases, addresses, in this
//! order; last, of a link from the root, addresses that end in it, where the root of the site is a folder of the archive. Among pages of one kind of name the one with the most folders in common with the linking
//! page, then the one in the fewest folders, then the first path by code points.

use std::cmp::Reverse;

use roaring::RoaringBitmap;
use rustc_hash::FxHashSet;

use super::snapshot::{RowRef, Snapshot};
use crate::error::Result;
use crate::event::{Event, EventId, Related, fold};
use crate::page::{LinkKey, LinkKeyKind, PageLink, PageName, PageNameKind, last_part, local_id};
use crate::segment::PageAtPath;

/// What a name of a page is. Of several pages that a link may lead to, one of an earlier kind wins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NameKind {
    File,
    Other(PageNameKind),
    /// An address that ends in the name: the site's root is a folder of the archive.
    AddressTail,
}

/// A page that a link leads to.
pub(super) struct LinkedPage {
    at: RowRef,
    pub id: String,
}

impl Snapshot {
    /// The event of a row, with the pages that its links lead to.
    pub(crate) fn event(&self, at: RowRef) -> Result<Event> {
        let segment = &self.views[at.segment_index].segment;
        if !segment.is_markdown(at.row)? {
            return segment.event(at.row);
        }
        let (mut event, from) = segment.markdown_event(at.row)?;
        event.related = self.related_pages(&from)?;
        Ok(event)
    }

    /// The pages that a page's links lead to, as its related list.
    pub(crate) fn related_pages(&self, from: &PageAtPath) -> Result<Vec<Related>> {
        let entry = |(link, target): (&PageLink, LinkedPage)| {
            let segment = &self.views[target.at.segment_index].segment;
            let title = match link.text.is_empty() {
                true => segment.row_header(target.at.row)?.title,
                false => link.text.clone(),
            };
            Ok(Related::new(EventId::from_canonical(&target.id), title))
        };
        self.resolved(from)?.into_iter().map(entry).collect()
    }

    /// The ids that an event's page links to, in its order, each once.
    pub(crate) fn linked_ids(&self, at: RowRef) -> Result<Vec<String>> {
        let segment = &self.views[at.segment_index].segment;
        if !segment.is_markdown(at.row)? {
            return segment.targets(at.row);
        }
        let from = segment.page_at_path(at.row)?;
        let resolved = self.resolved(&from)?.into_iter();
        Ok(resolved.map(|(_, target)| target.id).collect())
    }

    /// The links of a page that lead to a page which is there, without the page itself, and of several
    /// to one page the first.
    fn resolved<'p>(&self, from: &'p PageAtPath) -> Result<Vec<(&'p PageLink, LinkedPage)>> {
        let mut found = Vec::with_capacity(from.page.links.len());
        let mut seen = FxHashSet::default();
        for link in &from.page.links {
            let keys = from.page.keys_of(link, &from.path);
            if let Some(target) = self.target_of(from, &keys)?
                && target.id != from.page.id
                && seen.insert(target.at)
            {
                found.push((link, target));
            }
        }
        Ok(found)
    }

    /// The page that a link with some keys leads to.
    fn target_of(&self, from: &PageAtPath, keys: &[LinkKey]) -> Result<Option<LinkedPage>> {
        Ok(self.candidates(from, keys)?.into_iter().next())
    }

    /// The pages that have the first of some keys that any page has: the one that counts first.
    pub(super) fn candidates(
        &self,
        from: &PageAtPath,
        keys: &[LinkKey],
    ) -> Result<Vec<LinkedPage>> {
        for key in keys {
            let found = self.pages_of_key(from, key)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    fn pages_of_key(&self, from: &PageAtPath, key: &LinkKey) -> Result<Vec<LinkedPage>> {
        use NameKind::{AddressTail, File, Other};
        use PageNameKind::{Address, Alias};
        let kinds: &[NameKind] = match key.kind {
            LinkKeyKind::Path => return Ok(Vec::from_iter(self.page_of_path(from, &key.text)?)),
            LinkKeyKind::Address if key.text.contains('/') => &[Other(Address), AddressTail],
            LinkKeyKind::Address => &[Other(Address)],
            LinkKeyKind::Name => &[File, Other(Alias), Other(Address)],
        };
        for &kind in kinds {
            let found = self.pages_named(from, kind, &key.text)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    fn page_of_path(&self, from: &PageAtPath, path: &str) -> Result<Option<LinkedPage>> {
        let prefix = from.page.prefix();
        let id = match (path, prefix.strip_suffix('/')) {
            // The page of the archive's root.
            ("index", Some(root)) => root.to_owned(),
            _ => format!("{prefix}{path}"),
        };
        for (segment_index, view) in self.views.iter().enumerate() {
            for row in view.segment.markdown_rows_named(&id)? {
                if view.live.contains(row) && view.segment.is_of_prefix(row, prefix)? {
                    let at = RowRef { segment_index, row };
                    return Ok(Some(LinkedPage { at, id }));
                }
            }
        }
        Ok(None)
    }

    /// The pages that have a name, the one that counts for a linking page first. A file's name may have
    /// folders before it.
    fn pages_named(
        &self,
        from: &PageAtPath,
        kind: NameKind,
        name: &str,
    ) -> Result<Vec<LinkedPage>> {
        let (last, prefix) = (last_part(name), from.page.prefix());
        let mut found = Vec::new();
        for (segment_index, view) in self.views.iter().enumerate() {
            for row in view.segment.rows_called(prefix, &last)? {
                if !view.live.contains(row) {
                    continue;
                }
                let id = match kind {
                    NameKind::File => {
                        let is_called = |id: &str| ends_in_path(local_id(id, prefix), name);
                        let id = view.segment.markdown_id(row, is_called)?;
                        match id.is_some() && view.segment.is_of_prefix(row, prefix)? {
                            true => id,
                            false => None,
                        }
                    }
                    NameKind::Other(_) | NameKind::AddressTail => {
                        let page = view.segment.markdown_page(row)?;
                        let is_called = |own: &PageName| match kind {
                            NameKind::Other(kind) => own.kind == kind && own.text == name,
                            _ => own.kind == PageNameKind::Address && ends_in_path(&own.text, name),
                        };
                        let is_of_prefix = page.prefix() == prefix;
                        (is_of_prefix && page.names.iter().any(is_called)).then_some(page.id)
                    }
                };
                if let Some(id) = id {
                    let at = RowRef { segment_index, row };
                    found.push(LinkedPage { at, id });
                }
            }
        }
        if found.len() < 2 {
            return Ok(found);
        }
        let ranked = found.into_iter().map(|page: LinkedPage| {
            let segment = &self.views[page.at.segment_index].segment;
            let path = segment.path_of(page.at.row)?;
            let common = common_folders(&from.path, &path);
            let rank = (Reverse(common), path.matches('/').count(), page.id.clone());
            Ok((rank, page))
        });
        let mut ranked: Vec<_> = ranked.collect::<Result<_>>()?;
        ranked.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(ranked.into_iter().map(|(_, page)| page).collect())
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
        let page = segment.markdown_page(target.row)?;
        let (prefix, parts) = (page.prefix(), page.last_parts());
        let mut found = Vec::with_capacity(self.views.len());
        for (segment_index, view) in self.views.iter().enumerate() {
            let mut asked = RoaringBitmap::new();
            for part in &parts {
                asked.extend(view.segment.rows_linking_to(prefix, part)?);
            }
            asked &= &*view.live;
            let mut linking = RoaringBitmap::new();
            for row in asked {
                let at = RowRef { segment_index, row };
                if at != target && self.links_lead_to(at, &parts, target)? {
                    linking.insert(row);
                }
            }
            found.push(linking);
        }
        Ok(found)
    }

    /// Whether one of a page's links leads to a page whose names end in some parts.
    fn links_lead_to(&self, at: RowRef, parts: &FxHashSet<String>, target: RowRef) -> Result<bool> {
        let from = self.views[at.segment_index].segment.page_at_path(at.row)?;
        for link in &from.page.links {
            let keys = from.page.keys_of(link, &from.path);
            if keys.iter().any(|key| parts.contains(&last_part(&key.text)))
                && let Some(found) = self.target_of(&from, &keys)?
                && found.at == target
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
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
