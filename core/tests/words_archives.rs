//! Questions of words on the samples and on the real archives answer as a reader of every text does.
//!
//! The library's own analysis cuts the texts here, since they have characters of many scripts; what a question asks for
//! is worked out plainly. The seed is printed and settable: `WORDS_SEED=7`; `LAW_CASES=100` asks 100 questions of each
//! archive. Real archives that are absent are skipped, and the test says so.

mod brute;
mod support;

use brute::{Alphabet, Question, Reader, Tally, compare, compare_events, is_han};
use eventstore::fuzzing::{title_tokens, tokens};
use eventstore::{Archive, Event, EventId, IngestOptions, Store};
use memchr::memmem;
use support::{Dice, cases, project, real_archive};

const ALL: &str = "superseded:yes draft:yes undated:yes";

/// A store of an archive, made in two commits if its pages lie apart.
fn store_of(archives: Vec<Archive>) -> Store {
    let store = Store::memory().unwrap();
    for archive in archives {
        let report = store.ingest(archive, IngestOptions::new()).unwrap();
        assert!(report.partition_holds(), "{report}");
    }
    store
}

/// The words of a text of an event. A title of the Context has the variants of its page.
fn words(store: &Store, event: &Event, field: usize, text: &str) -> Vec<(String, u32)> {
    if field > 0 || event.id.day().is_none() {
        return tokens(text);
    }
    let page = String::from_utf8(store.raw(&event.id).unwrap()).unwrap();
    let title = page.lines().find_map(|line| line.strip_prefix("# "));
    match title.filter(|title| title.contains("-{")) {
        Some(written) => title_tokens(written),
        None => tokens(text),
    }
}

fn ask(name: &str, archives: Vec<Archive>, number: u64) {
    let store = store_of(archives);
    let reader = Reader::new(&store, |event, field, text| {
        words(&store, event, field, text)
    });
    let seed = std::env::var("WORDS_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(number);
    println!("WORDS_SEED={seed}");
    let (mut dice, mut tally) = (Dice::new(seed), Tally::default());
    for asked in 0..cases(1_000) {
        let question = Question::random(&reader, Alphabet::Any, &mut dice);
        // Every answer of some, the events alone of the rest: unoptimised code takes long for large archives.
        match asked % 5 {
            0 => compare(&store, &reader, &question, &mut dice, &mut tally),
            _ => drop(compare_events(&store, &reader, &question, &mut tally)),
        }
    }
    tally.print(&format!("{name}, {} events", reader.documents.len()));
    let (all, some) = tally.of("count");
    assert!(some * 5 > all, "{some} of {all} answers have an event");
    for kind in ["word", "phrase", "beginning", "group", "negation"] {
        assert!(tally.of(kind).1 > 0 || all < 500, "{kind}");
    }
    characters(&store, &reader, &mut dice);
}

/// Every run of ideographs that stands in a text is found where it stands, and nowhere else. Titles in several variants
/// have more than the text that is shown.
fn characters(store: &Store, reader: &Reader, dice: &mut Dice) {
    let mut compared = 0;
    let texts = reader.documents.iter().flat_map(|document| &document.chars);
    let texts: Vec<&Vec<char>> = texts.map(|(chars, _)| chars).collect();
    let variants: Vec<EventId> = {
        let events = store.query(ALL).unwrap().ids().unwrap();
        let marked = |id: &EventId| {
            let page = String::from_utf8(store.raw(id).unwrap()).unwrap();
            page.lines()
                .any(|line| line.starts_with("# ") && line.contains("-{"))
        };
        events.into_iter().filter(marked).collect()
    };
    for length in 1..=6 {
        for _ in 0..cases(1_000) / 10 {
            let text = dice.pick(&texts);
            let from = dice.below(text.len());
            let run: String = text[from..].iter().copied().take(length).collect();
            if run.chars().count() < length || !run.chars().all(is_han) {
                continue;
            }
            let hits = store.query(format!("\"{run}\" {ALL}").as_str()).unwrap();
            let mut found = hits.ids().unwrap();
            found.retain(|id| !variants.contains(id));
            let finder = memmem::Finder::new(&run);
            let has = |text: &String| finder.find(text.as_bytes()).is_some();
            let stands = reader
                .documents
                .iter()
                .filter(|one| one.texts.iter().any(has));
            let mut expected: Vec<EventId> = stands.map(|one| one.id.parse().unwrap()).collect();
            expected.retain(|id| !variants.contains(id));
            assert_eq!(found, expected, "{run}");
            compared += 1;
        }
    }
    println!(
        "{compared} runs of ideographs compared with the characters of all texts, {} events left out",
        variants.len()
    );
}

#[test]
fn the_sample_archive_answers_as_the_reader() {
    ask(
        "sample",
        vec![project().join("examples/archive").as_path().into()],
        11,
    );
}

#[test]
fn the_sample_blog_answers_as_the_reader() {
    ask(
        "blog",
        vec![project().join("examples/blog").as_path().into()],
        12,
    );
}

#[test]
fn samples_beside_each_other_answer_as_the_reader() {
    let both =
        ["examples/archive", "examples/blog"].map(|path| project().join(path).as_path().into());
    ask("both samples", both.into(), 13);
}

#[test]
fn the_chinese_archive_answers_as_the_reader() {
    if let Some(path) = real_archive("context-zh.tar.gz") {
        ask("context-zh", vec![path.as_path().into()], 14);
    }
}

#[test]
fn the_english_pages_answer_as_the_reader() {
    if let Some(path) = real_archive("context-en") {
        ask("context-en", vec![path.as_path().into()], 15);
    }
}

#[test]
fn archives_with_front_matter_answer_as_the_reader() {
    for (number, name) in ["hexo-site", "jekyll-docs", "react-native-blog"]
        .into_iter()
        .enumerate()
    {
        if let Some(path) = real_archive(&format!("front-matter/{name}.tar.gz")) {
            ask(name, vec![path.as_path().into()], 16 + number as u64);
        }
    }
}
