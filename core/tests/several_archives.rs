//! Several archives in one store: prefixes, what is listed, what is removed and pruned.

mod support;

use std::collections::BTreeMap;

use eventstore::{
    Archive, Date, Error, Event, IngestOptions, KeyMap, Limits, PageFormat, Profile, Report, Store,
};
use support::ids;

const EVERY: &str = "superseded:yes draft:yes undated:yes";

fn page(path: &str, text: &str) -> (String, Vec<u8>) {
    let text = format!("---\ntitle: {path}\ndate: 2017-03-02\n---\n{text}\n");
    (path.to_owned(), text.into_bytes())
}

fn ingest(store: &Store, source: impl Into<Archive>, options: IngestOptions<'_>) -> Report {
    let report = store.ingest(source, options).unwrap();
    assert!(report.partition_holds(), "{report}");
    report
}

fn prefixed<'a>(prefix: &str) -> IngestOptions<'a> {
    IngestOptions::new().prefix(prefix)
}

/// Prefix, format, profile and pages of each archive.
fn listed(store: &Store) -> Vec<String> {
    let archives = store.archives().unwrap();
    let said = archives.iter().map(|archive| {
        let (prefix, format) = (&archive.prefix, archive.format());
        let map: Vec<String> = archive
            .map
            .iter()
            .map(|(field, keys)| format!(" {field}={}", keys.join("+")))
            .collect();
        format!(
            "{prefix:?} {format} {}{} {}",
            archive.profile,
            map.concat(),
            archive.pages
        )
    });
    said.collect()
}

#[test]
fn archives_with_a_prefix_live_beside_each_other() {
    let store = Store::memory().unwrap();
    let blog = || {
        vec![
            page("posts/a.md", "B"),
            page("index.md", ""),
            page("2017/03/02/x.md", ""),
        ]
    };
    let notes = || {
        vec![
            page("posts/a.md", "N"),
            (".obsidian/app.json".to_owned(), Vec::new()),
        ]
    };
    assert_eq!(ingest(&store, blog(), prefixed("blog")).added, 3);
    assert_eq!(ingest(&store, notes(), prefixed("my notes/")).added, 1);
    assert_eq!(
        ingest(
            &store,
            vec![support::page("2017/03/2/a")],
            IngestOptions::new()
        )
        .added,
        1
    );
    assert_eq!(ingest(&store, notes(), IngestOptions::new()).added, 1);
    let event = Event::new("added".parse().unwrap(), Date::new(2017, 3, 2), "Added");
    store.add([event]).unwrap();
    let expected = [
        "2017/03/2/a",
        "added",
        "blog",
        "blog/2017/03/02/x",
        "blog/posts/a",
        "my notes/posts/a",
        "posts/a",
    ];
    assert_eq!(ids(&store, ""), expected);
    for path in ["blog/posts/a.md", "blog/index.md", "blog/2017/03/02/x.md"] {
        assert!(store.contains(path).unwrap(), "{path}");
    }
    assert_eq!(store.raw("blog/posts/a").unwrap(), blog()[0].1);
    let expected = [
        "\"\" context none 1",
        "\"\" markdown obsidian 1",
        "\"blog/\" markdown none 3",
        "\"my notes/\" markdown obsidian 1",
    ];
    assert_eq!(listed(&store), expected);
    store.compact().unwrap();
    assert_eq!(listed(&store), expected);
    let again = ingest(&store, blog(), prefixed("blog/"));
    assert_eq!((again.unchanged, again.parsed), (3, 0));
    assert_eq!(store.remove_archive("blog").unwrap(), 3);
    assert_eq!(store.remove_archive("blog/").unwrap(), 0);
    assert_eq!(store.len().unwrap(), 4);
    assert!(matches!(
        store.remove_archive("/"),
        Err(Error::InvalidArgument { what: "prefix", .. })
    ));
}

#[test]
fn a_page_under_one_path_is_of_the_archive_that_brought_it_last() {
    let store = Store::memory().unwrap();
    ingest(&store, vec![page("blog/a.md", "")], IngestOptions::new());
    let report = ingest(&store, vec![page("a.md", "")], prefixed("blog"));
    assert_eq!((report.parsed, store.len().unwrap()), (1, 1));
    assert_eq!(listed(&store), ["\"blog/\" markdown none 1"]);
    let same = vec![("blog/a.md".to_owned(), page("a.md", "").1)];
    // Its addresses have the folder in them now.
    assert_eq!(ingest(&store, same, IngestOptions::new()).changed, 1);
    assert_eq!(listed(&store), ["\"\" markdown none 1"]);
}

