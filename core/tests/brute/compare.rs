//! A store's answers against those of the reader.

use std::collections::BTreeMap;

use eventstore::{By, Facet, Hits, Order, Store, Weights};

use super::bm25::{Measure, bm25};
use super::question::Question;
use super::reader::{Document, Reader};
use crate::support::Dice;

/// How many comparisons of each kind were made, and of how many the answer had an event.
#[derive(Default)]
pub struct Tally {
    compared: BTreeMap<&'static str, (u64, u64)>,
    asked: BTreeMap<&'static str, (u64, u64)>,
    answered: bool,
}

impl Tally {
    fn add(&mut self, kind: &'static str) {
        let numbers = self.compared.entry(kind).or_default();
        numbers.0 += 1;
        numbers.1 += u64::from(self.answered);
    }

    /// All comparisons.
    pub fn total(&self) -> u64 {
        self.compared.values().map(|numbers| numbers.0).sum()
    }

    /// How many of a kind were made, and how many had an event in their answer.
    pub fn of(&self, kind: &str) -> (u64, u64) {
        let asked = self.asked.get(kind).or_else(|| self.compared.get(kind));
        asked.copied().unwrap_or_default()
    }

    pub fn print(&self, what: &str) {
        println!("{what}: {} comparisons", self.total());
        for (title, numbers) in [("compared", &self.compared), ("asked", &self.asked)] {
            let numbers = numbers
                .iter()
                .map(|(kind, (all, some))| format!("{kind} {all} ({some} not empty)"));
            println!("  {title}: {}", numbers.collect::<Vec<_>>().join(", "));
        }
    }
}

/// Asks a store and the reader which events answer, and how many. Returns their numbers, which are in order of
/// their dates. Panics where both differ.
pub fn compare_events(
    store: &Store,
    reader: &Reader,
    question: &Question,
    tally: &mut Tally,
) -> Vec<usize> {
    let text = question.text();
    let expected = question.answer(reader);
    tally.answered = !expected.is_empty();
    for kind in question.kinds() {
        let numbers = tally.asked.entry(kind).or_default();
        numbers.0 += 1;
        numbers.1 += u64::from(tally.answered);
    }
    // Each by itself: a count builds no rows where it can.
    let count = ask(store, &text).count().unwrap();
    assert_eq!(count, expected.len() as u64, "count of {text}");
    tally.add("count");
    assert_eq!(ids(reader, &ask(store, &text)), expected, "{text}");
    tally.add("oldest first");
    expected
}

