//! A store of every format version that was ever written must be read by this version.
//!
//! A golden store is made once, when a version is released, with `GOLDEN=tests/golden/v10 cargo test -p context-eventstore
//! --test golden_stores`, and never again: its pages are those of the function below.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use eventstore::{
    Date, Error, Event, EventId, ExportOptions, Facet, Facets, IngestOptions, OpenOptions, Order,
    ResolvedPage, Store, VerifyDepth, Words,
};
use support::{assert_sound, copy, day_page, event_page, ids, link, moved, path, project};

const HARBOUR: &str = "2017/03/2/a-harbour-opens";
const FERRY: &str = "2017/03/5/a-ferry-sails";
const BRIDGE: &str = "2017/03/5/the-bridge-closes";
const LETTER: &str = "2017/03/8/a-letter-arrives";
const LOST: &str = "2016/12/1/a-lost-page";
const STORM: &str = "posts/storm.md";
const WORDY: &str = "posts/wordy";
const GONE: &str = "posts/gone";
const OTHER: &str = "2016/12/1/other";
const CHINESE: &str = "2017/03/2/港口开放";

/// The version that is written now.
const NEWEST: u32 = 10;

/// Events of each version's store, drafts and superseded ones among them.
const EVENTS: [u32; NEWEST as usize] = [4, 4, 5, 8, 9, 11, 12, 12, 12, 12];

fn pages() -> Vec<(String, Vec<u8>)> {
    let ferry = link(FERRY, "A ferry sails.", "Lake Ennet, Ships");
    vec![
        (
            path(HARBOUR),
            event_page(false, HARBOUR, "A harbour opens.", "Harbours", &[ferry]),
        ),
        (
            path(FERRY),
            event_page(false, FERRY, "A ferry sails.", "Ships", &[]),
        ),
        (
            path(BRIDGE),
            event_page(false, BRIDGE, "The bridge&#039;s last day.", "Roads", &[]),
        ),
        (
            path(CHINESE),
            event_page(true, CHINESE, "港口开放", "港口", &[]),
        ),
        (
            "news/2017/03/5/index.md".to_owned(),
            day_page(
                false,
                "2017/03/5",
                &[link(FERRY, "A ferry sails.", "Fleet")],
            ),
        ),
        (
            "news/2017/03/05/a-ferry-sails.md".to_owned(),
            event_page(false, FERRY, "A twin.", "Twins", &[]),
        ),
    ]
}

/// What version 3 holds besides: a page whose links lead to ids that the store does not hold, one of them with a title
/// that gives its slug.
fn letter() -> (String, Vec<u8>) {
    let links = [
        link(LOST, "A lost page.", "Letters"),
        link(OTHER, "Another title.", "Letters"),
    ];
    let page = event_page(false, LETTER, "A letter arrives.", "Letters", &links);
    (path(LETTER), page)
}

/// What version 4 holds besides: Markdown pages with front matter, one of them a draft, one without a date.
fn posts() -> Vec<(String, Vec<u8>)> {
    let storm = "---\ntitle: A storm\ndate: 2017-03-09 06:30:05 +0100\ntags: [Storms]\nauthor: Ida Tolland\n\
                 type: note\nlang: en\ncover: {alt: A pier}\n---\nIt *storms*.\n";
    let draft =
        "+++\ntitle = 'Later'\ndate = 2017-03-10\ndraft = true\ncategories = ['Diary']\n+++\n";
    [
        (STORM, storm),
        ("posts/later/index.md", draft),
        ("about.md", "# About\n"),
    ]
    .map(|(path, text)| (path.to_owned(), text.into()))
    .to_vec()
}

/// What version 5 holds besides: a Markdown page with links to a page and out of the archive.
fn linking_post() -> (String, Vec<u8>) {
    let text = "---\ndate: 2017-03-11\naliases: [Flotsam]\n---\nAfter [[Storm|the storm]], says \
                [The Post](https://post.example/storm).\n";
    ("posts/wreck.md".to_owned(), text.into())
}

