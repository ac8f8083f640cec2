//! An export → store: its pages as they were, in the commits that an ingest would make of them.

use std::cell::Cell;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;

use super::listing_text::{day_kind, read_listing};
use super::members::{FirstMember, MemberKind, PageRecord};
use super::reader::{ExportReader, MemberPage, Unpacked, begins_as_export};
use crate::error::{Error, PageError, Result};
use crate::event::EventId;
use crate::ingest::archive_names::ArchiveNames;
use crate::ingest::batch::{Batch, Strictness};
use crate::ingest::buffers::Buffers;
use crate::ingest::commit_thread::commit_batch;
use crate::ingest::examine::{Examined, Examiner, FileOutcome, is_index, unchanged};
use crate::ingest::hashes::{added_hash, hash, page_hash};
use crate::ingest::page_names::PageNames;
use crate::ingest::progress::Throttle;
use crate::ingest::{IngestOptions, OnError, PageFormat, Phase, Progress, Report};
use crate::number::counted;
use crate::page::{self, Edition, ListingKind, LogicalPath, Page, PageLimits, Profile, Reading};
use crate::pool;
use crate::store::{Shared, Snapshot, Writer};

/// Pages examined in one go.
const GROUP_PAGES: usize = 512;
const GROUP_BYTES: usize = 2 << 20;

/// Least memory in which a commit merges small segments, as in an ingest.
const MERGE_BYTES: u64 = 16 << 20;

/// Whether a file is an export. Reads its first bytes, of an archive of another kind too.
pub(in crate::ingest) fn is_export(path: &Path) -> bool {
    path.is_file() && File::open(path).is_ok_and(begins_as_export)
}

/// Reads an export on disk into a store.
pub(in crate::ingest) fn import_path(
    shared: &Shared,
    path: &Path,
    options: IngestOptions<'_>,
) -> Result<Report> {
    let file = File::open(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::PathNotFound {
            path: path.to_path_buf(),
        },
        _ => Error::Storage {
            path: path.to_path_buf(),
            operation: "open",
            source,
        },
    })?;
    let metadata = file.metadata().ok();
    if metadata.as_ref().is_some_and(Metadata::is_dir) {
        return Err(Error::Archive {
            path: path.to_path_buf(),
            message: "is a folder, and no export of a store; use ingest, which reads folders"
                .to_owned(),
        });
    }
    let total_bytes = metadata.map(|metadata| metadata.len());
    import(shared, file, path.to_path_buf(), total_bytes, options)
}

/// Reads an export into a store.
pub(super) fn import(
    shared: &Shared,
    from: impl Read,
    name: PathBuf,
    total_bytes: Option<u64>,
    options: IngestOptions<'_>,
) -> Result<Report> {
    let started = Instant::now();
    check_options(&options)?;
    let writer = shared.page_writer()?;
    let damaged = |error: io::Error| Error::Archive {
        path: name.clone(),
        message: format!("cut short or damaged: {error}"),
    };
    let nothing = |error| with_committed(error, 0);
    let unpacked = Unpacked::new(from).map_err(|error| nothing(damaged(error)))?;
    let position = unpacked.position.clone();
    let mut archive = tar::Archive::new(unpacked);
    let mut reader = ExportReader::new(&mut archive, name.clone()).map_err(nothing)?;
    let first = std::mem::take(&mut reader.first);
    let buffers = Buffers::default();
    let import = Import::new(first, &buffers).map_err(|message| reader.failed(message))?;
    let superseded = shared.snapshot()?.superseded_events();
    let mut run = ImportRun::new(shared, &writer, import, options)?;
    run.progress.total_bytes = total_bytes;
    let read = read_pages(&mut reader, &mut run, &position);
    drop(reader);
    // Behind the end mark stand the checksums of the archive.
    let drain = |()| io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(damaged);
    if let Err(error) = read.and_then(drain) {
        return Err(with_committed(error, run.committed));
    }
    run.examine()?;
    run.batch.check_strict()?;
    run.commit()?;
    let is_empty = run.batch.report.files == 0;
    let mut report = run.batch.finish();
    report.count_superseded(superseded, shared);
    if is_empty {
        // That no event came is as it should be.
        (report.notes, report.noted) = (Vec::new(), 0);
    }
    report.seconds = started.elapsed().as_secs_f64();
    let mut progress = run.progress;
    progress.finish();
    (progress.pages, progress.failed) = (report.files, report.failed);
    // The commit stands: it is too late to break.
    let _ = run.throttle.call_last(&progress);
    Ok(report)
}

