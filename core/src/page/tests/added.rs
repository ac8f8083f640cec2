//! Pages of events that a program adds.

use super::super::*;
use super::read;
use crate::event::{Change, ChangeKind, Date, Event, EventId, Kind, Lang, Related, Source};

fn id(text: &str) -> EventId {
    text.parse().unwrap()
}

fn event(lang: Lang) -> Event {
    let mut event = Event::new(
        id("2017/03/2/a"),
        Date::new(2017, 3, 2),
        "A ](/news/2001/01/1/x.md) title #",
    );
    event.lang = lang;
    event
}

fn full(lang: Lang) -> Event {
    let mut event = event(lang);
    event.categories = vec!["Ferries & trams".into()];
    event.summary = Some("### Related:".into());
    event.sources = vec![
        Source {
            name: "Post](x".into(),
            url: "http://a.example/?x=1&amp;y=2".into(),
            image: Some("http://i/) [IMG](j".into()),
        },
        Source {
            name: "Cover Image".into(),
            url: "http://b.example/(c d)".into(),
            image: None,
        },
    ];
    event.cover_image = Some("http://i/?w=1&h=2".into());
    event.changes = vec![
        Change {
            id: id("2017/03/1/b"),
            title: "B".into(),
            at: Some("2017-03-01 06:30:07".into()),
            kind: ChangeKind::First,
        },
        Change {
            id: id("2017/03/2/a"),
            title: "A".into(),
            at: None,
            kind: ChangeKind::Current,
        },
    ];
    event.related = vec![
        Related {
            id: id("2016/12/31/c"),
            title: "C &lt;b> _Context: d_".into(),
            tags: vec![
                "Alba_".into(),
                "B](/news/c".into(),
                "\u{201c}é\u{201d}".into(),
            ],
        },
        Related {
            id: id("opinion/2016/12/30/d"),
            title: "]".into(),
            tags: vec![],
        },
    ];
    event.tags = vec!["Ferry, fast".into(), "trams".into()];
    event
}

fn read_again(event: &Event) -> Event {
    let made = from_event(event).unwrap_or_else(|error| panic!("{error}"));
    let path = if event.id.is_opinion() {
        format!("x/{}/README.md", event.id)
    } else {
        format!("x/news/{}.md", event.id)
    };
    let text = render(&made);
    assert_eq!(event.to_markdown().unwrap(), text);
    let limits = PageLimits {
        bytes: 1 << 20,
        items: 100,
    };
    let Ok(Page::Event(page)) = read(&path, &LogicalPath::of(&path), text.into_bytes(), &limits)
    else {
        panic!()
    };
    let stated = made
        .stated
        .iter()
        .map(|&span| made.get(span).to_owned())
        .collect();
    to_event(&page, stated, event.superseded)
}

#[test]
fn an_added_event_is_read_back_from_its_page_whatever_its_fields_hold() {
    for lang in [Lang::EN, Lang::ZH] {
        for event in [event(lang.clone()), full(lang)] {
            assert_eq!(read_again(&event), event);
        }
    }
    let mut early = full(Lang::EN);
    early.date = Date::new(2016, 1, 1);
    assert_eq!(read_again(&early), early);
}

#[test]
fn an_english_event_has_the_newest_layout() {
    let mut event = event(Lang::EN);
    event.categories = vec!["Ferries".into()];
    let page = event.to_markdown().unwrap();
    let head = "\nFormats: [HTML](/news/2017/03/2/a.html)  [JSON](/news/2017/03/2/a.json)  [XML](/news/2017/03/2/a.xml)  \n\n";
    assert!(
        page.starts_with(&format!(
            "{head}### [2017-03-2](/news/2017/03/2/index.md)\n\n##### Ferries\n# A ]("
        )),
        "{page}"
    );
}

#[test]
fn an_added_opinion_is_read_back_from_its_page() {
    let mut event = Event::new(id("opinion/2017/04/4/why"), Date::new(2017, 4, 4), "Why");
    assert_eq!(read_again(&event), event);
    event.authors = vec!["A. Editor".into()];
    event.summary = Some("1. *Not* a list, <b>no</b> HTML & [no](link) \\ # `x` &amp;".into());
    let again = read_again(&event);
    assert!(
        again
            .body
            .is_some_and(|body| body.starts_with("1\\. \\*Not"))
    );
    assert_eq!(again.summary, event.summary);
}

