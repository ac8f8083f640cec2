//! Record batches hold what the events hold.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int16Type, Time64MicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchReader};
use arrow_schema::ArrowError;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::columns::Columns;
use super::gather::ColumnPlan;
use crate::event::{Change, ChangeKind, Date, Event, EventId, Meta, Related, Source, Time};
use crate::query::tests::model::query;
use crate::query::tests::stores::{history, store_of};
use crate::store::RowRef;
use crate::{Column, Error, Hits, IngestOptions, Order, Store};

fn texts(array: &ArrayRef) -> Vec<Option<String>> {
    let text = |text: Option<&str>| text.map(str::to_owned);
    array.as_string::<i32>().iter().map(text).collect()
}

fn whole(array: &ArrayRef) -> Vec<String> {
    assert_eq!(array.null_count(), 0);
    texts(array).into_iter().flatten().collect()
}

/// What `read` makes of the items of each row's list.
fn lists<T>(array: &ArrayRef, read: impl Fn(&ArrayRef) -> Vec<T>) -> Vec<Vec<T>> {
    let lists = array.as_list::<i32>();
    assert_eq!(lists.null_count(), 0);
    (0..lists.len())
        .map(|row| read(&lists.value(row)))
        .collect()
}

fn sources(array: &ArrayRef) -> Vec<Source> {
    let columns = array.as_struct().columns();
    let (names, urls, images) = (whole(&columns[0]), whole(&columns[1]), texts(&columns[3]));
    let found: Vec<Source> = names
        .into_iter()
        .zip(urls)
        .zip(images)
        .map(|((name, url), image)| Source { name, url, image })
        .collect();
    let domains: Vec<_> = found.iter().map(Source::domain).collect();
    assert_eq!(texts(&columns[2]), domains);
    found
}

fn related(array: &ArrayRef) -> Vec<Related> {
    let columns = array.as_struct().columns();
    let tags = lists(&columns[2], whole);
    whole(&columns[0])
        .iter()
        .zip(whole(&columns[1]))
        .zip(tags)
        .map(|((id, title), tags)| Related {
            id: EventId::from_canonical(id),
            title,
            tags,
        })
        .collect()
}

fn changes(array: &ArrayRef) -> Vec<Change> {
    let columns = array.as_struct().columns();
    let (ids, titles, times) = (whole(&columns[0]), whole(&columns[1]), texts(&columns[2]));
    let kinds = whole(&columns[3]);
    (0..ids.len())
        .map(|i| Change {
            id: EventId::from_canonical(&ids[i]),
            title: titles[i].clone(),
            at: times[i].clone(),
            kind: match kinds[i].as_str() {
                "first" => ChangeKind::First,
                "update" => ChangeKind::Update,
                "current" => ChangeKind::Current,
                other => panic!("kind of change {other}"),
            },
        })
        .collect()
}

fn meta_of(json: &str) -> Meta {
    serde_json::from_str(json).unwrap()
}

/// The events of a batch with all columns.
fn events(batch: &RecordBatch) -> Vec<Event> {
    let column = |column: Column| batch.column_by_name(column.as_str()).unwrap();
    let (ids, titles) = (whole(column(Column::Id)), whole(column(Column::Title)));
    let (kinds, langs) = (whole(column(Column::Kind)), whole(column(Column::Lang)));
    let days = column(Column::Date).as_primitive::<Date32Type>();
    let superseded = column(Column::Superseded).as_boolean();
    let [summary, cover] = [Column::Summary, Column::CoverImage].map(|name| texts(column(name)));
    let categories = lists(column(Column::Categories), whole);
    let authors = lists(column(Column::Authors), whole);
    let tags = lists(column(Column::Tags), whole);
    let sources = lists(column(Column::Sources), sources);
    let related = lists(column(Column::Related), related);
    let changes = lists(column(Column::Changes), changes);
    let (meta, body) = (texts(column(Column::Meta)), texts(column(Column::Body)));
    let times = column(Column::Time).as_primitive::<Time64MicrosecondType>();
    let offsets = column(Column::Offset).as_primitive::<Int16Type>();
    let drafts = column(Column::Draft).as_boolean();
    let epoch = Date::new(1970, 1, 1).unwrap();
    (0..batch.num_rows())
        .map(|i| Event {
            id: EventId::from_canonical(&ids[i]),
            date: (days.is_valid(i)).then(|| epoch.plus_days(days.value(i).into())),
            categories: categories[i].clone(),
            title: titles[i].clone(),
            summary: summary[i].clone(),
            sources: sources[i].clone(),
            related: related[i].clone(),
            tags: tags[i].clone(),
            cover_image: cover[i].clone(),
            changes: changes[i].clone(),
            authors: authors[i].clone(),
            body: body[i].clone(),
            time: times.is_valid(i).then(|| {
                assert_eq!(times.value(i) % 1_000, 0);
                let millis = u32::try_from(times.value(i) / 1_000).unwrap();
                Time::from_millis(millis).unwrap()
            }),
            offset: offsets.is_valid(i).then(|| offsets.value(i)),
            meta: meta[i].as_deref().map_or_else(Meta::default, meta_of),
            draft: drafts.value(i),
            kind: kinds[i].parse().unwrap(),
            lang: langs[i].parse().unwrap(),
            superseded: superseded.value(i),
        })
        .collect()
}

