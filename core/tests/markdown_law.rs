//! The law for Markdown pages: answers follow from the pages that a store holds and from what was chosen
//! for them, whatever came in between.

mod support;

use std::collections::BTreeMap;

use eventstore::{
    Archive, Event, EventId, Facet, IngestOptions, KeyMap, Limits, PageFormat, Profile, Store,
};
use proptest::prelude::*;
use support::{assert_sound, cases};

/// Paths that share ids: `a.md` and `a/index.md` are one event, and so are the two of a day's folder.
const PATHS: [&str; 9] = [
    "a.md",
    "a/index.md",
    "b.mdx",
    "c.md",
    "notes/c.md",
    "notes/2017-03-02.md",
    "2017/03/2/d.md",
    "2017/03/02/d.md",
    "_drafts/e.markdown",
];

/// Prefixes that share a name, and none. Pages of one path may come under two of them.
const PREFIXES: [&str; 3] = ["", "notes/", "x/"];

/// What is chosen for an ingest: which prefix, which profile, whether a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Choice {
    prefix: usize,
    profile: Profile,
    mapped: bool,
}

impl Choice {
    fn options<'a>(self) -> IngestOptions<'a> {
        let map = match self.mapped {
            true => KeyMap::new().with("tags", ["topic"]).unwrap(),
            false => KeyMap::new(),
        };
        let options = markdown().prefix(PREFIXES[self.prefix]);
        options.profile(self.profile).map(map)
    }
}

fn choice() -> impl Strategy<Value = Choice> {
    let profile = prop::sample::select(&[Profile::None, Profile::Jekyll, Profile::Obsidian][..]);
    (0..PREFIXES.len(), profile, any::<bool>()).prop_map(|(prefix, profile, mapped)| Choice {
        prefix,
        profile,
        mapped,
    })
}

/// Lines of front matter; `_` is a number.
const META: [&str; 5] = [
    "series: S_",
    "SERIES: [s_, ~, s0]",
    "cover: {alt: A_, size: [_, 9]}",
    "lang: pt-B_A",
    "type: kind_",
];

#[derive(Debug, Clone)]
enum Step {
    /// Pages of an archive, which may be all of it.
    Put(Choice, Vec<(usize, String)>, bool),
    RemoveArchive(usize),
    Add(usize, String),
    Remove(usize),
    Compact,
}

