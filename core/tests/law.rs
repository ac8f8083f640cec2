//! The law (`core/src/store/derive/rules.rs`): every answer is a function of the set of pages that the store holds.
//!
//! Random histories (batches of added, changed and removed event pages, second spellings, day pages, front pages,
//! events added by a program, prune, compaction, reopening) are run against a model that holds nothing but the set of
//! pages and works out tags and `superseded` by brute force.

mod support;

use std::collections::BTreeMap;

use eventstore::{Date, Event, EventId, IngestOptions, Store};
use proptest::prelude::*;
use support::{Link, assert_sound, cases, day_page, event_page, front_page, link};

/// Slugs on each of the days; even ones are English, odd ones Chinese.
const SLUGS: u8 = 4;
const DAYS: u8 = 3;
const TAGS: [&str; 7] = [
    "Alpha",
    "ALPHA",
    "beta",
    "Gamma ray",
    "Reston",
    "Virginia",
    "Reston, Virginia",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Id {
    day: u8,
    slug: u8,
}

impl Id {
    fn chinese(self) -> bool {
        self.slug % 2 == 1
    }

    fn text(self) -> String {
        format!("2017/03/{}/page-{}", self.day + 1, self.slug)
    }

    fn path(self, second: bool) -> String {
        let zero = if second { "0" } else { "" };
        format!("news/2017/03/{zero}{}/page-{}.md", self.day + 1, self.slug)
    }
}

/// What one page says.
#[derive(Debug, Clone, PartialEq)]
enum Page {
    Event {
        id: Id,
        title: u8,
        category: Option<usize>,
        related: Vec<(Id, Vec<usize>)>,
    },
    Day {
        day: u8,
        chinese: bool,
        items: Vec<(Id, Vec<usize>)>,
    },
    Front {
        chinese: bool,
        items: Vec<(Id, Vec<usize>)>,
    },
    Added {
        id: Id,
        title: u8,
        tags: Vec<usize>,
        related: Vec<(Id, Vec<usize>)>,
    },
}

/// A page's name in the store: listings are named by language too.
type Key = (String, bool);

fn names(tags: &[usize], sorted: bool) -> Vec<&'static str> {
    let mut names: Vec<&str> = tags.iter().map(|&tag| TAGS[tag]).collect();
    if sorted {
        names.sort_unstable();
        names.dedup();
    }
    names
}

fn title(id: Id, title: u8) -> String {
    if id.chinese() {
        format!("港口第{}页第{title}版", id.slug)
    } else {
        format!("Harbour page {} edition {title}.", id.slug)
    }
}

impl Page {
    fn markdown(&self) -> Vec<u8> {
        let links = |links: &[(Id, Vec<usize>)], sorted: bool| -> Vec<Link> {
            links
                .iter()
                .map(|(id, tags)| link(id.text(), title(*id, 0), names(tags, sorted).join(", ")))
                .collect()
        };
        let listed = |items: &[(Id, Vec<usize>)], chinese: bool| -> Vec<Link> {
            let own: Vec<_> = items
                .iter()
                .filter(|(id, _)| id.chinese() == chinese)
                .cloned()
                .collect();
            links(&own, false)
        };
        match self {
            Page::Event {
                id,
                title: edition,
                category,
                related,
            } => {
                let category = category.map_or("", |tag| TAGS[tag]);
                event_page(
                    id.chinese(),
                    &id.text(),
                    &title(*id, *edition),
                    category,
                    &links(related, true),
                )
            }
            Page::Day {
                day,
                chinese,
                items,
            } => day_page(
                *chinese,
                &format!("2017/03/{}", day + 1),
                &listed(items, *chinese),
            ),
            Page::Front { chinese, items } => front_page(*chinese, &listed(items, *chinese)),
            Page::Added { .. } => Vec::new(),
        }
    }