fn read_pages(
    reader: &mut ExportReader<'_, '_>,
    run: &mut ImportRun<'_>,
    position: &Cell<u64>,
) -> Result<()> {
    while let Some(page) = reader.page()? {
        run.take(page, position.get())?;
    }
    Ok(())
}

/// Refuses what an export says itself.
fn check_options(options: &IngestOptions<'_>) -> Result<()> {
    let refused = [
        ("prune", options.prune),
        ("prefix", !options.prefix.is_empty()),
        ("profile", options.profile != Profile::Auto),
        ("map", !options.map.is_empty()),
        ("format", options.format != PageFormat::Auto),
    ];
    match refused.into_iter().find(|(_, is_set)| *is_set) {
        Some((what, _)) => Err(Error::InvalidArgument {
            what,
            message: format!(
                "the export of a store says how its pages are read and which they are; leave {what} out"
            ),
        }),
        None => Ok(()),
    }
}

/// How the pages of an export are read.
struct Import<'a> {
    first: FirstMember,
    /// By choice.
    names: Vec<PageNames>,
    buffers: &'a Buffers,
}

impl<'a> Import<'a> {
    fn new(first: FirstMember, buffers: &'a Buffers) -> Result<Self, String> {
        let names = first.choices.iter().map(|choice| {
            let choice = choice.read()?;
            Ok(PageNames::new(
                ArchiveNames::default(),
                String::new(),
                &choice,
            ))
        });
        Ok(Self {
            names: names.collect::<Result<_, String>>()?,
            first,
            buffers,
        })
    }

