//! Questions of words as a program asks them: which words count as the same, where they stand, and that every
//! form of an answer has them.

use eventstore::{By, Date, Event, Facet, Kind, Order, Query, Store, Value, prefix};

/// Title, summary and body of the events, one a day.
const TEXTS: [(&str, Option<&str>, Option<&str>); 5] = [
    ("Flood warning for the river", None, None),
    ("The river", Some("Flood. Warning signs"), None),
    (
        "A diary",
        None,
        Some("Nothing new.\n\n## Floods\n\nCovid-19 and a FLOOD  warning\n"),
    ),
    ("Ferry to 2017", Some("Don’t wait; it's late"), None),
    ("Why?", None, Some("¡Qué café!")),
];

fn store() -> Store {
    let store = Store::memory().expect("a store");
    for (number, (title, summary, body)) in (1..).zip(TEXTS) {
        let id = format!(
            "{}2017/03/{number}/a",
            if body.is_some() { "opinion/" } else { "" }
        );
        let mut event = Event::new(
            id.parse().expect("an id"),
            Date::new(2017, 3, number),
            title,
        );
        if body.is_some() {
            event.kind = Kind::OPINION;
        } else {
            event.tags = vec!["Flooding".to_owned()];
        }
        event.summary = summary.map(str::to_owned);
        event.body = body.map(str::to_owned);
        store.add([event]).expect("added");
    }
    store
}

/// The days of the events that answer, as digits.
fn days(store: &Store, query: &str) -> String {
    let hits = store
        .query(query)
        .unwrap_or_else(|error| panic!("{query}: {error}"));
    let events: Vec<Event> = hits.iter().collect::<Result<_, _>>().expect("events");
    assert_eq!(
        hits.count().expect("a count"),
        events.len() as u64,
        "{query}"
    );
    let day = |event: &Event| event.date.expect("a day").day().to_string();
    events.iter().map(day).collect()
}

#[test]
fn a_word_is_found_where_it_stands() {
    let store = store();
    for (query, found) in [
        ("flood", "123"),
        ("FLOOD", "123"),
        ("floods", "3"),
        ("flood*", "123"),
        ("flooding", ""),
        ("title:flood", "1"),
        ("summary:flood", "2"),
        ("body:flood", "3"),
        ("-flood", "45"),
        ("-title:flood", "2345"),
        ("-summary:*", "1"),
        ("river", "12"),
        ("river flood", "12"),
        ("title:river summary:flood", "2"),
        // Of one event, but not of one field.
        ("\"river flood\"", ""),
        ("\"flood warning\"", "123"),
        ("\"warning flood\"", ""),
        ("\"flood warn\"*", "123"),
        ("\"fl warn\"*", ""),
        ("-\"flood warning\"", "45"),
        ("(ferry, diary)", "34"),
        ("(ferry, \"a diary\", riv*)", "1234"),
        ("-(ferry, diary)", "125"),
        ("title:(ferry, why)", "45"),
        ("why?", "5"),
        ("covid-19", "3"),
        ("\"19 covid\"", ""),
        ("19", "3"),
        ("2017", "12345"),
        ("\"2017\"", "4"),
        ("title:2017", "4"),
        ("don't", "4"),
        ("don’t", "4"),
        ("it's", "4"),
        ("caf\u{e9}", "5"),
        ("cafe\u{301}", "5"),
        ("cafe", ""),
        ("flood tag:flooding", "12"),
        ("flood 2017-03-02..", "23"),
        ("flood kind:opinion", "3"),
        ("()", ""),
        ("-()", "12345"),
    ] {
        assert_eq!(days(&store, query), found, "{query}");
    }
}

