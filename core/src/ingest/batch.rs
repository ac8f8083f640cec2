//! What a run has found so far: pages to put, rows to take away, and the report.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Report;
use super::examine::{Examined, FileOutcome, PageChange, PageSlot};
use super::hashes::hash;
use super::passed_over::PassOverReason;
use crate::error::{Error, PageError, Result};
use crate::event::escaped;
use crate::page::{Edition, Page};
use crate::segment::{Interner, Interners, PendingRow};
use crate::store::{
    GivenOutcome, PutPage, RemovedRows, RowRef, Snapshot, WriteBatch, WriteOutcome,
};

/// Bytes that a page takes in the lists and tables of a run and its commit, beside its row.
const PAGE_BYTES: usize = 96;

/// Pages to put and rows to remove with the next commit, and what all files of the run were counted
/// as.
pub(super) struct Batch {
    pub report: Report,
    strictness: Strictness,
    /// What waits for a commit; none where a later file of the run took the place.
    puts: Vec<Option<PendingPut>>,
    pub(super) removed: Vec<RowRef>,
    pending_bytes: u64,
    interners: Interners,
    /// Pages seen, by (logical path, slot).
    seen: FxHashMap<u64, SeenPage>,
    /// The folders that stand before the logical paths: few in a usual archive, one for each file
    /// in others.
    prefixes: Interner,
    /// `index.md` and `README.md` of each folder, by the hash of its path.
    pairs: FxHashMap<u64, IndexPair>,
    /// Files that no page was taken of, by the hash of their paths.
    left_out: FxHashMap<u64, LeftOut>,
    /// Files whose names end in `.html`: all that a published site has.
    html_files: u64,
    /// Pages that wait until the names of all files are known: path, bytes, whether they begin with
    /// front matter.
    held: Vec<HeldPage>,
    held_bytes: u64,
    /// Hashes of their full paths.
    held_paths: FxHashSet<u64>,
    /// Whether a page lies in a folder of a day of the Context.
    pub(super) in_tree: bool,
    /// Whether there is a Markdown page.
    pub(super) holds_markdown: bool,
    /// The puts of the last write batch: their keys in `seen`, and where they are counted.
    last_puts: Vec<(u64, PageChange)>,
    /// [`WriteBatch::row_bytes`].
    row_bytes: u64,
    /// By full path what follows for a page, in a resolved store.
    pub(super) given: FxHashMap<String, GivenOutcome>,
}

/// What a bad page is to a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// It is counted and left out.
    Lenient,
    /// It fails the run at once.
    FailAtOnce,
    /// It fails the run once the archive was read: a later file of its name may be the page.
    FailAtEnd,
}

/// Path and bytes of a page, and whether it begins with front matter.
pub(super) type HeldPage = (String, Vec<u8>, bool);

struct PendingPut {
    put: PutPage,
    change: PageChange,
}

/// A page that was seen: where its leading folders stand in `prefixes`, which pending put it is,
/// where it is counted.
#[derive(Clone, Copy)]
struct SeenPage {
    prefix: u32,
    put: Option<u32>,
    counted: CountedAs,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CountedAs {
    Change(PageChange),
    Unchanged,
    /// The store found that another page holds its id.
    Twin,
    Failed,
}

#[derive(Default)]
struct IndexPair {
    index: Option<u64>,
    /// The other one's hash, where it was counted, and the path of a free page.
    readme: Option<(u64, PageChange, String)>,
}

/// Why no page was taken of a file.
#[derive(Clone, Copy)]
enum LeftOut {
    Failed,
    PassedOver(PassOverReason),
}

impl Batch {
    pub fn new(strictness: Strictness, row_bytes: u64) -> Self {
        Self {
            report: Report::default(),
            strictness,
            puts: Vec::new(),
            removed: Vec::new(),
            pending_bytes: 0,
            interners: Interners::default(),
            seen: FxHashMap::default(),
            prefixes: Interner::default(),
            pairs: FxHashMap::default(),
            left_out: FxHashMap::default(),
            html_files: 0,
            held: Vec::new(),
            held_bytes: 0,
            held_paths: FxHashSet::default(),
            in_tree: false,
            holds_markdown: false,
            last_puts: Vec::new(),
            row_bytes,
            given: FxHashMap::default(),
        }
    }

