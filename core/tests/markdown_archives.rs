//! Archives of Markdown pages with front matter: what is read of them, and what is given back.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use eventstore::{Archive, Event, IngestOptions, PageFormat, Report, Store, Time};
use support::{ids, tar_of};

/// A folder that goes away with its test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

const ALL: &str = "superseded:yes draft:yes undated:yes";

fn page(path: &str, text: &str) -> (String, Vec<u8>) {
    (path.to_owned(), text.as_bytes().to_vec())
}

fn ingest(store: &Store, source: impl Into<Archive>) -> Report {
    let report = store.ingest(source, IngestOptions::new()).unwrap();
    assert!(report.partition_holds(), "{report}");
    report
}

fn store_of(pages: &[(String, Vec<u8>)]) -> Store {
    let store = Store::memory().unwrap();
    ingest(&store, pages.to_vec());
    store
}

fn all(store: &Store) -> Vec<Event> {
    let hits = store.query(ALL).unwrap();
    hits.iter().map(Result::unwrap).collect()
}

/// A blog in four dialects.
fn blog() -> Vec<(String, Vec<u8>)> {
    vec![
        page(
            "_posts/2019-07-08-on-ferries.md",
            "---\ntitle: On ferries\ntags: sea ships\nauthor: Ida Tolland\nweight: 3\n---\n\nA *ferry* sails.\n",
        ),
        page(
            "content/rain.md",
            "+++\ntitle = \"Rain\"\ndate = 2020-01-02T06:30:00+02:00\ndraft = true\n[taxonomies]\ntags = [\"Sea\"]\n+++\nIt rains.\n",
        ),
        page("notes/about.md", "# About us\n\nNo date here.\n"),
        page(
            "notes/2020-01-02.md",
            "\u{feff}---\r\ntitle: Morning\r\ndate: 2020-01-02 05:10\r\ncategories: [Diary]\r\n---\r\nText.\r\n",
        ),
        page(
            "notes/noon/index.md",
            "---\ntitle: Noon\ndate: 2020-01-02 12:00:30.250 -0800\nlang: pt_br\ntype: note\n---\n",
        ),
        page(
            "notes/plain.md",
            "---\ntitle: Plain\ndate: 2020-01-02\n---\n",
        ),
        page("static/picture.png", ""),
    ]
}

