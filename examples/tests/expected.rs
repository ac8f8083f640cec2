//! The sample archive against `expected.json`, which is worked out from the invented events and not from their pages.

use std::fs;
use std::path::Path;

use eventstore::{By, Event, EventId, Facet, IngestOptions, Store};
use serde_json::Value;

const EXAMPLES: &str = env!("CARGO_MANIFEST_DIR");
// Fewer mean that the test looked at the wrong file.
const EVENTS_AT_LEAST: usize = 70;

fn expected() -> Value {
    let text = fs::read_to_string(Path::new(EXAMPLES).join("expected.json"))
        .expect("expected.json is there");
    serde_json::from_str(&text).expect("expected.json is JSON")
}

fn sample_store() -> Store {
    let store = Store::memory().expect("a store in memory");
    store
        .ingest(
            Path::new(EXAMPLES).join("archive"),
            IngestOptions::default(),
        )
        .expect("the archive goes in");
    store
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item.as_str().expect("a text"))
        .collect()
}

fn id_of(value: &Value) -> EventId {
    value.as_str().expect("an id").parse().expect("a valid id")
}

/// The event in the shape of its record, but for the two fields that only the archive has (path and layout).
fn record_of(event: &Event) -> Value {
    let sources: Vec<_> = event
        .sources
        .iter()
        .map(|source| serde_json::json!([source.name, source.url, source.domain()]))
        .collect();
    let changes: Vec<_> = event
        .changes
        .iter()
        .map(|change| serde_json::json!([change.id.as_str(), change.at, change.kind.as_str()]))
        .collect();
    let related: Vec<_> = event.related.iter().map(|link| link.id.as_str()).collect();
    serde_json::json!({
        "id": event.id.as_str(),
        "date": event.date.map(|date| date.to_string()),
        "lang": event.lang.as_str(),
        "kind": event.kind.as_str(),
        "title": event.title,
        "category": event.categories.first(),
        "summary": event.summary,
        // A page ends with a line feed that its text does not.
        "body": event.body.as_deref().map(str::trim_end),
        "author": event.authors.first(),
        "superseded": event.superseded,
        "cover_image": event.cover_image.is_some(),
        "tags": event.tags,
        "sources": sources,
        "related": related,
        "changes": changes,
    })
}

#[test]
fn the_report_partitions_the_files_as_the_sample_archive_was_made() {
    let store = Store::memory().expect("a store in memory");
    let archive = Path::new(EXAMPLES).join("archive");
    let report = store
        .ingest(archive, IngestOptions::default())
        .expect("the archive goes in");
    let expected = expected();
    let counts = &expected["report"];
    assert_eq!(report.files, expected["files"]);
    assert_eq!(report.added, counts["added"]);
    assert_eq!(report.listings, counts["listings"]);
    assert_eq!(report.twins, counts["twins"]);
    assert_eq!(report.others, counts["others"]);
    assert_eq!(report.failed, counts["failed"]);
}

#[test]
fn the_sample_blog_goes_in_without_an_option() {
    let store = Store::memory().expect("a store in memory");
    let blog = Path::new(EXAMPLES).join("blog");
    let report = store
        .ingest(blog, IngestOptions::default())
        .expect("the blog goes in");
    let counts = (report.files, report.added, report.undated, report.drafts);
    assert_eq!(counts, (8, 7, 1, 1), "{report}");
    let rules: Vec<(&str, u64)> = report
        .dated_by
        .iter()
        .map(|(k, n)| (k.as_str(), *n))
        .collect();
    assert_eq!(rules, [("file name", 2), ("key date", 5)]);
    let found = store.query("tag:harbour 2019..2020").expect("a query");
    let ids = found.ids().expect("ids");
    assert_eq!(
        ids.iter().map(EventId::as_str).collect::<Vec<_>>(),
        [
            "_posts/2019-07-08-on-ferries",
            "_posts/2020-02-29-a-leap-day"
        ]
    );
}

