//! The text of a query: reading and printing are each other's inverse, and `&` is the "and" of sets.

use std::collections::HashSet;

use eventstore::{Date, EventId, Include, Kind, Lang, Query, Value, prefix};
use proptest::prelude::*;
use proptest::sample::select;

/// Values that are likely to be mistaken for something else.
const HOSTILE: &[&str] = &[
    "Syria",
    "syria",
    "SYRIA",
    "New York",
    "new  york",
    " New\tYork\n",
    "2017",
    "2017-03-02",
    "..2017",
    "-x",
    "-",
    "--",
    "*",
    "a*",
    "*a",
    "\"",
    "\\",
    "\\\"",
    "a\\",
    "\"a\"",
    "(",
    ")",
    "()",
    "a,b",
    "Reston, Virginia",
    ":",
    "tag:a",
    "https://example.org/a?b=c",
    "AND",
    "or",
    "+x",
    "!x",
    "x~2",
    "/x/",
    "fl?od",
    "why?",
    "d’Ivoire",
    "d'Ivoire",
    "'90s",
    "covid-19",
    "C++",
    "2017/03",
    "1812-1814",
    "tag=a",
    "meta.a",
    "9/11",
    "“quoted”",
    "‘x’",
    "：（），＊",
    "消息",
    "İstanbul",
    "straße",
    "STRASSE",
    "ſ",
    "e\u{301}",
    "é",
    "\u{0}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}x",
    "a\u{a0}b",
    "a\u{3000}b",
    "\u{200b}",
    "\u{feff}",
    "&amp;",
    "&nbsp;",
    "''x''",
    "#1",
    "a/b",
    "<sub>",
    "\u{202e}abc",
    "🙂",
    "ﬁ",
    "Ω",
    "Ω",
    "\u{345}",
    "ᾳ",
    "が",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(HOSTILE).prop_map(str::to_owned),
        1 => (select(HOSTILE), select(HOSTILE)).prop_map(|(a, b)| format!("{a}{b}")),
        1 => (select(HOSTILE), select(HOSTILE)).prop_map(|(a, b)| format!("{a} {b}")),
        2 => any::<String>(),
    ]
    .prop_filter("an empty value is an error", |text| !text.trim().is_empty())
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => text().prop_map(Value::from),
        2 => text().prop_map(prefix),
        1 => Just(Value::any()),
    ]
}

fn day() -> impl Strategy<Value = Date> {
    let border = select(
        &[
            (2017, 1, 1),
            (2017, 12, 31),
            (2017, 3, 1),
            (2016, 2, 29),
            (2017, 2, 28),
            (1, 1, 1),
            (9999, 12, 31),
        ][..],
    );
    let any = (1i16..=9999, 1i8..=12, 1i8..=28);
    prop_oneof![border, any].prop_map(|(y, m, d)| Date::new(y, m, d).expect("a day"))
}

fn query() -> impl Strategy<Value = Query> {
    let time = prop_oneof![
        2 => Just(Query::new()),
        1 => day().prop_map(|day| Query::new().since(day).expect("since")),
        1 => day().prop_map(|day| Query::new().until(day).expect("until")),
        1 => (day(), day()).prop_map(|(a, b)| Query::new().since(a.min(b)).expect("since").until(a.max(b)).expect("until")),
    ];
    let values = prop::collection::vec(value(), 0..4);
    // Of white space alone no key is left.
    let key = text().prop_filter("a key", |key| Query::new().has(key).is_ok());
    let clause = (0..27usize, values, prop::collection::vec(text(), 0..3), key).prop_map(
        |(which, values, slugs, key)| {
            let q = Query::new();
            // A value of signs alone asks for no word.
            let has_word = |value: &&Value| Query::new().title((*value).clone()).is_ok();
            let words: Vec<Value> = values.iter().filter(has_word).cloned().collect();
            let texts: Vec<Value> = words
                .iter()
                .filter(|value| **value != Value::any())
                .cloned()
                .collect();
            let ids: Vec<String> = slugs
                .iter()
                .map(|slug| {
                    slug.replace(['/', '\0'], "-")
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join("-")
                })
                .map(|slug| format!("2017/03/2/x{slug}"))
                .collect();
            match which {
                0 => q.tags_all(values),
                1 => q.tags_any(values),
                2 => q.tags_none(values),
                3 => q.category(values),
                4 => q.category_none(values),
                5 => q.source(values),
                6 => q.source_none(values),
                7 => q.domain(values),
                8 => q.domain_none(values),
                12 => q.author(values),
                13 => q.author_none(values),
                15 => q.meta(&key, values),
                16 => q.meta_none(&key, values),
                17 => q.has([key, slugs.concat() + "x"]),
                18 => q.has_none(key),
                9 => q.related_to(
                    ids.iter()
                        .filter_map(|id| id.parse::<EventId>().ok())
                        .collect::<Vec<_>>(),
                ),
                10 => q
                    .kind([Kind::NEWS, Kind::OPINION])
                    .and_then(|q| q.lang(Lang::ZH)),
                19 => q.phrase(texts),
                20 => q.words(texts),
                21 => q.words_any(texts),
                22 => q.words_none(texts),
                23 => q.title(words),
                24 => q.title_none(words),
                25 => q.summary(words),
                26 => q.body_none(words).and_then(|q| q.body(texts)),
                11 => q.kind("press-release").and_then(|q| q.lang("zh-Hant")),
                _ => q.refers_to(
                    ids.iter()
                        .filter_map(|id| id.parse::<EventId>().ok())
                        .collect::<Vec<_>>(),
                ),
            }
            .expect("a clause")
        },
    );
    let rule = prop_oneof![
        3 => Just(Query::new()),
        1 => select(&[Include::No, Include::Yes, Include::Only][..]).prop_map(|which| Query::new().superseded(which)),
    ];
    (time, prop::collection::vec(clause, 0..4), rule)
        .prop_map(|(time, clauses, rule)| clauses.into_iter().fold(time & rule, |a, b| a & b))
}

