//! The pages of an archive without a store: the same walk and the same reading as an ingest, nothing kept.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use rayon::prelude::*;

use super::archive_names::ArchiveNames;
use super::buffers::Buffers;
use super::examine::{Examined, Examiner, FileOutcome};
use super::export::is_export;
use super::page_names::{PageNames, top_of};
use super::passed_over::PassOverReason;
use super::read_options::ReadOptions;
use super::walk::{Cutter, Scope};
use super::{Archive, End, Entry, PageFormat, walk};
use crate::error::{Error, PageError, Result};
use crate::event::Date;
use crate::page::{ArchiveChoice, Page, PageLimits};
use crate::pool;
use crate::store::Snapshot;

/// Files examined in one go.
const GROUP_FILES: usize = 512;
const GROUP_BYTES: usize = 2 << 20;

/// Files, and bytes of them, that are handed over at a time for each core.
const HANDOVER_FILES: usize = 2048;
const HANDOVER_BYTES: usize = 16 << 20;

/// Bytes of pages that wait until the names of all files are known. Beyond them the archive is looked through.
const HELD_BYTES: usize = 8 << 20;

/// A file of an archive, read.
pub(crate) struct ReadFile {
    /// Path in the archive.
    pub full: String,
    /// Its number among all files of the archive; of a tar archive it may leave some out.
    pub position: u64,
    /// The path that names it in a store.
    pub path: String,
    /// The day of its folder.
    pub day: Option<Date>,
    pub hash: u64,
    /// Bytes of the page, with which the text of what was read begins.
    pub bytes: usize,
    pub outcome: ReadOutcome,
}

pub(crate) enum ReadOutcome {
    Page(Box<Page>),
    Failed(PageError),
    /// No page, but its path might have been one: the reason.
    NoPage(&'static str),
}

/// Files of an archive, a few thousand at a time, which a thread of its own reads ahead.
pub(crate) struct FileReader(Receiver<Result<Vec<ReadFile>>>);

impl FileReader {
    /// Begins to read. Fails at once where there is nothing to read, or options contradict each other.
    pub fn new(source: Archive, options: ReadOptions) -> Result<Self> {
        let choice = options.choice()?;
        if let Archive::Path(path) = &source {
            super::walk::check(path)?;
            if is_export(path) {
                return Err(Error::Archive {
                    path: path.clone(),
                    message: "is the export of a store; import it".to_owned(),
                });
            }
        }
        let (sender, receiver) = sync_channel(1);
        let spawned = thread::Builder::new()
            .name("eventstore-pages".to_owned())
            .spawn(move || {
                let failed = ArchiveReading::new(&source, &options, choice, &sender)
                    .and_then(|mut reading| reading.read(source, &options));
                if let Err(error) = failed {
                    // Nobody may be there any more to take it.
                    let _ = sender.send(Err(error));
                }
            });
        match spawned {
            Ok(_) => Ok(Self(receiver)),
            Err(error) => Err(Error::Internal {
                message: format!("the system gives no thread to read with: {error}"),
            }),
        }
    }
}

impl Iterator for FileReader {
    type Item = Result<Vec<ReadFile>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.recv().ok()
    }
}

/// An archive that is being read.
struct ArchiveReading<'a> {
    sender: &'a SyncSender<Result<Vec<ReadFile>>>,
    snapshot: Snapshot,
    buffers: Buffers,
    page_limits: PageLimits,
    format: PageFormat,
    choice: ArchiveChoice,
    /// What Markdown pages are read by, once it is known.
    names: Option<PageNames>,
    seen: ArchiveNames,
    /// Pages that wait for the names of all files: their position, path and bytes.
    held: Vec<(u64, String, Vec<u8>, bool)>,
    held_bytes: usize,
    ready: Vec<ReadFile>,
    ready_bytes: usize,
    /// Nobody takes what is read any more.
    is_over: bool,
}

impl<'a> ArchiveReading<'a> {
    fn new(
        source: &Archive,
        options: &ReadOptions,
        choice: ArchiveChoice,
        sender: &'a SyncSender<Result<Vec<ReadFile>>>,
    ) -> Result<Self> {
        let known = options.part.as_ref().and_then(|part| {
            let archive = ArchiveNames::of_roots(part.context_roots.clone());
            let choice = ArchiveChoice {
                profile: part.profile?,
                ..choice.clone()
            };
            Some(PageNames::new(archive, part.top.clone(), &choice))
        });
        let at_hand = || {
            let names = source.names()?;
            Some(PageNames::new(names, String::new(), &choice))
        };
        Ok(Self {
            sender,
            snapshot: Snapshot::of_no_store(),
            buffers: Buffers::default(),
            page_limits: options.limits.of_page(),
            format: options.format,
            names: known.or_else(at_hand),
            choice,
            seen: ArchiveNames::default(),
            held: Vec::new(),
            held_bytes: 0,
            ready: Vec::new(),
            ready_bytes: 0,
            is_over: false,
        })
    }

