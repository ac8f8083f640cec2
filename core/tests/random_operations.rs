//! Thousands of operations and questions, drawn at random, against a plain map that is looked through for each answer,
//! while two processes read the same store: each state that they see is that of one commit.

mod brute;
mod history;
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventstore::{Durability, Facet, Hits, OpenOptions, Order, Snapshot, Store};
use history::{
    EventModel, History, HistoryOptions, Key, PlainEvent, ReaderProcess, TAGS, WORDS, digest,
    id_of, serve_reader,
};
use support::{Dice, assert_sound, memory_folder, seed, sweep};

/// Operations and questions for each store.
const STEPS_OF_A_STORE: u32 = 1000;

/// Stores that are lived through beside each other: a commit waits most of its time.
const THREADS: usize = 3;

/// Of a hundred steps so many are questions.
const QUESTIONS: usize = 70;

/// Does nothing but in a process that is told to read.
#[test]
fn reads_beside_the_writer() {
    serve_reader();
}

/// What was done and compared.
#[derive(Default)]
struct Counts {
    done: BTreeMap<&'static str, u32>,
    sightings: usize,
    gone: usize,
}

impl Counts {
    fn add(&mut self, name: &'static str) {
        *self.done.entry(name).or_default() += 1;
    }

    fn add_all(&mut self, other: Self) {
        for (name, count) in other.done {
            *self.done.entry(name).or_default() += count;
        }
        self.sightings += other.sightings;
        self.gone += other.gone;
    }
}

/// Ids that the model has for a property, in order of dates.
fn keys(model: &EventModel, has: impl Fn(&Key, &PlainEvent) -> bool) -> Vec<String> {
    let found = model.events.iter().filter(|(key, event)| has(key, event));
    found.map(|(&key, _)| id_of(key)).collect()
}

fn ids(hits: &Hits) -> Vec<String> {
    let ids = hits.ids().unwrap();
    ids.iter().map(ToString::to_string).collect()
}

/// Asks one question of each kind that is drawn, and returns the kind.
fn ask(store: &Store, model: &EventModel, dice: &mut Dice) -> &'static str {
    let (tag, word) = (dice.one(&TAGS), dice.one(&WORDS));
    let query = |text: &str| store.query(text).unwrap();
    match dice.below(9) {
        0 => {
            let tagged = query(&format!("tag:{tag}"));
            let expected = model.count(|event| event.tags.contains(tag));
            assert_eq!(tagged.count().unwrap(), expected, "tag:{tag}");
            "count of a tag"
        }
        1 => {
            let expected = keys(model, |_, event| event.has_word(word));
            assert_eq!(ids(&query(word)), expected, "{word}");
            "word"
        }
        2 => {
            let text = format!("tag:{tag} {word}");
            let has = |event: &PlainEvent| event.tags.contains(tag) && event.has_word(word);
            assert_eq!(query(&text).count().unwrap(), model.count(has), "{text}");
            "tag and word"
        }
        3 => {
            let text = format!("{word} -tag:{tag}");
            let has = |_: &_, event: &PlainEvent| !event.tags.contains(tag) && event.has_word(word);
            assert_eq!(ids(&query(&text)), keys(model, has), "{text}");
            "without a tag"
        }
        4 => {
            let (from, to) = (1 + dice.below(28) as i8, 1 + dice.below(28) as i8);
            let (from, to) = (from.min(to), from.max(to));
            let text = format!("2017-03-{from:02}..2017-03-{to:02}");
            let mut expected = keys(model, |&(day, _), _| (from..=to).contains(&day));
            expected.reverse();
            let hits = query(&text).order(Order::NewestFirst).unwrap();
            assert_eq!(ids(&hits), expected, "{text}");
            let some = dice.below(10);
            expected.truncate(some);
            assert_eq!(ids(&hits.slice(0..some as u64)), expected, "{text}");
            "days, newest first"
        }
        5 => {
            let key = (1 + dice.below(28) as i8, dice.below(OPTIONS.pages));
            let found = store.get(id_of(key)).unwrap();
            let found = found.as_ref().map(history::plain);
            assert_eq!(found.as_ref(), model.events.get(&key), "{key:?}");
            "event"
        }
        6 => {
            let counts = query(word).facets(Facet::Tag, None).unwrap();
            for tag in TAGS {
                let found = counts.iter().find(|count| count.value == tag);
                let has = |event: &PlainEvent| event.has_word(word) && event.tags.contains(tag);
                let found = found.map_or(0, |count| count.count);
                assert_eq!(found, model.count(has), "{tag} of {word}");
            }
            "tags of a word"
        }
        7 => {
            let hits = query(word).by_relevance(Default::default()).unwrap();
            let scores = hits.scores().unwrap();
            assert!(scores.is_sorted_by(|one, other| one >= other));
            let mut found = ids(&hits);
            found.sort();
            let mut expected = keys(model, |_, event| event.has_word(word));
            expected.sort();
            assert_eq!(found, expected, "{word} by relevance");
            "word by relevance"
        }
        _ => {
            assert_eq!(store.len().unwrap(), model.events.len());
            "length"
        }
    }
}

