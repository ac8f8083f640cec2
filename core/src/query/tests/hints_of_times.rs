//! What is said of times: of a query that finds nothing, or that cannot be read.

use crate::{Event, IngestOptions, Query, Store};

#[test]
fn a_time_that_is_meant_as_a_word_and_a_word_that_is_meant_as_a_time_are_told() {
    let store = Store::memory().unwrap();
    let date = crate::Date::new(2017, 1, 9).unwrap();
    let mut book = Event::new(
        "2017/01/9/a".parse().unwrap(),
        date,
        "Orwell's 1984 is read",
    );
    book.summary = Some("The signs of 2016-12 are seen".to_owned());
    store.add([book]).unwrap();
    for (query, hint) in [
        (
            "1984 orwell",
            Some("1984 is a time; did you mean the word \"1984\"?"),
        ),
        (
            "2016-12",
            Some("2016-12 is a time; did you mean the word \"2016-12\"?"),
        ),
        ("1985", Some("no event is of 1985; all are of 2017-01-09")),
        ("1984 huxley", Some("no event has huxley")),
        ("1984..", None),
        (
            "2018..",
            Some("no event is of 2018..; all are of 2017-01-09"),
        ),
        (
            "\"2017\" orwell",
            Some("\"2017\" is a word; did you mean the time 2017?"),
        ),
        (
            "\"2017-01-09\"",
            Some("\"2017-01-09\" is a word; did you mean the time 2017-01-09?"),
        ),
        ("\"2018\"", Some("no event has \"2018\"")),
        ("\"1984\"", None),
    ] {
        let found = store.query(query).unwrap().hint().unwrap();
        assert_eq!(found.as_deref(), hint, "{query}");
    }
}

#[test]
fn the_days_of_a_store_are_those_of_all_its_events() {
    let store = Store::memory().unwrap();
    let page = |name: &str, keys: &str| {
        let page = format!("---\ntitle: T\n{keys}\n---\nText.\n");
        (name.to_owned(), page.into_bytes())
    };
    let pages = vec![
        page("a.md", "date: 2017-03-02"),
        page("b.md", "date: 2019-03-02\ndraft: true"),
        page("c.md", "x: 1"),
    ];
    store.ingest(pages, IngestOptions::new()).unwrap();
    for (query, hint) in [
        ("draft:only 2017", None),
        ("2018 draft:only", None),
        (
            "draft:only 2020",
            Some("no event is of 2020; all are of 2017-03-02 to 2019-03-02"),
        ),
        (
            "2020..",
            Some("no event is of 2020..; all are of 2017-03-02 to 2019-03-02"),
        ),
    ] {
        let found = store.query(query).unwrap().hint().unwrap();
        assert_eq!(found.as_deref(), hint, "{query}");
    }
}

#[test]
fn a_range_that_ends_before_it_begins_is_turned_in_the_units_that_were_given() {
    for (text, hint) in [
        ("2018..2017", "did you mean 2017..2018?"),
        ("2017-03-02..2017-02", "did you mean 2017-02..2017-03-02?"),
        ("2018-01-01..2017", "did you mean 2017..2018-01-01?"),
    ] {
        let error = text.parse::<Query>().unwrap_err();
        assert_eq!(error.hint.unwrap(), hint, "{text}");
    }
    let asked = |since: &str, until: &str| {
        let one = Query::new().since(since).unwrap().until(until).unwrap_err();
        let other = Query::new().until(until).unwrap().since(since).unwrap_err();
        assert_eq!((&one.message, &one.hint), (&other.message, &other.hint));
        assert_eq!(&one.text[one.offset..], until);
        one.hint.unwrap()
    };
    assert_eq!(asked("2018", "2017"), "did you mean since 2017 until 2018?");
    assert_eq!(
        asked("2017-03", "2016"),
        "did you mean since 2016 until 2017-03?"
    );
    assert_eq!(
        asked("2017-03-05", "2017-03-02"),
        "did you mean since 2017-03-02 until 2017-03-05?"
    );
    let year: Query = "2017".parse().unwrap();
    for (error, text) in [
        (year.clone().since(2018).unwrap_err(), "2017 2018.."),
        (year.until("2016-12").unwrap_err(), "2017 ..2016-12"),
    ] {
        assert_eq!(error.message, "the times share no day");
        assert_eq!((error.text.as_str(), error.offset), (text, 5));
    }
}
