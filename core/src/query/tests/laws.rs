//! The laws of answers, over random stores and random queries.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use proptest::prelude::*;

use super::model::{answer, counts, everything, query, values};
use super::stores::{history, store_of};
use crate::event::{Date, Event, EventId, fold};
use crate::query::answer::{count_by_row, count_by_term};
use crate::query::text::Trait;
use crate::query::{By, Facet, Heading, Order, Query};
use crate::segment::TermField;

pub(super) const BYS: [By; 4] = [By::Day, By::Week, By::Month, By::Year];

pub(super) fn facets() -> Vec<Facet> {
    let keys = ["SERIES", "my key", "cover", "cover.series", "none"];
    let keys = keys.map(|key| Facet::Meta(key.to_owned()));
    Facet::ALL
        .into_iter()
        .chain(keys)
        .chain([Facet::Word])
        .collect()
}

fn set(ids: Vec<EventId>) -> BTreeSet<EventId> {
    ids.into_iter().collect()
}

/// What [`Hits::similar`](crate::Hits::similar) says, by comparing each event's tags.
fn plainly_similar(event: &Event, among: &[Event], top: usize) -> Vec<(EventId, Vec<String>)> {
    let mut tags: Vec<&String> = Vec::new();
    for tag in &event.tags {
        if !tags.iter().any(|other| fold(other) == fold(tag)) {
            tags.push(tag);
        }
    }
    let mut found: Vec<(Reverse<usize>, Reverse<_>, EventId, Vec<String>)> = Vec::new();
    for other in among.iter().filter(|other| other.id != event.id) {
        let has = |tag: &&&String| other.tags.iter().any(|theirs| fold(theirs) == fold(tag));
        let shared: Vec<String> = tags.iter().filter(has).map(|tag| tag.to_string()).collect();
        if !shared.is_empty() {
            let place = (other.date, other.time);
            found.push((
                Reverse(shared.len()),
                Reverse(place),
                other.id.clone(),
                shared,
            ));
        }
    }
    found.sort();
    let found = found.into_iter().take(top);
    found.map(|(_, _, id, shared)| (id, shared)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_index_answers_as_reading_every_event_does(
        history in history(),
        queries in prop::collection::vec(query(), 16),
    ) {
        let store = store_of(&history);
        let snapshot = store.snapshot().unwrap();
        let all = everything(&snapshot);
        for query in queries {
            let expected = answer(&query, &all);
            let hits = snapshot.query(query.clone()).unwrap();
            // Counted before any row set is there, and after.
            prop_assert_eq!(hits.count().unwrap(), expected.len() as u64, "{}", query);
            let again = snapshot.query(query.clone()).unwrap();
            prop_assert_eq!(again.count().unwrap(), expected.len() as u64, "{}", query);
            prop_assert_eq!(&hits.ids().unwrap(), &expected, "{}", query);
            prop_assert_eq!(snapshot.query(query.clone()).unwrap().first().unwrap().map(|event| event.id), expected.first().cloned());
            let events: Vec<_> = hits.iter().map(Result::unwrap).collect();
            prop_assert_eq!(events.iter().map(|event| event.id.clone()).collect::<Vec<_>>(), expected.clone());
            prop_assert!(events.iter().all(|event| all[event.id.as_str()] == *event));
            // Read together, below and above the number from which other cores help.
            for size in [7, 40] {
                let (mut ahead, mut together) = (hits.iter(), Vec::new());
                loop {
                    let batch = ahead.next_batch(size).unwrap();
                    prop_assert!(batch.len() <= size);
                    if batch.is_empty() {
                        break;
                    }
                    together.extend(batch);
                }
                prop_assert_eq!(&together, &events, "{}", query);
            }
            let mut newest = hits.order(Order::NewestFirst).unwrap().ids().unwrap();
            newest.reverse();
            prop_assert_eq!(newest, expected);
            let answers = format!("answers   {}\n", events.len());
            prop_assert!(hits.explain().unwrap().contains(&answers));
        }
    }

    #[test]
    fn slices_are_slices_and_pages_concatenate_to_the_whole(
        history in history(),
        query in query(),
        cuts in prop::collection::vec((0u64..60, 0u64..60), 6),
        size in 1usize..9,
    ) {
        let store = store_of(&history);
        let snapshot = store.snapshot().unwrap();
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let hits = snapshot.query(query.clone()).unwrap().order(order).unwrap();
            let whole = hits.ids().unwrap();
            let cut = |list: &[EventId], from: u64, to: u64| -> Vec<EventId> {
                let to = (to as usize).min(list.len());
                list.get((from as usize).min(to)..to).unwrap_or_default().to_vec()
            };
            for &(a, b) in &cuts {
                let slice = hits.slice(a..b);
                let expected = cut(&whole, a, b);
                prop_assert_eq!(slice.count().unwrap(), expected.len() as u64);
                prop_assert_eq!(slice.ids().unwrap(), expected.clone());
                prop_assert_eq!(slice.iter().count(), expected.len());
                prop_assert_eq!(slice.get(1).unwrap().map(|event| event.id), expected.get(1).cloned());
                prop_assert_eq!(slice.slice(2..).slice(..b).ids().unwrap(), cut(&cut(&expected, 2, 99), 0, b));
                prop_assert_eq!(slice.slice(..=3).ids().unwrap(), cut(&expected, 0, 4));
                let tags: u64 = slice.facets(Facet::Tag, None).unwrap().iter().map(|count| count.count).sum();
                let stated: usize = slice.iter().map(|event| event.unwrap().tags.len()).sum();
                prop_assert_eq!(tags, stated as u64);
                let years: u64 = slice.timeline(By::Year).unwrap().iter().map(|bucket| bucket.count).sum();
                prop_assert_eq!(years, expected.len() as u64);
            }
            for (place, id) in whole.iter().enumerate() {
                prop_assert_eq!(&hits.get(place as u64).unwrap().unwrap().id, id);
            }
            prop_assert!(hits.get(whole.len() as u64).unwrap().is_none());
            let mut pages = Vec::new();
            let mut after: Option<String> = None;
            loop {
                let page = hits.page(size, after.as_deref()).unwrap();
                prop_assert!(page.next.is_none() || page.events.len() == size);
                let headings = hits.headings(size, after.as_deref()).unwrap();
                let of_events: Vec<Heading> = page.events.iter().map(Event::heading).collect();
                prop_assert_eq!(headings.events, of_events);
                prop_assert_eq!(&headings.next, &page.next);
                pages.extend(page.events.into_iter().map(|event| event.id));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            prop_assert_eq!(pages, whole);
        }
    }

    #[test]
    fn a_sample_is_a_part_of_its_answer_in_its_order(
        history in history(), query in query(), count in 0u64..8, seed in any::<u64>(), a in 0u64..6,
    ) {
        let store = store_of(&history);
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let hits = store.query(query.clone()).unwrap().order(order).unwrap();
            for hits in [hits.clone(), hits.slice(a..)] {
                let (whole, sample) = (hits.ids().unwrap(), hits.sample(count, seed).unwrap());
                let ids = sample.ids().unwrap();
                prop_assert_eq!(ids.len() as u64, count.min(whole.len() as u64));
                let mut rest = whole.iter();
                prop_assert!(ids.iter().all(|id| rest.any(|other| other == id)), "{:?} of {:?}", ids, whole);
                prop_assert_eq!(hits.sample(count, seed).unwrap().ids().unwrap(), ids.clone());
                prop_assert_eq!(sample.count().unwrap(), ids.len() as u64);
                let events = sample.iter().map(|event| event.unwrap().id).collect::<Vec<_>>();
                prop_assert_eq!(&events, &ids);
                prop_assert_eq!(sample.slice(1..).ids().unwrap(), &ids[ids.len().min(1)..]);
                let years: u64 = sample.timeline(By::Year).unwrap().iter().map(|bucket| bucket.count).sum();
                let dated = sample.iter().filter(|event| event.as_ref().unwrap().date.is_some()).count();
                prop_assert_eq!(years, dated as u64);
            }
        }
    }

    #[test]
    fn similar_events_are_those_of_a_plain_count(history in history(), query in query(), top in 1usize..5) {
        let store = store_of(&history);
        let hits = store.query(query).unwrap();
        let events: Vec<Event> = hits.iter().map(|event| event.unwrap()).collect();
        let all = store.query("superseded:yes draft:yes undated:yes").unwrap();
        for event in all.iter().map(|event| event.unwrap()) {
            let expected = plainly_similar(&event, &events, top);
            let found = hits.similar(&event.id, top).unwrap();
            let found: Vec<_> = found.into_iter().map(|one| (one.heading.id, one.shared)).collect();
            prop_assert_eq!(found, expected, "{}", event.id);
        }
    }

    #[test]
    fn and_is_intersection_or_is_union_and_not_is_the_rest(history in history(), a in query(), b in query()) {
        let store = store_of(&history);
        let snapshot = store.snapshot().unwrap();
        let ids = |query: &Query| set(snapshot.query(query.clone()).unwrap().ids().unwrap());
        // What one side says of superseded events holds for both.
        let a = a.superseded(crate::Include::Yes);
        let b = b.superseded(crate::Include::Yes);
        let both: BTreeSet<_> = ids(&a).intersection(&ids(&b)).cloned().collect();
        prop_assert_eq!(&ids(&(&a & &b)), &both);
        prop_assert_eq!(set(snapshot.query(a.clone()).unwrap().narrow(b.clone()).unwrap().ids().unwrap()), both);
        let every = ids(&"superseded:yes".parse().unwrap());
        for clause in &a.clauses {
            let alone = |negated: bool| {
                let mut query = Query::new().superseded(crate::Include::Yes);
                query.push(crate::query::model::Clause { negated, ..clause.clone() });
                ids(&query)
            };
            if !clause.matchers.is_empty() {
                prop_assert_eq!(&alone(true), &every.difference(&alone(false)).cloned().collect());
            }
            let mut union = BTreeSet::new();
            for matcher in &clause.matchers {
                let mut query = Query::new().superseded(crate::Include::Yes);
                let one = crate::query::model::Clause { negated: false, matchers: vec![matcher.clone()], field: clause.field.clone() };
                query.push(one);
                union.extend(ids(&query));
            }
            prop_assert_eq!(alone(false), union);
        }
    }

    #[test]
    fn a_facet_s_count_is_the_count_of_its_value(history in history(), commits in 1usize..=4, query in query()) {
        // One segment alone is counted in a way of its own.
        let store = store_of(&history[..commits]);
        let snapshot = store.snapshot().unwrap();
        let all = everything(&snapshot);
        let hits = snapshot.query(query.clone()).unwrap();
        let found = answer(&query, &all);
        for by in &facets() {
            let expected = counts(found.iter().map(|id| &all[id.as_str()]), by);
            let facets = hits.facets(by.clone(), None).unwrap();
            prop_assert_eq!(facets.distinct, expected.len());
            let got = facets.iter().map(|count| (fold(&count.value).into_owned(), count.count)).collect();
            prop_assert_eq!(&expected, &got);
            let mut sorted = facets.counts.clone();
            sorted.sort_by_key(|count| (std::cmp::Reverse(count.count), fold(&count.value).into_owned()));
            prop_assert_eq!(&sorted, &facets.counts);
            for top in [1, 3] {
                let few = hits.facets(by.clone(), Some(top)).unwrap();
                prop_assert_eq!(&few.counts[..], &sorted[..top.min(sorted.len())]);
                prop_assert_eq!(few.distinct, sorted.len());
            }
            for count in &facets.counts {
                let value = count.value.as_str();
                let one = match by {
                    Facet::Tag => Query::new().tags_any(value),
                    Facet::Category => Query::new().category(value),
                    Facet::Author => Query::new().author(value),
                    Facet::Source => Query::new().source(value),
                    Facet::Domain => Query::new().domain(value),
                    Facet::Kind => Query::new().kind(value),
                    Facet::Lang => Query::new().lang(value),
                    Facet::Meta(key) => Query::new().meta(key, value),
                    Facet::Word => Query::new().words(value),
                };
                // A language is found with its variants, and counted for itself.
                let variant = format!("{value}-");
                let variants = facets.iter().filter(|other| *by == Facet::Lang && other.value.starts_with(&variant));
                let expected = count.count + variants.map(|other| other.count).sum::<u64>();
                prop_assert_eq!(hits.narrow(one.unwrap()).unwrap().count().unwrap(), expected, "{}:{}", by, value);
                // The spelling that most events of the store have, superseded ones among them.
                let spelt = |spelling: &str| all.values().filter(|event| values(event, by).iter().any(|value| value == spelling)).count();
                let best = all.values().flat_map(|event| values(event, by)).filter(|other| fold(other) == fold(value));
                let best = best.max_by_key(|spelling| (spelt(spelling), std::cmp::Reverse(spelling.clone())));
                prop_assert_eq!(best.as_deref(), Some(value));
            }
        }
    }

    #[test]
    fn rows_and_terms_count_facets_alike(history in history(), query in query()) {
        let store = store_of(&history);
        let snapshot = store.snapshot().unwrap();
        let plan = crate::query::run::QueryPlan::new(&query, &snapshot).unwrap();
        for (i, view) in snapshot.views.iter().enumerate() {
            let rows = plan.rows(i).unwrap();
            prop_assert!(rows.is_subset(&view.live));
            for field in [TermField::Tag, TermField::Category, TermField::Author, TermField::Source, TermField::Domain, TermField::Lang, TermField::Meta] {
                let terms = view.segment.postings(field).unwrap();
                for term in 0..terms.len() {
                    let counted = terms.rows(term).unwrap().intersection_len(&view.current);
                    // Counted, then looked up.
                    for _ in 0..2 {
                        prop_assert_eq!(view.current_with(field, term).unwrap(), counted);
                    }
                }
                for wanted in [0..terms.len(), terms.prefix("s").unwrap(), terms.prefix("new").unwrap()] {
                    let by_term = count_by_term(view, field, &rows, wanted.clone()).unwrap();
                    prop_assert_eq!(count_by_row(view, field, &rows, wanted).unwrap(), by_term);
                }
            }
        }
    }

    #[test]
    fn a_timeline_s_buckets_follow_each_other_and_sum_to_the_count(history in history(), query in query()) {
        let store = store_of(&history);
        let snapshot = store.snapshot().unwrap();
        let all = everything(&snapshot);
        let hits = snapshot.query(query.clone()).unwrap();
        let mut plain = query.clone();
        plain.clauses.clear();
        let total = snapshot.query(plain).unwrap().count().unwrap();
        let rule = query.rule();
        let days = all.values().filter(|event| rule.of(Trait::Superseded).admits(event.superseded));
        let days: Vec<Date> = days.filter_map(|event| event.date).collect();
        let first = days.iter().min().map(|&day| query.since.map_or(day, |since| since.max(day)));
        let last = days.iter().max().map(|&day| query.until.map_or(day, |until| until.min(day)));
        for by in BYS {
            let timeline = hits.timeline(by).unwrap();
            prop_assert_eq!(timeline.iter().map(|bucket| bucket.count).sum::<u64>(), hits.count().unwrap());
            prop_assert_eq!(timeline.iter().map(|bucket| bucket.total).sum::<u64>(), total);
            prop_assert!(timeline.windows(2).all(|two| two[0].end.plus_days(1) == two[1].start && two[0].label < two[1].label));
            match (first, last) {
                (Some(first), Some(last)) if first <= last => {
                    prop_assert!(timeline[0].start <= first && first <= timeline[0].end);
                    let end = timeline.last().unwrap();
                    prop_assert!(end.start <= last && last <= end.end);
                }
                _ => prop_assert!(timeline.is_empty()),
            }
            // Of a timeline by day there may be a thousand: a few of them stand for all.
            for bucket in timeline.iter().filter(|bucket| bucket.count > 0).take(12) {
                let time = Query::new().since(bucket.start).unwrap().until(bucket.end).unwrap();
                prop_assert_eq!(hits.narrow(time).unwrap().count().unwrap(), bucket.count);
                prop_assert!(bucket.share().unwrap() > 0.0);
            }
        }
    }

    #[test]
    fn tags_count_as_queries_do(history in history()) {
        let store = store_of(&history);
        let snapshot = store.snapshot().unwrap();
        let all = everything(&snapshot);
        for prefix in ["", "s", "NEW", "new ", "消", "zz"] {
            let tags = snapshot.tags(prefix, None).unwrap();
            let expected: BTreeSet<String> = counts(all.values().filter(|event| !event.superseded), &Facet::Tag)
                .into_keys()
                .filter(|tag| tag.starts_with(&*fold(prefix)))
                .collect();
            prop_assert_eq!(tags.iter().map(|count| fold(&count.value).into_owned()).collect::<BTreeSet<_>>(), expected);
            for count in &tags.counts {
                let query = Query::new().tags_any(count.value.as_str()).unwrap();
                prop_assert_eq!(snapshot.query(query).unwrap().count().unwrap(), count.count);
            }
        }
    }
}

