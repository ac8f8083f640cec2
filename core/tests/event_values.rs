//! What an event of a store says, and what it says after it was added again.

mod support;

use eventstore::{
    Date, Durability, Error, Event, EventId, Facet, IngestOptions, Kind, Lang, OnError, Phase,
    Query, Related, Source, Store,
};
use support::id;

fn store_of(path: &str, page: &str) -> Store {
    let store = Store::memory().unwrap();
    let pages = vec![(path.to_owned(), page.as_bytes().to_vec())];
    let report = store.ingest(pages, IngestOptions::default()).unwrap();
    assert_eq!((report.added, report.failed), (1, 0), "{:?}", report.errors);
    store
}

fn event_of(store: &Store, id: &EventId) -> Event {
    store.get(id).unwrap().unwrap()
}

const OPINION: &str =
    "# A bridge for all\n\n#### by Ann Fjord\n\nFirst *paragraph*.\n\nSecond paragraph.\n";

#[test]
fn an_opinion_that_is_added_again_keeps_its_whole_text() {
    let id = id("opinion/2017/04/4/o");
    let store = store_of("opinion/2017/04/4/o/index.md", OPINION);
    let event = event_of(&store, &id);
    assert_eq!(event.authors, ["Ann Fjord"]);
    let body = "First *paragraph*.\n\nSecond paragraph.\n";
    assert_eq!(event.body.as_deref(), Some(body));
    assert!(event.to_markdown().unwrap().ends_with(body));
    store.add([event.clone()]).unwrap();
    let raw = String::from_utf8(store.raw(&id).unwrap()).unwrap();
    assert!(raw.ends_with(body), "{raw}");
    assert_eq!(event_of(&store, &id), event);
}

#[test]
fn an_opinion_that_is_added_without_its_text_keeps_the_text_that_its_summary_begins() {
    let id = id("opinion/2017/04/4/o");
    let store = store_of("opinion/2017/04/4/o/index.md", OPINION);
    let mut short = Event::new(id.clone(), id.day(), "A bridge for all");
    short.authors = vec!["Ann Fjord".to_owned()];
    short.summary = Some("First paragraph.".to_owned());
    short.tags = vec!["Bridges".to_owned()];
    store.add([short.clone()]).unwrap();
    let stored = event_of(&store, &id);
    assert!(stored.body.unwrap().contains("Second paragraph."));
    assert_eq!(stored.tags, ["Bridges"]);
    // Another summary is another text, and counts as a change.
    short.summary = Some("All is new.".to_owned());
    let report = store.add([short]).unwrap();
    assert_eq!((report.changed, report.rewritten), (1, 0));
    assert_eq!(
        event_of(&store, &id).body.as_deref(),
        Some("All is new\\.\n")
    );
}

#[test]
fn both_spellings_of_an_international_host_are_one_domain() {
    let store = Store::memory().unwrap();
    let urls = [
        "http://münchen.example/1",
        "http://XN--mnchen-3ya.example/2",
    ];
    let event = |(day, url): (i8, &str)| {
        let date = Date::new(2017, 1, day).unwrap();
        let mut event = Event::new(id(&format!("2017/01/{day}/a")), date, "A title");
        event.sources = vec![Source::new("A", url)];
        event
    };
    store.add((1..).zip(urls).map(event)).unwrap();
    let found = store
        .query("")
        .unwrap()
        .facets(Facet::Domain, None)
        .unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|count| (&*count.value, count.count))
        .collect();
    assert_eq!(found, [("münchen.example", 2)]);
    assert_eq!(
        store
            .query("domain:münchen.example")
            .unwrap()
            .count()
            .unwrap(),
        2
    );
}

#[test]
fn an_address_in_angle_brackets_is_read_without_them() {
    let page = "### [2017-3-2](/news/2017/03/2/index.md)\n\n##### \n# 题\n\n\n\n\n### 信息来源:\n\n\
                1. [N](<http://a.example/x y>) [IMG](<http://i.example/(1)>)\n2. [Cover Image](<http://c.example/>)\n";
    let store = store_of("news/2017/03/2/a.md", page);
    let event = event_of(&store, &id("2017/03/2/a"));
    let source = &event.sources[0];
    assert_eq!(source.url, "http://a.example/x y");
    assert_eq!(source.image.as_deref(), Some("http://i.example/(1)"));
    assert_eq!(source.domain().as_deref(), Some("a.example"));
    assert_eq!(event.cover_image.as_deref(), Some("http://c.example/"));
    assert_eq!(store.query("domain:a.example").unwrap().count().unwrap(), 1);
    // The page itself keeps them.
    assert_eq!(store.raw(&event.id).unwrap(), page.as_bytes());
}

