//! Questions of words on stores with a random history answer as a reader of every text does.
//!
//! Pages of the Context and Markdown pages come, change and go; segments with words lie beside segments without; the
//! store is compacted and opened again. Then random questions are asked, each in every way. The seed is printed and
//! settable: `WORDS_SEED=7 cargo nextest run --test words_exact`; `LAW_CASES=1000` asks of that many stores.

mod brute;
mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use brute::{Alphabet, Question, Reader, Tally, compare};
use eventstore::{
    Date, Durability, Event, EventId, IngestOptions, OpenOptions, Order, PageFormat, Store, Words,
};
use support::{Dice, cases, day_page, event_page, link};

/// Pieces of texts: words that begin alike, words that are cut, signs, ideographs that overlap.
const PIECES: [&str; 48] = [
    "flood",
    "Flood",
    "floods",
    "flooding",
    "dam",
    "damp",
    "Dam",
    "breaks",
    "river",
    "rivers",
    "the",
    "a",
    "A",
    "an",
    "covid-19",
    "covid 19",
    "don't",
    "3.14",
    "2017",
    "C++",
    "C",
    "c",
    "C#",
    "c++,",
    "U.S.",
    "snake_case",
    "café",
    "CAFÉ",
    "caf",
    "洪水",
    "洪",
    "水",
    "水坝",
    "大洪水",
    "洪水坝",
    "国际",
    "国际航班",
    "航班",
    "MH17航班",
    "MH17",
    "航MH17",
    "一一一",
    "一一",
    "一",
    "一个",
    "C++语言",
    "々水",
    "中国洪水警报发布",
];
const JOINTS: [&str; 8] = [" ", " ", " ", " ", ", ", "-", ". ", ""];
const TAGS: [&str; 6] = ["Floods", "Dams", "Rivers", "New York", "洪水", "Café"];

fn text(dice: &mut Dice, most: usize) -> String {
    let mut text = String::new();
    for _ in 0..1 + dice.below(most) {
        text.push_str(dice.one(&PIECES));
        text.push_str(dice.one(&JOINTS));
    }
    text.trim().to_owned()
}

