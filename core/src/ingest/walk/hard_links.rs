//! Hard links of a tar archive whose content is still to be read.

use rustc_hash::FxHashMap;

use super::path::plain;

/// Bytes of names beyond which the content of links is read before more of them are collected.
const BYTES: usize = 8 << 20;

/// About what a link takes beside its names.
const LINK_BYTES: usize = 128;

/// Pages that are hard links, by their paths. Each is the last entry of its path so far.
#[derive(Default)]
pub(super) struct HardLinks {
    links: FxHashMap<String, HardLink>,
    bytes: usize,
}

struct HardLink {
    /// Path of the file that it leads to.
    target: String,
    /// Number of an entry of the archive, from 1 on. The link leads to the last file of the
    /// target's path that comes before it.
    before: u64,
}

impl HardLinks {
    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Whether they take as much memory as they may.
    pub(super) fn are_many(&self) -> bool {
        self.bytes > BYTES
    }

    /// An entry of a name came: a link of that name is no longer what the archive holds.
    pub(super) fn forget(&mut self, name: &[u8]) {
        if !self.links.is_empty()
            && let Some(name) = plain(name)
            && let Some(link) = self.links.remove(&name)
        {
            self.bytes -= bytes_of(&name, &link.target);
        }
    }

    /// Takes the link that is entry `index`. A link to a link leads to what that one leads to.
    pub(super) fn push(&mut self, page: String, target: String, index: u64) {
        let link = match self.links.get(&target) {
            Some(HardLink { target, before }) => HardLink {
                target: target.clone(),
                before: *before,
            },
            None => HardLink {
                target,
                before: index,
            },
        };
        self.forget(page.as_bytes());
        self.bytes += bytes_of(&page, &link.target);
        self.links.insert(page, link);
    }

    /// Gives the links by what they lead to; none is left here.
    pub(super) fn take_targets(&mut self) -> LinkedFiles {
        let mut targets = LinkedFiles::default();
        for (page, HardLink { target, before }) in std::mem::take(self).links {
            targets.last_index = targets.last_index.max(before);
            let links = &mut targets.targets.entry(target).or_default().waiting;
            links.push((before, page));
        }
        for target in targets.targets.values_mut() {
            target.waiting.sort_unstable();
        }
        targets
    }
}

fn bytes_of(page: &str, target: &str) -> usize {
    2 * (page.len() + target.len()) + LINK_BYTES
}

/// A file that links lead to: its size, and its bytes where they are not beyond the limit of a
/// page.
pub(super) struct LinkedFile {
    pub size: u64,
    pub bytes: Vec<u8>,
}

/// Links, and the file that they stand for.
pub(super) type LinkedPages = (Vec<String>, LinkedFile);

/// What links lead to, while the archive is read again.
///
/// A file is held until the next one of its path comes, or the end: only then is it known which
/// links lead to it. So each link is handed over once, however often its target comes.
#[derive(Default)]
pub(super) struct LinkedFiles {
    targets: FxHashMap<String, WaitingLinks>,
    held_bytes: usize,
    last_index: u64,
    /// Links before whom there was no file of their target's path.
    dangling: Vec<(u64, String)>,
}

#[derive(Default)]
struct WaitingLinks {
    /// Links that may lead to a file that is yet to come, each with its [`HardLink::before`], in
    /// order.
    waiting: Vec<(u64, String)>,
    /// The last file that came, unless it was given to the links that wait.
    held: Option<LinkedFile>,
    given: bool,
}

impl LinkedFiles {
    /// The number of the entry from which on no link needs one.
    pub(super) fn last_index(&self) -> u64 {
        self.last_index
    }

    /// Whether a link may lead to the file of a name and number.
    pub(super) fn wants(&self, name: &[u8], index: u64) -> bool {
        let target = plain(name).and_then(|name| self.targets.get(&name));
        let last = target.and_then(|target| target.waiting.last());
        last.is_some_and(|(before, _)| *before > index)
    }

    /// Takes a file that is wanted. Gives the one of its path that was held, with the links that
    /// lead to it.
    pub(super) fn hold(
        &mut self,
        name: &[u8],
        index: u64,
        file: LinkedFile,
    ) -> Option<LinkedPages> {
        let target = plain(name).and_then(|name| self.targets.get_mut(&name))?;
        let ready = target
            .waiting
            .partition_point(|(before, _)| *before <= index);
        let ready = target.waiting.drain(..ready);
        self.held_bytes += file.bytes.len();
        match (target.held.replace(file), std::mem::take(&mut target.given)) {
            (Some(before), _) => {
                self.held_bytes -= before.bytes.len();
                Some((ready.map(|(_, page)| page).collect(), before))
            }
            // They have what they lead to.
            (None, true) => None,
            (None, false) => {
                self.dangling.extend(ready);
                None
            }
        }
    }

    /// Whether what is held takes as much memory as it may.
    pub(super) fn are_many(&self) -> bool {
        self.held_bytes > BYTES
    }

    /// Gives what is held, with the links that wait. Where a later file of a path comes before a
    /// link, the link gets that one, too.
    pub(super) fn give_held(&mut self) -> Vec<LinkedPages> {
        self.held_bytes = 0;
        let mut given = Vec::new();
        for target in self.targets.values_mut() {
            if let Some(held) = target.held.take() {
                target.given = true;
                let first = target.waiting.first().map(|(before, _)| *before);
                let pages = target.waiting.iter().map(|(_, page)| page.clone());
                given.push((first, (pages.collect(), held)));
            }
        }
        given.sort_by_key(|(first, _)| *first);
        given.into_iter().map(|(_, pages)| pages).collect()
    }

    /// Links whose file was not found, in the order of the archive.
    pub(super) fn without_file(self) -> Vec<String> {
        let mut rest = self.dangling;
        let left = self.targets.into_values().filter(|target| !target.given);
        rest.extend(left.flat_map(|target| target.waiting));
        rest.sort_unstable();
        rest.into_iter().map(|(_, page)| page).collect()
    }
}
