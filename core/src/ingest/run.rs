//! Archive → store: one walk, files examined on all cores, one commit (or one for every
//! `commit_bytes`).

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::archive_names::ArchiveNames;
use super::batch::HeldPage;
use super::batch::{Batch, Strictness};
use super::buffers::Buffers;
use super::commit_thread::commit_batch;
use super::examine::{Examined, Examiner};
use super::export::{import_path, is_export};
use super::page_names::{PageNames, top_of};
use super::walk::{Cutter, Scope};
use super::{
    Archive, End, Entry, IngestOptions, Limits, OnError, PageFormat, Phase, Progress, Report,
    Throttle, Walked, walk,
};
use crate::error::{Error, Result};
use crate::page::{ArchiveChoice, PageLimits};
use crate::pool;
use crate::store::{GivenOutcome, Shared, Snapshot, Writer};

/// Files examined in one go: enough to keep all cores busy, few enough to report progress and to
/// stop soon.
const GROUP_FILES: usize = 512;
const GROUP_BYTES: usize = 2 << 20;

/// Bytes of pages that may be on their way between the archive and the batch: what the reader is
/// ahead, a group that is examined and one that was.
const READ_AHEAD_BYTES: u64 = 10 << 20;

/// Bytes of pages that wait until the names of all files are known. Beyond them the archive is looked
/// through for its names.
const HELD_BYTES: u64 = 8 << 20;

/// Files that waited for the names of all others and are examined before progress is told again.
const HELD_GROUP: usize = 4096;

/// Least memory in which a commit merges small segments, however small `commit_bytes` is.
const MERGE_BYTES: u64 = 16 << 20;

/// Reads a source into the store.
pub(super) fn run(shared: &Shared, source: Archive, options: IngestOptions<'_>) -> Result<Report> {
    if let Archive::Path(path) = &source
        && is_export(path)
    {
        return import_path(shared, path, options);
    }
    let writer = shared.page_writer()?;
    run_as(shared, &writer, source, FxHashMap::default(), options)
}

/// Reads pages into a resolved store, with what follows for each, by its path.
pub(super) fn run_resolved(
    shared: &Shared,
    source: Archive,
    given: FxHashMap<String, GivenOutcome>,
    options: IngestOptions<'_>,
) -> Result<Report> {
    let writer = shared.writer()?;
    run_as(shared, &writer, source, given, options)
}

fn run_as(
    shared: &Shared,
    writer: &Writer<'_>,
    source: Archive,
    given: FxHashMap<String, GivenOutcome>,
    options: IngestOptions<'_>,
) -> Result<Report> {
    let started = Instant::now();
    let buffers = Buffers::default();
    let name = source.name();
    let (prune, limits) = (options.prune, options.limits.clone());
    let mut run = Run::new(shared, writer, &buffers, &source, options)?;
    let expected = given.len() as u64;
    run.batch.given = given;
    // The number alone: what commits replace of a state that is held is not removed.
    let superseded = run.snapshot.superseded_events();
    let walked = run.read(source, &limits)?;
    if let End::Truncated { message } = walked.end {
        return Err(Error::Archive {
            path: name,
            message,
        });
    }
    for note in &walked.notes {
        run.batch.report.note(note.as_str());
    }
    if expected > 0 {
        check_given(&run.batch.report, expected, &shared.path)?;
    }
    if prune {
        run.prune(&walked)?;
    }
    run.commit()?;
    let (mut report, mut progress) = (run.batch.finish(), run.progress);
    report.count_superseded(superseded, shared);
    report.seconds = started.elapsed().as_secs_f64();
    progress.bytes = report.bytes;
    progress.finish();
    (progress.pages, progress.failed) = (report.files, report.failed);
    // The commit stands: it is too late to break.
    let _ = run.throttle.call_last(&progress);
    Ok(report)
}

/// Refuses pages for a resolved store that are none of events, or that it holds already.
fn check_given(report: &Report, expected: u64, store: &Path) -> Result<()> {
    if report.unchanged > 0 {
        return Err(Error::Resolved {
            path: store.to_owned(),
            operation: "be put twice",
        });
    }
    match report.events == expected {
        true => Ok(()),
        false => Err(Error::InvalidArgument {
            what: "pages",
            message: format!(
                "{} of {expected} pages are events; a resolved store has pages of events alone",
                report.events
            ),
        }),
    }
}

