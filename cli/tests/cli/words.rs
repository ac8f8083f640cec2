//! Words: the order by relevance, marks and snippets, completion, stores without words.

use serde_json::Value;

use super::*;

/// A store of four events.
fn store() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("a.store").to_str().unwrap().to_owned();
    let lines: String = [
        (1, "A flood in spring", "The flood warning came late, and the dam broke."),
        (2, "A bridge opens", "After the flood of 2016 it was built anew."),
        (3, "Flood, flood, flood", "Rain"),
        (4, "A calm", "No wind"),
    ]
    .iter()
    .map(|(day, title, summary)| {
        format!(
            "{{\"id\": \"2017/03/{day}/a\", \"date\": \"2017-03-0{day}\", \"title\": \"{title}\", \"summary\": \"{summary}\"}}\n"
        )
    })
    .collect();
    let added = run_with(&lines, &["add", &store, "-"]);
    assert_eq!(added.status.code(), Some(0), "{}", err(&added));
    (folder, store)
}

#[test]
fn words_that_were_asked_for_stand_in_brackets_in_the_table_alone() {
    let (_folder, store) = store();
    assert_eq!(
        good(&["query", &store, "flood"]),
        "2017-03-01  A [flood] in spring\n2017-03-02  A bridge opens\n2017-03-03  [Flood], [flood], [flood]\n"
    );
    let snippets = "\
2017-03-01  A [flood] in spring
            The [flood] [warning] came late, and the dam broke.
";
    assert_eq!(
        good(&["query", &store, "flood warning", "--snippets"]),
        snippets
    );
    let long = good(&["query", &store, "flood", "warning", "--long"]);
    assert_eq!(long, format!("{snippets}            2017/03/1/a\n"));
    let bare = good(&[
        "query",
        &store,
        "flood warning",
        "--snippets",
        "--no-highlight",
    ]);
    assert_eq!(bare, snippets.replace(['[', ']'], ""));
    let counted = good(&["query", &store, "flood", "--count", "--order", "relevance"]);
    assert_eq!(counted, "3\n");
    // The words stand in its title alone, which is shown.
    let title = good(&[
        "query",
        &store,
        "flood -warning",
        "2017-03-03",
        "--snippets",
    ]);
    assert_eq!(title.lines().count(), 1, "{title}");
    for format in ["json", "ndjson", "csv", "tsv", "md"] {
        let text = good(&["query", &store, "flood", "--format", format]);
        assert!(text.contains("Flood, flood, flood"), "{text}");
        assert!(
            !text.contains("[flood]") && !text.contains("score"),
            "{text}"
        );
    }
}

#[test]
fn snippets_are_a_field_and_a_column_without_marks() {
    let (_folder, store) = store();
    let with = |format: &str| {
        good(&[
            "query",
            &store,
            "flood warning",
            "--snippets",
            "--format",
            format,
        ])
    };
    let text = "The flood warning came late, and the dam broke.";
    let objects: Value = serde_json::from_str(&with("json")).unwrap();
    assert_eq!(objects[0]["snippet"], text);
    assert!(with("csv").starts_with("id,"), "{}", with("csv"));
    let csv = with("csv");
    let header = csv.lines().next().unwrap();
    assert!(header.ends_with(",superseded,snippet"), "{csv}");
    assert!(
        csv.trim_end().ends_with(&format!(",false,\"{text}\"")),
        "{csv}"
    );
    // Only its title has the word.
    let title = [
        "query",
        &store,
        "flood 2017-03-03",
        "--snippets",
        "--format",
    ];
    let line = good(&[&title[..], &["ndjson"]].concat());
    assert!(line.contains("\"snippet\":null"), "{line}");
    let csv = good(&[&title[..], &["csv"]].concat());
    assert!(csv.trim_end().ends_with(",false,"), "{csv}");
    // What it writes can be added again.
    let copied = run_with(&with("ndjson"), &["add", &store, "-"]);
    assert_eq!(copied.status.code(), Some(0), "{}", err(&copied));
}

