//! Histories of odd shapes: flat paths, headings of another day, second spellings, index pairs, opinions, links and
//! lists across languages, other pages, pruned subfolders, several commits in one run. A store with such a history
//! answers as one made at once from the pages that it holds, and to questions of words as a reader of all texts does.

mod brute;
mod support;

use std::collections::BTreeMap;

use brute::{Question, Reader, Tally, compare_events};
use eventstore::{Date, Event, EventId, Facet, IngestOptions, Limits, PageFormat, Store};
use proptest::prelude::*;
use support::{Link, assert_sound, cases, day_page, event_page, front_page, link, moved};

/// The format is that of the Context for every batch: `auto` would tell by the other pages of a batch
/// whether a page without front matter is an event.
fn context<'a>() -> IngestOptions<'a> {
    IngestOptions::new().format(PageFormat::Context)
}

const TAGS: [&str; 9] = [
    "Alpha",
    "ALPHA",
    "al&nbsp;pha",
    "beta",
    "Gamma &amp; ray",
    "Reston, Virginia",
    "Reston",
    "Virginia",
    "a, Alpha",
];

/// (day, slug): slugs 0 to 2 are news, 3 is an opinion; odd ones are Chinese.
type Id = (u8, u8);

fn chinese(id: Id) -> bool {
    id.1 % 2 == 1 && id.1 < 3
}

fn id_text(id: Id) -> String {
    match id.1 {
        3 => format!("opinion/2017/03/{}/page-3", id.0),
        slug => format!("2017/03/{}/page-{slug}", id.0),
    }
}

#[derive(Debug, Clone)]
enum Content {
    Event {
        id: Id,
        heading: u8,
        title: u8,
        category: usize,
        links: Vec<(Id, Vec<usize>)>,
    },
    Opinion {
        title: u8,
    },
    Day {
        day: u8,
        zh: bool,
        items: Vec<(Id, Vec<usize>)>,
    },
    Front {
        zh: bool,
        items: Vec<(Id, Vec<usize>)>,
    },
    Other(u8),
}

#[derive(Debug, Clone)]
struct Put {
    path: String,
    content: Content,
}

fn links_of(links: &[(Id, Vec<usize>)]) -> Vec<Link> {
    links
        .iter()
        .filter(|(id, _)| id.1 < 3)
        .map(|(id, tags)| {
            let tags: Vec<&str> = tags.iter().map(|&t| TAGS[t]).collect();
            link(
                id_text(*id),
                format!("Linked in Reston, Virginia {}", id.1),
                tags.join(", "),
            )
        })
        .collect()
}

fn bytes(content: &Content) -> Vec<u8> {
    match content {
        Content::Event {
            id,
            heading,
            title,
            category,
            links,
        } => {
            let title = match chinese(*id) {
                true => format!("港口第{title}版"),
                false => format!("Harbour in Reston, Virginia &amp; edition {title}"),
            };
            let shown = format!("2017/03/{heading}/page-{}", id.1);
            event_page(
                chinese(*id),
                &shown,
                &title,
                TAGS[*category],
                &links_of(links),
            )
        }
        Content::Opinion { title } => {
            format!("# Opinion {title}\n\n#### by Somebody\n\nText.\n").into_bytes()
        }
        Content::Day { day, zh, items } => {
            day_page(*zh, &format!("2017/03/{day}"), &links_of(items))
        }
        Content::Front { zh, items } => front_page(*zh, &links_of(items)),
        Content::Other(n) => format!("plain text {n}\n").into_bytes(),
    }
}

fn event_put() -> impl Strategy<Value = Put> {
    let id = (1..4u8, 0..3u8);
    (id, 0..6u8, 0..4u8, 0..3u8, 0..TAGS.len(), links()).prop_map(
        |(id, spelling, heading, title, category, links)| {
            let (day, slug) = id;
            let other = if heading == 0 { 5 - day } else { day };
            let (path, heading) = match spelling {
                0 | 1 => (format!("news/2017/03/{day}/page-{slug}.md"), other),
                2 => (format!("news/2017/03/0{day}/page-{slug}.md"), other),
                3 => (format!("news/2017/3/{day}/page-{slug}.md"), other),
                4 => (format!("2017/03/{day}/page-{slug}.md"), day),
                _ => (format!("{day}/page-{slug}.md"), day),
            };
            Put {
                path,
                content: Content::Event {
                    id,
                    heading,
                    title,
                    category,
                    links,
                },
            }
        },
    )
}

