//! What outlives a change: hits, iterators, page tokens.

use super::model::all_of;
use super::stores::{Batch, Spec, commit, id_of};
use crate::event::EventId;
use crate::query::{Order, Query};
use crate::{Error, Store};

fn spec(number: usize, tags: &[&'static str]) -> Spec {
    Spec {
        number,
        tags: tags.to_vec(),
        category: None,
        sources: Vec::new(),
        related: Vec::new(),
        title: format!("Title {number}"),
    }
}

fn store() -> Store {
    let store = Store::memory().unwrap();
    for range in [0..40, 40..52, 52..56] {
        let put = range.map(|number| spec(number, &["Syria"])).collect();
        commit(
            &store,
            &Batch {
                put,
                ..Batch::default()
            },
        );
    }
    assert!(store.snapshot().unwrap().views.len() >= 2);
    store
}

fn ids(events: Vec<crate::Event>) -> Vec<EventId> {
    events.into_iter().map(|event| event.id).collect()
}

#[test]
fn a_token_goes_on_behind_its_event_though_that_is_gone_and_others_came() {
    let store = store();
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let hits = || store.query("tag:syria").unwrap().order(order).unwrap();
        let whole = hits().ids().unwrap();
        for size in [1, 5, 20] {
            let page = hits().page(size, None).unwrap();
            let last = page.events.last().unwrap().id.clone();
            let number = (0..90).find(|&number| id_of(number) == last).unwrap();
            store.remove([&last]).unwrap();
            let next = hits().page(usize::MAX, page.next.as_deref()).unwrap();
            assert_eq!(ids(next.events), whole[size..]);
            assert_eq!(next.next, None);
            commit(
                &store,
                &Batch {
                    put: vec![spec(number, &["Syria"])],
                    ..Batch::default()
                },
            );
            assert_eq!(hits().ids().unwrap(), whole);
        }
    }
    // Events that come behind the token's key are on the next page, those before it are not.
    let first = store.query("tag:syria").unwrap().page(10, None).unwrap();
    commit(
        &store,
        &Batch {
            put: (56..80).map(|number| spec(number, &["Syria"])).collect(),
            ..Batch::default()
        },
    );
    let whole = store.query("tag:syria").unwrap().ids().unwrap();
    let next = store
        .query("tag:syria")
        .unwrap()
        .page(100, first.next.as_deref())
        .unwrap();
    let at = whole
        .iter()
        .position(|id| *id == first.events[9].id)
        .unwrap();
    assert_eq!(ids(next.events), whole[at + 1..]);
}

#[test]
fn a_foreign_or_damaged_token_is_an_error() {
    let store = store();
    let hits = store.query("tag:syria").unwrap();
    let token = hits.page(3, None).unwrap().next.unwrap();
    assert!(
        token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    );
    let message = |query: &str, order: Order, token: &str| {
        let hits = store.query(query).unwrap().order(order).unwrap();
        match hits.page(3, Some(token)) {
            Err(Error::Parse(error)) => error.message,
            other => panic!("{other:?}"),
        }
    };
    let foreign = "the page token belongs to another query or order";
    assert_eq!(message("tag:Syrian", Order::OldestFirst, &token), foreign);
    assert_eq!(
        message("tag:syria 2017", Order::OldestFirst, &token),
        foreign
    );
    assert_eq!(message("tag:syria", Order::NewestFirst, &token), foreign);
    // An equal query is the same query, however it is spelt.
    assert!(
        store
            .query("tag:(SYRIA, syria)")
            .unwrap()
            .page(3, Some(&token))
            .is_ok()
    );
    assert!(
        store
            .query("superseded:no tag:syria")
            .unwrap()
            .page(3, Some(&token))
            .is_ok()
    );
    for i in 0..token.len() {
        let mut damaged = token.clone();
        let other = if &damaged[i..=i] == "A" { "B" } else { "A" };
        damaged.replace_range(i..=i, other);
        assert!(hits.page(3, Some(&damaged)).is_err(), "{damaged}");
        assert!(hits.page(3, Some(&token[..i])).is_err());
    }
    for text in ["", "é", "====", "A", "AAAA", "\0"] {
        assert_eq!(
            message("tag:syria", Order::OldestFirst, text),
            "this is no page token"
        );
    }
}

#[test]
fn hits_stay_as_they_were_whatever_is_written_later() {
    let store = store();
    let hits = store.query("tag:syria").unwrap();
    let part = hits.slice(5..15);
    let mut events = hits.iter();
    let first = events.next().unwrap().unwrap();
    let before = all_of(&store);
    let remove = (0..50).collect();
    commit(
        &store,
        &Batch {
            put: vec![spec(80, &["Syria"])],
            remove,
            ..Batch::default()
        },
    );
    store.compact().unwrap();
    assert_eq!(hits.count().unwrap(), 56);
    assert_eq!(part.count().unwrap(), 10);
    let rest: Vec<_> = events.map(Result::unwrap).collect();
    assert_eq!(rest.len(), 55);
    assert!(
        std::iter::once(&first)
            .chain(&rest)
            .all(|event| before[event.id.as_str()] == *event)
    );
    assert_eq!(part.ids().unwrap(), hits.ids().unwrap()[5..15]);
    assert_eq!(store.query("tag:syria").unwrap().count().unwrap(), 7);
}

#[test]
fn what_cannot_be_asked_of_a_slice_says_so() {
    let store = store();
    let part = store.query("").unwrap().slice(1..);
    let message = part.narrow("tag:a").unwrap_err().to_string();
    assert_eq!(
        message,
        "a slice of hits cannot be narrowed; do that first, then slice"
    );
    // A sample is one, also where all events are drawn.
    let sample = store.query("").unwrap().sample(1000, 0).unwrap();
    assert!(sample.narrow("tag:a").is_err());
    assert!(part.order(Order::OldestFirst).is_err());
    assert!(part.page(1, None).is_err());
    assert!(store.query("").unwrap().page(0, None).is_err());
    assert!(store.query("").unwrap().slice(..).page(1, None).is_ok());
}