fn ask(store: &Store, text: &str) -> Hits {
    let hits = store.query(text);
    hits.unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// As [`compare_events`], of every kind of answer.
pub fn compare(
    store: &Store,
    reader: &Reader,
    question: &Question,
    dice: &mut Dice,
    tally: &mut Tally,
) {
    let expected = compare_events(store, reader, question, tally);
    let text = question.text();
    let fresh = || ask(store, &text);
    let newest: Vec<usize> = expected.iter().rev().copied().collect();
    let hits = fresh().order(Order::NewestFirst).unwrap();
    assert_eq!(ids(reader, &hits), newest, "newest first: {text}");
    tally.add("newest first");

    let from = dice.below(expected.len() + 2);
    let to = from + dice.below(expected.len() + 2);
    let sliced = &newest[from.min(newest.len())..to.min(newest.len())];
    let slice = hits.slice(from as u64..to as u64);
    assert_eq!(ids(reader, &slice), sliced, "{from}..{to} of {text}");
    assert_eq!(slice.count().unwrap(), sliced.len() as u64, "{text}");
    tally.add("slice");

    timeline(
        &fresh(),
        reader,
        question,
        &expected,
        dice.one(&[By::Day, By::Week, By::Month, By::Year]),
    );
    tally.add("timeline");
    let mut tags: BTreeMap<&str, u64> = BTreeMap::new();
    for tag in expected
        .iter()
        .flat_map(|&number| &reader.documents[number].tags)
    {
        *tags.entry(tag).or_default() += 1;
    }
    let facets = fresh().facets(Facet::Tag, None).unwrap();
    let counted: BTreeMap<String, u64> = facets
        .iter()
        .map(|count| (count.value.to_lowercase(), count.count))
        .collect();
    let counted: BTreeMap<&str, u64> = counted
        .iter()
        .map(|(tag, &count)| (tag.as_str(), count))
        .collect();
    assert_eq!(counted, tags, "tags of {text}");
    assert_eq!(facets.distinct, tags.len(), "{text}");
    assert!(facets.is_sorted_by(|a, b| a.count >= b.count), "{text}");
    tally.add("facets");

    relevance(&fresh(), reader, question, &expected, dice, tally);
}

/// The documents of hits, in order.
fn ids(reader: &Reader, hits: &Hits) -> Vec<usize> {
    let ids = hits.ids().unwrap();
    ids.iter().map(|id| reader.number(id.as_str())).collect()
}

fn timeline(hits: &Hits, reader: &Reader, question: &Question, answer: &[usize], by: By) {
    let text = hits.query().to_string();
    let mut counted = 0;
    let documents = &reader.documents;
    for bucket in hits.timeline(by).unwrap().iter() {
        let start = documents.partition_point(|document| document.day < Some(bucket.start));
        let end = documents.partition_point(|document| document.day <= Some(bucket.end));
        let before = |number: usize| answer.partition_point(|&other| other < number);
        let count = (before(end) - before(start)) as u64;
        let admitted = documents[start..end].iter();
        let admitted = admitted.filter(|one| question.admits(one) && question.is_in_time(one));
        let expected = (count, admitted.count() as u64);
        assert_eq!(
            (bucket.count, bucket.total),
            expected,
            "{} of {text}",
            bucket.label
        );
        counted += count;
    }
    let dated = answer
        .iter()
        .filter(|&&number| documents[number].day.is_some());
    assert_eq!(counted, dated.count() as u64, "all buckets of {text}");
}

fn relevance(
    hits: &Hits,
    reader: &Reader,
    question: &Question,
    answer: &[usize],
    dice: &mut Dice,
    tally: &mut Tally,
) {
    let text = question.text();
    let mut weights = Weights::default();
    if dice.chance(30) {
        weights.title = dice.below(5) as f64 / 2.0;
        weights.body = dice.below(5) as f64 / 2.0;
        weights.k1 = dice.below(5) as f64 / 2.0;
        weights.b = dice.below(5) as f64 / 4.0;
    }
    let measure = Measure {
        weights: [weights.title, weights.summary, weights.body],
        k1: weights.k1,
        b: weights.b,
    };
    let counts = |one: &Document| !one.superseded && !one.draft;
    let counted: Vec<bool> = reader.documents.iter().map(counts).collect();
    let scores = bm25(&question.units(reader), &reader.lengths, &counted, measure);

    let ranked = hits.by_relevance(weights).unwrap();
    let (order, given) = (ids(reader, &ranked), ranked.scores().unwrap());
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, answer, "by relevance: {text}");
    assert_eq!(given.len(), order.len(), "{text}");
    let mut score_of = vec![0.0; scores.len()];
    for (&number, &score) in order.iter().zip(&given) {
        let id = &reader.documents[number].id;
        assert!(
            is_near(score, scores[number]),
            "{id}: {score}, not {} in {text}",
            scores[number]
        );
        score_of[number] = score;
    }
    tally.add("scores");
    for (numbers, scores) in order.windows(2).zip(given.windows(2)) {
        let newer = numbers[0] > numbers[1];
        let ordered = scores[0] > scores[1] || scores[0] == scores[1] && newer;
        assert!(ordered, "{numbers:?} {scores:?} of {text}");
    }
    tally.add("order by relevance");

    let by_date = ranked.order(Order::NewestFirst).unwrap().scores().unwrap();
    let expected: Vec<f64> = answer
        .iter()
        .rev()
        .map(|&number| score_of[number])
        .collect();
    assert_eq!(by_date, expected, "scores by date of {text}");
    tally.add("scores by date");

    let from = dice.below(order.len() + 1);
    let to = (from + 1 + dice.below(9)).min(order.len());
    // Hits of their own, which rank no more than the slice needs.
    let slice = hits.narrow("").unwrap().by_relevance(weights).unwrap();
    let slice = slice.slice(from as u64..to as u64);
    assert_eq!(
        ids(reader, &slice),
        order[from..to],
        "best {from}..{to} of {text}"
    );
    assert_eq!(slice.scores().unwrap(), given[from..to], "{text}");
    tally.add("slice by relevance");

    if order.len() < 40 || dice.chance(5) {
        let size = 1 + order.len() / (1 + dice.below(4));
        let (mut read, mut token) = (Vec::new(), None);
        loop {
            let page = ranked.page(size, token.as_deref()).unwrap();
            read.extend(
                page.events
                    .iter()
                    .map(|event| reader.number(event.id.as_str())),
            );
            token = page.next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(read, order, "pages of {size} of {text}");
        tally.add("pages by relevance");
    }
}

fn is_near(one: f64, other: f64) -> bool {
    one == other || (one - other).abs() <= 1e-5 * one.abs().max(other.abs())
}