#[test]
fn links_lead_to_pages_of_the_same_prefix_alone() {
    let files = || {
        vec![
            page(
                "a.md",
                "[[b]] [x](notes/c.md) [root](index.md) [[elsewhere]] [y](/d/)",
            ),
            page("notes/b.md", ""),
            page("notes/c.md", ""),
            page("index.md", ""),
            page("d.md", ""),
        ]
    };
    let other = || {
        vec![
            page("blog/a.md", "[[b]] [x](../a.md)"),
            page("elsewhere.md", ""),
        ]
    };
    let related = |store: &Store, id: &str| -> Vec<String> {
        let events = store.related(id).unwrap();
        events.iter().map(|event| event.id.to_string()).collect()
    };
    let referring = |store: &Store, id: &str| -> Vec<String> {
        let hits = store.referring(id).unwrap();
        hits.iter()
            .map(|event| event.unwrap().id.to_string())
            .collect()
    };
    for compacted in [false, true] {
        let store = Store::memory().unwrap();
        ingest(&store, files(), prefixed("blog"));
        ingest(&store, files(), prefixed("z"));
        ingest(&store, other(), prefixed("y"));
        // A page whose path is that of another archive's page with its prefix.
        ingest(
            &store,
            vec![page("q.md", "[x](blog/a.md) [[blog/a]]")],
            IngestOptions::new(),
        );
        if compacted {
            store.compact().unwrap();
        }
        for prefix in ["blog", "z"] {
            let of = |name: &str| format!("{prefix}/{name}");
            let found = related(&store, &of("a"));
            assert_eq!(
                found,
                [of("notes/b"), of("notes/c"), prefix.to_owned(), of("d")]
            );
            for target in [of("notes/b"), of("notes/c"), prefix.to_owned(), of("d")] {
                assert_eq!(referring(&store, &target), [of("a")], "{target}");
            }
            assert_eq!(related(&store, &of("notes/b")), [""; 0]);
        }
        assert_eq!(related(&store, "y/blog/a"), [""; 0]);
        assert_eq!(related(&store, "q"), [""; 0]);
        assert_eq!(referring(&store, "y/elsewhere"), [""; 0]);
    }
}

#[test]
fn prune_acts_within_its_archive_alone() {
    let store = Store::memory().unwrap();
    let pages = |names: &[&str]| -> Vec<_> { names.iter().map(|name| page(name, "")).collect() };
    let news = || vec![support::page("2017/03/2/a"), support::page("2017/03/2/b")];
    ingest(&store, news(), IngestOptions::new());
    ingest(
        &store,
        pages(&["a.md", "b.md", "b/index.md"]),
        IngestOptions::new(),
    );
    ingest(&store, pages(&["a.md", "b.md"]), prefixed("blog"));
    ingest(&store, pages(&["a.md"]), prefixed("blog/sub"));
    let event = Event::new(
        "blog/added".parse().unwrap(),
        Date::new(2017, 3, 2),
        "Added",
    );
    store.add([event]).unwrap();

    let report = ingest(&store, pages(&["a.md"]), prefixed("blog").prune(true));
    assert_eq!((report.removed, report.unchanged), (1, 1));
    let report = ingest(&store, pages(&["a.md"]), IngestOptions::new().prune(true));
    assert_eq!(report.removed, 1, "the twin went, too, and is no event");
    assert_eq!(store.stats().unwrap().twins, 0);
    let report = ingest(
        &store,
        vec![news().remove(0)],
        IngestOptions::new().prune(true),
    );
    assert_eq!(report.removed, 1);
    let expected = ["2017/03/2/a", "a", "blog/a", "blog/added", "blog/sub/a"];
    assert_eq!(ids(&store, ""), expected);
    // A picture in a folder of a day makes no tree of the Context.
    let mut pictured = pages(&["a.md"]);
    pictured.push(("content/news/2017/03/02/a.png".to_owned(), Vec::new()));
    ingest(&store, pictured, IngestOptions::new().prune(true));
    assert_eq!(ids(&store, ""), expected);
    // A page that cannot be read keeps its event, also where its bytes were not looked at.
    let large = ("blog-1/a.md".to_owned(), vec![b'x'; 2000]);
    let files = [large, page("blog-1/b.md", "")];
    let folder = tempfile::tempdir().unwrap();
    let tar = folder.path().join("blog-1.tar");
    std::fs::write(&tar, support::tar_of(&files)).unwrap();
    let options = prefixed("blog").prune(true);
    let options = options.limits(Limits::default().page_bytes(1000));
    let report = ingest(&store, tar.as_path(), options);
    assert_eq!((report.added, report.failed, report.removed), (1, 1, 0));
    assert_eq!(store.remove(["blog/b"]).unwrap(), 1);
    // An archive of which every page failed says nothing about the others.
    let broken = vec![("a.md".to_owned(), b"---\ntitle: [\n---\n".to_vec())];
    let report = ingest(&store, broken, prefixed("blog").prune(true));
    assert_eq!((report.failed, report.removed), (1, 0));
}