/// A flat path whose heading moves from day to day.
fn moving() -> impl Strategy<Value = Put> {
    (1..4u8, 0..3u8, 0..TAGS.len(), links()).prop_map(|(day, slug, category, links)| Put {
        path: format!("flat/page-{slug}.md"),
        content: Content::Event {
            id: (day, slug),
            heading: day,
            title: 0,
            category,
            links,
        },
    })
}

fn opinion() -> impl Strategy<Value = Put> {
    (1..4u8, 0..3u8, 0..3u8).prop_map(|(day, title, spelling)| {
        let path = match spelling {
            0 => format!("opinion/2017/03/{day}/page-3/index.md"),
            1 => format!("opinion/2017/03/{day}/page-3/README.md"),
            _ => format!("opinion/2017/03/{day}/page-3.md"),
        };
        Put {
            path,
            content: Content::Opinion { title },
        }
    })
}

fn links() -> impl Strategy<Value = Vec<(Id, Vec<usize>)>> {
    prop::collection::vec(
        ((1..4u8, 0..3u8), prop::collection::vec(0..TAGS.len(), 0..4)),
        0..3,
    )
}

/// Listings and other pages. Other pages lie where no listing does: one would take the place of both languages'.
fn listing() -> impl Strategy<Value = Put> {
    (1..4u8, 1..4u8, any::<bool>(), links(), 0..8u8).prop_map(|(day, heading, zh, items, place)| {
        let (path, content) = match place {
            0 | 1 => (
                format!("news/2017/03/{day}/index.md"),
                Content::Day {
                    day: heading,
                    zh,
                    items,
                },
            ),
            2 => (
                format!("news/2017/03/{day}/README.md"),
                Content::Day {
                    day: heading,
                    zh,
                    items,
                },
            ),
            3 => (
                format!("news/2017/03/0{day}/index.md"),
                Content::Day {
                    day: heading,
                    zh,
                    items,
                },
            ),
            4 => (
                format!("{day}/index.md"),
                Content::Day {
                    day: heading,
                    zh: true,
                    items,
                },
            ),
            5 => ("index.md".to_owned(), Content::Front { zh, items }),
            6 => (format!("2017/03/{day}/other.md"), Content::Other(heading)),
            _ => (
                format!("2017/03/{day}/mixed.md"),
                match heading {
                    1 => Content::Other(day),
                    2 => Content::Front { zh: false, items },
                    _ => Content::Day {
                        day: heading,
                        zh: false,
                        items,
                    },
                },
            ),
        };
        Put { path, content }
    })
}

#[derive(Debug, Clone)]
enum Step {
    Batch {
        puts: Vec<Put>,
        folder: u8,
        pad: bool,
    },
    PruneFolder {
        day: Option<u8>,
        keep: u8,
    },
    PruneAll(u8),
    Remove(Id),
    Add(Id, Vec<usize>, Vec<(Id, Vec<usize>)>),
    Compact,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let put = prop_oneof![6 => event_put(), 1 => moving(), 1 => opinion(), 4 => listing()];
    let id = (1..4u8, 0..3u8);
    let step = prop_oneof![
        10 => (prop::collection::vec(put, 1..10), 0..3u8, prop::bool::weighted(0.15)).prop_map(|(puts, folder, pad)| Step::Batch { puts, folder, pad }),
        1 => (prop::option::of(1..4u8), any::<u8>()).prop_map(|(day, keep)| Step::PruneFolder { day, keep }),
        1 => any::<u8>().prop_map(Step::PruneAll),
        2 => id.clone().prop_map(Step::Remove),
        2 => (id, prop::collection::vec(0..TAGS.len(), 0..3), links()).prop_map(|(id, tags, links)| Step::Add(id, tags, links)),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..12)
}

/// What the store holds: (path, which listing) → page, or added events.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a test holds a few of them")]
enum Held {
    Page(Put),
    Added(Event),
}

type Model = BTreeMap<(String, u8), Held>;

fn slot(content: &Content) -> u8 {
    match content {
        Content::Day { zh, .. } | Content::Front { zh, .. } => 1 + u8::from(*zh),
        _ => 0,
    }
}

/// The id that an entry of the model claims.
fn claims(held: &Held) -> Option<Id> {
    match held {
        Held::Added(event) => Some((
            event.id.day().unwrap().day() as u8,
            event.id.slug().as_bytes()[5] - b'0',
        )),
        Held::Page(Put {
            content: Content::Event { id, .. },
            ..
        }) => Some(*id),
        Held::Page(_) => None,
    }
}

