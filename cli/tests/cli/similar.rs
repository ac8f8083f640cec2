//! `similar`, and `query --sample`.

use super::*;

#[test]
fn similar_lists_the_events_that_share_most_tags_with_these_tags() {
    let sample = Sample::new();
    let json = good(&["similar", &sample.store, OPENING, "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&json).unwrap();
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), 10);
    let shared = |one: &serde_json::Value| one["shared"].as_array().unwrap().len();
    assert!(
        found
            .iter()
            .all(|one| shared(one) > 0 && one["id"] != OPENING)
    );
    let counts: Vec<usize> = found.iter().map(shared).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
    let table = run(&["similar", &sample.store, OPENING, "--top", "2"]);
    let first = found[0]["title"].as_str().unwrap();
    assert_eq!(out(&table).lines().count(), 4);
    assert!(out(&table).lines().next().unwrap().ends_with(first));
    assert_eq!(
        err(&table),
        "2 events shown, by the number of tags shared\n"
    );
    let within = good(&[
        "similar",
        &sample.store,
        OPENING,
        "--within",
        "2014",
        "--format",
        "csv",
    ]);
    let days: Vec<&str> = within.lines().skip(1).collect();
    assert!(!days.is_empty() && days.iter().all(|line| line.starts_with("2014/")));
}

#[test]
fn similar_to_an_event_that_is_not_there_and_of_none_are_errors() {
    let sample = Sample::new();
    let told = bad(1, &["similar", &sample.store, "2018/06/2/no-such-page"]);
    assert!(told.contains("no event 2018/06/2/no-such-page"), "{told}");
    assert!(bad(2, &["similar", &sample.store, OPENING, "--top", "0"]).contains("from 1"));
}

#[test]
fn a_sample_is_drawn_once_for_each_seed() {
    let sample = Sample::new();
    let draw = |seed: &str| {
        good(&[
            "query",
            &sample.store,
            "2016..",
            "--ids",
            "--sample",
            "5",
            "--seed",
            seed,
        ])
    };
    assert_eq!(draw("1").lines().count(), 5);
    assert_eq!(draw("1"), draw("1"));
    assert_ne!(draw("1"), draw("2"));
    let shown = run(&["query", &sample.store, "2016..", "--sample", "3"]);
    assert_eq!((out(&shown).lines().count(), err(&shown)), (3, "3 of 3\n"));
}
