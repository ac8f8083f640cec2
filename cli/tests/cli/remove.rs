//! `remove`: events out of a store.

use super::*;

#[test]
fn events_are_removed_by_their_ids() {
    let sample = Sample::new();
    let before = good(&["query", &sample.store, "superseded:yes", "--count"]);
    let missing = "2017/01/1/no-such-page";
    let output = run(&["remove", &sample.store, OPENING, missing]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(out(&output), "1 event removed\n");
    assert_eq!(
        err(&output),
        format!("eventstore: no event {missing} in the store\n")
    );
    bad(1, &["show", &sample.store, OPENING]);
    let after = good(&["query", &sample.store, "superseded:yes", "--count"]);
    assert_eq!((before.as_str(), after.as_str()), ("73\n", "72\n"));

    let ids = good(&["query", &sample.store, "2018 superseded:yes", "--ids"]);
    let output = run_with(&ids, &["remove", &sample.store, "-"]);
    let number = ids.lines().count();
    assert_eq!(out(&output), format!("{number} events removed\n"));
    assert_eq!(good(&["query", &sample.store, "2018", "--count"]), "0\n");
}

#[test]
fn a_removal_that_finds_nothing_is_an_error() {
    let sample = Sample::new();
    let output = run(&["remove", &sample.store, "2017/01/1/no-such-page"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(out(&output), "0 events removed\n");
    assert!(
        err(&output).contains("nothing was removed"),
        "{}",
        err(&output)
    );
    bad(2, &["remove", &sample.store, "../nonsense"]);
}