    fn event(&self) -> Option<Event> {
        let Page::Added {
            id,
            title: edition,
            tags,
            related,
        } = self
        else {
            return None;
        };
        let event_id: EventId = id.text().parse().unwrap();
        let mut event = Event::new(
            event_id,
            Date::new(2017, 3, id.day as i8 + 1).unwrap(),
            title(*id, *edition),
        );
        event.lang = if id.chinese() {
            eventstore::Lang::ZH
        } else {
            eventstore::Lang::EN
        };
        event.tags = names(tags, false).into_iter().map(str::to_owned).collect();
        event.related = related
            .iter()
            .map(|(target, tags)| {
                let id = target.text().parse().unwrap();
                let mut entry = eventstore::Related::new(id, title(*target, 0));
                entry.tags = names(tags, true).into_iter().map(str::to_owned).collect();
                entry
            })
            .collect();
        Some(event)
    }

    fn key(&self, second: bool) -> Key {
        match self {
            Page::Event { id, .. } => (id.path(second), false),
            Page::Added { id, .. } => (id.path(false), false),
            Page::Day { day, chinese, .. } => {
                (format!("news/2017/03/{}/index.md", day + 1), *chinese)
            }
            Page::Front { chinese, .. } => ("index.md".to_owned(), *chinese),
        }
    }
}

/// The set of pages, and what follows from it.
#[derive(Debug, Default, Clone)]
struct Model {
    pages: BTreeMap<Key, Page>,
}

/// Id → (title, tags, superseded).
type Answers = BTreeMap<String, (String, Vec<String>, bool)>;

impl Model {
    /// The pages that are events: of several claims on an id the canonical spelling's.
    fn events(&self) -> BTreeMap<Id, &Page> {
        let mut events: BTreeMap<Id, (bool, &Page)> = BTreeMap::new();
        for ((path, _), page) in &self.pages {
            if let Page::Event { id, .. } | Page::Added { id, .. } = page {
                let claim = (*path != id.path(false), page);
                let held = events.entry(*id).or_insert(claim);
                if held.0 && !claim.0 {
                    *held = claim;
                }
            }
        }
        events
            .into_iter()
            .map(|(id, (_, page))| (id, page))
            .collect()
    }

    fn answers(&self) -> Answers {
        let events = self.events();
        let mut evidence: BTreeMap<Id, Vec<String>> = BTreeMap::new();
        let mut say = |id: Id, tags: Vec<&str>| {
            evidence
                .entry(id)
                .or_default()
                .extend(tags.into_iter().map(str::to_owned))
        };
        for (id, page) in &events {
            let related = match page {
                Page::Event {
                    category, related, ..
                } => {
                    say(*id, category.iter().map(|&tag| TAGS[tag]).collect());
                    related
                }
                Page::Added { tags, related, .. } => {
                    say(*id, names(tags, false));
                    related
                }
                _ => unreachable!(),
            };
            for (target, tags) in related {
                say(*id, names(tags, true));
                say(*target, names(tags, true));
            }
        }
        let known = evidence.clone();
        for page in self.pages.values() {
            let (Page::Day { items, chinese, .. } | Page::Front { items, chinese }) = page else {
                continue;
            };
            for (id, tags) in items.iter().filter(|(id, _)| id.chinese() == *chinese) {
                let pieces: Vec<&str> = names(tags, false)
                    .into_iter()
                    .flat_map(|tag| tag.split(", "))
                    .collect();
                let known = known.get(id).cloned().unwrap_or_default();
                let mut i = 0;
                while i < pieces.len() {
                    let joined = |n: usize| pieces[i..i + n].join(", ");
                    let is_known =
                        |n: &usize| known.iter().any(|tag| fold(tag) == fold(&joined(*n)));
                    let length = (2..=pieces.len() - i).rev().find(is_known).unwrap_or(1);
                    evidence.entry(*id).or_default().push(joined(length));
                    i += length;
                }
            }
        }
        let listed = |id: Id| {
            let pages = self.pages.values().filter_map(|page| match page {
                Page::Day {
                    day,
                    chinese,
                    items,
                } if *day == id.day && *chinese == id.chinese() => Some(items),
                _ => None,
            });
            let pages: Vec<_> = pages.collect();
            !pages.is_empty()
                && !pages
                    .iter()
                    .any(|items| items.iter().any(|(item, _)| *item == id))
        };
        let answer = |(id, page): (&Id, &&Page)| {
            let (Page::Event { title: edition, .. } | Page::Added { title: edition, .. }) = page
            else {
                unreachable!()
            };
            let mut tags: BTreeMap<String, String> = BTreeMap::new();
            for tag in evidence.get(id).into_iter().flatten() {
                let shown = tags.entry(fold(tag)).or_insert_with(|| tag.clone());
                if tag < shown {
                    shown.clone_from(tag);
                }
            }
            (
                id.text(),
                (
                    title(*id, *edition),
                    tags.into_values().collect(),
                    listed(*id),
                ),
            )
        };
        events.iter().map(answer).collect()
    }
}

