//! Answers as columns: what is selected, how it is cut into batches, and that it can be read again.

mod support;

use eventstore::arrow_array::cast::AsArray;
use eventstore::arrow_array::types::{Date32Type, Float64Type, Int64Type};
use eventstore::arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchReader};
use eventstore::arrow_schema::DataType;
use eventstore::{
    By, Column, Date, Error, Event, Facet, Hits, IngestOptions, Order, Selection, Store, Table,
    TableFormat, WriteOptions,
};
use support::project;

fn archive() -> Store {
    let store = Store::memory().unwrap();
    for folder in ["archive", "blog"] {
        let path = project().join("examples").join(folder);
        store.ingest(path, IngestOptions::default()).unwrap();
    }
    store
}

fn batches(selection: &Selection) -> Vec<RecordBatch> {
    let batches = selection.record_batches().unwrap();
    assert_eq!(batches.schema(), selection.schema());
    batches.map(Result::unwrap).collect()
}

fn texts(array: &ArrayRef) -> Vec<Option<String>> {
    let texts = array.as_string::<i32>().iter();
    texts.map(|text| text.map(str::to_owned)).collect()
}

fn lists(array: &ArrayRef) -> Vec<Vec<Option<String>>> {
    let lists = array.as_list::<i32>();
    (0..lists.len())
        .map(|row| texts(&lists.value(row)))
        .collect()
}

fn all(store: &Store) -> Hits {
    store.query("superseded:yes draft:yes undated:yes").unwrap()
}

#[test]
fn fields_of_records_are_lists_beside_whole_columns() {
    let store = archive();
    let hits = all(&store);
    let names = [
        "title",
        "sources.domain",
        "sources",
        "source.url",
        "related.tags",
    ];
    let selection = hits.select(names).unwrap();
    let columns: Vec<&str> = selection.columns().collect();
    assert_eq!(
        columns,
        [
            "title",
            "sources.domain",
            "sources",
            "sources.url",
            "related.tags"
        ]
    );
    let events: Vec<Event> = hits.iter().map(Result::unwrap).collect();
    let mut row = 0;
    for batch in batches(&selection) {
        let (domains, urls) = (lists(batch.column(1)), lists(batch.column(3)));
        let tags = batch.column(4).as_list::<i32>();
        for (i, title) in texts(batch.column(0)).into_iter().enumerate() {
            let event = &events[row];
            assert_eq!(title.as_deref(), Some(&*event.title));
            let of_sources = event.sources.iter().map(|source| source.domain());
            assert_eq!(domains[i], of_sources.collect::<Vec<_>>());
            let of_sources = event.sources.iter().map(|source| Some(source.url.clone()));
            assert_eq!(urls[i], of_sources.collect::<Vec<_>>());
            let of_related = event.related.iter().map(|related| {
                let tags = related.tags.iter().cloned().map(Some);
                tags.collect::<Vec<_>>()
            });
            assert_eq!(lists(&tags.value(i)), of_related.collect::<Vec<_>>());
            row += 1;
        }
    }
    assert_eq!(row, events.len());
    assert!(events.iter().any(|event| event.related.len() > 1));
    assert!(events.iter().any(|event| event.sources.len() > 1));
}

#[test]
fn a_star_is_every_column_and_the_default_leaves_texts_out() {
    let store = archive();
    let hits = store.query("").unwrap();
    let every: Vec<String> = Column::ALL.map(|column| column.to_string()).into();
    let star = hits.select(["*"]).unwrap();
    assert!(star.columns().eq(every.iter().map(String::as_str)));
    let usual = hits.select(Column::DEFAULT).unwrap();
    assert!(!usual.columns().any(|name| name == "body" || name == "meta"));
}