#[test]
fn what_other_tools_call_an_option_is_told_as_ours() {
    let (_folder, store) = store();
    for (words, tip) in [
        (["query", &store, "flood", "--json"], "--format json"),
        (["facets", &store, "flood", "--csv"], "--format csv"),
        (
            ["query", &store, "flood", "--relevance"],
            "--order relevance",
        ),
        (["search", &store, "flood", "storm"], "query"),
    ] {
        let told = bad(2, &words);
        let tip = format!("\n\n  tip: write {tip}\n\n");
        assert!(told.contains(&tip), "{told}");
        assert_eq!(told.matches("tip:").count(), 1, "{told}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_they_are_red_and_lines_fit() {
    let (folder, store) = store();
    let shown = run_on_terminal(&["query", &store, "flood", "--snippets", "--order", "-date"]);
    assert_eq!(
        out(&shown),
        "\
2017-03-03  \u{1b}[1m\u{1b}[31mFlood\u{1b}[0m, \u{1b}[1m\u{1b}[31mflood\u{1b}[0m, \u{1b}[1m\u{1b}[31mflood\u{1b}[0m
2017-03-02  A bridge opens
            After the \u{1b}[1m\u{1b}[31mflood\u{1b}[0m of 2016 it was built anew.
2017-03-01  A \u{1b}[1m\u{1b}[31mflood\u{1b}[0m in spring
            The \u{1b}[1m\u{1b}[31mflood\u{1b}[0m warning came late, and the dam broke.
"
    );
    let mut dumb = command(&["query", &store, "calm"]);
    dumb.env("TERM", "dumb");
    assert_eq!(out(&run_there(dumb)), "2017-03-04  A [calm]\n");
    let plain = run_on_terminal(&["query", &store, "flood", "--no-highlight"]);
    assert!(!out(&plain).contains('\u{1b}'), "{:?}", out(&plain));

    let archive = folder.path().join("long");
    let title = format!(
        "{} \u{1b}[31mflood {}",
        "大阪 flood".repeat(9),
        "x ".repeat(60)
    );
    let text = format!(
        "---\ntitle: \"{}\"\ndate: 2017-03-05\n---\n{}",
        title.replace('\u{1b}', "\\e"),
        "word 大阪 flood\n".repeat(40)
    );
    write(&archive.join("a.md"), &text);
    good(&["ingest", &store, archive.to_str().unwrap()]);
    for words in [["大阪", "--snippets"], ["flood", "--snippets"]] {
        let shown = run_on_terminal(&["query", &store, words[0], "2017-03-05", words[1]]);
        let text = out(&shown)
            .replace("\u{1b}[1m\u{1b}[31m", "")
            .replace("\u{1b}[0m", "");
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(!text.contains('\u{1b}') && text.contains('…'), "{text:?}");
        for line in text.lines() {
            let columns: usize = line
                .chars()
                .map(|c| if c >= '\u{2E80}' { 2 } else { 1 })
                .sum();
            assert!(columns <= 80, "{columns}: {line}");
        }
    }
}

#[test]
fn by_relevance_each_event_has_its_score_and_pages_go_on() {
    let (_folder, store) = store();
    let table = good(&["query", &store, "flood", "--order", "relevance"]);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("2017-03-03    "), "{table}");
    assert!(lines[0].ends_with("  [Flood], [flood], [flood]"), "{table}");
    let scores: Vec<f64> = lines
        .iter()
        .map(|line| line[10..18].trim().parse().unwrap())
        .collect();
    assert!(
        scores.is_sorted_by(|a, b| a >= b) && scores[2] > 0.0,
        "{table}"
    );

    let words = ["query", &store, "flood", "--order", "relevance", "--format"];
    let with = |rest: &[&str]| good(&[&words[..], rest].concat());
    let objects: Value = serde_json::from_str(&with(&["json"])).unwrap();
    let ids = |objects: &Value| -> Vec<String> {
        let objects = objects.as_array().unwrap().iter();
        objects
            .map(|object| object["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&objects), ["2017/03/3/a", "2017/03/1/a", "2017/03/2/a"]);
    for (object, score) in objects.as_array().unwrap().iter().zip(&scores) {
        assert!(
            (object["score"].as_f64().unwrap() - score).abs() < 0.006,
            "{object}"
        );
    }
    let csv = with(&["csv"]);
    let mut rows = csv.lines();
    assert!(rows.next().unwrap().ends_with(",superseded,score"), "{csv}");
    assert!(rows.next().unwrap().contains(",false,"), "{csv}");

    let first = run(&[
        "query",
        &store,
        "flood",
        "--order",
        "relevance",
        "--limit",
        "2",
        "--ids",
    ]);
    assert_eq!(out(&first), "2017/03/3/a\n2017/03/1/a\n");
    let token = err(&first).split_once("--after ").unwrap().1.trim();
    let rest = good(&[
        "query",
        &store,
        "flood",
        "--order",
        "relevance",
        "--after",
        token,
        "--ids",
    ]);
    assert_eq!(rest, "2017/03/2/a\n");

    // What it writes can be added again.
    let copied = run_with(&with(&["ndjson"]), &["add", &store, "-"]);
    assert_eq!(copied.status.code(), Some(0), "{}", err(&copied));
    assert!(bad(2, &["query", &store, "--order", "date", "--reverse"]).contains("cannot be used"));
    let told = bad(2, &["query", &store, "--order", "newest"]);
    assert!(
        told.contains("-date") && told.contains("relevance"),
        "{told}"
    );
}

#[test]
fn words_are_listed_and_missing_words_are_told() {
    let (_folder, store) = store();
    assert_eq!(
        good(&["words", &store, "FLO", "--format", "tsv"]),
        "value\tcount\r\nflood\t3\r\n"
    );
    let most = run(&["words", &store, "--top", "2"]);
    assert_eq!(out(&most).lines().count(), 2);
    assert!(
        err(&most).starts_with("2 of ") && err(&most).contains(" words"),
        "{}",
        err(&most)
    );
    let facets = good(&[
        "facets", &store, "warning", "--by", "word", "--format", "csv", "--top", "1",
    ]);
    assert_eq!(facets, "value,count\r\na,1\r\n");
    let told = run(&["query", &store, "flodo"]);
    assert_eq!(
        err(&told),
        "0 of 0\nhint: no event has flodo; did you mean flood?\n"
    );
    // Few texts are cut for the question; words come back by reindex.
    good(&["reindex", &store, "--words", "off"]);
    let stats = good(&["stats", &store]);
    assert!(
        stats.ends_with("words           off\n  without       4\n"),
        "{stats}"
    );
    assert_eq!(good(&["query", &store, "flood", "--count"]), "3\n");
    good(&["reindex", &store]);
    let stats = good(&["stats", &store, "--format", "ndjson"]);
    assert!(
        stats.ends_with("\"words\":\"on\",\"without_words\":0}\n"),
        "{stats}"
    );
    assert_eq!(
        good(&["words", &store, "calm", "--format", "tsv"]),
        "value\tcount\r\ncalm\t1\r\n"
    );
}