#[test]
fn an_added_opinion_keeps_its_whole_text() {
    let mut event = Event::new(id("opinion/2017/04/4/why"), Date::new(2017, 4, 4), "Why");
    for body in [
        "First *paragraph*.\n\nSecond.\n\n- a list\n",
        "\n\n  First",
        "First",
    ] {
        event.body = Some(body.into());
        event.summary = None;
        let again = read_again(&event);
        assert_eq!(again.body.as_deref(), Some(body));
        // What was read can be added again.
        assert_eq!(read_again(&again), again);
    }
    event.summary = Some("Another text".into());
    let error = from_event(&event).unwrap_err();
    assert!(
        matches!(
            error,
            crate::Error::InvalidEvent {
                field: "summary",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_title_that_looks_like_a_wiki_mark_is_read_back() {
    for lang in [Lang::EN, Lang::ZH] {
        let mut event = full(lang);
        event.title = "Title [http://a.example/ x] and -{zh-hans:a;zh-hant:b}-".into();
        event.changes[0].title = "-{a}-".into();
        event.related[0].title = "[https:x] y".into();
        assert_eq!(read_again(&event), event);
    }
}

#[test]
fn white_space_is_single_and_contexts_are_sorted() {
    let mut event = full(Lang::EN);
    event.title = "  A\ttitle ".into();
    event.summary = Some("  ".into());
    event.related[0].tags = vec!["b".into(), "a".into(), " ".into()];
    let again = read_again(&event);
    assert_eq!(again.title, "A title");
    assert_eq!(again.summary, None);
    assert_eq!(again.related[0].tags, ["a", "b"]);
}

#[test]
fn a_tag_with_a_comma_is_kept_where_the_page_can_show_it() {
    let mut event = event(Lang::EN);
    event.title = "Flood in Derry, Kent".into();
    event.related = vec![Related {
        id: id("2016/12/31/c"),
        title: "Fire in Derry, Kent".into(),
        tags: vec!["Derry, Kent".into()],
    }];
    assert_eq!(read_again(&event), event);
    event.title = "Flood".into();
    assert!(from_event(&event).is_err());
    event.related[0].tags = vec!["Port, Kent".into()];
    assert_eq!(read_again(&event), event);
}

#[test]
fn what_a_page_cannot_say_is_refused_with_the_field() {
    type Change = fn(&mut Event);
    let changes: [(&str, Change); 14] = [
        ("title", |event| event.title = " ".into()),
        ("title", |event| event.title = "a\nb".into()),
        ("summary", |event| event.summary = Some("a\r\nb".into())),
        ("sources", |event| {
            event.sources[0].url = "http://a/\nb".into()
        }),
        ("tags", |event| event.tags = vec!["a\0b".into()]),
        ("authors", |event| event.authors = vec!["A".into()]),
        ("authors", |event| {
            event.authors = vec!["A".into(), "B".into()]
        }),
        ("categories", |event| event.categories.push("B".into())),
        ("date", |event| event.date = None),
        ("body", |event| event.body = Some("A".into())),
        ("lang", |event| event.lang = Lang::new("fr").unwrap()),
        ("kind", |event| event.kind = Kind::new("report").unwrap()),
        ("kind", |event| event.kind = Kind::OPINION),
        ("related", |event| {
            event.related[0].tags = vec!["a, b".into()]
        }),
    ];
    for (word, change) in changes {
        let mut event = full(Lang::ZH);
        change(&mut event);
        let error = from_event(&event).unwrap_err();
        assert!(error.to_string().starts_with("2017/03/2/a: "), "{error}");
        let crate::Error::InvalidEvent { field, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(field, word);
    }
    let mut opinion = Event::new(id("opinion/2017/04/4/why"), Date::new(2017, 4, 5), "Why");
    assert!(
        from_event(&opinion)
            .unwrap_err()
            .to_string()
            .contains("date")
    );
    opinion.date = opinion.id.day();
    opinion.categories = vec!["x".into()];
    assert!(
        from_event(&opinion)
            .unwrap_err()
            .to_string()
            .contains("category")
    );
}

#[test]
fn html_of_a_summary_is_harmless() {
    for (summary, html) in [
        (
            "*a* & <script>b</script>",
            "<p><em>a</em> &amp; &lt;script&gt;b&lt;/script&gt;</p>\n",
        ),
        ("<div onclick=x>", "&lt;div onclick=x&gt;"),
        ("[x](javascript:alert(1)) [y](JAVASCRIPT:z)", "<p>x y</p>\n"),
        (
            "[x](/news/a:b) [y](HTTPS://a/)",
            "<p><a href=\"/news/a:b\">x</a> <a href=\"HTTPS://a/\">y</a></p>\n",
        ),
        ("![x](data:text/html,y)", "<p>x</p>\n"),
        ("<javascript:alert(1)>", "<p>javascript:alert(1)</p>\n"),
        (
            "[x](java&#10;script&#58;y) [z][r]\n\n[r]: data:text/html,y",
            "<p>x z</p>\n",
        ),
        (
            "[![x](vbscript:y)](https://a/) [![x](/y.png)](file:///etc)",
            "<p><a href=\"https://a/\">x</a> <img src=\"/y.png\" alt=\"x\" /></p>\n",
        ),
    ] {
        let mut event = event(Lang::EN);
        event.summary = Some(summary.into());
        event.body = event.summary.clone();
        assert_eq!(event.summary_html().unwrap(), html);
        assert_eq!(event.body_html().unwrap(), html, "a body is as safe");
    }
    let mut event = event(Lang::EN);
    assert_eq!((event.summary_html(), event.body_html()), (None, None));
    event.body = Some("| a |\n| - |\n| <b> |\n\n- [x] ~~b~~\n".into());
    let html = event.body_html().unwrap();
    assert!(html.contains("<td>&lt;b&gt;</td>"), "{html}");
    assert!(
        html.contains("checked=\"\"/>") && html.contains("<del>b</del>"),
        "{html}"
    );
}