#[test]
fn names_that_no_column_has_are_told_with_those_that_there_are() {
    let store = Store::memory().unwrap();
    let hits = store.query("").unwrap();
    let refused = |names: &[&str]| hits.select(names).unwrap_err();
    for (name, offset, part, hint) in [
        ("titel", 0, "there are id, date", "did you mean title?"),
        (
            "source.domian",
            7,
            "sources.url, sources.domain",
            "did you mean sources.domain?",
        ),
        ("title.en", 6, "title has no fields", ""),
        ("scources.url", 0, "there are id, date", ""),
        ("", 0, "there are id, date", ""),
        ("sources.", 8, "there are sources.name", ""),
    ] {
        match refused(&["id", name]) {
            Error::Parse(error) => {
                assert_eq!((error.text.as_str(), error.offset), (name, offset));
                assert!(error.message.contains(part), "{error}");
                if !hint.is_empty() {
                    assert_eq!(error.hint.as_deref(), Some(hint));
                }
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(refused(&[]).to_string().contains("no column is named"));
    for twice in [["id", "id"], ["sources.url", "source.url"], ["*", "id"]] {
        assert!(refused(&twice).to_string().contains("is named twice"));
    }
}

#[test]
fn inner_fields_may_be_null_for_the_readers_of_the_schema() {
    let store = Store::memory().unwrap();
    let hits = store.query("").unwrap();
    fn check(data_type: &DataType) {
        match data_type {
            DataType::List(item) => {
                assert!(item.is_nullable(), "{item:?}");
                check(item.data_type());
            }
            DataType::Struct(fields) => {
                for field in fields {
                    assert!(field.is_nullable(), "{field:?}");
                    check(field.data_type());
                }
            }
            _ => {}
        }
    }
    for field in hits.select(["*", "changes.at"]).unwrap().schema().fields() {
        check(field.data_type());
    }
}

#[test]
fn a_selection_is_read_again_as_it_was() {
    let store = archive();
    let selection = all(&store).select(["id", "tags"]).unwrap();
    let first = batches(&selection);
    let added = Event::new("2030/01/1/a".parse().unwrap(), Date::new(2030, 1, 1), "A");
    store.add([added]).unwrap();
    store
        .remove(&["2018/06/2/a-swarm-of-bees-delays-a-wedding-in-hallmere-by-two-hours"])
        .unwrap();
    assert_eq!(batches(&selection), first);
}

#[test]
fn no_answer_comes_in_crumbs() {
    let store = Store::memory().unwrap();
    // Every other event is of another commit, so that rows of the answer lie in two segments by turns.
    for half in 0..2 {
        let event = |i: u32| {
            let day = Date::new(2017, 3, 1 + (i % 28) as i8).unwrap();
            let id = format!("2017/03/{}/event-{i}", day.day()).parse().unwrap();
            let mut event = Event::new(id, day, format!("Event {i}"));
            event.tags = vec![if i.is_multiple_of(3) { "Fizz" } else { "Other" }.to_owned()];
            event
        };
        store
            .add((0..24_000).filter(|i| i % 2 == half).map(event))
            .unwrap();
    }
    let hits = store.query("").unwrap();
    let narrowed = hits.narrow("tag:fizz").unwrap();
    for answer in [
        hits.clone(),
        hits.order(Order::NewestFirst).unwrap(),
        hits.slice(5_000..20_001),
        narrowed.clone(),
        narrowed.slice(1..),
        hits.slice(..1),
    ] {
        let rows: Vec<usize> = batches(&answer.select(["id", "tags"]).unwrap())
            .iter()
            .map(RecordBatch::num_rows)
            .collect();
        let count = answer.count().unwrap() as usize;
        assert_eq!(rows.iter().sum::<usize>(), count);
        assert!(rows.iter().all(|&rows| rows <= 65_536));
        let (last, others) = rows.split_last().unwrap();
        assert!(*last > 0);
        assert!(others.iter().all(|&rows| rows >= 2_048), "{rows:?}");
    }
}

#[test]
fn timelines_and_facets_are_batches_with_their_rows() {
    let store = archive();
    let hits = store.query("tag:*").unwrap();
    let timeline = hits.timeline(By::Month).unwrap();
    let batch = timeline.record_batch().unwrap();
    assert_eq!(batch.schema(), timeline.schema());
    assert_eq!(batch.num_rows(), timeline.len());
    let counts = |at: usize| batch.column(at).as_primitive::<Int64Type>();
    let shares = batch.column(5).as_primitive::<Float64Type>();
    let starts = batch.column(1).as_primitive::<Date32Type>();
    let epoch = Date::new(1970, 1, 1).unwrap();
    for (row, bucket) in timeline.iter().enumerate() {
        assert_eq!(texts(batch.column(0))[row].as_deref(), Some(&*bucket.label));
        assert_eq!(epoch.plus_days(starts.value(row).into()), bucket.start);
        assert_eq!(counts(3).value(row) as u64, bucket.count);
        assert_eq!(counts(4).value(row) as u64, bucket.total);
        let share = shares.is_valid(row).then(|| shares.value(row));
        assert_eq!(share, bucket.share());
    }
    assert!(timeline.iter().any(|bucket| bucket.share().is_none()));

    let facets = hits.facets(Facet::Tag, Some(5)).unwrap();
    let batch = facets.record_batch().unwrap();
    let values = facets.iter().map(|count| Some(count.value.clone()));
    assert_eq!(texts(batch.column(0)), values.collect::<Vec<_>>());
    let found = batch.column(1).as_primitive::<Int64Type>().values();
    assert!(
        found
            .iter()
            .map(|&count| count as u64)
            .eq(facets.iter().map(|count| count.count))
    );
    assert_eq!(batch.num_rows(), 5);
}

#[test]
fn tables_without_rows_have_their_columns() {
    fn names(table: &impl Table) -> Vec<String> {
        let batch = table.record_batch().unwrap();
        assert_eq!((batch.num_rows(), batch.schema()), (0, table.schema()));
        let fields = batch.schema_ref().fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }
    let store = Store::memory().unwrap();
    let event = Event::new("notes/a".parse().unwrap(), None, "A note");
    store.add([event]).unwrap();
    let hits = store.query("").unwrap();
    let of_bucket = ["label", "start", "end", "count", "total", "share"];
    assert_eq!(names(&hits.timeline(By::Week).unwrap()), of_bucket);
    let split = hits.split_timeline(By::Week, Facet::Tag, None).unwrap();
    let mut of_split = of_bucket.to_vec();
    of_split.insert(3, "value");
    assert_eq!(names(&split), of_split);
    assert_eq!(
        names(&hits.facets(Facet::Tag, None).unwrap()),
        ["value", "count"]
    );
    let similar = store.similar("notes/a", 5).unwrap();
    assert_eq!(names(&similar), ["id", "date", "title", "shared"]);
}

#[test]
fn similar_events_are_a_batch_with_their_rows() {
    let store = archive();
    let event = store.query("tag:*").unwrap().first().unwrap().unwrap();
    let similar = store.similar(&event, 7).unwrap();
    assert_eq!(similar.of, event.id);
    assert!(similar.len() > 3);
    let batch = similar.record_batch().unwrap();
    let ids = similar.iter().map(|one| Some(one.heading.id.to_string()));
    assert_eq!(texts(batch.column(0)), ids.collect::<Vec<_>>());
    let days = batch.column(1).as_primitive::<Date32Type>();
    let epoch = Date::new(1970, 1, 1).unwrap();
    for (row, one) in similar.iter().enumerate() {
        assert_eq!(
            Some(epoch.plus_days(days.value(row).into())),
            one.heading.date
        );
        let shared = batch.column(3).as_list::<i32>().value(row);
        let shared: Vec<_> = texts(&shared).into_iter().flatten().collect();
        assert_eq!(shared, one.shared);
    }
    let mut csv = Vec::new();
    let rows = similar.write_into(&mut csv, TableFormat::Csv, WriteOptions::new());
    assert_eq!(rows.unwrap(), similar.len() as u64);
    assert!(csv.starts_with(b"id,date,title,shared\r\n"));
}
