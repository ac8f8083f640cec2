//! Columns put back into a store: the events that they came from, and what the store keeps of its own.

mod support;

use std::sync::Arc;

use eventstore::arrow_array::{
    Date32Array, Int32Array, RecordBatch, StringArray, Time64MicrosecondArray,
};
use eventstore::arrow_schema::{DataType, Field, Schema, TimeUnit};
use eventstore::{Column, Date, Error, Event, Hits, IngestOptions, Report, Result, Store};
use support::{all_answers, project};

const ALL: &str = "superseded:yes draft:yes undated:yes";

fn archive() -> Store {
    let store = Store::memory().unwrap();
    for folder in ["archive", "blog"] {
        let path = project().join("examples").join(folder);
        store.ingest(path, IngestOptions::default()).unwrap();
    }
    store
}

fn put(store: &Store, hits: &Hits, columns: &[&str]) -> Result<Report> {
    let selection = hits.select(columns)?;
    store.add_record_batches(&selection.schema(), selection.record_batches()?)
}

fn events(store: &Store) -> Vec<Event> {
    let hits = store.query(ALL).unwrap();
    hits.iter().map(Result::unwrap).collect()
}

#[test]
fn every_column_gives_the_answers_that_the_events_give() {
    let store = archive();
    let hits = store.query(ALL).unwrap();
    let (of_columns, of_events) = (Store::memory().unwrap(), Store::memory().unwrap());
    let report = put(&of_columns, &hits, &["*"]).unwrap();
    of_events.add(hits.iter().map(Result::unwrap)).unwrap();
    assert_eq!(report.added + report.undated, hits.count().unwrap());
    assert_eq!(all_answers(&of_columns), all_answers(&of_events));
    // What day pages say of an event is no column's.
    let mut expected = events(&store);
    for event in &mut expected {
        event.superseded = false;
    }
    assert_eq!(events(&of_columns), expected);

    let again = put(&of_columns, &of_columns.query(ALL).unwrap(), &["*"]).unwrap();
    assert_eq!(again.unchanged, again.events, "{again}");
}

#[test]
fn an_event_that_is_there_keeps_what_no_column_has() {
    let store = archive();
    let before = events(&store);
    let hits = store.query(ALL).unwrap();
    put(&store, &hits, &["id", "title", "tags"]).unwrap();
    assert_eq!(events(&store), before);
    assert!(before.iter().any(|event| event.body.is_some()));
    // The columns that are there are taken.
    let schema = Schema::new(vec![
        Field::new("id", DataType::Utf8, false),
        Field::new("title", DataType::Utf8, false),
    ]);
    let post = before
        .iter()
        .find(|event| !event.meta.is_empty() && event.body.is_some());
    let post = post.unwrap();
    let columns: [Arc<StringArray>; 2] = [
        Arc::new(vec![post.id.as_str()].into()),
        Arc::new(vec!["Another title"].into()),
    ];
    let columns = columns.map(|column| column as _).into();
    let batch = RecordBatch::try_new(Arc::new(schema.clone()), columns).unwrap();
    store.add_record_batches(&schema, [Ok(batch)]).unwrap();
    let changed = store.get(&post.id).unwrap().unwrap();
    assert_eq!(changed.title, "Another title");
    assert_eq!((&changed.body, &changed.meta), (&post.body, &post.meta));
}

#[test]
fn a_new_page_without_its_text_is_refused_with_the_columns_name() {
    let store = archive();
    let other = Store::memory().unwrap();
    let usual = Column::DEFAULT.map(|column| column.as_str());
    let with_body: Vec<&str> = usual.iter().copied().chain(["body"]).collect();
    let of_context: Vec<&str> = vec!["id", "date", "title", "kind", "lang"];
    for (query, columns, field) in [
        ("kind:opinion", &usual[..], Some("body")),
        ("kind:page", &usual, Some("body")),
        ("kind:page", &with_body, Some("meta")),
        ("kind:news", &["id", "date"], Some("title")),
        ("kind:news", &["id", "title"], Some("date")),
        ("kind:news lang:en", &of_context, None),
    ] {
        let hits = store.query(query).unwrap();
        assert!(hits.count().unwrap() > 0, "{query}");
        match (put(&other, &hits, columns), field) {
            (Ok(report), None) => assert!(report.added > 0),
            (Err(Error::InvalidEvent { field, message, .. }), Some(expected)) => {
                assert_eq!(field, expected);
                assert!(
                    message.contains(&format!("needs the column {field} ")),
                    "{message}"
                );
                assert_eq!(other.len().unwrap(), 0);
            }
            (other, _) => panic!("{query} {columns:?}: {other:?}"),
        }
    }
}

#[test]
fn columns_that_are_none_of_an_event_are_refused() {
    let store = Store::memory().unwrap();
    let hits = store.query("").unwrap();
    let refused = |columns: &[&str]| put(&store, &hits, columns).unwrap_err().to_string();
    assert!(refused(&["title"]).contains("no column id"));
    let error = refused(&["id", "sources.domain"]);
    assert!(error.contains("\"sources.domain\" is no column"), "{error}");

    let one = |name: &str, data_type: DataType, array: eventstore::arrow_array::ArrayRef| {
        let schema = Arc::new(Schema::new(vec![
            Field::new("id", DataType::Utf8, false),
            Field::new("title", DataType::Utf8, false),
            Field::new(name, data_type, true),
        ]));
        let texts = |text| Arc::new(StringArray::from(vec![text]));
        let columns: Vec<eventstore::arrow_array::ArrayRef> =
            vec![texts("2017/03/2/a"), texts("A"), array];
        let batch = RecordBatch::try_new(schema.clone(), columns).unwrap();
        store.add_record_batches(&schema, [Ok(batch)])
    };
    let number = Arc::new(Int32Array::from(vec![1]));
    let error = one("tags", DataType::Int32, number)
        .unwrap_err()
        .to_string();
    assert_eq!(error, "column tags is Int32, not List(Utf8); cast it");
    for days in [i32::MAX, i32::MIN, -800_000] {
        let days = Arc::new(Date32Array::from(vec![days]));
        let error = one("date", DataType::Date32, days).unwrap_err();
        assert!(
            matches!(error, Error::InvalidEvent { field: "date", .. }),
            "{error:?}"
        );
    }
    let micros = Arc::new(Time64MicrosecondArray::from(vec![1_000_001]));
    let time = DataType::Time64(TimeUnit::Microsecond);
    let error = one("time", time, micros).unwrap_err().to_string();
    assert!(
        error.contains("a time is kept to the millisecond; round it"),
        "{error}"
    );
    let json = Arc::new(StringArray::from(vec!["[1]"]));
    let error = one("meta", DataType::Utf8, json).unwrap_err();
    assert!(
        matches!(error, Error::InvalidEvent { field: "meta", .. }),
        "{error:?}"
    );
    let day = Date::new(2017, 3, 2).unwrap();
    let days = Arc::new(Date32Array::from(vec![17_227]));
    assert_eq!(one("date", DataType::Date32, days).unwrap().added, 1);
    assert_eq!(events(&store)[0].date, Some(day));
}