fn fold(tag: &str) -> String {
    tag.to_lowercase()
}

#[derive(Debug, Clone)]
enum Step {
    /// Pages ingested in one batch; the flag says whether under the second spelling.
    Batch(Vec<(Page, bool)>),
    /// The whole archive as it is now, less the pages of one day, with prune.
    Prune(u8),
    Remove(Id),
    Add(Page),
    Compact,
    Reopen,
}

fn ids() -> impl Strategy<Value = Id> {
    (0..DAYS, 0..SLUGS).prop_map(|(day, slug)| Id { day, slug })
}

/// Tags of contexts: all but the one with a comma.
fn tags() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..TAGS.len() - 1, 1..4)
}

fn links() -> impl Strategy<Value = Vec<(Id, Vec<usize>)>> {
    prop::collection::vec((ids(), tags()), 0..3)
}

fn listed() -> impl Strategy<Value = Vec<(Id, Vec<usize>)>> {
    prop::collection::vec((ids(), prop::collection::vec(0..TAGS.len(), 0..4)), 0..5)
}

fn event_pages() -> impl Strategy<Value = Page> {
    (ids(), 0..3u8, prop::option::of(0..TAGS.len()), links()).prop_map(
        |(id, title, category, related)| Page::Event {
            id,
            title,
            category,
            related,
        },
    )
}

fn pages() -> impl Strategy<Value = Page> {
    prop_oneof![
        6 => event_pages(),
        3 => (0..DAYS, any::<bool>(), listed()).prop_map(|(day, chinese, items)| Page::Day { day, chinese, items }),
        1 => (any::<bool>(), listed()).prop_map(|(chinese, items)| Page::Front { chinese, items }),
    ]
}

fn added() -> impl Strategy<Value = Page> {
    (
        ids(),
        0..3u8,
        prop::collection::vec(0..TAGS.len(), 0..3),
        links(),
    )
        .prop_map(|(id, title, tags, related)| Page::Added {
            id,
            title,
            tags,
            related,
        })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => prop::collection::vec((pages(), prop::bool::weighted(0.15)), 1..8).prop_map(Step::Batch),
        1 => (0..DAYS).prop_map(Step::Prune),
        2 => ids().prop_map(Step::Remove),
        2 => added().prop_map(Step::Add),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..10)
}

fn day_of(page: &Page) -> Option<u8> {
    match page {
        Page::Event { id, .. } | Page::Added { id, .. } => Some(id.day),
        Page::Day { day, .. } => Some(*day),
        Page::Front { .. } => None,
    }
}

/// Paths in the archive: the Chinese edition lies in its own folder.
fn archive(pages: &BTreeMap<Key, Page>) -> Vec<(String, Vec<u8>)> {
    let files = pages.iter().filter(|(_, page)| page.event().is_none());
    files
        .map(|((path, chinese), page)| {
            let folder = if *chinese { "zh/" } else { "" };
            (format!("{folder}{path}"), page.markdown())
        })
        .collect()
}

