//! Answers written into files: what is in them, and what is left where writing fails.

mod support;

use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use arrow_ipc::reader::FileReader;
use eventstore::arrow_array::{ArrayRef, RecordBatch, StringArray};
use eventstore::arrow_schema::{DataType, Field, Schema};
use eventstore::{
    By, Date, Error, Event, ExportOptions, Facet, Hits, IngestOptions, Selection, Source, Store,
    Table, TableFormat, WriteOptions,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use support::{SmallDisk, project};

fn archive() -> Store {
    let store = Store::memory().unwrap();
    for folder in ["archive", "blog"] {
        let path = project().join("examples").join(folder);
        store.ingest(path, IngestOptions::default()).unwrap();
    }
    store
}

fn many(count: u32) -> (Store, Hits) {
    let store = Store::memory().unwrap();
    let day = Date::new(2017, 3, 2).unwrap();
    let event = |i: u32| {
        let id = format!("2017/03/2/event-{i}").parse().unwrap();
        Event::new(id, day, format!("Event {i}"))
    };
    store.add((0..count).map(event)).unwrap();
    let hits = store.query("").unwrap();
    (store, hits)
}

/// One batch of everything.
fn whole(batches: impl Iterator<Item = RecordBatch>) -> Vec<RecordBatch> {
    let mut pieces = Vec::new();
    for batch in batches {
        pieces.extend((0..batch.num_rows()).map(|row| batch.slice(row, 1)));
    }
    pieces
}

fn selected(selection: &Selection) -> Vec<RecordBatch> {
    whole(selection.record_batches().unwrap().map(Result::unwrap))
}

fn parquet(path: &Path) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap());
    whole(reader.unwrap().build().unwrap().map(Result::unwrap))
}

fn arrow(path: &Path) -> Vec<RecordBatch> {
    let reader = FileReader::try_new(File::open(path).unwrap(), None).unwrap();
    whole(reader.map(Result::unwrap))
}

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn parquet_and_arrow_files_have_every_row_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name| folder.path().join(name);
    let store = archive();
    let hits = store.query("superseded:yes draft:yes undated:yes").unwrap();
    let selection = hits.select(["*", "sources.domain"]).unwrap();
    for (name, read) in [
        ("a.parquet", parquet as fn(&Path) -> Vec<RecordBatch>),
        ("a.arrow", arrow),
    ] {
        let rows = selection.write(at(name), WriteOptions::new()).unwrap();
        assert_eq!(rows, hits.count().unwrap());
        let found = read(&at(name));
        let expected = selected(&selection);
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found.columns(), expected.columns());
        }
        assert_eq!(found[0].schema().fields(), expected[0].schema().fields());
    }
    // No row has the columns all the same.
    let none = store.query("1999").unwrap();
    assert_eq!(
        none.write(at("none.parquet"), WriteOptions::new()).unwrap(),
        0
    );
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(at("none.parquet")).unwrap());
    assert_eq!(reader.unwrap().schema().fields().len(), 17);
    assert_eq!(none.write(at("none.csv"), WriteOptions::new()).unwrap(), 0);
    let head = fs::read_to_string(at("none.csv")).unwrap();
    assert!(head.starts_with("id,date,categories,title") && head.ends_with("offset\r\n"));
}

#[test]
fn cells_are_safe_in_a_spreadsheet_and_can_be_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::memory().unwrap();
    let mut odd = Event::new(
        "2017/03/2/odd".parse().unwrap(),
        Date::new(2017, 3, 2),
        "=1+1",
    );
    odd.tags = vec!["a,b".to_owned(), "say \"x\"".to_owned()];
    odd.sources = vec![Source::new("A; paper", "https://www.paper.example/1")];
    let minus = Event::new(
        "2017/03/3/minus".parse().unwrap(),
        Date::new(2017, 3, 3),
        "-30 degrees, \"cold\"",
    );
    store.add([odd, minus]).unwrap();
    let selection = store
        .query("")
        .unwrap()
        .select(["date", "title", "summary", "tags", "sources", "superseded"])
        .unwrap();
    let text = |name: &str, options| {
        let path = folder.path().join(name);
        selection.write(&path, options).unwrap();
        fs::read_to_string(path).unwrap()
    };
    let source = r#"[{""name"":""A; paper"",""url"":""https://www.paper.example/1"",""domain"":""paper.example"",""image"":null}]"#;
    assert_eq!(
        text("a.csv", WriteOptions::new()),
        format!(
            "date,title,summary,tags,sources,superseded\r\n\
             2017-03-02,'=1+1,,\"[\"\"a,b\"\",\"\"say \\\"\"x\\\"\"\"\"]\",\"{source}\",false\r\n\
             2017-03-03,\"'-30 degrees, \"\"cold\"\"\",,[],[],false\r\n"
        )
    );
    let raw = text("raw.csv", WriteOptions::new().raw_cells(true));
    assert!(
        raw.contains(",=1+1,") && raw.contains(",\"-30 degrees"),
        "{raw}"
    );
    let tabs = text("a.tsv", WriteOptions::new());
    assert!(
        tabs.starts_with("date\ttitle\t") && tabs.contains("\t'=1+1\t\t"),
        "{tabs}"
    );
}