    /// About how many bytes the pages that wait for a commit hold in memory, with the tags and ids
    /// that they name, and with the leading folders of all files of the run.
    pub fn pending_bytes(&self) -> u64 {
        self.pending_bytes + (self.interners.bytes() + self.prefixes.bytes()) as u64
    }

    /// Bytes of the pages that wait until the names of all files are known.
    pub fn held_bytes(&self) -> u64 {
        self.held_bytes
    }

    /// Takes those pages out.
    pub fn take_held(&mut self) -> Vec<HeldPage> {
        self.held_bytes = 0;
        self.held_paths.clear();
        std::mem::take(&mut self.held)
    }

    fn prefix(&mut self, full: &str, path: &str) -> u32 {
        self.prefixes
            .number(full.strip_suffix(path).unwrap_or(full))
    }

    /// Fails a run that must not have bad pages and has one.
    pub fn check_strict(&self) -> Result<()> {
        if self.strictness == Strictness::Lenient || self.report.failed == 0 {
            return Ok(());
        }
        let first = self.report.errors.first().cloned();
        // The report keeps a thousand; those may have been taken back.
        let unnamed = || PageError::of_whole_page("", "refused", "a page failed");
        Err(Error::Page(first.unwrap_or_else(unnamed)))
    }

    /// Takes files in their order, up to the first that fails the run.
    pub fn take_all(&mut self, files: Vec<Result<Examined>>) -> Result<()> {
        files.into_iter().try_for_each(|file| self.take(file?))
    }

    /// Whether a file failed, by its path in the archive.
    pub fn has_failed(&self, full: &str) -> bool {
        let left_out = self.left_out.get(&hash(full.as_bytes()));
        matches!(left_out, Some(LeftOut::Failed))
    }

    /// Whether the run has seen a file under a path, that it read as a page or that failed.
    pub fn has_seen(&self, path: &str, slot: PageSlot) -> bool {
        self.seen.contains_key(&key(path, slot))
    }

