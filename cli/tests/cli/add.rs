//! `add`: events from lines of JSON.

use super::*;

const LINES: &str = concat!(
    r#"{"id":"2017/03/2/a","date":"2017-03-02","title":"A","tags":["Sea"],"#,
    r#""sources":[{"name":"Courier","url":"https://courier.example/a"}]}"#,
    "\n\n",
    r#"{"id":"2017/04/1/b","date":"2017-04-01","title":"B","#,
    r#""related":[{"id":"2017/03/2/a","title":"A","tags":["Land"]}]}"#,
    "\n",
);

#[test]
fn events_come_from_a_file_or_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    write(&folder.path().join("events.ndjson"), LINES);
    let report = good(&["add", &at("a.store"), &at("events.ndjson")]);
    assert!(report.contains("2 added"), "{report}");
    let output = run_with(LINES, &["add", &at("b.store"), "-", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let report: serde_json::Value = serde_json::from_str(out(&output)).unwrap();
    assert_eq!(report["added"], 2);
    for store in ["a.store", "b.store"] {
        assert_eq!(
            good(&["query", &at(store), "tag:Sea", "--ids"]),
            "2017/03/2/a\n"
        );
        let referring = good(&["referring", &at(store), "2017/03/2/a", "--ids"]);
        assert_eq!(referring, "2017/04/1/b\n");
    }
}

#[test]
fn what_query_prints_goes_into_another_store_unchanged() {
    let sample = Sample::new();
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.store");
    let other = other.to_str().unwrap();
    let lines = good(&[
        "query",
        &sample.store,
        "superseded:no",
        "--format",
        "ndjson",
    ]);
    let output = run_with(&lines, &["add", other, "-"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let back = good(&["query", other, "--format", "ndjson"]);
    assert_eq!(back.lines().count(), lines.lines().count());
    for (back, line) in back.lines().zip(lines.lines()) {
        let back: serde_json::Value = serde_json::from_str(back).unwrap();
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        for field in [
            "id", "date", "title", "summary", "sources", "related", "lang", "tags",
        ] {
            assert_eq!(back[field], line[field], "{field} of {}", line["id"]);
        }
    }
}

#[test]
fn a_line_that_cannot_be_read_is_named_and_none_goes_in() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("a.store");
    let words = ["add", store.to_str().unwrap(), "-"];
    for (last, why) in [
        ("{\"id\":\"2017/03/2/c\"}", "missing field `title`"),
        ("not json", "not JSON at column 2: expected ident"),
        (
            "{\"id\":\"../c\",\"date\":\"2017-03-02\",\"title\":\"C\"}",
            "no event id",
        ),
    ] {
        let output = run_with(&format!("{LINES}{last}\n"), &words);
        assert_eq!(output.status.code(), Some(1));
        let told = err(&output);
        assert!(told.starts_with("eventstore: standard input:4: "), "{told}");
        assert!(told.contains(why), "{told}");
        assert!(!store.exists());
    }
    assert_eq!(run_with("", &words).status.code(), Some(1));
    let told = bad(1, &["add", store.to_str().unwrap(), "no/such.ndjson"]);
    assert!(told.contains("no/such.ndjson: no such file"), "{told}");
    assert!(!store.exists());
}
