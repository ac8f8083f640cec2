//! What a question reads is what its plan says, on a store of many blocks.

use std::sync::Arc;

use crate::segment::Part;
use crate::segment::ReadCounts;
use crate::storage::{CHUNK_HEADER, PAYLOAD_MAX, Storage, open_memory};
use crate::store::open_on;
use crate::{By, Date, Event, EventId, Facet, IngestOptions, Order, Related, Source, Store};

const EVENTS: i64 = 3_000;
const A_DAY: i64 = 5;
/// Links of each event: to the one before it, to one on another day, to one in another block.
const BACK: [i64; 3] = [1, 12, 700];

fn day(number: i64) -> Date {
    let first = Date::new(2015, 11, 20).unwrap();
    first.plus_days(number / A_DAY)
}

fn id(number: i64) -> EventId {
    EventId::at(false, day(number), &format!("event-{number:04}")).unwrap()
}

fn title(number: i64) -> String {
    format!("Event {number} of a title as long as those that papers print over their news")
}

fn event(number: i64) -> Event {
    let mut event = Event::new(id(number), day(number), title(number));
    event.tags = vec!["All".to_owned(), format!("Of {}", number % 40)];
    if number % 3 == 0 {
        event.tags.push("Third".to_owned());
    }
    event.categories = vec![["Works", "Days"][number as usize % 2].to_owned()];
    event.sources = vec![Source {
        name: format!("Paper {}", number % 7),
        url: format!("https://paper{}.example/{number}", number % 7),
        image: None,
    }];
    let earlier = BACK.iter().map(|back| number - back);
    event.related = earlier
        .filter(|&other| other >= 0)
        .map(|other| Related {
            id: id(other),
            title: title(other),
            tags: vec!["All".to_owned()],
        })
        .collect();
    event
}

/// A store of one segment with many blocks of each kind, of which nothing was asked yet.
fn store() -> Store {
    let store = Store::memory().unwrap();
    store.add((0..EVENTS).map(event)).unwrap();
    let snapshot = store.snapshot().unwrap();
    let [view] = snapshot.views.as_slice() else {
        panic!("{} segments", snapshot.views.len());
    };
    for part in [Part::Headers, Part::Bodies, Part::Links] {
        let chunks = view.segment.meta.chunks_of(part);
        assert!(chunks >= 5, "{chunks} chunks of {}", part.name());
    }
    store
}

fn read_by(ask: impl FnOnce()) -> ReadCounts {
    ReadCounts::take();
    ask();
    ReadCounts::take()
}

fn blocks(read: ReadCounts) -> [u32; 4] {
    [
        read.head_blocks,
        read.target_blocks,
        read.row_blocks,
        read.link_blocks,
    ]
}

#[test]
fn counts_timelines_and_facets_read_no_block_even_if_nothing_was_asked_before() {
    for query in [
        "",
        "2017",
        "tag:third",
        "tag:of*",
        "tag:(\"of 1\", \"of 2\") -tag:third 2016..",
        "category:works source:\"paper 3\"",
        "domain:paper4.example kind:news lang:en superseded:yes",
    ] {
        let store = store();
        let read = read_by(|| {
            let hits = store.query(query).unwrap();
            let found = hits.count().unwrap();
            assert!(found > 0);
            for by in [By::Day, By::Week, By::Month, By::Year] {
                let timeline = hits.timeline(by).unwrap();
                assert_eq!(timeline.iter().map(|of| of.count).sum::<u64>(), found);
            }
            for by in [Facet::Tag, Facet::Category, Facet::Source, Facet::Domain] {
                assert!(!hits.facets(by.clone(), Some(3)).unwrap().is_empty());
                let split = hits.split_timeline(By::Month, by, Some(3)).unwrap();
                assert!(!split.is_empty());
            }
        });
        assert_eq!(blocks(read), [0; 4], "{query}");
        assert!(read.chunks > 0, "the structures of a new store were loaded");
    }
}

#[test]
fn a_time_without_a_tag_touches_no_postings() {
    let store = store();
    for query in ["", "2016", "2016-02-28..2017-03", "..2016"] {
        let read = read_by(|| {
            let hits = store.query(query).unwrap();
            assert!(hits.count().unwrap() > 0);
            hits.timeline(By::Month).unwrap();
            let newest = hits.order(Order::NewestFirst).unwrap().slice(..20);
            assert_eq!(newest.ids().unwrap().len(), 20);
        });
        assert_eq!(read.postings, 0, "{query}");
    }
    let read = read_by(|| assert!(store.query("2016 tag:third").unwrap().count().unwrap() > 0));
    assert_eq!(read.postings, 1);
}

