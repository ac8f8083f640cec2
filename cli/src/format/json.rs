//! Answers as JSON: names as the fields of the Rust types have them, days as `2017-03-02`, missing
//! values as `null`.
//!
//! Every field is always there. So a table made of the lines has the same columns whatever the
//! events.

use serde::Serialize;
use serde_json::Value;

use eventstore::{
    Bucket, Change, Count, Date, Event, EventId, Facets, Kind, Lang, PageError, Related, Report,
    Source, Stats, Timeline,
};

/// An event in the order of its fields that people read it in, with the domain of each source.
#[derive(Serialize)]
struct EventObject<'a> {
    id: &'a EventId,
    date: Option<Date>,
    lang: &'a Lang,
    kind: &'a Kind,
    categories: &'a [String],
    title: &'a str,
    summary: Option<&'a str>,
    body: Option<&'a str>,
    authors: &'a [String],
    tags: &'a [String],
    sources: Vec<SourceObject<'a>>,
    related: &'a [Related],
    changes: &'a [Change],
    cover_image: Option<&'a str>,
    superseded: bool,
}

#[derive(Serialize)]
struct SourceObject<'a> {
    #[serde(flatten)]
    source: &'a Source,
    domain: Option<String>,
}

/// All fields of an event.
pub(crate) fn event(event: &Event) -> impl Serialize + '_ {
    let sources = event.sources.iter().map(|source| SourceObject {
        source,
        domain: source.domain(),
    });
    EventObject {
        id: &event.id,
        date: event.date,
        lang: &event.lang,
        kind: &event.kind,
        categories: &event.categories,
        title: &event.title,
        summary: event.summary.as_deref(),
        body: event.body.as_deref(),
        authors: &event.authors,
        tags: &event.tags,
        sources: sources.collect(),
        related: &event.related,
        changes: &event.changes,
        cover_image: event.cover_image.as_deref(),
        superseded: event.superseded,
    }
}

#[derive(Serialize)]
struct TimelineObject<'a, B> {
    query: &'a str,
    by: &'a str,
    buckets: Vec<B>,
}

#[derive(Serialize)]
struct BucketObject<'a> {
    label: &'a str,
    start: String,
    end: String,
    count: u64,
    total: u64,
    share: Option<f64>,
}

/// A bucket of a timeline.
pub(crate) fn bucket(bucket: &Bucket) -> impl Serialize + '_ {
    BucketObject {
        label: &bucket.label,
        start: bucket.start.to_string(),
        end: bucket.end.to_string(),
        count: bucket.count,
        total: bucket.total,
        share: bucket.share(),
    }
}

/// A timeline and the query it answers.
pub(crate) fn timeline<'a>(query: &'a str, timeline: &'a Timeline) -> impl Serialize + 'a {
    TimelineObject {
        query,
        by: timeline.by.as_str(),
        buckets: timeline.iter().map(bucket).collect::<Vec<_>>(),
    }
}

#[derive(Serialize)]
struct FacetsObject<'a, C> {
    by: &'a str,
    distinct: usize,
    counts: Vec<C>,
}

#[derive(Serialize)]
struct CountObject<'a> {
    value: &'a str,
    count: u64,
}

/// A value with its count.
pub(crate) fn count(count: &Count) -> impl Serialize + '_ {
    CountObject {
        value: &count.value,
        count: count.count,
    }
}

/// Values with their counts, and how many values there are in all.
pub(crate) fn facets(facets: &Facets) -> impl Serialize + '_ {
    FacetsObject {
        by: facets.by.as_str(),
        distinct: facets.distinct,
        counts: facets.iter().map(count).collect::<Vec<_>>(),
    }
}

#[derive(Serialize)]
struct FailureObject<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    offset: usize,
    kind: &'a str,
    message: &'a str,
}

fn failure(error: &PageError) -> FailureObject<'_> {
    FailureObject {
        path: &error.path,
        line: error.line,
        column: error.column,
        offset: error.offset,
        kind: error.kind,
        message: &error.message,
    }
}

/// The report of an ingest. It lists the first thousand failed pages and notes; `failed` and
/// `noted` count all.
pub(crate) fn report(report: &Report) -> Value {
    let errors: Vec<_> = report.errors.iter().map(failure).collect();
    serde_json::json!({
        "files": report.files,
        "added": report.added,
        "changed": report.changed,
        "relinked": report.relinked,
        "rewritten": report.rewritten,
        "unchanged": report.unchanged,
        "listings": report.listings,
        "twins": report.twins,
        "others": report.others,
        "failed": report.failed,
        "errors": errors,
        "removed": report.removed,
        "retagged": report.retagged,
        "parsed": report.parsed,
        "bytes": report.bytes,
        "seconds": report.seconds,
        "notes": report.notes,
        "noted": report.noted,
    })
}

/// Sizes and counts of a store.
pub(crate) fn stats(stats: &Stats) -> Value {
    serde_json::json!({
        "events": stats.events,
        "superseded": stats.superseded,
        "opinions": stats.opinions,
        "english": stats.english,
        "chinese": stats.chinese,
        "listings": stats.listings,
        "twins": stats.twins,
        "tags": stats.tags,
        "categories": stats.categories,
        "sources": stats.sources,
        "domains": stats.domains,
        "first": stats.first.map(|day| day.to_string()),
        "last": stats.last.map(|day| day.to_string()),
        "segments": stats.segments,
        "deleted_rows": stats.deleted_rows,
        "live_bytes": stats.live_bytes,
        "disk_bytes": stats.disk_bytes,
        "resident_bytes": stats.resident_bytes,
        "cache_bytes": stats.cache_bytes,
        "commit": stats.commit,
        "kept_pages": stats.kept_pages,
    })
}

/// The text of an object on one line. No object made here fails to be written.
pub(crate) fn line(object: &impl Serialize) -> String {
    serde_json::to_string(object).unwrap_or_default()
}

/// The text of an object over several lines, for people.
pub(crate) fn pretty(object: &impl Serialize) -> String {
    serde_json::to_string_pretty(object).unwrap_or_default()
}