#[test]
fn the_random_stores_are_worth_testing() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut segments, mut deleted, mut superseded, mut shared_days) = (0, 0, 0, 0);
    let (mut keys, mut long, mut variants) = (0, 0, 0);
    for _ in 0..20 {
        let history = history().new_tree(&mut runner).unwrap().current();
        let store = store_of(&history);
        let snapshot = store.snapshot().unwrap();
        segments = segments.max(snapshot.views.len());
        let count = |query: &str| snapshot.query(query).unwrap().count().unwrap();
        keys += count("meta.series:ferries") + count("meta.cover.series:ferries");
        let notes = everything(&snapshot);
        let with_long = notes
            .values()
            .filter(|event| event.meta.to_string().len() > 260);
        long += with_long.count();
        variants += count("lang:pt-BR");
        deleted += snapshot
            .views
            .iter()
            .map(|view| view.deleted.len())
            .sum::<u64>();
        superseded += snapshot
            .views
            .iter()
            .map(|view| view.superseded.len())
            .sum::<u64>();
        let days: Vec<BTreeSet<Date>> = snapshot
            .views
            .iter()
            .map(|view| {
                view.current
                    .iter()
                    .filter_map(|row| view.segment.date_of(row).unwrap())
                    .collect()
            })
            .collect();
        shared_days += days
            .windows(2)
            .map(|two| two[0].intersection(&two[1]).count())
            .sum::<usize>();
    }
    assert!(segments >= 3, "{segments} segments at most");
    assert!(keys > 50, "{keys} values of keys");
    assert!(long > 5, "{long} long values");
    assert!(variants > 20, "{variants} variants of languages");
    assert!(deleted > 50, "{deleted} deleted rows");
    assert!(superseded > 50, "{superseded} superseded rows");
    assert!(shared_days > 20, "{shared_days} days in two segments");
}