    fn examiner<'e>(
        &'e self,
        snapshot: &'e Snapshot,
        names: Option<&'e PageNames>,
    ) -> Examiner<'e> {
        Examiner {
            snapshot,
            limits: &PageLimits::NONE,
            buffers: self.buffers,
            format: match names {
                Some(_) => PageFormat::Markdown,
                None => PageFormat::Context,
            },
            prefix: names.map_or("", |names| &names.choice.prefix),
            is_for_store: true,
            names,
        }
    }

    /// Examines one page. The text of an error says what is wrong with the record beside it.
    fn examine(
        &self,
        snapshot: &Snapshot,
        page: MemberPage,
    ) -> Result<Result<Examined, &'static str>> {
        let MemberPage {
            path,
            record,
            bytes,
        } = page;
        // As an ingest does: whoever unpacks an export writes pages to their paths.
        if path.split('/').any(|part| part == "..") {
            return Ok(Err("its path leaves the archive by `..`"));
        }
        let stated = match &record.hash {
            Some(hash) => match u64::from_str_radix(hash, 16) {
                Ok(hash) => Some(hash),
                Err(_) => return Ok(Err("a hash that is none")),
            },
            None => None,
        };
        if record.kind == MemberKind::Markdown {
            return self.markdown(snapshot, (path, bytes), &record, stated);
        }
        let place = LogicalPath {
            path: path.clone(),
            ..LogicalPath::of(&path)
        };
        let length = bytes.len();
        let tags = self.first.stated.get(&path).filter(|_| record.added);
        // Of two listings with the same links beside each other the README is a twin of the index.
        let is_listing = !record.is_read() && record.kind != MemberKind::Other;
        let content = (is_listing && is_index(&path)).then(|| hash(&bytes));
        let hash = match stated {
            Some(hash) if !record.is_read() => hash,
            // Tags are hashed as they were given, which may not be how they are stored.
            Some(hash) if tags.is_some_and(|tags| !tags.is_empty()) => hash,
            _ if record.added => added_hash(&bytes, tags.map_or(&[], Vec::as_slice)),
            _ => page_hash(&path, &bytes),
        };
        let examined = |outcome| {
            Ok(Ok(Examined {
                full: path.clone(),
                place: place.clone(),
                bytes: length,
                hash,
                content,
                outcome,
            }))
        };
        if let Some(known) = unchanged(snapshot, &place, hash)? {
            return examined(known);
        }
        let page = match record.kind {
            MemberKind::Other => Page::Other,
            MemberKind::Event => match page::read(&path, &place, bytes, &PageLimits::NONE) {
                Ok(Reading::Page(Page::Event(mut event))) => {
                    for tag in tags.into_iter().flatten() {
                        event.push_stated(tag);
                    }
                    Page::Event(event)
                }
                Ok(_) => {
                    let message = "the page is read as no event of the Context any more";
                    let error = PageError::of_whole_page(&*path, "not_an_event_page", message);
                    return examined(FileOutcome::Failed(error));
                }
                Err(error) => return examined(FileOutcome::Failed(error)),
            },
            _ => {
                let lang = record.lang.as_deref();
                let editions = [Edition::En, Edition::Zh].into_iter();
                let lang = editions.into_iter().find(|one| lang == Some(one.as_str()));
                let kind = match record.kind {
                    MemberKind::DayPage => day_kind(record.day.as_deref()),
                    MemberKind::FrontPage => Some(ListingKind::Front),
                    _ => Some(ListingKind::Opinions),
                };
                let (Some(lang), Some(kind)) = (lang, kind) else {
                    return Ok(Err("a listing without its language or its day"));
                };
                let Ok(text) = std::str::from_utf8(&bytes) else {
                    return Ok(Err("a listing that is no text"));
                };
                match read_listing(text, lang, kind) {
                    Ok(listing) => Page::Listing(listing),
                    Err(message) => return Ok(Err(message)),
                }
            }
        };
        let examiner = self.examiner(snapshot, None);
        let outcome = examiner.new_page((&path, &place), page, length)?;
        examined(added_if(record.added, outcome))
    }

    fn markdown(
        &self,
        snapshot: &Snapshot,
        (path, bytes): (String, Vec<u8>),
        record: &PageRecord,
        stated: Option<u64>,
    ) -> Result<Result<Examined, &'static str>> {
        let names = record
            .choice
            .and_then(|choice| self.names.get(choice as usize));
        let Some(names) = names else {
            return Ok(Err("a Markdown page without a choice of the first member"));
        };
        let id = match &record.id {
            Some(id) => id.parse().ok().filter(|read: &EventId| read.as_str() == id),
            None => EventId::of_path(&path),
        };
        let Some(id) = id else {
            return Ok(Err("a Markdown page without an id"));
        };
        let local = match record.added {
            // The page of an event that a program added is read by the path that its id gives.
            true => format!("{}.md", page::local_id(id.as_str(), &names.choice.prefix)),
            false => match path.strip_prefix(&*names.choice.prefix) {
                Some(local) => local.to_owned(),
                None => return Ok(Err("a Markdown page outside the prefix of its archive")),
            },
        };
        let without_tags = added_hash(&bytes, &[] as &[&str]);
        let mut hash = match record.added {
            true => stated.unwrap_or(without_tags),
            false => {
                page_hash(&path, &bytes) ^ page::format_hash(&bytes, &local) ^ names.choice_hash
            }
        };
        let place = LogicalPath {
            path: path.clone(),
            id: Some(id),
            day: None,
        };
        let length = bytes.len();
        let outcome = match unchanged(snapshot, &place, hash)? {
            Some(known) => known,
            None => {
                let examiner = self.examiner(snapshot, Some(names));
                let outcome = examiner.markdown((&path, &local), &place, names, bytes)?;
                // Tags are hashed as they were given, which may not be how they are written.
                if let FileOutcome::Page { page, .. } = &outcome
                    && let Page::Markdown(page) = &**page
                    && record.added
                    && page.tags.is_empty()
                {
                    hash = without_tags;
                }
                added_if(record.added, outcome)
            }
        };
        Ok(Ok(Examined {
            full: path,
            place,
            bytes: length,
            hash,
            content: None,
            outcome,
        }))
    }
}

/// Marks the page of an event that a program added.
fn added_if(is_added: bool, mut outcome: FileOutcome) -> FileOutcome {
    if let FileOutcome::Page { added, .. } = &mut outcome {
        *added = is_added;
    }
    outcome
}

/// An import under way.
struct ImportRun<'a> {
    shared: &'a Shared,
    writer: &'a Writer<'a>,
    import: Import<'a>,
    snapshot: Arc<Snapshot>,
    group: Vec<MemberPage>,
    group_bytes: usize,
    batch: Batch,
    commit_bytes: u64,
    /// Pages of the export that are in the store.
    committed: u64,
    /// Bytes of it that were read before the last commit.
    committed_bytes: u64,
    throttle: Throttle<'a>,
    progress: Progress,
}