#[test]
fn every_event_of_the_sample_blog_is_read_as_it_was_written_down() {
    let store = Store::memory().expect("a store in memory");
    let blog = Path::new(EXAMPLES).join("blog");
    store
        .ingest(blog, IngestOptions::default())
        .expect("the blog goes in");
    let text = fs::read_to_string(Path::new(EXAMPLES).join("blog.json")).expect("blog.json");
    let expected: Value = serde_json::from_str(&text).expect("JSON");
    let all = store.query("draft:yes undated:yes").expect("a query");
    let events: Vec<Event> = all.iter().collect::<Result<_, _>>().expect("events");
    let found = events.iter().map(|event| {
        let mut found = serde_json::json!({
            "id": event.id.as_str(),
            "date": event.date.map(|date| date.to_string()),
            "title": event.title,
            "summary": event.summary,
            "body": event.body,
            "tags": event.tags,
            "categories": event.categories,
            "authors": event.authors,
            "kind": event.kind.as_str(),
            "lang": event.lang.as_str(),
            "draft": event.draft,
            "meta": event.meta.to_string().parse::<Value>().expect("JSON"),
        });
        if !event.sources.is_empty() {
            let sources = event.sources.iter();
            let sources = sources.map(|source| (&source.name, &source.url, source.domain()));
            found["sources"] = serde_json::json!(sources.collect::<Vec<_>>());
        }
        if !event.related.is_empty() {
            let related = event.related.iter().map(|entry| entry.id.as_str());
            found["related"] = serde_json::json!(related.collect::<Vec<_>>());
        }
        found
    });
    let found: Vec<Value> = found.collect();
    assert_eq!(&found, expected["events"].as_array().expect("a list"));
}

#[test]
fn every_event_of_the_sample_archive_is_read_as_it_was_invented() {
    let store = sample_store();
    let expected = expected();
    let records = expected["events"].as_array().expect("a list");
    assert!(records.len() >= EVENTS_AT_LEAST);
    assert_eq!(store.len().expect("open"), records.len());
    for record in records {
        let event = store
            .get(id_of(&record["id"]))
            .expect("readable")
            .unwrap_or_else(|| panic!("no event {}", record["id"]));
        let mut wanted = record.clone();
        for field in ["path", "layout"] {
            wanted.as_object_mut().expect("a record").remove(field);
        }
        assert_eq!(record_of(&event), wanted);
    }
}

#[test]
fn every_page_of_the_sample_archive_comes_back_byte_for_byte() {
    let store = sample_store();
    let expected = expected();
    for record in expected["events"].as_array().expect("a list") {
        let path = record["path"].as_str().expect("a path");
        let page =
            fs::read(Path::new(EXAMPLES).join("archive").join(path)).expect("the page is there");
        assert!(
            store.raw(id_of(&record["id"])).expect("in the store") == page,
            "{path} differs"
        );
    }
}

#[test]
fn tags_are_counted_in_the_spelling_that_most_events_have() {
    let store = sample_store();
    let expected = expected();
    let wanted = expected["tags"].as_object().expect("counts");
    let hits = store.query("").expect("all events");
    assert_eq!(hits.count().expect("counted"), expected["live"]);
    let counts = hits.facets(Facet::Tag, None).expect("counted");
    assert_eq!(counts.iter().count(), wanted.len());
    for tag in &counts {
        assert_eq!(
            tag.count,
            wanted.get(&tag.value).cloned().unwrap_or_default(),
            "{}",
            tag.value
        );
    }
}

#[test]
fn a_timeline_by_year_has_every_year_of_a_tag() {
    let store = sample_store();
    let expected = expected();
    let tags = expected["years"].as_object().expect("tags");
    assert!(tags.len() >= 3);
    for (tag, years) in tags {
        let hits = store
            .query(format!("tag:\"{tag}\"").as_str())
            .expect("a query");
        let timeline = hits.timeline(By::Year).expect("counted");
        for bucket in &timeline {
            let year = bucket.start.year().to_string();
            assert_eq!(
                bucket.count,
                years.get(&year).cloned().unwrap_or_else(|| Value::from(0)),
                "{tag} in {year}"
            );
        }
    }
}

#[test]
fn superseded_events_are_left_out_unless_asked_for() {
    let store = sample_store();
    let expected = expected();
    let hits = store.query("superseded:only").expect("a query");
    let found: Vec<_> = hits
        .ids()
        .expect("readable")
        .iter()
        .map(|id| id.to_string())
        .collect();
    assert_eq!(found, texts(&expected["superseded"]));
}
