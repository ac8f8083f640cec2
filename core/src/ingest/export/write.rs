//! A snapshot → an archive that holds all of it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use roaring::RoaringBitmap;

use super::listing_text::listing_text;
use super::members::{
    Choice, FIRST, FORMAT, FirstMember, LAST, LastMember, MemberKind, PageRecord, RECORD,
    SalvageNote,
};
use super::tar_writer::{put_end, put_member};
use crate::error::{Error, Result};
use crate::event::EventId;
use crate::ingest::progress::Throttle;
use crate::ingest::{Phase, Progress};
use crate::page::{self, ArchiveChoice, Edition, Page};
use crate::segment::{Part, RowKind, Segment, TermField};
use crate::store::{RowRef, Snapshot};

/// How hard zstd tries; more costs time and saves little.
const LEVEL: i32 = 3;

/// Bytes that go out at once.
const BUFFER: usize = 128 << 10;

/// Rows that are looked at between two looks whether to go on.
const ROWS_AT_ONCE: usize = 4096;

/// What an export wrote.
///
/// ```
/// use eventstore::{Date, Event, ExportOptions, Store};
/// let store = Store::memory()?;
/// let date = "2017-03-02".parse::<Date>()?;
/// store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
/// let mut file = Vec::new();
/// let report = store.export(&mut file, ExportOptions::new())?;
/// assert_eq!((report.pages, report.events), (1, 1));
/// assert_eq!(report.written, file.len() as u64);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ExportReport {
    /// Pages, listings and twins included.
    pub pages: u64,
    /// Events among them, without twins.
    pub events: u64,
    /// Bytes of these pages.
    pub bytes: u64,
    /// Bytes of the archive.
    pub written: u64,
    /// Seconds that it took.
    pub seconds: f64,
}

/// What an error says of an archive that cannot be written.
pub(super) const WRITE: &str = "write";

/// What the archive goes to, in the words of errors.
#[derive(Clone, Copy)]
struct ExportPath<'a>(&'a Path);

impl ExportPath<'_> {
    fn failed(self, source: io::Error) -> Error {
        Error::Storage {
            path: self.0.to_path_buf(),
            operation: WRITE,
            source,
        }
    }
}

/// What an archive is made of.
pub(crate) struct ExportContent<'s> {
    pub snapshot: &'s Snapshot,
    /// In the order in which they are written.
    pub rows: Vec<ExportedRow>,
    /// What was chosen for archives of Markdown pages, as it is stored.
    pub choices: Vec<String>,
    /// What was lost, if the store is damaged.
    pub salvage: Option<SalvageNote>,
}

impl<'s> ExportContent<'s> {
    /// All pages of a snapshot.
    pub(super) fn of(snapshot: &'s Snapshot, throttle: &mut Throttle<'_>) -> Result<Self> {
        snapshot.check()?;
        snapshot.check_one_store("export")?;
        if snapshot.manifest.resolved {
            return Err(Error::Resolved {
                path: snapshot.storage.path().to_owned(),
                operation: "be exported as an archive",
            });
        }
        let choices = Choices::of(snapshot)?;
        Ok(Self {
            rows: rows_by_path(snapshot, &choices, throttle)?,
            choices: choices.stored,
            salvage: None,
            snapshot,
        })
    }
}