fn seed(usual: u64) -> u64 {
    let seed = std::env::var("WORDS_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    seed.unwrap_or(usual)
}

fn day(number: usize) -> Date {
    Date::new(2017, 3, 1).unwrap().plus_days(number as i64)
}

/// An event page of the Context, with a summary now and then.
fn news(dice: &mut Dice) -> (String, Vec<u8>) {
    let (day, slug) = (1 + dice.below(20), dice.below(6));
    let id = format!("2017/03/{day}/page-{slug}");
    let (title, tag) = (text(dice, 8), dice.one(&TAGS));
    let related = [link(
        format!("2017/03/{day}/page-{}", (slug + 2) % 6),
        "Linked",
        dice.one(&TAGS),
    )];
    let related = if dice.chance(30) { &related[..] } else { &[] };
    let mut page = String::from_utf8(event_page(slug % 2 == 1, &id, &title, tag, related)).unwrap();
    if dice.chance(50) {
        let bare = format!("# {title} \n\n\n\n");
        assert!(page.contains(&bare), "{page}");
        let summary = text(dice, 12).replace('#', "");
        page = page.replace(&bare, &format!("# {title} \n\n{summary}.\n\n"));
    }
    (format!("news/{id}.md"), page.into_bytes())
}

/// A day page that leaves out some of the day's events, which are superseded by that.
fn list_of_a_day(dice: &mut Dice) -> (String, Vec<u8>) {
    let (day, chinese) = (1 + dice.below(20), dice.chance(50));
    let folder = format!("2017/03/{day}");
    let slugs = (0..6).filter(|slug| (slug % 2 == 1) == chinese);
    let links: Vec<_> = slugs
        .filter(|_| dice.chance(50))
        .map(|slug| link(format!("{folder}/page-{slug}"), "Listed", "Floods"))
        .collect();
    (
        format!("news/{folder}/index.md"),
        day_page(chinese, &folder, &links),
    )
}

/// A Markdown page: maybe a draft, maybe without a date, mostly with a body.
fn post(dice: &mut Dice) -> (String, Vec<u8>) {
    let mut page = format!("---\ntitle: {:?}\n", text(dice, 8));
    if dice.chance(85) {
        page += &format!("date: {}\n", day(dice.below(20)));
    }
    if dice.chance(40) {
        page += &format!("description: {:?}\n", text(dice, 12));
    }
    if dice.chance(20) {
        page += "draft: true\n";
    }
    page += &format!("tags: [{:?}]\n---\n", dice.one(&TAGS));
    let most = if dice.chance(5) { 400 } else { 40 };
    for _ in 0..dice.below(4) {
        page += &format!("{}\n\n", text(dice, most));
    }
    (format!("posts/{}.md", dice.below(120)), page.into_bytes())
}

fn added(dice: &mut Dice) -> Event {
    let (number, slug) = (dice.below(20), dice.below(3));
    let date = day(number);
    let id: EventId = format!("2017/03/{}/added-{slug}", date.day())
        .parse()
        .unwrap();
    let mut event = Event::new(id, date, text(dice, 8));
    event.tags = vec![dice.one(&TAGS).to_owned()];
    event.summary = dice.chance(50).then(|| text(dice, 12));
    event
}

fn ingest(store: &Store, pages: BTreeMap<String, Vec<u8>>, format: PageFormat, prune: bool) {
    let options = IngestOptions::new().format(format).prune(prune);
    let report = store
        .ingest(pages.into_iter().collect::<Vec<_>>(), options)
        .unwrap();
    // A page may fail whose id an event of the other language holds.
    assert!(report.partition_holds() && report.failed < 60, "{report}");
}

/// A store in a directory with a random history.
struct History {
    folder: tempfile::TempDir,
    store: Store,
    indexed: bool,
}

impl History {
    fn new(dice: &mut Dice) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let indexed = dice.chance(80);
        let words = if indexed { Words::On } else { Words::Off };
        let options = OpenOptions::new()
            .durability(Durability::Flush)
            .words(words);
        let store = options.open(folder.path().join("s")).unwrap();
        Self {
            folder,
            store,
            indexed,
        }
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("s")
    }

    fn step(&mut self, dice: &mut Dice) {
        let store = &self.store;
        match dice.below(16) {
            0..=3 => {
                let count = 1 + dice.below(70);
                let mut pages: BTreeMap<_, _> = (0..count).map(|_| news(dice)).collect();
                pages.extend((0..dice.below(3)).map(|_| list_of_a_day(dice)));
                ingest(store, pages, PageFormat::Context, dice.chance(5));
            }
            4..=7 => {
                let count = 1 + dice.below(70);
                let pages = (0..count).map(|_| post(dice)).collect();
                ingest(store, pages, PageFormat::Markdown, dice.chance(5));
            }
            8 | 9 => {
                let events: Vec<Event> = (0..1 + dice.below(4)).map(|_| added(dice)).collect();
                store.add(events).unwrap();
            }
            10 | 11 => {
                let ids = store
                    .query("superseded:yes draft:yes undated:yes")
                    .unwrap()
                    .ids()
                    .unwrap();
                if !ids.is_empty() {
                    let gone: Vec<&EventId> =
                        (0..1 + dice.below(6)).map(|_| dice.pick(&ids)).collect();
                    store.remove(gone).unwrap();
                }
            }
            12 => store.compact().unwrap(),
            13 => {
                store.close().unwrap();
                self.store = OpenOptions::new()
                    .durability(Durability::Flush)
                    .open(self.place())
                    .unwrap();
            }
            _ => {
                self.indexed = !self.indexed;
                let words = if self.indexed { Words::On } else { Words::Off };
                store.reindex(words).unwrap();
            }
        }
    }
}

const KINDS: [&str; 27] = [
    "count",
    "oldest first",
    "newest first",
    "slice",
    "timeline",
    "facets",
    "scores",
    "order by relevance",
    "scores by date",
    "slice by relevance",
    "pages by relevance",
    "word",
    "phrase",
    "phrase with a beginning",
    "beginning",
    "piece of a text",
    "run of 1",
    "run of 2",
    "run of 3",
    "run of 4",
    "run of 5",
    "run of 6",
    "negation",
    "group",
    "any word",
    "drafts",
    "superseded events",
];

