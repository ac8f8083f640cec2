//! Several stores that are read as one, and stores that are given what follows from pages that lie elsewhere.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use eventstore::{
    BackupOptions, By, Date, Error, Event, ExportOptions, Facet, Facets, Heading, IngestOptions,
    OpenOptions, Order, ResolvedPage, Stats, Store, VerifyDepth, Weights, commit_stores, salvage,
};
use support::{Dice, assert_sound, event_page, link, listed, path};

const YEARS: std::ops::RangeInclusive<i16> = 2014..=2019;
const TAGS: [&str; 6] = ["Ice", "Ports", "Rain", "Roads", "Ships", "Storms"];
const WORDS: [&str; 6] = ["flood", "harbour", "ferry", "bridge", "letter", "lantern"];

/// A page, its id, and whether another page owns that.
struct Written {
    path: String,
    bytes: Vec<u8>,
    id: String,
    twin: bool,
}

/// Pages of six years. Their links lead into all years, so their tags follow from pages of other stores.
fn archive() -> (Vec<Written>, Vec<(String, Vec<u8>)>) {
    let mut dice = Dice::new(7);
    let mut ids = Vec::new();
    for year in YEARS {
        for number in 0..30 {
            let (month, day) = (1 + dice.below(3), 1 + dice.below(5));
            let word = WORDS[dice.below(6)];
            ids.push(format!("{year}/{month:02}/{day}/a-{word}-{number}"));
        }
    }
    let mut pages = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let links: Vec<_> = (0..dice.below(4))
            .map(|_| {
                let target = &ids[dice.below(ids.len())];
                let tags = format!("{}, {}", TAGS[dice.below(6)], TAGS[dice.below(6)]);
                link(target.clone(), "See there.", tags)
            })
            .collect();
        let word = WORDS[dice.below(6)];
        let title = format!("The {word} and the {}.", WORDS[at % 6]);
        let bytes = event_page(false, id, &title, TAGS[at % 6], &links);
        pages.push(Written {
            path: path(id),
            bytes,
            id: id.clone(),
            twin: false,
        });
        if at % 17 == 0 {
            // The same id under another spelling of its day.
            let (year, month, rest) = (&id[..4], &id[5..7], &id[8..]);
            let spelled = format!("news/{year}/{month}/0{rest}.md");
            let bytes = event_page(false, id, "A twin.", "Twins", &[]);
            pages.push(Written {
                path: spelled,
                bytes,
                id: id.clone(),
                twin: true,
            });
        }
    }
    // Day pages supersede what they do not list.
    let mut listings = Vec::new();
    for day in ["2015/02/3", "2018/01/2"] {
        let of_day = ids.iter().filter(|id| id.starts_with(&format!("{day}/")));
        let links: Vec<_> = of_day
            .skip(1)
            .map(|id| link(id.clone(), "See there.", "Roads"))
            .collect();
        listings.push(listed(false, day, &links));
    }
    (pages, listings)
}

/// One store of all pages, and a directory with a resolved store for each year.
struct Setup {
    home: tempfile::TempDir,
    one: Store,
}

impl Setup {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let (pages, listings) = archive();
        let one = Store::memory().unwrap();
        let all = pages
            .iter()
            .map(|page| (page.path.clone(), page.bytes.clone()));
        support::put(&one, all.chain(listings).collect());
        let mut by_year: BTreeMap<&str, Vec<ResolvedPage>> = BTreeMap::new();
        for page in &pages {
            let resolved = ResolvedPage::new(page.path.clone(), page.bytes.clone());
            let event = one.get(page.id.as_str()).unwrap().unwrap();
            let resolved = match page.twin {
                true => resolved.twin(true),
                false => resolved.tags(event.tags).superseded(event.superseded),
            };
            by_year.entry(&page.id[..4]).or_default().push(resolved);
        }
        for (year, pages) in by_year {
            let path = home.path().join("set").join(year);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let store = OpenOptions::new().resolved(true).open(path).unwrap();
            store.put_resolved(pages, IngestOptions::new()).unwrap();
        }
        let setup = Self { home, one };
        commit_stores(setup.directory(), YEARS.map(|year| year.to_string())).unwrap();
        setup
    }

    fn directory(&self) -> PathBuf {
        self.home.path().join("set")
    }

    fn many(&self) -> Store {
        Store::open_many([self.directory()]).unwrap()
    }
}

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
    out.push(format!("{:?}", hits().sample(3, 5).unwrap().ids().unwrap()));
    out.push(format!(
        "{:?} {:?}",
        hits().hint().unwrap(),
        hits().left_out().unwrap()
    ));
    out
}

