//! `bench`: the usual questions, timed on a person's own store.

use serde_json::Value;

use super::*;

/// The rows, in their order; those about a number of events begin or end with it.
const ROWS: [&str; 10] = [
    "open",
    "69 whole events by id",
    "a month of whole events",
    "count of a tag",
    "two tags and a range, newest 20",
    "any of 10 tags, none of 2, a year: count",
    "timeline of a tag by month",
    "top 20 tags of a year",
    "tags that occur with a tag",
    "how many link to it, 69 times",
];

fn lines(store: &str) -> Vec<Value> {
    let text = good(&["bench", store, "--runs", "2", "--format", "ndjson"]);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A store with these pages: each a place in the tree and a category, which is its only tag.
fn store_of(pages: &[(&str, &str)]) -> Sample {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("small.store");
    let opened = eventstore::Store::open(&store).unwrap();
    let pages: Vec<(String, Vec<u8>)> = pages
        .iter()
        .map(|(place, category)| {
            let day = place.rsplit_once('/').unwrap().0;
            let text = format!(
                "### [{}](/news/{day}/index.md)\n\n##### {category}\n# A title. \n\n\n\n\n",
                day.replace('/', "-")
            );
            (format!("news/{place}.md"), text.into_bytes())
        })
        .collect();
    if !pages.is_empty() {
        opened.ingest(pages, Default::default()).unwrap();
    }
    opened.close().unwrap();
    Sample {
        store: store.to_str().unwrap().to_owned(),
        _folder: folder,
    }
}

#[test]
fn every_row_has_two_times_and_an_answer() {
    let sample = Sample::new();
    let output = run(&["bench", &sample.store, "--runs", "1"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let table = out(&output);
    let rows: Vec<&str> = table
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with(' '))
        .collect();
    assert_eq!(rows.len(), ROWS.len(), "{table}");
    for (row, name) in rows.iter().zip(ROWS) {
        let numbers: Vec<&str> = row.strip_prefix(name).unwrap().split_whitespace().collect();
        assert!(numbers[0].parse::<f64>().unwrap() > 0.0, "{row}");
        assert!(numbers[1].parse::<f64>().unwrap() > 0.0, "{row}");
        assert!(numbers[2].parse::<u64>().is_ok(), "{row}");
    }
    assert!(
        err(&output).contains("of the 1 run after it"),
        "{}",
        err(&output)
    );
}

#[test]
fn what_bench_asked_gives_the_same_answer_as_a_query() {
    let sample = Sample::new();
    let lines = lines(&sample.store);
    let names: Vec<&str> = lines
        .iter()
        .map(|line| line["row"].as_str().unwrap())
        .collect();
    assert_eq!(names, ROWS);
    let mut compared = 0;
    for line in &lines {
        assert!(line["not_asked"].is_null(), "{line}");
        assert!(line["first_ms"].as_f64() > Some(0.0), "{line}");
        assert!(line["median_ms"].as_f64() > Some(0.0), "{line}");
        let Some(query) = line["query"].as_str() else {
            continue;
        };
        let counted = |words: &[&str]| good(words).lines().count() as u64;
        let same = match line["unit"].as_str().unwrap() {
            "events" => good(&["query", &sample.store, query, "--count"])
                .trim()
                .parse()
                .unwrap(),
            "months" => counted(&["timeline", &sample.store, query, "--by", "month"]),
            "tags" => counted(&["facets", &sample.store, query, "--top", "20"]),
            unit => panic!("{unit}"),
        };
        assert_eq!(line["answer"].as_u64(), Some(same), "{line}");
        compared += 1;
    }
    assert_eq!(compared, 7);
    assert_eq!(
        lines[0]["answer"], 73,
        "open counts all events, superseded ones too"
    );
    assert!(lines[9]["answer"].as_u64() > Some(20), "{}", lines[9]);
}

#[test]
fn a_row_that_a_store_cannot_be_asked_says_why() {
    let empty = store_of(&[]);
    let found = lines(&empty.store);
    assert_eq!(found.len(), ROWS.len());
    assert_eq!(found[0]["answer"], 0);
    for line in &found[1..] {
        assert!(line["median_ms"].is_null(), "{line}");
        let why = line["not_asked"].as_str().unwrap();
        assert!(why.contains("the store has "), "{line}");
    }
    let table = good(&["bench", &empty.store, "--runs", "1"]);
    assert_eq!(table.matches("not asked: ").count(), 9, "{table}");

    let one = store_of(&[
        ("2017/03/2/a-lighthouse", "Harbours"),
        ("2017/03/2/a-pier", "Piers"),
    ]);
    let found = lines(&one.store);
    let not_asked: Vec<&Value> = found
        .iter()
        .filter(|line| !line["not_asked"].is_null())
        .collect();
    assert_eq!(not_asked.len(), 1, "{found:?}");
    assert_eq!(not_asked[0]["row"], ROWS[5]);
    assert_eq!(not_asked[0]["not_asked"], "needs 12 tags; the store has 2");
    assert_eq!(found[4]["query"], "2014..2017 tag:Harbours tag:Piers");
    assert_eq!(found[4]["answer"], 0, "no event has both");
}

#[test]
fn bench_writes_nothing_and_refuses_no_runs() {
    let sample = Sample::new();
    let commit = || good(&["stats", &sample.store, "--format", "json"]);
    let before = commit();
    good(&["bench", &sample.store, "--runs", "1"]);
    assert_eq!(commit(), before);
    bad(2, &["bench", &sample.store, "--runs", "0"]);
}
