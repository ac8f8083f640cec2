//! The fast ways to read an event, a name and its backlinks give what the plain ones give, over
//! real stores.

use std::path::Path;

use proptest::prelude::*;

use super::block::{BlockCache, Chunks, Codec, key, key_of_number};
use super::cursor::EntryCursor;
use super::link::{LinkTarget, decode_links};
use super::lookup::encode_days;
use super::row::{compare_name, read_header};
use super::{Part, Segment, TermField};
use crate::error::Error;
use crate::event::Event;
use crate::ingest::{Archive, IngestOptions};
use crate::page::tests::{archive, specified};
use crate::page::{EventPage, to_event};
use crate::storage::{StorageBatch, open_memory};
use crate::store::Store;

/// What the test compared. A test that met none of a kind shows nothing about that kind.
#[derive(Debug, Default)]
struct Compared {
    events: u32,
    /// Links to rows of the segment with the title of the row, and with a text of their own; links
    /// to external ids.
    titled: u32,
    renamed: u32,
    external: u32,
    names: u32,
    /// Rows that link to an event of the segment, and to an external id.
    linking_inside: usize,
    linking_external: usize,
}

fn store_of(source: impl Into<Archive>) -> Store {
    let store = Store::memory().expect("a store");
    let report = store.ingest(source, IngestOptions::default());
    assert!(report.expect("an archive").files > 0);
    store
}

/// The event of a row, made from its page.
fn by_page(segment: &Segment, row: u32) -> Event {
    let (page, tags): (EventPage, Vec<u32>) = segment.event_page(row).unwrap();
    let terms = segment.dictionary(TermField::Tag).unwrap();
    let spelt = tags.iter().map(|&tag| terms.spelling(tag).to_owned());
    let superseded = segment.flags().unwrap().superseded.contains(row);
    to_event(&page, spelt.collect(), superseded)
}

fn look(store: &Store, seen: &mut Compared) {
    for view in &store.snapshot().unwrap().views {
        let segment = &view.segment;
        let flags = segment.flags().unwrap();
        // Markdown rows have no page of the Context to compare with.
        for row in (&flags.events | &flags.twins) - &flags.markdown {
            assert_eq!(segment.event(row).unwrap(), by_page(segment, row));
            seen.events += 1;
            let counted = segment.with_entry(Part::Links, row, |entry| {
                for link in decode_links(entry) {
                    let link = link?;
                    match (link.target, link.title) {
                        (LinkTarget::Row(row), _) if row >= segment.rows() => seen.external += 1,
                        (LinkTarget::Row(_), None) => seen.titled += 1,
                        (LinkTarget::Row(_), Some(_)) => seen.renamed += 1,
                        (LinkTarget::Id(_), _) => return Err("an id beside a link"),
                    }
                }
                Ok(())
            });
            counted.unwrap();
        }
        seen.names += compare_names(segment);
        compare_backlinks(segment, seen);
    }
}

/// Compares the backlinks on disk with all links inverted in memory: for every row's name, for
/// every id that a link leads to, and for some that none leads to.
fn compare_backlinks(segment: &Segment, seen: &mut Compared) {
    let mut ids = vec!["1999/01/1/a".to_owned(), String::new()];
    for row in 0..segment.rows() {
        let name = segment.row_header(row).unwrap().name;
        ids.extend([format!("{name}-"), name]);
        ids.extend(segment.targets(row).unwrap());
    }
    for id in ids {
        let named = segment.rows_named(&id).unwrap();
        let (stored, target) = segment.links_to(&id).unwrap();
        assert_eq!(
            stored,
            segment.legacy_linking_rows(&id, &named).unwrap(),
            "{id}"
        );
        match target {
            Some(row) if row < segment.rows() => seen.linking_inside += stored.len(),
            _ => seen.linking_external += stored.len(),
        }
    }
}

