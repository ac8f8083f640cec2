//! Stores of several segments with changed, removed and superseded events.

use proptest::prelude::*;
use proptest::sample::select;

use crate::Store;
use crate::event::{Date, EventId, Meta, MetaValue};
use crate::page::{
    Edition, EventPage, Layout, Listing, ListingItem, ListingKind, MarkdownPage, Page, PageKind,
    RelatedItem, SourceItem, Span,
};
use crate::segment::{Interners, PendingRow};
use crate::store::{PutPage, ROW_BYTES, RemovedRows, RowRef, WriteBatch};

/// What a test says of an event; the rest of its page is empty.
#[derive(Debug, Clone)]
pub struct Spec {
    pub number: usize,
    pub tags: Vec<&'static str>,
    pub category: Option<&'static str>,
    pub sources: Vec<(&'static str, &'static str)>,
    pub related: Vec<usize>,
    pub title: String,
}

/// What a test says of a Markdown page; the rest of it is empty.
#[derive(Debug, Clone)]
pub struct Note {
    pub number: usize,
    pub kind: &'static str,
    pub lang: &'static str,
    pub author: Option<&'static str>,
    /// Key and value, and in which shape they stand in `meta`.
    pub meta: Vec<(&'static str, &'static str, Shape)>,
}

#[derive(Debug, Clone, Copy)]
pub enum Shape {
    Text,
    /// Beside another value.
    List,
    /// Under the key `cover`.
    Map,
    /// The key alone.
    Null,
}

/// One commit: events that are put, numbers of events that are removed, and day pages, each as a
/// day and the numbers of the events it lists.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub put: Vec<Spec>,
    pub remove: Vec<usize>,
    pub listings: Vec<(usize, Vec<usize>)>,
    pub notes: Vec<Note>,
    /// Numbers of the notes that are removed.
    pub drop: Vec<usize>,
}

/// As many events as there are numbers.
pub const NUMBERS: usize = 90;

/// As many Markdown pages as there are numbers.
pub const NOTES: usize = 24;

pub const KINDS: &[&str] = &["note", "news", "recipe"];

pub const LANGS: &[&str] = &["pt", "pt-BR", "zh-Hant", "en", "en-GB", "und"];

pub const META_KEYS: &[&str] = &["series", "Series", "my key", "cover", "cover.Alt"];

pub const META_VALUES: &[&str] = &[
    "Ferries",
    "ferries",
    "FERRIES",
    "New  York",
    "Newark",
    "stra\u{df}e",
    "-x*",
    "",
    // Too long for a term of its own: 260 bytes.
    concat!(
        "Ferries abcdefghijklmnopqr",
        "abcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz",
    ),
];

pub const DAYS: &[(i16, i8, i8)] = &[
    (2016, 2, 29),
    (2016, 12, 31),
    (2017, 1, 1),
    (2017, 1, 2),
    (2017, 3, 2),
    (2017, 3, 31),
    (2018, 12, 31),
];

pub const TAGS: &[&str] = &[
    "Syria",
    "syria",
    "SYRIA",
    "New York",
    "Newark",
    "new york",
    "Reston, Virginia",
    "消息",
    "a*",
    "-x",
    "straße",
    "STRASSE",
    "café",
    "&amp;",
    "\"q\"",
    "back\\slash",
];

pub const CATEGORIES: &[&str] = &["Sport", "sport", "Law and crime", "灾害"];

/// Of opinions; the last of them is none once it is clean.
pub const AUTHORS: &[&str] = &["Ann Fjord", "ann fjord", "Bo Lind", "林", " "];

/// Two names that match each other may stand on one event: it counts once.
pub const SOURCES: &[(&str, &str)] = &[
    ("BBC", "https://www.bbc.co.uk/a"),
    ("bbc", "https://bbc.co.uk/b"),
    ("Reuters", "https://m.reuters.com/"),
    ("BBC", "ftp://bbc.co.uk/none"),
    ("新华社", "http://news.cn/x"),
];

/// Parts of titles, summaries and texts.
pub const WORDS: &[&str] = &[
    "Flood warning",
    "flood, warning",
    "floods and a storm",
    "Storm-Flood",
    "covid-19",
    "the 19 of covid",
    "warning: 2017",
];