/// An ingest under way.
struct Run<'a> {
    shared: &'a Shared,
    writer: &'a Writer<'a>,
    buffers: &'a Buffers,
    page_limits: PageLimits,
    /// Bytes of pages in the batch that are committed.
    commit_bytes: u64,
    /// What the store held after the last commit.
    snapshot: Arc<Snapshot>,
    /// Files that were examined and are not yet in the batch: they are taken while the next ones
    /// are examined, since taking them needs one core and half as long.
    examined: Vec<Result<Examined>>,
    format: PageFormat,
    /// What was asked for; the profile may be that of the archive's own files.
    choice: ArchiveChoice,
    /// The archive, to be looked through for its names; none if they were at hand.
    source: Option<Archive>,
    /// The names of the files that came so far.
    seen: ArchiveNames,
    /// How Markdown pages are named, once it is known.
    names: Option<PageNames>,
    batch: Batch,
    throttle: Throttle<'a>,
    progress: Progress,
    /// Bytes of the source that were read before the last commit.
    committed: u64,
}

impl<'a> Run<'a> {
    fn new(
        shared: &'a Shared,
        writer: &'a Writer<'a>,
        buffers: &'a Buffers,
        source: &Archive,
        options: IngestOptions<'a>,
    ) -> Result<Self> {
        // A run that may not commit anything when a page is bad has to hold everything back to its
        // end.
        let strict = options.on_error == OnError::Raise;
        let strictness = match (strict, source.has_names_once()) {
            (false, _) => Strictness::Lenient,
            (true, true) => Strictness::FailAtOnce,
            (true, false) => Strictness::FailAtEnd,
        };
        let choice = options.choice()?;
        let limits = &options.limits;
        let commit_bytes = match strict {
            true => u64::MAX,
            // Pages on their way count, too.
            false => limits.commit_bytes - READ_AHEAD_BYTES.min(limits.commit_bytes / 4),
        };
        Ok(Self {
            shared,
            writer,
            buffers,
            page_limits: limits.of_page(),
            commit_bytes,
            snapshot: shared.snapshot()?,
            examined: Vec::new(),
            format: options.format,
            names: source
                .names()
                .map(|names| PageNames::new(names, String::new(), &choice)),
            choice,
            source: matches!(source, Archive::Path(_)).then(|| source.clone()),
            seen: ArchiveNames::default(),
            batch: Batch::new(strictness, limits.commit_bytes.max(MERGE_BYTES)),
            throttle: Throttle::new(options.progress),
            progress: Progress {
                total_bytes: source.total_bytes(),
                ..Progress::default()
            },
            committed: 0,
        })
    }

