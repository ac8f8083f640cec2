//! The shapes of JSON: names as the fields of the Rust types have them, days as `2017-03-02`, missing as `null`.
//!
//! Every field is always there, so that a table made of the lines has the same columns whatever the events.

use serde::Serialize;
use serde_json::Value;

use super::bench::Measured;
use eventstore::{Event, Facets, PageError, Report, Stats, Timeline};

#[derive(Serialize)]
struct EventLine<'a> {
    id: &'a str,
    date: Option<String>,
    lang: &'a str,
    kind: &'a str,
    categories: &'a [String],
    title: &'a str,
    summary: Option<&'a str>,
    authors: &'a [String],
    tags: &'a [String],
    sources: Vec<SourceLine<'a>>,
    related: Vec<RelatedLine<'a>>,
    changes: Vec<ChangeLine<'a>>,
    cover_image: Option<&'a str>,
    superseded: bool,
}

#[derive(Serialize)]
struct SourceLine<'a> {
    name: &'a str,
    url: &'a str,
    domain: Option<String>,
    image: Option<&'a str>,
}

#[derive(Serialize)]
struct RelatedLine<'a> {
    id: &'a str,
    title: &'a str,
    tags: &'a [String],
}

#[derive(Serialize)]
struct ChangeLine<'a> {
    id: &'a str,
    title: &'a str,
    at: Option<&'a str>,
    kind: &'a str,
}

/// All fields of an event.
pub(super) fn event(event: &Event) -> impl Serialize + '_ {
    EventLine {
        id: event.id.as_str(),
        date: event.date.map(|date| date.to_string()),
        lang: event.lang.as_str(),
        kind: event.kind.as_str(),
        categories: &event.categories,
        title: &event.title,
        summary: event.summary.as_deref(),
        authors: &event.authors,
        tags: &event.tags,
        sources: event
            .sources
            .iter()
            .map(|source| SourceLine {
                name: &source.name,
                url: &source.url,
                domain: source.domain(),
                image: source.image.as_deref(),
            })
            .collect(),
        related: event
            .related
            .iter()
            .map(|related| RelatedLine {
                id: related.id.as_str(),
                title: &related.title,
                tags: &related.tags,
            })
            .collect(),
        changes: event
            .changes
            .iter()
            .map(|change| ChangeLine {
                id: change.id.as_str(),
                title: &change.title,
                at: change.at.as_deref(),
                kind: change.kind.as_str(),
            })
            .collect(),
        cover_image: event.cover_image.as_deref(),
        superseded: event.superseded,
    }
}

#[derive(Serialize)]
struct TimelineObject<'a> {
    query: &'a str,
    by: &'a str,
    buckets: Vec<BucketObject<'a>>,
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

/// A timeline and the query it answers.
pub(super) fn timeline<'a>(query: &'a str, timeline: &'a Timeline) -> impl Serialize + 'a {
    let buckets = timeline.iter().map(|bucket| BucketObject {
        label: &bucket.label,
        start: bucket.start.to_string(),
        end: bucket.end.to_string(),
        count: bucket.count,
        total: bucket.total,
        share: bucket.share(),
    });
    TimelineObject {
        query,
        by: timeline.by.as_str(),
        buckets: buckets.collect(),
    }
}

#[derive(Serialize)]
struct FacetsObject<'a> {
    by: &'a str,
    distinct: usize,
    counts: Vec<CountObject<'a>>,
}

#[derive(Serialize)]
struct CountObject<'a> {
    value: &'a str,
    count: u64,
}

/// Values with their counts, and how many values there are in all.
pub(super) fn facets(facets: &Facets) -> impl Serialize + '_ {
    let counts = facets.iter().map(|count| CountObject {
        value: &count.value,
        count: count.count,
    });
    FacetsObject {
        by: facets.by.as_str(),
        distinct: facets.distinct,
        counts: counts.collect(),
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

/// The report of an ingest. Of failed pages and notes the report keeps the first thousand; `failed` and `noted` count.
pub(super) fn report(report: &Report) -> Value {
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
pub(super) fn stats(stats: &Stats) -> Value {
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

#[derive(Serialize)]
struct MeasuredLine<'a> {
    row: &'a str,
    query: Option<&'a str>,
    first_ms: Option<f64>,
    median_ms: Option<f64>,
    answer: Option<u64>,
    unit: Option<&'a str>,
    not_asked: Option<&'a str>,
}

/// A row of `bench`: its times and answer, or why it was not asked.
pub(super) fn measured<'a>(
    row: &'a str,
    query: &'a str,
    measured: Result<Measured, &'a str>,
) -> impl Serialize + 'a {
    let not_asked = measured.as_ref().err().copied();
    let found = measured.ok();
    MeasuredLine {
        row,
        query: Some(query).filter(|query| !query.is_empty()),
        first_ms: found.as_ref().map(|found| found.first_ms),
        median_ms: found.as_ref().map(|found| found.median_ms),
        answer: found.as_ref().map(|found| found.answer),
        unit: found.as_ref().map(|found| found.unit),
        not_asked,
    }
}

/// The text of a shape; nothing that is made here can fail to be written.
pub(super) fn line(shape: &impl Serialize) -> String {
    serde_json::to_string(shape).unwrap_or_default()
}

/// The text of a shape over several lines, for people.
pub(super) fn pretty(shape: &impl Serialize) -> String {
    serde_json::to_string_pretty(shape).unwrap_or_default()
}