#[test]
fn numbers_days_and_times_are_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("moments.csv");
    let store = Store::memory().unwrap();
    let page = "---\ntitle: Noon\ndate: 2019-07-08T09:05:00-03:30\n---\nText.\n";
    let pages = vec![("posts/noon.md".to_owned(), page.as_bytes().to_vec())];
    store.ingest(pages, IngestOptions::default()).unwrap();
    let hits = store.query("").unwrap();
    let columns = ["date", "time", "offset", "draft"];
    hits.select(columns)
        .unwrap()
        .write(&path, WriteOptions::new())
        .unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text,
        "date,time,offset,draft\r\n2019-07-08,09:05:00,-210,false\r\n"
    );
    let path = folder.path().join("moments.ndjson");
    hits.select(columns)
        .unwrap()
        .write(&path, WriteOptions::new())
        .unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text,
        "{\"date\":\"2019-07-08\",\"time\":\"09:05:00\",\"offset\":-210,\"draft\":false}\n"
    );
}

#[test]
fn lines_of_json_have_every_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.ndjson");
    let store = archive();
    let hits = store.query("superseded:yes draft:yes undated:yes").unwrap();
    hits.select(["*"])
        .unwrap()
        .write(&path, WriteOptions::new())
        .unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let events: Vec<Event> = hits.iter().map(Result::unwrap).collect();
    assert_eq!(text.lines().count(), events.len());
    for (line, event) in text.lines().zip(&events) {
        let read: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(read.as_object().unwrap().len(), 19);
        assert_eq!(read["id"], event.id.as_str());
        assert_eq!(read["body"].as_str(), event.body.as_deref());
        assert_eq!(
            read["date"].as_str(),
            event.date.map(|date| date.to_string()).as_deref()
        );
        let tags: Vec<_> = read["tags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| tag.as_str().unwrap())
            .collect();
        assert_eq!(tags, event.tags);
        assert_eq!(
            read["related"].as_array().unwrap().len(),
            event.related.len()
        );
    }
}

#[test]
fn a_stream_gets_what_a_file_gets() {
    let folder = tempfile::tempdir().unwrap();
    let store = archive();
    let hits = store.query("superseded:yes draft:yes undated:yes").unwrap();
    let selection = hits.select(["*"]).unwrap();
    for format in TableFormat::ALL {
        let path = folder.path().join(format!("events.{format}"));
        let rows = selection.write(&path, WriteOptions::new()).unwrap();
        let mut stream = Vec::new();
        let written = selection.write_into(&mut stream, format, WriteOptions::new());
        assert_eq!(written.unwrap(), rows, "{format}");
        assert!(stream == fs::read(&path).unwrap(), "{format}");
    }
    let lines = fs::read_to_string(folder.path().join("events.ndjson")).unwrap();
    let array = fs::read_to_string(folder.path().join("events.json")).unwrap();
    let array: Vec<serde_json::Value> = serde_json::from_str(&array).unwrap();
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    assert_eq!(array, lines.collect::<Vec<serde_json::Value>>());

    let none = store.query("1999").unwrap().select(["id"]).unwrap();
    let mut stream = Vec::new();
    none.write_into(&mut stream, TableFormat::Json, WriteOptions::new())
        .unwrap();
    assert_eq!(stream, b"[]\n");
    let closed = std::os::unix::net::UnixStream::pair().unwrap().0;
    let error = selection.write_into(closed, TableFormat::Csv, WriteOptions::new());
    let Error::Storage { source, .. } = error.unwrap_err() else {
        panic!("the stream's own error is lost");
    };
    assert_eq!(source.kind(), std::io::ErrorKind::BrokenPipe);
}

