//! `timeline`, `facets`, `tags`, `stats` and `compact`.

use serde_json::Value;

use super::*;

#[test]
fn the_help_of_stats_explains_every_row() {
    let sample = Sample::new();
    let help = good(&["stats", "--help"]);
    for row in good(&["stats", &sample.store]).lines() {
        let (name, _) = row.split_at(15);
        let name = name.trim();
        assert!(help.contains(&format!(" {name}")), "{name}");
    }
}

#[test]
fn compact_says_the_size_that_the_closed_store_has() {
    let sample = Sample::new();
    let told = good(&["compact", &sample.store]);
    let (_, after) = told.trim_end().split_once(" before, ").unwrap();
    let size = after.strip_suffix(" after").unwrap();
    let stats = good(&["stats", &sample.store]);
    assert!(
        stats.contains(&format!("on disk         {size} (")),
        "{told}{stats}"
    );
}

#[test]
fn a_timeline_counts_each_bucket_and_its_share() {
    let sample = Sample::new();
    let text = good(&[
        "timeline",
        &sample.store,
        "tag:\"Ennet Bridge\"",
        "--by",
        "year",
    ]);
    let rows: Vec<(&str, &str)> = text
        .lines()
        .map(|line| line.split_once("  ").unwrap())
        .map(|(year, rest)| (year, rest.trim()))
        .collect();
    assert_eq!(
        rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        ["2014", "2015", "2016", "2017", "2018", "2019"]
    );
    assert!(
        rows[4].1.starts_with('5') && rows[4].1.contains(" %") && rows[4].1.contains('█'),
        "{text}"
    );

    let object: Value = serde_json::from_str(&good(&[
        "timeline",
        &sample.store,
        "2018",
        "--format",
        "json",
    ]))
    .unwrap();
    let buckets = object["buckets"].as_array().unwrap();
    assert_eq!((object["by"].as_str(), buckets.len()), (Some("month"), 12));
    for bucket in buckets {
        assert_eq!(bucket["count"], bucket["total"]);
        assert_eq!(bucket["share"].is_null(), bucket["total"] == 0, "{bucket}");
    }
    let csv = good(&["timeline", &sample.store, "--by", "year", "--format", "csv"]);
    assert_eq!(
        csv.split("\r\n").next(),
        Some("label,start,end,count,total,share")
    );
    for by in ["week", "day"] {
        assert!(
            good(&["timeline", &sample.store, "2018-06", "--by", by])
                .lines()
                .count()
                >= 5
        );
    }
}