#[test]
fn pages_with_front_matter_are_events_with_their_path_as_id() {
    let store = store_of(&blog());
    // Within a day by the time as written, none first.
    let expected = ["2019-07-08-on-ferries", "plain", "2020-01-02", "noon"];
    let found = ids(&store, "");
    let names: Vec<&str> = found
        .iter()
        .map(|id| id.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(names, expected);
    assert_eq!(ids(&store, "draft:only"), ["content/rain"]);
    assert_eq!(ids(&store, "undated:only"), ["notes/about"]);
    assert_eq!(ids(&store, "draft:yes undated:yes")[0], "notes/about");
    assert_eq!(
        ids(&store, "undated:yes ..2021").len(),
        4,
        "undated pages belong to no time"
    );
    assert_eq!(ids(&store, "tag:sea"), ["_posts/2019-07-08-on-ferries"]);
    assert_eq!(ids(&store, "tag:SEA draft:yes").len(), 2);
    assert_eq!(
        ids(&store, "author:\"ida tolland\""),
        ["_posts/2019-07-08-on-ferries"]
    );
    assert_eq!(ids(&store, "category:diary"), ["notes/2020-01-02"]);
    assert_eq!(ids(&store, "kind:note"), ["notes/noon"]);
    assert_eq!(ids(&store, "lang:pt-BR"), ["notes/noon"]);
    assert_eq!(ids(&store, "kind:page").len(), 3);
    assert_eq!(ids(&store, "kind:news"), [""; 0]);
    assert_eq!(store.len().unwrap(), 6);

    let ferry = store
        .get("/_posts/2019-07-08-on-ferries.md")
        .unwrap()
        .unwrap();
    assert_eq!(ferry.tags, ["sea", "ships"]);
    assert_eq!(ferry.summary.as_deref(), Some("A ferry sails."));
    assert_eq!(ferry.body.as_deref(), Some("\nA *ferry* sails.\n"));
    assert_eq!(ferry.meta.to_string(), r#"{"weight":"3"}"#);
    assert_eq!((ferry.time, ferry.draft), (None, false));
    let noon = store.get("notes/noon").unwrap().unwrap();
    assert_eq!(
        (noon.time, noon.offset),
        (Time::new(12, 0, 30, 250), Some(-480))
    );
    assert_eq!(
        (noon.lang.as_str(), noon.kind.as_str(), noon.body),
        ("pt-BR", "note", None)
    );
    let rain = store.get("content/rain").unwrap().unwrap();
    assert_eq!(
        (rain.time, rain.offset, rain.draft),
        (Time::new(6, 30, 0, 0), Some(120), true)
    );
}

#[test]
fn the_report_says_where_dates_came_from_and_a_second_ingest_parses_nothing() {
    let store = Store::memory().unwrap();
    let report = ingest(&store, blog());
    let counts = (
        report.files,
        report.added,
        report.undated,
        report.others,
        report.failed,
    );
    assert_eq!(counts, (7, 5, 1, 1, 0));
    assert_eq!((report.drafts, report.events, report.parsed), (1, 6, 6));
    let dated: BTreeMap<&str, u64> = report
        .dated_by
        .iter()
        .map(|(k, n)| (k.as_str(), *n))
        .collect();
    assert_eq!(dated, BTreeMap::from([("file name", 1), ("key date", 4)]));
    let before = all(&store);
    let again = ingest(&store, blog());
    assert_eq!((again.unchanged, again.parsed, again.others), (6, 0, 1));
    assert_eq!(all(&store), before);
}

#[test]
fn pages_come_back_byte_for_byte_after_changes_merges_and_reopening() {
    let folder = Folder::new();
    let path = folder.path("s");
    let store = Store::open(&path).unwrap();
    ingest(&store, blog());
    // Commits of single pages, so that segments are merged.
    for n in 0..40 {
        let text = format!(
            "---\ntitle: Note {n}\ndate: 2021-02-03 04:{:02}\ntags: [n{n}]\n---\nText {n}\n",
            n % 60
        );
        ingest(&store, vec![page(&format!("more/{n}.md"), &text)]);
    }
    let changed = page(
        "content/rain.md",
        "+++\ntitle = \"Snow\"\ndate = 2020-01-03\n+++\nIt snows.\n",
    );
    assert_eq!(ingest(&store, vec![changed.clone()]).changed, 1);
    store.compact().unwrap();
    store.close().unwrap();
    let store = Store::open(&path).unwrap();
    assert_eq!(store.len().unwrap(), 46);
    for (path, bytes) in blog().into_iter().chain([changed.clone()]) {
        let id = path.strip_suffix(".md").unwrap_or(&path);
        if path.ends_with(".png") || (path == changed.0 && bytes != changed.1) {
            continue;
        }
        assert_eq!(store.raw(id).unwrap(), bytes, "{path}");
    }
    assert_eq!(store.get("content/rain").unwrap().unwrap().title, "Snow");
    let of_day = ids(&store, "2021-02-03");
    assert_eq!(
        (of_day[0].as_str(), of_day[39].as_str()),
        ("more/0", "more/39")
    );
    assert_eq!(ids(&store, "tag:n17"), ["more/17"]);
    // One at a time by tokens, in the same order.
    let hits = store.query("2021-02-03").unwrap();
    let (mut paged, mut token) = (Vec::new(), None);
    loop {
        let page = hits.page(7, token.as_deref()).unwrap();
        paged.extend(page.events.iter().map(|event| event.id.to_string()));
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(paged, of_day);
    assert_eq!(store.remove(["more/3"]).unwrap(), 1);
    assert_eq!(store.get("more/3").unwrap(), None);
}

#[test]
fn the_order_of_pages_and_the_kind_of_archive_change_nothing() {
    let pages: Vec<_> = blog();
    let packed: Vec<_> = pages
        .iter()
        .map(|(path, bytes)| (format!("my-blog/{path}"), bytes.clone()))
        .collect();
    let expected = all(&store_of(&pages));
    let folder = Folder::new();
    let tar = Store::memory().unwrap();
    ingest(&tar, folder.file("blog.tar", &tar_of(&packed)));
    assert_eq!(all(&tar), expected, "the one folder of a tar is left out");
    let backwards: Vec<_> = pages.iter().rev().cloned().collect();
    assert_eq!(all(&store_of(&backwards)), expected);
    let one_by_one = Store::memory().unwrap();
    for page in &pages[..6] {
        ingest(&one_by_one, vec![page.clone()]);
    }
    assert_eq!(all(&one_by_one), expected);
}

#[test]
fn beside_the_context_only_front_matter_makes_an_event() {
    let news = support::page("2017/03/2/a");
    let pages = vec![
        news.clone(),
        page("README.md", "# A readme\n"),
        page("faq/index.md", "Questions.\n"),
        page("posts/a.md", "---\ntitle: A post\ndate: 2018-01-01\n---\n"),
    ];
    let store = Store::memory().unwrap();
    let report = ingest(&store, pages.clone());
    assert_eq!((report.added, report.others, report.undated), (2, 2, 0));
    assert_eq!(ids(&store, ""), ["2017/03/2/a", "posts/a"]);
    // A page of the Context names the post by its id; that says nothing about the post's tags.
    let context = Store::memory().unwrap();
    let options = IngestOptions::new().format(PageFormat::Context);
    let report = context.ingest(pages.clone(), options).unwrap();
    assert_eq!((report.added, report.others, report.failed), (1, 2, 1));
    let markdown = Store::memory().unwrap();
    let options = IngestOptions::new().format(PageFormat::Markdown);
    let report = markdown.ingest(pages, options).unwrap();
    assert_eq!((report.added, report.undated, report.failed), (2, 2, 0));
    // Pruning by an archive of the Context leaves Markdown pages.
    let options = IngestOptions::new().prune(true);
    let report = store.ingest(vec![news], options).unwrap();
    assert_eq!((report.removed, store.len().unwrap()), (0, 2));
}

#[test]
fn what_cannot_be_read_is_named_with_line_and_column_and_the_rest_goes_in() {
    let store = Store::memory().unwrap();
    let report = ingest(
        &store,
        vec![
            page("a.md", "---\ntitle: [a\n---\n"),
            page("b.md", "---\ntitle: {{ title }}\n---\n"),
            page("c.md", "---\ntitle: C\ndate: 03/04/2017\n---\n"),
            page(
                "d.md",
                "---\ntitle: D\ndate: 2017-02-30\ndraft: maybe\ntitle: E\n---\n",
            ),
        ],
    );
    assert_eq!((report.failed, report.others, report.undated), (1, 1, 2));
    assert_eq!(report.passed_over["template"].examples, ["b.md"]);
    let errors: Vec<String> = report.errors.iter().map(ToString::to_string).collect();
    assert!(
        errors[0].starts_with("a.md:2:8: the front matter cannot be read: "),
        "{errors:?}"
    );
    assert_eq!(
        report.notes,
        [
            "c.md:3:7: date: \"03/04/2017\" may be two days, by the order of day and month; write YYYY-MM-DD",
            "d.md:2:1: the key \"title\" is there twice; the last one counts",
            "d.md:3:7: date: \"2017-02-30\" is a day that no calendar has",
            "d.md:4:8: draft: \"maybe\" is neither true nor false; taken as true",
        ]
    );
    assert_eq!(ids(&store, "undated:yes draft:only"), ["d"]);
}

/// A line of what an independent reader found.
#[derive(PartialEq, Debug)]
struct Expected {
    path: String,
    date: Option<String>,
    title: String,
    tags: Vec<String>,
    categories: Vec<String>,
    draft: bool,
}

impl Expected {
    fn of(line: &str) -> Self {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let texts = |key: &str| {
            line[key]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(text)
                .collect()
        };
        Self {
            path: text(&line["path"]).unwrap(),
            date: text(&line["date"]),
            title: text(&line["title"]).unwrap(),
            tags: texts("tags"),
            categories: texts("categories"),
            draft: line["draft"].as_bool().unwrap(),
        }
    }
}

fn unpacked(archive: &Path) -> Vec<(String, Vec<u8>)> {
    let file = std::fs::File::open(archive).unwrap();
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut pages = Vec::new();
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let path = entry.path().unwrap().to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            pages.push((path.split_once('/').unwrap().1.to_owned(), bytes));
        }
    }
    pages
}

#[test]
fn real_archives_go_in_whole_without_an_option() {
    let data: PathBuf = support::project().join("../shared/data/front-matter");
    if !data.is_dir() {
        println!("SKIPPED: real archives with front matter are not here");
        return;
    }
    for (name, counts) in [
        ("jekyll-docs", (207, 110)),
        ("react-native-blog", (94, 94)),
        ("hexo-site", (466, 58)),
    ] {
        let archive = data.join(format!("{name}.tar.gz"));
        let store = Store::memory().unwrap();
        let report = ingest(&store, archive.as_path());
        println!("{name}: {report}");
        let expected =
            std::fs::read_to_string(data.join(format!("{name}.expected.jsonl"))).unwrap();
        let expected: Vec<Expected> = expected.lines().map(Expected::of).collect();
        assert_eq!((expected.len(), report.added), counts);
        assert_eq!(report.undated as usize, expected.len() - counts.1 as usize);
        assert_eq!(report.failed, 0);
        let pages: BTreeMap<String, Vec<u8>> = unpacked(&archive).into_iter().collect();
        for wanted in expected {
            let event = store.get(&*wanted.path).unwrap().unwrap();
            let found = Expected {
                path: wanted.path.clone(),
                date: event.date.map(|date| date.to_string()),
                title: event.title,
                // The store has tags in order of their folded form.
                tags: wanted
                    .tags
                    .iter()
                    .filter(|tag| event.tags.contains(tag))
                    .cloned()
                    .collect(),
                categories: event.categories,
                draft: event.draft,
            };
            assert_eq!(event.tags.len(), wanted.tags.len(), "{}", wanted.path);
            assert_eq!(found, wanted);
            assert_eq!(store.raw(&*wanted.path).unwrap(), pages[&wanted.path]);
        }
        assert_eq!(ingest(&store, archive.as_path()).parsed, 0);
        // The same from a folder, and from pages at their paths below the one top folder.
        let folder = Folder::new();
        for (path, bytes) in &pages {
            let path = folder.path("tree").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let tree = Store::memory().unwrap();
        ingest(&tree, folder.path("tree").as_path());
        let mapping = store_of(&pages.into_iter().collect::<Vec<_>>());
        assert_eq!(all(&tree), all(&store));
        assert_eq!(all(&mapping), all(&store));
    }
}

#[test]
fn events_that_a_program_adds_are_pages_and_replace_the_page_of_their_id() {
    let store = store_of(&blog());
    let mut event = store.get("notes/noon").unwrap().unwrap();
    event.tags = vec!["Day".to_owned()];
    event.body = Some("Changed.\n".to_owned());
    event.summary = Some("Changed.".to_owned());
    let report = store.add([event.clone()]).unwrap();
    assert_eq!((report.changed, report.added), (1, 0));
    assert_eq!(store.get("notes/noon").unwrap().unwrap(), event);
    assert_eq!(store.len().unwrap(), 6);
    // The same event again is nothing new.
    assert_eq!(store.add([event.clone()]).unwrap().unchanged, 1);
    let page = String::from_utf8(store.raw("notes/noon").unwrap()).unwrap();
    assert_eq!(page, event.to_markdown().unwrap());
    let mut new = Event::new("posts/new".parse().unwrap(), None, "New");
    new.meta = std::iter::once(("series", "ferries".into())).collect();
    let report = store.add([new.clone()]).unwrap();
    assert_eq!((report.undated, report.events), (1, 1));
    assert_eq!(store.get("posts/new.md").unwrap().unwrap(), new);
    // A store gives its events to another.
    let other = Store::memory().unwrap();
    let events = all(&store);
    other.add(events.clone()).unwrap();
    assert_eq!(all(&other), events);
}

#[test]
fn pages_of_both_formats_at_related_paths_do_not_lose_each_other() {
    let post = |text: &str| {
        page(
            "2017/03/12/x.md",
            &format!("---\ntitle: {text}\ndate: 2017-03-12\n---\n"),
        )
    };
    let news = support::page("2017/03/12/x");
    for order in [[post("P"), news.clone()], [news.clone(), post("P")]] {
        let store = Store::memory().unwrap();
        for page in order {
            ingest(&store, vec![page]);
        }
        // One id: the page of the Context is the event, the post its twin; both are kept.
        assert_eq!(store.len().unwrap(), 1);
        assert_eq!(store.stats().unwrap().twins, 1);
        assert_eq!(store.raw("2017/03/12/x").unwrap(), news.1);
    }
    // A page that loses its front matter beside a tree of the Context is no event any more.
    let tree = |faq: &str| vec![support::page("2017/03/2/a"), page("faq.md", faq)];
    let store = Store::memory().unwrap();
    ingest(&store, tree("---\ntitle: Q\ndate: 2017-01-01\n---\n"));
    assert_eq!(store.len().unwrap(), 2);
    ingest(&store, tree("Questions\n"));
    assert_eq!(store.len().unwrap(), 1);
    // What an event of the Context replaces may be a Markdown page at its path.
    let store = store_of(&[page(
        "news/2017/03/12/x.md",
        "---\ntitle: P\ndate: 2017-03-12\n---\n",
    )]);
    let date = eventstore::Date::new(2017, 3, 12);
    let event = Event::new("2017/03/12/x".parse().unwrap(), date, "New");
    store.add([event]).unwrap();
    assert_eq!(store.get("2017/03/12/x").unwrap().unwrap().title, "New");
    assert_eq!((store.len().unwrap(), store.stats().unwrap().twins), (1, 0));
}

#[test]
fn folders_before_a_day_belong_to_the_id() {
    let text = "---\ntitle: T\ndate: 2017-03-02\n---\n";
    let paths = [
        "content/en/news/2017/03/02/x.md",
        "content/fr/news/2017/03/02/x.md",
        "docs/README.md",
    ];
    let store = store_of(&paths.map(|path| page(path, text)));
    let found = ids(&store, "");
    assert_eq!(
        found,
        [
            "content/en/news/2017/03/02/x",
            "content/fr/news/2017/03/02/x",
            "docs"
        ]
    );
    for (id, path) in found.iter().zip(paths) {
        assert_eq!(store.get(&**id).unwrap().unwrap().id.as_str(), id);
        assert_eq!(store.get(path).unwrap().unwrap().id.as_str(), id);
    }
    // The folder that was given is no part of an id, whatever its name.
    let folder = Folder::new();
    for path in ["blog/news/a.md", "blog/opinion/b.md"] {
        std::fs::create_dir_all(folder.path(path).parent().unwrap()).unwrap();
        std::fs::write(folder.path(path), text).unwrap();
    }
    let store = Store::memory().unwrap();
    ingest(&store, folder.path("blog/news").as_path());
    ingest(&store, folder.path("blog/opinion/b.md").as_path());
    assert_eq!(ids(&store, ""), ["a", "b"]);
}

#[test]
fn what_a_page_of_the_context_cannot_say_is_not_lost() {
    let store = Store::memory().unwrap();
    let date = eventstore::Date::new(2017, 3, 2);
    let mut event = Event::new("2017/03/2/a".parse().unwrap(), date, "T");
    event.draft = true;
    event.meta = std::iter::once(("k", "v".into())).collect();
    store.add([event.clone()]).unwrap();
    assert_eq!(store.get(&event).unwrap().unwrap(), event);
    event.sources = vec![eventstore::Source::new("A", "http://a.example/")];
    assert!(
        store
            .add([event])
            .unwrap_err()
            .to_string()
            .contains("no meta")
    );
}

#[test]
fn of_two_files_with_one_id_the_first_is_the_event_and_the_other_is_named() {
    let text = |title: &str| format!("---\ntitle: {title}\ndate: 2017-03-02\n---\n");
    let pages = vec![
        page("a/index.md", &text("index")),
        page("a.md", &text("file")),
        page("b.md", &text("b")),
    ];
    let store = Store::memory().unwrap();
    let report = ingest(&store, pages.clone());
    assert_eq!((report.added, report.twins), (2, 1));
    let note =
        "a/index.md: another file has the id a and is the event; give one of them another name";
    assert_eq!(report.notes, [note]);
    assert_eq!(store.get("a").unwrap().unwrap().title, "file");
    assert_eq!(ingest(&store, pages).noted, 0, "nothing is put again");
}

#[test]
fn keys_that_a_merge_brings_are_not_there_twice() {
    let text = "---\nbase: &base {title: Base, tags: [a], layout: x}\nmore: &more {layout: y, weight: 3}\n\
                <<: [*base, *more]\ntitle: Own\ndate: 2017-03-02\n---\n";
    let store = Store::memory().unwrap();
    let report = ingest(&store, vec![page("a.md", text)]);
    assert_eq!(report.notes, [""; 0]);
    let event = store.get("a").unwrap().unwrap();
    assert_eq!(
        (&*event.title, &*event.tags),
        ("Own", &["a".to_owned()][..])
    );
    let meta = event.meta.to_string();
    assert!(
        meta.starts_with(r#"{"layout":"x","weight":"3","base":"#),
        "{meta}"
    );
    let twice = "---\ntitle: A\n<<: {layout: x}\ntitle: B\n---\n";
    assert_eq!(ingest(&store, vec![page("b.md", twice)]).noted, 1);
}