#[test]
fn many_stores_answer_as_one_store_of_all_pages() {
    let setup = Setup::new();
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
    let setup = Setup::new();
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
    let setup = Setup::new();
    let expected = support::ids(&setup.one, "2017-02");
    assert!(!expected.is_empty());
    let hidden = setup.home.path().join("hidden");
    fs::rename(setup.directory().join("2014"), &hidden).unwrap();
    let many = setup.many();
    assert_eq!(support::ids(&many, "2017-02"), expected);
    // What needs all stores says which one is missing.
    let missing = setup.directory().join("2014");
    for query in ["2014", "2017-02 flood", "", "..2015"] {
        match many.query(query) {
            Err(Error::PathNotFound { path }) => assert_eq!(path, missing, "{query}"),
            other => panic!("{query}: {other:?}"),
        }
    }
    fs::rename(hidden, missing).unwrap();
    assert_eq!(answers(&many, "2014"), answers(&setup.one, "2014"));
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
        let (a, b) = (at(&format!("{number}-a")), at(&format!("{number}-b")));
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
        let error = commit_stores(home.path(), [format!("{number}-a"), format!("{number}-b")]);
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
        let error = commit_stores(at("empty"), [path]).unwrap_err();
        assert!(
            matches!(error, Error::InvalidArgument { what: "stores", .. }),
            "{error}"
        );
    }
    // A list of no store is an archive of no page.
    commit_stores(at("empty"), [""; 0]).unwrap();
    let none = Store::open_many([at("empty")]).unwrap();
    assert_eq!(none.query("2017 flood").unwrap().count().unwrap(), 0);
    assert!(none.is_empty().unwrap());
    // A directory that lists stores is none.
    commit_stores(home.path(), ["a"]).unwrap();
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
    commit_stores(home.path(), ["a"]).unwrap();
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
    fs::write(
        &file,
        text.replace("\"eventstore_stores\": 1", "\"eventstore_stores\": 9"),
    )
    .unwrap();
    assert!(matches!(
        Store::open_many([home.path()]),
        Err(Error::UnsupportedVersion { found: 9, .. })
    ));
    fs::write(&file, text).unwrap();
    with_event(&home.path().join("a"), "2019/03/2/flood");
    let many = Store::open_many([home.path()]).unwrap();
    let error = many.query("2017-03").unwrap_err().to_string();
    assert!(error.contains("list the stores anew"), "{error}");
    commit_stores(home.path(), ["a"]).unwrap();
    assert!(many.refresh().unwrap());
    assert!(!many.refresh().unwrap());
    assert_eq!(many.query("").unwrap().count().unwrap(), 2);
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
    let setup = Setup::new();
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

#[test]
fn a_resolved_store_keeps_what_was_given_and_takes_nothing_else() {
    let setup = Setup::new();
    let path = setup.directory().join("2016");
    let of_year = |store: &Store| {
        store
            .query("2016 superseded:yes")
            .unwrap()
            .iter()
            .map(Result::unwrap)
            .collect::<Vec<Event>>()
    };
    let expected = of_year(&setup.one);
    let store = Store::open(&path).unwrap();
    assert_eq!(of_year(&store), expected);
    let page = (
        "news/2016/01/1/new.md".to_owned(),
        event_page(false, "2016/01/1/new", "New.", "Ice", &[]),
    );
    let refusals: Vec<(&str, Error)> = vec![
        (
            "ingest",
            store.ingest(vec![page], IngestOptions::new()).unwrap_err(),
        ),
        ("add", store.add([expected[0].clone()]).unwrap_err()),
        ("remove", store.remove([&expected[0].id]).unwrap_err()),
        (
            "export",
            store.export(Vec::new(), ExportOptions::new()).unwrap_err(),
        ),
    ];
    for (call, error) in refusals {
        assert!(matches!(error, Error::Resolved { .. }), "{call}: {error}");
        assert!(error.to_string().contains("2016"), "{error}");
    }
    // All but the law is looked at, and the report says so.
    assert_sound(&store);
    let report = store.verify(VerifyDepth::Full).unwrap();
    assert!(report.is_resolved && report.is_complete);
    assert!(
        report.steps.iter().all(|step| step.name != "law"),
        "{:?}",
        report.steps
    );
    let ordinary = setup.one.verify(VerifyDepth::Full).unwrap();
    assert!(!ordinary.is_resolved && ordinary.steps.iter().any(|step| step.name == "law"));
    // Compaction, a backup and a reindex keep it what it is.
    store.compact().unwrap();
    assert_eq!(of_year(&store), expected);
    let backup = setup.home.path().join("backup");
    store.backup(&backup, BackupOptions::new()).unwrap();
    let copy = Store::open(&backup).unwrap();
    assert_eq!(of_year(&copy), expected);
    assert!(matches!(
        copy.add([expected[0].clone()]),
        Err(Error::Resolved { .. })
    ));
    store.reindex(eventstore::Words::Off).unwrap();
    assert_eq!(of_year(&store), expected);
    assert!(matches!(
        store.add([expected[0].clone()]),
        Err(Error::Resolved { .. })
    ));
}