/// Asks of stores with a history until enough was compared.
fn histories(usual_seed: u64) {
    let seed = seed(usual_seed);
    println!("WORDS_SEED={seed}");
    let mut dice = Dice::new(seed);
    let mut tally = Tally::default();
    for store in 0..cases(8) {
        let mut history = History::new(&mut dice);
        for _ in 0..2 {
            for _ in 0..3 + dice.below(5) {
                history.step(&mut dice);
            }
            let reader = Reader::of_plain_texts(&history.store);
            assert!(reader.documents.len() <= 300);
            if reader
                .documents
                .iter()
                .all(|document| document.cells.iter().all(Vec::is_empty))
            {
                continue;
            }
            println!("store {store}: {} events", reader.documents.len());
            for _ in 0..165 {
                let question = Question::random(&reader, Alphabet::Plain, &mut dice);
                compare(&history.store, &reader, &question, &mut dice, &mut tally);
            }
        }
    }
    tally.print("stores with a history");
    assert!(tally.total() >= 25_000, "{}", tally.total());
    for kind in KINDS {
        let (all, some) = tally.of(kind);
        assert!(all >= 20 && some >= 10, "{kind}: {all}, {some} not empty");
    }
}

#[test]
fn stores_with_a_history_answer_as_the_reader_1() {
    histories(1);
}

#[test]
fn stores_with_a_history_answer_as_the_reader_2() {
    histories(2);
}

#[test]
fn stores_with_a_history_answer_as_the_reader_3() {
    histories(3);
}

#[test]
fn stores_with_a_history_answer_as_the_reader_4() {
    histories(4);
}

#[test]
fn the_reader_finds_by_lines_what_it_finds_by_positions() {
    let mut dice = Dice::new(seed(5));
    let store = Store::memory().unwrap();
    let pages = (0..200).map(|_| post(&mut dice)).collect();
    ingest(&store, pages, PageFormat::Markdown, false);
    let reader = Reader::of_plain_texts(&store);
    let mut found = 0;
    for _ in 0..400 {
        for condition in Question::random(&reader, Alphabet::Plain, &mut dice).conditions {
            for value in condition.values {
                let by_lines = reader.frequencies(&value.parts);
                assert_eq!(
                    by_lines,
                    reader.frequencies_by_cells(&value.parts),
                    "{value:?}"
                );
                found += usize::from(by_lines.iter().flatten().any(|&count| count > 1));
            }
        }
    }
    assert!(found > 100, "{found}");
}