fn put_in(model: &mut Model, put: &Put) {
    let slot = slot(&put.content);
    if slot == 0 {
        model.remove(&(put.path.clone(), 1));
        model.remove(&(put.path.clone(), 2));
    } else {
        model.remove(&(put.path.clone(), 0));
    }
    model.insert((put.path.clone(), slot), Held::Page(put.clone()));
}

fn answers(store: &Store) -> Vec<String> {
    let mut out = Vec::new();
    let hits = store.query("superseded:yes").unwrap();
    let ids = hits.ids().unwrap();
    assert_eq!(ids.len(), store.len().unwrap());
    for id in ids {
        let event = store.get(&id).unwrap().unwrap();
        let raw = String::from_utf8(store.raw(&id).unwrap()).unwrap();
        let related: Vec<_> = store
            .related(&id)
            .unwrap()
            .into_iter()
            .map(|e| e.id)
            .collect();
        let refers = store
            .query(format!("superseded:yes refers:\"{id}\"").as_str())
            .unwrap()
            .ids()
            .unwrap();
        let either = store
            .query(format!("superseded:yes related:\"{id}\"").as_str())
            .unwrap()
            .ids()
            .unwrap();
        out.push(format!(
            "{event:?}\n{raw}\n{related:?}\n{refers:?}\n{either:?}"
        ));
    }
    for facet in [Facet::Tag, Facet::Category] {
        out.push(format!("{:?}", hits.facets(facet, None).unwrap()));
    }
    out.push(format!("{:?}", store.tags("", None).unwrap()));
    let stats = store.stats().unwrap();
    out.push(format!(
        "{:?}",
        (stats.events, stats.superseded, stats.listings, stats.twins)
    ));
    out
}

fn anew(model: &Model) -> Store {
    let store = Store::memory().unwrap();
    store
        .add(model.values().rev().filter_map(|held| match held {
            Held::Added(event) => Some(event.clone()),
            Held::Page(_) => None,
        }))
        .unwrap();
    let pages: Vec<_> = model
        .iter()
        .rev()
        .filter_map(|((path, slot), held)| match held {
            Held::Page(put) => Some((
                format!("{}{path}", if *slot == 2 { "zh/" } else { "" }),
                bytes(&put.content),
            )),
            Held::Added(_) => None,
        })
        .collect();
    // The prefix above must not change what names the page.
    let pages: Vec<_> = pages
        .into_iter()
        .map(|(path, bytes)| {
            let flat = path
                .strip_prefix("zh/")
                .filter(|rest| !rest.starts_with("news/") && *rest != "index.md");
            (flat.map_or(path.clone(), str::to_owned), bytes)
        })
        .collect();
    if !pages.is_empty() {
        store.ingest(pages, context()).unwrap();
    }
    store
}