#[test]
fn a_split_timeline_has_a_column_for_each_value_or_a_line() {
    let sample = Sample::new();
    let asked = [
        "timeline",
        &sample.store,
        "--by",
        "year",
        "--split",
        "tag",
        "--top",
        "2",
    ];
    let with = |more: &[&str]| good(&[&asked[..], more].concat());
    let table = run(&asked);
    let text = out(&table);
    let (head, rows) = text.split_once('\n').unwrap();
    assert!(head == "year  Saltby  Ennet Bridge  (other)", "{text}");
    assert!(
        rows.starts_with("2014  ") && rows.lines().all(|row| row.split_whitespace().count() == 4)
    );
    let told = "69 events by tag\n76 counts of 69 events: one for each tag of an event\n";
    assert_eq!(err(&table), told);
    let narrow = run(&["timeline", &sample.store, "--split", "lang"]);
    assert_eq!(err(&narrow), "69 events by lang\n");

    let csv = with(&["--format", "csv"]);
    let mut lines = csv.lines();
    assert_eq!(
        lines.next(),
        Some("label,start,end,value,count,total,share")
    );
    let values: Vec<_> = lines.map(|line| line.split(',').nth(3).unwrap()).collect();
    assert_eq!((values.len(), values[0], values[2]), (6 * 3, "Saltby", ""));
    let json = with(&["--format", "json"]);
    let first = json.split_once("\"buckets\"").unwrap().1.lines().skip(2);
    let names: Vec<_> = first
        .map(|line| line.split('"').nth(1).unwrap())
        .take(7)
        .collect();
    assert_eq!(csv.lines().next(), Some(&*names.join(",")));
    let object: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&object["by"], &object["split"]),
        (&"year".into(), &"tag".into())
    );
    let buckets = object["buckets"].as_array().unwrap();
    assert_eq!((buckets.len(), &buckets[2]["value"]), (6 * 3, &Value::Null));
    let bridge = buckets
        .iter()
        .filter(|bucket| bucket["value"] == "Ennet Bridge");
    let sum: u64 = bridge.map(|bucket| bucket["count"].as_u64().unwrap()).sum();
    assert_eq!(sum, 12);
    // The words of facets, and no number of values without a field.
    let help = good(&["timeline", "--help"]);
    assert!(help.contains("meta.KEY"), "{help}");
    assert_eq!(
        run(&["timeline", &sample.store, "--top", "3"])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn facets_and_tags_count_the_commonest_values() {
    let sample = Sample::new();
    for by in ["tags", "tag", "category", "categories", "source", "domain"] {
        let text = run(&["facets", &sample.store, "2018", "--by", by, "--top", "3"]);
        assert_eq!(text.status.code(), Some(0));
        assert_eq!(out(&text).lines().count(), 3, "{by}");
        assert!(err(&text).starts_with("3 of "), "{by}");
    }
    let csv = good(&["tags", &sample.store, "ENNET", "--format", "csv"]);
    assert_eq!(csv, "value,count\r\nEnnet Bridge,12\r\nEnnet Sound,4\r\n");
    let object: Value = serde_json::from_str(&good(&[
        "tags",
        &sample.store,
        "--top",
        "1",
        "--format",
        "json",
    ]))
    .unwrap();
    assert_eq!(object["counts"].as_array().unwrap().len(), 1);
    assert!(object["distinct"].as_u64().unwrap() > 20);
    let all = good(&["tags", &sample.store, "--top", "all"]);
    assert_eq!(
        all.lines().count() as u64,
        object["distinct"].as_u64().unwrap()
    );
    let widths = all
        .lines()
        .map(|line| line.split("  ").next().unwrap().len())
        .max();
    assert!(widths > Some(5));
}

#[test]
fn stats_count_and_compact_changes_no_answer() {
    let sample = Sample::new();
    let text = good(&["stats", &sample.store]);
    assert!(
        text.starts_with("events          73\n  superseded    4\n"),
        "{text}"
    );
    let before: Value =
        serde_json::from_str(&good(&["stats", &sample.store, "--format", "json"])).unwrap();
    assert_eq!(
        (&before["events"], &before["first"]),
        (&73.into(), &"2014-02-18".into())
    );
    let answer = good(&["query", &sample.store, "--format", "ndjson"]);
    let told = good(&["compact", &sample.store]);
    assert!(told.contains(" before, "), "{told}");
    assert_eq!(
        good(&["query", &sample.store, "--format", "ndjson"]),
        answer
    );
}

#[cfg(target_os = "linux")]
#[test]
fn lines_of_a_timeline_and_of_a_report_fit_a_terminal_of_any_width() {
    let sample = Sample::new();
    let archive = archive();
    for columns in ["24", "30", "41", "80"] {
        for words in [
            &["timeline", &sample.store, "--by", "day"][..],
            &["timeline", &sample.store, "--by", "year"],
            &["ingest", &sample.store, archive.to_str().unwrap()],
        ] {
            let mut command = command(words);
            command.env("TERM", "xterm").env("COLUMNS", columns);
            let output = run_there(command);
            let most: usize = columns.parse().unwrap();
            for line in out(&output).lines() {
                assert!(line.chars().count() <= most, "{words:?} {columns}: {line}");
            }
            assert!(out(&output).lines().count() > 1, "{words:?}");
        }
    }
}