fn hashes_alike(a: &Query, b: &Query) -> bool {
    HashSet::from([a.clone()]).contains(b)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_printed_query_reads_back_as_itself(q in query()) {
        let printed = q.to_string();
        let read: Query = printed.parse().map_err(|error| TestCaseError::fail(format!("{error}")))?;
        prop_assert_eq!(&read, &q);
        prop_assert!(hashes_alike(&read, &q));
        prop_assert_eq!(read.to_string(), printed);
    }

    #[test]
    fn and_is_commutative_associative_and_idempotent(a in query(), b in query(), c in query()) {
        prop_assert_eq!(&a & &b, &b & &a);
        prop_assert!(hashes_alike(&(&a & &b), &(&b & &a)));
        prop_assert_eq!(&(&a & &b) & &c, &a & &(&b & &c));
        prop_assert_eq!(&a & &a, a.clone());
        prop_assert_eq!(&a & &Query::new(), a.clone());
        let both = &a & &b;
        prop_assert_eq!(both.to_string().parse::<Query>().expect("the printed and"), both);
    }

    #[test]
    fn two_printed_queries_side_by_side_are_their_and(a in query(), b in query()) {
        prop_assert_eq!(format!("{a} {b}").parse::<Query>().expect("both"), a & b);
    }

    #[test]
    fn no_text_breaks_the_reader_and_every_error_stands_on_a_character(text in any::<String>()) {
        if let Err(error) = text.parse::<Query>() {
            prop_assert!(text.is_char_boundary(error.offset));
            prop_assert_eq!(&error.text, &text);
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn no_text_made_of_the_grammar_s_own_pieces_breaks_the_reader(
        pieces in prop::collection::vec(select(&[
            "tag", ":", "(", ")", ",", "*", "\"", "\\", "-", " ", "2017", "..", "/", "03", "-13", "superseded", "kind",
            "news", "related", "2017/03/2/a", "：", "“", "x", "AND", "since", "T12", "W09", ".", "title", "?", "~", "+", "!",
            "'", "’",
        ][..]), 0..12)
    ) {
        let text = pieces.concat();
        match text.parse::<Query>() {
            Ok(q) => prop_assert_eq!(q.to_string().parse::<Query>().expect("its print"), q),
            Err(error) => prop_assert!(text.is_char_boundary(error.offset)),
        }
    }
}

fn q(text: &str) -> Query {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn values_are_equal_as_they_match_and_keep_their_first_spelling() {
    assert_eq!(q("tag:Syria"), q("tag:SYRIA"));
    assert!(hashes_alike(&q("tag:STRASSE"), &q("tag:straße")));
    assert_eq!(q("tag:(Syria, syria, SYRIA)").to_string(), "tag:Syria");
    assert_eq!(q("tag:\" New  York \"").to_string(), "tag:\"New York\"");
    assert_eq!(q("tag:(b,a) tag:c tag:c"), q("tag:c tag:(a,b)"));
    assert_ne!(q("tag:a tag:b"), q("tag:(a,b)"));
    assert_ne!(q("tag:syri*"), q("tag:syri"));
    assert_ne!(q("tag:\"New \"*"), q("tag:New*"));
    // Literal: no entity is decoded.
    assert_ne!(q("tag:&amp;"), q("tag:&"));
}

#[test]
fn a_time_prints_each_end_as_coarse_as_it_allows() {
    for (text, printed) in [
        ("2017-01-01..2017-12-31", "2017"),
        ("2017-03-01..2017-03-31", "2017-03"),
        ("2017-3-2", "2017-03-02"),
        ("2017-03-02..2017-03-02", "2017-03-02"),
        ("2017-01-01..2018-12-31", "2017..2018"),
        ("2017-01-01..2018-03-31", "2017..2018-03"),
        ("2017-01-02..", "2017-01-02.."),
        ("..2016-02-29", "..2016-02"),
        ("..2016-02-28", "..2016-02-28"),
        ("2017..2017-01", "2017-01"),
        ("2017.. ..2018", "2017..2018"),
        ("2017 2018", "2018.. ..2017"),
        ("2017 2017-03", "2017-03"),
        ("0001..9999", "0001..9999"),
        (" \t2017\n", "2017"),
        ("", ""),
    ] {
        assert_eq!(q(text).to_string(), printed, "{text}");
        assert_eq!(q(printed), q(text), "{text}");
    }
}

#[test]
fn what_is_said_of_superseded_events_is_a_set() {
    assert_eq!(q("superseded:(no, only)"), q("superseded:yes"));
    assert_eq!(q("-superseded:only"), q("superseded:no"));
    assert_eq!(q("superseded:yes superseded:only"), q("superseded:only"));
    assert_eq!(
        q("superseded:no superseded:only").to_string(),
        "superseded:()"
    );
    assert_eq!(q("-superseded:yes"), q("superseded:()"));
    // Silence is no statement: it leaves the word to the other side.
    assert_eq!(q("tag:a") & q("superseded:yes"), q("tag:a superseded:yes"));
    assert_ne!(q(""), q("superseded:no"));
}

#[test]
fn hosts_are_equal_as_they_match_and_kinds_and_languages_are_open_words() {
    assert_eq!(
        q("domain:www.a.example"),
        q("domain:\"HTTP://a.example/x\"")
    );
    assert_eq!(q("domain:m.a.example").to_string(), "domain:m.a.example");
    assert_ne!(q("source:www.a.example"), q("source:a.example"));
    assert_eq!(q("kind:Editorial"), q("kind:editorial"));
    assert_eq!(q("lang:ZH-hant"), q("lang:zh-Hant"));
}

#[test]
fn empty_lists_match_nothing_or_leave_the_query_as_it_is() {
    let none: [&str; 0] = [];
    assert_eq!(
        Query::new().tags_any(none).expect("any").to_string(),
        "tag:()"
    );
    assert_eq!(
        Query::new().category(none).expect("category"),
        q("category:( )")
    );
    assert_eq!(Query::new().tags_all(none).expect("all"), Query::new());
    assert_eq!(Query::new().tags_none(none).expect("none"), Query::new());
    assert_eq!(q("-tag:()"), Query::new());
}

#[test]
fn calls_and_text_make_the_same_query() {
    let built = Query::new()
        .since(2017)
        .and_then(|q| q.until("2018-03"))
        .and_then(|q| q.tags_all(["Syria", "New York"]))
        .and_then(|q| q.tags_any([Value::from("a,b"), prefix("x y ")]))
        .and_then(|q| q.tags_none("-z"))
        .and_then(|q| q.source(vec!["BBC".to_owned()]))
        .and_then(|q| q.domain_none(Value::any()))
        .and_then(|q| q.kind(Kind::OPINION))
        .and_then(|q| q.lang([Lang::EN, Lang::ZH]))
        .map(|q| q.superseded(Include::Yes))
        .expect("a query");
    let text = r#"2017..2018-03 tag:Syria tag:"New York" tag:("a,b", "x y "*) -tag:"-z" source:BBC -domain:* kind:opinion lang:(zh,en) superseded:yes"#;
    assert_eq!(built, q(text));
}

#[test]
fn calls_refuse_what_cannot_be_a_value() {
    assert_eq!(
        Query::new().tags_any("").unwrap_err().hint.as_deref(),
        Some("tag:* asks for any tag, -tag:* for none")
    );
    assert!(Query::new().tags_any(["a", " \t"]).is_err());
    assert!(Query::new().tags_any(prefix("")).is_err());
    assert!(Query::new().kind("press release").is_err());
    assert!(Query::new().lang("en_GB").is_err());
    assert!(Query::new().lang(prefix("z")).is_err());
    assert!(Query::new().related_to(Value::any()).is_err());
    assert!(Query::new().since("2017-13").is_err());
    assert!(Query::new().since(0).is_err());
    assert!(Query::new().since(123_456).is_err());
    let reversed = Query::new()
        .since(2018)
        .and_then(|q| q.until(2017))
        .unwrap_err();
    assert_eq!((reversed.text.as_str(), reversed.offset), ("2018..2017", 6));
}

#[test]
fn a_long_query_is_read_in_linear_time() {
    let values: Vec<String> = (0..50_000).map(|i| format!("\"tag {i}\"")).collect();
    let long = q(&format!("tag:({})", values.join(", ")));
    assert_eq!(q(&long.to_string()), long);
    let open = "tag:(".repeat(100_000);
    assert!(open.parse::<Query>().is_err());
}