fn run(steps: Vec<Step>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("law.store");
    let mut store = Store::open(&path).unwrap();
    let mut model = Model::new();
    for step in &steps {
        match step {
            Step::Batch { puts, folder, pad } => {
                let mut pages = Vec::new();
                // Of one path in a batch the last.
                for (i, put) in puts.iter().enumerate() {
                    if puts[i + 1..].iter().any(|later| later.path == put.path) {
                        continue;
                    }
                    put_in(&mut model, put);
                    let inside = put.path.starts_with("news/") || put.path.starts_with("opinion/");
                    let before = match (inside, folder) {
                        (true, 1) => "repo/zh/",
                        (true, 2) => "x/",
                        _ => "",
                    };
                    pages.push((format!("{before}{}", put.path), bytes(&put.content)));
                    if *pad {
                        pages.extend((0..512).map(|n| (format!("pad/{i}-{n}.txt"), Vec::new())));
                    }
                }
                let options = || context().limits(Limits::default().commit_bytes(1));
                let report = store.ingest(pages.clone(), options()).unwrap();
                assert!(report.partition_holds(), "{report}");
                assert_eq!(report.failed, 0, "{:?}", report.errors);
                let commit = store.stats().unwrap().commit;
                let report = store.ingest(pages, options()).unwrap();
                assert!(report.partition_holds(), "{report}");
                assert_eq!(report.parsed, 0, "{report}");
                assert_eq!(store.stats().unwrap().commit, commit);
            }
            Step::PruneFolder { day, keep } => {
                let prefix = day.map_or("news/2017/03/".to_owned(), |day| {
                    format!("news/2017/03/{day}/")
                });
                let root = folder.path().join("archive/zh");
                let _ = std::fs::remove_dir_all(&root);
                let mut kept = Vec::new();
                for (n, ((path, slot), held)) in model.iter().enumerate() {
                    if let Held::Page(put) = held
                        && path.starts_with(&prefix)
                        && keep >> (n % 8) & 1 == 1
                        && !(*slot == 2 && model.contains_key(&(path.clone(), 1)))
                    {
                        std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
                        std::fs::write(root.join(path), bytes(&put.content)).unwrap();
                        kept.push((path.clone(), *slot));
                    }
                }
                if !kept.iter().any(|key| claims(&model[key]).is_some()) {
                    continue;
                }
                let options = context().prune(true);
                store
                    .ingest(root.join(prefix.trim_end_matches('/')), options)
                    .unwrap();
                model.retain(|key, held| {
                    let by_id = claims(held).map(|id| format!("news/{}.md", id_text(id)));
                    let is_below = key.0.starts_with(&prefix)
                        || by_id.is_some_and(|path| path.starts_with(&prefix));
                    matches!(held, Held::Added(_)) || !is_below || kept.contains(key)
                });
            }
            Step::PruneAll(keep) => {
                let mut n = 0;
                let mut kept = model.clone();
                kept.retain(|_, held| {
                    n += 1;
                    matches!(held, Held::Page(_)) && keep >> (n % 8) & 1 == 1
                });
                if !kept.values().any(|held| claims(held).is_some()) {
                    continue;
                }
                let pages: Vec<_> = kept
                    .iter()
                    .filter_map(|((path, _), held)| match held {
                        Held::Page(put) => Some((path.clone(), bytes(&put.content))),
                        Held::Added(_) => None,
                    })
                    .collect();
                let options = context().prune(true);
                // Both listings of one path cannot come under one full path.
                let mut paths: Vec<_> = pages.iter().map(|(path, _)| path).collect();
                paths.dedup();
                if paths.len() < pages.len() {
                    continue;
                }
                // Without a path of the tree it is not known which part of it the archive is.
                let in_tree =
                    |path: &&String| path.starts_with("news/") || path.starts_with("opinion/2017/");
                if !paths.into_iter().any(|path| in_tree(&path)) {
                    continue;
                }
                store.ingest(pages, options).unwrap();
                model.retain(|key, held| matches!(held, Held::Added(_)) || kept.contains_key(key));
            }
            Step::Remove(id) => {
                store
                    .remove([&id_text(*id).parse::<EventId>().unwrap()])
                    .unwrap();
                model.retain(|_, held| claims(held) != Some(*id));
            }
            Step::Add(id, tags, links) => {
                let event_id: EventId = id_text(*id).parse().unwrap();
                let mut event = Event::new(
                    event_id,
                    Date::new(2017, 3, id.0 as i8).unwrap(),
                    if chinese(*id) {
                        "港口加入"
                    } else {
                        "Added"
                    },
                );
                event.lang = if chinese(*id) {
                    eventstore::Lang::ZH
                } else {
                    eventstore::Lang::EN
                };
                event.tags = tags
                    .iter()
                    .map(|&t| TAGS[t].replace("&nbsp;", " ").replace("&amp;", "&"))
                    .collect();
                event.related = links_of(links)
                    .into_iter()
                    .map(|l| {
                        let id = l.id.parse().unwrap();
                        let mut entry = eventstore::Related::new(id, "Linked");
                        entry.tags = vec!["Alpha".into()];
                        entry
                    })
                    .collect();
                store.add([event.clone()]).unwrap();
                model.insert((format!("news/{}.md", id_text(*id)), 0), Held::Added(event));
            }
            Step::Compact => store.compact().unwrap(),
            Step::Reopen => {
                store.close().unwrap();
                store = Store::open(&path).unwrap();
            }
        }
        let fresh = anew(&model);
        assert_eq!(answers(&store), answers(&fresh), "after {step:?}");
        assert_sound(&store);
        ask_for_words(&store, &fresh);
    }
    moved(&store);
}

/// Words of the pages above, asked of the store and of a reader of what it should hold.
fn ask_for_words(store: &Store, fresh: &Store) {
    let reader = Reader::of_plain_texts(fresh);
    let mut tally = Tally::default();
    for (kind, text, prefix, negated) in [
        ("word", "Reston", false, false),
        ("phrase", "edition 2", false, false),
        ("phrase with a beginning", "Reston Virg", true, false),
        ("beginning", "opi", true, false),
        ("run of 2", "港口", false, false),
        ("negation", "harbour", false, true),
    ] {
        for superseded in ["no", "yes"] {
            let question = Question::of(kind, text, prefix, negated, superseded);
            compare_events(store, &reader, &question, &mut tally);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(40), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_store_with_a_history_answers_as_one_made_at_once(steps in steps()) {
        run(steps);
    }
}