pub fn day_of(number: usize) -> Date {
    let (year, month, day) = DAYS[number * 5 % DAYS.len()];
    Date::new(year, month, day).expect("a day")
}

fn place(number: usize) -> (PageKind, Edition) {
    match number % 7 {
        3 => (PageKind::Opinion, Edition::En),
        5 => (PageKind::News, Edition::Zh),
        _ => (PageKind::News, Edition::En),
    }
}

/// The ids' order on a day is not that of their numbers.
pub fn id_of(number: usize) -> EventId {
    let day = day_of(number);
    let (kind, _) = place(number);
    let root = if kind == PageKind::Opinion {
        "opinion/"
    } else {
        ""
    };
    let slug = number * 37 % NUMBERS;
    let id = format!(
        "{root}{:04}/{:02}/{}/slug-{slug:02}",
        day.year(),
        day.month(),
        day.day()
    );
    EventId::from_canonical(&id)
}

fn push(text: &mut String, part: &str) -> Span {
    let start = text.len() as u32;
    text.push_str(part);
    Span {
        start,
        end: text.len() as u32,
    }
}

fn page(spec: &Spec) -> EventPage {
    let mut text = String::new();
    let (kind, lang) = place(spec.number);
    let source = |text: &mut String, &(name, url): &(&str, &str)| SourceItem {
        name: push(text, name),
        url: push(text, url),
        image: None,
    };
    let related = |text: &mut String, &number: &usize| RelatedItem {
        title: push(text, "a title"),
        target: push(text, id_of(number).as_str()),
        context: None,
    };
    EventPage {
        id: push(&mut text, id_of(spec.number).as_str()),
        date: day_of(spec.number),
        lang,
        kind,
        layout: Layout::default(),
        category: spec.category.map(|category| push(&mut text, category)),
        title: push(&mut text, &spec.title),
        summary: (!spec.number.is_multiple_of(3))
            .then(|| push(&mut text, WORDS[spec.number / 3 % WORDS.len()])),
        sources: spec
            .sources
            .iter()
            .map(|item| source(&mut text, item))
            .collect(),
        cover_image: None,
        changes: Vec::new(),
        related: spec
            .related
            .iter()
            .map(|number| related(&mut text, number))
            .collect(),
        author: (kind == PageKind::Opinion)
            .then(|| push(&mut text, AUTHORS[spec.number % AUTHORS.len()])),
        body: None,
        stated: spec.tags.iter().map(|tag| push(&mut text, tag)).collect(),
        text,
    }
}

/// The id of a note.
pub fn note_id(number: usize) -> EventId {
    EventId::from_canonical(&format!("notes/n-{number:02}"))
}

fn note_page(note: &Note) -> MarkdownPage {
    let mut cover = Vec::new();
    let mut entries = Vec::new();
    for &(key, value, shape) in &note.meta {
        let text = MetaValue::from(value);
        match shape {
            Shape::Text => entries.push((key, text)),
            Shape::List => {
                let other = MetaValue::List(vec!["Lamps".into()]);
                entries.push((key, MetaValue::List(vec![text, MetaValue::Null, other])));
            }
            Shape::Map => cover.push((key, text)),
            Shape::Null => entries.push((key, MetaValue::Null)),
        }
    }
    entries.push(("cover", MetaValue::Map(Meta::from_iter(cover))));
    MarkdownPage {
        text: format!("A note.\n\n{}\n", WORDS[note.number % WORDS.len()]),
        title: format!("Note {}", note.number),
        moment: Some(day_of(note.number).into()),
        kind: note.kind.to_owned(),
        lang: note.lang.to_owned(),
        authors: note.author.map(str::to_owned).into_iter().collect(),
        meta: Meta::from_iter(entries),
        ..MarkdownPage::blank(note_id(note.number).as_str().to_owned())
    }
}

fn listing(day: Date, listed: &[usize]) -> Listing {
    let mut text = String::new();
    let items = listed
        .iter()
        .map(|&number| ListingItem {
            target: push(&mut text, id_of(number).as_str()),
            title: push(&mut text, "a title"),
            context: None,
        })
        .collect();
    Listing {
        text,
        lang: Edition::En,
        kind: ListingKind::Day(day),
        items,
    }
}

