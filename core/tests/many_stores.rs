//! Several stores that are read as one.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use eventstore::{
    BackupOptions, By, Date, Error, Event, ExportOptions, Facet, Heading, IngestOptions,
    OpenOptions, Order, Stats, Store, VerifyDepth, Weights, commit_stores, listed_stores,
};
use support::YearlyStores;

/// What a store says to a query, in all ways that hang on no number of segments.
fn answers(store: &Store, query: &str) -> Vec<String> {
    let hits = || store.query(query).unwrap();
    let mut out = vec![format!(
        "{} {:?}",
        hits().count().unwrap(),
        hits().ids().unwrap()
    )];
    let events: Vec<Event> = hits().iter().collect::<Result<_, _>>().unwrap();
    out.push(format!("{events:?}"));
    for order in [Order::NewestFirst, Order::Relevance] {
        let hits = hits().order(order).unwrap();
        out.push(format!("{order:?} {:?}", hits.ids().unwrap()));
        out.push(format!("{:?}", hits.slice(2..7).ids().unwrap()));
        let mut after = None;
        loop {
            let page = hits.page(4, after.as_deref()).unwrap();
            out.push(format!(
                "{:?}",
                page.events
                    .iter()
                    .map(|event| event.id.to_string())
                    .collect::<Vec<_>>()
            ));
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
    }
    let best = hits().by_relevance(Weights::default()).unwrap();
    out.push(format!(
        "{:?}",
        best.scores()
            .unwrap()
            .into_iter()
            .map(f64::to_bits)
            .collect::<Vec<_>>()
    ));
    for facet in [Facet::Tag, Facet::Category, Facet::Word, Facet::Domain] {
        out.push(format!("{:?}", hits().facets(facet, None).unwrap()));
    }
    for by in [By::Year, By::Month, By::Day] {
        out.push(format!("{:?}", hits().timeline(by).unwrap()));
    }
    let sample = hits().sample(3, 5).unwrap();
    out.push(format!("{:?}", sample.ids().unwrap()));
    out.push(format!("{:?}", sample.timeline(By::Month).unwrap()));
    out.push(format!("{:?}", sample.facets(Facet::Tag, None).unwrap()));
    let split = hits().split_timeline(By::Year, Facet::Tag, Some(2));
    out.push(format!("{:?}", split.unwrap()));
    let slice = hits().slice(1..4);
    out.push(format!("{:?}", slice.timeline(By::Day).unwrap()));
    out.push(format!(
        "{:?} {:?}",
        hits().hint().unwrap(),
        hits().left_out().unwrap()
    ));
    out
}

#[test]
fn many_stores_answer_as_one_store_of_all_pages() {
    let setup = YearlyStores::new();
    let (one, many) = (&setup.one, setup.many());
    let mut compared = 0;
    for query in [
        "",
        "2017",
        "2017-02-03",
        "2016-02..2018-01",
        "tag:ships",
        "tag:(ice, rain) 2015",
        "-tag:ports 2018-01",
        "flood",
        "\"the flood and\" 2016",
        "title:fer* -harbour",
        "superseded:only",
        "superseded:yes 2015-02",
        "related:2014/01/1/none",
        "tag:shps 2017",
        "flod",
        "2031",
    ] {
        for (said, expected) in answers(&many, query).into_iter().zip(answers(one, query)) {
            assert_eq!(said, expected, "{query}");
        }
        compared += 1;
    }
    let ids = one.query("superseded:yes").unwrap().ids().unwrap();
    for id in &ids {
        assert_eq!(many.get(id).unwrap(), one.get(id).unwrap());
        assert_eq!(many.raw(id).unwrap(), one.raw(id).unwrap());
        assert_eq!(many.related(id).unwrap(), one.related(id).unwrap());
        for query in [format!("related:{id}"), format!("refers:{id} 2016..")] {
            assert_eq!(
                support::ids(&many, &query),
                support::ids(one, &query),
                "{query}"
            );
        }
        let similar = |store: &Store| {
            let all = store.query("").unwrap().similar(id, 5).unwrap();
            let some = store.query("2016").unwrap().similar(id, 5).unwrap();
            let said = |heading: &Heading| heading.id.to_string();
            let list = all
                .iter()
                .chain(&some)
                .map(|one| (said(&one.heading), one.shared.clone()));
            list.collect::<Vec<_>>()
        };
        assert_eq!(similar(&many), similar(one), "{id}");
        compared += 1;
    }
    assert_eq!(many.tags("", None).unwrap(), one.tags("", None).unwrap());
    assert_eq!(many.words("", None).unwrap(), one.words("", None).unwrap());
    let counts = |stats: Stats| {
        (
            stats.events,
            stats.superseded,
            stats.twins,
            stats.tags,
            stats.first,
            stats.last,
        )
    };
    assert_eq!(counts(many.stats().unwrap()), counts(one.stats().unwrap()));
    assert!(counts(one.stats().unwrap()).1 > 0 && counts(one.stats().unwrap()).2 > 5);
    let error = |store: &Store| store.query("tag:(sea").unwrap_err().to_string();
    assert_eq!(error(&many), error(one));
    println!("{compared} questions and events compared");
    assert!(compared > 180);
}

#[test]
fn narrowed_hits_count_words_of_all_stores() {
    let setup = YearlyStores::new();
    let narrowed = |store: &Store| {
        let hits = store.query("2016").unwrap().narrow("flood").unwrap();
        let hits = hits.order(Order::Relevance).unwrap();
        let bits = hits.scores().unwrap().into_iter().map(f64::to_bits);
        (hits.ids().unwrap(), bits.collect::<Vec<_>>())
    };
    let (ids, scores) = narrowed(&setup.one);
    assert!(!ids.is_empty());
    assert_eq!(narrowed(&setup.many()), (ids, scores));
}

#[test]
fn a_question_about_days_opens_the_stores_of_these_days_alone() {
    let setup = YearlyStores::new();
    let expected = support::ids(&setup.one, "2017-02");
    assert!(!expected.is_empty());
    // What the store of 2014 is opened by is there, and nothing else of it.
    let store = setup.directory().join("2014");
    let hidden = setup.home.path().join("hidden");
    let data = fs::read_dir(&store)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let data = data.into_iter().find(|path| path.is_dir()).unwrap();
    fs::rename(&data, &hidden).unwrap();
    let many = setup.many();
    assert_eq!(support::ids(&many, "2017-02"), expected);
    // What needs all stores says which one is damaged.
    for query in ["2014", "2017-02 flood", "", "..2015"] {
        let error = many.query(query).unwrap_err().to_string();
        assert!(error.contains("2014"), "{query}: {error}");
    }
    fs::rename(hidden, data).unwrap();
    assert_eq!(answers(&many, "2014"), answers(&setup.one, "2014"));
    // A store that is gone is missed at once.
    fs::remove_dir_all(&store).unwrap();
    match Store::open_many([setup.directory()]) {
        Err(Error::PathNotFound { path }) => assert_eq!(path, store),
        other => panic!("{other:?}"),
    }
}

fn with_event(path: &Path, id: &str) -> Store {
    let store = Store::open(path).unwrap();
    store
        .add([Event::new(
            id.parse().unwrap(),
            Date::new(2017, 3, 2),
            "A flood",
        )])
        .unwrap();
    store
}

fn refused(paths: &[PathBuf]) -> String {
    match Store::open_many(paths) {
        Err(error @ (Error::InvalidArgument { .. } | Error::NotAStore { .. })) => error.to_string(),
        other => panic!("{paths:?}: {other:?}"),
    }
}

#[test]
fn an_id_that_stands_in_two_stores_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    // Ids that say their day, that say another day, that say none, and of both formats.
    let pairs = [
        ("2017/03/2/flood", "2017/03/2/flood"),
        ("2016/03/2/flood", "2016/03/2/flood"),
        ("notes/flood", "notes/flood"),
    ];
    for (number, (one, other)) in pairs.into_iter().enumerate() {
        let directory = at(&number.to_string());
        fs::create_dir(&directory).unwrap();
        let (a, b) = (directory.join("store-a"), directory.join("store-b"));
        with_event(&a, "2017/03/2/first");
        with_event(&a, one);
        with_event(&b, "2017/03/2/second");
        assert_eq!(Store::open_many([&a, &b]).unwrap().len().unwrap(), 3);
        with_event(&b, other);
        let error = refused(&[a.clone(), b.clone()]);
        assert!(
            error.contains(one) && error.contains("-a") && error.contains("-b"),
            "{error}"
        );
        let error = commit_stores(&directory, ["store-a", "store-b"], None);
        assert!(error.unwrap_err().to_string().contains(one));
    }
    // A Markdown page may have an id as the Context has them.
    let (a, b) = (at("context"), at("markdown"));
    with_event(&a, "2017/03/2/flood");
    let text = b"---\ndate: 2019-05-01\n---\nA flood.\n".to_vec();
    let pages = vec![("2017/03/2/flood.md".to_owned(), text)];
    let options = IngestOptions::new().format(eventstore::PageFormat::Markdown);
    let store = Store::open(&b).unwrap();
    store.ingest(pages, options).unwrap();
    assert!(store.contains("2017/03/2/flood").unwrap());
    assert!(refused(&[a, b]).contains("2017/03/2/flood"));
}