/// How events lie in segments changes no answer and no bit of a score.
#[test]
fn no_layout_changes_a_score() {
    let seed = seed(6);
    println!("WORDS_SEED={seed}");
    let mut dice = Dice::new(seed);
    let pages: BTreeMap<String, Vec<u8>> = (0..260).map(|_| news(&mut dice)).collect();
    let posts: BTreeMap<String, Vec<u8>> = (0..160).map(|_| post(&mut dice)).collect();
    let whole = |words: Words| {
        let store = OpenOptions::new().words(words).memory().unwrap();
        ingest(&store, pages.clone(), PageFormat::Context, false);
        ingest(&store, posts.clone(), PageFormat::Markdown, false);
        store
    };
    let one = whole(Words::On);
    one.compact().unwrap();
    assert_eq!(one.stats().unwrap().segments, 1);

    // The largest batches come first, so that commits leave the segments apart.
    let many = || {
        let folder = tempfile::tempdir().unwrap();
        let store = OpenOptions::new()
            .durability(Durability::Flush)
            .open(folder.path().join("s"))
            .unwrap();
        for (pages, format) in [
            (&pages, PageFormat::Context),
            (&posts, PageFormat::Markdown),
        ] {
            let mut rest: Vec<_> = pages.clone().into_iter().collect();
            while !rest.is_empty() {
                let batch = rest.split_off(rest.len().min(rest.len() / 3));
                ingest(&store, batch.into_iter().collect(), format, false);
            }
        }
        (folder, store)
    };
    let (_kept, apart) = many();
    assert!(
        apart.stats().unwrap().segments >= 3,
        "{}",
        apart.stats().unwrap().segments
    );
    let (_also_kept, compacted) = many();
    // Removed and put again: other rows of the same events.
    let ids = compacted.query("").unwrap().ids().unwrap();
    compacted.remove(ids.iter().step_by(3)).unwrap();
    ingest(&compacted, pages.clone(), PageFormat::Context, false);
    ingest(&compacted, posts.clone(), PageFormat::Markdown, false);
    compacted.compact().unwrap();
    let (_kept_too, opened) = many();
    opened.close().unwrap();
    let opened = Store::open(_kept_too.path().join("s")).unwrap();
    let unindexed = whole(Words::Off);
    let reindexed = whole(Words::Off);
    reindexed.reindex(Words::On).unwrap();
    // One of two segments has words.
    let mixed = OpenOptions::new().words(Words::Off).memory().unwrap();
    ingest(&mixed, posts.clone(), PageFormat::Markdown, false);
    mixed.reindex(Words::On).unwrap();
    ingest(&mixed, pages.clone(), PageFormat::Context, false);
    let others = [
        ("apart", &apart),
        ("compacted", &compacted),
        ("opened again", &opened),
        ("without words", &unindexed),
        ("indexed anew", &reindexed),
        ("mixed", &mixed),
    ];

    let reader = Reader::of_plain_texts(&one);
    let (mut compared, mut scored) = (0, 0);
    for _ in 0..300 {
        let text = Question::random(&reader, Alphabet::Plain, &mut dice).text();
        let answer = |store: &Store| {
            let hits = store
                .query(text.as_str())
                .unwrap()
                .order(Order::Relevance)
                .unwrap();
            let scores: Vec<u64> = hits
                .scores()
                .unwrap()
                .into_iter()
                .map(f64::to_bits)
                .collect();
            (hits.ids().unwrap(), scores)
        };
        let expected = answer(&one);
        scored += usize::from(expected.1.iter().any(|&bits| bits != 0));
        for (name, store) in others {
            assert_eq!(answer(store), expected, "{name}: {text}");
            compared += 1;
        }
    }
    println!("{compared} comparisons of layouts, {scored} questions with scores");
    assert!(scored >= 100, "{scored}");
}

/// A ranking of a few events passes over rows that cannot be among them: they are the first of the ranking of all.
#[test]
fn the_best_are_the_first_of_all() {
    let seed = seed(7);
    println!("WORDS_SEED={seed}");
    let mut dice = Dice::new(seed);
    let store = Store::memory().unwrap();
    for _ in 0..3 {
        let posts = (0..300).map(|_| post(&mut dice)).collect();
        ingest(&store, posts, PageFormat::Markdown, false);
        let pages = (0..300).map(|_| news(&mut dice)).collect();
        ingest(&store, pages, PageFormat::Context, false);
    }
    let (mut compared, mut passed_over) = (0, 0);
    for _ in 0..400 {
        // One, two or three of many events.
        let words: Vec<String> = (0..1 + dice.below(3))
            .map(|_| {
                format!(
                    "\"{}\"",
                    dice.one(&["flood", "river", "a", "c", "the", "洪水", "水", "dam"])
                )
            })
            .collect();
        let text = format!(
            "{}({})",
            dice.one(&["", "", "title:", "body:"]),
            words.join(", ")
        );
        let ranked = || store.query(&text).unwrap().order(Order::Relevance).unwrap();
        let all = ranked();
        let (ids, scores) = (all.ids().unwrap(), all.scores().unwrap());
        for most in [1, 3, 8, 20] {
            let end = ids.len().min(most);
            let best = ranked().slice(..most as u64);
            assert_eq!(
                best.scores().unwrap(),
                scores[..end],
                "best {most} of {text}"
            );
            assert_eq!(best.ids().unwrap(), ids[..end], "best {most} of {text}");
            compared += 1;
            // Fewer than these are kept until rows are passed over.
            passed_over += usize::from(ids.len() > 64 && scores[0] > 0.0);
        }
    }
    println!("{compared} comparisons of the best, {passed_over} of many events");
    assert!(passed_over >= 100, "{passed_over}");
}
