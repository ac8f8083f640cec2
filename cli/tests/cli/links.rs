//! `related` and `referring`.

use super::*;

#[test]
fn related_lists_what_a_page_links_to_and_referring_what_links_to_it() {
    let sample = Sample::new();
    let event = good(&["show", &sample.store, OPENING, "--format", "ndjson"]);
    let event: serde_json::Value = serde_json::from_str(&event).unwrap();
    let linked: Vec<&str> = event["related"]
        .as_array()
        .unwrap()
        .iter()
        .map(|related| related["id"].as_str().unwrap())
        .collect();
    let ids = good(&["related", &sample.store, OPENING, "--ids"]);
    let ids: Vec<&str> = ids.lines().collect();
    assert!(ids.len() > 2, "{ids:?}");
    // In the order of the page; what the store does not hold is left out.
    let mut rest = linked.iter();
    assert!(
        ids.iter().all(|id| rest.any(|linked| linked == id)),
        "{ids:?}"
    );
    for id in &ids {
        let back = good(&["referring", &sample.store, id, "--ids"]);
        assert!(back.lines().any(|line| line == OPENING), "{id}: {back}");
        let query = good(&["query", &sample.store, &format!("refers:\"{id}\""), "--ids"]);
        assert_eq!(back, query);
    }
    let count = good(&["related", &sample.store, OPENING, "--count"]);
    assert_eq!(count.trim(), ids.len().to_string());
    let limited = run(&["related", &sample.store, OPENING, "--limit", "1"]);
    assert_eq!(out(&limited).lines().count(), 1);
    assert_eq!(err(&limited), format!("1 of {}\n", ids.len()));
    let json = good(&["referring", &sample.store, ids[0], "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(!json.as_array().unwrap().is_empty());
}

#[test]
fn links_of_an_event_that_is_not_there_are_an_error() {
    let sample = Sample::new();
    for command in ["related", "referring"] {
        let told = bad(1, &[command, &sample.store, "2018/06/2/no-such-page"]);
        assert!(told.contains("no event 2018/06/2/no-such-page"), "{told}");
        assert!(bad(2, &[command, &sample.store, "../nonsense"]).contains("no event id"));
    }
}