/// What version 6 holds besides: an archive with a prefix and a profile.
fn vault() -> Vec<(String, Vec<u8>)> {
    [
        (
            "day.md",
            "---\ndate: 2017-03-12\n---\nAbout #tides, see [[Night]].\n",
        ),
        (
            "night.md",
            "---\ndate: 2017-03-13\nseries: Tides\n---\nDark.\n",
        ),
    ]
    .map(|(path, text)| (path.to_owned(), text.into()))
    .to_vec()
}

/// What version 7 holds besides: words, some of them so often that their places are packed.
fn wordy_post() -> (String, Vec<u8>) {
    let body = "tide ".repeat(300);
    let text = format!(
        "---\ntitle: Water, water, water, water\ndate: 2017-03-14\ndescription: C++ on MH17航班\n---\n{body}\n"
    );
    (format!("{WORDY}.md"), text.into())
}

/// What version 8 holds besides: a page that another opening for writing has removed.
fn gone_post() -> (String, Vec<u8>) {
    let text = "---\ndate: 2017-03-15\ntags: [Storms]\n---\nA storm that was none.\n";
    (format!("{GONE}.md"), text.into())
}

/// Makes a store what one of a version is.
fn fill(store: &Store, version: u32) {
    put(store, version);
    if version >= 8 {
        assert_eq!(store.remove([GONE]).unwrap(), 1);
    }
}

/// Puts into a store what one of a version holds.
fn put(store: &Store, version: u32) {
    let put = |pages: Vec<_>| {
        if !pages.is_empty() {
            store.ingest(pages, IngestOptions::default()).unwrap();
        }
    };
    put(pages()
        .into_iter()
        .chain((version >= 3).then(letter))
        .collect());
    // By themselves: beside the Context a page without front matter is no event.
    let mut markdown = if version >= 4 { posts() } else { Vec::new() };
    markdown.extend((version >= 5).then(linking_post));
    markdown.extend((version >= 7).then(wordy_post));
    markdown.extend((version >= 8).then(gone_post));
    put(markdown);
    if version >= 6 {
        let options = IngestOptions::new().prefix("vault/");
        let options = options.profile(eventstore::Profile::Obsidian);
        store.ingest(vault(), options).unwrap();
    }
}

/// What a store answers to a question of words.
#[derive(Debug, PartialEq)]
struct Answer {
    count: u64,
    ids: Vec<EventId>,
    /// The best first.
    best: Vec<EventId>,
    /// Bits of the scores of these.
    scores: Vec<u64>,
    tags: Facets,
}

fn answer(store: &Store, query: &str) -> Answer {
    let hits = || store.query(query).unwrap();
    let best = hits().order(Order::Relevance).unwrap();
    let scores = best.scores().unwrap().into_iter();
    Answer {
        // Each by itself: a count builds no rows where it can.
        count: hits().count().unwrap(),
        ids: hits().ids().unwrap(),
        best: best.ids().unwrap(),
        scores: scores.map(f64::to_bits).collect(),
        tags: hits().facets(Facet::Tag, None).unwrap(),
    }
}

/// The words of every version, from 7 on read from the index, before that cut from the texts: the same answers, and
/// bit for bit the same scores as those of a store that is made now.
fn check_words(store: &Store, version: u32) {
    let now = Store::memory().unwrap();
    fill(&now, version);
    for (query, from, expected) in [
        ("harbour", 1, &[HARBOUR][..]),
        ("\"ferry sails\"", 1, &[FERRY]),
        ("title:s* -summary:*", 1, &[FERRY]),
        ("bridge", 1, &[]),
        ("title:bridg* superseded:yes", 1, &[BRIDGE]),
        ("港口", 1, &[CHINESE]),
        ("开", 1, &[CHINESE]),
        ("(letter, ferry) -tag:ships", 3, &[LETTER]),
        ("storms", 4, &["posts/storm"]),
        ("body:storms", 4, &["posts/storm"]),
        ("body:\"the storm\"", 5, &["posts/wreck"]),
        ("dark", 6, &["vault/night"]),
        ("tide", 7, &[WORDY]),
        ("\"water water water\" \"mh17航班\" C++", 7, &[WORDY]),
        ("\"C#\"", 7, &[]),
        ("none", 8, &[]),
    ] {
        if version < from {
            continue;
        }
        assert_eq!(ids(store, query), expected, "{query}");
        assert_eq!(answer(store, query), answer(&now, query), "{query}");
    }
}