#[test]
fn every_form_of_an_answer_has_the_same_events() {
    let store = store();
    let hits = store.query("flood").expect("hits");
    let facets = hits.facets(Facet::Tag, None).expect("facets");
    assert_eq!((facets[0].value.as_str(), facets[0].count), ("Flooding", 2));
    let timeline = hits.timeline(By::Day).expect("a timeline");
    let counts: Vec<u64> = timeline.iter().map(|bucket| bucket.count).collect();
    assert_eq!(counts, [1, 1, 1, 0, 0]);
    let newest = hits.order(Order::NewestFirst).expect("an order");
    let ids = newest.slice(1..).ids().expect("ids");
    assert_eq!(ids[0].as_str(), "2017/03/2/a");
    // A token is of a question, however that is spelt.
    let token = hits.page(2, None).expect("a page").next.expect("more");
    let again = store.query("FLOOD").expect("hits");
    let rest = again.page(2, Some(&token)).expect("the next page");
    assert_eq!((rest.events.len(), rest.next), (1, None));
    let other = store.query("flood*").expect("hits");
    assert!(other.page(2, Some(&token)).is_err());
    let text = hits.explain().expect("an explanation");
    assert!(text.starts_with("query     flood\n"), "{text}");
    assert!(
        text.contains("  flood  1 term, 3 events\n") && text.contains("answers   3\n"),
        "{text}"
    );
    #[cfg(feature = "arrow")]
    {
        let batches = hits
            .record_batches(&[eventstore::Column::Title])
            .expect("columns");
        let rows: usize = batches
            .map(|batch| batch.expect("a batch").num_rows())
            .sum();
        assert_eq!(rows, 3);
    }
    let narrowed = hits.narrow("-warning").expect("narrowed");
    assert_eq!(narrowed.count().expect("a count"), 0);
    store.remove(["2017/03/1/a"]).expect("removed");
    assert_eq!(hits.count().expect("as it was"), 3);
    assert_eq!(days(&store, "flood"), "23");
}

#[test]
fn queries_that_ask_for_the_same_words_are_equal() {
    let q = |text: &str| {
        text.parse::<Query>()
            .unwrap_or_else(|error| panic!("{error}"))
    };
    for (one, other) in [
        ("Flood", "flood"),
        ("covid-19", "\"covid 19\""),
        ("\"flood!\"", "flood"),
        ("\"2017-03\"", "\"2017 03\""),
        ("don't", "\"don t\""),
        ("d'Ivoire", "d’Ivoire"),
        ("title:(a, b)", "title:(B, A, a)"),
        ("why?", "why"),
        ("(flood)", "flood"),
        ("title:cafe\u{301}", "title:CAF\u{c9}"),
    ] {
        assert_eq!(q(one), q(other), "{one} {other}");
    }
    for (one, other) in [
        ("flood", "floods"),
        ("flood", "flood*"),
        ("flood", "title:flood"),
        ("covid 19", "covid-19"),
        ("\"a b\"*", "\"a b\""),
        ("\"a b\"", "\"b a\""),
        ("(a, b)", "a b"),
        ("2017", "\"2017\""),
    ] {
        assert_ne!(q(one), q(other), "{one} {other}");
    }
}

#[test]
fn words_print_as_they_were_given_in_quotes_where_these_are_needed() {
    for (text, printed) in [
        ("Flood", "Flood"),
        ("\"Flood\"", "Flood"),
        ("\"flood  warning\"", "\"flood warning\""),
        ("\"flood warn\"*", "\"flood warn\"*"),
        ("flood*", "flood*"),
        ("tag:sea flood 2017 title:x", "2017 flood title:x tag:sea"),
        ("(b, a)", "(a,b)"),
        ("-(b, \"c d\")", "-(b,\"c d\")"),
        ("\"2017\"", "\"2017\""),
        ("title:2017", "title:\"2017\""),
        ("\"2017\"*", "\"2017\"*"),
        ("\"AND\"", "\"AND\""),
        ("and", "and"),
        ("title:AND", "title:\"AND\""),
        ("\"+x\"", "\"+x\""),
        ("C++", "C++"),
        ("\"x~\"", "\"x~\""),
        ("\"/x/\"", "\"/x/\""),
        ("a/b", "a/b"),
        ("\"tag=x\"", "\"tag=x\""),
        ("\"tag:x\"", "\"tag:x\""),
        ("\"-x\"", "\"-x\""),
        ("\"!x\"", "\"!x\""),
        ("\"meta.x\"", "\"meta.x\""),
        ("\"2017/03\"", "\"2017/03\""),
        ("\"fl?od\"", "\"fl?od\""),
        ("why?", "why?"),
        ("\"'tis\"", "\"'tis\""),
        ("d'Ivoire", "d'Ivoire"),
        (
            "@name #tag R&D snake_case 3.14",
            "#tag 3.14 @name R&D snake_case",
        ),
        ("title:* -body:*", "title:* -body:*"),
        ("()", "()"),
    ] {
        let query: Query = text.parse().unwrap_or_else(|error| panic!("{error}"));
        let mut words: Vec<&str> = printed.split(' ').collect();
        let found = query.to_string();
        if !printed.contains('"') {
            // Words are in order of what they ask for.
            words.sort_unstable();
            let mut found: Vec<&str> = found.split(' ').collect();
            found.sort_unstable();
            assert_eq!(found, words, "{text}");
        } else {
            assert_eq!(found, printed, "{text}");
        }
        assert_eq!(found.parse::<Query>().as_ref(), Ok(&query), "{text}");
    }
}

