//! Answers as JSON: names as the fields of the Rust types have them, days as `2017-03-02`, missing
//! values as `null`.
//!
//! Most values are written as the core writes them. The objects of this file add what a type works
//! out: the share of a bucket, the query of a timeline. An event is written by the core. Every field
//! is always there. So a table made of the lines has the same columns whatever the events.

use serde::Serialize;

use eventstore::{Bucket, Count, Event, Facets, SplitBucket, SplitTimeline, Timeline};

/// An event with what only some answers say of it.
#[derive(Serialize)]
struct AnsweredObject<'a, E> {
    #[serde(flatten)]
    event: E,
    /// Only in an answer by relevance.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    /// Only in an answer with snippets; `null` where only the title has the words.
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Option<&'a str>>,
}

/// All fields of an event, with its score in an answer by relevance and its snippet in one with snippets.
pub(crate) fn answered<'a>(
    event: &'a Event,
    score: Option<f64>,
    snippet: Option<Option<&'a str>>,
) -> impl Serialize + 'a {
    AnsweredObject {
        event: event.json_object(),
        score,
        snippet,
    }
}

#[derive(Serialize)]
struct TimelineObject<'a, B> {
    query: &'a str,
    by: &'a str,
    /// Only where each value of a field is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    split: Option<String>,
    buckets: Vec<B>,
}

#[derive(Serialize)]
struct BucketObject<B> {
    #[serde(flatten)]
    bucket: B,
    share: Option<f64>,
}

/// A bucket of a timeline, with its share.
fn bucket(bucket: &Bucket) -> impl Serialize + '_ {
    BucketObject {
        bucket,
        share: bucket.share(),
    }
}

/// A timeline and the query it answers.
pub(crate) fn timeline<'a>(query: &'a str, timeline: &'a Timeline) -> impl Serialize + 'a {
    TimelineObject {
        query,
        by: timeline.by.as_str(),
        split: None,
        buckets: timeline.iter().map(bucket).collect::<Vec<_>>(),
    }
}

/// A bucket of a value, with its share.
fn split_bucket(bucket: &SplitBucket) -> impl Serialize + '_ {
    BucketObject {
        bucket,
        share: bucket.share(),
    }
}

/// A split timeline and the query it answers.
pub(crate) fn split_timeline<'a>(
    query: &'a str,
    timeline: &'a SplitTimeline,
) -> impl Serialize + 'a {
    TimelineObject {
        query,
        by: timeline.by.as_str(),
        split: Some(timeline.split.to_string()),
        buckets: timeline.iter().map(split_bucket).collect::<Vec<_>>(),
    }
}

#[derive(Serialize)]
struct FacetsObject<'a> {
    by: String,
    distinct: usize,
    counts: &'a [Count],
}

/// Values with their counts, and how many values there are in all.
pub(crate) fn facets(facets: &Facets) -> impl Serialize + '_ {
    FacetsObject {
        by: facets.by.to_string(),
        distinct: facets.distinct,
        counts: &facets.counts,
    }
}

/// The text of an object on one line. No object made here fails to be written.
pub(crate) fn line(object: &impl Serialize) -> String {
    serde_json::to_string(object).unwrap_or_default()
}

/// The text of an object over several lines, for people.
pub(crate) fn pretty(object: &impl Serialize) -> String {
    serde_json::to_string_pretty(object).unwrap_or_default()
}