/// What every version says of it, from 3 on with the [`letter`], from 4 on with the [`posts`], from 5
/// on with the [`linking_post`], from 6 on with the [`vault`].
fn check(store: &Store, version: u32) {
    let (with_letter, with_posts) = (version >= 3, version >= 4);
    let ids = |query: &str| ids(store, query);
    let mut events = vec![HARBOUR, CHINESE, FERRY];
    if with_letter {
        events.push(LETTER);
        assert_eq!(ids(&format!("refers:{LOST}")), [LETTER]);
        assert_eq!(ids(&format!("refers:{OTHER}")), [LETTER]);
        let (_, bytes) = letter();
        assert_eq!(store.raw(LETTER).unwrap(), bytes);
    }
    if with_posts {
        events.push("posts/storm");
        assert_eq!(ids("draft:only"), ["posts/later"]);
        assert_eq!(ids("undated:only"), ["about"]);
        for query in [
            "tag:storms",
            "author:\"ida tolland\"",
            "kind:note",
            "lang:en kind:note",
        ] {
            assert_eq!(ids(query), ["posts/storm"], "{query}");
        }
        // Segments of versions 4 and 5 do not store what `meta` says: their pages are read.
        for query in [
            "meta.cover.alt:\"a pier\"",
            "meta.COVER.alt:a*",
            "has:cover",
        ] {
            assert_eq!(ids(query), ["posts/storm"], "{query}");
        }
        assert_eq!(ids("meta.cover.alt:pier"), Vec::<String>::new());
        let alt = Facet::Meta("cover.alt".to_owned());
        let counts = store.query("").unwrap().facets(alt, None).unwrap();
        assert_eq!((counts.len(), counts[0].value.as_str()), (1, "A pier"));
        assert_eq!(ids("category:diary draft:yes"), ["posts/later"]);
        for (path, bytes) in posts() {
            assert_eq!(store.raw(&*path).unwrap(), bytes);
        }
        let storm = store.get(STORM).unwrap().unwrap();
        assert_eq!(storm.time.unwrap().to_string(), "06:30:05");
        assert_eq!(
            (storm.offset, storm.body.as_deref()),
            (Some(60), Some("It *storms*.\n"))
        );
        assert_eq!(storm.meta.to_string(), r#"{"cover":{"alt":"A pier"}}"#);
    }
    if version >= 5 {
        events.push("posts/wreck");
        assert_eq!(ids("refers:posts/storm"), ["posts/wreck"]);
        assert_eq!(ids("domain:post.example"), ["posts/wreck"]);
        let wreck = store.get("posts/wreck").unwrap().unwrap();
        let (entry, source) = (&wreck.related[0], &wreck.sources[0]);
        assert_eq!(
            (entry.id.as_str(), entry.title.as_str()),
            ("posts/storm", "the storm")
        );
        assert_eq!(
            (source.name.as_str(), source.url.as_str()),
            ("The Post", "https://post.example/storm")
        );
    }
    if version >= 6 {
        events.extend(["vault/day", "vault/night"]);
        events.extend((version >= 7).then_some(WORDY));
        assert_eq!(ids("tag:tides"), ["vault/day"]);
        assert_eq!(ids("refers:vault/night"), ["vault/day"]);
        assert_eq!(ids("meta.series:tides"), ["vault/night"]);
        let archives = store.archives().unwrap();
        let prefixes: Vec<&str> = archives.iter().map(|one| one.prefix.as_str()).collect();
        assert_eq!(prefixes, ["", "", "vault/"]);
    }
    assert_eq!(ids(""), events);
    assert_eq!(ids(&format!("refers:{FERRY}")), [HARBOUR]);
    assert_eq!(ids("superseded:only"), [BRIDGE]);
    assert_eq!(ids("tag:ships"), [HARBOUR, FERRY]);
    let ferry = store.get(FERRY).unwrap().unwrap();
    assert_eq!(
        (ferry.title.as_str(), ferry.tags.join("|").as_str()),
        ("A ferry sails.", "Fleet|Lake Ennet|Ships")
    );
    let bridge = store.get(BRIDGE).unwrap().unwrap();
    assert_eq!(
        (bridge.title.as_str(), bridge.superseded),
        ("The bridge's last day.", true)
    );
    let mut read = 0;
    for (file, bytes) in pages().into_iter().take(4) {
        let id: EventId = file.parse().unwrap();
        assert_eq!(store.raw(&id).unwrap(), bytes, "{file}");
        read += 1;
    }
    assert_eq!(read, 4);
    let tags = store.query("").unwrap().facets(Facet::Tag, None).unwrap();
    assert_eq!(
        (tags.len(), tags[0].value.as_str(), tags[0].count),
        (
            5 + usize::from(with_letter) + usize::from(with_posts) + usize::from(version >= 6),
            "Lake Ennet",
            2
        )
    );
    assert_eq!(store.stats().unwrap().twins, 1);
}

/// Where a resolved store of each version is, from version 10 on.
const RESOLVED: &str = "tests/golden_resolved";

/// A store whose tags, twin and superseded event follow from no page of it.
fn make_resolved(place: &Path) {
    let page = |id: &str, title: &str| {
        ResolvedPage::new(path(id), event_page(false, id, title, "Harbours", &[]))
    };
    let twin = event_page(false, FERRY, "A twin.", "Twins", &[]);
    let pages = [
        page(HARBOUR, "A harbour opens.").tags(["Harbours", "Elsewhere"]),
        page(FERRY, "A ferry sails.").superseded(true),
        ResolvedPage::new("news/2017/03/05/a-ferry-sails.md", twin).twin(true),
    ];
    let store = OpenOptions::new().resolved(true).open(place).unwrap();
    store.put_resolved(pages, IngestOptions::new()).unwrap();
    store.close().unwrap();
}

fn check_resolved(place: &Path) {
    let reader = OpenOptions::new().read_only(true).open(place).unwrap();
    for store in [reader, Store::open(place).unwrap()] {
        assert_eq!(ids(&store, "tag:elsewhere"), [HARBOUR]);
        assert_eq!(ids(&store, "superseded:only"), [FERRY]);
        assert_eq!(ids(&store, "harbour"), [HARBOUR]);
        assert_eq!(store.stats().unwrap().twins, 1);
        assert!(store.verify(VerifyDepth::Full).unwrap().is_resolved);
        assert_sound(&store);
        assert!(matches!(
            store.export(Vec::new(), ExportOptions::new()),
            Err(Error::Resolved { .. })
        ));
    }
}

#[test]
fn resolved_stores_of_every_version_are_read() {
    let mut versions = 0;
    for entry in fs::read_dir(project().join(RESOLVED)).unwrap() {
        let folder = tempfile::tempdir().unwrap();
        copy(&entry.unwrap().path(), folder.path());
        check_resolved(folder.path());
        versions += 1;
    }
    assert!(versions > 0);
}

#[test]
fn every_version_of_the_format_is_read() {
    if let Some(place) = std::env::var_os("GOLDEN") {
        let place: PathBuf = project().join(place);
        assert!(
            !place.exists(),
            "{} is there: a golden store is never written again",
            place.display()
        );
        let store = Store::open(&place).unwrap();
        put(&store, NEWEST);
        store.close().unwrap();
        let store = Store::open(&place).unwrap();
        assert_eq!(store.remove([GONE]).unwrap(), 1);
        store.close().unwrap();
        make_resolved(&project().join(RESOLVED).join(format!("v{NEWEST}")));
    }
    let mut versions = 0;
    for entry in fs::read_dir(project().join("tests/golden")).unwrap() {
        let golden = entry.unwrap().path();
        let name = golden.file_name().unwrap().to_str().unwrap().to_owned();
        let folder = tempfile::tempdir().unwrap();
        copy(&golden, folder.path());
        let version: u32 = name.strip_prefix('v').unwrap().parse().unwrap();
        // First by a reader, which changes nothing.
        let reader = OpenOptions::new().read_only(true).open(folder.path());
        let reader = reader.unwrap();
        check(&reader, version);
        check_words(&reader, version);
        reader.close().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let told = store.query("has:cover").unwrap().explain().unwrap();
        let pages_read = match version {
            4 => "; 3 pages read for their meta",
            5 => "; 4 pages read for their meta",
            _ => "",
        };
        assert!(told.contains(pages_read), "{told}");
        assert_eq!(told.contains("their meta"), !pages_read.is_empty());
        let told = store.query("ferry").unwrap().explain().unwrap();
        match EVENTS[version as usize - 1] {
            events if version < 7 => {
                let cut = format!("; {events} texts cut into words, which their segments lack");
                assert!(told.contains(&cut), "{told}");
            }
            _ => assert!(!told.contains("cut into words"), "{told}"),
        }
        assert_sound(&store);
        check(&store, version);
        check_words(&store, version);
        let other = moved(&store);
        check(&other, version);
        check_words(&other, version);
        // And written on: beside it comes a segment in the newest format, and links lead from one to the other.
        let links = [
            link(FERRY, "A ferry sails.", "Ships"),
            link("2017/03/6/x", "X.", "Xs"),
        ];
        let pages = vec![(
            "news/2017/03/6/x.md".to_owned(),
            event_page(false, "2017/03/6/x", "X.", "", &links),
        )];
        store.ingest(pages, IngestOptions::default()).unwrap();
        assert_sound(&store);
        assert_eq!(store.stats().unwrap().segments, 2);
        let refers = store
            .query(&*format!("refers:{FERRY}"))
            .unwrap()
            .ids()
            .unwrap();
        assert_eq!(
            refers,
            [HARBOUR, "2017/03/6/x"].map(|id| id.parse::<EventId>().unwrap())
        );
        let related = store.query(&*format!("related:{FERRY}")).unwrap();
        assert_eq!(related.ids().unwrap(), refers);
        // A merge rewrites every row in the newest format.
        store.remove(["2017/03/6/x"]).unwrap();
        store.compact().unwrap();
        check(&store, version);
        // Merged rows keep the words that they have; those that have none get them by indexing anew.
        let explained = || store.query("ferry").unwrap().explain().unwrap();
        store.reindex(Words::Off).unwrap();
        assert!(explained().contains("cut into words"), "{}", explained());
        check_words(&store, version);
        store.reindex(Words::On).unwrap();
        assert!(!explained().contains("cut into words"), "{}", explained());
        check_words(&store, version);
        store.close().unwrap();
        let store = Store::open(folder.path()).unwrap();
        check(&store, version);
        check_words(&store, version);
        versions += 1;
    }
    println!("{versions} versions");
    assert!(versions >= NEWEST, "no golden store was found");
}

#[test]
fn a_newer_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("s")).unwrap();
    store.ingest(pages(), IngestOptions::default()).unwrap();
    store.close().unwrap();
    let current = folder.path().join("s/CURRENT");
    let bytes = fs::read(&current).unwrap();
    // The header says the version; the last line is the checksum of all before it.
    let head = format!("eventstore current {NEWEST}\n");
    assert!(bytes.starts_with(head.as_bytes()));
    let body = &bytes[head.len()..bytes.len() - b"\ncrc32 01234567\n".len()];
    let newest = format!("eventstore current {}\n", NEWEST + 1);
    let mut newer = [newest.as_bytes(), body].concat();
    let crc = crc32fast::hash(&newer);
    newer.extend(format!("\ncrc32 {crc:08x}\n").bytes());
    fs::write(&current, &newer).unwrap();
    let error = Store::open(folder.path().join("s")).unwrap_err();
    assert!(
        matches!(
            error,
            Error::UnsupportedVersion { found, supported: NEWEST, .. } if found == NEWEST + 1
        ),
        "{error}"
    );
    assert!(error.to_string().contains("upgrade"), "{error}");
    assert_eq!(fs::read(&current).unwrap(), newer);
}