#[test]
fn what_cannot_be_chosen_is_an_error_with_a_way_out() {
    let store = Store::memory().unwrap();
    for options in [
        prefixed("../x"),
        prefixed("2017"),
        prefixed("x").format(PageFormat::Context),
        IngestOptions::new()
            .profile(Profile::Hugo)
            .format(PageFormat::Context),
    ] {
        let error = store.ingest(vec![page("a.md", "")], options).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { .. }), "{error}");
    }
    let mixed = vec![
        support::page("2017/03/2/a"),
        page("a.md", ""),
        ("faq.md".into(), "Q".into()),
    ];
    let report = ingest(&store, mixed, prefixed("x"));
    assert_eq!((report.added, report.failed, report.others), (1, 1, 1));
    assert_eq!(report.errors[0].kind, "prefix");
    assert_eq!(ids(&store, ""), ["x/a"]);
}

#[test]
fn another_choice_reads_again_and_the_same_reads_nothing() {
    let text =
        "---\ntitle: T\ndate: 2017-03-02\ncreated: 2018-01-01\ntags: a b\ntopic: [c]\n---\n#d e\n";
    let file = || vec![("x.md".to_owned(), text.as_bytes().to_vec())];
    let store = Store::memory().unwrap();
    let said = |options: fn() -> IngestOptions<'static>| {
        let first = ingest(&store, file(), options());
        assert_eq!(ingest(&store, file(), options()).parsed, 0);
        let event = store.get("x").unwrap().unwrap();
        (
            first.parsed,
            event.tags.join(" "),
            event.date.unwrap().to_string(),
        )
    };
    assert_eq!(
        said(IngestOptions::new),
        (1, "a b c".into(), "2017-03-02".into())
    );
    assert_eq!(
        said(|| IngestOptions::new().profile(Profile::Jekyll)),
        (1, "a b c".into(), "2017-03-02".into())
    );
    assert_eq!(
        said(|| IngestOptions::new().profile(Profile::Obsidian)),
        (1, "a b c d".into(), "2017-03-02".into())
    );
    assert_eq!(
        said(|| {
            let map = KeyMap::new().with("date", ["Created"]).unwrap();
            IngestOptions::new().map(map.with("tags", ["topic", "none"]).unwrap())
        }),
        (1, "c".into(), "2018-01-01".into())
    );
    assert_eq!(
        listed(&store),
        ["\"\" markdown none date=created tags=topic+none 1"]
    );
    assert_eq!(
        said(IngestOptions::new),
        (1, "a b c".into(), "2017-03-02".into())
    );
    assert_eq!(
        said(|| IngestOptions::new().profile(Profile::None)),
        (0, "a b c".into(), "2017-03-02".into())
    );
}

#[test]
fn the_profile_is_known_by_the_files_of_a_tool_and_told() {
    let text = "---\ntitle: T\ndate: 2017-03-02\ntags: a b\n---\n";
    let tags = |marker: &str, options: IngestOptions<'_>| {
        let store = Store::memory().unwrap();
        // The marker comes last, behind the pages that it is about.
        let files = vec![
            ("x.md".to_owned(), text.as_bytes().to_vec()),
            (marker.to_owned(), vec![]),
        ];
        let report = ingest(&store, files, options);
        (
            report.profile.clone(),
            store.get("x").unwrap().unwrap().tags.join("|"),
        )
    };
    for (marker, profile, expected) in [
        ("zz.txt", None, "a b"),
        ("zz/_config.yml", Some("jekyll, by zz/_config.yml"), "a|b"),
        ("hugo.toml", Some("hugo, by hugo.toml"), "a b"),
        (".obsidian/app.json", Some("obsidian, by .obsidian/"), "a|b"),
    ] {
        let found = tags(marker, IngestOptions::new());
        assert_eq!(
            (found.0.as_deref(), &*found.1),
            (profile, expected),
            "{marker}"
        );
    }
    let asked = tags("_config.yml", IngestOptions::new().profile(Profile::Hugo));
    assert_eq!(asked, (Some("hugo, as asked".to_owned()), "a b".to_owned()));
    let none = tags("_config.yml", IngestOptions::new().profile(Profile::None));
    assert_eq!(none.1, "a b");
}