#[test]
fn texts_of_rows_are_for_people() {
    let store = Store::memory().unwrap();
    let day = Date::new(2017, 3, 2);
    let mut odd = Event::new("2017/03/2/odd".parse().unwrap(), day, "Odd");
    odd.tags = vec!["b; c".to_owned(), "a".to_owned()];
    odd.sources = vec![
        Source::new("Paper", "https://paper.example/1"),
        Source::new("Nowhere", "page 5"),
        Source::new("Other", "https://other.example/2"),
    ];
    store.add([odd]).unwrap();
    let hits = store.query("").unwrap();
    let columns = ["date", "time", "summary", "tags", "sources.domain", "draft"];
    let selection = hits.select(columns).unwrap();
    let rows: Vec<Vec<String>> = selection.text_rows().unwrap().map(Result::unwrap).collect();
    let domains = "paper.example; other.example";
    assert_eq!(rows, [["2017-03-02", "", "", "a; b; c", domains, "false"]]);
    let related = hits
        .select(["sources"])
        .unwrap()
        .text_rows()
        .unwrap()
        .next();
    let related = related.unwrap().unwrap();
    assert!(
        related[0].starts_with("[{\"name\":\"Paper\""),
        "{related:?}"
    );
    let (_store, hits) = many(30_000);
    let rows = hits.select(["title"]).unwrap().text_rows().unwrap();
    assert_eq!(rows.count(), 30_000);
    store.close().unwrap();
    assert!(selection.text_rows().is_err());
}

#[test]
fn timelines_and_facets_are_written_too() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name| folder.path().join(name);
    let (_store, hits) = many(3);
    let timeline = hits.timeline(By::Month).unwrap();
    assert_eq!(
        timeline
            .write(at("months.csv"), WriteOptions::new())
            .unwrap(),
        1
    );
    let text = fs::read_to_string(at("months.csv")).unwrap();
    assert_eq!(
        text,
        "label,start,end,count,total,share\r\n2017-03,2017-03-01,2017-03-31,3,3,1.0\r\n"
    );
    let split = hits.split_timeline(By::Month, Facet::Kind, None).unwrap();
    split.write(at("split.csv"), WriteOptions::new()).unwrap();
    assert_eq!(
        fs::read_to_string(at("split.csv")).unwrap(),
        "label,start,end,value,count,total,share\r\n2017-03,2017-03-01,2017-03-31,news,3,3,1.0\r\n"
    );
    let facets = hits.facets(Facet::Kind, None).unwrap();
    facets
        .write(at("kinds.parquet"), WriteOptions::new())
        .unwrap();
    let found = parquet(&at("kinds.parquet"));
    assert_eq!(found, whole([facets.record_batch().unwrap()].into_iter()));
}

#[test]
fn another_ending_is_refused_with_those_that_there_are_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let (_store, hits) = many(1);
    for name in ["events", "events.xlsx", ".csv", "csv"] {
        let error = hits
            .write(folder.path().join(name), WriteOptions::new())
            .unwrap_err();
        assert!(
            matches!(error, Error::InvalidArgument { what: "path", .. }),
            "{error:?}"
        );
        let text = error.to_string();
        assert!(
            text.contains(name) && text.contains(".csv, .tsv, .json, .ndjson, .parquet, .arrow"),
            "{text}"
        );
    }
    assert!(names(folder.path()).is_empty());
    for (path, format) in [
        ("A.CSV", TableFormat::Csv),
        ("a.b.jsonl", TableFormat::Ndjson),
        ("x.csv.parquet", TableFormat::Parquet),
    ] {
        assert_eq!(TableFormat::of_path(path.as_ref()).unwrap(), format);
    }
}

#[test]
fn what_fails_leaves_the_file_that_was_there_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (_store, hits) = many(30_000);
    for ending in TableFormat::ALL {
        let path = folder.path().join(format!("events.{ending}"));
        fs::write(&path, "before").unwrap();
        let mut seen = 0;
        let options = WriteOptions::new().progress(|progress| {
            seen = progress.pages;
            ControlFlow::Break(())
        });
        let error = hits.write(&path, options).unwrap_err();
        assert!(matches!(error, Error::Interrupted), "{error:?}");
        assert!(seen > 0 && seen < 30_000, "{seen}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    }
    assert_eq!(names(folder.path()).len(), TableFormat::ALL.len());

    let missing = folder.path().join("no/events.csv");
    let error = hits.write(&missing, WriteOptions::new()).unwrap_err();
    assert!(
        matches!(&error, Error::PathNotFound { path } if path.ends_with("no")),
        "{error:?}"
    );
    let taken = folder.path().join("taken.csv");
    fs::create_dir(&taken).unwrap();
    let error = hits.write(&taken, WriteOptions::new()).unwrap_err();
    assert!(error.to_string().contains("no file"), "{error}");
}

#[test]
fn a_closed_store_ends_the_writing_with_its_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = archive();
    let hits = store.query("").unwrap();
    hits.count().unwrap();
    store.close().unwrap();
    let error = hits
        .write(folder.path().join("a.csv"), WriteOptions::new())
        .unwrap_err();
    assert!(matches!(error, Error::Closed { .. }), "{error:?}");
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing() {
    let Some(disk) = SmallDisk::new(1) else {
        return;
    };
    let (_store, hits) = many(30_000);
    for ending in TableFormat::ALL {
        let path = disk.path().join(format!("events.{ending}"));
        let _ballast = disk.fill(16 << 10);
        let error = hits.write(&path, WriteOptions::new()).unwrap_err();
        let Error::Storage {
            source, path: at, ..
        } = &error
        else {
            panic!("{ending}: {error:?}");
        };
        assert_eq!(at, &path);
        assert_eq!(
            source.kind(),
            std::io::ErrorKind::StorageFull,
            "{ending}: {source}"
        );
        assert_eq!(names(disk.path()), ["ballast"]);
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_one_and_what_it_leads_to_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (link, file) = (
        folder.path().join("link.csv"),
        folder.path().join("file.csv"),
    );
    fs::write(&file, "before").unwrap();
    std::os::unix::fs::symlink("file.csv", &link).unwrap();
    let (_store, hits) = many(1);
    hits.write(&link, WriteOptions::new()).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&file).unwrap().starts_with("id,"));
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (store, hits) = many(1);
    let of_me_alone = |name: &str| {
        let path = folder.path().join(name);
        fs::write(&path, "of me alone").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    };
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let (table, archive) = (of_me_alone("events.csv"), of_me_alone("all.tar.zst"));
    hits.write(&table, WriteOptions::new()).unwrap();
    store.export_to(&archive, ExportOptions::new()).unwrap();
    assert_eq!((mode(&table), mode(&archive)), (0o600, 0o600));
    assert!(fs::metadata(&archive).unwrap().len() > 100);
}