fn batches(hits: &Hits, columns: &[Column]) -> Vec<RecordBatch> {
    let found = hits.record_batches(columns).unwrap();
    found.map(Result::unwrap).collect()
}

fn events_of(hits: &Hits) -> Vec<Event> {
    hits.iter().map(Result::unwrap).collect()
}

fn all(hits: &Hits) -> Vec<Event> {
    let batches = batches(hits, &Column::ALL);
    batches.iter().flat_map(events).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn batches_hold_the_events_in_their_order(
        history in history(),
        queries in prop::collection::vec(query(), 6),
        wanted in subsequence(&Column::ALL[..], 1..=19).prop_shuffle(),
        cut in (0u64..40, 0u64..60),
    ) {
        let store = store_of(&history);
        for query in queries {
            let hits = store.query(query).unwrap();
            for hits in [hits.clone(), hits.order(Order::NewestFirst).unwrap(), hits.slice(cut.0..cut.1)] {
                let plain = events_of(&hits);
                prop_assert_eq!(&all(&hits), &plain);
                // Of some columns alone, which other parts of the rows may answer.
                let some = batches(&hits, &wanted);
                prop_assert_eq!(some.iter().map(RecordBatch::num_rows).sum::<usize>(), plain.len());
                for (some, whole) in some.iter().zip(batches(&hits, &Column::ALL)) {
                    for (i, column) in wanted.iter().enumerate() {
                        prop_assert_eq!(some.column(i), whole.column_by_name(column.as_str()).unwrap());
                    }
                }
            }
        }
    }
}

#[test]
fn the_sample_archive_is_the_same_in_columns() {
    let store = Store::memory().unwrap();
    let archive = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/archive");
    store.ingest(archive, IngestOptions::default()).unwrap();
    let hits = store.query("superseded:yes").unwrap();
    let plain = events_of(&hits);
    let count = |holds: fn(&Event) -> bool| plain.iter().filter(|event| holds(event)).count();
    assert!(count(|event| !event.changes.is_empty()) > 0);
    assert!(count(|event| !event.authors.is_empty()) > 0);
    assert!(count(|event| event.superseded) > 0);
    assert!(count(|event| !event.related.is_empty()) > 10);
    assert_eq!(all(&hits), plain);
    // One event alone, for which no field is uninverted.
    let store = Store::memory().unwrap();
    store.ingest(archive, IngestOptions::default()).unwrap();
    let one = store.query("").unwrap().slice(3..4);
    let plain = events_of(&one);
    assert_eq!((plain.len(), all(&one)), (1, plain));
}

#[test]
fn a_markdown_archive_is_the_same_in_columns() {
    let store = Store::memory().unwrap();
    let archive = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/blog");
    store.ingest(archive, IngestOptions::default()).unwrap();
    let hits = store.query("draft:yes undated:yes").unwrap();
    let plain = events_of(&hits);
    let count = |holds: fn(&Event) -> bool| plain.iter().filter(|event| holds(event)).count();
    assert!(count(|event| event.date.is_none()) > 0);
    assert!(count(|event| event.time.is_some()) > 0);
    assert!(count(|event| event.offset.is_some()) > 0);
    assert!(count(|event| event.draft) > 0);
    assert!(count(|event| !event.meta.is_empty()) > 0);
    assert!(count(|event| event.body.is_some()) > 0);
    assert!(count(|event| !event.related.is_empty()) > 0);
    assert_eq!(all(&hits), plain);
    let names = Column::DEFAULT.map(Column::as_str);
    assert!(
        !names.contains(&"body") && !names.contains(&"meta"),
        "{names:?}"
    );
}

