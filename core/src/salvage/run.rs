//! Which pages a salvage gives.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::mend::{Doubts, mend};
use super::report::{LostPage, SalvageBasis, SalvageReport};
use super::row::{FoundChoice, LostRow, WholeRow, look};
use super::segments::{FoundSegment, FoundSegments, known_nonces};
use crate::error::{Error, Result};
use crate::ingest::{
    ExportContent, ExportOptions, ExportedRow, Phase, Progress, SalvageNote, Throttle, sort_rows,
    write_file,
};
use crate::pool;
use crate::segment::BlockCache;
use crate::storage::{RawRoot, RawStore, lies_in};
use crate::store::{Manifest, RowRef, Snapshot};

/// Rows that are looked at, on all cores, between two looks whether to go on.
const ROWS_AT_ONCE: u32 = 4096;

/// Lost pages, and older ones, that a report lists at most.
const LISTED: usize = 1000;

/// Bytes of decoded blocks that are kept.
const CACHE_BYTES: usize = 64 << 20;

/// Gives back what a damaged store still holds: writes every page whose chunks are whole to an archive in the
/// form of an export, which [`Store::import`](crate::Store::import) reads into a new store.
///
/// Nothing is written to the store, and its engine is not opened. All its files are searched for chunks,
/// each of which is verified, so it does not matter how much of the files is damaged, nor whether
/// `CURRENT` is there. A page is lost if a chunk that it is made from is damaged and no earlier copy of it is
/// left; where an older state of it is left, that is given. What is lost stands in the report and in the last
/// member of the archive. Close the store first, if it can be opened.
///
/// The archive is written beside `target`, synced, and then takes the place of what is there. Takes about
/// as long as reading all files and each page twice, and some 100 bytes of memory for a page and 50 for
/// each 7 KB of the files.
///
/// # Errors
/// [`PathNotFound`](Error::PathNotFound); [`NotAStore`](Error::NotAStore) where no chunk of a store is found;
/// [`UnsupportedVersion`](Error::UnsupportedVersion); [`Storage`](Error::Storage) where a folder cannot be
/// listed or the archive not be written; [`InvalidArgument`](Error::InvalidArgument) where that lies in the
/// store, or its name has another ending than `.tar.zst` or `.tzst`; [`Interrupted`](Error::Interrupted) when progress says so. Damage is none.
///
/// # Examples
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let at = |name| folder.path().join(name);
/// use eventstore::{Date, Event, ExportOptions, IngestOptions, Store, salvage};
///
/// let store = Store::open(at("news.store"))?;
/// let date = Date::new(2017, 3, 2).unwrap();
/// store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
/// store.close()?;
/// std::fs::write(at("news.store").join("CURRENT"), "garbage").unwrap();
///
/// let report = salvage(at("news.store"), at("news.tar.zst"), ExportOptions::new())?;
/// assert_eq!((report.events, report.lost), (1, 0));
/// let other = Store::memory()?;
/// other.import_from(at("news.tar.zst"), IngestOptions::new())?;
/// assert_eq!(other.get("2017/03/2/flood")?.unwrap().title, "A flood");
/// # Ok::<(), eventstore::Error>(())
/// ```
pub fn salvage(
    path: impl AsRef<Path>,
    target: impl AsRef<Path>,
    options: ExportOptions<'_>,
) -> Result<SalvageReport> {
    let (store, target) = (path.as_ref(), target.as_ref());
    let started = Instant::now();
    let root = RawRoot::read(store)?;
    check_target(store, target)?;
    let mut report = SalvageReport::default();
    let snapshot = OnceCell::new();
    let written = write_file(target, options, |throttle| {
        let mut salvaging = Salvaging::new(store, &root, throttle)?;
        salvaging.look_at_live()?;
        salvaging.look_at_older()?;
        salvaging.finish(&snapshot, &mut report)
    })?;
    report.pages = written.pages;
    report.events = written.events;
    report.bytes = written.bytes;
    report.written = written.written;
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Refuses a target in the store: nothing is written there.
fn check_target(store: &Path, target: &Path) -> Result<()> {
    match lies_in(target, store) {
        true => Err(Error::InvalidArgument {
            what: "target",
            message: format!(
                "{}: this lies in the damaged store; give a path outside of it",
                target.display()
            ),
        }),
        false => Ok(()),
    }
}

/// A salvage under way.
struct Salvaging<'t, 'p> {
    throttle: &'t mut Throttle<'p>,
    raw: RawStore,
    segments: FoundSegments,
    /// Every segment that was mended, live ones first.
    snapshot: Snapshot,
    /// By segment.
    doubts: Vec<Doubts>,
    /// Pages that are given, with their choices numbered as they came.
    rows: Vec<ExportedRow>,
    choices: FxHashMap<String, u32>,
    /// The hashes of these pages, where it is not known which segments are live.
    hashes: FxHashSet<u64>,
    lost: Vec<LostRow>,
    /// Lost pages of segments of which nothing could be read.
    lost_segments: Vec<LostPage>,
    lost_in_segments: u64,
    older_paths: Vec<String>,
    without_deletes: u64,
    without_choice: u64,
}

impl<'t, 'p> Salvaging<'t, 'p> {
    /// Searches the files.
    fn new(store: &Path, root: &RawRoot, throttle: &'t mut Throttle<'p>) -> Result<Self> {
        let payload = root.manifest.as_deref();
        let manifest = payload.and_then(|payload| Manifest::decode(payload).ok());
        let nonces = known_nonces(manifest.as_ref(), root);
        let raw = RawStore::search(store, root, &nonces, &mut |bytes| {
            go_on(throttle, Phase::Reading, 0, bytes)
        })?;
        if raw.is_empty() && manifest.is_none() {
            return Err(Error::NotAStore {
                path: store.to_owned(),
                message:
                    "no chunk of a store was found in its files, and no CURRENT: nothing was ever \
                          committed, or nothing of it is left"
                        .to_owned(),
            });
        }
        let segments = FoundSegments::of(manifest.as_ref(), root, &raw);
        let snapshot = Snapshot {
            part_of: None,
            manifest: Manifest {
                words: segments.words,
                resolved: manifest.is_some_and(|manifest| manifest.resolved),
                ..Manifest::default()
            },
            views: Vec::new(),
            storage: Arc::new(raw.segment(0, 0)),
            cache: Arc::new(BlockCache::new(CACHE_BYTES)),
        };
        Ok(Self {
            throttle,
            raw,
            segments,
            snapshot,
            doubts: Vec::new(),
            rows: Vec::new(),
            choices: FxHashMap::default(),
            hashes: FxHashSet::default(),
            lost: Vec::new(),
            lost_segments: Vec::new(),
            lost_in_segments: 0,
            older_paths: Vec::new(),
            without_deletes: 0,
            without_choice: 0,
        })
    }

    /// Mends a segment and gives its place among the views. None where nothing of it can be read.
    fn mend(&mut self, found: &FoundSegment) -> Result<Option<AddedView>> {
        let mended = match mend(&self.raw, found, &self.snapshot.cache) {
            // Nothing of it fits together.
            Ok(None) | Err(Error::Corrupt { .. }) => return Ok(None),
            Ok(Some(mended)) => mended,
            Err(error) => return Err(error),
        };
        self.snapshot.views.push(mended.view.into());
        self.doubts.push(mended.doubts);
        Ok(Some(AddedView {
            segment_index: self.snapshot.views.len() - 1,
            has_deletes: mended.has_deletes,
            unheld: mended.unheld,
        }))
    }

    /// Gives every page of the live segments that can be given.
    fn look_at_live(&mut self) -> Result<()> {
        for found in std::mem::take(&mut self.segments.live) {
            let Some(added) = self.mend(&found)? else {
                self.lose_rows(&found, 0, found.meta.rows.max(1));
                continue;
            };
            let segment_index = added.segment_index;
            self.without_deletes += u64::from(!added.has_deletes);
            if added.unheld > 0 {
                let rows = self.snapshot.views[segment_index].segment.rows();
                self.lose_rows(&found, rows, added.unheld);
            }
            let rows: Vec<u32> = self.snapshot.views[segment_index].rows().iter().collect();
            for some in rows.chunks(ROWS_AT_ONCE as usize) {
                self.go_on()?;
                let (view, doubts) = (
                    &self.snapshot.views[segment_index],
                    self.doubts[segment_index],
                );
                let looked: Vec<_> = pool::run(|| {
                    let rows = some.par_iter();
                    rows.map(|&row| look(view, doubts, RowRef { segment_index, row }))
                        .collect()
                });
                for one in looked {
                    match one {
                        Ok(whole) => self.give(*whole),
                        Err(lost) => self.lost.push(*lost),
                    }
                }
            }
        }
        if self.segments.basis != SalvageBasis::Current {
            self.keep_newest();
        }
        Ok(())
    }

    /// Notes rows of which nothing is left, from one on.
    fn lose_rows(&mut self, found: &FoundSegment, first: u32, pages: u32) {
        self.lost_in_segments += u64::from(pages);
        let message = match first {
            0 => "and all others of the segment: nothing of it can be read",
            _ => "and all behind it: what was found of the segment holds no more pages",
        };
        self.lost_segments.push(LostPage {
            segment: found.meta.id,
            row: first,
            path: None,
            message: message.into(),
        });
    }

    fn give(&mut self, whole: WholeRow) {
        let WholeRow {
            mut row,
            choice,
            hash,
        } = whole;
        let stored = match choice {
            FoundChoice::None => None,
            FoundChoice::Stored(stored) => Some(stored),
            FoundChoice::Lost => {
                self.without_choice += 1;
                Some(String::new())
            }
        };
        row.choice = stored.map(|stored| {
            let next = self.choices.len() as u32;
            *self.choices.entry(stored).or_insert(next)
        });
        if self.segments.basis != SalvageBasis::Current {
            self.hashes.extend(hash);
        }
        self.rows.push(row);
    }

    fn segment_of(&self, at: RowRef) -> u32 {
        self.snapshot.views[at.segment_index].entry.meta.id
    }

    /// Of several pages of one path the one of the newest segment, where it is not known which are live. A
    /// lost page of which that is the same, or a newer state, is none.
    fn keep_newest(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_by(|a, b| {
            let newest = |row: &ExportedRow| Reverse(self.segment_of(row.at));
            (name_of(a), newest(a)).cmp(&(name_of(b), newest(b)))
        });
        // Of one segment both are live.
        rows.dedup_by(|b, a| {
            name_of(a) == name_of(b) && self.segment_of(a.at) != self.segment_of(b.at)
        });
        let given: FxHashMap<&str, u32> = rows
            .iter()
            .map(|row| (&*row.path, self.segment_of(row.at)))
            .collect();
        let (mut older, mut lost) = (Vec::new(), std::mem::take(&mut self.lost));
        lost.retain(|lost| {
            if lost.hash.is_some_and(|hash| self.hashes.contains(&hash)) {
                return false;
            }
            let given = lost.path.as_deref().and_then(|path| given.get(path));
            match (given, &lost.path) {
                (Some(&segment), Some(path)) if segment < self.segment_of(lost.at) => {
                    older.push(path.clone());
                    false
                }
                (given, _) => given.is_none(),
            }
        });
        (self.rows, self.lost, self.older_paths) = (rows, lost, older);
    }

    /// Looks for lost pages in segments that are no longer live: first for the same pages, then for older
    /// states of them. Where of a lost page nothing is known, each page that is given nowhere may be it.
    fn look_at_older(&mut self) -> Result<()> {
        if self.lost.is_empty() && self.lost_segments.is_empty() {
            return Ok(());
        }
        let mut views = Vec::new();
        for found in std::mem::take(&mut self.segments.older) {
            self.go_on()?;
            views.extend(self.mend(&found)?.map(|added| added.segment_index));
        }
        for wanted in [Wanted::Same, Wanted::OfPath, Wanted::OfUnknown] {
            for &segment_index in &views {
                self.go_on()?;
                self.find_lost(segment_index, wanted);
            }
        }
        Ok(())
    }

    fn find_lost(&mut self, segment_index: usize, wanted: Wanted) {
        let lost = || self.lost.iter().enumerate();
        let by_hash = lost().filter_map(|(at, lost)| Some((lost.hash?, at)));
        let by_hash: FxHashMap<u64, usize> = by_hash.collect();
        let by_path = lost().filter_map(|(at, lost)| Some((lost.path.as_deref()?, at)));
        let by_path: FxHashMap<&str, usize> = by_path.collect();
        let has_unknown = !self.lost_segments.is_empty()
            || lost().any(|(_, lost)| lost.path.is_none() && lost.hash.is_none());
        let given = self.rows.iter().map(|row| &*row.path);
        let given: FxHashSet<&str> = match wanted {
            Wanted::OfUnknown if has_unknown => given.collect(),
            Wanted::OfUnknown => return,
            _ => FxHashSet::default(),
        };
        let (view, doubts) = (
            &self.snapshot.views[segment_index],
            self.doubts[segment_index],
        );
        let segment = &view.segment;
        let (mut found, mut replaced) = (Vec::new(), FxHashSet::default());
        for row in 0..segment.rows() {
            let of_path = || segment.path_of(row).ok();
            let at = match wanted {
                Wanted::Same => segment
                    .hash_of(row)
                    .ok()
                    .and_then(|hash| by_hash.get(&hash)),
                Wanted::OfPath => of_path().and_then(|path| by_path.get(&*path)),
                Wanted::OfUnknown if of_path().is_some_and(|path| given.contains(&*path)) => {
                    continue;
                }
                Wanted::OfUnknown => None,
            };
            if at.is_none_or(|at| replaced.contains(at)) && wanted != Wanted::OfUnknown {
                continue;
            }
            if let Ok(whole) = look(view, doubts, RowRef { segment_index, row }) {
                found.push(whole);
                replaced.extend(at.copied());
            }
        }
        let mut numbers = 0..;
        self.lost
            .retain(|_| numbers.next().is_none_or(|at| !replaced.contains(&at)));
        for whole in found {
            if wanted != Wanted::Same {
                self.older_paths.push(whole.row.path.to_string());
            }
            self.give(*whole);
        }
    }

    fn go_on(&mut self) -> Result<()> {
        let pages = self.rows.len() as u64;
        go_on(self.throttle, Phase::Indexing, pages, self.raw.bytes)
    }

    /// What is written, and what the report says of it.
    fn finish<'s>(
        mut self,
        snapshot: &'s OnceCell<Snapshot>,
        report: &mut SalvageReport,
    ) -> Result<ExportContent<'s>> {
        // As in an export of the same segments.
        self.rows.sort_by_key(|row| row.at);
        sort_rows(&mut self.rows);
        self.lost.sort_by_key(|lost| lost.at);
        report.basis = self.segments.basis;
        report.damaged_chunks = self.segments.damaged_chunks;
        report.lost = self.lost.len() as u64 + self.lost_in_segments;
        report.older = self.older_paths.len() as u64;
        report.without_deletes = self.without_deletes;
        report.without_choice = self.without_choice;
        report.is_resolved = self.snapshot.manifest.resolved;
        (report.searched, report.unreadable) = (self.raw.bytes, self.raw.unreadable);
        let views = &self.snapshot.views;
        let losses = self.lost.into_iter().map(|lost| LostPage {
            segment: views[lost.at.segment_index].entry.meta.id,
            row: lost.at.row,
            path: lost.path,
            message: lost.message,
        });
        report.losses = self
            .lost_segments
            .into_iter()
            .chain(losses)
            .take(LISTED)
            .collect();
        self.older_paths.sort();
        self.older_paths.truncate(LISTED);
        report.older_paths = self.older_paths;
        let mut choices: Vec<(String, u32)> = self.choices.into_iter().collect();
        choices.sort_by_key(|(_, number)| *number);
        let (mut choices, numbers) = in_order(choices);
        for row in &mut self.rows {
            row.choice = row
                .choice
                .and_then(|number| numbers.get(number as usize).copied());
        }
        choices.shrink_to_fit();
        let note = SalvageNote {
            lost: report.lost,
            losses: report.losses.iter().map(ToString::to_string).collect(),
            older: report.older,
            older_paths: report.older_paths.clone(),
        };
        Ok(ExportContent {
            snapshot: snapshot.get_or_init(|| self.snapshot),
            rows: self.rows,
            choices,
            // Of a whole store the archive is its export.
            salvage: (!report.is_whole() || report.damaged_chunks > 0).then_some(note),
        })
    }
}

