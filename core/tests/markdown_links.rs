//! Links of Markdown pages: where they lead in every dialect, and that this follows from the pages
//! alone, whatever came in between.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use eventstore::{Archive, Event, Facet, IngestOptions, Limits, PageFormat, Store};
use proptest::prelude::*;
use support::cases;

fn markdown<'a>() -> IngestOptions<'a> {
    IngestOptions::new().format(PageFormat::Markdown)
}

fn store_of(pages: &[(&str, &str)]) -> Store {
    let store = Store::memory().unwrap();
    let pages = pages.iter();
    let pages: Archive = pages
        .map(|(path, text)| (*path, text.as_bytes().to_vec()))
        .collect();
    let report = store.ingest(pages, markdown()).unwrap();
    assert_eq!(report.failed, 0, "{report}");
    store
}

/// The ids of an event's related list, beside the texts.
fn related(store: &Store, id: &str) -> Vec<(String, String)> {
    let event = store.get(id).unwrap().unwrap();
    let entries = event.related.into_iter();
    entries
        .map(|entry| (entry.id.to_string(), entry.title))
        .collect()
}

fn referring(store: &Store, id: &str) -> Vec<String> {
    let query = format!("refers:\"{id}\" undated:yes");
    let ids = store.query(query.as_str()).unwrap().ids().unwrap();
    ids.into_iter().map(|id| id.to_string()).collect()
}

#[test]
fn a_check_tells_dead_and_ambiguous_links() {
    let store = store_of(&[
        (
            "a.md",
            "[[b]] [[gone]] [[note]] [x](c.md) [[b]] https://x.example <https://y.example>",
        ),
        ("b.md", "[[A]] [up](../out.md)"),
        ("one/note.md", "[[note]]"),
        ("two/note.md", ""),
    ]);
    let check = store.check_links().unwrap();
    assert_eq!((check.links, check.dead, check.ambiguous), (7, 3, 2));
    let problems: Vec<String> = check
        .problems
        .iter()
        .map(|problem| {
            let ids: Vec<&str> = problem.candidates.iter().map(|id| id.as_str()).collect();
            format!("{} {} {}", problem.page, problem.target, ids.join(","))
        })
        .collect();
    assert_eq!(
        problems,
        [
            "a gone ",
            "a note one/note,two/note",
            "a c.md ",
            "b ../out.md ",
            "one/note note one/note,two/note",
        ]
    );
    // What comes and goes changes it.
    store.remove(["two/note"]).unwrap();
    let check = store.check_links().unwrap();
    assert_eq!((check.links, check.dead, check.ambiguous), (7, 3, 0));
}