#[test]
fn the_newest_twenty_read_a_block_each_at_most_wherever_they_lie() {
    let store = store();
    for (query, from) in [
        ("", 0),
        ("tag:third", 0),
        ("tag:\"of 7\" 2016", 0),
        ("", 2_000),
    ] {
        let hits = store.query(query).unwrap();
        let newest = hits.order(Order::NewestFirst).unwrap();
        let newest = newest.slice(from..).slice(..20);
        let mut links = 0;
        let read = read_by(|| {
            let events: Vec<Event> = newest.iter().map(Result::unwrap).collect();
            assert!(events.len() >= 18);
            links = events.iter().map(|event| event.related.len() as u32).sum();
        });
        let [heads, targets, rows, of_links] = blocks(read);
        assert!(heads <= 20 && rows <= 20 && of_links <= 20, "{read:?}");
        assert!(targets <= links, "{read:?}");
        assert!(
            heads >= 18 && targets > 20,
            "whole events read blocks: {read:?}"
        );
        let read = read_by(|| assert!(newest.ids().unwrap().len() >= 18));
        assert!(read.head_blocks <= 20, "{read:?}");
        assert_eq!([read.row_blocks, read.link_blocks], [0, 0]);
    }
}

#[test]
fn a_page_by_token_reads_a_block_an_event_and_the_ids_of_the_day_that_it_begins_on() {
    const SIZE: usize = 50;
    let store = store();
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let hits = store.query("tag:all").unwrap().order(order).unwrap();
        let mut after = hits.page(SIZE, None).unwrap().next;
        for _ in 0..20 {
            let token = after.expect("a next page");
            let page = || {
                store
                    .query("tag:all")?
                    .order(order)?
                    .page(SIZE, Some(&token))
            };
            let mut next = None;
            let read = read_by(|| next = page().unwrap().next);
            let most = SIZE as u32;
            assert!(
                read.row_blocks <= most && read.link_blocks <= most,
                "{read:?}"
            );
            assert!(read.head_blocks <= most + A_DAY as u32, "{read:?}");
            after = next;
        }
    }
}

#[test]
fn who_links_to_an_event_is_told_from_the_ids_of_its_day_alone() {
    let store = store();
    // Backlinks are stored: not even the first query reads any links.
    let first = read_by(|| assert_eq!(store.referring(id(0)).unwrap().count().unwrap(), 3));
    assert_eq!(blocks(first)[1..], [0, 0, 0]);
    assert!(first.chunks <= 10, "{first:?}");
    for number in (0..EVENTS).step_by(97) {
        let linking = BACK.iter().filter(|&back| number + back < EVENTS).count();
        let read = read_by(|| {
            let found = store.referring(id(number)).unwrap().count().unwrap();
            assert_eq!(found, linking as u64);
        });
        // A day's ids lie in one block, or at the border of two; a search goes to and fro.
        assert!(read.head_blocks <= 3, "{read:?}");
        assert_eq!(blocks(read)[1..], [0, 0, 0]);

        let linked = BACK.iter().filter(|&back| number >= *back).count();
        let read = read_by(|| {
            let query = crate::Query::new().related_to(id(number)).unwrap();
            let found = store.query(query).unwrap().count().unwrap();
            assert_eq!(found, (linking + linked) as u64);
        });
        // The event's own list, and the ids that it names.
        assert!(read.link_blocks <= 1, "{read:?}");
        assert_eq!(read.row_blocks, 0);
    }
}

/// Events of two stores that are told apart by what a row costs.
const SMALL: i64 = 1_500;
const LARGE: i64 = 8_000;

/// Chunks that a first answer reads at most of a million events: of the command's table, and of anything else. What is
/// reckoned from stores of this size is too much, since the small one does not fill its chunks; a part that is read whole
/// would add 140 for each byte an event.
const TABLE_MOST: f64 = 64.0;
const OTHERS_MOST: f64 = 320.0;

/// Times that each question is asked, about other events.
const SAMPLES: i64 = 16;

/// A question about an event of some number, and how much was found.
type Ask<'a> = &'a dyn Fn(&Store, i64) -> usize;

