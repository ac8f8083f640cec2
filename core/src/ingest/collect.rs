//! What a run has found so far: pages to put, rows to take away, and the report.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Report;
use super::examine::{Class, Examined, Finding, Slot, hash};
use crate::error::{Error, Result};
use crate::event::canonical_path;
use crate::page::{Edition, Page};
use crate::segment::{Interners, PendingRow};
use crate::store::{PutPage, RemovedRows, RowRef, Snapshot, WriteBatch, WriteOutcome};

/// See the file's head.
pub(super) struct Collected {
    pub report: Report,
    /// Fail at the first bad page.
    strict: bool,
    /// What waits for a commit; none where a later file of the run took the place.
    puts: Vec<Option<Pending>>,
    gone: Vec<RowRef>,
    pending_bytes: u64,
    vocabulary: Interners,
    /// Pages seen, by (logical path, slot).
    seen: FxHashMap<u64, Seen>,
    /// The folders that stand before the logical paths: few.
    prefixes: Vec<String>,
    /// `index.md` and `README.md` of each folder.
    pairs: FxHashMap<String, Pair>,
    events: u64,
    /// Whether the path of a page said its day.
    in_tree: bool,
    /// The puts of the last change: their keys in `seen`, and where they are counted.
    sent: Vec<(u64, Class)>,
}

struct Pending {
    put: PutPage,
    class: Class,
}

/// A page that was seen: where its leading folders stand in `prefixes`, which pending put it is, where it is counted.
#[derive(Clone, Copy)]
struct Seen {
    prefix: u32,
    put: Option<u32>,
    counted: Counted,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    As(Class),
    Unchanged,
    /// The store found that another page holds its id.
    Twin,
    Failed,
}

#[derive(Default)]
struct Pair {
    index: Option<u64>,
    /// The other one's hash, and where it was counted.
    readme: Option<(u64, Class)>,
}

impl Collected {
    pub fn new(strict: bool) -> Self {
        Self {
            report: Report::default(),
            strict,
            puts: Vec::new(),
            gone: Vec::new(),
            pending_bytes: 0,
            vocabulary: Interners::default(),
            seen: FxHashMap::default(),
            prefixes: Vec::new(),
            pairs: FxHashMap::default(),
            events: 0,
            in_tree: false,
            sent: Vec::new(),
        }
    }

    /// About how many bytes the pages that wait for a commit hold in memory, with the names that they are told by.
    pub fn pending_bytes(&self) -> u64 {
        self.pending_bytes + self.vocabulary.bytes() as u64
    }

    fn prefix(&mut self, full: &str, path: &str) -> u32 {
        let prefix = full.strip_suffix(path).unwrap_or(full);
        match self.prefixes.iter().position(|known| known == prefix) {
            Some(at) => at as u32,
            None => {
                self.prefixes.push(prefix.to_owned());
                self.prefixes.len() as u32 - 1
            }
        }
    }

    /// Takes files in their order, up to the first that fails the run.
    pub fn take_all(&mut self, files: Vec<Result<Examined>>) -> Result<()> {
        files.into_iter().try_for_each(|file| self.take(file?))
    }