#[test]
fn counting_reads_no_row_and_walking_to_a_place_reads_that_one() {
    use crate::segment::ReadCounts;
    let store = Store::memory().unwrap();
    let put = (0..80).map(|number| spec(number, &["Syria"])).collect();
    commit(
        &store,
        &Batch {
            put,
            ..Batch::default()
        },
    );
    store
        .query("tag:syria 2017")
        .unwrap()
        .timeline(crate::By::Month)
        .unwrap();
    ReadCounts::take();
    let hits = store.query("tag:syria").unwrap();
    hits.count().unwrap();
    hits.timeline(crate::By::Day).unwrap();
    hits.facets(crate::Facet::Tag, Some(3)).unwrap();
    store
        .query("tag:syria -tag:x 2017..")
        .unwrap()
        .count()
        .unwrap();
    let read = ReadCounts::take();
    assert!(read.postings > 0);
    assert_eq!(
        (read.head_blocks, read.row_blocks, read.link_blocks),
        (0, 0, 0)
    );
    assert!(hits.get(60).unwrap().is_some());
    assert_eq!(ReadCounts::take().row_blocks, 1);
}

#[test]
fn an_empty_store_answers_everything_with_nothing() {
    let store = Store::memory().unwrap();
    let hits = store.query("").unwrap();
    assert_eq!(hits.count().unwrap(), 0);
    assert!(hits.first().unwrap().is_none());
    assert!(hits.ids().unwrap().is_empty());
    assert!(hits.timeline(crate::By::Day).unwrap().is_empty());
    assert!(hits.facets(crate::Facet::Tag, None).unwrap().is_empty());
    assert_eq!(hits.page(5, None).unwrap().next, None);
    assert!(store.tags("", None).unwrap().is_empty());
    assert!(hits.explain().unwrap().contains("answers   0"));
    assert_eq!(hits.query(), &Query::new());
}

#[test]
fn referring_is_one_way_and_related_is_both_and_neither_is_the_event_itself() {
    let store = Store::memory().unwrap();
    let linked = |number: usize, related: &[usize]| Spec {
        related: related.to_vec(),
        ..spec(number, &[])
    };
    // 1 → 2, 3 → 1, 1 → 1, 4 → 3; 9 is in no store.
    let put = vec![
        linked(1, &[2, 1, 9]),
        linked(2, &[]),
        linked(3, &[1]),
        linked(4, &[3, 9]),
    ];
    commit(
        &store,
        &Batch {
            put,
            ..Batch::default()
        },
    );
    commit(
        &store,
        &Batch {
            put: vec![linked(5, &[1])],
            ..Batch::default()
        },
    );
    let ids = |query: Query| {
        let mut ids = store.query(query).unwrap().ids().unwrap();
        ids.sort();
        ids
    };
    let numbers = |numbers: &[usize]| {
        let mut ids: Vec<EventId> = numbers.iter().map(|&number| id_of(number)).collect();
        ids.sort();
        ids
    };
    assert_eq!(
        ids(Query::new().related_to(id_of(1)).unwrap()),
        numbers(&[2, 3, 5])
    );
    assert_eq!(
        ids(Query::new().refers_to(id_of(1)).unwrap()),
        numbers(&[3, 5])
    );
    assert_eq!(
        ids(Query::new().related_to(id_of(9)).unwrap()),
        numbers(&[1, 4])
    );
    assert_eq!(
        ids(Query::new().related_to([id_of(1), id_of(3)]).unwrap()),
        numbers(&[1, 2, 3, 4, 5])
    );
    let referring = store.referring(id_of(1)).unwrap();
    assert_eq!(referring.count().unwrap(), 2);
    assert_eq!(
        referring.query(),
        &Query::new().refers_to(id_of(1)).unwrap()
    );
    assert_eq!(
        referring.query().to_string(),
        format!("refers:{}", id_of(1))
    );
}

#[test]
fn hits_go_from_thread_to_thread() {
    fn sent<T: Send + Sync + 'static>(value: T) -> T {
        value
    }
    let store = store();
    let query = Query::new();
    let hits = sent(store.query(&query).unwrap());
    assert_eq!(hits.query(), &query);
    let counts: Vec<u64> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| hits.facets(crate::Facet::Tag, None).unwrap()[0].count))
            .collect();
        asked
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(counts, [56; 4]);
    let _ = sent(hits.iter());
}

#[test]
fn an_explanation_says_what_is_asked_found_and_read() {
    let store = store();
    let text = store
        .query("2017 tag:syria -tag:(x, y)")
        .unwrap()
        .explain()
        .unwrap();
    let segments = store.snapshot().unwrap().views.len();
    assert!(
        text.starts_with("query     2017 tag:syria -tag:(x,y)\norder     date, oldest first\n"),
        "{text}"
    );
    assert!(text.contains("superseded events left out, drafts left out, undated pages left out\n"));
    assert_eq!(text.matches("\n  tag:syria  1 term, ").count(), segments);
    assert_eq!(
        text.matches("\n  -tag:(x,y)  0 terms, 0 events").count(),
        segments
    );
    let count = store.query("2017 tag:syria").unwrap().count().unwrap();
    assert!(text.contains(&format!("\nanswers   {count}\n")), "{text}");
    assert!(
        text.contains("blocks: 0 of ids, 0 of links, 0 of rows; "),
        "{text}"
    );
}