#[test]
fn each_dialect_leads_to_its_page() {
    for (from, link, to) in [
        ("posts/a.md", "[x](../notes/b.md)", "notes/b"),
        ("posts/a.md", "[x](../notes/b.md#part)", "notes/b"),
        ("posts/a.md", "[x](b%20c.md)", "posts/b c"),
        ("posts/a.md", "[x](<b c.md>)", "posts/b c"),
        ("posts/a.md", "[x][1]\n\n[1]: ../notes/b.md", "notes/b"),
        ("posts/a.md", "[x](/notes/b/)", "notes/b"),
        ("posts/a.md", "[x](/notes/b.html?q=1)", "notes/b"),
        (
            "posts/a.md",
            "<a class='y' href=\"/notes/b/\">x</a>",
            "notes/b",
        ),
        // The address of a is posts/a/.
        ("posts/a.md", "[x](../b/)", "posts/b"),
        ("posts/a.md", "[x](b/)", "posts/b"),
        ("a.md", "[[b]]", "notes/b"),
        ("a.md", "[[B#Part|text]]", "notes/b"),
        ("a.md", "| [[b\\|text]] |", "notes/b"),
        ("a.md", "[[notes/b]] ", "notes/b"),
        ("a.md", "[[Q&amp;A]]", "notes/Q&A"),
        (
            "_posts/2020-01-01-a.md",
            "{% post_url 2019-07-08-b %}",
            "_posts/2019-07-08-b",
        ),
        (
            "_posts/2020-01-01-a.md",
            "[x]({{ site.baseurl }}{% post_url 2019-07-08-b %})",
            "_posts/2019-07-08-b",
        ),
        (
            "_posts/2020-01-01-a.md",
            "[x]({% link _posts/2019-07-08-b.md %})",
            "_posts/2019-07-08-b",
        ),
        (
            "_posts/2020-01-01-a.md",
            "[x](/2019/07/08/b.html)",
            "_posts/2019-07-08-b",
        ),
        (
            "_posts/2020-01-01-a.md",
            "[x]({{ site.baseurl }}/2019/07/08/b.html)",
            "_posts/2019-07-08-b",
        ),
        (
            "_posts/2020-01-01-a.md",
            "[x]({{ '/2019/07/08/b.html' | relative_url }})",
            "_posts/2019-07-08-b",
        ),
        (
            "_posts/2020-01-01-a.md",
            "[x]({{site.baseurl}}/2019/07/08/b)",
            "_posts/2019-07-08-b",
        ),
        (
            "content/posts/a.md",
            "[x]({{< ref \"b.md\" >}})",
            "content/posts/b",
        ),
        (
            "content/posts/a.md",
            "[x]({{< relref \"/notes/b.md#p\" >}})",
            "content/notes/b",
        ),
        (
            "content/posts/a.md",
            "[x]({{% ref path=\"notes/b\" %}})",
            "content/notes/b",
        ),
        ("content/posts/a.md", "[x](/notes/b/)", "content/notes/b"),
        ("content/posts/a.md", "[x](@/notes/b.md)", "content/notes/b"),
        (
            "content/posts/a.md",
            "[x]({filename}/notes/b.md)",
            "content/notes/b",
        ),
        (
            "content/posts/a.md",
            "[x]({filename}b.md)",
            "content/posts/b",
        ),
        ("blog/a.md", "[x](/blog/2019/07/08/b)", "blog/2019-07-08-b"),
    ] {
        let target = format!("{to}.md");
        let store = store_of(&[(from, link), (&target, "# Target")]);
        let id: eventstore::EventId = from.parse().unwrap();
        let found = related(&store, id.as_str());
        let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, [to], "{from}: {link}");
        assert_eq!(referring(&store, to), [id.as_str()], "{from}: {link}");
        assert_eq!(store.related(id.as_str()).unwrap()[0].id.as_str(), to);
    }
}

#[test]
fn names_that_a_page_gives_itself_lead_to_it() {
    let target = "---\naliases: [Old Name, /old/place/]\npermalink: /new/place/\n---\nText";
    for link in [
        "[[old name]]",
        "[x](/old/place)",
        "[x](/new/place/index.html)",
        "[[new/place]]",
    ] {
        let store = store_of(&[("a.md", link), ("deep/b.md", target)]);
        assert_eq!(referring(&store, "deep/b"), ["a"], "{link}");
    }
}