#[test]
fn what_is_no_set_of_stores_says_what_to_give() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    assert!(refused(&[]).contains("give a directory of stores"));
    with_event(&at("a"), "2017/03/2/flood");
    assert!(refused(&[at("a"), home.path().join("./a")]).contains("given twice"));
    fs::create_dir(at("empty")).unwrap();
    assert!(refused(&[at("empty")]).contains("no STORES"));
    let missing = Store::open_many([at("missing")]);
    assert!(matches!(missing, Err(Error::PathNotFound { path }) if path == at("missing")));
    // A directory without a list: the stores in it.
    with_event(&at("b"), "2018/03/2/flood");
    assert_eq!(Store::open_many([home.path()]).unwrap().len().unwrap(), 2);
    // A path out of the directory.
    for path in ["../a", "", "/a"] {
        let error = commit_stores(at("empty"), [path], None).unwrap_err();
        assert!(
            matches!(error, Error::InvalidArgument { what: "stores", .. }),
            "{error}"
        );
    }
    // A list of no store is an archive of no page.
    commit_stores(at("empty"), [""; 0], None).unwrap();
    let none = Store::open_many([at("empty")]).unwrap();
    assert_eq!(none.query("2017 flood").unwrap().count().unwrap(), 0);
    assert!(none.is_empty().unwrap());
    // A first list names all stores that are there, and a store is no directory of some.
    let error = commit_stores(home.path(), ["a"], None)
        .unwrap_err()
        .to_string();
    assert!(error.contains("would hide"), "{error}");
    let error = commit_stores(at("a"), [""; 0], None)
        .unwrap_err()
        .to_string();
    assert!(error.contains("is a store itself"), "{error}");
    // A store that has lost what it is opened by says so.
    let current = fs::read(at("b").join("CURRENT")).unwrap();
    fs::remove_file(at("b").join("CURRENT")).unwrap();
    assert!(Store::open_many([home.path()]).is_err());
    fs::write(at("b").join("CURRENT"), current).unwrap();
    // A directory that lists stores is none.
    commit_stores(home.path(), ["a", "b"], None).unwrap();
    for options in [OpenOptions::new(), OpenOptions::new().read_only(true)] {
        let error = options.open(home.path()).unwrap_err();
        assert!(matches!(error, Error::NotAStore { .. }), "{error}");
        assert!(error.to_string().contains("open_many"), "{error}");
    }
}