    /// Takes one file.
    fn take(&mut self, file: Examined) -> Result<()> {
        self.report.files += 1;
        self.report.bytes += file.bytes as u64;
        self.in_tree |= file.place.day.is_some();
        let path = &file.place.path;
        match file.finding {
            Finding::Unchanged { slot, is_event } => {
                self.events += u64::from(is_event);
                self.place(
                    &file.full,
                    path,
                    slot,
                    file.content,
                    Counted::Unchanged,
                    None,
                );
            }
            Finding::Failed(error) => {
                if self.strict {
                    return Err(Error::Page(error));
                }
                // What the store holds under the path stays, whatever it is. Another file of the path may be the page.
                let prefix = self.prefix(&file.full, path);
                for slot in Slot::ALL {
                    self.seen.entry(key(path, slot)).or_insert(Seen {
                        prefix,
                        put: None,
                        counted: Counted::Failed,
                    });
                }
                self.report.fail(error);
            }
            Finding::Skipped => self.report.others += 1,
            Finding::Page {
                page,
                raw,
                replaces,
                class,
                note,
            } => {
                self.report.parsed += 1;
                if let Some(note) = note {
                    self.report.note(note);
                }
                self.events += u64::from(matches!(*page, Page::Event(_)));
                let slot = Slot::of_page(&page);
                let mut row = PendingRow::new(path.clone(), *page, file.hash, &mut self.vocabulary);
                row.raw = raw;
                let held_bytes = row.bytes() as u64;
                let put = PutPage { row, replaces };
                let pending = Pending { put, class };
                if self.place(
                    &file.full,
                    path,
                    slot,
                    file.content,
                    Counted::As(class),
                    Some(pending),
                ) {
                    self.pending_bytes += held_bytes;
                }
            }
        }
        Ok(())
    }

    /// Gives a file its place, unless the run has seen one of the same logical path that comes before it. Says whether.
    ///
    /// Of two such files the first by full path is the page, in whatever order they come and whichever of them the
    /// store holds already; so a second run over the same archive finds nothing to do. Of one full path that comes
    /// twice the later file stays, as when the archive is unpacked.
    fn place(
        &mut self,
        full: &str,
        path: &str,
        slot: Slot,
        content: Option<u64>,
        counted: Counted,
        pending: Option<Pending>,
    ) -> bool {
        let prefix = self.prefix(full, path);
        let key = key(path, slot);
        if let Some(&seen) = self.seen.get(&key)
            && seen.counted != Counted::Failed
        {
            if self.prefixes[seen.prefix as usize] < self.prefixes[prefix as usize] {
                self.report.twins += 1;
                return false;
            }
            self.give_way(seen, path);
        }
        let (class, put) = match (counted, pending) {
            (Counted::As(class), Some(pending)) => {
                self.report.count(class);
                self.puts.push(Some(pending));
                (Some(class), Some(self.puts.len() as u32 - 1))
            }
            _ => {
                self.report.unchanged += 1;
                (None, None)
            }
        };
        self.note_pair(full, content, class);
        self.seen.insert(
            key,
            Seen {
                prefix,
                put,
                counted,
            },
        );
        true
    }

    /// A file that was seen turns out to be a twin.
    fn give_way(&mut self, seen: Seen, path: &str) {
        match seen.counted {
            Counted::As(class) => self.report.uncount(class),
            Counted::Unchanged => self.report.unchanged -= 1,
            Counted::Twin | Counted::Failed => return,
        }
        self.report.twins += 1;
        if let Some(at) = seen.put {
            self.puts[at as usize] = None;
        }
        let full = format!("{}{path}", self.prefixes[seen.prefix as usize]);
        if let Some(folder) = full.strip_suffix("README.md")
            && let Some(pair) = self
                .pairs
                .get_mut(folder.strip_suffix('/').unwrap_or(folder))
        {
            pair.readme = None;
        }
    }

    /// Remembers index files; a README whose bytes are the index file's is counted as a twin at the end.
    fn note_pair(&mut self, full: &str, content: Option<u64>, class: Option<Class>) {
        let Some(hash) = content else { return };
        let (folder, name) = full.rsplit_once('/').unwrap_or(("", full));
        match name {
            "index.md" => self.pairs.entry(folder.to_owned()).or_default().index = Some(hash),
            "README.md" => {
                // Pages of an event that are twins are told by the store, which compares ids.
                let class = class.filter(|class| matches!(class, Class::Listing | Class::Other));
                self.pairs.entry(folder.to_owned()).or_default().readme =
                    class.map(|class| (hash, class));
            }
            _ => {}
        }
    }

