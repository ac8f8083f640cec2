//! The operations of a history, drawn by its seed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use eventstore::{BackupOptions, Event, ExportOptions, IngestOptions, Result, Store};

use super::{EventModel, Key, PlainEvent, TAGS, WORDS, date_of, id_of};
use crate::support::{Dice, english};

/// What is done to a store. It is one commit, or none where it changes nothing.
#[derive(Debug, Clone)]
pub enum Operation {
    Add(Vec<Event>),
    Ingest(Vec<(String, Vec<u8>)>),
    Remove(Vec<String>),
    Compact,
    /// To the file [`export_of`] the store.
    Export,
    /// To the first directory [`backup_of`] the store that is not there yet.
    Backup,
    Reopen,
}

/// The file that a store is exported to.
pub fn export_of(store: &Path) -> PathBuf {
    store.with_extension("tar.zst")
}

/// A directory that a store is backed up to.
pub fn backup_of(store: &Path, number: usize) -> PathBuf {
    store.with_extension(format!("backup-{number}"))
}

impl Operation {
    /// Does it to a store. `open` opens the store anew.
    pub fn run(&self, store: &mut Store, open: impl Fn() -> Result<Store>) -> Result<()> {
        match self {
            Self::Add(events) => store.add(events.iter().cloned()).map(drop),
            Self::Ingest(pages) => {
                let report = store.ingest(pages.clone(), IngestOptions::new())?;
                assert!(
                    report.failed == 0 && report.partition_holds(),
                    "{report} {:?}",
                    report.errors
                );
                Ok(())
            }
            Self::Remove(ids) => store.remove(ids).map(drop),
            Self::Compact => store.compact(),
            Self::Export => {
                let target = export_of(store.path());
                store.export_to(target, ExportOptions::new()).map(drop)
            }
            Self::Backup => {
                let targets = (0..).map(|number| backup_of(store.path(), number));
                let mut free = targets.filter(|target| !target.exists());
                store
                    .backup(free.next().unwrap(), BackupOptions::new())
                    .map(drop)
            }
            Self::Reopen => {
                store.close()?;
                *store = open()?;
                Ok(())
            }
        }
    }

    /// Its name in a tally.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Add(_) => "add",
            Self::Ingest(_) => "ingest",
            Self::Remove(_) => "remove",
            Self::Compact => "compact",
            Self::Export => "export",
            Self::Backup => "backup",
            Self::Reopen => "reopen",
        }
    }
}

/// How large the store of a history becomes, and how often what is done to it.
#[derive(Debug, Clone, Copy)]
pub struct HistoryOptions {
    /// Pages that each day has at most.
    pub pages: usize,
    /// Events that one operation puts at most.
    pub puts: usize,
    /// Words of noise in the summary of an added event.
    pub noise: usize,
    /// Of a hundred operations how many add, ingest, remove, compact, export and back up; the others
    /// reopen.
    pub shares: [usize; 6],
}

/// A history: what the store must hold by now, and the operations to come.
#[derive(Debug)]
pub struct History {
    dice: Dice,
    options: HistoryOptions,
    pub model: EventModel,
    /// Operations so far.
    pub number: usize,
}

impl History {
    pub fn new(seed: u64, options: HistoryOptions) -> Self {
        Self {
            dice: Dice::new(seed),
            options,
            model: EventModel::default(),
            number: 0,
        }
    }

    /// Draws the next operation; the model is the one behind it.
    pub fn advance(&mut self) -> Operation {
        self.number += 1;
        let [add, ingest, remove, compact, export, backup] = self.options.shares;
        let drawn = self.dice.below(100);
        if drawn < add {
            let puts = self.puts();
            Operation::Add(puts.map(|key| self.add(key)).collect())
        } else if drawn < add + ingest {
            let puts = self.puts();
            Operation::Ingest(puts.map(|key| self.page(key)).collect())
        } else if drawn < add + ingest + remove {
            let keys: Vec<Key> = self.model.events.keys().copied().collect();
            let count = 1 + self.dice.below(keys.len().min(self.options.puts));
            let mut ids = Vec::new();
            for _ in 0..count.min(keys.len()) {
                let key = self.dice.one(&keys);
                self.model.events.remove(&key);
                ids.push(id_of(key));
            }
            Operation::Remove(ids)
        } else if drawn < add + ingest + remove + compact {
            Operation::Compact
        } else if drawn < add + ingest + remove + compact + export {
            Operation::Export
        } else if drawn < add + ingest + remove + compact + export + backup {
            Operation::Backup
        } else {
            Operation::Reopen
        }
    }

    /// The events that an operation puts.
    fn puts(&mut self) -> impl Iterator<Item = Key> + use<> {
        let count = 1 + self.dice.below(self.options.puts);
        let key = |_| {
            let day = 1 + self.dice.below(28) as i8;
            (day, self.dice.below(self.options.pages))
        };
        let keys: BTreeSet<Key> = (0..count).map(key).collect();
        keys.into_iter()
    }

    fn title(&mut self) -> String {
        let (one, other) = (self.dice.one(&WORDS), self.dice.one(&WORDS));
        format!("A {one} and {other} {}", self.number)
    }

    fn add(&mut self, key: Key) -> Event {
        let title = self.title();
        let mut event = Event::new(id_of(key).parse().unwrap(), date_of(key), title.clone());
        let noise = (0..self.options.noise).map(|_| format!("{:x}", self.dice.next()));
        let summary = noise.collect::<Vec<_>>().join(" ");
        let summary = (!summary.is_empty()).then_some(summary);
        let tags: BTreeSet<&str> = (0..3).map(|_| self.dice.one(&TAGS)).collect();
        event.tags = tags.iter().map(|&tag| tag.to_owned()).collect();
        event.summary.clone_from(&summary);
        let plain = PlainEvent {
            title,
            summary,
            tags,
        };
        self.model.events.insert(key, plain);
        event
    }

    fn page(&mut self, key: Key) -> (String, Vec<u8>) {
        let (title, tag) = (self.title(), self.dice.one(&TAGS));
        let page = english(&id_of(key), &title, tag, &[]);
        let plain = PlainEvent {
            title,
            summary: None,
            tags: BTreeSet::from([tag]),
        };
        self.model.events.insert(key, plain);
        page
    }
}