#[test]
fn a_list_that_is_damaged_newer_or_stale_is_an_error() {
    let home = tempfile::tempdir().unwrap();
    with_event(&home.path().join("a"), "2017/03/2/flood");
    commit_stores(home.path(), ["a"], None).unwrap();
    let file = home.path().join("STORES");
    let text = fs::read_to_string(&file).unwrap();
    let mut damages = 0;
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        fs::write(&file, &bytes).unwrap();
        match Store::open_many([home.path()]) {
            // A space for another one, or a number of the form that says less.
            Ok(many) => assert_eq!(many.len().unwrap(), 1),
            Err(Error::Corrupt { part, .. }) => assert_eq!(part, "STORES"),
            Err(Error::UnsupportedVersion { .. } | Error::InvalidArgument { .. }) => {}
            Err(other) => panic!("{at}: {other}"),
        }
        damages += 1;
    }
    println!("{damages} damages of STORES");
    assert!(damages > 100);
    let newer = text.replace("\"eventstore_stores\": 1", "\"eventstore_stores\": 9");
    let of_another_form = "{\"eventstore_stores\": 9, \"years\": [2017]}";
    for newer in [newer.as_str(), of_another_form] {
        fs::write(&file, newer).unwrap();
        assert!(matches!(
            Store::open_many([home.path()]),
            Err(Error::UnsupportedVersion { found: 9, .. })
        ));
    }
    // A forged one, whose checksum is right, leads nowhere else.
    for outside in ["/etc", "../a", "a/../../b", ""] {
        fs::write(&file, forged_path(&text, outside)).unwrap();
        let error = listed_stores(home.path()).unwrap_err();
        assert!(
            matches!(&error, Error::Corrupt { message, .. } if message.contains("outside")),
            "{error}"
        );
    }
    fs::write(&file, text).unwrap();
    // What the list does not know is not passed over in silence.
    with_event(&home.path().join("a"), "2019/03/2/flood");
    let error = Store::open_many([home.path()]).unwrap_err().to_string();
    assert!(error.contains("list the stores anew"), "{error}");
    commit_stores(home.path(), ["a"], None).unwrap();
    let many = Store::open_many([home.path()]).unwrap();
    assert_eq!(
        support::ids(&many, "2017"),
        ["2017/03/2/flood", "2019/03/2/flood"]
    );
    let store = Store::open(home.path().join("a")).unwrap();
    store.remove(["2019/03/2/flood"]).unwrap();
    store.close().unwrap();
    assert!(
        many.refresh()
            .unwrap_err()
            .to_string()
            .contains("list the stores anew")
    );
    commit_stores(home.path(), ["a"], None).unwrap();
    assert!(many.refresh().unwrap());
    assert!(!many.refresh().unwrap());
    assert_eq!(many.query("").unwrap().count().unwrap(), 1);
}

