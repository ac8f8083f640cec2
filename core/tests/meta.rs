//! What the front matter of Markdown pages says beside the fields of an event: asked for, counted, and
//! beside events of the Context.

mod support;

use eventstore::{Date, Facet, IngestOptions, PageFormat, Report, Store};
use support::{event_page, ids, path, put};

/// Ingests Markdown pages from memory.
fn notes(store: &Store, pages: &[(&str, &str)]) -> Report {
    let pages = pages
        .iter()
        .map(|&(path, text)| (path.to_owned(), text.into()));
    let options = IngestOptions::new().format(PageFormat::Markdown);
    let pages: Vec<(String, Vec<u8>)> = pages.collect();
    store.ingest(pages, options).unwrap()
}

/// The values of a field with their counts.
fn counts(store: &Store, query: &str, by: &str) -> Vec<(String, u64)> {
    let facets = store
        .query(query)
        .unwrap()
        .facets(by.parse().unwrap(), None);
    let facets = facets.unwrap();
    assert_eq!(facets.distinct, facets.len());
    facets
        .into_iter()
        .map(|count| (count.value, count.count))
        .collect()
}

fn named(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
    let counts = counts.iter();
    counts.map(|&(value, n)| (value.to_owned(), n)).collect()
}

/// An event and an opinion of the Context, a Chinese event, and notes in several languages.
fn mixed() -> Store {
    let store = Store::memory().unwrap();
    let page = |chinese, id: &str, title: &str| {
        (path(id), event_page(chinese, id, title, "Harbours", &[]))
    };
    let pages = vec![
        page(false, "2017/03/2/a-harbour-opens", "A harbour opens."),
        page(true, "2017/03/2/港口开放", "港口开放"),
    ];
    assert_eq!(put(&store, pages).added, 2);
    let report = notes(
        &store,
        &[
            (
                "a.md",
                "---\ndate: 2016-02-03\nlang: en-GB\ntype: news\nauthor: Ida\n---\n",
            ),
            (
                "b.md",
                "---\ndate: 2018-01-01\nlang: pt_br\ntype: recipe\nseries: X\n---\n",
            ),
            (
                "c.md",
                "---\ndate: 2017-06-01\nlang: zh-hant\nseries: [x, Y]\n---\n",
            ),
            ("d.md", "---\ndate: 2017-06-02\n---\n"),
            ("e.md", "An undated page.\n"),
        ],
    );
    assert_eq!((report.added, report.undated), (4, 1), "{report}");
    store
}

#[test]
fn kinds_and_languages_are_counted_over_both_formats() {
    let store = mixed();
    let kinds = named(&[("news", 3), ("page", 2), ("recipe", 1)]);
    assert_eq!(counts(&store, "", "kind"), kinds);
    let langs = [
        ("en", 1),
        ("en-GB", 1),
        ("pt-BR", 1),
        ("und", 1),
        ("zh", 1),
        ("zh-Hant", 1),
    ];
    assert_eq!(counts(&store, "", "lang"), named(&langs));
    assert_eq!(counts(&store, "2017-03", "kinds"), named(&[("news", 2)]));
    assert_eq!(
        counts(&store, "undated:only", "kind"),
        named(&[("page", 1)])
    );
    assert_eq!(counts(&store, "", "author"), named(&[("Ida", 1)]));
    let few = store
        .query("")
        .unwrap()
        .facets(Facet::Kind, Some(1))
        .unwrap();
    assert_eq!((few.len(), few.distinct), (1, 3));
}

#[test]
fn a_language_is_found_with_its_variants() {
    let store = mixed();
    assert_eq!(ids(&store, "lang:en"), ["a", "2017/03/2/a-harbour-opens"]);
    assert_eq!(ids(&store, "lang:zh"), ["2017/03/2/港口开放", "c"]);
    assert_eq!(ids(&store, "lang:zh-Hant"), ["c"]);
    assert_eq!(ids(&store, "lang:pt"), ["b"]);
    assert_eq!(
        ids(&store, "kind:news"),
        ["a", "2017/03/2/a-harbour-opens", "2017/03/2/港口开放"]
    );
}

#[test]
fn the_statistics_know_the_first_dated_day_and_the_languages() {
    let stats = mixed().stats().unwrap();
    assert_eq!(stats.first, Date::new(2016, 2, 3));
    assert_eq!(stats.last, Date::new(2018, 1, 1));
    assert_eq!((stats.events, stats.english, stats.chinese), (7, 2, 2));
    let undated = Store::memory().unwrap();
    notes(&undated, &[("e.md", "An undated page.\n")]);
    let stats = undated.stats().unwrap();
    assert_eq!((stats.first, stats.last, stats.english), (None, None, 0));
}

#[test]
fn events_of_the_context_have_no_meta() {
    let store = mixed();
    assert_eq!(ids(&store, "meta.series:x"), ["c", "b"]);
    assert_eq!(store.query("-meta.series:x").unwrap().count().unwrap(), 4);
    assert_eq!(counts(&store, "2017-03", "meta.series"), []);
    // The spelling that most events have; of as many the first by code point.
    assert_eq!(
        counts(&store, "", "meta.SERIES"),
        named(&[("X", 2), ("Y", 1)])
    );
}

#[test]
fn what_no_question_finds_is_noted_with_its_page() {
    let store = Store::memory().unwrap();
    let many: Vec<String> = (0..300).map(|i| format!("v{i}")).collect();
    let long = "x".repeat(257);
    let text = format!(
        "---\ndate: 2020-01-01\nlist: [{}]\nlater: z\n---\n",
        many.join(", ")
    );
    let other = format!("---\ndate: 2020-01-02\nlong: {long}\n{long}: y\n---\n");
    let report = notes(&store, &[("a.md", &text), ("b.md", &other)]);
    assert_eq!(
        report.notes,
        [
            "a.md:1:1: no question finds 45 values of meta: a page has at most 256, under keys of at \
             most 256 bytes",
            "b.md:1:1: no question finds 1 value of meta: a page has at most 256, under keys of at \
             most 256 bytes"
        ]
    );
    assert_eq!(ids(&store, "meta.list:v255"), ["a"]);
    assert_eq!(ids(&store, "meta.list:v256"), Vec::<String>::new());
    assert_eq!(ids(&store, "has:later"), Vec::<String>::new());
    // A long value answers `has` alone.
    assert_eq!(ids(&store, "has:long"), ["b"]);
    assert_eq!(ids(&store, "meta.long:*"), ["b"]);
    assert_eq!(ids(&store, "meta.long:x*"), Vec::<String>::new());
    assert_eq!(counts(&store, "", "meta.long"), []);
    assert_eq!(store.get("a").unwrap().unwrap().meta.len(), 2);
}

#[test]
fn a_page_that_changes_or_goes_takes_its_keys_along() {
    let store = Store::memory().unwrap();
    let series = |series: &str| format!("---\ndate: 2020-01-01\nseries: {series}\n---\n");
    notes(
        &store,
        &[("a.md", &series("One")), ("b.md", &series("Two"))],
    );
    notes(&store, &[("a.md", &series("Two"))]);
    assert_eq!(counts(&store, "", "meta.series"), named(&[("Two", 2)]));
    assert_eq!(ids(&store, "meta.series:one"), Vec::<String>::new());
    store.compact().unwrap();
    assert_eq!(ids(&store, "meta.series:two"), ["a", "b"]);
    store.remove(["b"]).unwrap();
    assert_eq!(ids(&store, "has:series"), ["a"]);
    let told = store.query("has:series").unwrap().explain().unwrap();
    assert!(!told.contains("pages read"), "{told}");
}