pub fn commit(store: &Store, batch: &Batch) {
    let shared = store.shared().expect("open");
    let writer = shared.writer().unwrap();
    let snapshot = shared.snapshot().expect("a snapshot");
    let mut removed = RemovedRows::new(&snapshot);
    let mut puts: Vec<PutPage> = Vec::new();
    let mut interners = Interners::default();
    let mut put = |path: String, id: Option<&str>, page: Page| {
        for (segment_index, view) in snapshot.views.iter().enumerate() {
            for row in view.segment.rows_of_path(&path, id).expect("rows") {
                if !view.deleted.contains(row) {
                    removed.insert(RowRef { segment_index, row });
                }
            }
        }
        // The later of two puts of a path stays.
        puts.retain(|other| other.row.path(&interners.ids) != path);
        puts.push(PutPage {
            row: PendingRow::new(path, page, 1, &mut interners),
            replaces: Vec::new(),
            given: None,
        });
    };
    for spec in &batch.put {
        let id = id_of(spec.number);
        put(id.path(), Some(id.as_str()), Page::Event(page(spec)));
    }
    for note in &batch.notes {
        let id = note_id(note.number);
        let page = Page::Markdown(Box::new(note_page(note)));
        put(format!("{id}.md"), Some(id.as_str()), page);
    }
    for (day, listed) in &batch.listings {
        let day = day_of(*day);
        let path = format!(
            "news/{:04}/{:02}/{}/index.md",
            day.year(),
            day.month(),
            day.day()
        );
        put(path, None, Page::Listing(listing(day, listed)));
    }
    shared
        .commit(
            &writer,
            WriteBatch {
                puts,
                removed,
                interners,
                strict: true,
                row_bytes: ROW_BYTES,
                stop: Default::default(),
            },
        )
        .expect("a commit");
    drop(writer);
    let events = batch.remove.iter().map(|&number| id_of(number));
    let notes = batch.drop.iter().map(|&number| note_id(number));
    let removed: Vec<EventId> = events.chain(notes).collect();
    store.remove(&removed).expect("a removal");
}

fn spec() -> impl Strategy<Value = Spec> {
    (
        0..NUMBERS,
        prop::collection::vec(select(TAGS), 0..4),
        prop::option::of(select(CATEGORIES)),
        prop::collection::vec(select(SOURCES), 0..3),
        prop::collection::vec(0..NUMBERS, 0..4),
        select(WORDS),
    )
        .prop_map(|(number, tags, category, sources, related, words)| Spec {
            number,
            tags,
            category,
            sources,
            related,
            title: format!("Title {number} {words}"),
        })
}

fn note() -> impl Strategy<Value = Note> {
    let shape = prop_oneof![
        4 => Just(Shape::Text),
        2 => Just(Shape::List),
        2 => Just(Shape::Map),
        1 => Just(Shape::Null),
    ];
    (
        0..NOTES,
        select(KINDS),
        select(LANGS),
        prop::option::of(select(&AUTHORS[..3])),
        prop::collection::vec((select(META_KEYS), select(META_VALUES), shape), 0..7),
    )
        .prop_map(|(number, kind, lang, author, meta)| Note {
            number,
            kind,
            lang,
            author,
            meta,
        })
}

fn batch(size: usize) -> impl Strategy<Value = Batch> {
    (
        prop::collection::vec(spec(), size / 2..size + 1),
        prop::collection::vec(0..NUMBERS, 0..3),
        prop::collection::vec((0..NUMBERS, prop::collection::vec(0..NUMBERS, 0..40)), 0..2),
        prop::collection::vec(note(), 0..size / 3 + 1),
        prop::collection::vec(0..NOTES, 0..3),
    )
        .prop_map(|(put, remove, listings, notes, drop)| Batch {
            put,
            remove,
            listings,
            notes,
            drop,
        })
}

/// Each commit is so much smaller than the one before that most leave a segment of their own.
pub fn history() -> impl Strategy<Value = Vec<Batch>> {
    (batch(90), batch(30), batch(9), batch(2)).prop_map(|(a, b, c, d)| vec![a, b, c, d])
}

pub fn store_of(history: &[Batch]) -> Store {
    let store = Store::memory().expect("a store");
    history.iter().for_each(|batch| commit(&store, batch));
    store
}