/// A store whose dictionaries, external ids and names grow with it, and its storage.
fn grown_store(events: i64) -> (Store, Arc<dyn Storage>) {
    let storage = open_memory();
    let store = open_on(storage.clone());
    let own = |number: i64| {
        let mut event = event(number);
        event.tags.push(format!("Of number {number} alone"));
        event.sources[0].name = format!("The paper of day {number}");
        let elsewhere = EventId::at(false, day(number), &format!("elsewhere-{number}")).unwrap();
        event.related.push(Related::new(elsewhere, "Elsewhere"));
        event
    };
    store.add((0..events).map(own)).unwrap();
    let note = |number: i64| {
        let text = format!(
            "---\ntitle: Note {number}\n---\nSee [[note-{}]].\n",
            number / 2
        );
        (format!("notes/note-{number}.md"), text.into_bytes())
    };
    let notes = (0..events / 2).map(note).collect::<Vec<_>>();
    store.ingest(notes, IngestOptions::new()).unwrap();
    (store, storage)
}

#[test]
fn a_first_answer_reads_a_few_chunks_whatever_the_size_of_the_store() {
    let (small, large) = (grown_store(SMALL), grown_store(LARGE));
    let newest = |store: &Store, query: &str| {
        let hits = store.query(query).unwrap();
        hits.order(Order::NewestFirst).unwrap()
    };
    let asked: [(&str, f64, Ask<'_>); 6] = [
        ("five events", OTHERS_MOST, &|store, number| {
            let hits = newest(store, "tag:third").slice(number as u64 / 4..);
            hits.slice(..5).iter().count()
        }),
        ("headings", TABLE_MOST, &|store, number| {
            let hits = newest(store, &format!("tag:\"of {}\"", number % 40));
            hits.headings(5, None).unwrap().events.len()
        }),
        ("an event", OTHERS_MOST, &|store, number| {
            let event = store.get(id(number)).unwrap();
            event.map_or(0, |event| event.tags.len())
        }),
        ("an id of no event", OTHERS_MOST, &|store, number| {
            let elsewhere = EventId::at(false, day(number), &format!("elsewhere-{number}"));
            let query = crate::Query::new().related_to(elsewhere.unwrap()).unwrap();
            store.query(query).unwrap().count().unwrap() as usize
        }),
        ("a note", OTHERS_MOST, &|store, number| {
            let note = store.get(&*format!("notes/note-{}", number / 2)).unwrap();
            note.map_or(0, |_| 1)
        }),
        ("notes that lead to one", OTHERS_MOST, &|store, number| {
            let leading = format!("refers:notes/note-{} undated:yes", number / 4);
            store.query(&*leading).unwrap().count().unwrap() as usize
        }),
    ];
    // Stores that were opened for one question, as a fresh process does. A close would close the storage.
    let mut opened = Vec::new();
    for (what, most, ask) in asked {
        let [few, many] = [&small, &large].map(|(_, storage)| {
            let reads = (0..SAMPLES).map(|sample| {
                let store = open_on(storage.clone());
                let mut found = 0;
                let read = read_by(|| found = ask(&store, 20 + sample * SMALL / SAMPLES));
                assert!(found > 0, "{what}");
                opened.push(store);
                read
            });
            reads.collect::<Vec<_>>()
        });
        let chunks = |reads: &[ReadCounts]| reads.iter().map(|read| read.chunks).max().unwrap();
        let bytes = |reads: &[ReadCounts]| {
            let bytes = reads.iter().map(|read| read.chunk_bytes).sum::<u64>();
            bytes as f64 / SAMPLES as f64
        };
        // What is read whole grows by some bytes an event; what is read by the chunk does not.
        let of_an_event = (bytes(&many) - bytes(&few)).max(0.0) / (LARGE - SMALL) as f64;
        let of_a_million = of_an_event * 1e6 / (CHUNK_HEADER + PAYLOAD_MAX) as f64;
        let at_a_million = f64::from(chunks(&many)) + of_a_million;
        println!(
            "{what}: {} chunks of {SMALL} events, {} of {LARGE}; {at_a_million:.0} of a million",
            chunks(&few),
            chunks(&many)
        );
        assert!(
            chunks(&many) <= 64 && at_a_million <= most,
            "{what}: {at_a_million}"
        );
    }
}