#[test]
fn what_a_page_says_besides_is_an_object_in_json_and_a_text_in_tables() {
    let store = Store::memory().unwrap();
    let page = "---\ntitle: A\ndate: 2017-03-02\ncover: {alt: A pier, n: 7}\n---\nText.\n";
    let pages = vec![("a.md".to_owned(), page.as_bytes().to_vec())];
    store
        .ingest(pages, eventstore::IngestOptions::new())
        .unwrap();
    let selection = store.query("").unwrap().select(["meta"]).unwrap();
    let written = |format| {
        let mut bytes = Vec::new();
        selection
            .write_into(&mut bytes, format, WriteOptions::new())
            .unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(
        written(TableFormat::Ndjson),
        "{\"meta\":{\"cover\":{\"alt\":\"A pier\",\"n\":\"7\"}}}\n"
    );
    assert_eq!(
        written(TableFormat::Csv),
        "meta\r\n\"{\"\"cover\"\":{\"\"alt\"\":\"\"A pier\"\",\"\"n\"\":\"\"7\"\"}}\"\r\n"
    );
}

/// A batch as lines of JSON.
fn lines_of(batch: &RecordBatch) -> String {
    let mut bytes = Vec::new();
    batch
        .write_into(&mut bytes, TableFormat::Ndjson, WriteOptions::new())
        .unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_text_is_json_because_its_field_says_so_and_not_by_its_name() {
    let text = Field::new("meta", DataType::Utf8, true);
    let schema = Arc::new(Schema::new(vec![text]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("see \"a\""), Some("{}"), None]));
    let batch = RecordBatch::try_new(schema.clone(), vec![texts]).unwrap();
    assert_eq!(
        lines_of(&batch),
        "{\"meta\":\"see \\\"a\\\"\"}\n{\"meta\":\"{}\"}\n{\"meta\":null}\n"
    );

    let store = Store::memory().unwrap();
    let page = "---\ntitle: A\ndate: 2017-03-02\nn: 7\n---\nText.\n";
    let pages = vec![("a.md".to_owned(), page.as_bytes().to_vec())];
    store.ingest(pages, IngestOptions::new()).unwrap();
    let selection = store.query("").unwrap().select(["meta"]).unwrap();
    let ours = selected(&selection).remove(0);
    assert_eq!(lines_of(&ours), "{\"meta\":{\"n\":\"7\"}}\n");
    // As it comes back through a library that hands on no metadata.
    let bare = RecordBatch::try_new(schema, ours.columns().to_vec()).unwrap();
    assert_eq!(lines_of(&bare), "{\"meta\":\"{\\\"n\\\":\\\"7\\\"}\"}\n");
    // And through one that does.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metas.parquet");
    selection.write(&path, WriteOptions::new()).unwrap();
    assert_eq!(lines_of(&parquet(&path)[0]), lines_of(&ours));
}

#[test]
fn a_file_of_one_column_has_a_line_that_readers_keep_for_each_row() {
    let (_store, hits) = many(2);
    for (columns, expected) in [
        (vec!["summary"], "summary\r\n\"\"\r\n\"\"\r\n"),
        (
            vec!["summary", "cover_image"],
            "summary,cover_image\r\n,\r\n,\r\n",
        ),
    ] {
        let mut bytes = Vec::new();
        hits.select(columns)
            .unwrap()
            .write_into(&mut bytes, TableFormat::Csv, WriteOptions::new())
            .unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}