    /// Reads the whole source, group by group.
    fn read(&mut self, source: Archive, limits: &Limits) -> Result<Walked> {
        let mut group = Vec::new();
        let mut group_bytes = 0;
        let mut failure = None;
        let walked = walk(
            source,
            Scope::Whole,
            limits,
            self.buffers,
            &mut |entry, position| {
                let waiting = matches!(entry, Entry::Waiting);
                entry
                    .path()
                    .into_iter()
                    .for_each(|path| self.seen.see(path));
                if !waiting {
                    group_bytes += entry.held_bytes();
                    group.push(entry);
                    if group.len() < GROUP_FILES && group_bytes < GROUP_BYTES {
                        return ControlFlow::Continue(());
                    }
                }
                group_bytes = 0;
                match self.take(std::mem::take(&mut group), position, limits) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        failure = Some(error);
                        ControlFlow::Break(())
                    }
                }
            },
        )?;
        if let Some(error) = failure {
            return Err(error);
        }
        self.take(group, self.progress.total_bytes.unwrap_or_default(), limits)?;
        self.take_examined()?;
        // All names came.
        let seen = std::mem::take(&mut self.seen);
        let top = self.top(&seen);
        let choice = &self.choice;
        let names = self
            .names
            .get_or_insert_with(|| PageNames::new(seen, top, choice));
        self.batch.report.profile = names.profile_and_why.clone();
        self.release()?;
        self.batch.check_strict()?;
        Ok(walked)
    }

    /// Examines a group of files, and commits what waits if that is enough.
    fn take(&mut self, group: Vec<Entry>, position: u64, limits: &Limits) -> Result<()> {
        let before = std::mem::take(&mut self.examined);
        let examiner = Examiner {
            snapshot: &self.snapshot,
            limits: &self.page_limits,
            buffers: self.buffers,
            format: self.format,
            prefix: &self.choice.prefix,
            names: self.names.as_ref(),
            is_for_store: true,
        };
        let (batch, examined) = (&mut self.batch, &mut self.examined);
        let (next, taken) =
            pool::run(|| rayon::join(|| examine_all(examiner, group), || batch.take_all(before)));
        taken?;
        *examined = next;
        self.progress.bytes = position;
        self.report(Phase::Reading)?;
        if self.batch.held_bytes() > HELD_BYTES {
            self.find_names(limits)?;
            // What was examined without names waits, too, and came before what follows.
            self.take_examined()?;
            self.release()?;
        }
        if self.batch.pending_bytes() >= self.commit_bytes {
            // What was examined by this snapshot names its rows.
            self.take_examined()?;
            self.commit()?;
            self.snapshot = self.shared.snapshot()?;
        }
        Ok(())
    }

    /// Looks through the archive for the names of all its files.
    fn find_names(&mut self, limits: &Limits) -> Result<()> {
        let Some(source) = self.source.clone().filter(|_| self.names.is_none()) else {
            return Ok(());
        };
        let mut names = ArchiveNames::default();
        let (throttle, progress) = (&mut self.throttle, self.progress);
        let walked = walk(
            source,
            Scope::Names(Cutter::default()),
            limits,
            self.buffers,
            &mut |entry, _| {
                entry.path().into_iter().for_each(|path| names.see(path));
                throttle.call(&progress)
            },
        )?;
        if walked.end == End::Stopped {
            return Err(Error::Interrupted);
        }
        let top = self.top(&names);
        self.names = Some(PageNames::new(names, top, &self.choice));
        Ok(())
    }

    /// What no path of a Markdown page begins with: the folder that a packed archive lies in, or what
    /// says which part of the Context's tree a directory is.
    fn top(&self, names: &ArchiveNames) -> String {
        let source = self.source.as_ref();
        source.map_or(String::new(), |source| top_of(source, names))
    }

    /// Examines the pages that waited for the names of all files.
    fn release(&mut self) -> Result<()> {
        let mut held = self.batch.take_held().into_iter();
        loop {
            let group: Vec<HeldPage> = held.by_ref().take(HELD_GROUP).collect();
            if group.is_empty() {
                return Ok(());
            }
            let examiner = Examiner {
                snapshot: &self.snapshot,
                limits: &self.page_limits,
                buffers: self.buffers,
                format: self.format,
                prefix: &self.choice.prefix,
                names: self.names.as_ref(),
                is_for_store: true,
            };
            let examine =
                |(path, bytes, is_claimed): HeldPage| examiner.foreign(path, bytes, is_claimed);
            let examined = pool::run(|| group.into_par_iter().map(examine).collect());
            self.batch.take_all(examined)?;
            self.report(Phase::Reading)?;
        }
    }

    fn take_examined(&mut self) -> Result<()> {
        self.batch.take_all(std::mem::take(&mut self.examined))
    }

    fn report(&mut self, phase: Phase) -> Result<()> {
        self.progress.phase = phase;
        self.progress.pages = self.batch.report.files;
        self.progress.failed = self.batch.report.failed;
        self.progress.set_fraction(self.committed, 0.0);
        match self.throttle.call(&self.progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Interrupted),
        }
    }

    /// Marks the events that the archive does not have any more, if it can be known which these
    /// are.
    fn prune(&mut self, walked: &Walked) -> Result<()> {
        let report = &mut self.batch.report;
        if walked.unread {
            report.note("the archive may hold more pages than were read: nothing was pruned");
        } else if walked.one_page {
            report.note("a single page stands for no part of the tree: nothing was pruned");
        } else {
            let prefix = match walked.prefix.is_empty() {
                true => String::new(),
                false => format!("{}/", walked.prefix),
            };
            let part = prefix;
            let top = self.names.as_ref().map_or("", PageNames::top);
            self.batch
                .prune(&self.snapshot, &part, (top, &self.choice.prefix))?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<()> {
        let to = (self.shared, self.writer);
        let (batch, throttle) = (&mut self.batch, &mut self.throttle);
        let progress = (self.progress, self.committed);
        commit_batch(to, batch, &self.snapshot, progress, throttle)?;
        self.committed = self.progress.bytes;
        Ok(())
    }
}

fn examine_all(examiner: Examiner<'_>, group: Vec<Entry>) -> Vec<Result<Examined>> {
    let group = group.into_par_iter();
    group.map(|entry| examiner.examine(entry)).collect()
}