/// Writes an archive.
pub(super) fn write(
    content: ExportContent<'_>,
    to: impl Write,
    name: &Path,
    mut throttle: Throttle<'_>,
) -> Result<ExportReport> {
    let started = Instant::now();
    let target = ExportPath(name);
    let ExportContent {
        snapshot,
        rows,
        choices,
        salvage,
    } = content;
    let choices = choices.iter().map(|stored| read_choice(stored));
    let first = FirstMember {
        format: FORMAT,
        eventstore: env!("CARGO_PKG_VERSION").to_owned(),
        words: snapshot.manifest.words,
        choices: choices.collect::<Result<_>>()?,
        stated: stated_tags(snapshot, &rows)?,
    };
    let counted = Counted {
        inner: to,
        bytes: 0,
    };
    let out = BufWriter::with_capacity(BUFFER, counted);
    let failed = |error| target.failed(error);
    let mut out = zstd::stream::write::Encoder::new(out, LEVEL).map_err(failed)?;
    out.include_checksum(true).map_err(failed)?;
    put_json(&mut out, FIRST, &first).map_err(failed)?;
    drop(first);

    let mut progress = Progress {
        phase: Phase::Writing,
        ..Progress::default()
    };
    let mut last = LastMember::default();
    let mut before: Option<&str> = None;
    for row in &rows {
        if throttle.call(&progress).is_break() {
            return Err(Error::Interrupted);
        }
        let view = &snapshot.views[row.at.segment_index];
        let segment = &*view.segment;
        let (bytes, mut record) = page_of(segment, row)?;
        if record.added || !record.is_read() {
            record.hash = match segment.hash_of(row.at.row) {
                Err(_) if salvage.is_some() => None,
                hash => Some(format!("{:016x}", hash?)),
            };
        }
        let is_second = before == Some(&*row.path);
        before = Some(&row.path);
        let name = member_name(&row.path, is_second && row.is_zh);
        let record = match *name == *row.path {
            true => record,
            false => PageRecord {
                path: Some(row.path.to_string()),
                ..record
            },
        };
        let usual = record == PageRecord::default();
        let record = (!usual).then(|| json(&record).map(|json| format!("{RECORD}{json}")));
        let record = record.transpose().map_err(failed)?;
        put_member(&mut out, &name, record.as_deref(), &bytes).map_err(failed)?;
        last.pages += 1;
        last.bytes += bytes.len() as u64;
        last.events += u64::from(view.live.contains(row.at.row));
        (progress.pages, progress.bytes) = (last.pages, last.bytes);
        progress.fraction = Some(last.pages as f64 / rows.len() as f64);
    }
    last.salvage = salvage;
    put_json(&mut out, LAST, &last).map_err(failed)?;
    put_end(&mut out).map_err(failed)?;
    let buffered = out.finish().map_err(failed)?;
    let mut counted = buffered
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    counted.inner.flush().map_err(failed)?;
    // The archive is whole: it is too late to break.
    let _ = throttle.call_last(&progress);
    Ok(ExportReport {
        pages: last.pages,
        events: last.events,
        bytes: last.bytes,
        written: counted.bytes,
        seconds: started.elapsed().as_secs_f64(),
    })
}

/// The name of a page's member: its path. Two listings of a path lie side by side, as in an archive of
/// both editions. A control character is none of a name, since readers of tar take lines for records.
fn member_name(path: &str, is_second_edition: bool) -> Cow<'_, str> {
    if is_second_edition {
        return format!("zh/{path}").into();
    }
    match path.contains(char::is_control) {
        true => path.replace(char::is_control, "_").into(),
        false => path.into(),
    }
}

/// Counts what goes out.
struct Counted<W> {
    inner: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn json(value: &impl serde::Serialize) -> io::Result<String> {
    serde_json::to_string(value).map_err(io::Error::from)
}

fn put_json(out: &mut impl Write, name: &str, value: &impl serde::Serialize) -> io::Result<()> {
    let mut json = json(value)?;
    json.push('\n');
    put_member(out, name, None, json.as_bytes())
}

/// A page that is exported.
pub(crate) struct ExportedRow {
    pub path: Box<str>,
    pub is_zh: bool,
    /// Of a Markdown page: which of the choices.
    pub choice: Option<u32>,
    pub at: RowRef,
}

/// Sorts pages by path. An older version has a Markdown page and one that is no event under one path; the
/// Markdown page comes last, since a program that unpacks an archive keeps the last file of a name.
pub(crate) fn sort_rows(rows: &mut [ExportedRow]) {
    fn key(row: &ExportedRow) -> (&str, bool, bool) {
        (&row.path, row.is_zh, row.choice.is_some())
    }
    rows.sort_by(|a, b| key(a).cmp(&key(b)));
}

/// All pages in the order of their paths. Takes their paths' bytes and 48 for each in memory.
fn rows_by_path(
    snapshot: &Snapshot,
    choices: &Choices,
    throttle: &mut Throttle<'_>,
) -> Result<Vec<ExportedRow>> {
    let mut rows = Vec::new();
    for (segment_index, view) in snapshot.views.iter().enumerate() {
        let flags = view.segment.flags()?;
        for row in view.rows() {
            if rows.len() % ROWS_AT_ONCE == 0 && throttle.call(&Progress::default()).is_break() {
                return Err(Error::Interrupted);
            }
            let at = RowRef { segment_index, row };
            rows.push(ExportedRow {
                path: view.segment.path_of(row)?.into(),
                is_zh: flags.zh.contains(row),
                choice: choices.of_row(at),
                at,
            });
        }
    }
    sort_rows(&mut rows);
    Ok(rows)
}

/// What was chosen for the archives of Markdown pages.
struct Choices {
    stored: Vec<String>,
    /// By segment: sets of rows with the number of their choice.
    of_rows: Vec<Vec<(RoaringBitmap, u32)>>,
}

impl Choices {
    fn of(snapshot: &Snapshot) -> Result<Self> {
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut of_rows = Vec::new();
        for view in &snapshot.views {
            let terms = view.segment.postings(TermField::Archive)?;
            let mut left = view.rows() & &view.segment.flags()?.markdown;
            let mut of_segment = Vec::new();
            for term in 0..terms.len() {
                let rows = &**terms.rows(term)? & &left;
                left -= &rows;
                of_segment.push((terms.spelling(term)?.to_owned(), rows));
            }
            of_segment.push((String::new(), left));
            of_segment.retain(|(_, rows)| !rows.is_empty());
            numbers.extend(of_segment.iter().map(|(stored, _)| (stored.clone(), 0)));
            of_rows.push(of_segment);
        }
        for (number, (_, entry)) in numbers.iter_mut().enumerate() {
            *entry = number as u32;
        }
        let numbered = |(stored, rows): (String, RoaringBitmap)| (rows, numbers[&stored]);
        let of_rows = of_rows.into_iter();
        let of_rows = of_rows.map(|sets| sets.into_iter().map(numbered).collect());
        Ok(Self {
            of_rows: of_rows.collect(),
            stored: numbers.into_keys().collect(),
        })
    }