fn answers(store: &Store) -> Answers {
    let snapshot = store.snapshot().unwrap();
    let mut answers = Answers::new();
    for day in 0..DAYS {
        for slug in 0..SLUGS {
            let id: EventId = Id { day, slug }.text().parse().unwrap();
            if let Some(event) = snapshot.get(&id).unwrap() {
                assert!(snapshot.contains(&id).unwrap());
                answers.insert(id.to_string(), (event.title, event.tags, event.superseded));
            }
        }
    }
    assert_eq!(snapshot.len(), answers.len());
    answers
}

/// Everything that is asked by query, for comparing a store with its history to one made anew.
fn asked(store: &Store) -> Vec<String> {
    let mut asked = Vec::new();
    for tag in TAGS {
        let query = format!("superseded:yes tag:\"{tag}\"");
        let hits = store.query(query.as_str()).unwrap();
        let ids: Vec<String> = hits.ids().unwrap().iter().map(EventId::to_string).collect();
        assert_eq!(hits.count().unwrap() as usize, ids.len());
        asked.push(format!("{tag}: {ids:?}"));
    }
    for query in [
        "",
        "superseded:only",
        "lang:zh",
        "2017-03-02",
        "-tag:alpha",
        "category:*",
    ] {
        let hits = store.query(query).unwrap();
        let ids: Vec<String> = hits.ids().unwrap().iter().map(EventId::to_string).collect();
        asked.push(format!("{query}: {ids:?}"));
    }
    asked.push(format!("{:?}", store.tags("", None).unwrap()));
    asked
}

fn run(steps: Vec<Step>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("law.store");
    let mut store = Store::open(&path).unwrap();
    let mut model = Model::default();
    for step in steps {
        let shown = format!("{step:?}");
        match step {
            Step::Batch(pages) => {
                let batch: BTreeMap<Key, Page> = pages
                    .into_iter()
                    .map(|(page, second)| (page.key(second), page))
                    .collect();
                let report = store
                    .ingest(archive(&batch), IngestOptions::default())
                    .unwrap();
                assert_eq!(report.failed, 0, "{:?}", report.errors);
                model.pages.extend(batch);
            }
            Step::Prune(day) => {
                let kept: BTreeMap<Key, Page> = model
                    .pages
                    .iter()
                    .filter(|(_, page)| page.event().is_none() && day_of(page) != Some(day))
                    .map(|(key, page)| (key.clone(), page.clone()))
                    .collect();
                if kept.values().any(|page| matches!(page, Page::Event { .. })) {
                    let options = IngestOptions::new().prune(true);
                    store.ingest(archive(&kept), options).unwrap();
                    model
                        .pages
                        .retain(|key, page| page.event().is_some() || kept.contains_key(key));
                }
            }
            Step::Remove(id) => {
                let held = model.events().contains_key(&id);
                let removed = store
                    .remove([&id.text().parse::<EventId>().unwrap()])
                    .unwrap();
                assert_eq!(removed, usize::from(held));
                model.pages.retain(|_, page| match page {
                    Page::Event { id: other, .. } | Page::Added { id: other, .. } => *other != id,
                    _ => true,
                });
            }
            Step::Add(page) => {
                store.add(page.event()).unwrap();
                model.pages.insert(page.key(false), page);
            }
            Step::Compact => store.compact().unwrap(),
            Step::Reopen => {
                store.close().unwrap();
                store = Store::open(&path).unwrap();
            }
        }
        assert_eq!(answers(&store), model.answers(), "after {shown}");
        assert_sound(&store);
    }
    // The same set of pages in one batch, in another order of steps, gives the same answers.
    let anew = Store::memory().unwrap();
    anew.add(model.pages.values().filter_map(Page::event))
        .unwrap();
    if model.pages.values().any(|page| page.event().is_none()) {
        anew.ingest(archive(&model.pages), IngestOptions::default())
            .unwrap();
    }
    assert_eq!(asked(&store), asked(&anew));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(150), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_a_function_of_the_set_of_pages(steps in steps()) {
        run(steps);
    }
}