    /// What waits, as a change; starts anew.
    pub fn change(&mut self, snapshot: &Snapshot) -> WriteBatch {
        let mut removed = RemovedRows::new(snapshot);
        let mut puts = Vec::with_capacity(self.puts.len());
        self.sent.clear();
        for Pending { put, class } in self.puts.drain(..).flatten() {
            let path = put.row.path(&self.vocabulary.ids);
            self.sent
                .push((key(&path, Slot::of_page(&put.row.page)), class));
            puts.push(put);
        }
        self.gone.drain(..).for_each(|at| removed.insert(at));
        self.pending_bytes = 0;
        // Put numbers mean nothing after this.
        self.seen.values_mut().for_each(|seen| seen.put = None);
        WriteBatch {
            puts,
            removed,
            interners: std::mem::take(&mut self.vocabulary),
            strict: self.strict,
            stop: Arc::default(),
        }
    }

    /// Marks what the store holds below a path prefix and the run has not seen.
    pub fn prune(&mut self, snapshot: &Snapshot, prefix: &str) -> Result<()> {
        if self.events == 0 {
            self.report
                .note("the archive holds no event: nothing was pruned");
            return Ok(());
        }
        if !self.in_tree {
            // The files of one month, say, in a folder of another name: what the rest of the tree holds is not known.
            self.report.note(
                "no path of the archive leads through news/ or opinion/, so that it cannot be told which part of the \
                 tree it is: nothing was pruned",
            );
            return Ok(());
        }
        for (view, seen) in snapshot.views.iter().enumerate() {
            let flags = seen.segment.flags()?;
            for row in seen.rows() {
                if flags.added.contains(row) {
                    continue;
                }
                let path = seen.segment.path_of(row)?;
                let was_seen = match Slot::of_row(flags, row) {
                    // A page of the other language that could not take the place leaves what is held.
                    Slot::Plain | Slot::ChineseEvent => [Slot::Plain, Slot::ChineseEvent]
                        .iter()
                        .any(|&slot| self.seen.contains_key(&key(&path, slot))),
                    listing => self.seen.contains_key(&key(&path, listing)),
                };
                let is_below = || -> Result<bool> {
                    let head = seen.segment.row_header(row)?;
                    let by_id =
                        head.kind.is_event() && canonical_path(&head.name).starts_with(prefix);
                    Ok(by_id || path.starts_with(prefix))
                };
                if !was_seen && is_below()? {
                    self.gone.push(RowRef { view, row });
                    self.report.removed += u64::from(seen.live.contains(row));
                }
            }
        }
        Ok(())
    }

    /// Takes in what the commit of the last change did.
    pub fn account(&mut self, outcome: WriteOutcome) {
        self.report.retagged += outcome.retagged as u64;
        for put in outcome.twins {
            let class = self.settle(put, Counted::Twin);
            self.report.uncount(class);
            self.report.twins += 1;
        }
        for (put, error) in outcome.refused {
            let class = self.settle(put, Counted::Failed);
            self.report.uncount(class);
            self.report.fail(error);
        }
    }

    /// Notes what the store made of a put, and gives where it was counted.
    fn settle(&mut self, put: usize, counted: Counted) -> Class {
        let (key, class) = self.sent[put];
        if let Some(seen) = self.seen.get_mut(&key) {
            seen.counted = counted;
        }
        class
    }

    /// The report of the whole run.
    pub fn finish(mut self) -> Report {
        if self.events == 0 {
            self.report
                .note("no event page was found; give the folder or archive that holds `news/`");
        }
        for pair in self.pairs.values() {
            if let (Some(index), Some((readme, class))) = (pair.index, pair.readme)
                && index == readme
            {
                self.report.uncount(class);
                self.report.twins += 1;
            }
        }
        self.report
    }
}

/// IdInterner a page among those seen.
fn key(path: &str, slot: Slot) -> u64 {
    let slot = match slot {
        Slot::Plain => 0,
        Slot::Listing(Edition::En) => 1,
        Slot::Listing(Edition::Zh) => 2,
        Slot::ChineseEvent => 3,
    };
    hash(path.as_bytes()) ^ slot
}
