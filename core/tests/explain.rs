//! What `explain()` says was read keeps to the plan: the same numbers that a user sees.

use std::collections::BTreeMap;

use eventstore::{Date, Event, EventId, Hits, Order, Related, Store};

const EVENTS: i64 = 3_000;

fn id(number: i64) -> EventId {
    let day = day(number);
    let (y, m, d) = (day.year(), day.month(), day.day());
    format!("{y}/{m:02}/{d}/event-{number:04}").parse().unwrap()
}

fn day(number: i64) -> Date {
    Date::new(2016, 1, 1).unwrap().plus_days(number / 6)
}

fn store() -> Store {
    let store = Store::memory().unwrap();
    let title = |number| format!("Event {number}, whose title is about as long as others are");
    let event = |number: i64| {
        let mut event = Event::new(id(number), day(number), title(number));
        event.tags = vec!["Sea".to_owned(), format!("T{}", number % 50)];
        let earlier = [1, 30, 600].map(|back| number - back);
        let linked = |&other: &i64| Related::new(id(other), title(other));
        event.related = earlier.iter().filter(|&&n| n >= 0).map(linked).collect();
        event
    };
    let report = store.add((0..EVENTS).map(event)).unwrap();
    assert_eq!(report.added, EVENTS as u64);
    store
}

/// The numbers of a line of the explanation by what they count.
fn numbers(hits: &Hits, line: &str) -> BTreeMap<String, u32> {
    let text = hits.explain().unwrap();
    let found = text.lines().find_map(|found| found.strip_prefix(line));
    let found = found.unwrap_or_else(|| panic!("no line {line:?} in:\n{text}"));
    let found = found.trim().replace("blocks: ", "");
    let parts = found.split([';', ',', ':']).map(str::trim);
    let numbers: BTreeMap<String, u32> = parts
        .map(|part| {
            let (number, what) = part.split_once(' ').expect("a number and what it counts");
            (what.to_owned(), number.parse().expect("a number"))
        })
        .collect();
    assert!(numbers.len() >= 5, "{found}");
    numbers
}

#[test]
fn a_count_reads_no_block() {
    let store = store();
    for query in [
        "",
        "2016",
        "tag:sea",
        "tag:(t1,t2) -tag:t3 2016-02..",
        "-tag:t4",
    ] {
        let read = numbers(&store.query(query).unwrap(), "read");
        for what in ["of ids", "of links", "of rows"] {
            assert_eq!(read[what], 0, "{query}");
        }
    }
}

#[test]
fn the_newest_twenty_read_at_most_twenty_blocks_of_each_kind() {
    let store = store();
    for query in ["", "tag:sea", "tag:t7", "tag:t1 2016-03..2016-12"] {
        let hits = store.query(query).unwrap();
        let newest = hits.order(Order::NewestFirst).unwrap().slice(..20);
        let read = numbers(&newest, "slice");
        let events = read["events"];
        // Of the last question there are fewer than twenty.
        assert!((5..=20).contains(&events), "{query}: {events}");
        for what in ["of ids", "of links", "of rows"] {
            assert!(
                (1..=20).contains(&read[what]),
                "{query}: {} {what}",
                read[what]
            );
        }
        assert!(read["of linked titles"] <= 3 * events);
    }
}

#[test]
fn a_time_without_a_tag_touches_no_postings() {
    let store = store();
    for query in ["", "2016", "2016-02..2017-01", "..2016-03-05"] {
        let hits = store.query(query).unwrap().slice(..20);
        assert_eq!(numbers(&hits, "read")["postings"], 0, "{query}");
        assert_eq!(numbers(&hits, "slice")["postings"], 0, "{query}");
    }
    let tagged = store.query("2016 tag:(t1,t2)").unwrap();
    assert_eq!(numbers(&tagged, "read")["postings"], 2);
}

#[test]
fn an_explanation_reads_no_more_than_a_hundred_events() {
    let store = store();
    let whole = store.query("").unwrap();
    assert!(!whole.explain().unwrap().contains("\nslice"));
    assert_eq!(numbers(&whole.slice(5..), "slice")["events"], 100);
    assert_eq!(numbers(&whole.slice(5..8), "slice")["events"], 3);
    assert!(!whole.slice(5..5).explain().unwrap().contains("\nslice"));
}