/// Compares the names of the rows of each day with each other, and with some that no row has.
fn compare_names(segment: &Segment) -> u32 {
    let mut compared = 0;
    for row in 0..segment.rows() {
        let day = segment.packed_date_of(row).unwrap();
        let name = segment.row_header(row).unwrap().name;
        let others = segment.rows_of_day(day).unwrap().take(20);
        let mut others: Vec<String> = others
            .map(|other| segment.row_header(other).unwrap().name)
            .collect();
        let cut = name.char_indices().next_back().map_or(0, |(at, _)| at);
        others.extend([
            format!("{name}-"),
            format!("{name}渡"),
            name[..cut].to_owned(),
        ]);
        others.extend([String::new(), "1999/01/1/a".to_owned(), name.to_uppercase()]);
        for other in others {
            let quick = segment.with_entry(Part::Headers, row, |entry| {
                let mut plain = String::new();
                read_header(entry, day, &mut plain)?;
                let plain = plain.as_str().cmp(&other);
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
    let mut seen = Compared::default();
    look(&store_of(path), &mut seen);
    assert!(seen.events >= 75 && seen.names >= 1_000, "{seen:?}");
    assert!(seen.titled >= 300 && seen.external >= 1, "{seen:?}");
    assert!(seen.linking_inside >= 300, "{seen:?}");
}

#[test]
fn a_pass_reads_the_entries_that_the_cache_gives_in_any_order() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/archive");
    let (store, mut blocks) = (store_of(path), 0);
    for view in &store.snapshot().unwrap().views {
        let segment = &*view.segment;
        for part in [Part::Headers, Part::Bodies, Part::Links] {
            let mut passing = EntryCursor::new(segment, part).past_cache(true);
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
            // An entry after the last block leaves the buffer as it is.
            assert!(passing.entry(u32::MAX).is_err());
            let (block, within) = segment.block_of(part, 0).unwrap();
            assert_eq!(passing.entry(0).unwrap(), block.entry(within).unwrap());
        }
    }
    assert!(blocks >= 20, "{blocks}");
}

#[test]
fn events_of_the_specification_are_those_of_their_pages() {
    let mut seen = Compared::default();
    // Each in a store of its own: several of them have one path.
    for page in specified() {
        look(&store_of(vec![page]), &mut seen);
    }
    assert!(seen.events >= 10, "{seen:?}");
    assert!(seen.external >= 10, "{seen:?}");
    assert!(seen.linking_external >= 30, "{seen:?}");
}

#[test]
fn events_of_random_pages_are_those_of_their_pages() {
    let mut seen = Compared::default();
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
    let least = seen.titled.min(seen.renamed).min(seen.external);

    assert!(
        seen.linking_inside.min(seen.linking_external) >= 50,
        "{seen:?}"
    );
    assert!(seen.events >= 300 && least >= 50, "{seen:?}");
}

/// A copy of a segment in which a whole part has other bytes, under right checksums.
fn with_part(segment: &Segment, part: Part, bytes: &[u8]) -> Segment {
    let mut meta = segment.meta.clone();
    let mut set = Vec::new();
    for &(number, chunks) in meta.chunks.iter().filter(|found| found.0 != part as u8) {
        for chunk in 0..chunks {
            let key = key_of_number(meta.id, number, chunk);
            let value = segment.storage().get(&key).unwrap().unwrap();
            set.push((key, value));
        }
    }
    let mut chunks = Chunks::new(meta.nonce);
    let count = chunks.put(meta.id, part, 0, bytes, Codec::Zstd);
    set.extend(chunks.list);
    meta.chunks.retain(|found| found.0 != part as u8);
    meta.chunks.push((part as u8, count));
    let storage = open_memory();
    let remove = Vec::new();
    storage.write(StorageBatch { set, remove }).unwrap();
    assert!(storage.get(&key(meta.id, part, 0)).unwrap().is_some());
    Segment::new(storage, std::sync::Arc::new(BlockCache::new(1 << 20)), meta)
}

#[test]
fn stored_values_that_are_impossible_are_corrupt_and_never_plausible() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/archive");
    let store = store_of(path);
    let snapshot = store.snapshot().unwrap();
    let segment = &*snapshot.views[0].segment;
    let rows = segment.rows();
    let mut tagged = segment.flags().unwrap().events.iter();
    let row = tagged.find(|&row| !segment.tags_of(row).unwrap().is_empty());
    let row = row.expect("an event with tags");
    let corrupt = |part: Part, bytes: &[u8], message: &str| {
        let copy = with_part(segment, part, bytes);
        for read in [copy.event(row).err(), copy.event_page(row).map(drop).err()] {
            match read {
                Some(Error::Corrupt { message: found, .. }) => {
                    assert!(found.starts_with(message), "{found}");
                }
                // A page as written has its tags as numbers.
                None if part == Part::TermsIndex => {}
                other => panic!("{part:?}: {other:?}"),
            }
        }
        assert!(copy.event(row).is_err(), "{part:?}");
    };
    // An index without a field.
    corrupt(Part::TermsIndex, &[1, 0], "an unknown ");
    // Nor has a merge, which asks for tags alone, terms for them.
    let tags = with_part(segment, Part::TermsIndex, &[1, 0]).tags_of(row);
    assert!(matches!(tags, Err(Error::Corrupt { .. })), "{tags:?}");
    let days = |day: u32| encode_days([(day, rows)].into_iter());
    corrupt(
        Part::Days,
        &days(20_170_230),
        "a day is not in the calendar",
    );
    corrupt(Part::Days, &days(0), "a page of a day has no day");
}