#[test]
fn what_is_no_link_leads_nowhere() {
    for text in [
        "`[[b]]`",
        "```\n[[b]] [x](b.md)\n```",
        "    [[b]]\n",
        "<!-- [[b]] [x](b.md) -->",
        "text <!-- [[b]] --> text",
        "{% highlight sh %}\n[[b]]\n{% endhighlight %}",
        "{% raw %}[x](b.md){% endraw %}",
        "![[b]]",
        "![x](b.md)",
        "[[b.png]]",
        "[x](b.png)",
        "[x](mailto:b)",
        "[x](#b)",
        "[[#b]]",
        "[x](../../b.md)",
        "[ [b] ]",
    ] {
        let store = store_of(&[("a.md", text), ("b.md", "Text")]);
        assert_eq!(related(&store, "a"), [], "{text}");
        assert_eq!(referring(&store, "b"), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn of_several_pages_the_nearest_counts_then_the_highest_then_the_first() {
    let pages = [
        ("x/y/a.md", "[[n]]"),
        ("x/y/n.md", "1"),
        ("x/n.md", "2"),
        ("z/n.md", "3"),
        ("c.md", "[[n]]"),
        ("q/d.md", "[[z/n]] [[x/n|shown]]"),
    ];
    let store = store_of(&pages);
    let ids =
        |id: &str| -> Vec<String> { related(&store, id).into_iter().map(|(id, _)| id).collect() };
    assert_eq!(ids("x/y/a"), ["x/y/n"]);
    assert_eq!(ids("c"), ["x/n"]);
    assert_eq!(ids("q/d"), ["z/n", "x/n"]);
    assert_eq!(related(&store, "q/d")[1].1, "shown");
    assert_eq!(referring(&store, "x/n"), ["c", "q/d"]);
    // When a page goes, its links lead to the next one, and no row is written.
    store.remove(["x/y/n"]).unwrap();
    let event = store.get("x/y/a").unwrap().unwrap();
    assert_eq!(event.related[0].id.as_str(), "x/n");
}

#[test]
fn a_file_counts_before_an_alias_and_an_alias_before_an_address() {
    let alias = "---\naliases: [n]\n---\n";
    let address = "---\nurl: /n/\n---\n";
    let mut pages = vec![("a.md", "[[n]]"), ("b.md", address)];
    assert_eq!(related(&store_of(&pages), "a")[0].0, "b");
    pages.push(("deep/c.md", alias));
    assert_eq!(related(&store_of(&pages), "a")[0].0, "deep/c");
    pages.push(("deep/er/n.md", ""));
    assert_eq!(related(&store_of(&pages), "a")[0].0, "deep/er/n");
}

#[test]
fn links_out_of_the_archive_are_sources() {
    let body = "[The Post](https://www.post.example/a) and <https://b.example/x>, \
                [again](https://www.post.example/a), [c](//c.example/), `[d](https://d.example)`";
    let store = store_of(&[("a.md", body)]);
    let event = store.get("a").unwrap().unwrap();
    let sources = event.sources.iter();
    let sources: Vec<_> = sources
        .map(|source| (source.name.as_str(), source.url.as_str()))
        .collect();
    assert_eq!(
        sources,
        [
            ("The Post", "https://www.post.example/a"),
            ("b.example", "https://b.example/x"),
            ("c", "https://c.example/"),
        ]
    );
    let hits = store.query("domain:post.example undated:yes").unwrap();
    assert_eq!(hits.count().unwrap(), 1);
    let domains = hits.facets(Facet::Domain, None).unwrap();
    assert_eq!(domains.len(), 3, "{domains:?}");
}

#[test]
fn an_event_that_was_read_can_be_added_again() {
    let store = store_of(&[
        ("a.md", "[B](b.md) [[n]] <https://c.example/>"),
        ("b.md", "---\naliases: n\n---\n"),
    ]);
    let event = store.get("a").unwrap().unwrap();
    assert_eq!((event.related.len(), event.sources.len()), (1, 1));
    store.add([event.clone()]).unwrap();
    assert_eq!(store.get("a").unwrap(), Some(event.clone()));
    let mut other = event.clone();
    other
        .related
        .push(eventstore::Related::new("x".parse().unwrap(), "X"));
    other
        .related
        .push(eventstore::Related::new("y".parse().unwrap(), "Y"));
    let error = store.add([other]).unwrap_err().to_string();
    assert!(
        error.contains("the body has no link for an entry"),
        "{error}"
    );
}

#[test]
fn an_event_without_sources_that_is_added_has_the_links_of_its_body() {
    let store = Store::memory().unwrap();
    let day = eventstore::Date::new(2020, 1, 1);
    let mut event = eventstore::Event::new("x".parse().unwrap(), day, "T");
    event.body = Some("see [x](https://u.example/path)".to_owned());
    store.add([event.clone()]).unwrap();
    let added = store.get("x").unwrap().unwrap();
    assert_eq!(added.sources.len(), 1);
    assert_eq!(added.sources[0].url, "https://u.example/path");
    assert_eq!(store.query("domain:u.example").unwrap().count().unwrap(), 1);
    store.add([added.clone()]).unwrap();
    assert_eq!(store.get("x").unwrap(), Some(added.clone()));
    event.sources = vec![eventstore::Source::new("Other", "https://o.example/")];
    let error = store.add([event]).unwrap_err().to_string();
    assert!(
        error.starts_with("x: sources are not the links of the body"),
        "{error}"
    );
}

/// Paths that share names: three files called n, and pages that take the name as an alias.
const PATHS: [&str; 7] = [
    "n.md",
    "x/n.md",
    "x/y/n.md",
    "x/b.md",
    "z/c.md",
    "x/y/d.md",
    "z/index.md",
];
/// A page that a proptest makes: which links it has, and its alias and address.
#[derive(Debug, Clone)]
struct Made {
    links: Vec<usize>,
    alias: Option<usize>,
    address: Option<usize>,
}

const NAMES: [&str; 3] = ["n", "c", "other"];
const ADDRESSES: [&str; 3] = ["q/r", "other", "blog/q/r"];
type WrittenLink = (
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
);
/// Links as they are written, each with a brute-force reading: (path, name, address).
const LINKS: [WrittenLink; 8] = [
    ("[[n]]", None, Some("n"), None),
    ("[[C|text]]", None, Some("c"), None),
    ("[[y/n]]", Some("y/n"), Some("y/n"), None),
    ("[[other]]", None, Some("other"), None),
    ("[t](/q/r/)", Some("q/r"), None, Some("q/r")),
    ("[t](/x/n.md)", Some("x/n"), None, Some("x/n.md")),
    ("[t](/z/)", Some("z"), None, Some("z")),
    ("[[x/y/d]]", Some("x/y/d"), Some("x/y/d"), None),
];

fn made() -> impl Strategy<Value = Made> {
    let links = prop::collection::vec(0..LINKS.len(), 0..4);
    let alias = prop::option::of(0..NAMES.len());
    let address = prop::option::of(0..ADDRESSES.len());
    (links, alias, address).prop_map(|(links, alias, address)| Made {
        links,
        alias,
        address,
    })
}

impl Made {
    fn text(&self) -> String {
        let mut text = "---\ntitle: T\n".to_owned();
        if let Some(alias) = self.alias {
            text += &format!("aliases: [{}]\n", NAMES[alias]);
        }
        if let Some(address) = self.address {
            text += &format!("permalink: /{}/\n", ADDRESSES[address]);
        }
        let links: Vec<&str> = self.links.iter().map(|&link| LINKS[link].0).collect();
        text + "---\n" + &links.join(" and ") + "\n"
    }
}

/// The ids that a page's links lead to, by trying every page.
fn brute_force(pages: &BTreeMap<&str, Made>, from: &str) -> Vec<String> {
    let ids: Vec<String> = pages
        .keys()
        .map(|path| path.parse::<eventstore::EventId>().unwrap().to_string())
        .collect();
    let from_id = from.parse::<eventstore::EventId>().unwrap().to_string();
    let made = |id: &str| {
        pages
            .iter()
            .find(|(path, _)| path.parse::<eventstore::EventId>().unwrap().as_str() == id)
            .unwrap()
            .1
    };
    // A folder's own page lies in the folder.
    let path_of = |id: &str| match id {
        "z" => "z/index.md".to_owned(),
        id => format!("{id}.md"),
    };
    let best = |found: Vec<&String>| {
        let folder = |id: &str| {
            path_of(id)
                .rsplit_once('/')
                .map_or(Vec::new(), |(folders, _)| {
                    folders.split('/').map(str::to_owned).collect()
                })
        };
        let common = |id: &str| {
            folder(&from_id)
                .iter()
                .zip(folder(id))
                .take_while(|(a, b)| *a == b)
                .count()
        };
        found
            .into_iter()
            .min_by_key(|id| {
                (
                    usize::MAX - common(id),
                    path_of(id).matches('/').count(),
                    id.to_string(),
                )
            })
            .cloned()
    };
    let addresses = |id: &str| -> BTreeSet<String> {
        let mut all = BTreeSet::from([id.to_owned()]);
        all.extend(
            made(id)
                .address
                .map(|address| ADDRESSES[address].to_owned()),
        );
        all
    };
    let mut found = Vec::new();
    for &link in &pages[from].links {
        let (_, path, name, address) = LINKS[link];
        let by_path = ids.iter().find(|id| Some(id.as_str()) == path).cloned();
        let by_file = name.and_then(|name| {
            best(
                ids.iter()
                    .filter(|id| *id == name || id.ends_with(&format!("/{name}")))
                    .collect(),
            )
        });
        let by_alias = name.and_then(|name| {
            best(
                ids.iter()
                    .filter(|id| made(id).alias.is_some_and(|alias| NAMES[alias] == name))
                    .collect(),
            )
        });
        let of_address = |address: &str| {
            best(
                ids.iter()
                    .filter(|id| addresses(id).contains(address))
                    .collect(),
            )
        };
        let behind_folders = |address: &str| {
            let tail = format!("/{address}");
            best(
                ids.iter()
                    .filter(|id| addresses(id).iter().any(|own| own.ends_with(&tail)))
                    .collect(),
            )
        };
        let target = by_path
            .or(by_file)
            .or(by_alias)
            .or_else(|| name.and_then(of_address))
            .or_else(|| address.and_then(of_address))
            .or_else(|| {
                address
                    .filter(|address| address.contains('/'))
                    .and_then(behind_folders)
            });
        if let Some(target) = target
            && target != from_id
            && !found.contains(&target)
        {
            found.push(target);
        }
    }
    found
}

#[derive(Debug, Clone)]
enum Step {
    Put(Vec<(usize, Made)>),
    Remove(usize),
    Compact,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => prop::collection::vec((0..PATHS.len(), made()), 1..5).prop_map(Step::Put),
        2 => (0..PATHS.len()).prop_map(Step::Remove),
        1 => Just(Step::Compact),
    ];
    prop::collection::vec(step, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(80)))]
    #[test]
    fn links_lead_where_a_model_that_tries_every_page_says(steps in steps()) {
        let store = Store::memory().unwrap();
        let mut pages: BTreeMap<&str, Made> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Put(puts) => {
                    let batch: BTreeMap<&str, Made> = puts.into_iter().map(|(path, made)| (PATHS[path], made)).collect();
                    let archive: Archive = batch.iter().map(|(path, made)| (*path, made.text().into_bytes())).collect();
                    store.ingest(archive, markdown().limits(Limits::default().commit_bytes(1))).unwrap();
                    pages.extend(batch);
                }
                Step::Remove(path) => {
                    let id: eventstore::EventId = PATHS[path].parse().unwrap();
                    store.remove([&id]).unwrap();
                    pages.remove(PATHS[path]);
                }
                Step::Compact => { store.compact().unwrap(); }
            }
            let mut back: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for path in pages.keys() {
                let id: eventstore::EventId = path.parse().unwrap();
                let event: Event = store.get(&id).unwrap().unwrap();
                let got: Vec<String> = event.related.iter().map(|entry| entry.id.to_string()).collect();
                let wanted = brute_force(&pages, path);
                prop_assert_eq!(&got, &wanted, "{} of {:?}", path, pages);
                for target in wanted {
                    back.entry(target).or_default().insert(id.to_string());
                }
            }
            for path in PATHS {
                let id: eventstore::EventId = path.parse().unwrap();
                let got: BTreeSet<String> = referring(&store, id.as_str()).into_iter().collect();
                prop_assert_eq!(got, back.remove(id.as_str()).unwrap_or_default(), "{} of {:?}", path, pages);
                let query = format!("refers:\"{id}\" undated:yes");
                let hits = store.query(query.as_str()).unwrap();
                prop_assert_eq!(hits.count().unwrap() as usize, hits.ids().unwrap().len());
            }
        }
    }
}

#[test]
fn a_link_from_the_root_finds_a_site_in_a_folder_of_the_archive() {
    let post = "---\ntitle: New\n---\n";
    let store = store_of(&[
        ("website/blog/2024-10-23-new.md", post),
        (
            "website/blog/2024-10-24-next.md",
            "[x](/blog/2024/10/23/new) [y](/blog/none) [z](/new)",
        ),
        ("docs/a/index.md", "[[note]]"),
        ("docs/a/note.md", ""),
        ("docs/0/note.md", ""),
    ]);
    let texts = |id: &str| {
        related(&store, id)
            .into_iter()
            .map(|(id, _)| id)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        texts("website/blog/2024-10-24-next"),
        ["website/blog/2024-10-23-new"]
    );
    // A folder's own page lies in the folder: what is beside it is near.
    assert_eq!(texts("docs/a"), ["docs/a/note"]);
}
