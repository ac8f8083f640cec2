//! `Stats`, sizes and counts of a store.

use eventstore::Stats;
use pyo3::prelude::*;

use crate::convert::Day;
use crate::notebook;
use crate::record::record;

/// Adds the class of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyStats>()
}

record! {
    PyStats as "Stats" {
        events: u64,
        superseded: u64,
        undated: u64,
        drafts: u64,
        opinions: u64,
        english: u64,
        chinese: u64,
        listings: u64,
        twins: u64,
        tags: u64,
        categories: u64,
        sources: u64,
        domains: u64,
        first: Option<Day>,
        last: Option<Day>,
        segments: u64,
        deleted_rows: u64,
        live_bytes: u64,
        disk_bytes: u64,
        resident_bytes: u64,
        cache_bytes: u64,
        commit: u64,
        kept_pages: u64,
        words: String,
        without_words: u64,
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        notebook::fields(slf, Self::FIELDS, false)
    }
}

impl From<Stats> for PyStats {
    fn from(stats: Stats) -> Self {
        Self {
            events: stats.events,
            superseded: stats.superseded,
            undated: stats.undated,
            drafts: stats.drafts,
            opinions: stats.opinions,
            english: stats.english,
            chinese: stats.chinese,
            listings: stats.listings,
            twins: stats.twins,
            tags: stats.tags,
            categories: stats.categories,
            sources: stats.sources,
            domains: stats.domains,
            first: stats.first.map(Day),
            last: stats.last.map(Day),
            segments: stats.segments,
            deleted_rows: stats.deleted_rows,
            live_bytes: stats.live_bytes,
            disk_bytes: stats.disk_bytes,
            resident_bytes: stats.resident_bytes,
            cache_bytes: stats.cache_bytes,
            commit: stats.commit,
            kept_pages: stats.kept_pages,
            words: stats.words.to_string(),
            without_words: stats.without_words,
        }
    }
}
