//! What is said of a query that finds nothing, or that cannot be read: only values that exist are
//! suggested.

use super::stores::{Batch, Note, Shape, Spec, commit};
use crate::{Error, Event, Facet, Source, Store};

fn spec(number: usize, tags: &[&'static str]) -> Spec {
    Spec {
        number,
        tags: tags.to_vec(),
        category: Some("Law and crime"),
        sources: vec![("BBC", "https://www.bbc.co.uk/a")],
        related: Vec::new(),
        title: format!("Title {number}"),
    }
}

/// Numbers 3 and 10 are opinions, 5 is Chinese.
fn store() -> Store {
    let store = Store::memory().unwrap();
    let put = vec![
        spec(0, &["Syria", "New York", "straße"]),
        spec(1, &["Syria", "Newark"]),
        spec(3, &["Reston, Virginia"]),
        spec(5, &["消息"]),
    ];
    commit(
        &store,
        &Batch {
            put,
            ..Batch::default()
        },
    );
    store
}

#[test]
fn a_query_that_finds_nothing_names_the_value_that_no_event_has() {
    let store = store();
    for (query, hint) in [
        (
            "tag:Sirya",
            Some("no event has tag:Sirya; did you mean tag:Syria?"),
        ),
        (
            "tag:\"New Yrok\"",
            Some("no event has tag:\"New Yrok\"; did you mean tag:\"New York\"?"),
        ),
        (
            "tag:STRASE",
            Some("no event has tag:STRASE; did you mean tag:straße?"),
        ),
        (
            "tag:Reston",
            Some("no event has tag:Reston; did you mean tag:reston*?"),
        ),
        (
            "tag:(Sirya, Newerk)",
            Some("no event has tag:(Newerk,Sirya); did you mean tag:Newark or tag:Syria?"),
        ),
        ("tag:Syria tag:zebra", Some("no event has tag:zebra")),
        ("tag:zeb*", Some("no event has tag:zeb*")),
        (
            "tag:\"Syr*\"",
            Some("no event has tag:\"Syr*\"; did you mean tag:syr*?"),
        ),
        (
            "tag:\"*\"",
            Some("no event has tag:\"*\"; did you mean tag:*?"),
        ),
        (
            "category:\"law and crim\"",
            Some(
                "no event has category:\"law and crim\"; did you mean category:\"Law and crime\"?",
            ),
        ),
        (
            "source:BBD",
            Some("no event has source:BBD; did you mean source:BBC?"),
        ),
        (
            "domain:www.bbc.co.ku",
            Some("no event has domain:www.bbc.co.ku; did you mean domain:bbc.co.uk?"),
        ),
        (
            "author:\"Anne Fjord\"",
            Some("no event has author:\"Anne Fjord\""),
        ),
        ("author:Po", Some("no event has author:Po")),
        (
            "author:\"林林\"",
            Some("no event has author:林林; did you mean author:林?"),
        ),
        (
            "kind:opinoin",
            Some("no event has kind:opinoin; did you mean kind:opinion?"),
        ),
        (
            "kind:press-release",
            Some("no event has kind:press-release"),
        ),
        ("lang:zh-hant", Some("no event has lang:zh-Hant")),
        ("lang:fr", Some("no event has lang:fr")),
        // Every value exists, or there is an answer.
        ("tag:Newark tag:\"New York\"", None),
        (
            "tag:Syria 1999",
            Some("no event is of 1999; all are of 2016-02-29 to 2017-03-31"),
        ),
        ("tag:Syria 2016-12-25", None),
        ("-tag:zebra", None),
        (
            "tag:Syria tag:()",
            Some("tag:() holds no value, so that no event has one: leave it out"),
        ),
        (
            "()",
            Some("() holds no value, so that no event has one: leave it out"),
        ),
        ("-tag:()", None),
        (
            "related:nowhere",
            Some("no event has related:nowhere; the store has no event of that id"),
        ),
        (
            "1999",
            Some("no event is of 1999; all are of 2016-02-29 to 2017-03-31"),
        ),
        (
            "2017-04..2018",
            Some("no event is of 2017-04..2018; all are of 2016-02-29 to 2017-03-31"),
        ),
    ] {
        assert_eq!(
            store.query(query).unwrap().hint().unwrap().as_deref(),
            hint,
            "{query}"
        );
    }
}

#[test]
fn values_of_removed_events_are_not_suggested() {
    let store = store();
    commit(
        &store,
        &Batch {
            remove: vec![0, 1],
            ..Batch::default()
        },
    );
    let hint = |query: &str| store.query(query).unwrap().hint().unwrap();
    assert_eq!(hint("tag:Syria").as_deref(), Some("no event has tag:Syria"));
    assert_eq!(hint("tag:Sirya").as_deref(), Some("no event has tag:Sirya"));
}

#[test]
fn a_word_that_no_event_has_suggests_values_that_exist_and_no_others() {
    let store = store();
    for (query, hint) in [
        ("title", None),
        ("syria", Some("no event has syria; did you mean tag:Syria?")),
        ("sirya", Some("no event has sirya; did you mean tag:Syria?")),
        (
            "\"LAW and  crime\"",
            Some("no event has \"LAW and crime\"; did you mean tag:\"Law and crime\"?"),
        ),
        (
            "title:bbc",
            Some("no event has title:bbc; did you mean source:BBC?"),
        ),
        (
            "summary:title",
            Some("no event has summary:title; did you mean title?"),
        ),
        ("trump", Some("no event has trump")),
        ("tag:syria trump", Some("no event has trump")),
        ("syri*", Some("no event has syri*")),
        ("-title", None),
        // The words behind a value belong to it.
        ("tag:new york", Some("did you mean tag:\"New York\"?")),
        ("york tag:NEW title", Some("did you mean tag:\"New York\"?")),
        (
            "category:law and crime",
            Some("did you mean category:\"Law and crime\"?"),
        ),
        ("-tag:new york", Some("no event has york")),
        (
            "tag:syria newark",
            Some("no event has newark; did you mean tag:Newark?"),
        ),
        (
            "tag:syria and tag:newark and title",
            Some("all conditions hold as they stand side by side; leave out the word and"),
        ),
        (
            "title or nothing",
            Some("any of several words: (one, other); any of several values: tag:(one, other)"),
        ),
    ] {
        let found = store.query(query).unwrap().hint().unwrap();
        assert_eq!(found.as_deref(), hint, "{query}");
    }
}

#[test]
fn a_word_that_no_event_has_suggests_the_nearest_word() {
    let store = Store::memory().unwrap();
    let mut events = Vec::new();
    for (day, title, summary) in [
        (
            1,
            "Flood warning for the Ouse",
            "The dam breaks in covid-19 times",
        ),
        (2, "A flood and a food shortage", "He said that C++ is hard"),
        (3, "Floods, floors", "The 洪水 in 大阪府"),
        (4, "The floor", "Über den Fluss, élève"),
    ] {
        let id = format!("2017/03/{day}/a").parse().unwrap();
        let mut event = Event::new(id, crate::Date::new(2017, 3, day), title);
        event.summary = (!summary.is_empty()).then(|| summary.to_owned());
        // Several segments.
        if day > 2 {
            store.add([event]).unwrap();
        } else {
            events.push(event);
        }
    }
    store.add(events).unwrap();
    let hint = |query: &str| store.query(query).unwrap().hint().unwrap();
    for (query, meant) in [
        ("flod", "flood"),
        ("fllood", "flood"),
        ("FLOOOR", "floor"),
        ("floodz", "flood"),
        ("wraning", "warning"),
        ("title:flodo", "title:flood"),
        ("summary:brekas", "summary:breaks"),
        ("(flod, wraning)", "flood or warning"),
        ("2017 flod warning", "flood"),
        ("\"dam braks\"", "\"dam breaks\""),
        ("\"dma braks\"", "\"dam breaks\""),
        ("cobid-19", "covid-19"),
        // Of the first letter only the mark may differ.
        ("uber", "über"),
        ("élevé", "élève"),
        ("elève", "élève"),
        ("ḟlood", "flood"),
        ("\"flo* warning\"", "flo* warning"),
        ("\"flood warn*\"", "\"flood warn\"*"),
        ("title:\"ouse* flo*\"", "title:ouse* title:flo*"),
        ("洪火", "洪水"),
        // All words are there, though not next to each other.
        ("\"warning flood\"", "flood warning"),
        ("title:\"warning flood\"", "title:flood title:warning"),
        ("has:title", "title:*"),
        ("has:body", "body:*"),
    ] {
        let found = hint(query).unwrap_or_default();
        let ending = format!("; did you mean {meant}?");
        assert!(found.ends_with(&ending), "{query}: {found}");
    }
    for query in [
        "xyz",
        "of",
        "eese",
        "大阪市",
        "title:breaks",
        "covid-91",
        "\"dam xyz\"",
        "\"breaks flodo\"",
        "flodo*",
        "title:\"dam braks\"",
    ] {
        let found = hint(query).unwrap_or_default();
        let is_bare = !found.contains("did you mean") || found.contains("did you mean breaks?");
        assert!(is_bare, "{query}: {found}");
    }
    store.remove(["2017/03/1/a", "2017/03/2/a"]).unwrap();
    assert_eq!(hint("flod").unwrap(), "no event has flod");
    assert_eq!(
        hint("flooor").unwrap(),
        "no event has flooor; did you mean floor?"
    );
    assert_eq!(hint("\"dam braks\"").unwrap(), "no event has \"dam braks\"");
}

#[test]
fn what_was_asked_is_cut_where_it_is_long() {
    let store = store();
    let hint = |query: &str| store.query(query).unwrap().hint().unwrap().unwrap();
    let asked = format!("tag:{}", "大x".repeat(5000));
    let told = hint(&asked);
    assert_eq!(told.chars().count(), "no event has ".len() + 101);
    assert!(told.ends_with('…'), "{told}");
    assert!(!hint(&asked[..100]).contains('…'));
}

#[test]
fn single_quotes_and_a_star_in_front_are_answered_with_what_to_write() {
    let store = store();
    for (query, hint) in [
        ("tag:'New York'", "quotes are double: tag:\"New York\""),
        (
            "2017 -tag:'Reston, Virginia'",
            "several values of one field stand in parentheses: tag:(one, other)",
        ),
        ("source:'A B C' 2017", "quotes are double: source:\"A B C\""),
        (
            "tag:*yria",
            "a * stands at the end of a value: tag:syri*; a value that holds one needs quotes",
        ),
        (
            "tag:(*yria, b)",
            "a * stands at the end of a value: tag:syri*; a value that holds one needs quotes",
        ),
    ] {
        match store.query(query) {
            Err(Error::Parse(error)) => assert_eq!(error.hint.unwrap(), hint, "{query}"),
            other => panic!("{query}: {other:?}"),
        }
    }
    for query in ["tag:*", "tag:(*, b)", "tag:* 2017", "tag:'tis"] {
        assert!(store.query(query).is_ok(), "{query}");
    }
}

#[test]
fn a_host_as_people_write_it_finds_its_events() {
    let store = Store::memory().unwrap();
    let date = crate::Date::new(2017, 1, 1).unwrap();
    let mut event = Event::new("2017/01/1/a".parse().unwrap(), date, "t");
    event.sources = vec![Source {
        name: "A".to_owned(),
        url: "http://www.a.example/x".to_owned(),
        image: None,
    }];
    store.add([event]).unwrap();
    for host in [
        "a.example",
        "www.a.example",
        "m.a.example",
        "a.example.",
        "A.Example:80",
    ] {
        let by_call = crate::Query::new().domain(host).unwrap();
        assert_eq!(store.query(by_call).unwrap().count().unwrap(), 1, "{host}");
    }
    for query in [
        "domain:www.a.example",
        "domain:\"http://www.a.example/y\"",
        "domain:www.a*",
        "domain:\"https://a.ex\"*",
        "-domain:www.b.example",
    ] {
        assert_eq!(store.query(query).unwrap().count().unwrap(), 1, "{query}");
    }
    assert_eq!(
        store.query("-domain:m.a.example").unwrap().count().unwrap(),
        0
    );
}

#[test]
fn column_names_are_names_of_facets() {
    for (word, facet) in [
        ("tags", Facet::Tag),
        ("tag", Facet::Tag),
        ("categories", Facet::Category),
        ("category", Facet::Category),
        ("authors", Facet::Author),
        ("sources", Facet::Source),
        ("domains", Facet::Domain),
        ("kinds", Facet::Kind),
        ("lang", Facet::Lang),
        ("word", Facet::Word),
        ("words", Facet::Word),
        ("meta.series", Facet::Meta("series".to_owned())),
        ("meta.my key", Facet::Meta("my key".to_owned())),
        ("meta.\"my key\"", Facet::Meta("my key".to_owned())),
    ] {
        assert_eq!(word.parse::<Facet>().unwrap(), facet);
        assert_eq!(facet.to_string().parse::<Facet>().unwrap(), facet);
    }
    for (word, hint) in [
        ("Tags", "did you mean tag?"),
        ("catagory", "did you mean category?"),
        (
            "year",
            "by tag, category, author, source, domain, kind, lang, word or meta.KEY",
        ),
        (
            "meta.",
            "by tag, category, author, source, domain, kind, lang, word or meta.KEY",
        ),
        (
            "meta.\"x",
            "close it with \"; within quotes \\\" is a quote and \\\\ a backslash",
        ),
    ] {
        assert_eq!(word.parse::<Facet>().unwrap_err().hint.unwrap(), hint);
    }
    let hint = "weeks".parse::<crate::By>().unwrap_err().hint.unwrap();
    assert!(hint.starts_with("did you mean week?"), "{hint}");
}

#[test]
fn nothing_of_something_is_refused_in_words() {
    let store = store();
    let hits = store.query("").unwrap();
    for error in [
        hits.page(0, None).unwrap_err(),
        hits.facets(Facet::Tag, Some(0)).unwrap_err(),
    ] {
        let text = error.to_string();
        assert!(matches!(error, Error::InvalidArgument { .. }), "{error:?}");
        assert!(
            text.ends_with("ask for at least 1") || text.contains("1 or more, or None for all"),
            "{text}"
        );
    }
}

/// A store of two notes, and of an event of the Context.
fn notes() -> Store {
    let note = |number: usize, meta: &[(&'static str, &'static str, Shape)]| Note {
        number,
        kind: "note",
        lang: "pt-BR",
        author: None,
        meta: meta.to_vec(),
    };
    let notes = vec![
        note(
            0,
            &[
                ("series", "Ferries", Shape::Text),
                ("alt", "A pier", Shape::Map),
            ],
        ),
        note(
            1,
            &[
                ("Series", "ferries", Shape::List),
                ("my key", "x", Shape::Text),
            ],
        ),
    ];
    let store = Store::memory().unwrap();
    let batch = Batch {
        notes,
        ..Batch::default()
    };
    commit(&store, &batch);
    store
}

#[test]
fn a_name_that_is_no_field_and_a_key_of_the_store_is_suggested_as_one() {
    let store = notes();
    let hint = |query: &str| match store.query(query) {
        Err(Error::Parse(error)) => error.hint.unwrap(),
        other => panic!("{query}: {other:?}"),
    };
    for (query, expected) in [
        ("series:ferries", "did you mean meta.series:?"),
        ("-SERIES:ferries", "did you mean -meta.series:?"),
        ("serie:ferries", "did you mean meta.series:?"),
        ("alts:x", "fields are title, "),
        // Names that are near a field, and words that mean one, stay with it.
        ("tga:x", "did you mean tag:?"),
        ("type:x", "did you mean kind:?"),
        ("since:2017", "a time stands by itself: write 2017.."),
    ] {
        assert!(
            hint(query).starts_with(expected),
            "{query}: {}",
            hint(query)
        );
    }
    let dropped = Batch {
        drop: vec![0, 1],
        ..Batch::default()
    };
    commit(&store, &dropped);
    assert!(hint("series:ferries").starts_with("fields are title, "));
}

#[test]
fn a_key_or_a_value_of_meta_that_no_event_has_names_the_nearest() {
    let store = notes();
    for (query, hint) in [
        ("meta.series:ferries", None),
        ("has:cover", None),
        ("has:tag", Some("no event has has:tag")),
        (
            "meta.seris:Ferries",
            Some("no event has meta.seris:Ferries; did you mean meta.series:Ferries?"),
        ),
        (
            "meta.mykey:*",
            Some("no event has meta.mykey:*; did you mean meta.\"my key\":*?"),
        ),
        (
            "meta.series:feries",
            Some("no event has meta.series:feries; did you mean meta.series:Ferries?"),
        ),
        (
            "meta.series:fer",
            Some("no event has meta.series:fer; did you mean meta.series:fer*?"),
        ),
        // What another key has is not suggested.
        ("meta.series:y", Some("no event has meta.series:y")),
        ("meta.nothing:x", Some("no event has meta.nothing:x")),
        (
            "has:covr",
            Some("no event has has:covr; did you mean has:cover?"),
        ),
        (
            "has:meta.series",
            Some("no event has has:meta.series; did you mean has:series?"),
        ),
        (
            "has:tags",
            Some("no event has has:tags; did you mean has:tag?"),
        ),
        (
            "kind:notes",
            Some("no event has kind:notes; did you mean kind:note?"),
        ),
        ("kind:news", Some("no event has kind:news")),
        ("lang:pt", None),
        (
            "lang:pt-PT",
            Some("no event has lang:pt-PT; did you mean lang:pt-BR?"),
        ),
    ] {
        let found = store.query(query).unwrap().hint().unwrap();
        assert_eq!(found.as_deref(), hint, "{query}");
    }
}