#[test]
fn an_answer_is_cut_into_batches_and_an_empty_one_has_a_schema() {
    let store = Store::memory().unwrap();
    let event = |i: u32| {
        let day = Date::new(2017, 3, 1 + (i % 28) as i8).unwrap();
        let id = format!("2017/03/{}/event-{i}", day.day());
        Event::new(id.parse().unwrap(), day, format!("Event {i}"))
    };
    store.add((0..40_000).map(event)).unwrap();
    let hits = store.query("").unwrap();
    let found = batches(&hits, &[Column::Title, Column::Id]);
    assert!(found.len() > 1);
    assert!(
        found
            .iter()
            .all(|batch| (1..=65_536).contains(&batch.num_rows()))
    );
    let ids: Vec<String> = found
        .iter()
        .flat_map(|batch| whole(batch.column(1)))
        .collect();
    let expected = hits.ids().unwrap();
    assert!(ids.iter().eq(expected.iter().map(EventId::as_str)));

    let none = store.query("1999").unwrap();
    let mut stream = none.record_batches(&Column::ALL).unwrap();
    let names: Vec<_> = Column::ALL.map(Column::as_str).into();
    let schema = stream.schema();
    assert_eq!(
        schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect::<Vec<_>>(),
        names
    );
    assert!(stream.next().is_none());
}

#[test]
fn a_batch_whose_texts_grow_too_large_ends_early() {
    let store = Store::memory().unwrap();
    let event = |i: u32| {
        let day = Date::new(2017, 3, 2).unwrap();
        let id = format!("2017/03/2/event-{i:03}").parse().unwrap();
        Event::new(id, day, format!("Event {i:03} {}", "x".repeat(200)))
    };
    store.add((0..100).map(event)).unwrap();
    let snapshot = store.snapshot().unwrap();
    let rows: Vec<RowRef> = (0..100)
        .map(|row| RowRef {
            segment_index: 0,
            row,
        })
        .collect();
    let plan = |bytes: usize| {
        let columns = Columns::new([Column::Kind, Column::Title]).unwrap();
        ColumnPlan::new(columns, vec![100]).batch_bytes(bytes)
    };
    assert_eq!(plan(1 << 20).gather(&snapshot, &rows).unwrap().len(), 1);
    // Ten titles of 210 bytes are more than 2,000.
    let cut = plan(2_000).gather(&snapshot, &rows).unwrap();
    assert!(cut.iter().all(|batch| batch.num_rows() == 10));
    let titles: Vec<String> = cut
        .iter()
        .flat_map(|batch| whole(batch.column(1)))
        .collect();
    assert_eq!(titles.len(), 100);
    assert!(titles.is_sorted());
}

#[test]
fn only_what_is_wanted_is_loaded() {
    let store = Store::memory().unwrap();
    let archive = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/archive");
    store.ingest(archive, IngestOptions::default()).unwrap();
    let resident = || store.stats().unwrap().resident_bytes;
    let hits = store.query("").unwrap();
    batches(&hits, &[Column::Id, Column::Title]);
    let ids = resident();
    batches(&hits, &Column::ALL);
    let whole = resident();
    batches(&hits, &[Column::Tags]);
    let tags = resident();
    // Ids need no dictionary; rows are decoded for the summary, so that nothing is turned around;
    // for tags alone it is.
    assert!(ids < whole && whole < tags, "{ids} {whole} {tags}");
}

#[test]
fn columns_are_named_each_once() {
    let store = Store::memory().unwrap();
    let hits = store.query("").unwrap();
    let refusal = |columns: &[Column]| hits.record_batches(columns).unwrap_err().to_string();
    assert!(refusal(&[]).contains("no column"));
    assert!(refusal(&[Column::Id, Column::Date, Column::Id]).contains("id is named twice"));
    let unknown = "titel".parse::<Column>().unwrap_err().to_string();
    assert!(
        unknown.contains("\"titel\"") && unknown.contains("title, summary"),
        "{unknown}"
    );
    for (name, column) in [("tag", Column::Tags), ("author", Column::Authors)] {
        assert_eq!(name.parse::<Column>().unwrap(), column);
    }
    let unknown = "sumary".parse::<Column>().unwrap_err();
    assert_eq!(unknown.hint.as_deref(), Some("did you mean summary?"));
}