#[test]
fn calls_take_words_apart_or_keep_them_together() {
    let q = |text: &str| {
        text.parse::<Query>()
            .unwrap_or_else(|error| panic!("{error}"))
    };
    let new = Query::new;
    for (built, text) in [
        (new().words("flood  warning"), "flood warning"),
        (new().words(["a b", "c"]), "a b c"),
        (new().words(prefix("flood war")), "flood war*"),
        (new().words(prefix("flood ")), "flood"),
        (new().words("rock & roll"), "rock roll"),
        (new().words("2017 AND"), "\"2017\" \"AND\""),
        (new().words_any(["a", "b c"]), "(a, b, c)"),
        (new().words_any(Vec::<Value>::new()), "()"),
        (new().words(Vec::<Value>::new()), ""),
        (new().words_none("a b"), "-(a, b)"),
        (new().phrase("a b"), "\"a b\""),
        (new().phrase(["a b", "c"]), "\"a b\" c"),
        (new().phrase(prefix("a b")), "\"a b\"*"),
        (new().title("a b"), "title:\"a b\""),
        (new().title(["a", "b c"]), "title:(a, \"b c\")"),
        (new().title_none(Value::any()), "-title:*"),
        (new().summary(prefix("a")), "summary:a*"),
        (new().summary_none("a"), "-summary:a"),
        (new().body("a"), "body:a"),
        (new().body_none(["a", "b"]), "-body:(a, b)"),
    ] {
        assert_eq!(
            built.unwrap_or_else(|error| panic!("{text}: {error}")),
            q(text),
            "{text}"
        );
    }
    for (built, message) in [
        (new().words("&"), "\"&\" has no word"),
        (new().words(""), "an empty text has no word"),
        (new().words(Value::any()), "a * stands for no word"),
        (new().words_any(["a", "--"]), "\"--\" has no word"),
        (new().phrase("..."), "\"...\" has no word"),
        (new().phrase(Value::any()), "a * stands for no word"),
        (new().title(prefix(" ")), "an empty text has no word"),
    ] {
        let error = built.expect_err(message);
        assert_eq!(error.message, message);
        let hint = error.hint.expect(message);
        // No call would take what a text can say.
        let says = hint.contains("where nothing was typed, ask without this condition");
        assert_eq!(says, !message.starts_with("a *"), "{message}: {hint}");
    }
}

#[test]
fn weights_have_a_bound_so_that_every_score_is_a_number() {
    let store = Store::memory().unwrap();
    let date = Date::new(2017, 3, 2);
    store
        .add([Event::new(
            "2017/03/2/a".parse().unwrap(),
            date,
            "A flood, a flood",
        )])
        .unwrap();
    let hits = store.query("flood a").unwrap();
    let mut weights = eventstore::Weights::default();
    (weights.title, weights.k1) = (1e6, 1e6);
    let scores = hits.by_relevance(weights).unwrap().scores().unwrap();
    assert!(scores[0].is_finite() && scores[0] > 0.0, "{scores:?}");
    for (title, k1) in [(1e308, 1.2), (1.0, 1e300), (1e6 + 1.0, 1.2)] {
        (weights.title, weights.k1) = (title, k1);
        let error = hits.by_relevance(weights).err().unwrap().to_string();
        assert_eq!(error, "weights are at most a million");
    }
}

/// In the first row of a segment a word stands before the place where it would be part of the phrase: no
/// number of a place may wrap there.
#[test]
fn a_phrase_is_found_beside_a_first_row_that_begins_with_its_last_word() {
    for others in [0, 40] {
        let store = Store::memory().unwrap();
        let titles = [
            "warning of a flood",
            "a flood warning",
            "flood warning flood",
        ];
        // Beside many rows that have one of the words alone, places are looked at row by row.
        let titles = titles.into_iter().chain((0..others).map(|_| "a warning"));
        let events = titles.enumerate().map(|(number, title)| {
            let id = format!("2017/03/2/{number:03}").parse().unwrap();
            Event::new(id, Date::new(2017, 3, 2), title)
        });
        store.add(events).unwrap();
        let found = |query: &str| store.query(query).unwrap().count().unwrap();
        assert_eq!(found("\"flood warning\""), 2, "{others}");
        assert_eq!(found("\"warning of\""), 1, "{others}");
        assert_eq!(found("\"a flood warn\"*"), 1, "{others}");
    }
}
