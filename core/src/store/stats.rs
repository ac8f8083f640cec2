//! Sizes and counts of a store.

use std::fmt;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::segment_view::SegmentView;
use super::snapshot::{RowRef, Snapshot};
use super::words_setting::Words;
use crate::error::Result;
use crate::event::{Date, Lang};
use crate::number::{bytes, grouped};
use crate::page::Page;
use crate::pool;
use crate::segment::TermField;

/// Sizes and counts of one state of a store. The counts of pages use the words of
/// [`Report`](crate::Report).
///
/// After one ingest into an empty store they agree with its report, but for two kinds of twins: of
/// a page that lies in two folders of the archive one is kept, and the report alone counts the
/// other; a `README.md` that has the links and contexts of its `index.md` in other bytes is a twin
/// here and a listing in the report.
///
/// Displayed, it is a line for each number but those of memory.
///
/// # Examples
/// ```
/// # use eventstore::{Date, Event, Store};
/// let store = Store::memory()?;
/// let date = Date::new(2017, 3, 2).unwrap();
/// store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
/// let stats = store.stats()?;
/// assert_eq!((stats.events, stats.english, stats.listings), (1, 1, 0));
/// assert_eq!(stats.first, Date::new(2017, 3, 2));
/// assert_eq!((stats.words.as_str(), stats.without_words), ("on", 0));
/// assert!(stats.to_string().starts_with("events          1\n"));
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Stats {
    /// Events, superseded ones included.
    pub events: u64,
    /// Events that no day page of their day lists, where there is one.
    pub superseded: u64,
    /// Events of pages without a date.
    pub undated: u64,
    /// Drafts.
    pub drafts: u64,
    /// Opinions among the events.
    pub opinions: u64,
    /// English events: of language `en`, or one such as `en-GB`.
    pub english: u64,
    /// Chinese events: of language `zh`, or one such as `zh-Hant`.
    pub chinese: u64,
    /// Day pages, front pages and lists of opinions. A `README.md` that says what the `index.md`
    /// beside it says is counted as a twin.
    pub listings: u64,
    /// Pages that add nothing: event pages whose id another page owns, and `README.md` files with
    /// the links and contexts of the `index.md` beside them.
    pub twins: u64,
    /// Distinct tags after matching.
    pub tags: u64,
    /// Distinct categories after matching.
    pub categories: u64,
    /// Distinct publishers after matching.
    pub sources: u64,
    /// Distinct domains.
    pub domains: u64,
    /// The first day of an event that has one.
    pub first: Option<Date>,
    /// The last one.
    pub last: Option<Date>,
    /// Segments.
    pub segments: u64,
    /// Rows that are deleted and not merged away yet.
    pub deleted_rows: u64,
    /// Bytes of live chunks.
    pub live_bytes: u64,
    /// Bytes of the data directory.
    pub disk_bytes: u64,
    /// Bytes of query structures in memory.
    pub resident_bytes: u64,
    /// Bytes of decoded blocks in the cache.
    pub cache_bytes: u64,
    /// Number of the last commit; 0 of several stores that are read as one.
    pub commit: u64,
    /// Events whose pages are stored whole as well, since rendering them would give other bytes.
    pub kept_pages: u64,
    /// Whether the store keeps the words of texts: what later commits do.
    pub words: Words,
    /// Events whose words are not stored, so that a question for words reads their texts:
    /// [`reindex`](crate::Store::reindex) gives them to all.
    pub without_words: u64,
}

impl Snapshot {
    /// Sizes and counts of this state. Looks at every term, and reads each listing that has another
    /// one beside it: about as costly as reading that many events.
    ///
    /// # Errors
    /// [`Corrupt`](crate::Error::Corrupt) and [`Storage`](crate::Error::Storage) when stored bytes
    /// cannot be read; [`Closed`](crate::Error::Closed), [`Forked`](crate::Error::Forked).
    pub fn stats(&self) -> Result<Stats> {
        Stats::of(self)
    }

    /// How many events are superseded.
    pub(crate) fn superseded_events(&self) -> u64 {
        let views = self.views.iter();
        views.map(|view| view.superseded.len()).sum()
    }
}

/// A line for each number, as `eventstore stats` prints them: the content before the machinery.
impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = match (self.first, self.last) {
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => "none".to_owned(),
        };
        let on_disk = match self.disk_bytes.checked_div(self.events) {
            Some(size) => format!("{} ({} an event)", bytes(self.disk_bytes), bytes(size)),
            None => bytes(self.disk_bytes),
        };
        let lines = [
            ("events", grouped(self.events)),
            ("  superseded", grouped(self.superseded)),
            ("  undated", grouped(self.undated)),
            ("  drafts", grouped(self.drafts)),
            ("  opinions", grouped(self.opinions)),
            ("  English", grouped(self.english)),
            ("  Chinese", grouped(self.chinese)),
            ("days", days),
            ("tags", grouped(self.tags)),
            ("categories", grouped(self.categories)),
            ("sources", grouped(self.sources)),
            ("domains", grouped(self.domains)),
            ("listings", grouped(self.listings)),
            ("twins", grouped(self.twins)),
            ("kept pages", grouped(self.kept_pages)),
            ("on disk", on_disk),
            ("  live", bytes(self.live_bytes)),
            ("segments", grouped(self.segments)),
            ("deleted rows", grouped(self.deleted_rows)),
            ("commit", grouped(self.commit)),
            ("words", self.words.to_string()),
            ("  without", grouped(self.without_words)),
        ];
        for (at, (name, value)) in lines.iter().enumerate() {
            let end = if at > 0 { "\n" } else { "" };
            write!(f, "{end}{name:<15} {value}")?;
        }
        Ok(())
    }
}