#[test]
fn titles_lose_their_wiki_marks_and_pages_keep_them() {
    let page = "### [2017-3-2](/zh/news/2017/03/2/index.md)\n\n##### \n# 就-{zh-tw:釣魚台; zh-cn:钓鱼岛;}-主權。[http:--a.example-1 新華網]\n\n\n\n\n\
                ### 有关:\n\n1. [-{zh-hant:甲; zh-hans:乙}-](/zh/news/2017/03/1/b.md)\n";
    let store = store_of("news/2017/03/2/a.md", page);
    let event = event_of(&store, &id("2017/03/2/a"));
    assert_eq!(event.title, "就钓鱼岛主權。新華網");
    assert_eq!(event.related[0].title, "乙");
    assert_eq!(store.raw(&event.id).unwrap(), page.as_bytes());
    #[cfg(feature = "arrow")]
    {
        use eventstore::{Column, arrow_array::cast::AsArray};
        let hits = store.query("").unwrap();
        let batch = hits.record_batches(&[Column::Title]).unwrap().next();
        let titles = batch.unwrap().unwrap();
        assert_eq!(titles.column(0).as_string::<i32>().value(0), event.title);
    }
}

#[test]
fn what_no_page_of_the_context_can_say_is_refused_by_name() {
    type Break = fn(&mut Event);
    let breaks: [(&str, Break); 6] = [
        ("categories", |event| {
            event.categories = vec!["A".to_owned(), "B".to_owned()]
        }),
        ("authors", |event| event.authors = vec!["A".to_owned()]),
        ("date", |event| event.date = None),
        ("kind", |event| event.kind = Kind::new("report").unwrap()),
        ("lang", |event| event.lang = Lang::new("fr").unwrap()),
        ("related", |event| {
            event.related[0].tags = vec!["a, b".to_owned()]
        }),
    ];
    for (name, break_it) in breaks {
        let mut event = Event::new(id("2017/03/2/a"), Date::new(2017, 3, 2), "A title");
        event.related = vec![Related::new(id("2017/03/1/b"), "B")];
        break_it(&mut event);
        let store = Store::memory().unwrap();
        match store.add([event]).unwrap_err() {
            Error::InvalidEvent { id, field, .. } => {
                assert_eq!((id.as_str(), field), ("2017/03/2/a", name));
            }
            other => panic!("{other}"),
        }
        assert_eq!(store.stats().unwrap().events, 0);
    }
}

#[test]
fn an_event_and_an_entry_of_a_related_list_stand_for_their_id() {
    let store = Store::memory().unwrap();
    let day = Date::new(2017, 3, 2).unwrap();
    let flood = Event::new(id("2017/03/2/flood"), day, "A flood");
    let mut dam = Event::new(id("2017/03/2/dam"), day, "A dam breaks");
    dam.related = vec![Related::new(flood.id.clone(), "A flood")];
    store.add([flood.clone(), dam.clone()]).unwrap();
    assert_eq!(store.get(&dam.related[0]).unwrap(), Some(flood.clone()));
    for query in [
        Query::new().refers_to(&flood),
        Query::new().refers_to(&dam.related[0]),
        Query::new().refers_to([&flood, &dam]),
        Query::new().refers_to(dam.related.clone()),
    ] {
        let hits = store.query(query.unwrap()).unwrap();
        assert_eq!(hits.ids().unwrap(), [dam.id.clone()]);
    }
}

#[test]
fn options_are_read_from_words() {
    assert_eq!("flush".parse(), Ok(Durability::Flush));
    assert_eq!("writing".parse(), Ok(Phase::Writing));
    let error = "rise".parse::<OnError>().unwrap_err();
    assert_eq!(error.message, "\"rise\" is none of collect, raise");
    assert_eq!(error.hint.as_deref(), Some("did you mean raise?"));
    for facet in Facet::ALL {
        assert_eq!(facet.as_str().parse(), Ok(facet));
    }
}
