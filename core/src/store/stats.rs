//! Sizes and counts of a store.

use rustc_hash::FxHashSet;

use super::snapshot::{RowRef, Snapshot};
use crate::error::Result;
use crate::event::Date;
use crate::segment::TermField;

/// Sizes and counts of one state of a store. The counts of pages use the words of
/// [`Report`](crate::Report): after one ingest into an empty store they agree with it.
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
    /// Opinions among the events.
    pub opinions: u64,
    /// English events.
    pub english: u64,
    /// Chinese events.
    pub chinese: u64,
    /// Day pages, front pages and lists of opinions, each once: a `README.md` with the bytes of the
    /// `index.md` beside it is a twin.
    pub listings: u64,
    /// Pages that add nothing: event pages whose id another page owns, and `README.md` files
    /// with the bytes of the `index.md` beside them.
    pub twins: u64,
    /// Distinct tags after matching.
    pub tags: u64,
    /// Distinct categories after matching.
    pub categories: u64,
    /// Distinct publishers after matching.
    pub sources: u64,
    /// Distinct domains.
    pub domains: u64,
    /// Day of the first event.
    pub first: Option<Date>,
    /// Day of the last event.
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
    /// Number of the last commit.
    pub commit: u64,
    /// Events whose pages are stored whole as well, since rendering them would give other bytes.
    pub kept_pages: u64,
}

impl Snapshot {
    /// Sizes and counts of this state. It looks at every term, and at the path of every listing
    /// whose bytes another listing has: some 10 ms for 9,000 events and 7,000 listings.
    ///
    /// # Errors
    /// [`Corrupt`](crate::Error::Corrupt) and [`Storage`](crate::Error::Storage) when stored bytes
    /// cannot be read; [`Closed`](crate::Error::Closed), [`Forked`](crate::Error::Forked).
    pub fn stats(&self) -> Result<Stats> {
        Stats::of(self)
    }
}

impl Stats {
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self> {
        let mut stats = Self {
            events: 0,
            superseded: 0,
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
            live_bytes: snapshot.manifest.live_bytes(),
            disk_bytes: snapshot.storage.size()?,
            resident_bytes: 0,
            cache_bytes: snapshot.cache.bytes() as u64,
            commit: snapshot.manifest.commit,
            kept_pages: 0,
        };
        for view in &snapshot.views {
            let flags = view.segment.flags()?;
            let chinese = view.live.intersection_len(&flags.zh);
            stats.events += view.live.len();
            stats.superseded += view.superseded.len();
            stats.opinions += view.live.intersection_len(&flags.opinions);
            stats.chinese += chinese;
            stats.english += view.live.len() - chinese;
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
            let (first, last) = (day(view.live.min())?, day(view.live.max())?);
            stats.first = [stats.first, first].into_iter().flatten().min();
            stats.last = stats.last.max(last);
        }
        let twins = twin_listings(snapshot)?;
        stats.listings -= twins;
        stats.twins += twins;
        Ok(stats)
    }
}

/// How many values of a field, folded, at least one event has.
fn distinct_values(snapshot: &Snapshot, field: TermField) -> Result<u64> {
    let mut values = FxHashSet::default();
    for view in &snapshot.views {
        let terms = view.segment.postings(field)?;
        for term in 0..terms.len() {
            if terms.iter_rows(term).any(|row| view.live.contains(row))
                && !values.contains(terms.folded(term))
            {
                values.insert(terms.folded(term).to_owned());
            }
        }
    }
    Ok(values.len() as u64)
}

/// How many listings are a `README.md` with the bytes of the `index.md` in its folder. No flag is
/// stored for that. Paths are read only of listings whose hash another listing has.
fn twin_listings(snapshot: &Snapshot) -> Result<u64> {
    let mut listings: Vec<(u64, RowRef)> = Vec::new();
    for (view, seen) in snapshot.views.iter().enumerate() {
        for row in &seen.segment.flags()?.listings - &*seen.deleted {
            listings.push((seen.segment.hash_of(row)?, RowRef { view, row }));
        }
    }
    listings.sort_unstable();
    let mut twins = 0;
    for same in listings.chunk_by(|a, b| a.0 == b.0) {
        if same.len() == 1 {
            continue;
        }
        let (mut indexes, mut readmes) = (FxHashSet::default(), Vec::new());
        for (_, at) in same {
            let path = snapshot.views[at.view].segment.path_of(at.row)?;
            if let Some(folder) = path.strip_suffix("index.md") {
                indexes.insert(folder.to_owned());
            } else if let Some(folder) = path.strip_suffix("README.md") {
                readmes.push(folder.to_owned());
            }
        }
        let has_index = |folder: &&String| indexes.contains(*folder);
        twins += readmes.iter().filter(has_index).count() as u64;
    }
    Ok(twins)
}