/// A list with another path of its store, and the checksum of that.
fn forged_path(text: &str, path: &str) -> String {
    let mut list: serde_json::Value = serde_json::from_str(text).unwrap();
    list["stores"][0]["path"] = path.into();
    // The order of fields is that of the file.
    let stores = &text[text.find("\"stores\": ").unwrap() + 10..text.rfind('}').unwrap()];
    let stores = stores.replacen("\"path\": \"a\"", &format!("\"path\": \"{path}\""), 1);
    let compact: String = stores.split_whitespace().collect();
    let sum = crc32fast::hash(compact.as_bytes());
    let old = list["crc32"].as_u64().unwrap();
    let text = text.replacen(
        &format!("\"crc32\": {old}"),
        &format!("\"crc32\": {sum}"),
        1,
    );
    text.replacen("\"path\": \"a\"", &format!("\"path\": \"{path}\""), 1)
}

#[test]
fn a_list_is_replaced_only_if_it_is_the_one_that_was_read() {
    let home = tempfile::tempdir().unwrap();
    with_event(&home.path().join("a"), "2017/03/2/flood");
    let none = listed_stores(home.path()).unwrap();
    assert!(none.is_empty());
    commit_stores(home.path(), ["a"], Some(&none)).unwrap();
    with_event(&home.path().join("b"), "2018/03/2/flood");
    let error = commit_stores(home.path(), ["b"], Some(&none))
        .unwrap_err()
        .to_string();
    assert!(error.contains("has changed since"), "{error}");
    let listed = listed_stores(home.path()).unwrap();
    assert_eq!(listed, ["a"]);
    commit_stores(home.path(), ["a", "b"], Some(&listed)).unwrap();
    assert_eq!(listed_stores(home.path()).unwrap(), ["a", "b"]);
}

#[test]
fn a_refresh_goes_on_to_stores_that_took_the_place_of_others() {
    for opened_before in [false, true] {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        with_event(&at("a"), "2017/03/2/flood");
        commit_stores(home.path(), ["a"], None).unwrap();
        let many = Store::open_many([home.path()]).unwrap();
        if opened_before {
            assert_eq!(many.len().unwrap(), 1);
        }
        with_event(&at("b"), "2018/03/2/flood");
        commit_stores(home.path(), ["b"], None).unwrap();
        fs::remove_dir_all(at("a")).unwrap();
        assert!(many.refresh().unwrap());
        assert_eq!(
            support::ids(&many, "flood superseded:yes"),
            ["2018/03/2/flood"]
        );
    }
}

#[test]
fn a_compacted_resolved_store_is_still_the_listed_one() {
    let setup = YearlyStores::new();
    let store = Store::open(setup.directory().join("2016")).unwrap();
    store.compact().unwrap();
    store.close().unwrap();
    let many = setup.many();
    assert_eq!(many.len().unwrap(), setup.one.len().unwrap());
    assert_eq!(answers(&many, "2016-02"), answers(&setup.one, "2016-02"));
}

