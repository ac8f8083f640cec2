//! Sizes and counts of a store.

use rustc_hash::FxHashSet;

use super::snapshot::Snapshot;
use crate::error::Result;
use crate::event::Date;
use crate::segment::TermField;

/// Sizes and counts of one state of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Stats {
    /// Events, superseded ones included.
    pub events: u64,
    /// Events that a day page of their day does not list.
    pub superseded: u64,
    /// Opinions among the events.
    pub opinions: u64,
    /// English events.
    pub english: u64,
    /// Chinese events.
    pub chinese: u64,
    /// Day pages, front pages and lists of opinions.
    pub listings: u64,
    /// Event pages whose id another page holds.
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
    /// Events whose pages are kept whole, because rendering does not give them back.
    pub kept_pages: u64,
}

impl Snapshot {
    /// Sizes and counts of this state. Counts every term once, so it costs some milliseconds in a store of many tags.
    ///
    /// # Errors
    /// As reading.
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
        Ok(stats)
    }
}

/// Values of a field, after matching, that at least one event has.
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