impl Stats {
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self> {
        let mut stats = Self {
            events: 0,
            superseded: snapshot.superseded_events(),
            undated: 0,
            drafts: 0,
            opinions: 0,
            english: 0,
            chinese: 0,
            listings: 0,
            twins: 0,
            tags: distinct_values(snapshot, TermField::Tag)?,
            categories: distinct_values(snapshot, TermField::Category)?,
            sources: distinct_values(snapshot, TermField::Source)?,
            domains: distinct_values(snapshot, TermField::Domain)?,
            first: None,
            last: None,
            segments: snapshot.views.len() as u64,
            deleted_rows: 0,
            live_bytes: snapshot
                .views
                .iter()
                .map(|view| view.entry.meta.bytes)
                .sum(),
            disk_bytes: snapshot.storage.size()?,
            resident_bytes: 0,
            cache_bytes: snapshot.cache.bytes() as u64,
            commit: match snapshot.storage.is_one_store() {
                true => snapshot.manifest.commit,
                false => 0,
            },
            kept_pages: 0,
            words: match snapshot.manifest.words {
                true => Words::On,
                false => Words::Off,
            },
            without_words: 0,
        };
        for view in &snapshot.views {
            let flags = view.segment.flags()?;
            let of_context = &*view.live - &flags.markdown;
            let chinese = of_context.intersection_len(&flags.zh);
            stats.events += view.live.len();
            if !view.segment.has_words() {
                stats.without_words += view.live.len();
            }
            stats.undated += view.undated.len();
            stats.drafts += view.drafts.len();
            stats.opinions += view.live.intersection_len(&flags.opinions);
            stats.chinese += chinese + pages_in(view, Lang::ZH)?;
            stats.english += of_context.len() - chinese + pages_in(view, Lang::EN)?;
            stats.twins += flags.twins.difference_len(&view.deleted);
            stats.listings += (&flags.listings - &*view.deleted).len();
            stats.kept_pages += flags.raw.intersection_len(&view.live);
            stats.deleted_rows += view.deleted.len();
            stats.resident_bytes += view.segment.resident_bytes() as u64;
            stats.resident_bytes += view.resident_bytes() as u64;
            let day = |row: Option<u32>| {
                row.map(|row| view.segment.date_of(row))
                    .transpose()
                    .map(Option::flatten)
            };
            // Rows without a day come first.
            let dated = &*view.live - &*view.undated;
            let (first, last) = (day(dated.min())?, day(dated.max())?);
            stats.first = [stats.first, first].into_iter().flatten().min();
            stats.last = stats.last.max(last);
        }
        let twins = twin_listings(snapshot)?;
        stats.listings -= twins;
        stats.twins += twins;
        Ok(stats)
    }
}

/// How many Markdown pages are in a language or a variant of it.
fn pages_in(view: &SegmentView, lang: Lang) -> Result<u64> {
    let terms = view.segment.postings(TermField::Lang)?;
    let of_lang = terms.lang(lang.as_str())?.into_iter().flatten();
    of_lang
        .map(|term| Ok(terms.rows(term)?.intersection_len(&view.live)))
        .sum()
}

/// How many values of a field, folded, at least one event has.
fn distinct_values(snapshot: &Snapshot, field: TermField) -> Result<u64> {
    let mut values = FxHashSet::default();
    for view in &snapshot.views {
        let terms = view.segment.postings(field)?;
        let dictionary = view.segment.dictionary(field)?;
        terms.each_list(0..terms.len(), |term, rows| {
            if rows.iter().any(|&row| view.live.contains(row))
                && !values.contains(dictionary.folded(term))
            {
                values.insert(dictionary.folded(term).to_owned());
            }
        })?;
    }
    Ok(values.len() as u64)
}

/// How many listings are a `README.md` that says what the `index.md` in its folder and edition says:
/// the same links with the same contexts. Neither the bytes nor the titles of listings are stored,
/// and no flag, so both pages of each such pair are read, on all cores.
fn twin_listings(snapshot: &Snapshot) -> Result<u64> {
    let (mut indexes, mut readmes) = (FxHashMap::default(), Vec::new());
    for (segment_index, view) in snapshot.views.iter().enumerate() {
        let flags = view.segment.flags()?;
        for row in &flags.listings - &*view.deleted {
            let path = view.segment.path_of(row)?;
            // The stored path has no `zh/` in front: a day has a folder of this name in each edition.
            let chinese = flags.zh.contains(row);
            let at = RowRef { segment_index, row };
            if let Some(folder) = path.strip_suffix("index.md") {
                indexes.insert((chinese, folder.to_owned()), at);
            } else if let Some(folder) = path.strip_suffix("README.md") {
                readmes.push(((chinese, folder.to_owned()), at));
            }
        }
    }
    let page = |at: RowRef| snapshot.views[at.segment_index].segment.page(at.row);
    let is_twin = |(folder, readme): &((bool, String), RowRef)| -> Result<u64> {
        match indexes.get(folder) {
            Some(&index) => Ok(u64::from(are_equal(&page(index)?, &page(*readme)?))),
            None => Ok(0),
        }
    };
    pool::run(|| readmes.par_iter().map(is_twin).sum())
}

fn are_equal(one: &Page, other: &Page) -> bool {
    let (Page::Listing(one), Page::Listing(other)) = (one, other) else {
        return false;
    };
    (one.kind, one.lang, &one.text) == (other.kind, other.lang, &other.text)
        && one.items == other.items
}
