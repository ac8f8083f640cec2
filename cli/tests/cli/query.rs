//! `query` and `show`.

use std::fs;

use serde_json::Value;

use super::*;

#[cfg(target_os = "linux")]
#[test]
fn a_table_of_events_fits_the_terminal_and_says_how_to_go_on() {
    let sample = Sample::new();
    let first = run_on_terminal(&["query", &sample.store, "superseded:no"]);
    assert_eq!(out(&first).lines().count(), 20);
    for line in out(&first).lines() {
        let columns: usize = line
            .chars()
            .map(|c| if c >= '\u{2E80}' { 2 } else { 1 })
            .sum();
        assert!(columns <= 80, "{columns}: {line}");
        assert_eq!(&line[4..5], "-", "{line}");
        assert_eq!(&line[10..12], "  ", "{line}");
    }
    assert!(
        out(&first).lines().any(|line| line.ends_with('…')),
        "{}",
        out(&first)
    );
    assert_eq!(
        err(&first),
        "20 of 69\nmore: --limit all, or a number; a number also gives a token to go on by\n"
    );
    let query = ["query", &sample.store, "superseded:no", "--limit", "20"];
    let first = run_on_terminal(&query);
    assert!(
        err(&first).starts_with("20 of 69\nmore: --after "),
        "{}",
        err(&first)
    );

    let mut dates: Vec<String> = out(&first)
        .lines()
        .map(|line| line[..10].to_owned())
        .collect();
    let mut told = err(&first).to_owned();
    while let Some((_, token)) = told.split_once("--after ") {
        let next = run_on_terminal(&[
            "query",
            &sample.store,
            "--after",
            token.trim(),
            "--limit",
            "20",
        ]);
        dates.extend(out(&next).lines().map(|line| line[..10].to_owned()));
        told = err(&next).to_owned();
    }
    assert_eq!(dates.len(), 69, "the pages together are the answer");
    assert!(dates.is_sorted());
    assert_eq!(told, "9 of 69\n");

    let newest = good(&["query", &sample.store, "--reverse", "--limit", "1"]);
    assert!(newest.starts_with("2019-12-22"), "{newest}");
    assert_eq!(
        good(&["query", &sample.store, "--limit", "all"])
            .lines()
            .count(),
        69
    );
    let nothing = run(&["query", &sample.store, "1999"]);
    let told = "0 of 0\nhint: no event is of 1999; all are of 2014-02-18 to 2019-12-22\n";
    assert_eq!(err(&nothing), told);
}

#[test]
fn a_long_table_names_ids_and_marks_superseded_events() {
    let sample = Sample::new();
    let text = good(&[
        "query",
        &sample.store,
        "2018-01-09",
        "superseded:only",
        "--long",
    ]);
    assert!(text.contains("2018-01-09  [superseded] The "), "{text}");
    assert!(
        text.contains(
            "\n            2018/01/9/the-final-deck-piece-of-the-ennet-bridge-is-lifted-in\n"
        ),
        "{text}"
    );
}