#[test]
fn a_profile_sets_the_rules_in_which_tools_disagree() {
    let page = |path: &str, keys: &str, body: &str| {
        let text = format!("---\ntitle: T\ndate: 2017-03-02\n{keys}\n---\n{body}\n");
        (path.to_owned(), text.into_bytes())
    };
    let files = vec![
        page(
            "sea/_posts/a.md",
            "tags: x, y z\ntag: 'p q'\ncategories: one two",
            "#t and %% #u %% [[b]] %%[[c]]%%",
        ),
        page("b.md", "categories: [Three]", ""),
        page(
            "c.md",
            "",
            "# Heading\n\n%% hidden %%\n\nShown. `#no` #yes/sub\n",
        ),
        page("Templates/d.md", "", "{{date}}"),
    ];
    let mut said = BTreeMap::new();
    for profile in Profile::ALL {
        let store = Store::memory().unwrap();
        ingest(&store, files.clone(), IngestOptions::new().profile(profile));
        let events: Vec<Event> = store
            .query(EVERY)
            .unwrap()
            .iter()
            .map(Result::unwrap)
            .collect();
        let text = |event: &Event| format!("{} {:?} {:?}", event.id, event.tags, event.categories);
        said.insert(
            profile.as_str(),
            events.iter().map(text).collect::<Vec<_>>().join("\n"),
        );
        let related = store.related("sea/_posts/a").unwrap().len();
        assert_eq!(
            related,
            if profile == Profile::Obsidian { 1 } else { 2 },
            "{profile}"
        );
        let summary = store.get("c").unwrap().unwrap().summary;
        let expected = if profile == Profile::Obsidian {
            "Shown. #no #yes/sub"
        } else {
            "%% hidden %%"
        };
        assert_eq!(summary.as_deref(), Some(expected), "{profile}");
    }
    let of = |a: &str, c: &str, last: &str| {
        format!("Templates/d [] []\nb [] [\"Three\"]\nc {c} []\nsea/_posts/a {a}{last}")
    };
    let none = of(r#"["p q", "x", "y z"] ["one", "two"]"#, "[]", "");
    let whole = of(r#"["p q", "x, y z"] ["one two"]"#, "[]", "");
    let signs = of(r#"["p q", "x", "y z"] ["one two"]"#, "[]", "");
    for (profile, expected) in [
        ("auto", of(r#"["p q", "x", "y z"] ["one", "two", "sea"]"#, "[]", "")),
        ("jekyll", of(r#"["p q", "x", "y z"] ["one", "two", "sea"]"#, "[]", "")),
        ("none", none),
        ("hugo", whole.clone()),
        ("eleventy", whole.clone()),
        ("hexo", whole),
        ("zola", signs.clone()),
        ("pelican", signs.replace("Templates/d [] []", "Templates/d [] [\"Templates\"]")),
        ("docusaurus", signs.clone()),
        ("mkdocs", signs.clone()),
        ("astro", signs),
        (
            "obsidian",
            "b [] [\"Three\"]\nc [\"yes/sub\"] []\nsea/_posts/a [\"p\", \"q\", \"t\", \"x\", \"y\", \"z\"] [\"one\", \"two\"]"
                .to_owned(),
        ),
    ] {
        assert_eq!(said[profile], expected, "{profile}");
    }
}

/// A page of the Context and one that fails below a day's folder.
fn context() -> (String, Vec<u8>) {
    let id = "2017/03/2/a-harbour-opens";
    let page = support::event_page(false, id, "A harbour opens.", "Harbours", &[]);
    (support::path(id), page)
}

#[test]
fn pruning_an_archive_never_takes_the_tree_of_the_context() {
    let bad = |bytes: &[u8]| ("news/2017/03/5/bad.md".to_owned(), bytes.to_vec());
    for (options, bytes) in [
        (prefixed("blog/"), &b"# A thing\n"[..]),
        (prefixed("blog/"), b"\0"),
        (IngestOptions::new().format(PageFormat::Markdown), b"\0"),
        (IngestOptions::new(), b"# A thing\n"),
    ] {
        let store = Store::memory().unwrap();
        ingest(&store, vec![context()], IngestOptions::new());
        let pages = vec![page("posts/x.md", ""), bad(bytes)];
        let report = ingest(&store, pages, options.prune(true));
        assert_eq!(report.removed, 0, "{report}");
        assert!(
            store.contains("2017/03/2/a-harbour-opens").unwrap(),
            "{report}"
        );
    }
}

#[test]
fn whether_a_page_is_free_is_decided_by_each_archive() {
    let plain = || {
        (
            "notes/2024-01-02-plain.md".to_owned(),
            b"# Plain\n".to_vec(),
        )
    };
    // Beside a tree of the Context it is a free page, alone it is an event.
    let store = Store::memory().unwrap();
    ingest(&store, vec![plain(), context()], IngestOptions::new());
    assert_eq!(store.len().unwrap(), 1);
    let again = ingest(&store, vec![plain(), context()], IngestOptions::new());
    assert_eq!((again.unchanged, again.parsed), (2, 0), "{again}");
    ingest(&store, vec![plain()], prefixed("n/"));
    assert!(store.contains("n/notes/2024-01-02-plain").unwrap());
    ingest(&store, vec![plain()], IngestOptions::new());
    assert!(store.contains("notes/2024-01-02-plain").unwrap());
    // Nor does a format that takes it for one decide for the next.
    let store = Store::memory().unwrap();
    ingest(
        &store,
        vec![plain()],
        IngestOptions::new().format(PageFormat::Context),
    );
    assert_eq!(store.len().unwrap(), 0);
    ingest(&store, vec![plain()], IngestOptions::new());
    assert_eq!(store.len().unwrap(), 1);
}

#[test]
fn an_event_that_is_added_back_stays_in_its_archive() {
    let store = Store::memory().unwrap();
    let pages = || vec![page("a.md", "See [[b]]."), page("b.md", "B")];
    ingest(&store, pages(), prefixed("blog/"));
    ingest(&store, pages(), prefixed("other/"));
    let mut event = store.get("blog/a").unwrap().unwrap();
    let raw = store.raw("blog/a").unwrap();
    // As it is: nothing is written.
    let report = store.add([event.clone()]).unwrap();
    assert_eq!((report.unchanged, report.changed), (1, 0), "{report}");
    assert_eq!(store.raw("blog/a").unwrap(), raw);
    assert_eq!(listed(&store).len(), 2);
    // With another title its links still lead to pages of its archive.
    event.title = "Another title".to_owned();
    store.add([event.clone()]).unwrap();
    let added = store.get("blog/a").unwrap().unwrap();
    assert_eq!(added, event);
    assert_eq!(added.related[0].id.as_str(), "blog/b");
    assert_eq!(ids(&store, "refers:blog/b"), ["blog/a"]);
    assert_eq!(ids(&store, "refers:other/b"), ["other/a"]);
}

#[test]
fn a_page_may_link_no_more_than_the_limit() {
    let store = Store::memory().unwrap();
    let many = page("a.md", "[[b]] [[c]] <https://a.example>");
    let limits = || IngestOptions::new().limits(Limits::default().page_items(2));
    let report = ingest(&store, vec![many.clone(), page("b.md", "[[a]]")], limits());
    assert_eq!((report.failed, report.added), (1, 1), "{report}");
    assert!(
        report.errors[0].to_string().contains("limits.page_items"),
        "{report}"
    );
    assert_eq!(ingest(&store, vec![many], IngestOptions::new()).failed, 0);
}

#[test]
fn of_a_file_that_an_archive_holds_twice_the_later_one_counts() {
    // Of another kind than the earlier one.
    let store = Store::memory().unwrap();
    let small = || IngestOptions::new().limits(Limits::default().page_bytes(2_000));
    let large = page("a.md", &"x".repeat(3_000));
    let report = ingest(
        &store,
        vec![page("a.md", ""), large, page("b.md", "")],
        small(),
    );
    assert_eq!(
        (report.files, report.added, report.failed),
        (2, 1, 1),
        "{report}"
    );
    // Also where so much waits for the names that the archive is looked through for them.
    let folder = tempfile::tempdir().unwrap();
    for first in 12..17 {
        let body = format!("{}\n", "word ".repeat(19)).repeat(9_500);
        let mut pages: Vec<_> = (0..24).map(|i| page(&format!("p/{i}.md"), &body)).collect();
        pages.insert(first, page("p/a.md", "one"));
        pages.push(page("p/a.md", "two"));
        let tar = folder.path().join("twice.tar");
        std::fs::write(&tar, support::tar_of(&pages)).unwrap();
        let store = Store::memory().unwrap();
        ingest(&store, tar.as_path(), IngestOptions::new());
        let body = store.get("a").unwrap().unwrap().body;
        assert_eq!(body.as_deref(), Some("two\n"), "{first}");
    }
}