    /// Takes one file.
    fn take(&mut self, file: Examined) -> Result<()> {
        if let FileOutcome::Held { bytes, is_claimed } = file.outcome {
            self.held_bytes += (bytes.len() + file.full.len() + PAGE_BYTES) as u64;
            self.held_paths.insert(hash(file.full.as_bytes()));
            self.held.push((file.full, bytes, is_claimed));
            return Ok(());
        }
        if self.held_paths.contains(&hash(file.full.as_bytes())) {
            // Of a file that an archive holds twice the later one counts.
            self.held.retain(|(full, ..)| *full != file.full);
        }
        self.report.files += 1;
        self.report.bytes += file.bytes as u64;
        // A page that fails says nothing of the archive around it.
        let is_page = matches!(
            file.outcome,
            FileOutcome::Page { .. } | FileOutcome::Unchanged { .. }
        );
        self.in_tree |= is_page && file.place.day.is_some();
        match file.outcome {
            // They were put aside.
            FileOutcome::Held { .. } => {}
            FileOutcome::Unchanged { slot, is_event, .. } => {
                self.report.events += u64::from(is_event);
                let name = (&*file.full, &*file.place.path);
                self.enter(name, slot, file.content, CountedAs::Unchanged, None);
            }
            FileOutcome::Failed(error) => {
                if self.strictness == Strictness::FailAtOnce {
                    return Err(Error::Page(error));
                }
                self.fail(&file.full, &file.place.path, error);
            }
            FileOutcome::PassedOver {
                reason,
                note,
                removed,
            } => {
                if self.leave_out(&file.full, LeftOut::PassedOver(reason))
                    && let Some(note) = note
                {
                    let path = escaped(&file.full);
                    self.report.note(format!("{path}: {note}"));
                }
                self.report.pass_over(reason, &file.full);
                self.html_files += u64::from(file.full.ends_with(".html"));
                if reason == PassOverReason::Template {
                    self.displace(&file.full, &file.place.path);
                }
                self.removed.extend(removed);
            }
            FileOutcome::Page {
                page,
                raw,
                replaces,
                change,
                notes,
                date_rule,
                added,
            } => {
                self.report.parsed += 1;
                notes.into_iter().for_each(|note| self.report.note(note));
                if let Some(rule) = date_rule {
                    *self.report.dated_by.entry(rule.to_string()).or_default() += 1;
                }
                match &*page {
                    Page::Event(_) => self.report.events += 1,
                    Page::Markdown(page) => {
                        self.report.events += 1;
                        self.report.drafts += u64::from(page.draft);
                    }
                    Page::Listing(_) | Page::Other => {}
                }
                let slot = PageSlot::of_page(&page);
                let path = file.place.path.clone();
                let mut row = PendingRow::new(path, *page, file.hash, &mut self.interners);
                row.raw = raw.or(row.raw.take());
                row.added = added;
                let held_bytes = (row.bytes() + PAGE_BYTES) as u64;
                let given = self.given.remove(&*file.full).map(Box::new);
                let put = PutPage {
                    row,
                    replaces,
                    given,
                };
                let name = (&*file.full, &*file.place.path);
                let counted = CountedAs::Change(change);
                let pending = Some(PendingPut { put, change });
                if self.enter(name, slot, file.content, counted, pending) {
                    self.pending_bytes += held_bytes;
                }
            }
        }
        Ok(())
    }

    /// Counts a page that failed. What the store holds under its path stays, whatever it is;
    /// another file of the path may be the page.
    ///
    /// Of one full path that comes twice the later file stays, as with pages that can be read.
    fn fail(&mut self, full: &str, path: &str, error: PageError) {
        self.leave_out(full, LeftOut::Failed);
        self.displace(full, path);
        self.report.fail(error);
    }

    /// Enters a file among those that no page is taken of, in place of an earlier one of its full path.
    /// Says whether there was none.
    fn leave_out(&mut self, full: &str, why: LeftOut) -> bool {
        let before = self.left_out.insert(hash(full.as_bytes()), why);
        if let Some(before) = before {
            self.take_back(full, before);
        }
        before.is_none()
    }

    fn take_back(&mut self, full: &str, before: LeftOut) {
        self.report.files -= 1;
        match before {
            LeftOut::Failed => self.report.take_back_failure(full),
            LeftOut::PassedOver(reason) => self.report.take_back_passed_over(reason, full),
        }
    }

    /// A file of which no page is taken takes the place of an earlier one of its full path.
    fn displace(&mut self, full: &str, path: &str) {
        let prefix = self.prefix(full, path);
        for slot in PageSlot::ALL {
            let key = key(path, slot);
            if let Some(&seen) = self.seen.get(&key) {
                let is_page = matches!(seen.counted, CountedAs::Change(_) | CountedAs::Unchanged);
                if seen.prefix != prefix || !is_page {
                    continue;
                }
                self.give_way(seen, path);
                self.report.twins -= 1;
                self.report.files -= 1;
            }
            let failed = SeenPage {
                prefix,
                put: None,
                counted: CountedAs::Failed,
            };
            self.seen.insert(key, failed);
        }
    }