impl<'a> ImportRun<'a> {
    fn new(
        shared: &'a Shared,
        writer: &'a Writer<'a>,
        import: Import<'a>,
        options: IngestOptions<'a>,
    ) -> Result<Self> {
        let commit_bytes = options.limits.commit_bytes;
        let (strictness, commit_bytes_or_all) = match options.on_error {
            OnError::Raise => (Strictness::FailAtEnd, u64::MAX),
            OnError::Collect => (Strictness::Lenient, commit_bytes),
        };
        let mut run = Self {
            shared,
            writer,
            import,
            snapshot: shared.snapshot()?,
            group: Vec::new(),
            group_bytes: 0,
            batch: Batch::new(strictness, commit_bytes.max(MERGE_BYTES)),
            commit_bytes: commit_bytes_or_all,
            committed: 0,
            committed_bytes: 0,
            throttle: Throttle::new(options.progress),
            progress: Progress::default(),
        };
        run.note_words();
        Ok(run)
    }

    /// Notes where the words of the store stay as they are.
    fn note_words(&mut self) {
        let (exported, stored) = (self.import.first.words, self.snapshot.manifest.words);
        if exported != stored && !self.snapshot.views.is_empty() {
            let word = |words| if words { "on" } else { "off" };
            self.batch.report.note(format!(
                "words are {} in the export; they stay {} in the store, which is not empty",
                word(exported),
                word(stored)
            ));
        }
    }

    /// Takes the next page.
    fn take(&mut self, page: MemberPage, position: u64) -> Result<()> {
        self.progress.bytes = position;
        self.group_bytes += page.bytes.len();
        self.group.push(page);
        if self.group.len() < GROUP_PAGES && self.group_bytes < GROUP_BYTES {
            return Ok(());
        }
        self.examine()?;
        if self.batch.pending_bytes() >= self.commit_bytes {
            self.commit()?;
            self.committed = self.batch.report.files;
            self.snapshot = self.shared.snapshot()?;
        }
        Ok(())
    }

    /// Examines the pages of a group.
    fn examine(&mut self) -> Result<()> {
        self.group_bytes = 0;
        let group = std::mem::take(&mut self.group);
        let (import, snapshot) = (&self.import, &*self.snapshot);
        let examine = |page: MemberPage| -> Result<Examined> {
            let path = page.path.clone();
            let examined = import.examine(snapshot, page)?;
            Ok(examined.unwrap_or_else(|message| {
                let error = PageError::of_whole_page(&*path, "refused", message);
                Examined {
                    place: LogicalPath::of(&path),
                    full: path,
                    bytes: 0,
                    hash: 0,
                    content: None,
                    outcome: FileOutcome::Failed(error),
                }
            }))
        };
        let examined = pool::run(|| group.into_par_iter().map(examine).collect());
        self.batch.take_all(examined)?;
        self.progress.phase = Phase::Reading;
        self.progress.pages = self.batch.report.files;
        self.progress.failed = self.batch.report.failed;
        self.progress.set_fraction(self.committed_bytes, 0.0);
        match self.throttle.call(&self.progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Interrupted),
        }
    }

    fn commit(&mut self) -> Result<()> {
        // An empty store becomes the one that was exported.
        let words = self.import.first.words;
        if self.snapshot.views.is_empty() && self.snapshot.manifest.words != words {
            self.shared.set_words_of_empty(self.writer, words)?;
            self.snapshot = self.shared.snapshot()?;
        }
        let to = (self.shared, self.writer);
        let (batch, throttle) = (&mut self.batch, &mut self.throttle);
        let progress = (self.progress, self.committed_bytes);
        commit_batch(to, batch, &self.snapshot, progress, throttle)?;
        self.committed_bytes = self.progress.bytes;
        Ok(())
    }
}

/// The error, with how much of the export is in the store all the same.
fn with_committed(error: Error, committed: u64) -> Error {
    match error {
        Error::Archive { path, message } => Error::Archive {
            path,
            message: match committed {
                0 => format!("{message}; nothing of it was imported"),
                pages => format!(
                    "{message}; its first {} are in the store, the others are not: import a whole export, \
                     which passes over what is in",
                    counted(pages, "page", "pages")
                ),
            },
        },
        other => other,
    }
}