    fn read(&mut self, source: Archive, options: &ReadOptions) -> Result<()> {
        let part = options.part.as_ref();
        let mut position = part.map_or(0, |part| part.position);
        let scope = part.map_or(Scope::Whole, |part| part.scope());
        let (mut group, mut group_bytes, mut failure) = (Vec::new(), 0, None);
        let buffers = std::mem::take(&mut self.buffers);
        let name = source.name();
        let again = source.clone_of_path();
        let walked = walk(source, scope, &options.limits, &buffers, &mut |entry, _| {
            if matches!(entry, Entry::Waiting) {
                return ControlFlow::Continue(());
            }
            entry
                .path()
                .into_iter()
                .for_each(|path| self.seen.see(path));
            group_bytes += entry.held_bytes();
            group.push((position, entry));
            position += 1;
            if group.len() < GROUP_FILES && group_bytes < GROUP_BYTES {
                return ControlFlow::Continue(());
            }
            group_bytes = 0;
            let taken = self.take(std::mem::take(&mut group), &again, options);
            match taken {
                Ok(()) if !self.is_over => ControlFlow::Continue(()),
                Ok(()) => ControlFlow::Break(()),
                Err(error) => {
                    failure = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        if let Some(error) = failure {
            return Err(error);
        }
        if self.is_over {
            return Ok(());
        }
        if let End::Truncated { message } = walked.end {
            return Err(Error::Archive {
                path: name,
                message,
            });
        }
        self.take(group, &again, options)?;
        if self.names.is_none() {
            let seen = std::mem::take(&mut self.seen);
            self.know(seen, &again);
        }
        self.release();
        self.hand_over();
        Ok(())
    }

    fn know(&mut self, names: ArchiveNames, source: &Archive) {
        let top = top_of(source, &names);
        self.names = Some(PageNames::new(names, top, &self.choice));
    }

    fn examiner(&self) -> Examiner<'_> {
        Examiner {
            snapshot: &self.snapshot,
            limits: &self.page_limits,
            buffers: &self.buffers,
            format: self.format,
            prefix: &self.choice.prefix,
            names: self.names.as_ref(),
            is_for_store: false,
        }
    }

    /// Examines a group of files.
    fn take(
        &mut self,
        group: Vec<(u64, Entry)>,
        source: &Archive,
        options: &ReadOptions,
    ) -> Result<()> {
        let examiner = self.examiner();
        let examine = |(position, entry)| Ok((position, examiner.examine(entry)?));
        let examined: Result<Vec<(u64, Examined)>> =
            pool::run(|| group.into_par_iter().map(examine).collect());
        for (position, file) in examined? {
            self.push(position, file);
        }
        if self.held_bytes > HELD_BYTES && self.names.is_none() {
            self.find_names(source, options)?;
            self.release();
        }
        Ok(())
    }

    /// Looks through the archive for the names of all its files.
    fn find_names(&mut self, source: &Archive, options: &ReadOptions) -> Result<()> {
        let mut names = ArchiveNames::default();
        let scope = Scope::Names(Cutter::default());
        let each = &mut |entry: Entry, _| {
            entry.path().into_iter().for_each(|path| names.see(path));
            ControlFlow::Continue(())
        };
        walk(
            source.clone(),
            scope,
            &options.limits,
            &Buffers::default(),
            each,
        )?;
        self.know(names, source);
        Ok(())
    }

    /// Examines the pages that waited for the names of all files.
    fn release(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.held_bytes = 0;
        let examiner = self.examiner();
        let examine = |(position, path, bytes, is_claimed)| {
            Ok((position, examiner.foreign(path, bytes, is_claimed)?))
        };
        // Of no store there is nothing to read, which might fail.
        let examined: Result<Vec<(u64, Examined)>> =
            pool::run(|| held.into_par_iter().map(examine).collect());
        for (position, file) in examined.into_iter().flatten() {
            self.push(position, file);
        }
    }

    fn push(&mut self, position: u64, file: Examined) {
        let reason_path = |reason: PassOverReason| match reason {
            PassOverReason::Template => Some(file.place.path.clone()),
            PassOverReason::FreePage => Some(self.examiner().markdown_path(&file.full)),
            _ => None,
        };
        let (path, outcome) = match file.outcome {
            FileOutcome::Held { bytes, is_claimed } => {
                self.held_bytes += bytes.len() + file.full.len();
                self.held.push((position, file.full, bytes, is_claimed));
                return;
            }
            FileOutcome::Unchanged { .. } => return,
            FileOutcome::PassedOver { reason, .. } => match reason_path(reason) {
                Some(path) => (path, ReadOutcome::NoPage(reason.as_str())),
                None => return,
            },
            FileOutcome::Failed(error) => (file.place.path, ReadOutcome::Failed(error)),
            FileOutcome::Page { page, .. } => (file.place.path, ReadOutcome::Page(page)),
        };
        self.ready_bytes += file.bytes;
        self.ready.push(ReadFile {
            full: file.full,
            position,
            path,
            day: file.place.day,
            hash: file.hash,
            bytes: file.bytes,
            outcome,
        });
        let cores = pool::threads();
        if self.ready.len() >= HANDOVER_FILES * cores || self.ready_bytes >= HANDOVER_BYTES * cores
        {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        self.ready_bytes = 0;
        let ready = std::mem::take(&mut self.ready);
        if !ready.is_empty() {
            self.is_over |= self.sender.send(Ok(ready)).is_err();
        }
    }
}