    /// Takes an earlier file of a full path back, if no page was taken of it.
    fn take_back_left_out(&mut self, full: &str, path: &str, prefix: u32) {
        if self.left_out.is_empty() {
            return;
        }
        let Some(before) = self.left_out.remove(&hash(full.as_bytes())) else {
            return;
        };
        self.take_back(full, before);
        for slot in PageSlot::ALL {
            let key = key(path, slot);
            let failed =
                |seen: &SeenPage| seen.counted == CountedAs::Failed && seen.prefix == prefix;
            if self.seen.get(&key).is_some_and(failed) {
                self.seen.remove(&key);
            }
        }
    }

    /// Enters a page under its logical path, unless the run has seen one of that path that comes
    /// before it. Says whether.
    ///
    /// Of two such files the first by full path is the page, in whatever order they come and
    /// whichever of them the store holds already; so a second run over the same archive finds
    /// nothing to do. Of one full path that comes twice the later file stays, as when the archive
    /// is unpacked.
    fn enter(
        &mut self,
        (full, path): (&str, &str),
        slot: PageSlot,
        content: Option<u64>,
        counted: CountedAs,
        pending: Option<PendingPut>,
    ) -> bool {
        let prefix = self.prefix(full, path);
        self.holds_markdown |= slot == PageSlot::Markdown;
        self.take_back_left_out(full, path, prefix);
        let key = key(path, slot);
        if let Some(&seen) = self.seen.get(&key)
            && seen.counted != CountedAs::Failed
        {
            if self.prefixes.text(seen.prefix) < self.prefixes.text(prefix) {
                self.report.twins += 1;
                return false;
            }
            self.give_way(seen, path);
            if seen.prefix == prefix && seen.counted != CountedAs::Twin {
                // One file: the archive holds the name twice, and unpacked it holds this content.
                self.report.twins -= 1;
                self.report.files -= 1;
            }
        }
        let (change, put) = match (counted, pending) {
            (CountedAs::Change(change), Some(pending)) => {
                match change {
                    PageChange::Other => self.report.pass_over(PassOverReason::FreePage, full),
                    change => self.report.count(change),
                }
                self.puts.push(Some(pending));
                (Some(change), Some(self.puts.len() as u32 - 1))
            }
            _ => {
                self.report.unchanged += 1;
                (None, None)
            }
        };
        self.note_pair(full, content, change);
        self.seen.insert(
            key,
            SeenPage {
                prefix,
                put,
                counted,
            },
        );
        true
    }

    /// A file that was seen turns out to be a twin.
    fn give_way(&mut self, seen: SeenPage, path: &str) {
        let full = format!("{}{path}", self.prefixes.text(seen.prefix));
        match seen.counted {
            CountedAs::Change(change) => self.uncount(change, &full),
            CountedAs::Unchanged => self.report.unchanged -= 1,
            CountedAs::Twin | CountedAs::Failed => return,
        }
        self.report.twins += 1;
        if let Some(at) = seen.put {
            self.puts[at as usize] = None;
        }
        if let Some(folder) = full.strip_suffix("README.md")
            && let Some(pair) = self.pairs.get_mut(&hash(folder.as_bytes()))
        {
            pair.readme = None;
        }
    }

    /// Takes the count of a page back. Its full path is looked at only of a free page.
    fn uncount(&mut self, change: PageChange, full: &str) {
        match change {
            PageChange::Other => self
                .report
                .take_back_passed_over(PassOverReason::FreePage, full),
            change => self.report.uncount(change),
        }
    }

    /// Remembers index files; a README whose bytes are the index file's is counted as a twin at the
    /// end.
    fn note_pair(&mut self, full: &str, content: Option<u64>, change: Option<PageChange>) {
        let Some(hash_of_bytes) = content else {
            return;
        };
        let name = full.rsplit('/').next().unwrap_or_default();
        let folder = hash(&full.as_bytes()[..full.len() - name.len()]);
        match name {
            "index.md" => self.pairs.entry(folder).or_default().index = Some(hash_of_bytes),
            "README.md" => {
                // Pages of an event that are twins are found by the store, which compares ids.
                let change = change
                    .filter(|change| matches!(change, PageChange::Listing | PageChange::Other));
                self.pairs.entry(folder).or_default().readme = change.map(|change| {
                    let free = change == PageChange::Other;
                    let full = if free { full } else { "" };
                    (hash_of_bytes, change, full.to_owned())
                });
            }
            _ => {}
        }
    }

