//! Where the words of a query stand in events, the part of their texts that says why they were found, and
//! the words that all of them have.

use proptest::prelude::*;

use crate::{Date, Event, EventId, Query, Store, TextField};

fn event(title: &str, summary: &str, body: &str) -> Event {
    let id: EventId = "opinion/2017/04/4/bridges".parse().unwrap();
    let mut event = Event::new(id.clone(), id.day(), title);
    event.summary = (!summary.is_empty()).then(|| summary.to_owned());
    event.body = (!body.is_empty()).then(|| body.to_owned());
    event
}

fn snippet(event: &Event, query: &str, chars: usize) -> String {
    let snippet = event.snippet(&query.parse().unwrap(), chars);
    format!("{}: {snippet}", snippet.field)
}

#[test]
fn a_snippet_is_the_part_with_the_most_words_of_the_query() {
    let text = "A dam is built. Later in the year it rains for weeks, and then the dam \
                breaks: the flood takes a bridge, and the flood is feared in town.";
    let bridges = event("Bridges and dams", text, "");
    for (query, chars, expected) in [
        ("dam", 30, "summary: A [dam] is built. Later in the…"),
        (
            "dam flood",
            40,
            "summary: …the [dam] breaks: the [flood] takes a…",
        ),
        (
            "dam flood bridge",
            44,
            "summary: …[dam] breaks: the [flood] takes a [bridge], and…",
        ),
        (
            "flood",
            46,
            "summary: …the [flood] takes a bridge, and the [flood] is…",
        ),
        ("\"the dam breaks\"", 24, "summary: …[the dam breaks]: the…"),
        ("fl* to*", 31, "summary: …the [flood] is feared in [town]."),
        ("title:bridges", 20, "title: [Bridges] and dams"),
        ("dams", 12, "title: …and [dams]"),
        ("-dam", 16, "summary: A dam is built.…"),
        ("", 12, "summary: A dam is…"),
        ("tag:x", 1000, &format!("summary: {text}")),
    ] {
        assert_eq!(snippet(&bridges, query, chars), expected, "{query}");
    }
}

#[test]
fn summary_comes_before_body_and_both_before_the_title() {
    let all = event(
        "The flood",
        "A dam and rain",
        "The flood, *the* dam and `rain`.",
    );
    for (query, expected) in [
        ("dam", "summary: A [dam] and rain"),
        ("flood", "body: The [flood], the dam and rain."),
        ("flood dam", "body: The [flood], the [dam] and rain."),
        ("body:dam", "body: The flood, the [dam] and rain."),
        ("title:flood", "title: The [flood]"),
        ("storm", "summary: A dam and rain"),
    ] {
        assert_eq!(snippet(&all, query, 100), expected, "{query}");
    }
    let bare = event("The flood", "", "");
    assert_eq!(snippet(&bare, "storm", 100), "title: The flood");
    assert_eq!(
        snippet(&event("The flood", "", "Rain"), "storm", 100),
        "body: Rain"
    );
}

#[test]
fn text_without_spaces_is_cut_between_characters() {
    let text = "里氏规模测定的强烈地震在大阪府发生，造成多人受伤。";
    let quake = event("地震", text, "");
    assert_eq!(
        snippet(&quake, "地震 大阪", 12),
        "summary: …烈[地震]在[大阪]府发生，…"
    );
    assert_eq!(snippet(&quake, "发生", 6), "summary: …[发生]，造…");
}

#[test]
fn what_does_not_fit_is_cut() {
    let long = event("x", &format!("a {} z", "b".repeat(50)), "");
    assert_eq!(
        snippet(&long, "b*", 12),
        format!("summary: …[{}]…", "b".repeat(10))
    );
    assert_eq!(snippet(&long, "b*", 2), "summary: …");
    assert_eq!(snippet(&long, "b*", 1), "summary: …");
    assert_eq!(snippet(&long, "b*", 0), "summary: ");
    let many = event("x", "one two three four five six", "");
    assert_eq!(
        snippet(&many, "\"two three four\"", 9),
        "summary: one [two]…"
    );
}