#[test]
fn a_closed_store_ends_the_stream_with_its_error() {
    let store = Store::memory().unwrap();
    let day = Date::new(2017, 3, 2).unwrap();
    store
        .add([Event::new("2017/03/2/a".parse().unwrap(), day, "a")])
        .unwrap();
    let mut stream = store
        .query("")
        .unwrap()
        .record_batches(&Column::ALL)
        .unwrap();
    store.close().unwrap();
    match stream.next() {
        Some(Err(ArrowError::ExternalError(error))) => {
            assert!(matches!(error.downcast_ref(), Some(Error::Closed { .. })));
        }
        other => panic!("{other:?}"),
    }
    assert!(stream.next().is_none());
}

#[test]
fn columns_have_plain_types() {
    let store = Store::memory().unwrap();
    let stream = store
        .query("")
        .unwrap()
        .record_batches(&Column::ALL)
        .unwrap();
    let schema = stream.schema();
    let fields: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| format!("{} {}", field.name(), field.data_type()))
        .collect();
    let expected = [
        "id Utf8",
        "date Date32",
        "categories List(Utf8)",
        "title Utf8",
        "summary Utf8",
        "tags List(Utf8)",
        r#"sources List(Struct("name": Utf8, "url": Utf8, "domain": Utf8, "image": Utf8))"#,
        r#"related List(Struct("id": Utf8, "title": Utf8, "tags": List(Utf8)))"#,
        "cover_image Utf8",
        r#"changes List(Struct("id": Utf8, "title": Utf8, "at": Utf8, "kind": Utf8))"#,
        "authors List(Utf8)",
        "kind Utf8",
        "lang Utf8",
        "superseded Boolean",
        "draft Boolean",
        "time Time64(µs)",
        "offset Int16",
        "meta Utf8",
        "body Utf8",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn a_key_of_meta_is_a_column_of_texts() {
    let page = |name: &str, keys: &str| {
        let page = format!("---\ntitle: T\ndate: 2017-03-02\n{keys}---\n");
        (name.to_owned(), page.into_bytes())
    };
    let pages = vec![
        page(
            "a.md",
            "series: Ferries\nweight: 03\ncover: {Alt: A pier}\n",
        ),
        page("b.md", "Series: [Ferries, 'Lamps \"x\"']\nweight:\n"),
        page("c.md", ""),
    ];
    let store = Store::memory().unwrap();
    store.ingest(pages, IngestOptions::new()).unwrap();
    let hits = store.query("").unwrap();
    let names = [
        "id, meta.series",
        "meta.weight",
        "meta.cover.alt",
        " meta.cover ",
        "meta",
    ];
    let selection = hits.select(names).unwrap();
    let columns: Vec<&str> = selection.columns().collect();
    assert_eq!(
        columns,
        [
            "id",
            "meta.series",
            "meta.weight",
            "meta.cover.alt",
            "meta.cover",
            "meta"
        ]
    );
    let batch = selection.record_batches().unwrap().next().unwrap().unwrap();
    assert_eq!(batch.schema(), selection.schema());
    let column = |at: usize| -> Vec<Option<String>> {
        let texts = batch.column(at).as_string::<i32>().iter();
        texts.map(|text| text.map(str::to_owned)).collect()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        column(1),
        [some("Ferries"), some(r#"["Ferries","Lamps \"x\""]"#), None]
    );
    assert_eq!(column(2), [some("03"), None, None]);
    assert_eq!(column(3), [some("A pier"), None, None]);
    assert_eq!(column(4), [some(r#"{"Alt":"A pier"}"#), None, None]);
    for (name, message) in [
        (
            "meta.",
            "\"meta.\" names no key; write meta.KEY, or meta for all",
        ),
        ("date,", "\"\" is no column; there are"),
        (
            "tags.x",
            "\"tags.x\" is no column: tags has no fields; write tags",
        ),
    ] {
        let error = hits.select([name]).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
