//! `--columns`: the same columns printed in every format, and in a file.

use super::*;

const COLUMNS: &str = "date,title,tags,sources.domain";

fn printed(store: &str, format: &str) -> String {
    let words = [
        "query",
        store,
        "2018-06",
        "--columns",
        COLUMNS,
        "--format",
        format,
    ];
    good(&words)
}

#[test]
fn what_is_printed_is_what_a_file_has() {
    let sample = Sample::new();
    let folder = tempfile::tempdir().unwrap();
    for format in ["csv", "tsv", "json", "ndjson"] {
        let file = folder.path().join(format!("a.{format}"));
        let path = file.to_str().unwrap();
        good(&[
            "query",
            &sample.store,
            "2018-06",
            "--columns",
            COLUMNS,
            "--output",
            path,
        ]);
        let file = std::fs::read_to_string(file).unwrap();
        assert!(file.lines().count() >= 3, "{file}");
        assert_eq!(printed(&sample.store, format), file, "{format}");
    }
    let json: serde_json::Value = serde_json::from_str(&printed(&sample.store, "json")).unwrap();
    assert!(json[0]["sources.domain"].is_array(), "{json}");
    let empty = [
        "query",
        &sample.store,
        "1999",
        "--columns",
        "id",
        "--format",
        "json",
    ];
    assert_eq!(good(&empty), "[]\n");
}

#[test]
fn people_get_lists_that_they_can_read() {
    let sample = Sample::new();
    let md = printed(&sample.store, "md");
    let mut lines = md.lines();
    assert_eq!(
        lines.next(),
        Some("| date | title | tags | sources.domain |")
    );
    assert_eq!(lines.next(), Some("| --- | --- | --- | --- |"));
    let second = lines.nth(1).unwrap();
    assert!(
        second.contains("Northmark; Saltby") && !second.contains("\\["),
        "{second}"
    );

    let text = printed(&sample.store, "table");
    assert_eq!(
        text.lines().count(),
        md.lines().count() - 2,
        "a line an event:\n{text}"
    );
    assert!(
        text.lines().all(|line| line.starts_with("2018-06-")),
        "{text}"
    );
    assert!(!text.contains('…') && !text.contains(" \n"), "{text}");
}

#[test]
fn a_limit_an_order_and_a_sample_hold_for_columns_too() {
    let sample = Sample::new();
    let ids = |more: &[&str]| {
        let mut words = vec!["query", sample.store.as_str(), "2018"];
        words.extend(more);
        let mut columns = words.clone();
        columns.extend(["--columns", "id"]);
        words.push("--ids");
        assert_eq!(good(&columns), good(&words), "{more:?}");
    };
    ids(&["--limit", "3"]);
    ids(&["--limit", "3", "--reverse"]);
    ids(&["--sample", "4", "--seed", "7"]);
}

#[test]
fn what_columns_cannot_be_is_said() {
    let sample = Sample::new();
    let store = sample.store.as_str();
    let told = bad(2, &["query", store, "--columns", "titel"]);
    assert!(told.contains("did you mean title?"), "{told}");
    let told = bad(2, &["query", store, "--columns", "title", "--ids"]);
    assert!(told.contains("cannot be used with"), "{told}");
    for format in ["parquet", "arrow"] {
        let told = bad(2, &["query", store, "--format", format]);
        assert!(
            told.contains(&format!("tip: write --output FILE.{format}")),
            "{told}"
        );
    }
    let told = run(&["query", store, "1999", "--columns", "title"]);
    assert_eq!((told.status.code(), out(&told)), (Some(0), ""));
    assert!(err(&told).starts_with("0 of 0\n"), "{}", err(&told));
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_the_widest_columns_are_cut() {
    let sample = Sample::new();
    let words = [
        "query",
        &sample.store,
        "2018",
        "--columns",
        COLUMNS,
        "--color",
        "never",
    ];
    let shown = run_on_terminal(&words);
    let lines: Vec<&str> = out(&shown).lines().collect();
    assert_eq!(
        lines.len(),
        1 + 13,
        "a head and the events of 2018: {lines:#?}"
    );
    assert!(lines[0].starts_with("date        title"), "{lines:#?}");
    for line in &lines {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let titles = lines[1..].iter().filter(|line| line[12..].contains('…'));
    assert!(titles.count() > 10, "{lines:#?}");
}

#[test]
fn lines_with_every_column_go_into_another_store() {
    let (sample, home) = (Sample::new(), tempfile::tempdir().unwrap());
    let all = "draft:yes undated:yes";
    let lines = good(&[
        "query",
        &sample.store,
        all,
        "--format",
        "ndjson",
        "--columns",
        "*",
    ]);
    let other = home.path().join("other.store");
    let other = other.to_str().unwrap();
    let blog = archive().with_file_name("blog");
    good(&["ingest", other, blog.to_str().unwrap()]);
    let before = good(&["query", other, all, "--count"]);
    assert_ne!(before, "0\n");
    let added = run_with(&lines, &["add", other, "-"]);
    assert!(added.status.success(), "{}", err(&added));
    for event in lines.lines() {
        let event: serde_json::Value = serde_json::from_str(event).unwrap();
        let id = event["id"].as_str().unwrap();
        let stored = |store: &str| good(&["show", store, id, "--format", "ndjson"]);
        assert_eq!(stored(other), stored(&sample.store), "{id}");
    }
}

#[test]
fn spaces_behind_commas_and_keys_of_front_matter_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("blog.store");
    let store = store.to_str().unwrap();
    let page = folder.path().join("blog/2017-03-02-a.md");
    write(&page, "---\ntitle: A\nseries: Ferries\n---\n");
    good(&[
        "ingest",
        store,
        folder.path().join("blog").to_str().unwrap(),
    ]);
    let columns = ["--columns", "date, title, meta.series", "--format", "csv"];
    assert_eq!(
        good(&[&["query", store][..], &columns].concat()),
        "date,title,meta.series\r\n2017-03-02,A,Ferries\r\n"
    );
}
