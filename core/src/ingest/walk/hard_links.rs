//! Hard links of a tar archive whose content is still to be read.

use rustc_hash::FxHashMap;

use super::path::plain;

/// Bytes of names beyond which the content of links is read before more of them are collected.
const BYTES: usize = 8 << 20;

/// About what a link takes beside its names.
const LINK_BYTES: usize = 128;

/// Pages that are hard links, by what they lead to.
#[derive(Default)]
pub(super) struct HardLinks {
    /// File that is linked → its links.
    of_target: FxHashMap<String, Vec<HardLink>>,
    /// Link → file.
    target_of: FxHashMap<String, String>,
    bytes: usize,
    last_index: u64,
}

struct HardLink {
    page: String,
    /// Number of the entry among those of the archive, from 1 on.
    index: u64,
    found: bool,
}

impl HardLinks {
    pub(super) fn is_empty(&self) -> bool {
        self.of_target.is_empty()
    }

    /// Whether they take as much memory as they may.
    pub(super) fn are_many(&self) -> bool {
        self.bytes > BYTES
    }

    /// The number of the last link's entry.
    pub(super) fn last_index(&self) -> u64 {
        self.last_index
    }

    /// Whether a name is one of the links, or one that they lead to.
    pub(super) fn concern(&self, name: &[u8]) -> bool {
        !self.is_empty()
            && plain(name).is_some_and(|name| {
                self.of_target.contains_key(&name) || self.target_of.contains_key(&name)
            })
    }

    /// Takes a link. A link to a link leads to what that one leads to.
    pub(super) fn push(&mut self, page: String, target: String, index: u64) {
        let target = self.target_of.get(&target).cloned().unwrap_or(target);
        self.bytes += 2 * (page.len() + target.len()) + LINK_BYTES;
        self.last_index = index;
        self.target_of.insert(page.clone(), target.clone());
        self.of_target.entry(target).or_default().push(HardLink {
            page,
            index,
            found: false,
        });
    }

    /// The links to the file of a name and number that come behind it.
    pub(super) fn behind(&mut self, name: &[u8], index: u64) -> Vec<String> {
        let links = plain(name).and_then(|name| self.of_target.get_mut(&name));
        let behind = links
            .into_iter()
            .flatten()
            .filter(|link| link.index > index);
        behind
            .map(|link| {
                link.found = true;
                link.page.clone()
            })
            .collect()
    }

    /// Links whose file was not found; none is left.
    pub(super) fn take_rest(&mut self) -> Vec<String> {
        let links = std::mem::take(self).of_target.into_values().flatten();
        let mut rest: Vec<_> = links
            .filter(|link| !link.found)
            .map(|link| (link.index, link.page))
            .collect();
        rest.sort_unstable();
        rest.into_iter().map(|(_, page)| page).collect()
    }
}