#[test]
fn ndjson_has_every_field_of_every_event() {
    let sample = Sample::new();
    let text = good(&[
        "query",
        &sample.store,
        "superseded:yes",
        "--format",
        "ndjson",
    ]);
    let events: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let expected = fs::read_to_string(archive().join("../expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let expected = expected["events"].as_array().unwrap();
    assert_eq!(events.len(), 73);
    assert_eq!(expected.len(), events.len());
    for (event, expected) in events.iter().zip(expected) {
        for field in [
            "id",
            "date",
            "title",
            "summary",
            "lang",
            "kind",
            "tags",
            "superseded",
        ] {
            assert_eq!(event[field], expected[field], "{field} of {}", event["id"]);
        }
        for (list, field) in [("categories", "category"), ("authors", "author")] {
            assert_eq!(event[list].get(0).unwrap_or(&Value::Null), &expected[field]);
        }
        let fields: Vec<&str> = event
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        for field in [
            "authors",
            "body",
            "changes",
            "cover_image",
            "related",
            "sources",
        ] {
            assert!(fields.contains(&field), "{field}");
        }
        assert_eq!(fields.len(), 19);
    }
    let opening = events.iter().find(|event| event["id"] == OPENING).unwrap();
    assert_eq!(opening["sources"][0]["name"], "Northmark Radio");
    assert_eq!(opening["sources"][0]["domain"], "northmark-radio.example");
    assert_eq!(
        opening["related"][4]["tags"],
        serde_json::json!(["Ennet Bridge", "Velling Railway"])
    );
    assert_eq!(opening["authors"], serde_json::json!([]));
}

#[test]
fn csv_has_a_header_and_a_row_an_event() {
    let sample = Sample::new();
    let text = good(&["query", &sample.store, "2018-06-02", "--format", "csv"]);
    let rows: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(
        rows[0],
        "id,date,lang,kind,categories,title,summary,tags,sources.url,superseded"
    );
    assert_eq!(rows.len(), 4, "{text}");
    let row = rows
        .iter()
        .find(|row| row.starts_with(&format!("{OPENING},")))
        .unwrap();
    assert!(row.contains(",2018-06-02,en,news,"), "{row}");
    assert!(row.contains("\"\"Ennet Bridge\"\",\"\""), "{row}");
    assert!(row.contains("bridge/opening\"\",\"\"https://"), "{row}");
    assert!(row.ends_with(",false"), "{row}");
}

#[test]
fn show_gives_the_page_byte_for_byte_under_any_spelling_of_its_id() {
    let sample = Sample::new();
    let page = fs::read(archive().join(format!("news/{OPENING}.md"))).unwrap();
    for id in [
        OPENING.to_owned(),
        OPENING.replace("/2/", "/02/"),
        format!("/news/{OPENING}.md"),
    ] {
        assert_eq!(run(&["show", &sample.store, &id]).stdout, page, "{id}");
    }
    let query = run(&[
        "query",
        &sample.store,
        "2018-06-02 tag:\"Velling Railway\" lang:en",
        "--pages",
    ]);
    assert_eq!(query.stdout, page);
    let query = run_with(OPENING, &["show", &sample.store, "-"]);
    assert_eq!(query.stdout, page);
    let events = good(&["show", &sample.store, OPENING, "--format", "json"]);
    let events: Value = serde_json::from_str(&events).unwrap();
    assert_eq!(events[0]["id"], OPENING);
    let shown = good(&["show", &sample.store, OPENING, "--format", "csv"]);
    let asked = good(&[
        "query",
        &sample.store,
        "2018-06-02 tag:\"Velling Railway\" lang:en",
        "--format",
        "csv",
    ]);
    assert_eq!(shown, asked, "one meaning of a format");

    let told = bad(1, &["show", &sample.store, "2018/06/2/no-such-page"]);
    assert!(told.contains("no event 2018/06/2/no-such-page"), "{told}");
    assert!(
        told.contains("'2018-06-02 superseded:yes' --ids`"),
        "{told}"
    );
    assert!(bad(2, &["show", &sample.store, "../nonsense"]).contains("no event id"));
    for day in ["2018/6/2", "2018-06-02", "/news/2018/06/02/"] {
        for command in ["show", "related", "referring"] {
            let output = run(&[command, &sample.store, day]);
            assert!(output.status.code() > Some(0));
            let told = err(&output);
            assert!(
                told.contains("2018-06-02") && told.contains("--ids` lists the ids of"),
                "{told}"
            );
        }
    }
}

#[test]
fn counts_ids_and_explanations_are_given_when_asked_for() {
    let sample = Sample::new();
    assert_eq!(
        good(&["query", &sample.store, "tag:\"ennet bridge\"", "--count"]),
        "12\n"
    );
    let ids = good(&["query", &sample.store, "2018-06-02", "--ids"]);
    assert_eq!(ids.lines().count(), 3);
    assert!(ids.contains(OPENING), "{ids}");
    assert_eq!(good(&["query", &sample.store, "--ids"]).lines().count(), 69);
    assert!(good(&["query", &sample.store, "tag:saltby", "--explain"]).contains("tag:saltby"));
    assert!(bad(2, &["query", &sample.store, "--count", "--ids"]).contains("cannot be used with"));
}

#[test]
fn a_query_may_begin_with_a_hyphen_and_come_in_several_words() {
    let sample = Sample::new();
    let all: usize = good(&["query", &sample.store, "--count"])
        .trim()
        .parse()
        .unwrap();
    let with: usize = good(&["query", &sample.store, "lang:zh", "--count"])
        .trim()
        .parse()
        .unwrap();
    let without: usize = good(&["query", &sample.store, "-lang:zh", "--count"])
        .trim()
        .parse()
        .unwrap();
    assert_eq!(all, with + without);
    let split = good(&[
        "query",
        &sample.store,
        "tag:Saltby",
        "-lang:zh",
        "2018",
        "--ids",
    ]);
    assert_eq!(
        split,
        good(&["query", &sample.store, "tag:Saltby -lang:zh 2018", "--ids"])
    );
    assert!(!split.is_empty());
}

#[test]
fn a_query_that_finds_nothing_is_answered_with_a_hint() {
    let sample = Sample::new();
    for words in [
        vec!["query", &sample.store, "tag:Saltbi"],
        vec!["query", &sample.store, "tag:Saltbi", "--count"],
        vec!["query", &sample.store, "tag:Saltbi", "--format", "csv"],
        vec!["timeline", &sample.store, "tag:Saltbi"],
        vec!["facets", &sample.store, "tag:Saltbi"],
    ] {
        let output = run(&words);
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        let told = err(&output);
        assert!(
            told.contains("hint: no event has tag:Saltbi; did you mean tag:Saltby?"),
            "{told}"
        );
    }
    let output = run(&["query", &sample.store, "tag:Saltby"]);
    assert!(!err(&output).contains("hint"), "{}", err(&output));
}

#[test]
fn words_are_asked_as_they_are_typed() {
    let sample = Sample::new();
    for (words, count) in [
        (vec!["storm", "maren"], "5\n"),
        (vec!["storm maren"], "5\n"),
        (vec!["\"maren storm\""], "0\n"),
        (vec!["-storm", "maren"], "0\n"),
        (vec!["flood*"], "2\n"),
        (vec!["title:flood*", "(night, fund)"], "2\n"),
    ] {
        let mut all = vec!["query", &sample.store, "--count"];
        all.extend(words);
        assert_eq!(good(&all), count, "{all:?}");
    }
    let told = run(&["query", &sample.store, "saltbi"]);
    let hint = "hint: no event has saltbi; did you mean saltby?";
    assert!(err(&told).contains(hint), "{}", err(&told));
    let help = good(&["query", "--help"]);
    assert!(help.contains("title:flood"), "{help}");
}
