//! What a run has found so far: pages to put, rows to take away, and the report.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Report;
use super::examine::{Class, Examined, Finding, hash};
use crate::error::{Error, Result};
use crate::page::Page;
use crate::store::{Change, Gone, Outcome, Put, RowRef, Snapshot};

/// See the file's head.
pub(super) struct Collected {
    pub report: Report,
    /// Fail at the first bad page.
    strict: bool,
    /// `None`: another page of its logical path came to stand before it.
    puts: Vec<Option<Pending>>,
    gone: Vec<RowRef>,
    pending_bytes: u64,
    /// Pages seen, by (logical path, language of a listing).
    seen: FxHashMap<u64, Seen>,
    /// The folders that stand before the logical paths: few.
    prefixes: Vec<String>,
    /// `index.md` and `README.md` of each folder.
    pairs: FxHashMap<String, Pair>,
    events: u64,
    /// Where the puts of the last change are counted.
    classes: Vec<Class>,
}

struct Pending {
    put: Put,
    class: Class,
    replaces: Vec<RowRef>,
}

/// A page that was seen: where its leading folders stand in `prefixes`, and what it was.
#[derive(Clone, Copy)]
struct Seen {
    prefix: u32,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    /// A put that waits, by number.
    Put(u32),
    /// A put of an earlier commit of the run.
    Committed(Class),
    Unchanged,
    /// A page that failed.
    Other,
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
            seen: FxHashMap::default(),
            prefixes: Vec::new(),
            pairs: FxHashMap::default(),
            events: 0,
            classes: Vec::new(),
        }
    }

    /// Bytes of the pages that wait for a commit.
    pub fn pending_bytes(&self) -> u64 {
        self.pending_bytes
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

    /// Takes one file.
    pub fn take(&mut self, file: Examined) -> Result<()> {
        self.report.files += 1;
        self.report.bytes += file.bytes as u64;
        let path = &file.place.path;
        match file.finding {
            Finding::Unchanged { listing, is_event } => {
                self.events += u64::from(is_event);
                if self.comes_first(&file.full, key(path, listing), path, None) {
                    self.report.unchanged += 1;
                    self.note_pair(&file.full, file.content, None);
                }
            }
            Finding::Failed(error) => {
                if self.strict {
                    return Err(Error::Page(error));
                }
                // What the store holds under the path stays, whichever language it has.
                let prefix = self.prefix(&file.full, path);
                for listing in 0..=2 {
                    let seen = Seen {
                        prefix,
                        what: What::Other,
                    };
                    self.seen.entry(key(path, listing)).or_insert(seen);
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
                let listing = match &*page {
                    Page::Listing(listing) => 1 + listing.lang as u8,
                    _ => 0,
                };
                let next = self.puts.len() as u32;
                if self.comes_first(&file.full, key(path, listing), path, Some(next)) {
                    self.report.count(class);
                    self.note_pair(&file.full, file.content, Some(class));
                    self.pending_bytes += file.bytes as u64;
                    let put = Put {
                        path: path.clone(),
                        page: *page,
                        hash: file.hash,
                        raw,
                        added: false,
                    };
                    self.puts.push(Some(Pending {
                        put,
                        class,
                        replaces,
                    }));
                }
            }
        }
        Ok(())
    }

    /// Whether a page is the one of its logical path, as far as the run has seen: of several the first by full path, of
    /// one full path twice the later, as when an archive is unpacked. The others are counted as twins.
    fn comes_first(&mut self, full: &str, key: u64, path: &str, put: Option<u32>) -> bool {
        let prefix = self.prefix(full, path);
        let what = put.map_or(What::Unchanged, What::Put);
        if let Some(seen) = self.seen.get(&key) {
            if self.prefixes[seen.prefix as usize] < self.prefixes[prefix as usize] {
                self.report.twins += 1;
                return false;
            }
            match seen.what {
                What::Put(at) => {
                    let old = self.puts.get_mut(at as usize).and_then(Option::take);
                    if let Some(old) = old {
                        self.report.uncount(old.class);
                        self.report.twins += 1;
                    }
                }
                What::Unchanged => {
                    self.report.unchanged -= 1;
                    self.report.twins += 1;
                }
                What::Committed(class) => {
                    self.report.uncount(class);
                    self.report.twins += 1;
                }
                What::Other => {}
            }
        }
        self.seen.insert(key, Seen { prefix, what });
        true
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
    pub fn change(&mut self, snapshot: &Snapshot) -> Change {
        let mut gone = Gone::new(snapshot);
        let mut puts = Vec::with_capacity(self.puts.len());
        self.classes.clear();
        for seen in self.seen.values_mut() {
            if let What::Put(at) = seen.what
                && let Some(Some(pending)) = self.puts.get(at as usize)
            {
                seen.what = What::Committed(pending.class);
            }
        }
        for pending in self.puts.drain(..).flatten() {
            self.classes.push(pending.class);
            pending.replaces.into_iter().for_each(|at| gone.insert(at));
            puts.push(pending.put);
        }
        self.gone.drain(..).for_each(|at| gone.insert(at));
        self.pending_bytes = 0;
        Change {
            puts,
            gone,
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
        for (view, seen) in snapshot.views.iter().enumerate() {
            let flags = seen.segment.flags()?;
            for row in seen.held() {
                if flags.added.contains(row) {
                    continue;
                }
                let path = seen.segment.path_of(row)?;
                let listing = match flags.listings.contains(row) {
                    true => 1 + u8::from(flags.zh.contains(row)),
                    false => 0,
                };
                if path.starts_with(prefix) && !self.seen.contains_key(&key(&path, listing)) {
                    self.gone.push(RowRef { view, row });
                    self.report.removed += u64::from(seen.live.contains(row));
                }
            }
        }
        Ok(())
    }

    /// Takes in what the commit of the last change did.
    pub fn account(&mut self, outcome: Outcome) {
        self.report.retagged += outcome.retagged as u64;
        for put in outcome.twins {
            self.report.uncount(self.classes[put]);
            self.report.twins += 1;
        }
        for (put, error) in outcome.refused {
            self.report.uncount(self.classes[put]);
            self.report.fail(error);
        }
    }

    /// The report of the whole run.
    pub fn finish(mut self) -> Report {
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

/// Names a page among those seen.
fn key(path: &str, listing: u8) -> u64 {
    hash(path.as_bytes()) ^ u64::from(listing)
}