const OPTIONS: HistoryOptions = HistoryOptions {
    pages: 3,
    puts: 6,
    noise: 2,
    shares: [35, 35, 20, 3, 2, 0],
};

/// One store from its first commit to its end.
fn live(place: &Path, seed: u64, steps: u32) -> Counts {
    let mut counts = Counts::default();
    let mut dice = Dice::new(seed);
    let durability = match dice.chance(10) {
        true => Durability::Sync,
        false => Durability::Flush,
    };
    // Ten seconds are longer than a store lives here.
    let keep_replaced = match dice.chance(50) {
        true => Duration::ZERO,
        false => Duration::from_secs(10),
    };
    let options = OpenOptions::new().durability(durability);
    let options = options.keep_replaced(keep_replaced);
    let open = || options.open(place);
    let mut store = open().unwrap();
    let mut history = History::new(seed, OPTIONS);
    let mut digests = vec![history.model.digest()];
    let mut readers = [(); 2].map(|()| ReaderProcess::start("reads_beside_the_writer", place));
    // A state that is held while others follow.
    let mut held: Option<(Arc<Snapshot>, u64)> = None;
    let beside = OpenOptions::new().read_only(true).open(place).unwrap();
    for _ in 0..steps {
        if dice.chance(QUESTIONS) {
            let kind = ask(&store, &history.model, &mut dice);
            counts.add(kind);
            continue;
        }
        match dice.below(20) {
            0 => {
                beside.refresh().unwrap();
                let seen = digest(&beside.snapshot().unwrap()).unwrap();
                assert_eq!(Some(&seen), digests.last(), "after a refresh");
                counts.add("refresh");
            }
            1 => {
                if let Some((snapshot, expected)) = held.take() {
                    assert_eq!(digest(&snapshot).unwrap(), expected, "a held state");
                }
                held = Some((store.snapshot().unwrap(), history.model.digest()));
                counts.add("held state");
            }
            _ => {
                let operation = history.advance();
                if operation.name() == "reopen" {
                    // It is closed with the store.
                    held = None;
                }
                operation.run(&mut store, open).unwrap();
                counts.add(operation.name());
                digests.push(history.model.digest());
                for reader in &mut readers {
                    if dice.chance(12) {
                        reader.look(history.number);
                    }
                }
            }
        }
    }
    assert_eq!(
        Some(&digest(&store.snapshot().unwrap()).unwrap()),
        digests.last()
    );
    assert_sound(&store);
    for mut reader in readers {
        reader.look(history.number);
        let seen = reader.finish(&digests);
        if keep_replaced > Duration::ZERO {
            assert_eq!(seen.gone, 0, "nothing was removed yet");
        }
        counts.sightings += seen.states;
        counts.gone += seen.gone;
    }
    counts
}

#[test]
fn a_store_answers_as_a_plain_map_after_any_operations() {
    let mut dice = Dice::new(seed());
    let steps = sweep(20_000, 400_000);
    let home = memory_folder();
    let stores = (0..steps.div_ceil(STEPS_OF_A_STORE)).map(|number| (number, dice.next()));
    let stores = Mutex::new(stores.collect::<Vec<_>>());
    let next = || stores.lock().unwrap().pop();
    let counts = Mutex::new(Counts::default());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some((number, seed)) = next() {
                    let place = home.path().join(number.to_string());
                    let of_store = live(&place, seed, STEPS_OF_A_STORE);
                    counts.lock().unwrap().add_all(of_store);
                    std::fs::remove_dir_all(&place).unwrap();
                }
            });
        }
    });
    let counts = counts.into_inner().unwrap();
    let total: u32 = counts.done.values().sum();
    eprintln!(
        "{total} operations and questions; processes beside compared {} states, {} gone: {:?}",
        counts.sightings, counts.gone, counts.done
    );
    assert!(total >= steps && counts.sightings > steps as usize / 50);
}