proptest! {
    /// However long, a snippet is a part of a text, in whole words, with spans that are words of
    /// the query.
    #[test]
    fn a_snippet_is_a_part_of_the_text(
        words in proptest::collection::vec("(flood|dam|[a-e]{1,9}|洪水|e\u{301}{1,4}|[.,]|\u{1F469}\u{200D}\u{1F52C})", 0..40),
        chars in 0usize..80,
    ) {
        let text = words.join(" ");
        let event = event("x", &text, "");
        let query: Query = "(flood, dam, 水)".parse().unwrap();
        let snippet = event.snippet(&query, chars);
        prop_assert!(snippet.text.chars().count() <= chars);
        let inner = snippet.text.trim_start_matches('…').trim_end_matches('…');
        if snippet.field == TextField::Summary {
            prop_assert!(text.contains(inner));
            prop_assert_eq!(text.starts_with(inner) || snippet.text.starts_with('…') || chars == 0, true);
            prop_assert_eq!(text.ends_with(inner) || snippet.text.ends_with('…') || chars == 0, true);
            if chars >= 14 {
                let parts: Vec<&str> = text.split(' ').collect();
                prop_assert!(inner.split(' ').all(|word| parts.contains(&word) || word.contains(['洪', '水']) || word.contains(['.', ','])));
                let has_word = words.iter().any(|word| matches!(&**word, "flood" | "dam" | "洪水"));
                prop_assert_eq!(has_word, !snippet.spans.is_empty());
            }
        }
        for span in snippet.spans {
            let word = &snippet.text[span];
            let is_whole = ["flood", "dam", "水"].contains(&word);
            prop_assert!(is_whole || (chars < 7 && ["flood", "dam"].iter().any(|one| one.starts_with(word))));
        }
    }
}

fn spans<'t>(text: &'t str, spans: &[std::ops::Range<usize>]) -> Vec<&'t str> {
    spans.iter().map(|span| &text[span.clone()]).collect()
}

#[test]
fn words_are_highlighted_in_the_fields_that_are_asked() {
    let all = event(
        "Flood: the dam, the dam breaks",
        "No dam breaks in 大阪府 or straße",
        "A *flood* & [the dam](x.md) breaks; C++ and C.",
    );
    let body = all.body_text().unwrap();
    let found = |query: &str| {
        let found = all.highlight(&query.parse().unwrap());
        let summary = all.summary.as_deref().unwrap();
        [
            spans(&all.title, &found.title).join("|"),
            spans(summary, &found.summary).join("|"),
            spans(&body, &found.body).join("|"),
        ]
    };
    for (query, expected) in [
        ("", ["", "", ""]),
        ("flood", ["Flood", "", "flood"]),
        ("-flood tag:flood 2017 flood:*", ["", "", ""]),
        ("title:dam", ["dam|dam", "", ""]),
        (
            "(dam, \"dam breaks\")",
            ["dam|dam breaks", "dam breaks", "dam breaks"],
        ),
        ("d*", ["dam|dam", "dam", "dam"]),
        ("大阪", ["", "大阪", ""]),
        ("阪", ["", "阪", ""]),
        ("大阪 阪府", ["", "大阪府", ""]),
        ("STRASSE", ["", "straße", ""]),
        ("body:c++", ["", "", "C++"]),
        ("body:c", ["", "", "C|C"]),
        ("title:*", ["", "", ""]),
    ] {
        if let Ok(query) = query.parse::<Query>() {
            assert_eq!(found(&query.to_string()), expected, "{query}");
        } else {
            assert!(query.contains("flood:*"), "{query}");
        }
    }
    let bare = event("The flood", "", "");
    let found = bare.highlight(&"flood".parse().unwrap());
    assert_eq!(spans(&bare.title, &found.title), ["flood"]);
    assert!(found.summary.is_empty() && found.body.is_empty());
}

#[test]
fn of_a_title_in_variants_the_one_that_is_shown_is_highlighted() {
    let store = Store::memory().unwrap();
    let page = "### [2017-3-2](/news/2017/03/2/index.md)\n\n##### 灾难\n# 大阪-{zh-hans:里氏; zh-hant:芮氏}-地震\n\n\n\n\n";
    let pages = vec![(
        "zh/news/2017/03/2/a.md".to_owned(),
        page.as_bytes().to_vec(),
    )];
    store.ingest(pages, crate::IngestOptions::new()).unwrap();
    for (query, expected) in [("里氏", vec!["里氏"]), ("芮氏", vec![])] {
        let hits = store.query(query).unwrap();
        let event = hits.first().unwrap().unwrap();
        let found = event.highlight(hits.query());
        assert_eq!(spans(&event.title, &found.title), expected, "{query}");
    }
}