    fn of_row(&self, at: RowRef) -> Option<u32> {
        let mut sets = self.of_rows[at.segment_index].iter();
        sets.find(|(rows, _)| rows.contains(at.row))
            .map(|&(_, number)| number)
    }
}

fn read_choice(stored: &str) -> Result<Choice> {
    let choice = ArchiveChoice::of_stored(stored).ok_or_else(|| Error::Internal {
        message: format!("what was chosen for an archive cannot be read: {stored:?}"),
    })?;
    Ok(Choice::of(&choice))
}

/// The tags that programs stated with events of the Context, by the path of the page.
fn stated_tags(snapshot: &Snapshot, rows: &[ExportedRow]) -> Result<BTreeMap<String, Vec<String>>> {
    let mut stated = BTreeMap::new();
    for row in rows {
        let segment = &snapshot.views[row.at.segment_index].segment;
        let flags = segment.flags()?;
        if !flags.added.contains(row.at.row) || flags.markdown.contains(row.at.row) {
            continue;
        }
        let (page, _) = segment.event_page(row.at.row)?;
        let tags = page.stated.iter().map(|&tag| page.get(tag).to_owned());
        stated.insert(row.path.to_string(), tags.collect());
    }
    Ok(stated)
}

/// The bytes of a page, and what is said beside it but for its hash.
pub(crate) fn page_of(segment: &Segment, row: &ExportedRow) -> Result<(Vec<u8>, PageRecord)> {
    let at = row.at.row;
    let header = segment.row_header(at)?;
    let mut record = PageRecord {
        added: segment.flags()?.added.contains(at),
        ..PageRecord::default()
    };
    let bytes = match header.kind {
        RowKind::News | RowKind::Opinion => match segment.kept_bytes(at)? {
            Some(bytes) => bytes,
            None => page::render(&segment.event_page(at)?.0).into_bytes(),
        },
        RowKind::Markdown => {
            record.kind = MemberKind::Markdown;
            record.choice = row.choice;
            let of_path = EventId::of_path(&row.path);
            let is_usual = of_path.is_some_and(|id| id.as_str() == header.name);
            record.id = (!is_usual).then_some(header.name);
            segment.markdown_bytes(at)?
        }
        RowKind::Other => {
            record.kind = MemberKind::Other;
            Vec::new()
        }
        RowKind::Day | RowKind::Front | RowKind::Opinions => {
            record.kind = match header.kind {
                RowKind::Day => MemberKind::DayPage,
                RowKind::Front => MemberKind::FrontPage,
                _ => MemberKind::OpinionList,
            };
            let lang: Edition = header.lang;
            record.lang = Some(lang.as_str().to_owned());
            if header.kind == RowKind::Day {
                record.day = segment.date_of(at)?.map(|day| day.to_string());
            }
            match segment.page(at)? {
                Page::Listing(listing) => listing_text(&listing).into_bytes(),
                _ => {
                    let message = "a listing's row is that of another page";
                    return Err(segment.malformed_row(Part::Headers, at, message));
                }
            }
        }
    };
    Ok((bytes, record))
}

/// What an archive without a path is called in errors.
pub(super) fn unnamed() -> PathBuf {
    PathBuf::from("<export>")
}