/// Above 20,000 events without words a question for one is refused, whatever is asked of it, until the store is indexed.
#[test]
fn too_many_texts_without_words_are_refused_until_they_are_indexed() {
    let store = OpenOptions::new().words(Words::Off).memory().unwrap();
    let first = Date::new(2001, 1, 1).unwrap();
    let event = |number: i64| {
        let day = first.plus_days(number / 10);
        let id = format!(
            "{}/{:02}/{}/e{}",
            day.year(),
            day.month(),
            day.day(),
            number % 10
        );
        let title = if number % 7 == 0 {
            "A flood, flood"
        } else {
            "Calm sea"
        };
        let mut event = Event::new(id.parse().unwrap(), day, title);
        event.tags = vec![format!("T{}", number % 3)];
        event
    };
    store.add((0..20_001).map(event)).unwrap();
    let refused = |error: Error| match error {
        Error::NotIndexed { events, most, .. } => assert_eq!((events, most), (20_001, 20_000)),
        other => panic!("{other}"),
    };
    let hits = || store.query("flood").unwrap();
    refused(hits().count().unwrap_err());
    refused(hits().ids().unwrap_err());
    refused(hits().facets(Facet::Tag, None).unwrap_err());
    refused(hits().timeline(eventstore::By::Year).unwrap_err());
    refused(hits().order(Order::Relevance).unwrap().ids().unwrap_err());
    refused(hits().scores().unwrap_err());
    refused(hits().explain().unwrap_err());
    refused(store.query("-body:flood").unwrap().count().unwrap_err());
    assert_eq!(store.query("tag:t1").unwrap().count().unwrap(), 6_667);
    // A time that has none of them needs no words of theirs.
    assert_eq!(store.query("flood 1999").unwrap().count().unwrap(), 0);
    // What was meant by words would read all texts, what was meant by a tag none.
    let hint = |query: &str| store.query(query).unwrap().hint().unwrap();
    for query in ["flood 1999", "flodo 1999", "title:calm 1999"] {
        let told = "no event is of 1999; all are of 2001-01-01 to 2006-06-24";
        assert_eq!(hint(query).as_deref(), Some(told), "{query}");
    }
    let near = "no event has tag:t22; did you mean tag:T2?";
    assert_eq!(hint("flodo tag:t22 1999").as_deref(), Some(near));

    store.reindex(Words::On).unwrap();
    assert_eq!(hits().count().unwrap(), 2_858);
    let near = "no event has flodo; did you mean flood?";
    assert_eq!(hint("flodo 1999").as_deref(), Some(near));
    // One less may be read.
    store.remove(["2001/01/1/e0"]).unwrap();
    let indexed = answer(&store, "flood");
    assert_eq!((indexed.count, indexed.ids.len()), (2_857, 2_857));
    assert!(
        indexed
            .scores
            .iter()
            .all(|&bits| f64::from_bits(bits) > 0.0)
    );
    store.reindex(Words::Off).unwrap();
    let told = hits().explain().unwrap();
    assert!(told.contains("20000 texts cut into words"), "{told}");
    assert_eq!(answer(&store, "flood"), indexed);
}