#[test]
fn snippets_come_in_the_order_of_the_hits() {
    let store = Store::memory().unwrap();
    for day in 1..=9 {
        let id = format!("2017/03/{day}/a").parse().unwrap();
        let mut event = Event::new(id, Date::new(2017, 3, day), "The flood");
        event.summary = Some(format!("Day {day} of the flood"));
        store.add([event]).unwrap();
    }
    let hits = store.query("flood").unwrap();
    let shown = |hits: &crate::Hits| -> Vec<String> {
        let snippets = hits.snippets(80).unwrap();
        snippets.iter().map(ToString::to_string).collect()
    };
    let all = shown(&hits);
    assert_eq!((all.len(), all[8].as_str()), (9, "Day 9 of the [flood]"));
    let best = hits.order(crate::Order::Relevance).unwrap();
    let (first, all) = (best.page(4, None).unwrap(), best.scores().unwrap());
    assert_eq!(first.scores, all[..4]);
    let rest = best.page(9, first.next.as_deref()).unwrap();
    assert_eq!(rest.scores, all[4..]);
    assert!(hits.page(4, None).unwrap().scores.is_empty());
    let newest = hits.order(crate::Order::NewestFirst).unwrap().slice(1..3);
    assert_eq!(
        shown(&newest),
        ["Day 8 of the [flood]", "Day 7 of the [flood]"]
    );
}

#[test]
fn words_are_those_of_current_events_by_their_beginning() {
    let store = Store::memory().unwrap();
    let add = |day, title: &str, summary: &str, draft| {
        let id = format!("posts/{day}").parse().unwrap();
        let mut event = Event::new(id, Date::new(2017, 3, day), title);
        event.summary = (!summary.is_empty()).then(|| summary.to_owned());
        event.draft = draft;
        event.body = Some("text".to_owned());
        store.add([event]).unwrap();
    };
    add(1, "Flood, flood", "A FLOOD and a flow", false);
    add(2, "The flood", "Straße, 洪水", false);
    add(3, "Flora", "flow", false);
    add(4, "Fluid", "", true);
    let words = |prefix: &str, top| -> Vec<String> {
        let words = store.words(prefix, top).unwrap();
        words
            .iter()
            .map(|word| format!("{} {}", word.value, word.count))
            .collect()
    };
    assert_eq!(words("FL", None), ["flood 2", "flow 2", "flora 1"]);
    assert_eq!(words("fl", Some(2)), ["flood 2", "flow 2"]);
    assert_eq!(store.words("fl", Some(2)).unwrap().distinct, 3);
    assert_eq!(words("STRASS", None), ["strasse 1"]);
    assert_eq!(words("洪", None), ["洪水 1"]);
    assert_eq!(words("the flood", None), [""; 0]);
    assert_eq!(words("", Some(1)), ["text 3"]);
    let all = store.words("", None).unwrap();
    assert_eq!(all.len(), all.distinct);
    assert!(store.words("fl", Some(0)).is_err());
    for word in &all {
        assert_eq!(
            store
                .query(crate::Query::new().phrase(&word.value).unwrap())
                .unwrap()
                .count()
                .unwrap(),
            word.count,
            "{}",
            word.value
        );
    }
    // Of some events; of one segment and of several.
    let of_flow = store
        .query("flow")
        .unwrap()
        .facets(crate::Facet::Word, Some(2))
        .unwrap();
    assert_eq!(
        of_flow
            .iter()
            .map(|word| word.value.as_str())
            .collect::<Vec<_>>(),
        ["flow", "text"]
    );
    store.compact().unwrap();
    assert_eq!(store.words("", None).unwrap(), all);
    store.reindex(crate::Words::Off).unwrap();
    let stats = store.stats().unwrap();
    assert_eq!(
        (stats.words, stats.without_words),
        (crate::Words::Off, stats.events)
    );
    assert_eq!(
        store.words("", None).unwrap(),
        all,
        "they are cut from the texts"
    );
}