#[test]
fn listed_stores_of_markdown_pages_answer_as_one() {
    let home = tempfile::tempdir().unwrap();
    let page = |title: &str, rest: &str, body: &str| {
        format!("---\ntitle: {title}\n{rest}\n---\n{body}\n").into_bytes()
    };
    let of_2016 = vec![
        (
            "notes/a.md".to_owned(),
            page("A", "date: 2016-05-01\ntags: [Sea]", "See [[b]]."),
        ),
        (
            "notes/plan.md".to_owned(),
            page("Plan", "tags: [sea]", "No day."),
        ),
    ];
    let of_2017 = vec![
        (
            "notes/b.md".to_owned(),
            page("B", "date: 2017-05-01\ntags: [sea]", "See [[a]] [[c]]."),
        ),
        (
            "notes/c.md".to_owned(),
            page("C", "date: 2017-06-01\ndraft: true", "A draft."),
        ),
    ];
    let one = Store::memory().unwrap();
    support::put(&one, of_2016.iter().chain(&of_2017).cloned().collect());
    for (name, pages) in [("2016", of_2016), ("2017", of_2017)] {
        support::put(&Store::open(home.path().join(name)).unwrap(), pages);
    }
    commit_stores(home.path(), ["2016", "2017"], None).unwrap();
    let many = Store::open_many([home.path()]).unwrap();
    for query in [
        "",
        "2016",
        "2017 draft:yes",
        "undated:only",
        "tag:sea undated:yes",
        "related:notes/a",
        "see",
    ] {
        assert_eq!(answers(&many, query), answers(&one, query), "{query}");
    }
    let related = |store: &Store| {
        let hits = store.query("2016").unwrap();
        hits.iter()
            .map(|event| event.unwrap().related)
            .collect::<Vec<_>>()
    };
    assert_eq!(related(&many), related(&one));
    assert_eq!(related(&many)[0][0].id.as_str(), "notes/b");
}

#[test]
fn options_that_say_nothing_of_many_stores_are_refused() {
    let setup = YearlyStores::new();
    for options in [
        OpenOptions::new().resolved(true),
        OpenOptions::new().exclusive(true),
        OpenOptions::new().words(eventstore::Words::Off),
    ] {
        let refused = options.open_many([setup.directory()]);
        assert!(matches!(
            refused,
            Err(Error::InvalidArgument {
                what: "options",
                ..
            })
        ));
    }
}

#[test]
fn a_refresh_takes_new_stores_and_new_commits() {
    let home = tempfile::tempdir().unwrap();
    let (a, b) = (home.path().join("a"), home.path().join("b"));
    let writer = with_event(&a, "2017/03/2/flood");
    with_event(&b, "2018/03/2/flood");
    let many = Store::open_many([&a, &b]).unwrap();
    let before = many.query("").unwrap();
    assert!(!many.refresh().unwrap());
    writer.remove(["2017/03/2/flood"]).unwrap();
    assert!(many.refresh().unwrap());
    assert_eq!((before.count().unwrap(), many.len().unwrap()), (2, 1));
    many.close().unwrap();
    assert!(matches!(many.len(), Err(Error::Closed { .. })));
    assert!(matches!(
        before.narrow("2017").and_then(|hits| hits.count()),
        Err(Error::Closed { .. })
    ));
}

#[test]
fn what_is_done_to_one_store_is_refused_of_many() {
    let setup = YearlyStores::new();
    let many = setup.many();
    let to = setup.home.path().join("backup");
    let event = Event::new(
        "2017/03/2/new".parse().unwrap(),
        Date::new(2017, 3, 2),
        "New",
    );
    let refusals: Vec<(&str, Error)> = vec![
        ("add", many.add([event]).unwrap_err()),
        ("remove", many.remove(["2017/03/2/new"]).unwrap_err()),
        ("compact", many.compact().unwrap_err()),
        ("verify", many.verify(VerifyDepth::Quick).unwrap_err()),
        (
            "backup",
            many.backup(&to, BackupOptions::new()).unwrap_err(),
        ),
        (
            "export",
            many.export(Vec::new(), ExportOptions::new()).unwrap_err(),
        ),
    ];
    for (call, error) in refusals {
        assert!(matches!(error, Error::ManyStores { .. }), "{call}: {error}");
    }
}