    /// What waits, as a write batch; starts anew.
    pub fn write_batch(&mut self, snapshot: &Snapshot) -> WriteBatch {
        let mut removed = RemovedRows::new(snapshot);
        let mut puts = Vec::with_capacity(self.puts.len());
        self.last_puts.clear();
        for PendingPut { put, change } in self.puts.drain(..).flatten() {
            let path = put.row.path(&self.interners.ids);
            self.last_puts
                .push((key(&path, PageSlot::of_page(&put.row.page)), change));
            puts.push(put);
        }
        self.removed.drain(..).for_each(|at| removed.insert(at));
        self.pending_bytes = 0;
        // Put numbers mean nothing after this.
        self.seen.values_mut().for_each(|seen| seen.put = None);
        WriteBatch {
            puts,
            removed,
            interners: std::mem::take(&mut self.interners),
            strict: self.strictness != Strictness::Lenient,
            row_bytes: self.row_bytes,
            stop: Arc::default(),
        }
    }

    /// Takes in what the commit of the last write batch did.
    pub fn account(&mut self, outcome: WriteOutcome) {
        self.report.retagged += outcome.retagged as u64;
        for put in outcome.twins {
            let change = self.settle(put, CountedAs::Twin);
            self.report.uncount(change);
            self.report.twins += 1;
        }
        for (path, id) in outcome.markdown_twins {
            let (path, id) = (escaped(&path), escaped(&id));
            self.report.note(format!(
                "{path}: another file has the id {id} and is the event; give one of them another name"
            ));
        }
        for (put, error) in outcome.refused {
            let change = self.settle(put, CountedAs::Failed);
            self.report.uncount(change);
            self.report.fail(error);
        }
    }

    /// Notes what the store made of a put, and gives where it was counted.
    fn settle(&mut self, put: usize, counted: CountedAs) -> PageChange {
        let (key, change) = self.last_puts[put];
        if let Some(seen) = self.seen.get_mut(&key) {
            seen.counted = counted;
        }
        change
    }

    /// The report of the whole run.
    pub fn finish(mut self) -> Report {
        if self.report.events == 0 {
            self.report.note_without_events(self.html_files);
        }
        for pair in std::mem::take(&mut self.pairs).into_values() {
            if let (Some(index), Some((readme, change, full))) = (pair.index, pair.readme)
                && index == readme
            {
                self.uncount(change, &full);
                self.report.twins += 1;
            }
        }
        self.report
    }
}

/// Names a page among those seen.
fn key(path: &str, slot: PageSlot) -> u64 {
    let slot = match slot {
        PageSlot::Plain => 0,
        PageSlot::Listing(Edition::En) => 1,
        PageSlot::Listing(Edition::Zh) => 2,
        PageSlot::ChineseEvent => 3,
        PageSlot::Markdown => 4,
    };
    hash(path.as_bytes()) ^ slot
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_folders_are_found_by_their_hash_and_counted() {
        let mut batch = Batch::new(Strictness::Lenient, 0);
        let path = "news/2017/03/2/a.md";
        let mut bytes = 0;
        for n in 0..20_000 {
            let full = format!("{}x{n}/{path}", "folder/".repeat(20));
            assert_eq!(batch.prefix(&full, path), n);
            bytes += (full.len() - path.len()) as u64;
        }
        assert!(batch.pending_bytes() > bytes);
        let counted = batch.pending_bytes();
        assert_eq!(
            batch.prefix(&format!("{}x7/{path}", "folder/".repeat(20)), path),
            7
        );
        assert_eq!(batch.pending_bytes(), counted);
    }
}