fn text() -> impl Strategy<Value = String> {
    let date = prop::option::of((1..4u8, prop::option::of(0..3u8)));
    let tags = prop::collection::vec(0..4usize, 0..3);
    let meta = prop::collection::vec((0..META.len(), 0..3u8), 0..4);
    (date, tags, any::<bool>(), 0..3u8, meta).prop_map(|(date, tags, draft, body, meta)| {
        let mut text = format!("---\ntitle: T{body}\n");
        if let Some((day, hour)) = date {
            let time = hour.map_or(String::new(), |hour| format!(" 0{hour}:00"));
            text += &format!("date: 2017-03-0{day}{time}\n");
        }
        let tags: Vec<&str> = tags
            .iter()
            .map(|&tag| ["Sea", "sea", "Land", "x y"][tag])
            .collect();
        for (line, value) in meta {
            text += &format!("{}\n", META[line].replace('_', &value.to_string()));
        }
        text += &format!(
            "tags: {}\ntopic: T{body}\ndraft: {draft}\n---\nText #sea{body} [[c]] [[b]]\n",
            tags.join(" ")
        );
        text
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (choice(), prop::collection::vec((0..PATHS.len(), text()), 1..5), prop::bool::weighted(0.3))
            .prop_map(|(choice, pages, prune)| Step::Put(choice, pages, prune)),
        1 => (1..PREFIXES.len()).prop_map(Step::RemoveArchive),
        1 => (0..PATHS.len(), text()).prop_map(|(path, text)| Step::Add(path, text)),
        2 => (0..PATHS.len()).prop_map(Step::Remove),
        1 => Just(Step::Compact),
    ];
    prop::collection::vec(step, 1..14)
}

fn markdown<'a>() -> IngestOptions<'a> {
    IngestOptions::new().format(PageFormat::Markdown)
}

/// All that a store says.
fn answers(store: &Store) -> Vec<String> {
    let mut said = Vec::new();
    for query in [
        "",
        "draft:yes undated:yes",
        "draft:only",
        "undated:only",
        "tag:sea",
        "-tag:land undated:yes",
        "2017-03-02..",
        "kind:page lang:und",
        "lang:pt undated:yes",
        "kind:(kind0, kind1)",
        "meta.series:s1 draft:yes",
        "meta.cover.alt:a* -meta.series:s0 undated:yes",
        "has:cover draft:yes undated:yes",
        "-has:(series, cover.size)",
    ] {
        let hits = store.query(query).unwrap();
        let events: Vec<Event> = hits.iter().map(Result::unwrap).collect();
        assert_eq!(hits.count().unwrap() as usize, events.len(), "{query}");
        let facets = ["tag", "kind", "lang", "meta.series", "meta.cover.size"];
        let facets = facets.map(|by| hits.facets(by.parse::<Facet>().unwrap(), None).unwrap());
        said.push(format!("{query}: {events:?} {facets:?}"));
        for event in &events {
            assert_eq!(store.get(event).unwrap().as_ref(), Some(event));
            said.push(format!("{:?}", store.raw(event).unwrap()));
        }
    }
    said
}

/// A page of the model: its path within its archive, what was chosen, its bytes.
#[derive(Debug, Clone)]
struct Page {
    path: &'static str,
    choice: Choice,
    text: String,
}

/// The pages that a store should hold, by their paths with the prefix.
type Pages = BTreeMap<String, Page>;

fn id_of(path: &str) -> EventId {
    path.parse().unwrap()
}

/// A store that is made of these pages at once: an ingest for each choice.
fn made_of(pages: &Pages) -> Store {
    let store = Store::memory().unwrap();
    let mut left: Vec<&Page> = pages.values().collect();
    while let Some(first) = left.first() {
        let choice = first.choice;
        let (of_choice, rest): (Vec<&Page>, Vec<&Page>) =
            left.into_iter().partition(|page| page.choice == choice);
        left = rest;
        let files = of_choice.into_iter();
        let archive: Archive = files.map(|page| (page.path, page.text.clone())).collect();
        store.ingest(archive, choice.options()).unwrap();
    }
    store
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(60)))]
    #[test]
    fn a_store_with_a_history_answers_as_one_made_at_once(steps in steps()) {
        let store = Store::memory().unwrap();
        let mut pages = Pages::new();
        for step in steps {
            match step {
                Step::Put(choice, puts, prune) => {
                    let prefix = PREFIXES[choice.prefix];
                    let batch: BTreeMap<&'static str, String> =
                        puts.into_iter().map(|(path, text)| (PATHS[path], text)).collect();
                    let options = choice.options().prune(prune);
                    let options = options.limits(Limits::default().commit_bytes(1));
                    let report = store.ingest(batch.clone().into_iter().collect::<Archive>(), options).unwrap();
                    prop_assert!(report.partition_holds() && report.failed == 0, "{}", report);
                    if prune {
                        pages.retain(|_, page| page.choice.prefix != choice.prefix);
                    }
                    for (path, text) in batch {
                        pages.insert(format!("{prefix}{path}"), Page { path, choice, text });
                    }
                }
                Step::RemoveArchive(prefix) => {
                    store.remove_archive(PREFIXES[prefix]).unwrap();
                    pages.retain(|_, page| page.choice.prefix != prefix);
                }
                Step::Add(path, text) => {
                    // As a page of an archive, so that the store made at once can have it, too.
                    let page = vec![(PATHS[path].to_owned(), text.clone().into_bytes())];
                    let other = Store::memory().unwrap();
                    other.ingest(page, markdown()).unwrap();
                    let event = other.query("draft:yes undated:yes").unwrap().iter().next().unwrap().unwrap();
                    let (id, kept) = (event.id.clone(), event.to_markdown());
                    if let Ok(kept) = kept && !pages.keys().any(|path| id_of(path) == id) {
                        store.ingest(vec![(format!("{id}.md"), kept.into_bytes())], markdown()).unwrap();
                        store.remove([&id]).unwrap();
                    }
                }
                Step::Remove(path) => {
                    let id = id_of(PATHS[path]);
                    // With an event go all pages that claim its id.
                    pages.retain(|path, _| id_of(path) != id);
                    store.remove([&id]).unwrap();
                }
                Step::Compact => {
                    store.compact().unwrap();
                }
            }
            let anew = made_of(&pages);
            prop_assert_eq!(answers(&store), answers(&anew));
            assert_sound(&store);
            prop_assert_eq!(store.archives().unwrap(), anew.archives().unwrap());
            support::moved(&store);
        }
    }
}
