//! `--output`: an answer as a file.

use super::*;

#[test]
fn an_answer_goes_into_a_file_with_the_columns_that_are_named() {
    let sample = Sample::new();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (csv, parquet) = (at("a.csv"), at("a.parquet"));
    let store = sample.store.as_str();
    let columns = "date,title,sources.domain";
    let said = good(&[
        "query",
        store,
        "2018-06",
        "--output",
        &csv,
        "--columns",
        columns,
    ]);
    let count: usize = good(&["query", store, "2018-06", "--count"])
        .trim()
        .parse()
        .unwrap();
    assert_eq!(said, format!("{count} rows\n"));
    let text = std::fs::read_to_string(&csv).unwrap();
    assert!(
        text.starts_with("date,title,sources.domain\r\n2018-06-02,"),
        "{text}"
    );
    assert_eq!(text.matches("\r\n").count(), count + 1);

    assert_eq!(
        good(&["query", store, "--limit", "1", "--output", &parquet]),
        "1 row\n"
    );
    assert!(std::fs::read(&parquet).unwrap().starts_with(b"PAR1"));
    good(&[
        "query",
        store,
        "2018-06",
        "--reverse",
        "--limit",
        "1",
        "--output",
        &csv,
        "--columns",
        "*",
    ]);
    let text = std::fs::read_to_string(&csv).unwrap();
    assert!(
        text.starts_with("id,date,") && text.contains(",meta,body\r\n"),
        "{text}"
    );

    let (months, tags) = (at("months.tsv"), at("tags.ndjson"));
    good(&["timeline", store, "2018", "--output", &months]);
    let text = std::fs::read_to_string(&months).unwrap();
    assert_eq!(text.lines().count(), 13);
    assert_eq!(
        good(&["facets", store, "--top", "2", "--output", &tags]),
        "2 rows\n"
    );
    let text = std::fs::read_to_string(&tags).unwrap();
    assert!(
        text.lines().all(|line| line.starts_with("{\"value\":")),
        "{text}"
    );
}

#[test]
fn a_file_that_cannot_be_is_refused_with_what_can() {
    let sample = Sample::new();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let store = sample.store.as_str();
    let text = bad(1, &["query", store, "--output", &at("a.xlsx")]);
    assert!(
        text.contains(".csv, .tsv, .json, .ndjson, .parquet, .arrow"),
        "{text}"
    );
    let text = bad(
        2,
        &[
            "query",
            store,
            "--output",
            &at("a.csv"),
            "--columns",
            "titel",
        ],
    );
    assert!(text.contains("did you mean title?"), "{text}");
    let text = bad(2, &["query", store, "--output", &at("a.csv"), "--ids"]);
    assert!(text.contains("cannot be used with"), "{text}");
    let text = bad(1, &["query", store, "--output", &at("no/a.csv")]);
    assert!(text.contains("no such file or directory"), "{text}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