#[test]
fn a_salvage_gives_the_pages_of_a_resolved_store() {
    let setup = Setup::new();
    let path = setup.directory().join("2018");
    let export = setup.home.path().join("saved.tar.zst");
    let report = salvage(&path, &export, ExportOptions::new()).unwrap();
    assert!(report.lost == 0, "{report:?}");
    let saved = Store::memory().unwrap();
    saved.import_from(&export, IngestOptions::new()).unwrap();
    for id in setup.one.query("2018").unwrap().ids().unwrap() {
        assert_eq!(saved.raw(&id).unwrap(), setup.one.raw(&id).unwrap());
    }
}

#[test]
fn a_resolved_store_refuses_what_is_no_page_of_an_event() {
    let home = tempfile::tempdir().unwrap();
    let open = |name: &str| {
        OpenOptions::new()
            .resolved(true)
            .open(home.path().join(name))
            .unwrap()
    };
    let id = "2017/03/2/flood";
    let good = || ResolvedPage::new(path(id), event_page(false, id, "A flood.", "Rain", &[]));
    let put =
        |store: &Store, pages: Vec<ResolvedPage>| store.put_resolved(pages, IngestOptions::new());
    let store = open("a");
    let error = put(&store, vec![good(), good()]).unwrap_err();
    assert!(error.to_string().contains("comes twice"), "{error}");
    let bad = ResolvedPage::new("news/2017/03/2/bad.md", "no page");
    assert!(matches!(
        put(&store, vec![good(), bad]),
        Err(Error::Page(_))
    ));
    assert_eq!(store.len().unwrap(), 0);
    let listing = listed(false, "2017/03/2", &[]);
    let error = put(
        &store,
        vec![good(), ResolvedPage::new(listing.0, listing.1)],
    )
    .unwrap_err();
    assert!(
        matches!(
            error,
            Error::InvalidArgument { .. } | Error::Resolved { .. }
        ),
        "{error}"
    );
    let store = open("b");
    assert_eq!(put(&store, vec![good()]).unwrap(), 1);
    assert!(matches!(
        put(&store, vec![good()]),
        Err(Error::Resolved { .. }) | Err(Error::InvalidArgument { .. })
    ));
    // An ordinary store takes no outcomes, and becomes no resolved one.
    let ordinary = with_event(&home.path().join("c"), id);
    assert!(matches!(
        put(&ordinary, vec![good()]),
        Err(Error::InvalidArgument { what: "pages", .. })
    ));
    ordinary.close().unwrap();
    let error = OpenOptions::new()
        .resolved(true)
        .open(home.path().join("c"))
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::InvalidArgument {
                what: "resolved",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn pages_beyond_a_commit_come_in_several_and_are_merged_as_given() {
    let home = tempfile::tempdir().unwrap();
    let store = OpenOptions::new()
        .resolved(true)
        .open(home.path().join("a"))
        .unwrap();
    let page = |number: u32| {
        let id = format!("2017/03/2/page-{number}");
        let bytes = event_page(false, &id, &format!("Page {number}."), "Rain", &[]);
        ResolvedPage::new(path(&id), bytes)
            .tags(["Rain", "Given"])
            .superseded(number % 3 == 0)
    };
    let limits = eventstore::Limits::default().commit_bytes(20_000);
    let options = IngestOptions::new().limits(limits);
    assert_eq!(
        store.put_resolved((0..400).map(page), options).unwrap(),
        400
    );
    assert!(store.stats().unwrap().commit > 3);
    let of = |query: &str| store.query(query).unwrap().count().unwrap();
    assert_eq!(
        (of("tag:given superseded:yes"), of("superseded:only")),
        (400, 134)
    );
    let tags: Facets = store
        .query("superseded:yes")
        .unwrap()
        .facets(Facet::Tag, None)
        .unwrap();
    assert_eq!(
        tags.iter().map(|tag| tag.count).collect::<Vec<_>>(),
        [400, 400]
    );
    assert_sound(&store);
}