/// A segment that was mended.
struct AddedView {
    segment_index: usize,
    has_deletes: bool,
    /// Pages that it is said to have and that nothing was found of.
    unheld: u32,
}

/// Which pages of segments that are no longer live are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Those that a lost row had, by their hash.
    Same,
    /// Those of the path of a lost row.
    OfPath,
    /// Those of no path that is given: of some lost rows neither hash nor path is known.
    OfUnknown,
}

/// What a store has one page of: a Markdown page may have the path of another.
fn name_of(row: &ExportedRow) -> (&str, bool, bool) {
    (&row.path, row.is_zh, row.choice.is_some())
}

/// Choices in the order in which an export has them, and the new number of each.
fn in_order(numbered: Vec<(String, u32)>) -> (Vec<String>, Vec<u32>) {
    let mut order: Vec<usize> = (0..numbered.len()).collect();
    order.sort_by(|&a, &b| numbered[a].0.cmp(&numbered[b].0));
    let mut numbers = vec![0; numbered.len()];
    for (new, &old) in order.iter().enumerate() {
        numbers[old] = new as u32;
    }
    let mut choices: Vec<String> = numbered.into_iter().map(|(choice, _)| choice).collect();
    choices.sort();
    (choices, numbers)
}

fn go_on(throttle: &mut Throttle<'_>, phase: Phase, pages: u64, bytes: u64) -> Result<()> {
    let progress = Progress {
        phase,
        pages,
        bytes,
        ..Progress::default()
    };
    match throttle.call(&progress).is_break() {
        true => Err(Error::Interrupted),
        false => Ok(()),
    }
}
