//! The quick ways to an event and to a name are held to the plain ones, over real stores.

use std::path::Path;

use proptest::prelude::*;

use super::{Field, Segment};
use crate::event::Event;
use crate::ingest::{Archive, IngestOptions};
use crate::page::tests::{archive, specified};
use crate::page::{EventPage, to_event};
use crate::segment::block::chunk::Part;
#[cfg(feature = "arrow")]
use crate::segment::cursor::Cursor;
use crate::segment::link::encode::{self as links, Target};
use crate::segment::row::header::{self as head, compare_name};
use crate::store::Store;

/// What was looked at: a test that met none of a kind has shown nothing of it.
#[derive(Debug, Default)]
struct Seen {
    events: u32,
    /// Links to rows of the segment, with the title of the row and with a text of their own; links to other ids.
    titled: u32,
    renamed: u32,
    outside: u32,
    names: u32,
    /// Rows that link to an event of the segment, and to another id.
    linking_inside: usize,
    linking_outside: usize,
}

fn store_of(source: impl Into<Archive>) -> Store {
    let store = Store::memory().expect("a store");
    let report = store.ingest(source, IngestOptions::default());
    assert!(report.expect("an archive").files > 0);
    store
}

/// The event of a row by way of its page.
fn by_page(segment: &Segment, row: u32) -> Event {
    let (page, tags): (EventPage, Vec<u32>) = segment.event_page(row).unwrap();
    let terms = segment.spellings(Field::Tag).unwrap();
    let spelt = tags.iter().map(|&tag| terms.spelling(tag).to_owned());
    let superseded = segment.flags().unwrap().superseded.contains(row);
    to_event(&page, spelt.collect(), superseded)
}

fn look(store: &Store, seen: &mut Seen) {
    for view in &store.snapshot().unwrap().views {
        let segment = &view.segment;
        let flags = segment.flags().unwrap();
        for row in &flags.events | &flags.twins {
            assert_eq!(segment.event(row).unwrap(), by_page(segment, row));
            seen.events += 1;
            let counted = segment.with_entry(Part::Links, row, |entry| {
                for link in links::decode(entry) {
                    let link = link?;
                    match (link.target, link.title) {
                        (Target::Row(row), _) if row >= segment.rows() => seen.outside += 1,
                        (Target::Row(_), None) => seen.titled += 1,
                        (Target::Row(_), Some(_)) => seen.renamed += 1,
                        (Target::Id(_), _) => return Err("an id beside a link"),
                    }
                }
                Ok(())
            });
            counted.unwrap();
        }
        seen.names += compare_names(segment);
        compare_referrers(segment, seen);
    }
}

/// Compares who links to an id, as the parts on disk say it, with all links turned around in memory: of every row's name,
/// of every id that a link leads to, and of some that none leads to.
fn compare_referrers(segment: &Segment, seen: &mut Seen) {
    let mut ids = vec!["1999/01/1/a".to_owned(), String::new()];
    for row in 0..segment.rows() {
        let name = segment.row_head(row).unwrap().name;
        ids.extend([format!("{name}-"), name]);
        ids.extend(segment.targets(row).unwrap());
    }
    for id in ids {
        let named = segment.rows_named(&id).unwrap();
        let (stored, target) = segment.links_to(&id).unwrap();
        assert_eq!(stored, segment.turned_rows_of(&id, &named).unwrap(), "{id}");
        match target {
            Some(row) if row < segment.rows() => seen.linking_inside += stored.len(),
            _ => seen.linking_outside += stored.len(),
        }
    }
}

/// Compares the names of the rows of each day with each other's, and with some that no row has.
fn compare_names(segment: &Segment) -> u32 {
    let mut compared = 0;
    for row in 0..segment.rows() {
        let day = segment.packed_date_of(row).unwrap();
        let name = segment.row_head(row).unwrap().name;
        let others = segment.rows_of_day(day).unwrap().take(20);
        let mut others: Vec<String> = others
            .map(|other| segment.row_head(other).unwrap().name)
            .collect();
        let cut = name.char_indices().next_back().map_or(0, |(at, _)| at);
        others.extend([
            format!("{name}-"),
            format!("{name}渡"),
            name[..cut].to_owned(),
        ]);
        others.extend([String::new(), "1999/01/1/a".to_owned(), name.to_uppercase()]);
        for other in others {
            let quick = segment.with_entry(Part::Heads, row, |entry| {
                let plain = head::decode(entry, day)?.name.as_str().cmp(&other);
                assert_eq!(compare_name(entry, day, &other)?, plain, "{name} {other}");
                Ok(())
            });
            quick.unwrap();
            compared += 1;
        }
    }
    compared
}

#[test]
fn events_of_the_sample_archive_are_those_of_their_pages() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/archive");
    let mut seen = Seen::default();
    look(&store_of(path), &mut seen);
    assert!(seen.events >= 75 && seen.names >= 1_000, "{seen:?}");
    assert!(seen.titled >= 300 && seen.outside >= 1, "{seen:?}");
    assert!(seen.linking_inside >= 300, "{seen:?}");
}

#[cfg(feature = "arrow")]
#[test]
fn a_pass_reads_the_entries_that_the_cache_gives_in_any_order() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/archive");
    let (store, mut blocks) = (store_of(path), 0);
    for view in &store.snapshot().unwrap().views {
        let segment = &*view.segment;
        for part in [Part::Heads, Part::Rows, Part::Links] {
            let mut passing = Cursor::new(segment, part).past_cache(true);
            let rows = segment.rows();
            let there_and_back = (0..rows).chain((0..rows).rev());
            for row in there_and_back.chain((0..rows).map(|i| i * 37 % rows)) {
                let (block, within) = segment.block_of(part, row).unwrap();
                assert_eq!(
                    passing.entry(row).unwrap(),
                    block.entry(within).unwrap(),
                    "{part:?} {row}"
                );
                blocks += u32::from(within == 0);
            }
            // What lies behind all blocks leaves the room as it is.
            assert!(passing.entry(u32::MAX).is_err());
            let (block, within) = segment.block_of(part, 0).unwrap();
            assert_eq!(passing.entry(0).unwrap(), block.entry(within).unwrap());
        }
    }
    assert!(blocks >= 20, "{blocks}");
}

#[test]
fn events_of_the_specification_are_those_of_their_pages() {
    let mut seen = Seen::default();
    // Each in a store of its own: several of them have one path.
    for page in specified() {
        look(&store_of(vec![page]), &mut seen);
    }
    assert!(seen.events >= 10, "{seen:?}");
    assert!(seen.outside >= 10, "{seen:?}");
    assert!(seen.linking_outside >= 30, "{seen:?}");
}

#[test]
fn events_of_random_pages_are_those_of_their_pages() {
    let mut seen = Seen::default();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 96,
        ..ProptestConfig::default()
    });
    let looked = std::cell::RefCell::new(&mut seen);
    let outcome = runner.run(&archive(), |pages| {
        look(&store_of(pages), &mut looked.borrow_mut());
        Ok(())
    });
    outcome.unwrap();
    let least = seen.titled.min(seen.renamed).min(seen.outside);

    assert!(
        seen.linking_inside.min(seen.linking_outside) >= 50,
        "{seen:?}"
    );
    assert!(seen.events >= 300 && least >= 50, "{seen:?}");
}
